"""What is taken out of an archive: all of it for programs, and what an operator keeps to set it up anew.

Door: archive, dump.
"""
