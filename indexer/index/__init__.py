"""Reports → everything that a build holds: columns, texts, the Whoosh index.

Door: arrays.filed, arrays.steps, arrays.strings, checks.columns, checks.lexical, checks.vectors,
collocations, columns, echoes, extracts, lexical.schema, merging, postings, texts, vectors, writer.
"""
