"""«Просьбы»: what cities ask for in chosen years, ready to print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from search_app.connections.asks.digest import Digest, Theme
from search_app.connections.asks.items import KINDS, Ask
from search_app.engine.door import Engine
from search_app.request.addresses import Link, pairs, readable
from search_app.request.model import SearchRequest
from search_app.study.city_years import Cell, Row
from search_app.wording.asked import asked_when, summary, theme_history
from search_app.wording.labels import filter_words, value_label
from search_app.wording.numbers import year_spans

PATH = "/requests"
REST = 200
"""Requests that stand alone, on one page: thousands would take seconds to load."""

BESIDE = 12
"""Requests of other years that a theme leads to."""


@dataclass(frozen=True, slots=True)
class ThemeView:
    """One theme with what is told beside it."""

    theme: Theme
    history: str
    beside: tuple[Link, ...]
    """Where it is asked for in other years, the newest first."""


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """What the template prints."""

    digest: Digest
    title: str
    """«О чём просят города в 2021 году»"""
    summary: tuple[str, ...]
    filters: str
    """Filters besides the years, in words; blank without any."""
    lasting: tuple[ThemeView, ...]
    """Themes asked for in earlier years, too, or in several chosen ones."""
    new: tuple[ThemeView, ...]
    """Themes nobody asked for before the chosen years."""
    other: tuple[ThemeView, ...]
    """Themes of which nothing is known of other years."""
    before: str
    """The years before that the chosen ones were compared with: «2016–2020 годы»."""
    rest: tuple[Ask, ...]
    """Of the requests that are in no theme, those of this page."""
    rest_total: int
    rest_pages: tuple[Link, ...]
    """Where they are more than one page takes."""
    whole: bool
    """The first page, which has all else."""
    gone: tuple[ThemeView, ...]
    years: tuple[Link, ...]
    kinds: tuple[Link, ...]
    columns: tuple[str, ...]
    """The years of the table."""
    rows: tuple[Row, ...]
    carried: tuple[tuple[str, str], ...]
    """The parameters that the page was asked with."""
    clear_url: str
    """The same years without other filters; blank where there are none."""


def narrowed(request: SearchRequest, engine: Engine) -> SearchRequest:
    """What of a request narrows the digest; without any year, the newest one with such answers."""
    blank = SearchRequest()
    kept = replace(
        blank, **{name: getattr(request, name) for name in ("city", "topic", "section", "region", "size", "like")}
    )
    kept = replace(kept, kind=tuple(kind for kind in request.kind if kind in KINDS), year=request.year)
    return replace(kept, year_from=request.year_from, year_to=request.year_to)


def newest(request: SearchRequest, engine: Engine) -> SearchRequest:
    """The request for the newest year that has such answers, where it names no year."""
    if request.year or request.year_from is not None or request.year_to is not None:
        return request
    years = asked_years(request, engine)
    return replace(request, year=(years[0],)) if years else request


def asked_years(request: SearchRequest, engine: Engine) -> list[int]:
    """The years with answers to these questions under the other filters, newest first."""
    wanted = replace(request, year=(), year_from=None, year_to=None, kind=request.kind or KINDS, per_page=1)
    counted = engine.search(wanted).facets.get("year", ())
    return [value.value for value in counted if isinstance(value.value, int) and value.count]


def requests_page(request: SearchRequest, found: Digest, engine: Engine, number: int = 1) -> RequestsPage:
    """The page of a digest of what `request` asks for; beyond the first one, its requests in no theme alone."""
    single = found.single
    pages = max(1, -(-len(single) // REST))
    number = min(number, pages)
    views = [_view(theme, found) for theme in found.themes]
    new = tuple(view for view in views if view.history.startswith("впервые"))
    lasting = tuple(view for view in views if view.history and view not in new)
    lasting += tuple(_view(theme, found) for theme in found.continued)
    bare = replace(request, year=(), year_from=None, year_to=None)
    columns = tuple(sorted({year for _, year in found.cells if year is not None}))
    return RequestsPage(
        digest=found,
        title=f"О чём просят города {asked_when(request, found)}",
        summary=summary(request, found),
        filters=", ".join(filter_words(bare, engine.vocabulary)),
        lasting=lasting,
        new=new,
        other=tuple(view for view in views if not view.history),
        before=_before(found),
        rest=single[(number - 1) * REST : number * REST],
        rest_total=len(single),
        rest_pages=_rest_pages(request, number, pages),
        whole=number == 1,
        gone=tuple(ThemeView(theme, "", ()) for theme in found.gone),
        years=_year_links(request, engine),
        kinds=_kind_links(request, engine),
        columns=tuple(map(str, columns)),
        rows=tuple(_rows(request, found, columns, engine)),
        carried=tuple(pairs(request, folds=False)),
        clear_url=_url(SearchRequest(year=request.year, year_from=request.year_from, year_to=request.year_to))
        if bare != SearchRequest()
        else "",
    )


def _view(theme: Theme, found: Digest) -> ThemeView:
    beside = sorted(theme.elsewhere, key=lambda ask: (-(ask.year or 0), ask.city or ""))
    links = (Link(f"{ask.city or 'Город не определён'}, {ask.year or 'год не определён'}", ask.url) for ask in beside)
    return ThemeView(theme, theme_history(theme, found), tuple(links)[:BESIDE])


def _rest_pages(request: SearchRequest, number: int, pages: int) -> tuple[Link, ...]:
    if pages == 1:
        return ()
    asked = [(one, replace(request, page=one)) for one in range(1, pages + 1)]
    return tuple(Link(str(one), f"{_url(wanted)}#alone", one == number) for one, wanted in asked)


def _before(found: Digest) -> str:
    last = max(found.years, default=0)
    years = [year for year in found.compared_years if year < last]
    return f"{year_spans(years)} {'год' if len(years) == 1 else 'годы'}" if years else ""


def _url(request: SearchRequest) -> str:
    query = readable(pairs(request, folds=False))
    return f"{PATH}?{query}" if query else PATH


def _year_links(request: SearchRequest, engine: Engine) -> tuple[Link, ...]:
    years = asked_years(request, engine)
    if not years:
        return ()
    bare = replace(request, year=(), year_from=None, year_to=None)
    links = [Link(str(year), _url(replace(bare, year=(year,))), request.year == (year,)) for year in years]
    whole = replace(bare, year_from=years[-1], year_to=years[0])
    return (*links, Link("все годы", _url(whole), request == whole)) if len(years) > 1 else tuple(links)


def _kind_links(request: SearchRequest, engine: Engine) -> tuple[Link, ...]:
    links = [Link("все вопросы", _url(replace(request, kind=())), not request.kind)]
    for kind in KINDS:
        label = value_label("kind", kind, engine.vocabulary)
        links.append(Link(label, _url(replace(request, kind=(kind,))), request.kind == (kind,)))
    return tuple(links)


def _rows(request: SearchRequest, found: Digest, columns: Iterable[int], engine: Engine) -> Iterable[Row]:
    cities = {city for city, _ in found.cells}
    totals = {city: sum(count for (own, _), count in found.cells.items() if own == city) for city in cities}
    for city in sorted(cities, key=lambda name: (-totals[name], name is None, name or "")):
        yield _row(request, found, city, columns, engine)


def _row(request: SearchRequest, found: Digest, city: str | None, columns: Iterable[int], engine: Engine) -> Row:
    of_city = replace(request, city=(city,), year=(), year_from=None, year_to=None)
    cells = []
    total = 0
    for year in columns:
        count = found.cells.get((city, year), 0)
        total += count
        cells.append(Cell(_url(replace(of_city, year=(year,))), count) if count else None)
    name = value_label("city", city, engine.vocabulary)
    span = list(columns)
    whole = replace(of_city, year_from=span[0], year_to=span[-1]) if span else of_city
    return Row(name[0].upper() + name[1:], _url(whole), tuple(cells), total)
