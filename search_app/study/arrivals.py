"""What is new in the archive, day by day, for people: which reports came, and which have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from indexer.vocabulary import Vocabulary
from search_app.engine.door import Arrival, Engine
from search_app.study.kept import Kept
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted, day_of, russian_day

ON_A_PAGE = 60
"""Reports: some three screens."""

_kept = Kept(2)


@dataclass(frozen=True, slots=True)
class Item:
    """One report that came or changed."""

    url: str
    title: str
    """«Омск, 2021»"""
    section: str
    told: str
    """«8 ответов», «изменён: новый текст у 1 ответа»"""


@dataclass(frozen=True, slots=True)
class Day:
    """What came on one day, or the part of it that the page has room for."""

    title: str
    """«6 мая 2024 года»"""
    told: str
    """Of the whole day: «12 отчётов, 140 ответов»."""
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class News:
    """One page, ready to print."""

    days: tuple[Day, ...]
    page: int
    pages: int


def all_arrivals(engine: Engine) -> Sequence[Arrival]:
    """All that ever came, the last first."""
    return _kept.get(engine, "arrivals", engine.arrivals)


def news(page: int, engine: Engine) -> News:
    """The page of that number, or the nearest there is."""
    found = all_arrivals(engine)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    begin = (page - 1) * ON_A_PAGE
    by_day = {day: tuple(came) for day, came in groupby(found, key=lambda arrival: day_of(arrival.moment))}
    shown = groupby(found[begin : begin + ON_A_PAGE], key=lambda arrival: day_of(arrival.moment))
    return News(tuple(_day(day, by_day[day], tuple(came), engine.vocabulary) for day, came in shown), page, pages)


def _day(day: date, whole: Sequence[Arrival], shown: Sequence[Arrival], vocabulary: Vocabulary) -> Day:
    return Day(russian_day(day), _told(whole), tuple(_item(arrival, vocabulary) for arrival in shown))


def _told(came: Sequence[Arrival]) -> str:
    """«12 отчётов, 140 ответов; в 2 прежних отчётах новый текст у 3 ответов»."""
    new = [arrival.passages for arrival in came if arrival.first]
    mended = [arrival.passages for arrival in came if not arrival.first]
    words = []
    if new:
        words.append(
            f"{counted(len(new), 'отчёт', 'отчёта', 'отчётов')}, {counted(sum(new), 'ответ', 'ответа', 'ответов')}"
        )
    if mended:
        where = counted(len(mended), "прежнем отчёте", "прежних отчётах", "прежних отчётах")
        words.append(f"в {where} {_new_texts(sum(mended))}")
    return "; ".join(words)


def _item(arrival: Arrival, vocabulary: Vocabulary) -> Item:
    card = arrival.card
    city = value_label("city", card.city, vocabulary)
    return Item(
        url=f"/reports/{card.id}",
        title=f"{city[0].upper()}{city[1:]}, {value_label('year', card.year, vocabulary)}",
        section=card.section or "",
        told=counted(arrival.passages, "ответ", "ответа", "ответов")
        if arrival.first
        else f"изменён: {_new_texts(arrival.passages)}",
    )


def _new_texts(number: int) -> str:
    return f"новый текст у {counted(number, 'ответа', 'ответов', 'ответов')}"
