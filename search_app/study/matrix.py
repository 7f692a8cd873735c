"""Results as a table city × year, ready to print."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine, cities_found, years_found
from search_app.request.addresses import city_slug, search_url, to_text, without
from search_app.request.model import NONE_VALUE, FacetValue, SearchPage, SearchRequest
from search_app.request.params import NONE_LABEL
from search_app.study.city_years import Cell, Row
from search_app.wording.labels import value_label

SHADES = 4
MOST_ROWS = 30
"""Cities on a page: with twenty years about what an eye can hold."""
LEAST_ROWS = 8
ADDRESSES_WEIGHT = 40_000
"""Bytes that the addresses of all cells may take: a long query would make the page too heavy otherwise."""

_CELL_WEIGHT = 60  # Bytes of a cell beside the query: mark-up, city, year.


@dataclass(frozen=True, slots=True)
class Column:
    """One year."""

    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of rows, the city with the most answers first."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cities: int
    first: int
    """The number of the first row, from 1."""
    pages: int


def matrix(page: SearchPage, engine: Engine) -> Matrix:
    """The rows on the page that the request of ``page`` asks for, with the years of the whole result."""
    cities, years = cities_found(page), years_found(page)
    # Whatever a cell leads to is a list of the same answers, narrowed.
    asked = replace(page.request, view="list", page=1)
    size = _rows_per_page(asked, len(years))
    begin = (page.request.page - 1) * size
    found = engine.counts(page.request, years)
    greatest = max(found.values(), default=1)
    addresses = _Addresses(asked, engine.vocabulary)
    rows = tuple(
        Row(
            value_label("city", city.value, engine.vocabulary),
            addresses.of(city),
            tuple(_cell(addresses, city, year, found.get((city.value, year.value), 0), greatest) for year in years),
            city.count,
        )
        for city in cities[begin : begin + size]
    )
    columns = tuple(_column(asked, year) for year in years)
    return Matrix(columns, rows, len(cities), begin + 1, -(-len(cities) // size))


class _Addresses:
    """Short addresses of narrowed results: a city stands by its slug, which takes a sixth of its encoded name."""

    def __init__(self, request: SearchRequest, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        # Within one city every year's cell keeps the range; a cell of one year needs neither range nor years.
        self._any_year = self._open(search_url(replace(request, city=())))
        self._one_year = self._open(search_url(without(request, "city", "year", "year_from", "year_to")))

    def of(self, city: FacetValue, year: FacetValue | None = None) -> str:
        """The answers of one city, of one year where given."""
        name = city.value if isinstance(city.value, str) else None
        slug = city_slug(name, self._vocabulary) if name else NONE_VALUE
        if year is None:
            return f"{self._any_year}city={slug}"
        return f"{self._one_year}city={slug}&year={to_text(year.value)}"

    def _open(self, url: str) -> str:
        return url + ("&" if "?" in url else "?")


def _cell(addresses: _Addresses, city: FacetValue, year: FacetValue, count: int, most: int) -> Cell | None:
    if not count:
        return None
    return Cell(addresses.of(city, year), count, -(-count * SHADES // most))


def _column(request: SearchRequest, year: FacetValue) -> Column:
    chosen = year.value if isinstance(year.value, int) else None
    url = search_url(replace(request, year=(chosen,), year_from=None, year_to=None))
    return Column(NONE_LABEL if year.value is None else str(year.value), url, year.count)


def _rows_per_page(request: SearchRequest, years: int) -> int:
    weight = max(1, years) * (len(search_url(request).encode()) + _CELL_WEIGHT)
    return min(MOST_ROWS, max(LEAST_ROWS, ADDRESSES_WEIGHT // weight))
