"""Text → forms, lemmas, phrases and topics; the only wing that knows pymorphy3.

Door: analysis, forms, gists, patterns, phrases, roots, spelling, statements, topics, writing.
"""
