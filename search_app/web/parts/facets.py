"""Facet counts → what a template prints: labels, marks, and the address each choice leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indexer.vocabulary import Vocabulary
from search_app.request.addresses import Addresses, results_url, search_url, toggle, without
from search_app.request.model import FACETS, FacetValue, SearchPage, SearchRequest, Value
from search_app.request.params import NONE_LABEL
from search_app.wording.labels import FACET_TITLES, value_label
from search_app.wording.numbers import year_range

SHOWN_AT_ONCE = 8
"""Values before «ещё»: five facets of eight fit two screens of a small display."""


_CHART_WIDTH, _CHART_HEIGHT = 240, 56
_BAR_STEP, _WIDEST_BAR = 5, 28


@dataclass(frozen=True, slots=True)
class FacetPanel:
    """One facet: the values shown at once and those under «ещё»."""

    name: str
    title: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    opened: bool
    """Something folded is selected, so that it must not be hidden."""

    @property
    def fold(self) -> str:
        """What is written on the fold."""
        return f"ещё {len(self.more)}" if self.values else "отдельные годы"


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year of the chart; sizes in units of the drawing."""

    year: int
    count: int
    toggle_url: str
    inside: bool
    """Whether the results are of this year."""
    x: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class YearChart:
    """The years from the first to the last with answers, those without included."""

    width: int
    height: int
    bars: tuple[YearBar, ...]
    years: tuple[int, ...]
    """To choose the range from: those of the chart and those asked for, oldest first."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address without it."""

    facet: str
    title: str
    label: str
    remove_url: str


def facet_panels(page: SearchPage, vocabulary: Vocabulary) -> tuple[FacetPanel, ...]:
    """The facets that have anything to choose from, in the order of `FACETS`."""
    panels = (_panel(name, _ordered(name, page.facets.get(name, ()), vocabulary)) for name in FACETS)
    return tuple(panel for panel in panels if panel.values or panel.more)


def year_chart(page: SearchPage, addresses: Addresses) -> YearChart | None:
    """The chart of the year facet; ``None`` where no year is known. ``addresses`` are those of the page's request."""
    counts = {value.value: value.count for value in page.facets.get("year", ()) if isinstance(value.value, int)}
    if not counts:
        return None
    alone = page.request.year if not (page.request.year_from or page.request.year_to) else ()
    request, most = page.request, max(counts.values()) or 1
    span = range(min(counts), max(counts) + 1)
    step = max(_BAR_STEP, _CHART_WIDTH // len(span))
    any_year: dict[str, Any] = {"year_from": None, "year_to": None}
    bars = tuple(
        YearBar(
            year=year,
            count=counts.get(year, 0),
            toggle_url=results_url(addresses.of(**any_year, year=() if alone == (year,) else (year,))),
            inside=_asks_for(request, year),
            x=place * step,
            width=min(step - 2, _WIDEST_BAR),
            height=max(2, round(_CHART_HEIGHT * counts[year] / most)) if counts.get(year) else 0,
        )
        for place, year in enumerate(span)
    )
    asked = {year for year in (request.year_from, request.year_to) if year}
    return YearChart(step * len(span), _CHART_HEIGHT, bars, tuple(sorted({*span, *asked})))


def chips(request: SearchRequest, vocabulary: Vocabulary) -> tuple[Chip, ...]:
    """One chip per chosen value, the range of years as one."""
    found = [
        Chip(name, FACET_TITLES[name], _label(name, value, vocabulary), search_url(toggle(request, name, value)))
        for name in FACETS
        for value in request.selected(name)
    ]
    if request.like:
        found.append(Chip("like", "Похожие на", request.like, search_url(without(request, "like"))))
    between = year_range(request.year_from, request.year_to)
    if between:
        found.append(Chip("year", "Годы", between, search_url(without(request, "year_from", "year_to"))))
    return tuple(found)


def _asks_for(request: SearchRequest, year: int) -> bool:
    """Whether answers of ``year`` pass the request's filter of years."""
    first, last = request.year_from or year, request.year_to or year
    return first <= year <= last and (not request.year or year in request.year)


def _ordered(name: str, values: tuple[FacetValue, ...], vocabulary: Vocabulary) -> tuple[FacetValue, ...]:
    """Bands of population as they rise, whatever their counts; all else as it is."""
    if name != "size":
        return values
    bands = [size.id for size in vocabulary.sizes]
    return tuple(sorted(values, key=lambda one: bands.index(str(one.value)) if one.value in bands else len(bands)))


def _panel(name: str, values: tuple[FacetValue, ...]) -> FacetPanel:
    # One value alone under «ещё» would take as much room as the value itself.
    cut = SHOWN_AT_ONCE if len(values) > SHOWN_AT_ONCE + 1 else len(values)
    if name == "year" and len(values) > 1:
        cut = 0  # The chart and the range show the years already.
    more = values[cut:]
    return FacetPanel(name, FACET_TITLES[name], values[:cut], more, any(value.selected for value in more))


def _label(name: str, value: Value, vocabulary: Vocabulary) -> str:
    """Beside its facet's title the unknown needs no noun of its own."""
    return NONE_LABEL if value is None else value_label(name, value, vocabulary)
