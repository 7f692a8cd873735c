"""Which answers repeat others over the years: the same text, or nearly the same said anew.

Only answers of one city to one question of one section are compared, so what an update does not touch stays as it was.
Words that two answers share are counted for all pairs of such a bucket at once; the few pairs that share enough are
then read. A group is whole: every two of its answers are alike, not only each with the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints, Longs, runs
from indexer.index.columns import ZONES
from indexer.index.documents import Documents
from indexer.index.texts import Texts
from indexer.index.words import Words
from indexer.language.gists import Gist, Gists, is_repeat, likeness

REPEATS_VERSION = "3"
"""Changes whenever the same answers would give other groups: those of a build made before are found anew."""

_SHARED = 0.3
"""Share of roots in common from which on two answers are read: those that say the same share more."""
_CANDIDATES = 8
"""Answers that each is compared with, the likeliest first: a question has one answer a year, in parts at most a few."""
_LARGEST = 2_000
"""Answers in a bucket beyond which only the same texts are repeats: their pairs would be millions."""
_SLACK = 0.75
"""Answers of a group that do not stand next to each other may be less alike by this factor."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier build knew: its groups, and which of the passages come from it."""

    groups: Ints
    """Of the earlier build: the leader of each passage."""
    numbers: Longs
    """For each passage its number in the earlier build, -1 for a new one."""
    touched: NDArray[np.uint64]
    """The buckets that passages were taken from."""


def groups_of(
    documents: Documents, words: Words, stream: Ints, zones: Ints, texts: Texts, gists: Gists, kept: Kept | None = None
) -> Ints:
    """For each passage, in the order of browsing, the first (newest) one of its group of repeats."""
    leaders = np.arange(len(documents), dtype=np.int32)
    roots = _root_of_forms(words)
    years = [year for _, year, _ in documents.reports]
    for bucket in _buckets(documents, leaders, kept):
        members = _Members(
            docs=bucket,
            years=[years[report] for report in documents.report[bucket].tolist()],
            prints=documents.prints[bucket].tolist(),
            blank=documents.blank[bucket].tolist(),
            kind=documents.classes[int(documents.place_in_classes[bucket[0]])][0],
        )
        for group in _grouped(members, roots, stream, zones, texts, gists):
            leaders[bucket[group]] = bucket[group[0]]
    return leaders


def _buckets(documents: Documents, leaders: Ints, kept: Kept | None) -> Iterator[Longs]:
    """The passages of each bucket of several that is to be looked at.

    What is kept of the others goes to ``leaders``.
    """
    order = np.argsort(documents.groups, kind="stable")
    keys = documents.groups[order]
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    ends = np.append(begins[1:], len(keys))
    several = ends - begins > 1
    if kept is not None:
        new = np.add.reduceat((kept.numbers < 0)[order].astype(np.int64), begins) if len(begins) else begins
        known = several & (new == 0) & ~np.isin(keys[begins], kept.touched)
        _take_over(order, begins, ends, known, leaders, kept)
        several &= ~known
    for begin, end in zip(begins[several].tolist(), ends[several].tolist(), strict=True):
        yield order[begin:end]


def _take_over(order: Longs, begins: Longs, ends: Longs, known: NDArray[np.bool_], leaders: Ints, kept: Kept) -> None:
    """The groups of the buckets that are as they were."""
    docs = order[np.repeat(known, ends - begins)]
    if not len(docs):
        return
    old = kept.numbers[docs]
    now = np.full(len(kept.groups), -1, dtype=np.int32)
    now[old] = docs
    leaders[docs] = now[kept.groups[old]]


@dataclass(frozen=True, slots=True)
class _Members:
    """The answers of a bucket, newest first."""

    docs: Longs
    years: Sequence[int | None]
    prints: Sequence[int]
    blank: Sequence[bool]
    kind: str


def _grouped(members: _Members, roots: Ints, stream: Ints, zones: Ints, texts: Texts, gists: Gists) -> list[list[int]]:
    """The groups of several, as places among the members, each ascending."""
    # The same text is the same answer, whatever the year.
    same: dict[int, list[int]] = {}
    for place, letters in enumerate(members.prints):
        same.setdefault(letters, []).append(place)
    units = [_Unit(places, frozenset(members.years[place] for place in places)) for places in same.values()]
    told = [unit for unit in units if not members.blank[unit.places[0]] and None not in unit.years]
    if 1 < len(told) <= _LARGEST and len(frozenset().union(*(unit.years for unit in told))) > 1:
        units = [unit for unit in units if unit not in told]
        units += _Joining(members, told, texts, gists).joined(roots, stream, zones)
    return [sorted(unit.places) for unit in units if len(unit.places) > 1]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Answers that are one."""

    places: list[int]
    years: frozenset[int | None]


class _Joining:
    """The distinct texts of a bucket being joined."""

    def __init__(self, members: _Members, units: list[_Unit], texts: Texts, gists: Gists) -> None:
        self._members, self._units, self._texts, self._gists = members, units, texts, gists
        self._known: dict[int, Gist] = {}
        self._alike: dict[tuple[int, int], float] = {}

    def joined(self, roots: Ints, stream: Ints, zones: Ints) -> list[_Unit]:
        """The units, those that say nearly the same as one."""
        docs = [int(self._members.docs[unit.places[0]]) for unit in self._units]
        found: list[tuple[float, int, int]] = []
        for first, second in _likely_pairs(docs, roots, stream, zones):
            if self._units[first].years.isdisjoint(self._units[second].years):
                alike = self._likeness(first, second)
                if is_repeat(alike, self._members.kind):
                    found.append((-alike, first, second))
        groups = {place: [place] for place in range(len(self._units))}
        for _, first, second in sorted(found):
            self._join(groups, first, second)
        distinct = {id(group): group for group in groups.values()}.values()
        return [self._unit(group) for group in distinct]

    def _join(self, groups: dict[int, list[int]], first: int, second: int) -> None:
        left, right = groups[first], groups[second]
        if left is right or not self._fit(left, right):
            return
        left += right
        for place in right:
            groups[place] = left

    def _fit(self, left: list[int], right: list[int]) -> bool:
        """Whether two groups have no year in common and all their answers are alike."""
        if not self._unit(left).years.isdisjoint(self._unit(right).years):
            return False
        return all(
            is_repeat(self._likeness(min(one, other), max(one, other)) / _SLACK, self._members.kind)
            for one in left
            for other in right
        )

    def _unit(self, group: list[int]) -> _Unit:
        places = [place for number in group for place in self._units[number].places]
        return _Unit(places, frozenset().union(*(self._units[number].years for number in group)))

    def _likeness(self, first: int, second: int) -> float:
        known = self._alike.get((first, second))
        if known is None:
            known = self._alike[first, second] = likeness(self._gist(second), self._gist(first))
        return known

    def _gist(self, number: int) -> Gist:
        known = self._known.get(number)
        if known is None:
            place = self._units[number].places[0]
            passage = self._texts.passage(int(self._members.docs[place]))
            known = self._known[number] = self._gists.gist(passage.text, self._members.years[place])
        return known


def _likely_pairs(docs: Sequence[int], roots: Ints, stream: Ints, zones: Ints) -> list[tuple[int, int]]:
    """Pairs of places among ``docs`` whose texts share enough roots, ascending."""
    begins = zones[np.asarray(docs) * ZONES]
    ends = zones[np.asarray(docs) * ZONES + 1]
    found = roots[stream[runs(begins, ends)]].astype(np.int64)
    owners = np.repeat(np.arange(len(docs)), ends - begins)
    keys = np.unique((found * len(docs) + owners)[found >= 0])
    if not len(keys):
        return []
    owners, found = keys % len(docs), keys // len(docs)
    # The keys are sorted by root: a column begins wherever it differs from the one before.
    columns = np.cumsum(np.concatenate([[0], found[1:] != found[:-1]]))
    table = np.zeros((len(docs), int(columns[-1]) // _BITS * _BITS + _BITS), dtype=np.bool_)
    table[owners, columns] = True
    sizes = np.bincount(owners, minlength=len(docs))
    shares = 2 * _in_common(table) / np.maximum(sizes[:, None] + sizes[None, :], 1)
    np.fill_diagonal(shares, 0.0)
    likely = shares >= _SHARED
    crowded = np.flatnonzero(likely.sum(axis=1) > _CANDIDATES)
    kept = likely.copy()
    for place in crowded.tolist():
        kept[place] = False
        kept[place, np.argsort(-shares[place], kind="stable")[:_CANDIDATES]] = True
    pairs = np.argwhere(np.triu(kept | kept.T, 1)).tolist()
    return [(first, second) for first, second in pairs]


def _in_common(table: NDArray[np.bool_]) -> Longs:
    """For each two rows how many columns they share. Bits, not matrices: many small products only wake up threads."""
    packed = np.packbits(table, axis=1).view(np.uint64)
    rows = [np.bitwise_count(packed & row).sum(axis=1, dtype=np.int64) for row in packed]
    return np.stack(rows)


_BITS = 64


def _root_of_forms(words: Words) -> Ints:
    """The root of each form's likeliest lemma; -1 where it has none, or too short a one to tell anything."""
    begins = words.form_lemmas_start
    lengths = np.asarray([len(lemma) for lemma in words.lemmas], dtype=np.int32)
    found = np.full(len(begins) - 1, -1, dtype=np.int32)
    some = np.flatnonzero(np.diff(begins))
    lemmas = words.form_lemmas[begins[some]]
    found[some] = np.where(lengths[lemmas] > _SHORTEST, words.lemma_root[lemmas], -1)
    return found


_SHORTEST = 3
"""Letters of a lemma that tells nothing: prepositions, conjunctions."""
