"""Addresses and HTML; thin.

Door: serving, site.
"""
