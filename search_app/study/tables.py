"""Pages of study as plain tables: names of columns for programs, Russian titles for Excel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from search_app.engine.door import Engine, cities_found, years_found
from search_app.request.addresses import city_url, passage_url
from search_app.request.mentions import MentionsRequest
from search_app.request.model import SearchRequest
from search_app.study.about import COLUMNS as FILE_COLUMNS
from search_app.study.arrivals import all_arrivals
from search_app.study.city.mentions import Mentions
from search_app.study.city.page import CityPage
from search_app.study.city.plan_table import PlanTable
from search_app.study.city.topics import TopicHistory
from search_app.study.city.words import CityWord
from search_app.study.echoes.praised import ties
from search_app.study.trends import Trends
from search_app.study.versions.compare import ComparedReports
from search_app.wording.labels import value_label
from search_app.wording.numbers import day_of, iso_moment

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    """The name and the Russian title of each."""
    rows: tuple[tuple[Cell, ...], ...]

    def as_json(self) -> dict[str, Any]:
        """The table as a JSON value."""
        names = [name for name, _ in self.columns]
        return {
            "name": self.name,
            "title": self.title,
            "columns": [{"name": name, "title": title} for name, title in self.columns],
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows],
        }

    def as_rows(self) -> Iterator[Sequence[str | int]]:
        """The table as rows of a spreadsheet, its head first; fractions with a comma."""
        yield [title for _, title in self.columns]
        for row in self.rows:
            yield ["" if cell is None else _russian(cell) for cell in row]


def trends_tables(shown: Trends) -> tuple[Table, ...]:
    """By year and by city: all answers, those that match and their share."""
    return tuple(
        Table(
            name,
            f"Доля ответов {title}",
            ((key, what), ("answers", "Всего ответов"), ("q", "Запрос"), ("matches", "Найдено"), ("share", "Доля")),
            tuple(
                (row.name, row.answers, trend.q, share.matches, None if share.value is None else round(share.value, 6))
                for row in rows
                for trend, share in zip(shown.trends, row.shares, strict=True)
            ),
        )
        for name, title, key, what, rows in (
            ("years", "по годам", "year", "Год", shown.years),
            ("cities", "по городам", "city", "Город", shown.cities),
        )
    )


def ties_tables(wanted: MentionsRequest, engine: Engine) -> tuple[Table, ...]:
    """Who speaks of whom, and how often."""
    head = (("city", "Кто говорит"), ("mentioned", "О ком"), ("mentions", "Раз"))
    return (Table("ties", "Кто о ком говорит", head, ties(wanted, engine)),)


def matrix_tables(request: SearchRequest, engine: Engine) -> tuple[Table, ...]:
    """Every city and year with answers found, not cut to pages; unknown is blank."""
    page = engine.search(request)
    found = engine.counts(page.request, years_found(page))
    order = {city.value: place for place, city in enumerate(cities_found(page))}
    cells = sorted(found.items(), key=lambda one: (order.get(one[0][0], len(order)), one[0][1] is None, str(one[0][1])))
    head = (("city", "Город"), ("year", "Год"), ("answers", "Ответов"))
    rows = tuple((city, year, count) for (city, year), count in cells if count)
    return (
        Table("matrix", "Найдено по городам и годам", head, rows),
        Table(
            "cities",
            "Найдено по городам",
            (("city", "Город"), ("answers", "Ответов")),
            tuple((city.value, city.count) for city in cities_found(page)),
        ),
    )


def cities_tables(engine: Engine) -> tuple[Table, ...]:
    """Every city with what the archive has of it."""
    reports: dict[str, list[Any]] = {}
    for card in engine.cards():
        if card.city:
            reports.setdefault(card.city, []).append(card)
    rows = tuple(
        (
            city,
            city_url(city, engine.vocabulary),
            len(cards),
            sum(card.passages for card in cards),
            min((card.year for card in cards if card.year), default=None),
            max((card.year for card in cards if card.year), default=None),
        )
        for city, cards in sorted(reports.items(), key=lambda one: one[0].replace("ё", "е"))
    )
    head = (("city", "Город"), ("url", "Адрес"), ("reports", "Отчётов"), ("answers", "Ответов"))
    return (Table("cities", "Города архива", (*head, ("first", "С года"), ("last", "По год")), rows),)


def city_tables(
    page: CityPage,
    topics: TopicHistory,
    words: Iterable[CityWord],
    mentioned_by: Iterable[Mentions],
    mentions: Iterable[Mentions],
) -> tuple[Table, ...]:
    """A city through the years: its reports, topics, telling words, and the cities that name each other."""
    cards = [card for section in page.sections for cell in section.cells for card in cell]
    years = topics.years
    named = (("city", "Город"), ("answers", "Ответов"))
    return (
        Table(
            "reports",
            f"Отчёты: {page.name}",
            (("id", "Код"), ("url", "Адрес"), ("year", "Год"), ("section", "Раздел"), ("answers", "Ответов")),
            tuple((card.id, f"/reports/{card.id}", card.year, card.section, card.passages) for card in cards),
        ),
        Table(
            "topics",
            f"Темы: {page.name}",
            (("topic", "Тема"), ("year", "Год"), ("answers", "Ответов")),
            tuple(
                (topic.name, year, count)
                for topic in topics.topics
                for year, count in zip(years, topic.counts, strict=True)
                if count
            ),
        ),
        Table(
            "words",
            f"Слова, которые {page.name} употребляет чаще других",
            (("word", "Слово"), ("answers", "Ответов"), ("times", "Во сколько раз чаще")),
            tuple((word.word, word.count, round(word.times, 2) or None) for word in words),
        ),
        Table(
            "mentioned_by", f"Кто упоминает: {page.name}", named, tuple((one.city, one.count) for one in mentioned_by)
        ),
        Table("mentions", f"Кого упоминает: {page.name}", named, tuple((one.city, one.count) for one in mentions)),
    )


def topics_tables(engine: Engine) -> tuple[Table, ...]:
    """Every topic with its answers, the commonest first."""
    counts = [(value_label("topic", topic, engine.vocabulary), count)
              for topic, count in engine.facet_counts().get("topic", {}).items() if topic is not None]  # fmt: skip
    rows = tuple(sorted(counts, key=lambda one: (-one[1], one[0])))
    return (Table("topics", "Темы архива", (("topic", "Тема"), ("answers", "Ответов")), rows),)


def plans_tables(found: PlanTable) -> tuple[Table, ...]:
    """City × year: tasks that could be looked up, and how many are told as done, at least in part."""
    head = (("city", "Город"), ("year", "Отчётный год"), ("tasks", "Задач"), ("done", "Сделано"))
    rows = tuple(
        (city, year, cell.tasks, cell.done, cell.partly, cell.share)
        for city, cells in found.rows
        for year, cell in sorted(cells.items(), reverse=True)
    )
    more = (("partly", "Сделано отчасти"), ("share", "Доля сделанного, %"))
    return (Table("plans", "Что стало с задачами", (*head, *more), rows),)


def compared_tables(both: ComparedReports) -> tuple[Table, ...]:
    """Two reports question by question; blank where a report has no such answer."""
    head: list[tuple[str, str]] = [("kind", "Вид вопроса")]
    for name, report in zip(("a", "b"), both.heads, strict=True):
        told = (("question", "вопрос"), ("text", "ответ"), ("url", "адрес"))
        head += [(f"{part}_{name}", f"{report.title}: {what}") for part, what in told]
    rows = tuple(
        (
            pair.label,
            *(cell for side in pair.sides for cell in ((side.question, side.text, side.url) if side else _NONE)),
        )
        for pair in both.rows
    )
    return (Table("compared", both.title, tuple(head), rows),)


_NONE: tuple[Cell, ...] = (None, None, None)


def new_tables(engine: Engine) -> tuple[Table, ...]:
    """What came to the archive, the last first."""
    rows = tuple(
        (
            day_of(one.moment).isoformat(),
            one.card.id,
            f"/reports/{one.card.id}",
            one.card.city,
            one.card.year,
            one.card.section,
            "новый" if one.first else "изменён",
            one.passages,
        )
        for one in all_arrivals(engine)
    )
    head = (("day", "День"), ("id", "Код"), ("url", "Адрес"), ("city", "Город"), ("year", "Год"))
    return (
        Table(
            "new",
            "Новое в архиве",
            (*head, ("section", "Раздел"), ("what", "Что"), ("answers", "Новых текстов")),
            rows,
        ),
    )


def files_tables(engine: Engine) -> tuple[Table, ...]:
    """Every file with what became of it."""
    names = ("file", "status", "reason", "reports")
    rows = tuple((entry.file, entry.status, entry.reason, entry.reports) for entry in engine.sources)
    return (Table("files", "Файлы архива", tuple(zip(names, FILE_COLUMNS, strict=True)), rows),)


def similar_tables(passage_id: str, engine: Engine, *, limit: int, other_cities: bool) -> tuple[Table, ...]:
    """Answers like one."""
    hits = engine.similar(passage_id, limit=limit, other_cities=other_cities)
    head = (("id", "Код"), ("url", "Адрес"), ("city", "Город"), ("year", "Год"), ("section", "Раздел"))
    rows = tuple(
        (
            *(hit.id, passage_url(hit.report_id, hit.position), hit.city, hit.year, hit.section, hit.kind),
            *(hit.question, hit.text, iso_moment(hit.added)),
        )
        for hit in hits
    )
    more = (("kind", "Вид вопроса"), ("question", "Вопрос"), ("text", "Ответ"), ("added", "В архиве с"))
    return (Table("similar", "Похожие ответы", (*head, *more), rows),)


def _russian(cell: str | int | float) -> str | int:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell
