"""Postings as Whoosh keeps them: the blocks of its W3PostingsWriter and the pickles in them, made as whole arrays."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints, Longs

_BLOCK = 128
"""Postings of a block, as in the stock writer: a matcher skips block by block."""


LEVEL = 1
"""How hard zlib packs a block. Plain blocks take a quarter less time and twice the space, which costs it again."""


Octets = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FieldPostings:
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


@dataclass(frozen=True, slots=True)
class Blocks:
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


def blocks_of(postings: FieldPostings) -> Blocks:
    counts = -(-np.diff(postings.begins) // _BLOCK)
    ends = np.cumsum(counts)
    places = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
    starts = np.repeat(postings.begins[:-1], counts) + places * _BLOCK
    last = np.zeros(len(starts), dtype=np.bool_)
    last[ends - 1] = True
    borders = np.append(starts, len(postings.docs))
    return Blocks(
        borders=borders,
        first=places == 0,
        last=last,
        last_docs=postings.docs[borders[1:] - 1],
        lightest=np.minimum.reduceat(postings.weights, starts),
        heaviest=np.maximum.reduceat(postings.weights, starts),
        shortest=np.minimum.reduceat(postings.lengths, starts),
        longest=np.maximum.reduceat(postings.lengths, starts),
    )


def data_of(postings: FieldPostings, blocks: Blocks) -> list[bytes]:
    """The pickled (documents, weights, values) of each block, packed."""
    parts = zip(
        _pickled_docs(postings.docs, blocks.borders),
        _pickled_weights(postings.weights, blocks),
        postings.values(blocks.borders),
        strict=True,
    )
    return [zlib.compress(b"\x80\x03" + docs + weights + values + b"\x87.", LEVEL) for docs, weights, values in parts]


_HEADER = b"\0\0\0\0\x80\x02(J\0\0\0\0J\0\0\0\0G\0\0\0\0\0\0\0\0K\0K\0K\0t."
"""The size of what follows, then the pickled (postings, last document, greatest weight, zlib level, least and greatest
length); zeros stand for the figures."""


HEADER_SIZE = len(_HEADER)


_HEADER_FIELDS = np.dtype(
    {
        "names": ["size", "postings", "last_doc", "heaviest", "level", "shortest", "longest"],
        "formats": [">i4", "<i4", "<i4", ">f8", "u1", "u1", "u1"],
        "offsets": [0, 8, 13, 18, 27, 29, 31],
        "itemsize": HEADER_SIZE,
    }
)


def headers_of(blocks: Blocks, data: list[bytes]) -> list[bytes]:
    headers = np.frombuffer(bytearray(_HEADER * len(data)), dtype=_HEADER_FIELDS)
    # The size does not count itself; the last block of a term has it negative.
    sizes = sizes_of(data) + HEADER_SIZE - 4
    headers["size"] = np.where(blocks.last, -sizes, sizes)
    headers["postings"] = np.diff(blocks.borders)
    headers["last_doc"] = blocks.last_docs
    headers["heaviest"] = blocks.heaviest
    headers["level"] = LEVEL
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


def infos_of(postings: FieldPostings, blocks: Blocks, edges: Longs) -> list[bytes]:
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


def sizes_of(data: list[bytes]) -> Longs:
    return np.fromiter(map(len, data), dtype=np.int64, count=len(data))


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
    return _tuples(rows[counted].tobytes(), starts_of(sizes)[borders])


_MEMO = 255
"""Weights up to this are pickled once a block, then named by two bytes."""


_MEMO_SIZE = 12


_MEMOS = b"".join(struct.pack(">cdcBc", b"G", weight, b"q", weight, b"0") for weight in range(1, _MEMO + 1))
"""Remembers 1.0 under the name 1, and so on."""


def _pickled_weights(weights: Longs, blocks: Blocks) -> list[bytes]:
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


def position_values(positions: Ints, edges: Longs) -> Callable[[Longs], list[bytes]]:
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
    starts = starts_of(inner + 2 + 3 * long)
    return lambda borders: _tuples(items, starts[borders])


def same_values(value: bytes) -> Callable[[Longs], list[bytes]]:
    """The values of labels: all the same, of fixed size, so joined; or none at all."""

    def values(borders: Longs) -> list[bytes]:
        if not value:
            return [b"N"] * (len(borders) - 1)
        return [struct.pack("<ci", b"B", len(value) * count) + value * count for count in np.diff(borders).tolist()]

    return values


def starts_of(sizes: Longs) -> Longs:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
