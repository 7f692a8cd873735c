"""What is found and how it is laid out: hits, values of facets, what lies near in meaning."""
