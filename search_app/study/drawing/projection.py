"""Latitude and longitude → the plane, so that Siberia and the Far East look as on a wall map.

Albers' equal-area conic projection (Snyder, Map Projections: A Working Manual, USGS 1987, pp. 98–103), on a sphere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_CENTRE = math.radians(105)
"""The meridian that stands upright: as on Russian maps of the whole country."""
_SOUTH, _NORTH = math.radians(52), math.radians(64)
"""The parallels without distortion, which enclose most of the cities."""
_CONE = (math.sin(_SOUTH) + math.sin(_NORTH)) / 2
_CONSTANT = math.cos(_SOUTH) ** 2 + 2 * _CONE * math.sin(_SOUTH)

Point = tuple[float, float]


def project(latitude: float, longitude: float) -> Point:
    """x to the east and y to the south, in radii of the globe. Degrees; 170° W may be given as 190 or −170."""
    east = (longitude + 360 - 15) % 360 + 15  # From 15° E round to 375°: the 180th meridian cuts nothing.
    angle = _CONE * (math.radians(east) - _CENTRE)
    radius = math.sqrt(_CONSTANT - 2 * _CONE * math.sin(math.radians(latitude))) / _CONE
    return radius * math.sin(angle), radius * math.cos(angle)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where on a drawing of a given width the plane's points stand."""

    left: float
    top: float
    scale: float
    width: float
    height: float

    def place(self, latitude: float, longitude: float) -> Point:
        """The point of the drawing."""
        x, y = project(latitude, longitude)
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def frame(places: Iterable[Point], width: float, margin: float) -> Frame:
    """The frame that holds all ``places`` (latitude, longitude; at least two apart) with a margin around."""
    points = [project(*place) for place in places]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    scale = (width - 2 * margin) / (right - left)
    return Frame(left - margin / scale, top - margin / scale, scale, width, (bottom - top) * scale + 2 * margin)
