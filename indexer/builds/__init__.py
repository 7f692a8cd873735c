"""Builds side by side: what each says of itself, which one is served, one of them opened.

Door: build, history, lineage, losses, manifest, pin, store, sums, surroundings, verification.
"""
