"""Query text → tree → plan."""
