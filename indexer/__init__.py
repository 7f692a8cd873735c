"""Write side: reads reports, understands them and builds the search index."""

__version__ = "0.1.0"
