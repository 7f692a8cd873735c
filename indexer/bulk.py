"""Sorted postings into an ordinary Whoosh segment, in whole-array steps.

Whoosh's own writer takes one posting at a time through analysis, a sort on disk and a pickle. The columns already hold
all postings in the segment's order, so here the blocks of its files are put together as bytes and handed to the writers
of its codec. Readers, searchers and the stock writer cannot tell such a segment from their own.

This is the only room that knows private classes and attributes of Whoosh, those of **whoosh-reloaded 2.7.5**:
``SegmentWriter.perdocwriter``, ``fieldwriter``, ``docnum`` and ``_added``; ``W3PerDocWriter._create_column``,
``_get_column``, ``_doccount`` and ``_fieldlengths``; ``W3FieldWriter._postfile``, ``_tindex`` and ``_fieldid``; the
layout of W3's postings, term infos and columns. ``tests/engine/test_bulk.py`` holds it equal to the stock writer: run
it before another version is let in.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
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

from indexer.arrays import Ints, Longs
from indexer.columns import ZONES, Columns
from indexer.strings import StringTable

_BLOCK = 128
"""Postings of a block, as in the stock writer: a matcher skips block by block."""

_AT_ONCE = 1_000_000
"""Occurrences encoded in one go: bounds the memory to about 100 bytes each."""

_LEVEL = 1
"""How hard zlib packs a block. Plain blocks take a quarter less time and twice the space, which costs it again."""

_LABEL_LENGTH = 0
"""Labels are not scored, so no length is kept of them."""

Octets = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Labels:
    """What the documents have in a field whose values are taken whole."""

    values: Sequence[Any]
    """What Whoosh's own writer would be given as the field's value; ``None`` is no value."""
    places: NDArray[Any]
    """Of each document, the place of its value."""


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
        return zlib.compress(content, _LEVEL)
    return (
        b"\x78\x01\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + content + struct.pack(">I", zlib.adler32(content))
    )


def _spread(labels: Labels) -> Iterator[Any]:
    """The value of each document."""
    return map(labels.values.__getitem__, labels.places.tolist())


# Postings


@dataclass(frozen=True, slots=True)
class _Postings:
    """Postings of some terms of a field, term after term and ascending in documents; P of them, T terms."""

    terms: Sequence[bytes]
    begins: Longs
    """Where each term's postings begin, T + 1 values."""
    docs: Ints
    weights: Longs
    """How often the term stands in the document."""
    lengths: Octets
    """The length of the document's field, as Whoosh keeps it."""
    values: Callable[[Longs], list[bytes]]
    """Borders of blocks → the values of each block's postings, pickled."""


def _zone_postings(
    columns: Columns, lemmas: StringTable, zone: int, zone_of_place: Ints, lengths: Octets
) -> Iterator[_Postings]:
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
        yield _Postings(
            terms=[lemmas[number].encode("utf-8") for number in found[edges[begins]].tolist()],
            begins=np.append(begins, len(edges)),
            docs=docs[edges],
            weights=np.diff(edges, append=len(here)),
            lengths=lengths[docs[edges]],
            values=_position_values(positions, edges),
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


def _label_postings(field: Any, labels: Labels, documents: int) -> Iterator[_Postings]:
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
    yield _Postings(
        terms=[names[number] for number in found[begins].tolist()],
        begins=np.append(begins, len(docs)),
        docs=docs.astype(np.int32),
        weights=np.ones(len(docs), dtype=np.int64),
        lengths=np.full(len(docs), _LABEL_LENGTH, dtype=np.uint8),
        values=_same_values(value),
    )


# Fields


def _write_field(writer: Any, name: str, field: Any, portions: Iterator[_Postings]) -> None:
    """Hands all terms of a field to Whoosh's writer of fields; a field without terms is not mentioned."""
    begun = False
    for postings in portions:
        if not begun:
            writer.start_field(name, field)
            begun = True
        _write_terms(writer, postings)
    if begun:
        writer.finish_field()


def _write_terms(writer: Any, postings: _Postings) -> None:
    """Writes the blocks of the postings to the file of postings, and where they are to the file of terms."""
    blocks = _blocks_of(postings)
    data = _data_of(postings, blocks)
    headers = _headers_of(blocks, data)
    magic = [WHOOSH3_HEADER_MAGIC if first else b"" for first in blocks.first.tolist()]
    sizes = len(WHOOSH3_HEADER_MAGIC) * blocks.first + _HEADER_SIZE + _sizes(data)
    edges = writer._postfile.tell() + np.concatenate([[0], np.cumsum(sizes)])
    writer._postfile.write(b"".join(chain.from_iterable(zip(magic, headers, data, strict=True))))
    prefix = struct.pack("!H", writer._fieldid)
    add = writer._tindex.add
    for term, info in zip(postings.terms, _infos_of(postings, blocks, edges), strict=True):
        add(prefix + term, info)


# Blocks: the layout of W3PostingsWriter


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Borders and figures of the blocks of some postings; B of them."""

    borders: Longs
    """Where each begins among the postings, B + 1 values."""
    first: NDArray[np.bool_]
    """Begins its term."""
    last: NDArray[np.bool_]
    """Ends its term."""
    last_docs: Ints
    lightest: Longs
    heaviest: Longs
    shortest: Octets
    longest: Octets


def _blocks_of(postings: _Postings) -> _Blocks:
    counts = -(-np.diff(postings.begins) // _BLOCK)
    ends = np.cumsum(counts)
    places = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
    starts = np.repeat(postings.begins[:-1], counts) + places * _BLOCK
    last = np.zeros(len(starts), dtype=np.bool_)
    last[ends - 1] = True
    borders = np.append(starts, len(postings.docs))
    return _Blocks(
        borders=borders,
        first=places == 0,
        last=last,
        last_docs=postings.docs[borders[1:] - 1],
        lightest=np.minimum.reduceat(postings.weights, starts),
        heaviest=np.maximum.reduceat(postings.weights, starts),
        shortest=np.minimum.reduceat(postings.lengths, starts),
        longest=np.maximum.reduceat(postings.lengths, starts),
    )


def _data_of(postings: _Postings, blocks: _Blocks) -> list[bytes]:
    """The pickled (documents, weights, values) of each block, packed."""
    parts = zip(
        _pickled_docs(postings.docs, blocks.borders),
        _pickled_weights(postings.weights, blocks),
        postings.values(blocks.borders),
        strict=True,
    )
    return [zlib.compress(b"\x80\x03" + docs + weights + values + b"\x87.", _LEVEL) for docs, weights, values in parts]


_HEADER = b"\0\0\0\0\x80\x02(J\0\0\0\0J\0\0\0\0G\0\0\0\0\0\0\0\0K\0K\0K\0t."
"""The size of what follows, then the pickled (postings, last document, greatest weight, zlib level, least and greatest
length); zeros stand for the figures."""
_HEADER_SIZE = len(_HEADER)
_HEADER_FIELDS = np.dtype(
    {
        "names": ["size", "postings", "last_doc", "heaviest", "level", "shortest", "longest"],
        "formats": [">i4", "<i4", "<i4", ">f8", "u1", "u1", "u1"],
        "offsets": [0, 8, 13, 18, 27, 29, 31],
        "itemsize": _HEADER_SIZE,
    }
)


def _headers_of(blocks: _Blocks, data: list[bytes]) -> list[bytes]:
    headers = np.frombuffer(bytearray(_HEADER * len(data)), dtype=_HEADER_FIELDS)
    # The size does not count itself; the last block of a term has it negative.
    sizes = _sizes(data) + _HEADER_SIZE - 4
    headers["size"] = np.where(blocks.last, -sizes, sizes)
    headers["postings"] = np.diff(blocks.borders)
    headers["last_doc"] = blocks.last_docs
    headers["heaviest"] = blocks.heaviest
    headers["level"] = _LEVEL
    headers["shortest"] = blocks.shortest
    headers["longest"] = blocks.longest
    return _rows(headers)


_INFO = np.dtype(
    [
        ("inlined", "u1"),
        ("weight", ">f4"),
        ("documents", ">u4"),
        ("shortest", "u1"),
        ("longest", "u1"),
        ("heaviest", ">f4"),
        ("first_doc", ">u4"),
        ("last_doc", ">u4"),
        ("offset", ">i8"),
        ("size", ">i4"),
    ]
)
"""`W3TermInfo.to_bytes` of a term whose postings are in the file of postings."""


def _infos_of(postings: _Postings, blocks: _Blocks, edges: Longs) -> list[bytes]:
    """What the file of terms says of each term; ``edges`` are the borders of the blocks in the file of postings."""
    begins, ends = postings.begins[:-1], postings.begins[1:]
    first, last = np.flatnonzero(blocks.first), np.flatnonzero(blocks.last)
    infos = np.zeros(len(begins), dtype=_INFO)
    infos["weight"] = np.add.reduceat(postings.weights, begins)
    infos["documents"] = ends - begins
    infos["shortest"] = np.minimum.reduceat(postings.lengths, begins)
    infos["longest"] = np.maximum.reduceat(postings.lengths, begins)
    infos["heaviest"] = np.maximum.reduceat(postings.weights, begins)
    infos["first_doc"] = postings.docs[begins]
    infos["last_doc"] = postings.docs[ends - 1]
    infos["offset"] = edges[first]
    infos["size"] = edges[last + 1] - edges[first]
    return _rows(infos)


def _rows(records: NDArray[Any]) -> list[bytes]:
    """The bytes of each record."""
    content, size = records.tobytes(), records.dtype.itemsize
    return [content[place : place + size] for place in range(0, len(content), size)]


def _sizes(data: list[bytes]) -> Longs:
    return np.fromiter(map(len, data), dtype=np.int64, count=len(data))


# Pickles, put together as bytes: the opcodes are those of Python's pickle, protocol 3


def _tuples(items: bytes, borders: Longs) -> list[bytes]:
    """A pickled tuple of each slice of pickled items."""
    edges = borders.tolist()
    return [b"(" + items[low:high] + b"t" for low, high in zip(edges, edges[1:], strict=False)]


def _pickled_ints(numbers: NDArray[Any]) -> tuple[Octets, NDArray[np.bool_], Longs]:
    """Whole numbers from 0, pickled at the left of rows of 5 bytes; which bytes count; how many do."""
    sizes = np.full(len(numbers), 2, dtype=np.int64)
    rows = np.empty((len(numbers), 5), dtype=np.uint8)
    rows[:, 0] = ord("K")
    rows[:, 1:] = numbers.astype("<u4").view(np.uint8).reshape(-1, 4)
    for least, size, opcode in ((1 << 8, 3, "M"), (1 << 16, 5, "J")):
        larger = np.flatnonzero(numbers >= least)
        sizes[larger] = size
        rows[larger, 0] = ord(opcode)
    return rows, np.arange(5) < sizes[:, None], sizes


def _pickled_docs(docs: Ints, borders: Longs) -> list[bytes]:
    """The documents of each block: the first, then the distance from one to the next."""
    steps = np.diff(docs, prepend=0)
    steps[borders[:-1]] = docs[borders[:-1]]
    rows, counted, sizes = _pickled_ints(steps)
    return _tuples(rows[counted].tobytes(), _starts(sizes)[borders])


_MEMO = 255
"""Weights up to this are pickled once a block, then named by two bytes."""
_MEMO_SIZE = 12
_MEMOS = b"".join(struct.pack(">cdcBc", b"G", weight, b"q", weight, b"0") for weight in range(1, _MEMO + 1))
"""Remembers 1.0 under the name 1, and so on."""


def _pickled_weights(weights: Longs, blocks: _Blocks) -> list[bytes]:
    """The weights of each block: ``None`` where all are 1, one number where all are alike, otherwise all."""
    named = np.empty((len(weights), 2), dtype=np.uint8)
    named[:, 0] = ord("h")
    named[:, 1] = np.minimum(weights, _MEMO)
    names = named.tobytes()
    edges = blocks.borders.tolist()
    pickled = []
    for low, high, least, most in zip(
        edges, edges[1:], blocks.lightest.tolist(), blocks.heaviest.tolist(), strict=False
    ):
        if most == 1:
            pickled.append(b"N")
        elif least == most:
            pickled.append(struct.pack(">cd", b"G", most))
        elif most <= _MEMO:
            pickled.append(_MEMOS[: _MEMO_SIZE * most] + b"(" + names[2 * low : 2 * high] + b"t")
        else:
            each = (struct.pack(">cd", b"G", weight) for weight in weights[low:high].tolist())
            pickled.append(b"(" + b"".join(each) + b"t")
    return pickled


def _position_values(positions: Ints, edges: Longs) -> Callable[[Longs], list[bytes]]:
    """Whoosh's `Positions` format; ``edges`` is where each posting's run of positions begins.

    A value is the number of positions as four bytes and a pickled list of steps from one to the next.
    """
    counts = np.diff(edges, append=len(positions))
    steps = np.diff(positions, prepend=0)
    steps[edges] = positions[edges]
    ints, counted, sizes = _pickled_ints(steps)
    several = counts > 1
    inner = 4 + 1 + several + np.add.reduceat(sizes, edges) + 2
    long = inner > 255
    # A row is a position; what stands before and behind its number belongs to the first and the last of a posting.
    rows = np.zeros((len(positions), 18), dtype=np.uint8)
    used = np.zeros(rows.shape, dtype=np.bool_)
    rows[edges, 0] = np.where(long, ord("B"), ord("C"))
    rows[edges, 1:5] = inner.astype("<u4").view(np.uint8).reshape(-1, 4)
    rows[edges, 5:9] = counts.astype(">u4").view(np.uint8).reshape(-1, 4)
    rows[edges, 9] = ord("]")
    rows[edges, 10] = ord("(")
    used[edges, :2] = True
    used[edges, 2:5] = long[:, None]
    used[edges, 5:10] = True
    used[edges, 10] = several
    rows[:, 11:16] = ints
    used[:, 11:16] = counted
    last = np.append(edges[1:], len(positions)) - 1
    rows[last, 16] = np.where(several, ord("e"), ord("a"))
    rows[last, 17] = ord(".")
    used[last, 16:] = True
    items = rows[used].tobytes()
    starts = _starts(inner + 2 + 3 * long)
    return lambda borders: _tuples(items, starts[borders])


def _same_values(value: bytes) -> Callable[[Longs], list[bytes]]:
    """The values of labels: all the same, of fixed size, so joined; or none at all."""

    def values(borders: Longs) -> list[bytes]:
        if not value:
            return [b"N"] * (len(borders) - 1)
        return [struct.pack("<ci", b"B", len(value) * count) + value * count for count in np.diff(borders).tolist()]

    return values


def _starts(sizes: Longs) -> Longs:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
