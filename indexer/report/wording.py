"""Comparing words by their beginnings, as the vocabulary writes them («достижен*»)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

_WORD = re.compile(r"[^\W_]+(?:[-‑][^\W_]+)*")
_CUE_PART = re.compile(r"(не )?(\S+)")
_MOST_KNOWN_WORDS = 100_000
"""Spellings remembered; a hostile file must not fill the memory with words."""
_STEM_LETTERS = 5
"""Five letters keep «сделать» and «сделано» together and «задачи» and «задание» apart."""


def words(text: str) -> list[str]:
    """The words of a text, lower case, ё as е; hyphenated ones whole."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def first_word(text: str) -> str:
    """The first of `words`, empty where there is none; the rest of a long text is not looked at."""
    found = _WORD.search(text)
    if found is None:
        return ""
    word = found[0].lower().replace("ё", "е")
    return word if word.isalnum() else words(found[0])[0]


def has_more_words(text: str, number: int) -> bool:
    """Whether there are more than that many `words`; a long text is only looked at as far as need be."""
    return next(islice(_WORD.finditer(text.lower()), number, None), None) is not None


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


_Part = tuple[bool, str]
"""One beginning of a word in a cue, and whether «не» stands before it."""


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


class Cues:
    """Lists of cues, each several beginnings of words that must all stand in a text («удал* сдела*»).

    «не» goes with the word behind it, in the cue and in the text: «не удалось» is the opposite of «удалось».
    Words are looked up once per spelling, since questions repeat the same few hundred.
    """

    __slots__ = ("_by_letter", "_by_part", "_count", "_known")

    def __init__(self, lists: Iterable[Iterable[str]]) -> None:
        self._by_letter: dict[str, dict[str, WordPatterns]] = {}
        """The patterns by their first letters."""
        self._known: dict[str, tuple[str, ...]] = {}
        self._by_part: dict[_Part, list[tuple[int, tuple[_Part, ...]]]] = {}
        self._count = 0
        for number, cues in enumerate(lists):
            self._count = number + 1
            for cue in cues:
                parts = tuple(self._part(*part) for part in _CUE_PART.findall(cue))
                self._by_part.setdefault(parts[0], []).append((number, parts))

    def _part(self, denied: str, pattern: str) -> _Part:
        self._by_letter.setdefault(words(pattern)[0][0], {}).setdefault(pattern, WordPatterns((pattern,)))
        return bool(denied), pattern

    def places(self, text_words: Sequence[str]) -> list[tuple[int, int] | None]:
        """For each list, of its cues in the text the one that is complete first, of equals the longest.

        Told as the index in the text where it is complete and the number of its words below zero; ``None`` for none.
        """
        first: dict[_Part, int] = {}
        for index, word in enumerate(text_words):
            denied = index > 0 and text_words[index - 1] == "не"
            for pattern in self._matching(word):
                first.setdefault((denied, pattern), index)
        places: list[tuple[int, int] | None] = [None] * self._count
        for part in first:
            for number, parts in self._by_part.get(part, ()):
                if all(other in first for other in parts):
                    place, known = (max(first[other] for other in parts), -len(parts)), places[number]
                    places[number] = place if known is None else min(place, known)
        return places

    def _matching(self, word: str) -> tuple[str, ...]:
        known = self._known.get(word)
        if known is None:
            likely = self._by_letter.get(word[0], {})
            known = tuple(pattern for pattern, words_of in likely.items() if words_of.matches(word))
            if len(self._known) < _MOST_KNOWN_WORDS:
                self._known[word] = known
        return known
