"""How things are said: to people in Russian, to programs as JSON values.

Door: asked, contents, labels, numbers, outcomes, prose, values.
"""
