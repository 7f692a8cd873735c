"""Processes, sockets, the served build.

Door: listening, processes, served, settings, sharing.
"""
