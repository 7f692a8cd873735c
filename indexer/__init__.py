"""Write side: reads reports, understands them and builds the search index."""
