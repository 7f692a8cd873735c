"""Processes, sockets, the served build.

Door: clustered, listening, processes, served, settings, sharing.
"""
