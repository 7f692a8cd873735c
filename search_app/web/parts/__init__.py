"""Parts of pages, ready to print."""
