"""Text → forms, lemmas, phrases and topics; the only wing that knows pymorphy3.

Door: analysis, forms, likeness, phrases, roots, spelling, topics, writing.
"""
