"""What is known of a report by its city alone, region and size: derived when a build is opened, stored nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.vocabulary import City, Vocabulary

Value = str | int | None

DERIVED = ("region", "size")
"""Names of the facets."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived facet."""

    values: list[Value]
    """``None`` where the city is unknown or not listed."""
    places: NDArray[np.int32]
    """For each report the place of its value in ``values``."""


def derived(cities: Sequence[Value], report_city: NDArray[np.int32], words: Vocabulary) -> Mapping[str, Derived]:
    """Facet → its values by report, from the values of the city facet and their places."""
    return {
        "region": _derived(cities, report_city, words, lambda city: city.region),
        "size": _derived(cities, report_city, words, lambda city: _size(city, words)),
    }


def _size(city: City, words: Vocabulary) -> str | None:
    size = words.size_of(city)
    return size.id if size else None


def _derived(
    cities: Sequence[Value], report_city: NDArray[np.int32], words: Vocabulary, of: Callable[[City], str | None]
) -> Derived:
    listed = [words.city(str(name)) if name is not None else None for name in cities]
    found = [of(city) if city else None for city in listed]
    values: list[Value] = sorted(set(found), key=lambda value: (value is None, value or ""))
    of_city = np.asarray([values.index(value) for value in found], dtype=np.int32)
    places = of_city[report_city] if len(of_city) else np.zeros(len(report_city), dtype=np.int32)
    return Derived(values, places)
