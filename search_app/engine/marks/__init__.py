"""Where the sought words stand in a text."""
