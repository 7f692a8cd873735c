"""Sorted tables of strings and of their character 4-grams, kept as arrays: nothing is loaded to look a word up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.filed import save_array
from indexer.index.arrays.steps import Longs, runs, starts

Number = TypeVar("Number", bound=np.generic)

GRAM = 4
"""Letters of a gram, word boundaries included: ‹мэр, мэра, эра›."""

OTHER_LETTER = 59
"""The code of what is neither a Russian nor a Latin letter."""

_OPEN, _CLOSE = 2, 3
"""Code units that bound a word in its grams; no text has them."""


class StringTable:
    """Strings in the order of their UTF-8 bytes; a string's number is its place."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.blob = blob
        self.offsets = offsets
        self._bytes_of_all = memoryview(blob)  # type: ignore[arg-type]
        self._known: dict[str, int] = {}

    @classmethod
    def open(cls, folder: Path, name: str) -> StringTable:
        """The table of that name in a build's folder, memory-mapped."""
        blob = np.load(folder / f"{name}.blob.npy", mmap_mode="r")
        # A memmap is slower to index than a plain array over the same memory.
        offsets = np.load(folder / f"{name}.offsets.npy", mmap_mode="r")
        return cls(np.asarray(blob), np.asarray(offsets))

    def save(self, folder: Path, name: str) -> None:
        """Writes the table for `open`."""
        save_array(folder / f"{name}.blob.npy", self.blob)
        save_array(folder / f"{name}.offsets.npy", self.offsets)

    def is_whole(self) -> bool:
        """Whether the strings follow each other from the beginning of the bytes to their end."""
        offsets = self.offsets
        return offsets[0] == 0 and offsets[-1] == len(self.blob) and not np.any(np.diff(offsets) < 0)

    def close(self) -> None:
        """Lets go of the files, whoever still holds this table: it is empty from now on."""
        self._bytes_of_all.release()
        self.blob, self.offsets = np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._bytes(number), "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def find(self, text: str) -> int:
        """The number of a string, -1 when the table has none such."""
        number = self._known.get(text)
        if number is None:
            key = text.encode("utf-8", "replace")
            place = self._place(key)
            number = place if place < len(self) and self._bytes(place) == key else -1
            if len(self._known) < 100_000:  # queries are endless, memory is not
                self._known[text] = number
        return number

    def beginning(self, prefix: str) -> range:
        """The numbers of the strings that begin with ``prefix``."""
        key = prefix.encode("utf-8", "replace")
        first = self._place(key)
        return range(first, self._place(key + b"\xff", first))

    def text(self) -> str:
        """All strings, one behind the other."""
        return bytes(self._bytes_of_all).decode("utf-8")

    def lengths(self) -> Longs:
        """The letters of each string."""
        begins_letter = (self.blob & 0xC0) != 0x80
        found: Longs = np.diff(starts(begins_letter)[self.offsets])
        return found

    def place(self, text: str) -> int:
        """Where a string stands or would stand."""
        return self._place(text.encode("utf-8", "replace"))

    def _bytes(self, number: int) -> bytes:
        return bytes(self._bytes_of_all[self.offsets[number] : self.offsets[number + 1]])

    def _place(self, key: bytes, low: int = 0) -> int:
        return bisect_left(range(len(self)), key, low, key=self._bytes)


def table_of(strings: Sequence[str]) -> tuple[StringTable, NDArray[np.int32]]:
    """A table of distinct strings, and the number that each of them got."""
    encoded = [text.encode("utf-8", "replace") for text in strings]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(encoded[place]) for place in order], out=offsets[1:])
    blob = np.frombuffer(b"".join(encoded[place] for place in order), dtype=np.uint8)
    numbers = np.empty(len(encoded), dtype=np.int32)
    numbers[order] = np.arange(len(encoded), dtype=np.int32)
    return StringTable(blob, offsets), numbers


@dataclass(frozen=True, slots=True)
class Union:
    """Two tables made one."""

    table: StringTable
    sources: NDArray[np.int64]
    """For each string of the union its number in the first table, or behind it, in the second."""
    first: NDArray[np.int32]
    """The new number of each string of the first table, -1 where it was not kept…"""
    second: NDArray[np.int32]
    """…and of the second."""

    def joined(self, first: NDArray[Number], second: NDArray[Number]) -> NDArray[Number]:
        """What belongs to the strings of the two tables, for those of the union."""
        found: NDArray[Number] = np.concatenate([first, second])[self.sources]
        return found


def union(first: StringTable, kept: NDArray[np.bool_], second: StringTable) -> Union:
    """The kept strings of the first table and all of the second."""
    places = np.fromiter(map(first.place, second), dtype=np.int64, count=len(second))
    known = np.fromiter(
        (place < len(first) and first[place] == text for place, text in zip(places.tolist(), second, strict=True)),
        dtype=np.bool_,
        count=len(second),
    )
    kept = kept.copy()
    kept[places[known]] = True
    old, new = np.flatnonzero(kept), np.flatnonzero(~known)
    # A new string stands before the one at whose place it would be put in.
    order = np.argsort(np.concatenate([2 * old + 1, 2 * places[new]]), kind="stable")
    sources = np.concatenate([old, len(first) + new])[order]
    numbers = np.full(len(first) + len(second), -1, dtype=np.int32)
    numbers[sources] = np.arange(len(sources), dtype=np.int32)
    of_second = numbers[len(first) :]
    of_second[known] = numbers[places[known]]
    return Union(_taken(first, second, sources), sources, numbers[: len(first)], of_second)


def _taken(first: StringTable, second: StringTable, sources: NDArray[np.int64]) -> StringTable:
    begins = np.concatenate([first.offsets[:-1], second.offsets[:-1] + len(first.blob)])[sources]
    ends = np.concatenate([first.offsets[1:], second.offsets[1:] + len(first.blob)])[sources]
    blob = np.concatenate([first.blob, second.blob])[runs(begins, ends)]
    return StringTable(blob, np.concatenate([[0], np.cumsum(ends - begins)]))


def grams_of(words: Sequence[str] | StringTable) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """All grams of the words, as numbers, and the place of the word each belongs to.

    A gram's number packs four UTF-16 code units; a word too short for a gram is a gram by itself.
    """
    if not len(words):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    units, lengths = _bounded(*_laid_out(words))
    wide = units.astype(np.int64)
    numbers = (wide[:-3] << 48) | (wide[1:-2] << 32) | (wide[2:-1] << 16) | wide[3:]
    owners = np.repeat(np.arange(len(words), dtype=np.int32), lengths)
    # A window belongs to a word when it begins and ends in the same one.
    whole = owners[:-3] == owners[3:]
    return numbers[whole], owners[:-3][whole]


def _laid_out(words: Sequence[str] | StringTable) -> tuple[str, Longs]:
    """All words one behind the other, and the letters of each."""
    if isinstance(words, StringTable):
        return words.text(), words.lengths()
    return "".join(words), np.fromiter(map(len, words), dtype=np.int64, count=len(words))


def _bounded(text: str, lengths: Longs) -> tuple[NDArray[np.uint16], Longs]:
    """The code units of words between their bounds, filled up to a gram with zeros; and how many each word has."""
    content = np.frombuffer(text.encode("utf-16-le", "replace"), dtype=np.uint16)
    if len(content) != len(text):
        letters = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
        lengths = np.diff(starts(1 + (letters > 0xFFFF))[starts(lengths)])
    sizes = np.maximum(lengths + 2, GRAM)
    begins = starts(sizes)[:-1]
    units = np.zeros(int(sizes.sum()), dtype=np.uint16)
    units[begins] = _OPEN
    units[begins + lengths + 1] = _CLOSE
    inside = np.ones(len(units), dtype=np.bool_)
    inside[begins] = inside[begins + lengths + 1] = False
    for place in range(2, GRAM):
        inside[begins[lengths + 2 <= place] + place] = False
    units[inside] = content
    return units, sizes


def letter_codes(text: str) -> NDArray[np.int64]:
    """Russian letters 1–32 (ё is е), Latin ones 33–58, the rest `OTHER_LETTER`; lower case is expected."""
    units = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    codes = np.full(len(units), OTHER_LETTER, dtype=np.int64)
    russian = (units >= ord("а")) & (units <= ord("я"))
    latin = (units >= ord("a")) & (units <= ord("z"))
    codes[russian] = units[russian] - ord("а") + 1
    codes[latin] = units[latin] - ord("a") + 33
    return codes


def letter_sets(words: Sequence[str] | StringTable) -> NDArray[np.uint64]:
    """The letters of each word as bits of their codes."""
    if not len(words):
        return np.empty(0, dtype=np.uint64)
    text, lengths = _laid_out(words)
    bits = np.uint64(1) << letter_codes(text).astype(np.uint64)
    return np.bitwise_or.reduceat(bits, np.cumsum(lengths) - lengths)
