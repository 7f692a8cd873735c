"""The reports folder: which one is read, its files, the operator's word, one file and then all of them understood.

Door: choice, folder, overrides, understanding.
"""
