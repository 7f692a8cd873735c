"""Facet counts → what a template prints: labels, marks, and the address each choice leads to."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.vocabulary import Vocabulary
from search_app.model import FACETS, FacetValue, SearchPage, SearchRequest, Value
from search_app.params import NONE_LABEL, to_query, to_text, toggle, without
from search_app.wording import FACET_TITLES, value_label, year_range

SHOWN_AT_ONCE = 8
"""Values before «ещё»: five facets of eight fit two screens of a small display."""


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet, ready to print."""

    facet: str
    chosen: Value
    label: str
    count: int
    selected: bool
    share: int
    """Of the facet's greatest count, in whole per cent, at least 1: the length of the bar."""
    request: SearchRequest

    @property
    def value(self) -> str:
        """As it stands in the URL."""
        return to_text(self.chosen)

    @property
    def toggle_url(self) -> str:
        """The results with this value added or, where it is selected, taken away."""
        # Made when asked for: hundreds of values stand on a page whose form needs none of these addresses.
        return search_url(toggle(self.request, self.facet, self.chosen))


@dataclass(frozen=True, slots=True)
class FacetPanel:
    """One facet: the values shown at once and those under «ещё»."""

    name: str
    title: str
    links: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]
    opened: bool
    """Something under «ещё» is selected, so that it must not be hidden."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address without it."""

    facet: str
    title: str
    label: str
    remove_url: str


def search_url(request: SearchRequest) -> str:
    """The address of the results page of ``request``."""
    query = to_query(request)
    return f"/search?{query}" if query else "/search"


def facet_panels(page: SearchPage, vocabulary: Vocabulary) -> tuple[FacetPanel, ...]:
    """The facets that have anything to choose from, in the order of `FACETS`."""
    panels = (_panel(name, page.facets.get(name, ()), page.request, vocabulary) for name in FACETS)
    return tuple(panel for panel in panels if panel.links)


def chips(request: SearchRequest, vocabulary: Vocabulary) -> tuple[Chip, ...]:
    """One chip per chosen value, the range of years as one."""
    found = [
        Chip(name, FACET_TITLES[name], _label(name, value, vocabulary), search_url(toggle(request, name, value)))
        for name in FACETS
        for value in request.selected(name)
    ]
    between = year_range(request.year_from, request.year_to)
    if between:
        found.append(Chip("year", "Годы", between, search_url(without(request, "year_from", "year_to"))))
    return tuple(found)


def _panel(name: str, values: tuple[FacetValue, ...], request: SearchRequest, vocabulary: Vocabulary) -> FacetPanel:
    greatest = max((value.count for value in values), default=0) or 1
    links = tuple(_link(name, value, request, greatest, vocabulary) for value in values)
    # One value alone under «ещё» would take as much room as the value itself.
    cut = SHOWN_AT_ONCE if len(links) > SHOWN_AT_ONCE + 1 else len(links)
    more = links[cut:]
    return FacetPanel(name, FACET_TITLES[name], links[:cut], more, any(link.selected for link in more))


def _link(name: str, value: FacetValue, request: SearchRequest, greatest: int, vocabulary: Vocabulary) -> FacetLink:
    label = value.label or _label(name, value.value, vocabulary)
    share = max(1, round(100 * value.count / greatest)) if value.count else 0
    return FacetLink(name, value.value, label, value.count, value.selected, share, request)


def _label(name: str, value: Value, vocabulary: Vocabulary) -> str:
    """Beside its facet's title the unknown needs no noun of its own."""
    return NONE_LABEL if value is None else value_label(name, value, vocabulary)
