"""What is said again over the years, and what cities say of each other."""
