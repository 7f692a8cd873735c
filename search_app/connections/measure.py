"""What a measure of a judged set is: the columns it is known by, and rows in, figures out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from search_app.engine.door import Engine

Row = Mapping[str, str]
"""One line of a judged set, by the names of its columns."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a measure gives."""

    title: str
    """«точность»"""
    value: float
    """A share, 0…1."""
    of: int
    """The number of cases that it is a share of."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a judged set."""

    figures: tuple[Figure, ...]
    failures: tuple[str, ...] = ()
    """Each case that went wrong, as a line for people."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How one kind of judged set is measured."""

    title: str
    """«Повторы ответов по годам»"""
    columns: tuple[str, ...]
    """The set's columns: a file with exactly these (in any order) is measured by this."""
    measure: Callable[[Sequence[Row], Engine], Measured]


def share(title: str, good: int, of: int) -> Figure:
    """A share as a figure; of nothing it is 1: nothing went wrong."""
    return Figure(title, good / of if of else 1.0, of)
