"""Hits by city and year: how many answers of each city in each year a search finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indexer.builds.build import Build
from search_app.engine.search import counts_of_cities
from search_app.request.model import FacetValue, SearchPage, SearchRequest, Value

Cell = tuple[Value, Value]
"""City and year."""


def cities_found(page: SearchPage) -> tuple[FacetValue, ...]:
    """The cities that have answers among the results, the one with the most first."""
    return _found(page.facets.get("city", ()))


def years_found(page: SearchPage) -> tuple[FacetValue, ...]:
    """The years that have answers among the results, oldest first, the unknown last."""
    request = page.request
    inside = [
        value
        for value in _found(page.facets.get("year", ()))
        if not isinstance(value.value, int)
        or (request.year_from or value.value) <= value.value <= (request.year_to or value.value)
    ]
    if request.year_from or request.year_to:
        inside = [value for value in inside if value.value is not None]
    return tuple(sorted(inside, key=lambda value: (value.value is None, value.value or 0)))


def counts(request: SearchRequest, years: tuple[FacetValue, ...], build: Build) -> Mapping[Cell, int]:
    """City and year → answers, each the number that following the cell gives; empty cells are left out."""
    found = counts_of_cities(request, [_chosen(year) for year in years], build)
    return {
        (city, year.value): count for year, cities in zip(years, found, strict=True) for city, count in cities.items()
    }


def of_year(request: SearchRequest, year: FacetValue) -> SearchRequest:
    """The request that tells how many answers of each city a year has."""
    return replace(request, city=(), year=(_chosen(year),), year_from=None, year_to=None, page=1, per_page=1)


def _chosen(year: FacetValue) -> int | None:
    return year.value if isinstance(year.value, int) else None


def _found(values: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
    """The values that the results have: a facet is counted without its own selection, the results are not."""
    narrowed = any(value.selected for value in values)
    return tuple(value for value in values if value.count and (value.selected or not narrowed))
