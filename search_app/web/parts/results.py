"""A page of results → everything its template prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine, Suggestion, words_of
from search_app.request.addresses import (
    Addresses,
    Link,
    city_url,
    is_filtered,
    pairs,
    readable,
    results_url,
    search_url,
    short_url,
    to_query,
    without,
)
from search_app.request.model import DEFAULT_PER_PAGE, Hit, SearchPage, SearchRequest, Understood, Value
from search_app.study.by_city import CityGroup, city_groups
from search_app.study.doors import Doors, doors
from search_app.study.drawing.citymap import CityMap, city_map
from search_app.study.matrix import Matrix, matrix
from search_app.web.parts.facets import Chip, FacetPanel, YearChart, chips, facet_panels, year_chart
from search_app.web.parts.pagination import Pagination, pagination
from search_app.wording.labels import alike_sentence, filter_words, result_heading, tells_more, value_label
from search_app.wording.numbers import counted, quoted, year_spans
from search_app.wording.values import suggestion_url

TOPICS_SHOWN = 2
"""Under a hit: a long answer touches a dozen, which tell nothing any more."""

_MOST_NEIGHBOURS = 6
_NEIGHBOURED_WORDS = 4
"""Words of a query that found nothing for which others are offered."""
_LONGEST_BEGINNING = 30
_SHORTEST_BEGINNING = 4
"""Letters that two words must share to be worth offering one for the other."""

_NAMED_OF_REGION = 4

_SORTS = {"relevance": "подходящие", "newest": "новые", "oldest": "старые", "added": "новые поступления"}
"""The first that may be chosen holds unasked."""
_VIEWS = {"list": "списком", "cities": "по городам", "matrix": "матрицей", "map": "на карте"}
_CARRIED = ("like", "per_page", "synonyms", "meaning", "repeats", "view")
"""Parameters that the form takes along unseen. Not the page, nor the wish for an uncorrected query."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the hits to choose from."""

    value: str
    """What the form sends; blank for the one that holds unasked."""
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A city on the map of what was found."""

    city: str
    count: int
    url: str
    """Its answers, as a list."""


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit with what is shown around it."""

    hit: Hit
    url: str
    """The place in the report, with the words of the search to mark there."""
    city: str
    city_url: str | None
    year: str
    kind: str
    question: str
    """Where it says more than the kind; else blank."""
    topics: tuple[Link, ...]
    more_topics: int
    """Topics left out."""
    repeated: str
    """Years of the same answer elsewhere: «2016–2020»."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """One city's share of the results, ready to print."""

    city: str
    count: int
    url: str
    """All of them, as a list."""
    city_url: str | None
    hits: tuple[HitView, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, ready to print."""

    page: SearchPage
    heading: str
    hits: tuple[HitView, ...]
    groups: tuple[GroupView, ...]
    """Instead of ``hits`` in the view by cities."""
    matrix: Matrix | None
    """Instead of ``hits`` in the view «матрица»."""
    map: CityMap | None
    """Instead of ``hits`` in the view «на карте»."""
    places: tuple[Place, ...]
    """The map's table: cities with their answers, the most first."""
    cities: str
    """«24 города» in the views that are by city."""
    pages: int
    """In the view that was asked for."""
    query: str
    """The query string of the results, for their files."""
    panels: tuple[FacetPanel, ...]
    year_chart: YearChart | None
    chips: tuple[Chip, ...]
    alike_cities: str
    """Which cities are meant by those like one; blank where none was named."""
    clear_url: str
    carried: tuple[tuple[str, str], ...]
    sorts: tuple[Order, ...]
    """None in the view «матрица», which has no order."""
    views: tuple[Link, ...]
    pagination: Pagination | None
    link: str
    """The address to pass on: the shortest that shows the same."""
    as_typed_url: str
    doors: Doors | None
    """Pages that the query leads to besides."""
    alike: bool
    """One word was asked for: what is shown without it has words like it."""
    offers: tuple[Link, ...]
    """Filters for what was understood from plain words."""
    missed: tuple[str, ...]
    """What was understood, but none of the found answers is of."""
    synonyms_url: str
    meaning_url: str
    """The same with or without what is near in meaning."""
    lacking: str
    """What is said of the query's words where only answers near in meaning are shown."""
    near_words: tuple[Link, ...]
    """Words near in meaning to those of the query, each with its answers, where the hits needed filling up."""
    repeats_url: str
    ways_out: tuple[Link, ...]
    neighbours: tuple[Link, ...]
    """When nothing was found: words, cities and topics of the archive that begin as the query's words do."""


def results(page: SearchPage, engine: Engine) -> Results:
    """What the results template prints for ``page``; the views by city ask ``engine`` for more."""
    request, vocabulary = page.request, engine.vocabulary
    addresses = Addresses(request)
    query = page.correction.q if page.correction else request.q
    grouped = city_groups(page, engine) if request.view == "cities" else None
    table = matrix(page, engine) if request.view == "matrix" else None
    laid_out = grouped or table
    wishes = _wishes(page.understood)
    pages = laid_out.pages if laid_out else page.pages
    sorts = _sorts(request) if page.total and request.view in ("list", "cities") else ()
    places = _places(page, vocabulary) if request.view == "map" else ()
    return Results(
        page=page,
        heading=result_heading(page, vocabulary),
        hits=() if laid_out or places else hit_views(page.hits, query, vocabulary),
        groups=tuple(_group(group, request, query, vocabulary) for group in grouped.groups) if grouped else (),
        matrix=table,
        map=_map(places, vocabulary) if places else None,
        places=places,
        cities=counted(laid_out.cities, "город", "города", "городов") if laid_out else "",
        pages=pages,
        query=to_query(replace(request, page=1, per_page=DEFAULT_PER_PAGE, view="list")),
        panels=facet_panels(page, vocabulary),
        year_chart=year_chart(page, addresses),
        chips=chips(request, vocabulary),
        alike_cities=alike_sentence(page, vocabulary) if request.like else "",
        clear_url=search_url(without(request)) if is_filtered(request) else "",
        carried=_carried(request, bool(sorts)),
        sorts=sorts,
        views=tuple(
            Link(label, results_url(addresses.of(view=view)), view == request.view) for view, label in _VIEWS.items()
        ),
        pagination=None if places else pagination(request.page, pages, addresses),
        link=search_url(request),
        as_typed_url=results_url(addresses.of(as_typed=True)) if page.correction else "",
        doors=doors(page, engine) if request.page == 1 else None,
        alike=len(words_of(query, vocabulary)) == 1,
        offers=tuple(_offer(wish, request, vocabulary) for wish in wishes if _found(wish, page)),
        missed=tuple(_wish_label(wish, vocabulary) for wish in wishes if _missed(wish, page)),
        synonyms_url=results_url(addresses.of(synonyms=not request.synonyms)),
        meaning_url=results_url(addresses.of(meaning=not request.meaning)),
        lacking=_lacking(page),
        near_words=_near_words(query, engine) if page.by_meaning and request.page == 1 else (),
        repeats_url=results_url(addresses.of(fold=not request.fold)),
        ways_out=_ways_out(request, vocabulary) if not page.total else (),
        neighbours=_neighbours(request, engine) if not page.total else (),
    )


def _places(page: SearchPage, vocabulary: Vocabulary) -> tuple[Place, ...]:
    """The cities of what was found; where some are chosen, only those."""
    chosen = page.request.city
    counted_cities = [
        (one.value, one.count) for one in page.facets["city"] if one.count and (not chosen or one.value in chosen)
    ]
    asked = replace(page.request, view="list", page=1)
    return tuple(
        Place(value_label("city", value, vocabulary), count, search_url(replace(asked, city=(_name(value),))))
        for value, count in counted_cities
    )


def _name(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _map(places: Sequence[Place], vocabulary: Vocabulary) -> CityMap:
    links = {place.city: place.url for place in places}
    return city_map({place.city: place.count for place in places}, vocabulary, links.__getitem__)


def _group(group: CityGroup, request: SearchRequest, query: str, vocabulary: Vocabulary) -> GroupView:
    name = group.city if isinstance(group.city, str) else None
    return GroupView(
        city=value_label("city", group.city, vocabulary),
        count=group.count,
        url=search_url(replace(request, city=(name,), view="list", page=1)),
        city_url=city_url(name, vocabulary) if name else None,
        hits=hit_views(group.hits, query, vocabulary),
    )


def hit_views(hits: Sequence[Hit], query: str, vocabulary: Vocabulary) -> tuple[HitView, ...]:
    """Hits ready to print; their links mark the words of ``query``."""
    asked = readable([("q", query)]) if query else ""
    return tuple(_hit(hit, asked, vocabulary) for hit in hits)


def _hit(hit: Hit, asked: str, vocabulary: Vocabulary) -> HitView:
    return HitView(
        hit=hit,
        url=_asked_for(hit.url, asked),
        city=value_label("city", hit.city, vocabulary),
        city_url=city_url(hit.city, vocabulary) if hit.city else None,
        year=value_label("year", hit.year, vocabulary),
        kind=value_label("kind", hit.kind, vocabulary),
        question=hit.question if hit.question and tells_more(hit.question, hit.kind, vocabulary) else "",
        topics=tuple([_topic_link(topic, vocabulary) for topic in hit.topics[:TOPICS_SHOWN]]),
        more_topics=max(0, len(hit.topics) - TOPICS_SHOWN),
        repeated=year_spans(repeat.year for repeat in hit.repeats if repeat.year is not None),
    )


def _asked_for(url: str, asked: str) -> str:
    """``/reports/omsk-2021?q=парк#p2``: the report's page marks the words."""
    path, _, place = url.partition("#")
    return f"{path}?{asked}#{place}" if asked else url


@lru_cache(maxsize=10_000)
def _topic_link(topic: str, vocabulary: Vocabulary) -> Link:
    return Link(topic, short_url("topic", topic, vocabulary))


def _sorts(request: SearchRequest) -> tuple[Order, ...]:
    """The orders to choose from; without words nothing is more relevant, and newest is what holds."""
    names = [name for name in _SORTS if request.q or name != "relevance"]
    current = request.sort if request.sort in names else "newest"
    return tuple([Order(name if place else "", _SORTS[name], name == current) for place, name in enumerate(names)])


def _carried(request: SearchRequest, sortable: bool) -> tuple[tuple[str, str], ...]:
    """What the form takes along unseen; the order only where the page has no list of them."""
    names = _CARRIED if sortable else ("sort", *_CARRIED)
    return tuple(pair for pair in pairs(request) if pair[0] in names)


def _wishes(understood: Sequence[Understood]) -> list[list[Understood]]:
    """What was understood; the cities of one region are one wish."""
    groups: dict[str, list[Understood]] = {}
    for wish in understood:
        groups.setdefault(wish.group or f"{wish.facet} {wish.value}", []).append(wish)
    return list(groups.values())


def _found(wish: Sequence[Understood], page: SearchPage) -> bool:
    """Whether any found answer is what was wished for."""
    values = {one.value for one in wish}
    return any(one.count for one in page.facets.get(wish[0].facet, ()) if one.value in values)


def _lacking(page: SearchPage) -> str:
    """A sentence that holds for all that is shown: single words may stand in answers that the words do not find, in
    those shown or, where filters or a named city narrow the search, in others."""
    marked = any("<mark>" in hit.snippet for hit in page.hits)
    if marked or page.understood or is_filtered(page.request):
        return "Ответов, в которых достаточно слов запроса, не нашлось."
    return "Слов запроса нет ни в одном ответе."


def _missed(wish: Sequence[Understood], page: SearchPage) -> bool:
    """Whether nothing that was found or added is what was wished for; what is added stands on the first page."""
    if not page.total or _found(wish, page) or (page.by_meaning and page.request.page > 1):
        return False
    values = {one.value for one in wish}
    return not any(getattr(hit, wish[0].facet) in values for hit in page.hits)


def _wish_label(wish: Sequence[Understood], vocabulary: Vocabulary) -> str:
    first = wish[0]
    if first.group:
        return f"{first.group} ({_listed([str(one.value) for one in wish])})"
    return first.label or value_label(first.facet, first.value, vocabulary)


def _offer(wish: Sequence[Understood], request: SearchRequest, vocabulary: Vocabulary) -> Link:
    """A filter for a wish."""
    facet, values = wish[0].facet, tuple(one.value for one in wish)
    chosen = set(values) <= set(request.selected(facet))
    others = tuple(value for value in request.selected(facet) if value not in values)
    changes: dict[str, Any] = {facet: others if chosen else (*others, *values), "page": 1}
    return Link(_wish_label(wish, vocabulary), search_url(replace(request, **changes)), chosen)


def _listed(names: Sequence[str]) -> str:
    shown, rest = names[:_NAMED_OF_REGION], len(names) - _NAMED_OF_REGION
    return ", ".join(shown) + (f" и ещё {rest}" if rest > 0 else "")


def _neighbours(request: SearchRequest, engine: Engine) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for word in words_of(request.q, engine.vocabulary)[:_NEIGHBOURED_WORDS]:
        for suggestion in _beginning_alike(word, engine):
            found.setdefault(suggestion.text, Link(suggestion.text, suggestion_url(suggestion, engine.vocabulary)))
    return tuple(found.values())[:_MOST_NEIGHBOURS]


def _near_words(query: str, engine: Engine) -> tuple[Link, ...]:
    """«тариф (12)»: never applied unasked."""
    return tuple(
        Link(f"{word} ({count})", search_url(SearchRequest(q=word)))
        for word, count in engine.words_near(query, _MOST_NEIGHBOURS)
    )


def _beginning_alike(word: str, engine: Engine) -> tuple[Suggestion, ...]:
    """What the archive has that begins with most letters of the word."""
    for length in range(min(len(word) - 1, _LONGEST_BEGINNING), _SHORTEST_BEGINNING - 1, -1):
        found = engine.suggest(word[:length], _MOST_NEIGHBOURS)
        if found:
            return found
    return ()


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
