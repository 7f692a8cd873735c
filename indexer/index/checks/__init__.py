"""What the files of a build say of each other."""
