"""A glance at every paragraph: a word of it is looked up, more of a long one.

A paragraph whose word the dictionary knows is good; the others deserve a closer look. One word costs next to nothing,
and letters without sense hardly ever make one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from indexer.model import Block

KnownWord = Callable[[str], bool]

_STEP = 400
"""Characters of a long paragraph that one word stands for."""
_LONG_WORD = re.compile(r"\b[А-Яа-яЁё]{5,}")
"""Shorter words are known by chance: «оно», «до», «меч»."""

Glance = tuple[int, int]
"""How many words are known, and of how many."""


def glances(blocks: Iterable[Block], is_known: KnownWord) -> list[Glance]:
    """The glance at each block; of one without words nothing is looked up."""
    seen: dict[str, bool] = {}
    result: list[Glance] = []
    for block in blocks:
        known = words = 0
        for word in _words(block.text):
            if (verdict := seen.get(word)) is None:
                verdict = seen[word] = is_known(word)
            known += verdict
            words += 1
        result.append((known, words))
    return result


def _words(text: str) -> Iterator[str]:
    """A long word of every stretch of the text that has one; no letter is looked at twice."""
    start = 0
    while found := _LONG_WORD.search(text, start):
        yield found[0]
        start = (found.start() // _STEP + 1) * _STEP


def summed(parts: Iterable[Glance]) -> Glance:
    """Several glances as one."""
    known = words = 0
    for more, looked_up in parts:
        known += more
        words += looked_up
    return known, words
