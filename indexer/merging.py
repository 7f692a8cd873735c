"""A finished build without what is gone, and what is new put in: the inversion that reading everything would give.

Passages that stay keep their order among themselves, so the old arrays move in a few long pieces; nothing is sorted but
what is new.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import Ints, Longs, joined, starts
from indexer.columns import ZONES, Columns, Tables, open_columns, open_tables
from indexer.documents import browsing_order, documents_of
from indexer.documents import united as united_documents
from indexer.inversion import Inversion
from indexer.postings import THREADS, Postings, mean_lengths, postings_of
from indexer.words import Renumbering, Words
from indexer.words import united as united_words

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Merge:
    """The inversion of a merge, and where its passages come from."""

    inversion: Inversion
    postings: Postings
    order: Longs
    """For each passage its place among the kept ones, or behind them, among the new ones."""
    kept: Longs
    """The old numbers of the kept passages."""
    gone: Longs
    """The old numbers of the others."""


class Earlier:
    """The inversion that a finished build was made of."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError, OSError or ValueError where the build is damaged."""
        self.columns, meta = open_columns(folder)
        tables = open_tables(folder)
        columns = self.columns
        self.phrases = dict(zip(tables.phrases, columns.phrase_count.tolist(), strict=True))
        self.inversion = Inversion(
            documents=documents_of(columns, meta.values),
            words=_words(columns, tables),
            form_counts=columns.form_count.astype(np.int64),
            stream=columns.stream,
            zones=columns.zones,
            lemma_places_start=columns.lemma_places_start,
            lemma_places=columns.lemma_places,
        )
        self.postings = Postings(columns.lemma_start, columns.lemma_docs, columns.lemma_saturations)

    def passages_of(self, report: int) -> list[int]:
        """The numbers of a report's passages in their order."""
        begin, end = self.columns.report_docs_start[report : report + 2].tolist()
        numbers: list[int] = self.columns.report_docs[begin:end].tolist()
        return numbers


def _words(columns: Columns, tables: Tables) -> Words:
    return Words(
        forms=tables.forms,
        lemmas=tables.lemmas,
        spellings=tables.spellings,
        roots=tables.roots,
        form_lemmas_start=columns.form_lemmas_start,
        form_lemmas=columns.form_lemmas,
        form_spelling=columns.form_spelling,
        form_whole=columns.form_whole,
        lemma_root=columns.lemma_root,
    )


def merge(earlier: Earlier, new: Inversion, arrivals: Ints) -> Merge:
    """The old reports that are kept, and the new ones, all of them.

    ``arrivals`` tells for each report of the merge which one it is: old report n as n, new report n as -1-n.
    """
    old = earlier.inversion
    stays = np.zeros(len(old.documents.reports), dtype=np.bool_)
    stays[arrivals[arrivals >= 0]] = True
    stays = stays[old.documents.report]
    kept = np.flatnonzero(stays)
    documents = united_documents(old.documents, kept, new.documents, arrivals)
    order = browsing_order(documents)
    sides = (old, new)
    pieces = _pieces_of(sides, np.concatenate([kept, _behind(old) + np.arange(len(new.documents))])[order])
    remaining = _without(old, stays)
    words, *numbers = united_words(old.words, remaining > 0, new.words)
    zones = _zones(sides, pieces)
    means = mean_lengths(zones)
    with ThreadPoolExecutor(THREADS) as pool:
        stream = pool.submit(_stream, sides, numbers, pieces)
        places = pool.submit(_places, sides, numbers, pieces, len(words.lemmas))
        if means == mean_lengths(old.zones):
            both = (earlier.postings, postings_of(new, means))
            postings = _postings(both, sides, numbers, pieces, len(words.lemmas))
        else:
            postings = None
    form_counts = np.zeros(len(words.forms), dtype=np.int64)
    for renumbering, counts in zip(numbers, (remaining, new.form_counts), strict=True):
        known = renumbering.forms >= 0
        form_counts[renumbering.forms[known]] += counts[known]
    inversion = Inversion(documents.taken(order), words, form_counts, stream.result(), zones, *places.result())
    postings = postings or postings_of(inversion, means)
    return Merge(inversion, postings, order, kept, np.flatnonzero(~stays))


def _without(old: Inversion, stays: NDArray[np.bool_]) -> Longs:
    """How often each form stands in the old passages that stay."""
    counts = old.form_counts.copy()
    for begin, end in _ranges(np.flatnonzero(~stays)):
        gone = old.stream[old.zones[begin * ZONES] : old.zones[end * ZONES]]
        found, times = np.unique(gone, return_counts=True)
        counts[found] -= times
    return counts


@dataclass(frozen=True, slots=True)
class _Piece:
    """Passages of one side that follow each other in the merge as they did there."""

    side: int
    """`_OLD` or `_NEW`."""
    zones: slice
    """Their zones on that side."""
    places: slice
    """Their stream positions there."""


_OLD, _NEW = 0, 1


def _pieces_of(sides: Sequence[Inversion], order: Longs) -> list[_Piece]:
    """``order`` has the passages of the merge: old ones by number, new ones by number behind `_behind`."""
    pieces = []
    for begin, end in _ranges(order):
        side = _NEW if begin >= _behind(sides[_OLD]) else _OLD
        first = _behind(sides[_OLD]) if side == _NEW else 0
        zones = slice((begin - first) * ZONES, (end - first) * ZONES)
        edges = sides[side].zones
        pieces.append(_Piece(side, zones, slice(int(edges[zones.start]), int(edges[zones.stop]))))
    return pieces


def _behind(old: Inversion) -> int:
    """The first number of new passages: one is left out, so that no piece has passages of both sides."""
    return len(old.documents) + 1


def _ranges(numbers: Longs) -> list[tuple[int, int]]:
    """The numbers as ranges ``[begin, end)`` of numbers that follow each other."""
    if not len(numbers):
        return []
    breaks = np.flatnonzero(np.diff(numbers) != 1)
    begins = numbers[np.concatenate([[0], breaks + 1])]
    ends = numbers[np.concatenate([breaks, [len(numbers) - 1]])] + 1
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _stream(sides: Sequence[Inversion], numbers: Sequence[Renumbering], pieces: Sequence[_Piece]) -> Ints:
    stream = np.empty(sum(piece.places.stop - piece.places.start for piece in pieces), dtype=np.int32)
    end = 0
    for piece in pieces:
        forms = numbers[piece.side].forms
        for part in _parts(piece.places):
            begin, end = end, end + part.stop - part.start
            stream[begin:end] = forms[sides[piece.side].stream[part]]
    return stream


def _parts(whole: slice) -> Iterator[slice]:
    """A range in parts that fit into a processor's cache: what is made of each on the way costs next to nothing."""
    for begin in range(whole.start, whole.stop, _AT_ONCE):
        yield slice(begin, min(begin + _AT_ONCE, whole.stop))


_AT_ONCE = 1 << 16


def _zones(sides: Sequence[Inversion], pieces: Sequence[_Piece]) -> Ints:
    lengths = [np.diff(side.zones) for side in sides]
    return starts(joined([lengths[piece.side][piece.zones] for piece in pieces], np.int32)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Shifts:
    """Where the numbers of one side go: range by range, all of a range by the same distance."""

    ends: Longs
    """The end of each range; the first begins at 0, the others where the one before ends."""
    distances: Ints
    gone: NDArray[np.bool_]
    """Ranges that are not in the merge."""

    def applied(self, values: Ints) -> tuple[Ints, NDArray[np.bool_] | None]:
        """The new numbers of all values that stay; and which do, ``None`` where all do."""
        moved = np.empty(len(values), dtype=np.int32)
        stayed = np.empty(len(values), dtype=np.bool_) if self.gone.any() else None
        for part in _parts(slice(0, len(values))):
            ranges = np.searchsorted(self.ends, values[part], side="right")
            moved[part] = values[part] + self.distances[ranges]
            if stayed is not None:
                stayed[part] = ~self.gone[ranges]
        return (moved, None) if stayed is None else (moved[stayed], stayed)


def _shifts(ranges: Sequence[tuple[bool, slice]], size: int) -> _Shifts:
    """``ranges`` are the merge's in order: whether it is of this side, and where it was on its side, up to ``size``."""
    ends, distances, gone = array("q"), array("i"), array("b")
    behind = end = 0
    for mine, found in ranges:
        begin, end = end, end + found.stop - found.start
        if not mine:
            continue
        if found.start > behind:
            ends.append(found.start)
            distances.append(0)
            gone.append(True)
        behind = found.stop
        ends.append(behind)
        distances.append(begin - found.start)
        gone.append(False)
    # One range more is for what lies behind the last: nothing, or what is gone.
    ends.append(size)
    distances.append(0)
    gone.append(behind < size)
    return _Shifts(np.asarray(ends), np.asarray(distances), np.asarray(gone, dtype=np.bool_))


def _shifts_of_places(side: int, source: Inversion, pieces: Sequence[_Piece]) -> _Shifts:
    return _shifts([(piece.side == side, piece.places) for piece in pieces], len(source.stream))


def _shifts_of_passages(side: int, source: Inversion, pieces: Sequence[_Piece]) -> _Shifts:
    passages = [slice(piece.zones.start // ZONES, piece.zones.stop // ZONES) for piece in pieces]
    return _shifts([(p.side == side, found) for p, found in zip(pieces, passages, strict=True)], len(source.documents))


# Runs of lemmas


@dataclass(frozen=True, slots=True)
class _Runs:
    """Numbers of every lemma of the merge, ascending, one lemma after the other."""

    values: Ints
    counts: Longs
    """How many each lemma has."""
    stayed: NDArray[np.bool_] | None
    """Which of the values before the merge these are; ``None``: all."""


def _places(
    sides: Sequence[Inversion], numbers: Sequence[Renumbering], pieces: Sequence[_Piece], lemmas: int
) -> tuple[Longs, Ints]:
    """The stream positions of every lemma of the merge: where each lemma's begin, and all of them."""
    old, new = (
        _moved(
            source.lemma_places,
            source.lemma_places_start,
            renumbering.lemmas,
            _shifts_of_places(side, source, pieces),
            lemmas,
        )
        for side, (source, renumbering) in enumerate(zip(sides, numbers, strict=True))
    )
    return starts(old.counts + new.counts), _put_in(old.values, _places_for(old, new), new.values)


def _postings(
    both: Sequence[Postings],
    sides: Sequence[Inversion],
    numbers: Sequence[Renumbering],
    pieces: Sequence[_Piece],
    lemmas: int,
) -> Postings:
    old, new = (
        _moved(
            both[side].docs,
            both[side].begins,
            renumbering.lemmas,
            _shifts_of_passages(side, sides[side], pieces),
            lemmas,
        )
        for side, renumbering in enumerate(numbers)
    )
    saturations = both[_OLD].saturations if old.stayed is None else both[_OLD].saturations[old.stayed]
    at = _places_for(old, new)
    return Postings(
        starts(old.counts + new.counts),
        _put_in(old.values, at, new.values),
        _put_in(saturations, at, both[_NEW].saturations),
    )


def _moved(values: Ints, begins: Longs, lemmas: Ints, shifts: _Shifts, size: int) -> _Runs:
    """A side's numbers as they are after the shifts, for the ``size`` lemmas of the merge.

    Lemmas keep their order among themselves, and so do passages and positions.
    """
    moved, stayed = shifts.applied(values)
    counts = np.diff(begins)
    if stayed is not None:
        gone = np.searchsorted(begins, np.flatnonzero(~stayed), side="right") - 1
        counts = counts - np.bincount(gone, minlength=len(counts))
    spread = np.zeros(size, dtype=np.int64)
    known = lemmas >= 0
    spread[lemmas[known]] = counts[known]
    return _Runs(moved, spread, stayed)


def _places_for(old: _Runs, new: _Runs) -> Longs:
    """Before which of the old values each new one is to stand."""
    old_begins, new_begins = starts(old.counts), starts(new.counts)
    at = np.empty(len(new.values), dtype=np.int64)
    for lemma in np.flatnonzero(new.counts).tolist():
        run = slice(new_begins[lemma], new_begins[lemma + 1])
        known = old.values[old_begins[lemma] : old_begins[lemma + 1]]
        at[run] = old_begins[lemma] + np.searchsorted(known, new.values[run])
    return at


def _put_in(old: NDArray[Number], at: Longs, new: NDArray[Number]) -> NDArray[Number]:
    """`numpy.insert` for few values in many: the old ones are copied in long pieces."""
    merged = np.empty(len(old) + len(new), dtype=old.dtype)
    merged[at + np.arange(len(new))] = new
    edges, counts = np.unique(at, return_counts=True)
    begin = shift = 0
    for end, count in zip([*edges.tolist(), len(old)], [*counts.tolist(), 0], strict=True):
        merged[begin + shift : end + shift] = old[begin:end]
        begin, shift = end, shift + count
    return merged
