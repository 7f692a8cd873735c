"""One city through the years."""
