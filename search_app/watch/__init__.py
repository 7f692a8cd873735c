"""What an operator sees of a running site: lines of the log, figures, what readers look for.

Door: counts, journal, metrics, report.
"""
