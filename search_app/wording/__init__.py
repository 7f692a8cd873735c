"""How things are said: to people in Russian, to programs as JSON values.

Door: contents, labels, numbers, prose, values.
"""
