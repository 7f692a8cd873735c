"""The reports folder: its files, the operator's word, one file and then all of them understood.

Door: overrides, understanding.
"""
