"""Processes, sockets, the served build.

Door: processes, served, sharing.
"""
