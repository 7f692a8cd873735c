"""Sorted postings into an ordinary Whoosh segment, in whole-array steps.

Whoosh's own writer takes one posting at a time through analysis, a sort on disk and a pickle. The columns already hold
all postings in the segment's order, so here the blocks of its files are put together as bytes and handed to the writers
of its codec. Readers, searchers and the stock writer cannot tell such a segment from their own.

This is the only room that knows private classes and attributes of Whoosh, those of **whoosh-reloaded 2.7.5**:
``SegmentWriter.perdocwriter``, ``fieldwriter``, ``docnum`` and ``_added``; ``W3PerDocWriter._create_column``,
``_get_column``, ``_doccount`` and ``_fieldlengths``; ``W3FieldWriter._postfile``, ``_tindex`` and ``_fieldid``; the
layout of W3's postings, term infos and columns. ``tests/index/test_bulk.py`` holds it equal to the stock writer: run
it before another version is let in.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, WHOOSH3_HEADER_MAGIC
from whoosh.columns import VarBytesColumn
from whoosh.fields import Schema
from whoosh.index import create_in
from whoosh.util.numeric import length_to_byte

from indexer.index.arrays.steps import Ints, Longs
from indexer.index.arrays.strings import StringTable
from indexer.index.columns import ZONES, Columns
from indexer.index.lexical.blocks import (
    HEADER_SIZE,
    LEVEL,
    FieldPostings,
    Octets,
    blocks_of,
    data_of,
    headers_of,
    infos_of,
    position_values,
    same_values,
    sizes_of,
)
from indexer.index.lexical.schema import disk_told

_AT_ONCE = 1_000_000
"""Occurrences encoded in one go: bounds the memory to about 100 bytes each."""


_LABEL_LENGTH = 0
"""Labels are not scored, so no length is kept of them."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the documents have in a field whose values are taken whole."""

    values: Sequence[Any]
    """What Whoosh's own writer would be given as the field's value; ``None`` is no value."""
    places: NDArray[Any]
    """Of each document, the place of its value."""


@disk_told()
def write_segment(
    folder: Path,
    schema: Schema,
    columns: Columns,
    lemmas: StringTable,
    zones: Mapping[str, int],
    labels: Mapping[str, Labels],
) -> None:
    """Creates a Whoosh index with one segment in the folder.

    ``zones`` says which zone of the columns each searched field is; every other field of the schema has its labels.
    Document numbers are those of the columns.
    """
    index = create_in(str(folder), schema)
    # A compound file would only copy everything once more.
    writer = index.writer(compound=False)
    if columns.passages:
        lengths = {name: _zone_lengths(columns, zone) for name, zone in zones.items()}
        _write_lengths(writer.perdocwriter, lengths)
        _write_stored(writer.perdocwriter, schema, labels)
        _write_fields(writer.fieldwriter, schema, columns, lemmas, zones, labels, lengths)
        writer.perdocwriter._doccount = columns.passages
        writer.docnum = columns.passages
        writer._added = True
    writer.commit()
    index.close()


def _write_fields(
    writer: Any,
    schema: Schema,
    columns: Columns,
    lemmas: StringTable,
    zones: Mapping[str, int],
    labels: Mapping[str, Labels],
    lengths: Mapping[str, Longs],
) -> None:
    """Hands the terms of all fields to Whoosh's writer of fields, in the order of the fields' names."""
    zone_of_place = np.repeat(np.arange(len(columns.zones) - 1, dtype=np.int32), np.diff(columns.zones))
    for name, field in sorted(schema.items()):
        if name in zones:
            found = _zone_postings(columns, lemmas, zones[name], zone_of_place, _length_bytes(lengths[name]))
            _write_field(writer, name, field, found)
        elif field.indexed:
            _write_field(writer, name, field, _label_postings(field, labels[name], columns.passages))


# Documents


def _zone_lengths(columns: Columns, zone: int) -> Longs:
    """How many lemmas the zone of each passage has: one word may have several."""
    readings = np.diff(columns.form_lemmas_start).astype(np.uint8)
    totals = np.add.reduceat(readings[columns.stream], columns.zones[:-1], dtype=np.int64)
    return totals[zone::ZONES]


def _length_bytes(lengths: Longs) -> Octets:
    """Lengths as Whoosh keeps them: exact if short, else to about 3 per cent."""
    known, places = np.unique(lengths, return_inverse=True)
    return np.asarray([length_to_byte(length) for length in known.tolist()], dtype=np.uint8)[places]


def _write_lengths(writer: Any, lengths: Mapping[str, Longs]) -> None:
    """Hands the lengths of the documents' fields to Whoosh's writer of documents."""
    for name, counts in sorted(lengths.items()):
        if counts.any():
            column = f"_{name}_len"
            writer._create_column(column, LENGTHS_COLUMN)
            writer._get_column(column)._dbfile.write(_length_bytes(counts).tobytes())
            writer._fieldlengths[name] = int(counts.sum())


def _write_stored(writer: Any, schema: Schema, labels: Mapping[str, Labels]) -> None:
    """Hands the stored fields of the documents to Whoosh's writer of documents."""
    stored = {name: labels[name] for name, field in sorted(schema.items()) if field.stored}
    # Past the stored column's own packing, which takes ten times as long as all the rest.
    column = writer._get_column("_stored")._child
    rows = zip(*(_spread(label) for label in stored.values()), strict=True)
    for number, row in enumerate(rows):
        kept = {name: value for name, value in zip(stored, row, strict=True) if value is not None}
        if kept:
            VarBytesColumn.Writer.add(column, number, _wrapped(pickle.dumps(kept, 2)))


def _wrapped(content: bytes) -> bytes:
    """A zlib stream that holds the content as it is: one stored block (RFC 1951, 3.2.4) in the frame of RFC 1950."""
    size = len(content)
    if size > 0xFFFF:
        return zlib.compress(content, LEVEL)
    return (
        b"\x78\x01\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + content + struct.pack(">I", zlib.adler32(content))
    )


def _spread(labels: Labels) -> Iterator[Any]:
    """The value of each document."""
    return map(labels.values.__getitem__, labels.places.tolist())


# Postings


def _zone_postings(
    columns: Columns, lemmas: StringTable, zone: int, zone_of_place: Ints, lengths: Octets
) -> Iterator[FieldPostings]:
    """The postings of a zone, with positions, in portions."""
    for low, high in _portions(columns.lemma_places_start):
        begin, end = columns.lemma_places_start[[low, high]].tolist()
        places = columns.lemma_places[begin:end]
        zones = zone_of_place[places]
        here = np.flatnonzero(zones % ZONES == zone)
        if not len(here):
            continue
        zones = zones[here]
        docs = zones // ZONES
        positions = places[here] - columns.zones[zones]
        found = np.repeat(np.arange(low, high), np.diff(columns.lemma_places_start[low : high + 1]))[here]
        first = _changes(found, docs)
        edges = np.flatnonzero(first)
        begins = np.flatnonzero(_changes(found[edges]))
        yield FieldPostings(
            terms=[lemmas[number].encode("utf-8") for number in found[edges[begins]].tolist()],
            begins=np.append(begins, len(edges)),
            docs=docs[edges],
            weights=np.diff(edges, append=len(here)),
            lengths=lengths[docs[edges]],
            values=position_values(positions, edges),
        )


def _portions(starts: Longs) -> Iterator[tuple[int, int]]:
    """Ranges of lemmas that together have a bounded number of occurrences."""
    low, last = 0, len(starts) - 1
    while low < last:
        high = int(np.searchsorted(starts, starts[low] + _AT_ONCE, side="right")) - 1
        high = min(max(high, low + 1), last)
        yield low, high
        low = high


def _changes(*values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a value differs from the one before; the first always does."""
    changed = np.ones(len(values[0]), dtype=np.bool_)
    changed[1:] = values[0][1:] != values[0][:-1]
    for more in values[1:]:
        changed[1:] |= more[1:] != more[:-1]
    return changed


def _label_postings(field: Any, labels: Labels, documents: int) -> Iterator[FieldPostings]:
    """The postings of labels: the field says which terms a value has."""
    terms: dict[bytes, list[int]] = {}
    value = b""
    for place, label in enumerate(labels.values):
        for term, _, _, encoded in field.index(label) if label is not None else ():
            terms.setdefault(term, []).append(place)
            value = encoded
    if not terms:
        return
    names = sorted(terms)
    owners = np.repeat(np.arange(len(names)), [len(terms[name]) for name in names])
    places = np.fromiter(chain.from_iterable(terms[name] for name in names), dtype=np.int64, count=len(owners))
    # The documents of each value, then those of each term: its values' together, in order.
    order = np.argsort(labels.places, kind="stable")
    starts = np.searchsorted(labels.places[order], np.arange(len(labels.values) + 1))
    counts = (starts[1:] - starts[:-1])[places]
    ends = np.cumsum(counts)
    keys = order[np.arange(int(counts.sum())) + np.repeat(starts[places] - (ends - counts), counts)]
    keys += np.repeat(owners, counts) * documents
    keys.sort()
    if not len(keys):
        return
    found, docs = np.divmod(keys, documents)
    begins = np.flatnonzero(_changes(found))
    yield FieldPostings(
        terms=[names[number] for number in found[begins].tolist()],
        begins=np.append(begins, len(docs)),
        docs=docs.astype(np.int32),
        weights=np.ones(len(docs), dtype=np.int64),
        lengths=np.full(len(docs), _LABEL_LENGTH, dtype=np.uint8),
        values=same_values(value),
    )


# Fields


def _write_field(writer: Any, name: str, field: Any, portions: Iterator[FieldPostings]) -> None:
    """Hands all terms of a field to Whoosh's writer of fields; a field without terms is not mentioned."""
    begun = False
    for postings in portions:
        if not begun:
            writer.start_field(name, field)
            begun = True
        _write_terms(writer, postings)
    if begun:
        writer.finish_field()


def _write_terms(writer: Any, postings: FieldPostings) -> None:
    """Writes the blocks of the postings to the file of postings, and where they are to the file of terms."""
    blocks = blocks_of(postings)
    data = data_of(postings, blocks)
    headers = headers_of(blocks, data)
    magic = [WHOOSH3_HEADER_MAGIC if first else b"" for first in blocks.first.tolist()]
    sizes = len(WHOOSH3_HEADER_MAGIC) * blocks.first + HEADER_SIZE + sizes_of(data)
    edges = writer._postfile.tell() + np.concatenate([[0], np.cumsum(sizes)])
    writer._postfile.write(b"".join(chain.from_iterable(zip(magic, headers, data, strict=True))))
    prefix = struct.pack("!H", writer._fieldid)
    add = writer._tindex.add
    for term, info in zip(postings.terms, infos_of(postings, blocks, edges), strict=True):
        add(prefix + term, info)


# Blocks: the layout of W3PostingsWriter


# Pickles, put together as bytes: the opcodes are those of Python's pickle, protocol 3
