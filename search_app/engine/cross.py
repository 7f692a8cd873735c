"""Hits by city and year: how many answers of each city in each year a search finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indexer.builds.build import Build
from search_app.engine.search import facets_of
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
    asked = [of_year(request, year) for year in years]
    return {
        (city.value, year.value): city.count
        for year, facets in zip(years, facets_of(asked, build), strict=True)
        for city in facets.get("city", ())
        if city.count
    }


def of_year(request: SearchRequest, year: FacetValue) -> SearchRequest:
    """The request that tells how many answers of each city a year has."""
    chosen = year.value if isinstance(year.value, int) else None
    return replace(request, city=(), year=(chosen,), year_from=None, year_to=None, page=1, per_page=1)


def _found(values: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
    """The values that the results have: a facet is counted without its own selection, the results are not."""
    narrowed = any(value.selected for value in values)
    return tuple(value for value in values if value.count and (value.selected or not narrowed))
