"""A finished build without what is gone, and what is new put in: the inversion that reading everything would give.

Passages that stay keep their order among themselves, so the old arrays move in a few long pieces; nothing is sorted but
what is new. The long arrays are made in the files where they stay: memory filled twice is time lost twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.index.arrays.splicing import Shifts, Splice, parts, places_in
from indexer.index.arrays.steps import Ints, Longs, joined, runs, starts
from indexer.index.columns import (
    PLACE_TAGS,
    ZONES,
    Columns,
    PlaceTags,
    Tables,
    new_array,
    open_columns,
    open_tables,
)
from indexer.index.documents import browsing_order, documents_of
from indexer.index.documents import united as united_documents
from indexer.index.inversion import Inversion
from indexer.index.postings import THREADS, Postings, mean_lengths, postings_of
from indexer.index.words import Renumbering, Words
from indexer.index.words import united as united_words


@dataclass(frozen=True, slots=True)
class Merge:
    """The inversion of a merge with its postings, and where its passages come from."""

    inversion: Inversion
    postings: Postings
    order: Longs
    """For each passage its place among the kept ones, or behind them, among the new ones."""
    kept: Longs
    """The old numbers of the kept passages."""
    gone: Longs
    """The old numbers of the others."""


class Earlier:
    """What a finished build was made of."""

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
            place_tags={name: getattr(columns, name) for name in PLACE_TAGS},
        )
        self.postings = Postings(columns.lemma_start, columns.lemma_docs, columns.lemma_saturations)

    def passages_of(self, report: int) -> list[int]:
        """The numbers of a report's passages in their order."""
        begin, end = self.columns.report_docs_start[report : report + 2].tolist()
        numbers: list[int] = self.columns.report_docs[begin:end].tolist()
        return numbers


def _words(columns: Columns, tables: Tables) -> Words:
    form_hash = np.empty(len(columns.form_hash), dtype=np.uint64)
    form_hash[columns.form_of_hash] = columns.form_hash
    return Words(
        forms=tables.forms,
        lemmas=tables.lemmas,
        spellings=tables.spellings,
        roots=tables.roots,
        form_hash=form_hash,
        form_lemmas_start=columns.form_lemmas_start,
        form_lemmas=columns.form_lemmas,
        form_likely=columns.form_likely,
        form_spelling=columns.form_spelling,
        form_whole=columns.form_whole,
        lemma_root=columns.lemma_root,
        lemma_fact=columns.lemma_fact,
    )


def merge(folder: Path, earlier: Earlier, new: Inversion, arrivals: Ints) -> Merge:
    """The old reports that are kept, and the new ones, all of them; the long arrays are those of the folder's columns.

    ``arrivals`` tells for each report of the merge which one it is: old report n as n, new report n as -1-n.
    """
    old = earlier.inversion
    stays = np.zeros(len(old.documents.reports), dtype=np.bool_)
    stays[arrivals[arrivals >= 0]] = True
    stays = stays[old.documents.report]
    kept, gone = np.flatnonzero(stays), _gone(old, np.flatnonzero(~stays))
    documents = united_documents(old.documents, kept, new.documents, arrivals)
    order = browsing_order(documents)
    pieces = _pieces_of((old, new), np.concatenate([kept, _behind(old) + np.arange(len(new.documents))])[order])
    remaining = old.form_counts - np.bincount(gone.forms, minlength=len(old.form_counts))
    words, *numbers = united_words(old.words, remaining > 0, new.words)
    joint = _Joint(folder, old, new, gone, pieces, numbers, len(words.lemmas))
    zones = _zones((old, new), pieces)
    means = mean_lengths(zones)
    with ThreadPoolExecutor(THREADS) as pool:
        stream, places = pool.submit(joint.stream), pool.submit(joint.places)
        # Where the mean lengths stay, so does what every old passage weighs.
        same = means == mean_lengths(old.zones)
        postings = pool.submit(joint.postings, earlier.postings, postings_of(new, means)) if same else None
    form_counts = _spread(numbers[_OLD].forms, remaining, len(words.forms))
    form_counts += _spread(numbers[_NEW].forms, new.form_counts, len(words.forms))
    found = Inversion(documents.taken(order), words, form_counts, stream.result(), zones, *places.result())
    return Merge(found, postings.result() if postings else postings_of(found, means), order, kept, gone.passages)


@dataclass(frozen=True, slots=True)
class _Gone:
    """The old passages that are not in the merge."""

    passages: Longs
    places: Longs
    """Their stream positions, ascending, gaps included."""
    owners: Longs
    """The passage of each."""
    forms: Ints
    """The form at each."""


def _gone(old: Inversion, passages: Longs) -> _Gone:
    begins, ends = old.zones[passages * ZONES], old.zones[(passages + 1) * ZONES]
    places = runs(begins, ends)
    return _Gone(passages, places, np.repeat(passages, ends - begins), old.stream[places])


# Pieces


@dataclass(frozen=True, slots=True)
class _Piece:
    """Passages of one side that follow each other in the merge as they did there."""

    side: int
    """`_OLD` or `_NEW`."""
    passages: slice
    """Their numbers on that side."""
    places: slice
    """Their stream positions there."""

    @property
    def zones(self) -> slice:
        """Their zones on that side."""
        return slice(self.passages.start * ZONES, self.passages.stop * ZONES)


_OLD, _NEW = 0, 1


def _pieces_of(sides: Sequence[Inversion], order: Longs) -> list[_Piece]:
    """``order`` has the passages of the merge: old ones by number, new ones by number behind `_behind`."""
    pieces = []
    for begin, end in _ranges(order):
        side = _NEW if begin >= _behind(sides[_OLD]) else _OLD
        first = _behind(sides[_OLD]) if side == _NEW else 0
        edges = sides[side].zones[[(begin - first) * ZONES, (end - first) * ZONES]].tolist()
        pieces.append(_Piece(side, slice(begin - first, end - first), slice(*edges)))
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


def _zones(sides: Sequence[Inversion], pieces: Sequence[_Piece]) -> Ints:
    lengths = [np.diff(side.zones) for side in sides]
    return starts(joined([lengths[piece.side][piece.zones] for piece in pieces], np.int32)).astype(np.int32)


def _spread(numbers: Ints, values: Longs, size: int) -> Longs:
    """Values under their new numbers, of which there are ``size``."""
    found = np.zeros(size, dtype=np.int64)
    found[numbers[numbers >= 0]] = values[numbers >= 0]
    return found


# The long arrays


@dataclass(frozen=True, slots=True)
class _Joint:
    """What the long arrays of a merge are made from."""

    folder: Path
    old: Inversion
    new: Inversion
    gone: _Gone
    pieces: Sequence[_Piece]
    numbers: Sequence[Renumbering]
    lemmas: int
    """Lemmas of the merge."""

    def stream(self) -> Ints:
        """The form at every position."""
        length = sum(piece.places.stop - piece.places.start for piece in self.pieces)
        stream = new_array(self.folder, "stream", length, np.int32)
        end = 0
        for piece in self.pieces:
            forms, source = self.numbers[piece.side].forms, (self.old, self.new)[piece.side].stream
            for part in parts(piece.places):
                begin, end = end, end + part.stop - part.start
                stream[begin:end] = forms[source[part]]
        return stream

    def places(self) -> tuple[Longs, Ints, PlaceTags]:
        """The stream positions of every lemma: where each lemma's begin, all of them, and the tags that go with them.

        A passage ends with a gap, so what stands beside a place stays the same wherever the passage goes.
        """
        old, new = self.old, self.new
        ranges = [(piece.side, piece.places) for piece in self.pieces]
        removed = self._pairs_gone(self.gone.places)
        splice, begins = self._splice(
            (old.lemma_places_start, old.lemma_places), (new.lemma_places_start, new.lemma_places), ranges, removed
        )
        length = splice.grown(len(old.lemma_places))
        places = new_array(self.folder, "lemma_places", length, np.int32)
        tags = {name: new_array(self.folder, name, length, np.uint8) for name in PLACE_TAGS}
        moved = _shifts(_NEW, ranges).of(new.lemma_places)
        splice.fill(places, old.lemma_places, moved, _shifts(_OLD, ranges))
        for name, spliced in tags.items():
            splice.fill(spliced, old.place_tags[name], new.place_tags[name])
        return begins, places, tags

    def postings(self, old: Postings, new: Postings) -> Postings:
        """The postings, where the mean lengths are the same as before."""
        ranges = [(piece.side, piece.passages) for piece in self.pieces]
        removed = self._pairs_gone(self.gone.owners)
        splice, begins = self._splice((old.begins, old.docs), (new.begins, new.docs), ranges, removed)
        length = splice.grown(len(old.docs))
        docs = new_array(self.folder, "lemma_docs", length, np.int32)
        saturations = new_array(self.folder, "lemma_saturations", length, np.float32)
        splice.fill(docs, old.docs, _shifts(_NEW, ranges).of(new.docs), _shifts(_OLD, ranges))
        splice.fill(saturations, old.saturations, new.saturations)
        return Postings(begins, docs, saturations)

    def _pairs_gone(self, numbers: Longs) -> Longs:
        """Lemma and number of each position that is gone, each pair once: ``lemma << 32 | number``, ascending."""
        words, forms = self.old.words, self.gone.forms
        begins, ends = words.form_lemmas_start[forms], words.form_lemmas_start[forms + 1]
        pairs = words.form_lemmas[runs(begins, ends)].astype(np.int64) << 32
        return np.unique(pairs | np.repeat(numbers, ends - begins))

    def _splice(
        self, old: tuple[Longs, Ints], new: tuple[Longs, Ints], ranges: Sequence[tuple[int, slice]], removed: Longs
    ) -> tuple[Splice, Longs]:
        """How the old runs of lemmas become those of the merge, and where each of these begins."""
        (old_begins, old_values), (new_begins, new_values) = old, new
        of_old, of_new = (numbers.lemmas for numbers in self.numbers)
        gone_lemmas = (removed >> 32).astype(np.int32)
        counts = _spread(of_old, np.diff(old_begins) - np.bincount(gone_lemmas, minlength=len(of_old)), self.lemmas)
        counts += _spread(of_new, np.diff(new_begins), self.lemmas)
        # A lemma that the old side has not stands before the next one that it has: there its run is empty.
        kept = np.flatnonzero(of_old >= 0)
        lemmas = np.repeat(of_new, np.diff(new_begins))
        places = np.searchsorted(of_old[kept], lemmas)
        known = np.append(of_old[kept], -1)[places] == lemmas
        next_begins = np.append(old_begins[kept], old_begins[-1])
        at = next_begins[places]
        at[known] = places_in(
            old_begins, old_values, kept[places[known]].astype(np.int32), _anchors(ranges, new_values)[known]
        )
        return Splice(places_in(old_begins, old_values, gone_lemmas, removed & 0xFFFFFFFF), at), starts(counts)


def _shifts(side: int, ranges: Sequence[tuple[int, slice]]) -> Shifts:
    """``ranges`` are those of the merge in order: whose they are, and where they were. What is gone goes anywhere."""
    ends, distances, end = [], [], 0
    for owner, found in ranges:
        begin, end = end, end + found.stop - found.start
        if owner == side:
            ends.append(found.stop)
            distances.append(begin - found.start)
    return Shifts(np.asarray(ends, dtype=np.int64), np.asarray(distances, dtype=np.int32))


def _anchors(ranges: Sequence[tuple[int, slice]], values: Ints) -> Longs:
    """For each number of the new side the old number that its range is put in before."""
    ends, anchors, anchor = [], [], 0
    for owner, found in ranges:
        if owner == _OLD:
            anchor = found.stop
        else:
            ends.append(found.stop)
            anchors.append(anchor)
    places = np.searchsorted(np.asarray(ends, dtype=np.int64), values, side="right")
    return np.asarray(anchors, dtype=np.int64)[places]
