"""Reports → everything that a build holds: columns, texts, the Whoosh index.

Door: arrays.steps, arrays.strings, collocations, columns, extracts, lexical.schema, texts, vectors, writer.
"""
