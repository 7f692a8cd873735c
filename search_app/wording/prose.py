"""The text of an answer → paragraphs, lists and tables to print. Nothing is lost: the pieces joined are the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

# «- организация и проведение», «• 12 мая», «– приём граждан»
_BULLET = re.compile(r"(?P<marker>[-•–—*·▪])\s+(?P<text>\S.*)")
# «1. Утверждён план», «2) обучение», «а) приём», «1.2. Подпункт»
_NUMBER = re.compile(r"(?P<marker>(?:\d{1,3}(?:\.\d{1,2}){0,3}[.)]|[а-яёa-z]\)))\s+(?P<text>\S.*)")
_CELL_BORDER = " | "


@dataclass(frozen=True, slots=True)
class Item:
    """One list item with its printed number; bullets have none."""

    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines of one shape: ``paragraph``, ``list`` (items) or ``table`` (rows)."""

    shape: str
    text: str = ""
    items: tuple[Item, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def pieces(text: str) -> list[Piece]:
    """The pieces of ``text`` in order; neighbouring items form one list, neighbouring rows one table."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return [piece for shape, run in groupby(lines, key=_shape) for piece in _join(shape, run)]


def _shape(line: str) -> str:
    if _BULLET.fullmatch(line) or _NUMBER.fullmatch(line):
        return "list"
    return "table" if _CELL_BORDER in line else "paragraph"


def _join(shape: str, lines: Iterable[str]) -> list[Piece]:
    if shape == "list":
        return [Piece(shape, items=tuple(map(_item, lines)))]
    if shape == "table":
        return [Piece(shape, rows=_rows(lines))]
    return [Piece(shape, text=line) for line in lines]


def _item(line: str) -> Item:
    bullet = _BULLET.fullmatch(line)
    if bullet:
        return Item("", bullet["text"])
    number = _NUMBER.fullmatch(line)
    return Item(number["marker"], number["text"]) if number else Item("", line)


def _rows(lines: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Rows filled up to one width, since empty cells at the end are not in the text."""
    rows = [tuple(line.split(_CELL_BORDER)) for line in lines]
    width = max(map(len, rows))
    return tuple(row + ("",) * (width - len(row)) for row in rows)
