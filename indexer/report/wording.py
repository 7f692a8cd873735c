"""Comparing words by their beginnings, as the vocabulary writes them («достижен*»)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:[-‑][^\W_]+)*")
_CUE_PART = re.compile(r"(не )?(\S+)")
_STEM_LETTERS = 5
"""Five letters keep «сделать» and «сделано» together and «задачи» and «задание» apart."""


def words(text: str) -> list[str]:
    """The words of a text, lower case, ё as е; hyphenated ones whole."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def stems(text: str, ignored: WordPatterns) -> frozenset[str]:
    """The beginnings of the telling words of a text: no years, no courtesies."""
    return frozenset(
        word[:_STEM_LETTERS] for word in words(text) if not word[0].isdigit() and not ignored.matches(word)
    )


def likeness(left: frozenset[str], right: frozenset[str]) -> float:
    """Dice's coefficient of two sets of stems, 0…1."""
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


class WordPatterns:
    """A set of words and beginnings of words (`достижен*`) to look words up in."""

    __slots__ = ("_exact", "_prefixes")

    def __init__(self, patterns: Iterable[str]) -> None:
        patterns = [pattern.lower().replace("ё", "е") for pattern in patterns]
        self._exact = frozenset(pattern for pattern in patterns if not pattern.endswith("*"))
        self._prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))

    def matches(self, word: str) -> bool:
        """Whether a normalised word is one of the set."""
        return word in self._exact or word.startswith(self._prefixes)

    def any_of(self, text_words: Iterable[str]) -> bool:
        """Whether any word of a text is one of the set."""
        return any(self.matches(word) for word in text_words)


class Cue:
    """Several beginnings of words that must all stand in a text («удал* сдела*»).

    «не» goes with the word behind it, in the cue and in the text: «не удалось» is the opposite of «удалось».
    """

    __slots__ = ("_parts",)

    def __init__(self, cue: str) -> None:
        self._parts = tuple((bool(denied), WordPatterns((part,))) for denied, part in _CUE_PART.findall(cue))

    def place(self, text_words: Sequence[str]) -> int | None:
        """Index in the text where the cue is complete; ``None`` unless all its words stand there."""
        places = [_first(denied, part, text_words) for denied, part in self._parts]
        return None if None in places else max(place for place in places if place is not None)


def _first(denied: bool, part: WordPatterns, text_words: Sequence[str]) -> int | None:
    for index, word in enumerate(text_words):
        if part.matches(word) and denied == (index > 0 and text_words[index - 1] == "не"):
            return index
    return None
