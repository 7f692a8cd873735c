"""Results grouped by city: the count of each city with the best of its answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search_app.engine.door import Engine, cities_found
from search_app.request.model import Hit, SearchPage, Value

PER_PAGE = 8
"""Cities on a page: each takes one search."""
BEST = 3
"""Answers shown of each city."""


@dataclass(frozen=True, slots=True)
class CityGroup:
    """One city's share of the results."""

    city: Value
    count: int
    hits: tuple[Hit, ...]
    """The best of them."""


@dataclass(frozen=True, slots=True)
class CityGroups:
    """One page of groups, the city with the most answers first."""

    groups: tuple[CityGroup, ...]
    cities: int
    pages: int


def city_groups(page: SearchPage, engine: Engine) -> CityGroups:
    """The groups on the page that the request of ``page`` asks for."""
    cities = cities_found(page)
    begin = (page.request.page - 1) * PER_PAGE
    shown = cities[begin : begin + PER_PAGE]
    groups = tuple(CityGroup(city.value, city.count, _best(page, city.value, engine)) for city in shown)
    return CityGroups(groups, len(cities), -(-len(cities) // PER_PAGE))


def _best(page: SearchPage, city: Value, engine: Engine) -> tuple[Hit, ...]:
    name = city if isinstance(city, str) else None
    return engine.search(replace(page.request, city=(name,), page=1, per_page=BEST)).hits
