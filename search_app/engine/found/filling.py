"""Where passages found by meaning stand: below those that have the words, or in turns with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

COVERED = 0.55
"""Where one of the best hits has at least this share of the query, the nearest in meaning stand below all hits…"""

HARDLY = 0.33
"""…and where none has this share, they lead, unless the query names somebody. With .5 and .3 a clear answer stands
among the first ten for 58 % of the judged queries that share no word with their answers, with these for 62 %; from .35
on a judged question loses its answer."""

BEST = 5
"""Hits by which that is judged."""

Ranked = tuple[int, float | None]
"""A passage with its score."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands on one page."""

    ranked: list[Ranked]
    added: frozenset[int]
    """The passages of all pages that have the words too little or not at all."""


def below(words: Sequence[Ranked], near: Sequence[Ranked], per_page: int) -> Filled:
    """The nearest complete a first page on which the hits by words leave room."""
    has = {doc for doc, _ in words}
    added = [(doc, score) for doc, score in near if doc not in has][: max(0, per_page - len(words))]
    return Filled([*words, *added], frozenset(doc for doc, _ in added))


def in_turns(
    words: Sequence[Ranked], near: Sequence[Ranked], found: frozenset[int], page: int, per_page: int
) -> Filled:
    """The hits by words and the nearest in turns on the first page; on the others what remains of the hits.

    ``words`` are the best hits up to the end of the page, ``found`` those of all these that the words found.
    """
    both = [one for pair in zip_longest(words, near) for one in pair if one is not None]
    return _mixed(both, words, found, page, per_page)


def led(words: Sequence[Ranked], near: Sequence[Ranked], found: frozenset[int], page: int, per_page: int) -> Filled:
    """The nearest alone on the first page, as far as there are any; behind them the hits by words."""
    return _mixed([*near, *words], words, found, page, per_page)


def _mixed(both: Sequence[Ranked], words: Sequence[Ranked], found: frozenset[int], page: int, per_page: int) -> Filled:
    """The first page shows the first of ``both``, the others the words that are not on it."""
    scores = dict(reversed(both)) | dict(words)
    first = list(dict.fromkeys(doc for doc, _ in both))[:per_page]
    added = frozenset(doc for doc in first if doc not in found)
    if page == 1:
        return Filled([(doc, scores[doc]) for doc in first], added)
    shown = set(first)
    rest = [(doc, score) for doc, score in words if doc not in shown]
    return Filled(rest[(page - 2) * per_page : (page - 1) * per_page], added)
