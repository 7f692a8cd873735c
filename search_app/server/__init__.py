"""Processes, sockets, the served build.

Door: clustered, collecting, listening, processes, served, settings, sharing.
"""
