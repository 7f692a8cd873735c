"""What engines offer, and the one that searches a build where it lies."""
