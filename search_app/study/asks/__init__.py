"""What cities ask for, and one question put to all of them, ready to print."""
