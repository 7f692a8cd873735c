"""A ring of names with an arc for each tie between two of them: who speaks of whom, at a glance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 440
_ACROSS, _DOWN = 190.0, 175.0
"""Half axes of the ring."""
_LETTER = 8.4
"""Room for a letter of a name; beside the ring the drawing is as wide as the names are long."""
_THICKEST, _THINNEST = 7.0, 1.2
_APART = 14
"""From the ring to a name."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name at the ring."""

    text: str
    x: float
    y: float
    """Of its dot."""
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Arc:
    """One tie; ``title`` says it."""

    path: str
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Ring:
    """The drawing."""

    width: int
    height: int
    names: tuple[Name, ...]
    arcs: tuple[Arc, ...]


def ring(names: Sequence[str], ties: Mapping[tuple[int, int], tuple[int, str]]) -> Ring:
    """A ring of ``names``; a tie leads from one place among them to another, with its number and words."""
    middle = round(_ACROSS + _APART + _LETTER * max(map(len, names), default=0)) + 4
    points = [_point(place, len(names), middle) for place in range(len(names))]
    most = max((number for number, _ in ties.values()), default=1)
    arcs = [
        Arc(
            _path(points[one], points[other], middle),
            round(_THINNEST + (_THICKEST - _THINNEST) * number / most, 1),
            words,
        )
        for (one, other), (number, words) in sorted(ties.items())
    ]
    return Ring(
        2 * middle,
        HEIGHT,
        tuple(_name(text, point, middle) for text, point in zip(names, points, strict=True)),
        tuple(arcs),
    )


def _point(place: int, number: int, middle: int) -> tuple[float, float]:
    angle = 2 * math.pi * place / max(number, 1) - math.pi / 2
    return round(middle + _ACROSS * math.cos(angle), 1), round(HEIGHT / 2 + _DOWN * math.sin(angle), 1)


def _name(text: str, point: tuple[float, float], middle: int) -> Name:
    x, y = point
    aside = (x - middle) / _ACROSS
    anchor = "middle" if abs(aside) < 0.2 else "start" if aside > 0 else "end"
    below = (y - HEIGHT / 2) / _DOWN
    shift = 0 if anchor == "middle" else _APART if aside > 0 else -_APART
    down = (_APART + 12 if below > 0 else -_APART) if anchor == "middle" else 5
    return Name(text, x, y, x + shift, y + down, anchor)


def _path(one: tuple[float, float], other: tuple[float, float], middle: int) -> str:
    """A curve that leans to the middle: ties between neighbours stay apart from those across."""
    bend = (middle + (one[0] + other[0] - 2 * middle) / 5, HEIGHT / 2 + (one[1] + other[1] - HEIGHT) / 5)
    return f"M{one[0]} {one[1]}Q{bend[0]:.1f} {bend[1]:.1f} {other[0]} {other[1]}"
