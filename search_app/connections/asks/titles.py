"""A theme's title: the words of the one of its requests that stands for the others best, without «просим»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from indexer.vocabulary import Vocabulary

LONGEST = 110
"""Letters: two lines of a heading."""
_TOO_LONG = 0.0015
"""What each letter beyond a short phrase costs, in likeness to the others."""
_SHORT = 60

_ENDS = re.compile(r"\s*(?:[;.!?…,:–—-]+\s*)+$")
_BORDERS = (re.compile(r"(?<=\w)(?:[;.:!?]|\s[–—])\s"), re.compile(r",\s"), re.compile(r"\s"))


def best_of(texts: Sequence[str], likeness: Sequence[float]) -> int:
    """The place of the request that is most like the others and short enough to be read at a glance."""
    values = [like - _TOO_LONG * max(0, len(text) - _SHORT) for text, like in zip(texts, likeness, strict=True)]
    return max(range(len(texts)), key=lambda place: (values[place], -len(texts[place]), texts[place]))


def title_of(text: str, vocabulary: Vocabulary) -> str:
    """A request as a title: «Просим направить обращение в Минстрой.» → «Направить обращение в Минстрой»."""
    words = " ".join(text.split())
    bare = _without_opening(words, vocabulary) or words
    bare = _shortened(_ENDS.sub("", bare) or words)
    return bare[0].upper() + bare[1:]


@lru_cache(maxsize=4)
def _openings(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(sorted(vocabulary.connections["asks"]["openings"], key=len, reverse=True))


def _without_opening(text: str, vocabulary: Vocabulary) -> str:
    openings = _openings(vocabulary)
    changed = True
    while changed:
        changed = False
        low = text.lower().replace("ё", "е")
        for opening in openings:
            rest = text[len(opening) :]
            if low.startswith(opening) and rest[:1] in " ,:.;–—-":
                text, changed = rest.lstrip(" ,:.;–—-"), True
                break
    return text


def _shortened(text: str) -> str:
    """The beginning up to a border of sense, where the text is too long for a title."""
    if len(text) <= LONGEST:
        return text
    for border in _BORDERS:
        ends = [found.start() for found in border.finditer(text[: LONGEST - 1]) if found.start() >= LONGEST // 3]
        if ends:
            return f"{text[: ends[-1]].rstrip(' ,;:–—')}…"
    return f"{text[: LONGEST - 1]}…"
