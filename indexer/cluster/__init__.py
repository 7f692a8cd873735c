"""A build in a cluster of OpenSearch: what is loaded into it, how it is published, and what a server takes from it.

Door: columns, connection, publishing, terms.
"""
