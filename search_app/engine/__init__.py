"""A request in, a page of results out; everything else that may be asked of the archive.

Door: door, evaluation.
"""
