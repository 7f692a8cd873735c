"""Builds side by side: what each says of itself, which one is served, one of them opened.

Door: build, history, lineage, lock, losses, manifest, pin, pointers, store, sums, surroundings, verification.
"""
