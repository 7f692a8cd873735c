"""Runs of postings: which passages have a lemma, a form, words in a row or near each other, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, slices
from indexer.index.columns import HEADING, K1, ZONE_WEIGHTS, ZONES, Columns
from search_app.engine.matching.scratch import Scratch

Number = TypeVar("Number", bound=np.integer)


@dataclass(frozen=True, slots=True)
class Run:
    """Passages, ascending, with what each gains."""

    docs: Ints
    impacts: Floats
    """Negative where the heading alone has it: the passage gains as much, but does not say it."""
    weight: float = 1.0
    at: int = -1
    """Where it begins among the postings of the columns; -1 where the arrays are its own."""

    @property
    def saying(self) -> Ints:
        """The passages that say it themselves."""
        return self.docs[self.impacts > 0]


def united_run(runs: Sequence[Run]) -> Run:
    """One run with what a passage gains from all of the runs together: hundreds cost too much to be asked singly."""
    docs = np.concatenate([run.docs for run in runs])
    signed = np.concatenate([run.impacts * np.float32(run.weight) for run in runs])
    gains = np.bincount(docs, weights=np.abs(signed))
    saying = np.zeros(len(gains), dtype=np.bool_)
    saying[docs[signed > 0]] = True
    # No impact is zero.
    found = np.flatnonzero(gains)
    return Run(found.astype(np.int32), np.where(saying[found], gains[found], -gains[found]).astype(np.float32))


def lemma_run(columns: Columns, lemma: int, weight: float = 1.0) -> Run:
    """The postings of a lemma."""
    begin, end = columns.lemma_start[lemma : lemma + 2].tolist()
    whole = weight * float(columns.lemma_idf[lemma])
    return Run(columns.lemma_docs[begin:end], columns.lemma_saturations[begin:end], whole, begin)


def lemmas_run(columns: Columns, lemmas: NDArray[np.integer], weight: float) -> Run:
    """The postings of lemmas that all weigh alike, one lemma behind the other: for `united_run`."""
    begins, ends = columns.lemma_start[lemmas], columns.lemma_start[lemmas + 1]
    return Run(slices(columns.lemma_docs, begins, ends), slices(columns.lemma_saturations, begins, ends), weight)


def lemma_places(columns: Columns, lemma: int) -> Ints:
    """The stream positions of a lemma, ascending."""
    return columns.lemma_places[columns.lemma_places_start[lemma] : columns.lemma_places_start[lemma + 1]]


def places_of_lemmas(columns: Columns, lemmas: Sequence[int]) -> list[Ints]:
    """The stream positions of each of the lemmas, ascending."""
    return [lemma_places(columns, lemma) for lemma in lemmas]


def places_of_forms(columns: Columns, forms: Ints, scratch: Scratch) -> Ints:
    """The stream positions of the forms, each once, in no order: found among those of their lemmas."""
    table = scratch.form_owners
    lemmas: dict[int, None] = {}
    for form in forms.tolist():
        found = columns.form_lemmas[columns.form_lemmas_start[form] : columns.form_lemmas_start[form + 1]].tolist()
        chosen = [lemma for lemma in found if lemma in lemmas]
        if found and not chosen:
            chosen = [min(found, key=lambda lemma: len(lemma_places(columns, lemma)))]
            lemmas[chosen[0]] = None
        if found:
            table[form] = chosen[0]
    parts = []
    for lemma in lemmas:
        places = lemma_places(columns, lemma)
        parts.append(places[table.take(columns.stream.take(places)) == lemma])
    table[forms] = -1
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)


def places_in_a_row(words: Sequence[Sequence[Ints]]) -> Ints:
    """Where the first of several words stands with the others right behind it, in order.

    Each word is given by the positions of each of its lemmas: joining those of a common word would cost more than the
    whole search.
    """
    if not words or any(not _frequency(places) for places in words):
        return np.empty(0, dtype=np.int32)
    order = sorted(range(len(words)), key=lambda word: _frequency(words[word]))
    starts = _joined(words[order[0]]) - order[0]
    for word in order[1:]:
        starts = starts[_contained(words[word], starts + word)]
    return starts


def places_near(words: Sequence[Sequence[Ints]], distance: int, columns: Columns) -> Ints:
    """Where the rarest of several words stands with all others within ``distance`` words, in the same zone."""
    if not words or any(not _frequency(places) for places in words):
        return np.empty(0, dtype=np.int32)
    order = sorted(words, key=_frequency)
    anchors = _joined(order[0])
    for word in order[1:]:
        zone = np.searchsorted(columns.zones, anchors, side="right") - 1
        low = np.maximum(anchors - distance, columns.zones[zone])
        high = np.minimum(anchors + distance, columns.zones[zone + 1] - 1)
        near = np.zeros(len(anchors), dtype=np.bool_)
        for places in word:
            near |= np.searchsorted(places, low) < np.searchsorted(places, high, side="right")
        anchors = anchors[near]
    return anchors


def _frequency(word: Sequence[Ints]) -> int:
    return sum(map(len, word))


def _joined(word: Sequence[Ints]) -> Ints:
    """The positions of all lemmas of a word, ascending, each once."""
    return word[0] if len(word) == 1 else distinct(np.concatenate(word))


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """The different numbers, ascending: several times faster than `np.unique`, which hashes."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def first_zones(columns: Columns) -> Ints:
    """The zone that the first position of each block of the stream belongs to: where `zones_of` begins to look."""
    blocks = np.arange(0, max(len(columns.stream), 1), 1 << _BLOCK_BITS)
    found: Ints = (np.searchsorted(columns.zones, blocks, side="right") - 1).astype(np.int32)
    return found


_BLOCK_BITS = 5
"""Blocks of 32 positions seldom hold more than two zones; their table takes 4 MB for 250,000 passages."""


def zones_of(places: Ints, columns: Columns, firsts: Ints | None) -> Ints:
    """The zone of each of the positions: by the table of `first_zones` several times faster than by searching."""
    if firsts is None:
        return (np.searchsorted(columns.zones, places, side="right") - 1).astype(np.int32)
    zones: Ints = firsts.take(places >> _BLOCK_BITS)
    ends = columns.zones[1:]
    behind = np.flatnonzero(ends.take(zones) <= places)
    while len(behind):
        zones[behind] += 1
        behind = behind[ends.take(zones.take(behind)) <= places.take(behind)]
    return zones


def run_of_places(columns: Columns, places: Ints, weight_idf: float, firsts: Ints | None = None) -> Run:
    """Postings of whatever stands at the places, scored like a lemma of that idf; ``firsts`` as for `zones_of`."""
    if not len(places):
        return Run(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
    zone = zones_of(places, columns, firsts)
    owners = zone // ZONES
    kinds = zone - owners * ZONES
    docs, frequency = _summed_up(owners, np.asarray(ZONE_WEIGHTS, dtype=np.float32).take(kinds), columns.passages)
    impacts = (np.float32(weight_idf) * frequency * (K1 + 1) / (frequency + K1)).astype(np.float32)
    above = kinds == HEADING
    if above.any():
        alone = ~np.isin(docs, owners[~above])
        impacts[alone] *= -1
    return Run(docs, impacts)


def _summed_up(docs: Ints, weights: Floats, passages: int) -> tuple[Ints, Floats]:
    """The different passages, ascending, with the sums of their weights, all of which are positive."""
    if len(docs) * _SORTING_COST > passages:
        sums = np.bincount(docs, weights=weights)
        found = np.flatnonzero(sums > 0)
        return found.astype(np.int32), sums[found].astype(np.float32)
    order = np.argsort(docs, kind="stable")
    docs = docs[order]
    edges = np.flatnonzero(np.concatenate([[True], docs[1:] != docs[:-1]]))
    return docs[edges], np.add.reduceat(weights[order], edges)


_SORTING_COST = 16
"""To sort a posting costs as much as to look through so many passages."""


def _contained(word: Sequence[Ints], wanted: Ints) -> NDArray[np.bool_]:
    """Which of the wanted positions a word has, by any of its lemmas."""
    contained = np.zeros(len(wanted), dtype=np.bool_)
    for places in word:
        if len(places):
            found = np.searchsorted(places, wanted)
            found[found == len(places)] = 0
            contained |= places[found] == wanted
    return contained
