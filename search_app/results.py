"""A page of results → everything its template prints."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from indexer.vocabulary import Vocabulary
from search_app.cities import city_url
from search_app.facets import Chip, FacetPanel, chips, facet_panels, search_url
from search_app.model import Hit, SearchPage, SearchRequest, Understood
from search_app.pagination import Pagination, pagination
from search_app.params import is_filtered, pairs, toggle, without
from search_app.wording import filter_words, quoted, result_heading, value_label, year_spans

_SORTS = {"relevance": "сначала подходящие", "newest": "сначала новые", "oldest": "сначала старые"}
_CARRIED = ("sort", "per_page", "synonyms", "repeats")
"""Parameters that the form takes along unseen. Not the page, nor the wish for an uncorrected query."""


@dataclass(frozen=True, slots=True)
class Link:
    """A choice in words and where it leads."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit with what is shown around it."""

    hit: Hit
    city: str
    city_url: str | None
    year: str
    kind: str
    topics: tuple[Link, ...]
    repeated: str
    """Years of the same answer elsewhere: «2016–2020»."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, ready to print."""

    page: SearchPage
    heading: str
    hits: tuple[HitView, ...]
    panels: tuple[FacetPanel, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    carried: tuple[tuple[str, str], ...]
    sorts: tuple[Link, ...]
    pagination: Pagination | None
    as_typed_url: str
    offers: tuple[Link, ...]
    """Filters for what was understood from plain words."""
    synonyms_url: str
    repeats_url: str
    ways_out: tuple[Link, ...]


def results(page: SearchPage, vocabulary: Vocabulary) -> Results:
    """What the results template prints for ``page``."""
    request = page.request
    return Results(
        page=page,
        heading=result_heading(page, vocabulary),
        hits=tuple(_hit(hit, vocabulary) for hit in page.hits),
        panels=facet_panels(page, vocabulary),
        chips=chips(request, vocabulary),
        clear_url=search_url(without(request)),
        carried=tuple(pair for pair in pairs(request) if pair[0] in _CARRIED),
        sorts=_sorts(request),
        pagination=pagination(page),
        as_typed_url=search_url(replace(request, as_typed=True, page=1)),
        offers=tuple(_offer(wish, request, vocabulary) for wish in page.understood),
        synonyms_url=search_url(replace(request, synonyms=not request.synonyms, page=1)),
        repeats_url=search_url(replace(request, fold=not request.fold, page=1)),
        ways_out=_ways_out(request, vocabulary) if not page.total else (),
    )


def _hit(hit: Hit, vocabulary: Vocabulary) -> HitView:
    return HitView(
        hit=hit,
        city=value_label("city", hit.city, vocabulary),
        city_url=city_url(hit.city, vocabulary) if hit.city else None,
        year=value_label("year", hit.year, vocabulary),
        kind=value_label("kind", hit.kind, vocabulary),
        topics=tuple(Link(topic, _topic_url(topic)) for topic in hit.topics),
        repeated=year_spans(repeat.year for repeat in hit.repeats if repeat.year is not None),
    )


@functools.lru_cache(maxsize=1024)
def _topic_url(topic: str) -> str:
    """All answers on a topic; the same few dozen stand under the hits of every page."""
    return search_url(SearchRequest(topic=(topic,), fold=True))


def _sorts(request: SearchRequest) -> tuple[Link, ...]:
    """The orders to choose from; without words nothing is more relevant, and newest is what holds."""
    names = list(_SORTS) if request.q else ["newest", "oldest"]
    current = request.sort if request.sort in names else "newest"
    return tuple(Link(_SORTS[name], search_url(replace(request, sort=name, page=1)), name == current) for name in names)


def _offer(wish: Understood, request: SearchRequest, vocabulary: Vocabulary) -> Link:
    label = wish.label or value_label(wish.facet, wish.value, vocabulary)
    chosen = wish.value in request.selected(wish.facet)
    return Link(label, search_url(toggle(request, wish.facet, wish.value)), chosen)


def _ways_out(request: SearchRequest, vocabulary: Vocabulary) -> tuple[Link, ...]:
    """What to try when nothing was found."""
    ways: list[Link] = []
    if is_filtered(request) and request.q:
        query, words = quoted(request.q), ", ".join(filter_words(request, vocabulary))
        ways.append(Link(f"Искать {query} во всём архиве, без фильтров ({words})", search_url(without(request))))
        ways.append(Link(f"Показать всё с этими фильтрами, без слов {query}", search_url(without(request, "q"))))
    if not request.synonyms:
        ways.append(Link("Искать и по синонимам", search_url(replace(request, synonyms=True, page=1))))
    ways.append(Link("Просмотреть весь архив", search_url(SearchRequest(fold=request.fold))))
    return tuple(ways)
