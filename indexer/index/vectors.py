"""The vectors of a build: of its words, kept from build to build, and of its passages, sums of their words'.

A passage's vector depends on its own words and the model alone, and is reckoned in whole numbers. So an update reckons
only what is new, and what it keeps is, byte for byte, what a rebuild would reckon.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import StoreError, not_opened
from indexer.index.arrays.filed import mapped_array, save_array
from indexer.index.arrays.steps import Ints, Longs
from indexer.index.arrays.strings import StringTable, table_of
from indexer.index.columns import ZONES, open_tables
from indexer.index.words import Words
from indexer.meaning.model import DIMENSIONS, Directions, Weights, WordModel

_META = "meaning.json"
_OTHERS = "meaning-others"
_ARRAYS = ("directions", "weights", "word_signs", "passages", "signs")
_AT_ONCE = 500
"""Passages whose vectors are summed up in one go."""
_THREADS = 2
_SIGNS = DIMENSIONS // 64

Signs = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of one build, mapped. N passages, W words, D dimensions."""

    model: str
    others: StringTable
    """Words beside the archive's lemmas whose vectors are kept: those of synonyms."""
    directions: Directions
    """W × D: of the lemmas by their numbers, then of the others by theirs."""
    weights: Weights
    word_signs: Signs
    """D / 64 × W"""
    passages: Directions
    """N × D; zeros for a passage without a telling word."""
    signs: Signs
    """D / 64 × N: the signs of the same as bits, by which the nearest are guessed before they are reckoned."""

    def close(self) -> None:
        """Lets go of the files, whoever still holds this object."""
        self.others.close()
        for name in _ARRAYS:
            object.__setattr__(self, name, np.empty((0, 0), dtype=np.int8))

    def number_of(self, word: str, lemmas: StringTable) -> int:
        """The row of a word, -1 for one that the build has no vector of."""
        number = lemmas.find(word)
        if number >= 0:
            return number
        other = self.others.find(word)
        return len(lemmas) + other if other >= 0 else -1


@dataclass(frozen=True, slots=True)
class EarlierVectors:
    """Those of another build."""

    folder: Path
    lemmas: StringTable
    vectors: Vectors

    def rows(self) -> dict[str, int]:
        """Word → its row; all of them at once, since a search for each takes ten times as long."""
        return {word: row for row, word in enumerate((*self.lemmas, *self.vectors.others))}


@dataclass(frozen=True, slots=True)
class Staying:
    """Passages of that build that stay: the numbers they had and those they have now, ascending."""

    old: Longs
    new: Longs

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """Those that stand together in both builds: the first's number in that build, in this one, how many."""
        if not len(self.old):
            return
        breaks = np.flatnonzero((np.diff(self.old) != 1) | (np.diff(self.new) != 1)) + 1
        begins = np.concatenate([[0], breaks])
        lengths = np.diff(np.append(begins, len(self.old)))
        yield from zip(self.old[begins].tolist(), self.new[begins].tolist(), lengths.tolist(), strict=True)


def write_vectors(
    folder: Path,
    words: Words,
    stream: Ints,
    zones: Ints,
    model: WordModel,
    *,
    others: Iterable[str] = (),
    known: EarlierVectors | None = None,
    staying: Staying | None = None,
) -> None:
    """Writes the vectors of a build's words and passages.

    ``others`` are words that queries may have beside the archive's. What ``known`` has of the same model is taken from
    it, the vectors of passages where ``staying`` names them.
    """
    if known is not None and known.vectors.model != model.name:
        known, staying = None, None
    table = table_of(sorted({word for word in others if words.lemmas.find(word) < 0}))[0]
    directions, weights = _of_words([*words.lemmas, *table], model, known)
    count = len(zones) // ZONES
    place = _path(folder, "passages")
    passages = mapped_array(place, (count, DIMENSIONS), np.int8)
    signs = np.zeros((_SIGNS, count), dtype=np.uint64)
    fresh = np.ones(count, dtype=np.bool_)
    if known is not None and staying is not None:
        # By the kernel, below the mapped pages: both look at the same ones.
        _take_over(_path(known.folder, "passages"), place, staying)
        for old, new, length in staying.spans():
            signs[:, new : new + length] = known.vectors.signs[:, old : old + length]
        fresh[staying.new] = False
    _sum_up(passages, signs, np.flatnonzero(fresh), _Text(_first_lemmas(words), stream, zones), directions, weights)
    made: dict[str, NDArray[Any]] = {
        "directions": directions,
        "weights": weights,
        "word_signs": signs_of(directions),
        "signs": signs,
    }
    for name, array in made.items():
        save_array(_path(folder, name), array)
    table.save(folder, _OTHERS)
    shapes = {
        "directions": directions.shape,
        "weights": weights.shape,
        "word_signs": (_SIGNS, len(weights)),
        "passages": (count, DIMENSIONS),
        "signs": signs.shape,
    }
    (folder / _META).write_text(json.dumps({"model": model.name, "shapes": shapes}), encoding="utf-8")


def summed_up(
    words: Words, stream: Ints, zones: Ints, directions: Directions, weights: Weights
) -> tuple[Directions, Signs]:
    """The vectors of all passages and their signs, made from those of the words."""
    count = len(zones) // ZONES
    passages = np.zeros((count, DIMENSIONS), dtype=np.int8)
    signs = np.zeros((_SIGNS, count), dtype=np.uint64)
    _sum_up(passages, signs, np.arange(count), _Text(_first_lemmas(words), stream, zones), directions, weights)
    return passages, signs


def open_vectors(folder: Path, lemmas: int, passages: int | None) -> Vectors | None:
    """The vectors of a build with so many lemmas and, where told, passages; ``None`` if it was made without a model.

    Raises StoreError where they are damaged or of another build.
    """
    if not (folder / _META).exists():
        return None
    try:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        arrays = {name: np.load(_path(folder, name), mmap_mode="r").view(np.ndarray) for name in _ARRAYS}
        others = StringTable.open(folder, _OTHERS)
        if {name: list(array.shape) for name, array in arrays.items()} != meta["shapes"]:
            raise ValueError
        if lemmas + len(others) != len(arrays["weights"]) or passages not in (None, len(arrays["passages"])):
            raise ValueError
        return Vectors(str(meta["model"]), others, **arrays)
    except (OSError, MemoryError, ValueError, LookupError, TypeError, AttributeError, EOFError) as error:
        raise not_opened(folder, error, "векторы слов") from error


def earlier_vectors(folder: Path) -> EarlierVectors | None:
    """The vectors of another build; ``None`` where it has none that can be read: they are reckoned anew then."""
    try:
        lemmas = open_tables(folder).lemmas
        found = open_vectors(folder, len(lemmas), None)
    except (StoreError, OSError, ValueError):
        return None
    return EarlierVectors(folder, lemmas, found) if found else None


def signs_of(vectors: NDArray[Any]) -> Signs:
    """The signs of vectors (n × D) as bits, D / 64 × n."""
    bits = np.packbits(vectors > 0, axis=1, bitorder="little")
    return np.ascontiguousarray(bits.view(np.uint64).T)


def _of_words(words: list[str], model: WordModel, known: EarlierVectors | None) -> tuple[Directions, Weights]:
    """The vectors of all words: those that another build has are taken from it."""
    directions = np.zeros((len(words), DIMENSIONS), dtype=np.int8)
    weights = np.zeros(len(words), dtype=np.uint8)
    found = np.full(len(words), -1, dtype=np.int64)
    if known is not None:
        rows = known.rows()
        found[:] = [rows.get(word, -1) for word in words]
        old = np.flatnonzero(found >= 0)
        directions[old], weights[old] = known.vectors.directions[found[old]], known.vectors.weights[found[old]]
    new = np.flatnonzero(found < 0)
    if len(new):
        directions[new], weights[new] = model.vectors([words[place] for place in new.tolist()])
    return directions, weights


# Passages


@dataclass(frozen=True, slots=True)
class _Text:
    """What passages are made of."""

    form_lemma: Ints
    """The likeliest lemma of each form, -1 where there is none."""
    stream: Ints
    zones: Ints

    def lemmas(self, passage: int) -> Ints:
        """The lemmas of a passage's text, without its question and heading."""
        found = self.form_lemma[self.stream[self.zones[passage * ZONES] : self.zones[passage * ZONES + 1]]]
        chosen: Ints = found[found >= 0]
        return chosen


def _first_lemmas(words: Words) -> Ints:
    begins, ends = words.form_lemmas_start[:-1], words.form_lemmas_start[1:]
    found = np.full(len(begins), -1, dtype=np.int32)
    some = ends > begins
    found[some] = words.form_lemmas[begins[some]]
    return found


def _sum_up(
    passages: Directions, signs: Signs, numbers: Longs, text: _Text, directions: Directions, weights: Weights
) -> None:
    """Fills in the vectors of the passages of these numbers: weighted sums of their words', at length one."""

    def fill(chosen: Longs) -> None:
        sums = np.zeros((len(chosen), DIMENSIONS), dtype=np.float64)
        for place, number in enumerate(chosen.tolist()):
            lemmas = text.lemmas(number)
            sums[place] = _sum_of(directions[lemmas], weights[lemmas])
        lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        found = np.rint(sums * 127 / np.maximum(lengths, 1)).astype(np.int8)
        passages[chosen] = found
        signs[:, chosen] = signs_of(found)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(fill, np.array_split(numbers, -(-len(numbers) // _AT_ONCE) or 1)))


_EXACT_UP_TO = 500
"""Words whose sum single precision holds without rounding: 127 · 255 · 500 is less than 2^24."""


def _sum_of(directions: Directions, weights: Weights) -> NDArray[Any]:
    """The weighted sum of directions, exact: whatever order a processor adds in, the sum is the same."""
    kind = np.float32 if len(weights) <= _EXACT_UP_TO else np.float64
    found: NDArray[Any] = weights.astype(kind) @ directions.astype(kind)
    return found


_CHUNK = 1 << 26
"""Bytes copied in one go."""


def _take_over(source: Path, target: Path, staying: Staying) -> None:
    """Copies rows from file to file, by the kernel where it can: mapped pages would all be faulted in one by one."""
    begin, size = _where_rows_begin(source)
    with source.open("rb") as old, target.open("r+b") as new:
        for first, place, count in staying.spans():
            _copy(old.fileno(), begin + first * size, new.fileno(), begin + place * size, count * size)


def _where_rows_begin(path: Path) -> tuple[int, int]:
    """Of an array's file: the offset of its first row, and the bytes of a row."""
    mapped = np.load(path, mmap_mode="r")
    return int(mapped.offset), int(mapped.strides[0])


def _copy(source: int, begin: int, target: int, place: int, count: int) -> None:
    while count > 0:
        copied = _copied(source, begin, target, place, min(count, _CHUNK))
        if not copied:
            raise OSError("a file of vectors ends too early")
        begin, place, count = begin + copied, place + copied, count - copied


def _copied(source: int, begin: int, target: int, place: int, count: int) -> int:
    """Bytes copied, 0 at the end of the file. Some systems and disks cannot do it by themselves."""
    try:
        return os.copy_file_range(source, target, count, begin, place)
    except (AttributeError, OSError):
        os.lseek(source, begin, os.SEEK_SET)
        os.lseek(target, place, os.SEEK_SET)
        return os.write(target, os.read(source, count))


def _path(folder: Path, name: str) -> Path:
    return folder / f"meaning-{name}.npy"
