"""How people mistype: the keys of the two layouts and the costs of single errors, from ``typing.toml``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import indexer.vocabulary
from indexer.index.arrays.strings import letter_codes
from indexer.vocabulary import read_toml


@dataclass(frozen=True, slots=True)
class Typing:
    """The tables of ``typing.toml``."""

    to_cyrillic: dict[int, int]
    """For `str.translate`."""
    to_latin: dict[int, int]
    substitution: NDArray[np.float32]
    """Cost of one letter for another, by `_code`."""
    sign: float
    signs: tuple[int, ...]
    doubled: float
    swapped: float


@functools.cache
def typing() -> Typing:
    """The tables, read once per process. Raises VocabularyError on a fault in the file."""
    assert indexer.vocabulary.__file__
    file = read_toml(Path(indexer.vocabulary.__file__).parent / "typing.toml")
    layout, costs, letters = file.table("layout"), file.table("costs"), file.table("letters")
    latin = layout.text("latin") + layout.text("latin_shifted")
    cyrillic = layout.text("cyrillic") + layout.text("cyrillic_shifted")
    substitution = np.ones((_CODES, _CODES), dtype=np.float32)
    np.fill_diagonal(substitution, 0.0)
    rows = layout.text("cyrillic")[1:13], layout.text("cyrillic")[13:24], layout.text("cyrillic")[24:]
    for row in rows:
        for one, other in zip(row, row[1:], strict=False):
            _set(substitution, one, other, costs.number("neighbour", 0, 1))
    for pair in letters.texts("alike"):
        _set(substitution, pair[0], pair[1], costs.number("alike", 0, 1))
    return Typing(
        to_cyrillic=str.maketrans(latin, cyrillic),
        to_latin=str.maketrans(cyrillic, latin),
        substitution=substitution,
        sign=costs.number("sign", 0, 1),
        signs=tuple(_code(sign) for sign in letters.text("signs")),
        doubled=costs.number("doubled", 0, 1),
        swapped=costs.number("swapped", 0, 1),
    )


_CODES = 64


def _code(sign: str) -> int:
    return int(letter_codes(sign)[0])


def _set(table: NDArray[np.float32], one: str, other: str, cost: float) -> None:
    one, other = one.replace("ё", "е"), other.replace("ё", "е")
    table[_code(one), _code(other)] = table[_code(other), _code(one)] = cost
