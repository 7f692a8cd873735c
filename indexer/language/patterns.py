"""Patterns of words from the vocabulary: «закон*» is any word that begins so, «нет» is that word."""

from __future__ import annotations

from collections.abc import Iterable


class Patterns:
    """Says of a word in small letters, ё written as е, whether one of the patterns fits."""

    def __init__(self, patterns: Iterable[str]) -> None:
        listed = tuple(patterns)
        self._exact = frozenset(pattern for pattern in listed if not pattern.endswith("*"))
        self._beginnings = tuple(pattern[:-1] for pattern in listed if pattern.endswith("*"))

    def __call__(self, word: str) -> bool:
        return word in self._exact or word.startswith(self._beginnings)
