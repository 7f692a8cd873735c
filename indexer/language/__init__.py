"""Text → forms, lemmas, phrases and topics; the only wing that knows pymorphy3.

Door: analysis, dictionary, forms, gists, likeness, patterns, phrases, roots, sentences, spelling,
statements, writing.
"""
