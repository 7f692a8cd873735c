"""Sorted tables of strings and of their character 4-grams, kept as arrays: nothing is loaded to look a word up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GRAM = 4
"""Letters of a gram, word boundaries included: ‹мэр, мэра, эра›."""

OTHER_LETTER = 59
"""The code of what is neither a Russian nor a Latin letter."""

_OPEN, _CLOSE = 2, 3
"""Code units that bound a word in its grams; no text has them."""


class StringTable:
    """Strings in the order of their UTF-8 bytes; a string's number is its place."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self._blob = memoryview(blob)  # type: ignore[arg-type]
        self._offsets = offsets
        self._known: dict[str, int] = {}

    @classmethod
    def open(cls, folder: Path, name: str) -> StringTable:
        """The table of that name in a build's folder, memory-mapped."""
        blob = np.load(folder / f"{name}.blob.npy", mmap_mode="r")
        # A memmap is slower to index than a plain array over the same memory.
        offsets = np.load(folder / f"{name}.offsets.npy", mmap_mode="r")
        return cls(np.asarray(blob), np.asarray(offsets))

    def __len__(self) -> int:
        return len(self._offsets) - 1

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
        return range(self._place(key), self._place(key + b"\xff"))

    def _bytes(self, number: int) -> bytes:
        return bytes(self._blob[self._offsets[number] : self._offsets[number + 1]])

    def _place(self, key: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low


def write_strings(folder: Path, name: str, strings: Sequence[str]) -> NDArray[np.int32]:
    """Writes a table of distinct strings; returns the number that each of them got."""
    encoded = [text.encode("utf-8", "replace") for text in strings]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(encoded[place]) for place in order], out=offsets[1:])
    np.save(folder / f"{name}.blob.npy", np.frombuffer(b"".join(encoded[place] for place in order), dtype=np.uint8))
    np.save(folder / f"{name}.offsets.npy", offsets)
    numbers = np.empty(len(encoded), dtype=np.int32)
    numbers[order] = np.arange(len(encoded), dtype=np.int32)
    return numbers


def grams_of(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """All grams of the words, as numbers, and the place of the word each belongs to.

    A gram's number packs four UTF-16 code units; a word too short for a gram is a gram by itself.
    """
    if not words:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    bounded = [f"{chr(_OPEN)}{word}{chr(_CLOSE)}".ljust(GRAM, "\0") for word in words]
    lengths = np.fromiter((len(word.encode("utf-16-le", "replace")) // 2 for word in bounded), dtype=np.int64)
    units = np.frombuffer("".join(bounded).encode("utf-16-le", "replace"), dtype=np.uint16).astype(np.int64)
    numbers = (units[:-3] << 48) | (units[1:-2] << 32) | (units[2:-1] << 16) | units[3:]
    owners = np.repeat(np.arange(len(words), dtype=np.int32), lengths)
    # A window belongs to a word when it begins and ends in the same one.
    whole = owners[:-3] == owners[3:]
    return numbers[whole], owners[:-3][whole]


def letter_codes(text: str) -> NDArray[np.int64]:
    """Russian letters 1–32 (ё is е), Latin ones 33–58, the rest `OTHER_LETTER`; lower case is expected."""
    units = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    codes = np.full(len(units), OTHER_LETTER, dtype=np.int64)
    russian = (units >= ord("а")) & (units <= ord("я"))
    latin = (units >= ord("a")) & (units <= ord("z"))
    codes[russian] = units[russian] - ord("а") + 1
    codes[latin] = units[latin] - ord("a") + 33
    return codes


def letter_sets(words: Sequence[str]) -> NDArray[np.uint64]:
    """The letters of each word as bits of their codes."""
    if not words:
        return np.empty(0, dtype=np.uint64)
    lengths = np.fromiter(map(len, words), dtype=np.int64)
    bits = np.uint64(1) << letter_codes("".join(words)).astype(np.uint64)
    return np.bitwise_or.reduceat(bits, np.cumsum(lengths) - lengths)
