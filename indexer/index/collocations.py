"""Phrases that the archive uses again and again: what a query may be completed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints
from indexer.index.columns import GAP, ZONES
from indexer.index.words import Words
from indexer.language.analysis import Analyzer
from indexer.language.spelling import is_cyrillic

LEAST = 2
"""Occurrences that make a phrase."""

CONSIDERED = 30_000
"""The most frequent pairs, and as many triples, whose grammar is looked at: it takes a second."""

_PORTION = 4_000_000
"""Runs counted at a time: 32 MB of keys, and as much again to sort them."""
_FORM_BITS = 21
"""Three form numbers in one 64-bit key; an archive with more forms goes without triples."""


def collocations(stream: Ints, zones: Ints, words: Words, analyzer: Analyzer) -> dict[str, int]:
    """Pairs and triples of words from the answers that read like a title, with their numbers of occurrences."""
    # Questions and headings are the same for all: their phrases would crowd out the rest.
    is_answer = np.arange(len(zones) - 1) % ZONES == 0
    answers = np.where(np.repeat(is_answer, np.diff(zones)), stream, np.int32(GAP))
    begins_title, is_noun = cache(analyzer.begins_title), cache(analyzer.is_noun)  # the same words in many phrases
    found: dict[str, int] = {}
    for length in (2, 3):
        if length * max(len(words.forms), 2).bit_length() > 63:
            continue
        for numbers, count in _frequent(answers, length):
            spelled = [words.spellings[place] for place in words.form_spelling[list(numbers)].tolist()]
            if _may_read_well(spelled) and begins_title(spelled[0]) and is_noun(spelled[-1]):
                found[" ".join(spelled)] = count
    return found


def _frequent(stream: Ints, length: int) -> list[tuple[tuple[int, ...], int]]:
    """The most frequent runs of so many forms, with their counts."""
    parts = [stream[place : len(stream) - length + 1 + place] for place in range(length)]
    whole = np.logical_and.reduce([part != GAP for part in parts])
    found: list[NDArray[np.int64]] = []
    counts: list[NDArray[np.int64]] = []
    for low, high in _portions(parts[0][whole]):
        inside = whole & (parts[0] >= low) & (parts[0] < high)
        keys, numbers = np.unique(_keys([part[inside] for part in parts]), return_counts=True)
        kept = _best(numbers)
        found.append(keys[kept])
        counts.append(numbers[kept])
    keys, numbers = np.concatenate(found or [np.zeros(0, np.int64)]), np.concatenate(counts or [np.zeros(0, np.int64)])
    best = _best(numbers)
    mask = (1 << _FORM_BITS) - 1
    shifts = [_FORM_BITS * place for place in reversed(range(length))]
    return [
        (tuple(key >> shift & mask for shift in shifts), count)
        for key, count in zip(keys[best].tolist(), numbers[best].tolist(), strict=True)
    ]


def _portions(first: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of first forms with about `_PORTION` runs in each: runs with different first forms never meet."""
    ends = np.cumsum(np.bincount(first)) if len(first) else np.zeros(0, dtype=np.int64)
    low, taken = 0, 0
    while low < len(ends):
        high = max(int(np.searchsorted(ends, taken + _PORTION, side="right")), low + 1)
        yield low, high
        low, taken = high, int(ends[high - 1])


def _keys(parts: Sequence[Ints]) -> NDArray[np.int64]:
    keys = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        keys = (keys << _FORM_BITS) | part
    return keys


def _best(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of the highest counts, the highest first."""
    kept = np.flatnonzero(counts >= LEAST)
    return kept[np.argsort(-counts[kept], kind="stable")[:CONSIDERED]]


def _may_read_well(words: Sequence[str]) -> bool:
    """«инициативное бюджетирование», «день открытых дверей»: words that may begin a title and end it."""
    return len(words[0]) > 2 and len(words[-1]) > 2 and all(map(is_cyrillic, words))


def by_count(counts: NDArray[np.int32], numbers: range, most: int) -> list[int]:
    """The most frequent of the numbers, the most frequent first."""
    chosen = counts[numbers.start : numbers.stop]
    order = np.argsort(-chosen, kind="stable")[:most]
    return [numbers.start + place for place in order.tolist()]
