"""Results grouped by city: the count of each city with the best of its answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.build import Build
from search_app.cross import cities_found
from search_app.model import Hit, SearchPage, Value
from search_app.search import search

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


def city_groups(page: SearchPage, build: Build) -> CityGroups:
    """The groups on the page that the request of ``page`` asks for."""
    cities = cities_found(page)
    begin = (page.request.page - 1) * PER_PAGE
    shown = cities[begin : begin + PER_PAGE]
    groups = tuple(CityGroup(city.value, city.count, _best(page, city.value, build)) for city in shown)
    return CityGroups(groups, len(cities), -(-len(cities) // PER_PAGE))


def _best(page: SearchPage, city: Value, build: Build) -> tuple[Hit, ...]:
    name = city if isinstance(city, str) else None
    return search(replace(page.request, city=(name,), page=1, per_page=BEST), build).hits
