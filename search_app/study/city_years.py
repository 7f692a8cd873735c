"""A table city × year, ready to print: of the whole archive or of what a search finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """How many answers and where they are; ``shade`` from 1 up tells few from many, 0 tells nothing."""

    url: str
    count: int
    shade: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One city: its cells in the order of the columns, ``None`` where there is nothing."""

    city: str
    url: str
    cells: tuple[Cell | None, ...]
    count: int
