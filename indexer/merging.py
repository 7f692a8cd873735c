"""A finished build without what is gone, and what is new put in: the inversion that reading everything would give.

Passages that stay keep their order among themselves, so the old arrays move in a few long pieces; nothing is sorted but
what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import Ints, Longs, joined, starts
from indexer.columns import ZONES, Columns, Tables, open_columns, open_tables
from indexer.documents import browsing_order, documents_of
from indexer.documents import united as united_documents
from indexer.inversion import Inversion
from indexer.words import Renumbering, Words
from indexer.words import united as united_words


@dataclass(frozen=True, slots=True)
class Merge:
    """The inversion of a merge, and where its passages come from."""

    inversion: Inversion
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
            stream=columns.stream,
            zones=columns.zones,
            lemma_places_start=columns.lemma_places_start,
            lemma_places=columns.lemma_places,
        )

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


def merge(old: Inversion, new: Inversion, arrivals: Ints) -> Merge:
    """The old reports that are kept, and the new ones, all of them.

    ``arrivals`` tells for each report of the merge which one it is: old report n as n, new report n as -1-n.
    """
    stays = np.zeros(len(old.documents.reports), dtype=np.bool_)
    stays[arrivals[arrivals >= 0]] = True
    stays = stays[old.documents.report]
    kept = np.flatnonzero(stays)
    documents = united_documents(old.documents, kept, new.documents, arrivals)
    order = browsing_order(documents)
    sides = (old, new)
    pieces = _pieces_of(sides, np.concatenate([kept, _behind(old) + np.arange(len(new.documents))])[order])
    words, *numbers = united_words(old.words, _used_forms(old, stays), new.words)
    places_start, places = _places(sides, numbers, pieces, len(words.lemmas))
    inversion = Inversion(
        documents=documents.taken(order),
        words=words,
        stream=_stream(sides, numbers, pieces),
        zones=_zones(sides, pieces),
        lemma_places_start=places_start,
        lemma_places=places,
    )
    return Merge(inversion, order, kept, np.flatnonzero(~stays))


def _used_forms(old: Inversion, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The forms of the old passages that stay."""
    counts = np.bincount(old.stream, minlength=len(old.words.forms))
    for begin, end in _ranges(np.flatnonzero(~stays)):
        gone = old.stream[old.zones[begin * ZONES] : old.zones[end * ZONES]]
        counts -= np.bincount(gone, minlength=len(counts))
    counts[0] = 1
    used: NDArray[np.bool_] = counts > 0
    return used


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
    streams = [renumbering.forms[side.stream] for side, renumbering in zip(sides, numbers, strict=True)]
    return joined([streams[piece.side][piece.places] for piece in pieces], np.int32)


def _zones(sides: Sequence[Inversion], pieces: Sequence[_Piece]) -> Ints:
    lengths = [np.diff(side.zones) for side in sides]
    return starts(joined([lengths[piece.side][piece.zones] for piece in pieces], np.int32)).astype(np.int32)


# Places


def _places(
    sides: Sequence[Inversion], numbers: Sequence[Renumbering], pieces: Sequence[_Piece], lemmas: int
) -> tuple[Longs, Ints]:
    """The stream positions of every lemma of the merge: where each lemma's begin, and all of them."""
    (old, old_counts), (new, new_counts) = (
        _moved(sides[side], numbers[side].lemmas, _new_places(side, sides[side], pieces), lemmas)
        for side in (_OLD, _NEW)
    )
    old_starts, new_starts = starts(old_counts), starts(new_counts)
    at = np.empty(len(new), dtype=np.int64)
    for lemma in np.flatnonzero(new_counts).tolist():
        run = slice(new_starts[lemma], new_starts[lemma + 1])
        known = old[old_starts[lemma] : old_starts[lemma + 1]]
        at[run] = old_starts[lemma] + np.searchsorted(known, new[run])
    return starts(old_counts + new_counts), np.insert(old, at, new)


def _new_places(side: int, source: Inversion, pieces: Sequence[_Piece]) -> Ints:
    """The new stream position of every old one of a side, -1 for what is gone."""
    table = np.full(len(source.stream), -1, dtype=np.int32)
    end = 0
    for piece in pieces:
        begin, end = end, end + piece.places.stop - piece.places.start
        if piece.side == side:
            table[piece.places] = np.arange(begin, end, dtype=np.int32)
    return table


def _moved(source: Inversion, lemmas: Ints, table: Ints, size: int) -> tuple[Ints, Longs]:
    """The new positions of a side's lemmas, lemma after lemma, and how many each lemma of the merge has of them.

    Lemmas keep their order among themselves, as passages do: so do all positions.
    """
    places = table[source.lemma_places]
    counts = np.diff(source.lemma_places_start)
    gone = np.flatnonzero(places < 0)
    if len(gone):
        owners = np.searchsorted(source.lemma_places_start, gone, side="right") - 1
        counts = counts - np.bincount(owners, minlength=len(counts))
        places = places[places >= 0]
    spread = np.zeros(size, dtype=np.int64)
    known = lemmas >= 0
    spread[lemmas[known]] = counts[known]
    return places, spread
