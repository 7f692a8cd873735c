"""The map of the cities: a dot for each, its area the number of answers; names where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.vocabulary import City, Vocabulary
from search_app.request.addresses import city_url
from search_app.study.drawing.projection import Frame, Point, frame

WIDTH = 1000
"""Units of the drawing, like all sizes here."""
_MARGIN = 46
_LARGEST, _SMALLEST = 20.0, 5.0  # Radii. Smaller dots could not be hit with a finger.
_CROWD = 90.0  # The largest radius times the root of the number of dots: keeps the ink of a full map bounded.
_LETTER, _LINE = 9.6, 18.0  # Of a name: average width of a letter, height of a line.
_GAP = 4.0
_LABELS = 26
"""Names at most: more of them hide the dots."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its dot; ``anchor`` is the value of SVG's ``text-anchor``."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One city on the map."""

    city: str
    url: str
    count: int
    x: float
    y: float
    radius: float
    label: Label | None
    """``None`` where there is no room for the name."""


@dataclass(frozen=True, slots=True)
class CityMap:
    """The drawing, ready to print."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    """Large ones first, so that small ones lie on top."""
    missing: tuple[str, ...]
    """Cities whose place the vocabulary does not know."""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def sheet_of(vocabulary: Vocabulary) -> Frame:
    """The frame of every map: it holds every city of the vocabulary."""
    return frame(((city.latitude, city.longitude) for city in vocabulary.cities), WIDTH, _MARGIN)


def city_map(counts: Mapping[str, int], vocabulary: Vocabulary, link: Callable[[str], str] | None = None) -> CityMap:
    """The map of the cities in ``counts`` (answers by name); a dot leads to ``link`` of its city, else to its page."""
    drawn = sheet_of(vocabulary)
    known = [(city, counts[name]) for name in counts if (city := vocabulary.city(name)) is not None]
    known.sort(key=lambda pair: (-pair[1], -pair[0].population, pair[0].name))
    return CityMap(
        width=WIDTH,
        height=round(drawn.height),
        dots=_dots(known, drawn, link or (lambda name: city_url(name, vocabulary))),
        missing=tuple(name for name in counts if vocabulary.city(name) is None),
    )


def _dots(known: Sequence[tuple[City, int]], drawn: Frame, link: Callable[[str], str]) -> tuple[Dot, ...]:
    most = max((count for _, count in known), default=1)
    largest = min(_LARGEST, max(2 * _SMALLEST, _CROWD / math.sqrt(max(1, len(known)))))
    radii = (max(_SMALLEST, largest * math.sqrt(count / most)) for _, count in known)
    circles = [
        (drawn.place(city.latitude, city.longitude), radius) for (city, _), radius in zip(known, radii, strict=True)
    ]
    labels = _labels([city.name for city, _ in known], circles, drawn)
    return tuple(
        Dot(city.name, link(city.name), count, round(x), round(y), round(radius, 1), label)
        for (city, count), ((x, y), radius), label in zip(known, circles, labels, strict=True)
    )


# Names


def _labels(names: Sequence[str], circles: Sequence[tuple[Point, float]], drawn: Frame) -> list[Label | None]:
    """A label for each name that finds room, the first names before the later ones."""
    sheet = _Box(0, 0, drawn.width, drawn.height)
    taken = [_Box(x - radius, y - radius, x + radius, y + radius) for (x, y), radius in circles]
    labels: list[Label | None] = []
    for name, (place, radius) in zip(names, circles, strict=True):
        found = None
        if sum(label is not None for label in labels) < _LABELS:
            found = next((pair for pair in _candidates(name, place, radius) if _free(pair[1], taken, sheet)), None)
        if found:
            taken.append(found[1])
        labels.append(found[0] if found else None)
    return labels


def _candidates(name: str, place: Point, radius: float) -> Iterable[tuple[Label, _Box]]:
    """Places for a name, the best first: beside the dot, over and under it; with the room each takes."""
    x, y = place
    width, away = len(name) * _LETTER, radius + _GAP
    for anchor, label_x, base in (
        ("start", x + away, y + _LINE / 3),
        ("end", x - away, y + _LINE / 3),
        ("middle", x, y - away),
        ("middle", x, y + away + _LINE * 0.75),
        ("end", x + radius, y - away),
        ("end", x + radius, y + away + _LINE * 0.75),
        ("start", x - radius, y - away),
        ("start", x - radius, y + away + _LINE * 0.75),
    ):
        left = {"start": label_x, "end": label_x - width, "middle": label_x - width / 2}[anchor]
        box = _Box(left, base - _LINE * 0.8, left + width, base + _LINE * 0.2)
        yield Label(name, round(label_x), round(base), anchor), box


def _free(box: _Box, taken: Iterable[_Box], sheet: _Box) -> bool:
    inside = sheet.left <= box.left and box.right <= sheet.right and sheet.top <= box.top and box.bottom <= sheet.bottom
    return inside and not any(box.meets(other) for other in taken)
