"""How much is said of a subject by year and by city: the share of answers that match, for up to five queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from search_app.engine.door import Engine
from search_app.request.addresses import pairs, search_url, without
from search_app.request.model import SearchPage, SearchRequest, Value
from search_app.request.params import Fault, ParameterErrors
from search_app.study.drawing.charts import PHONE, DotChart, LineChart, Series, dot_chart, line_chart, percent, sign
from search_app.wording.labels import alike_sentence, filter_words

MOST_QUERIES = 5
"""More lines than that nobody tells apart."""
MOST_LETTERS = 200
"""Of a query: the address and every link of the page carry all of them."""
ADDRESSES_WEIGHT = 60_000
"""Characters that the addresses of all numbers may take; beyond them numbers are no links."""
CHART_ROWS = 20
"""Cities in the drawing; the table has them all."""
FEW_ANSWERS = 10
"""Of fewer a share says little: its sign is hollow, its row grey, no title names it."""


_TOO_LONG = f"Для сравнения запрос длиннее {MOST_LETTERS} знаков: оставьте главные слова."


@dataclass(frozen=True, slots=True)
class Share:
    """Matching answers among all of a year or of a city."""

    matches: int
    answers: int
    url: str
    """The matching answers; blank where long queries would make the page too heavy with addresses."""

    @property
    def value(self) -> float | None:
        """0…1; ``None`` where there are no answers at all."""
        return self.matches / self.answers if self.answers else None

    @property
    def text(self) -> str:
        """«12,5 %»"""
        return percent(self.matches / self.answers) if self.answers else "—"


@dataclass(frozen=True, slots=True)
class Row:
    """One year or city with the shares of all queries."""

    name: str
    answers: int
    shares: tuple[Share, ...]

    @property
    def few(self) -> bool:
        """Whether its shares say little."""
        return self.answers < FEW_ANSWERS


@dataclass(frozen=True, slots=True)
class Trend:
    """One query: ``style`` from 1 is that of its line, ``sign`` its mark in the drawing."""

    q: str
    style: int
    sign: str
    matches: int
    answers: int
    text: str
    """Its share in the whole."""
    url: str
    remove_url: str
    notes: tuple[str, ...]
    """How the query was read, where that is not plain."""


@dataclass(frozen=True, slots=True)
class Trends:
    """The page of trends, ready to print."""

    trends: tuple[Trend, ...]
    filters: str
    """The filters in words; blank where all answers count."""
    alike_cities: str
    """Which cities are meant by those like one; blank where none was named."""
    carried: tuple[tuple[str, str], ...]
    years: tuple[Row, ...]
    cities: tuple[Row, ...]
    """The greatest share first."""
    year_chart: LineChart | None
    city_chart: DotChart | None
    narrow_year_chart: LineChart | None
    narrow_city_chart: DotChart | None
    """The same for a telephone."""
    year_title: str
    """What the chart by years shows, with the greatest share where one query was asked."""
    city_title: str
    csv_url: str
    svg_url: str
    """The chart by years as a file; with ``chart=cities`` that by cities."""
    clear_url: str
    """The same queries without filters; blank where there are none."""


def trends(queries: Sequence[str], filters: SearchRequest, engine: Engine) -> Trends:
    """The shares of ``queries`` among the answers that pass ``filters``.

    Raises ParameterErrors for too many queries or too long ones.
    """
    queries = tuple(dict.fromkeys(query for query in queries if query))
    if len(queries) > MOST_QUERIES:
        raise ParameterErrors([Fault("q", str(len(queries)), f"Сравнить можно не больше {MOST_QUERIES} запросов.")])
    faults = [Fault("q", f"{query[:99]}…", _TOO_LONG) for query in queries if len(query) > MOST_LETTERS]
    if faults:
        raise ParameterErrors(faults)
    base = _narrowing(filters)
    whole = engine.search(replace(base, per_page=1))
    pages = [engine.search(replace(base, q=query, per_page=1)) for query in queries]
    years = _year_rows(whole, pages)
    cities = _city_rows(whole, pages)
    shown = [row for row in cities if any(share.matches for share in row.shares)][:CHART_ROWS]
    drawn_years = [int(row.name) for row in years] if any(page.total for page in pages) else []
    names, by_year, by_city = [row.name for row in shown], _series(queries, years), _series(queries, shown)
    return Trends(
        trends=tuple(_trend(number, page, whole, queries, base) for number, page in enumerate(pages, 1)),
        filters=", ".join(filter_words(base, engine.vocabulary)),
        alike_cities=alike_sentence(whole, engine.vocabulary) if base.like else "",
        carried=tuple(pair for pair in pairs(base, folds=False) if pair[0] != "q"),
        years=years,
        cities=cities,
        year_chart=line_chart(drawn_years, by_year) if drawn_years else None,
        city_chart=dot_chart(names, by_city) if shown else None,
        narrow_year_chart=line_chart(drawn_years, by_year, PHONE) if drawn_years else None,
        narrow_city_chart=dot_chart(names, by_city, PHONE) if shown else None,
        year_title=_title("по отчётным годам", queries, [(f"в {row.name} году", row) for row in years]),
        city_title=_title("по городам", queries, [(f"у города {row.name}", row) for row in shown]),
        csv_url=_url("/trends.csv", queries, base),
        svg_url=_url("/trends.svg", queries, base),
        clear_url=_url("/trends", queries, without(base)) if base != SearchRequest() else "",
    )


def trends_url(queries: Sequence[str], filters: SearchRequest) -> str:
    """The address of the page for ``queries`` among the answers that pass ``filters``."""
    return _url("/trends", queries, _narrowing(filters))


def table(shown: Trends) -> list[list[str | int]]:
    """The same numbers as rows: what they are by, its name, all answers, then matches and per cent of each query."""
    head: list[str | int] = ["Разрез", "Год или город", "Всего ответов"]
    for trend in shown.trends:
        head += [f"Найдено: {trend.q}", f"Доля, %: {trend.q}"]
    rows: list[list[str | int]] = [head]
    for what, group in (("год", shown.years), ("город", shown.cities)):
        for row in group:
            cells: list[str | int] = [what, row.name, row.answers]
            for share in row.shares:
                cells += [share.matches, "" if share.value is None else f"{share.value * 100:.2f}".replace(".", ",")]
            rows.append(cells)
    return rows


def _narrowing(filters: SearchRequest) -> SearchRequest:
    """What of a request narrows the answers and reads the words, leaving out the words themselves, order and pages."""
    blank = SearchRequest()
    return replace(filters, q="", sort=blank.sort, page=1, per_page=blank.per_page, fold=False, view=blank.view)


def _trend(number: int, page: SearchPage, whole: SearchPage, queries: Sequence[str], base: SearchRequest) -> Trend:
    rest = [query for query in queries if query != page.request.q]
    return Trend(
        q=page.request.q,
        style=number,
        sign=sign(number),
        matches=page.total,
        answers=whole.total,
        text=percent(page.total / whole.total) if whole.total else "—",
        url=search_url(replace(page.request, per_page=SearchRequest().per_page)),
        remove_url=_url("/trends", rest, base),
        notes=tuple(_notes(page)),
    )


def _notes(page: SearchPage) -> list[str]:
    notes = []
    if page.correction:
        notes.append(f"Посчитано по запросу «{page.correction.q}».")
    if page.relaxed and page.total:
        notes.append("Ответов со всеми словами мало, посчитаны и те, где есть только часть слов.")
    if page.dropped and page.total:
        notes.append(f"Ни в одном из посчитанных ответов нет: {', '.join(page.dropped)}.")
    return notes


def _year_rows(whole: SearchPage, pages: Sequence[SearchPage]) -> tuple[Row, ...]:
    """Every year from the first to the last with answers, oldest first; those outside the filter are left out."""
    all_answers = _counts(whole, "year")
    all_answers = {year: count for year, count in all_answers.items() if _inside(year, whole.request)}
    known = [year for year in all_answers if isinstance(year, int)]
    found = [_counts(page, "year") for page in pages]
    span = range(min(known), max(known) + 1) if known else range(0)
    return tuple(_row("year", year, str(year), all_answers, found, pages) for year in span)


def _city_rows(whole: SearchPage, pages: Sequence[SearchPage]) -> tuple[Row, ...]:
    all_answers = _counts(whole, "city")
    chosen = whole.request.city
    names = [city for city in all_answers if isinstance(city, str) and (not chosen or city in chosen)]
    found = [_counts(page, "city") for page in pages]
    rows = [_row("city", name, name, all_answers, found, pages) for name in names]
    return tuple(sorted(rows, key=lambda row: (-_best(row), row.name.replace("ё", "е"))))


def _best(row: Row) -> float:
    return max((share.value or 0.0 for share in row.shares), default=0.0)


def _row(
    facet: str,
    value: str | int,
    name: str,
    answers: Mapping[Value, int],
    found: Sequence[Mapping[Value, int]],
    pages: Sequence[SearchPage],
) -> Row:
    total = answers.get(value, 0)
    addresses = sum(len(search_url(page.request)) for page in pages) * len(answers)
    linked = addresses <= ADDRESSES_WEIGHT
    return Row(
        name,
        total,
        tuple(
            Share(counts.get(value, 0) if total else 0, total, _matching(page.request, facet, value, linked))
            for counts, page in zip(found, pages, strict=True)
        ),
    )


def _matching(request: SearchRequest, facet: str, value: str | int, linked: bool) -> str:
    if not linked:
        return ""
    narrowed = replace(request, per_page=SearchRequest().per_page)
    if facet == "year":
        return search_url(replace(narrowed, year=(int(value),), year_from=None, year_to=None))
    return search_url(replace(narrowed, city=(str(value),)))


def _counts(page: SearchPage, facet: str) -> dict[Value, int]:
    return {value.value: value.count for value in page.facets.get(facet, ())}


def _inside(year: Value, request: SearchRequest) -> bool:
    """A facet is counted without its own filter: only years that pass it are shown."""
    if not isinstance(year, int):
        return False
    low, high = request.year_from or year, request.year_to or year
    return low <= year <= high and (not request.year or year in request.year)


def _series(queries: Sequence[str], rows: Sequence[Row]) -> list[Series]:
    few = tuple(row.few for row in rows)
    return [Series(query, tuple(row.shares[number].value for row in rows), few) for number, query in enumerate(queries)]


def _title(by: str, queries: Sequence[str], named: Sequence[tuple[str, Row]]) -> str:
    """«Доля ответов по запросу «дистанционно» по отчётным годам: больше всего в 2020 году — 17 %»."""
    asked = ", ".join(f"«{query}»" for query in queries)
    title = f"Доля ответов по {'запросу' if len(queries) == 1 else 'запросам'} {asked} {by}"
    shares = [(row.shares[0].value or 0.0, name, row) for name, row in named if len(queries) == 1 and not row.few]
    if not shares:
        return title
    greatest = max(share for share, _, _ in shares)
    best = [(name, row) for share, name, row in shares if share == greatest]
    return f"{title}: больше всего {best[0][0]} — {best[0][1].shares[0].text}" if greatest and len(best) == 1 else title


def _url(path: str, queries: Sequence[str], base: SearchRequest) -> str:
    asked = [("q", query) for query in queries] + [pair for pair in pairs(base, folds=False) if pair[0] != "q"]
    return f"{path}?{urlencode(asked)}" if asked else path
