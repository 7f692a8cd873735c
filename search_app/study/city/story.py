"""A city in a sentence that is true of the archive: since when it reports, what of, what came last."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.vocabulary import City
from search_app.study.city.page import CityPage
from search_app.study.city.topics import TopicYears
from search_app.wording.numbers import listed, quoted, year_spans

_NAMED = 3
"""Topics."""


def story(page: CityPage, topics: Sequence[TopicYears]) -> str:
    """«Омск отчитывается с 2014 года, кроме 2015; чаще всего пишет на темы «…» и «…»; последний отчёт — за 2021 год.»

    Blank for a city whose reports have no year and whose answers no topic.
    """
    years = [year for year in page.years if year is not None]
    many = page.city is not None and _is_plural(page.city)
    parts = [part for part in (_when(years, many), _what(topics, many), _last(years)) if part]
    return f"{page.name} {'; '.join(parts)}." if parts else ""


def _is_plural(city: City) -> bool:
    """Whether the name is a plural: «Мыски отчитываются», to Мыскам."""
    return city.forms[2].endswith(("ам", "ям"))


def _when(years: Sequence[int], many: bool) -> str:
    if not years:
        return ""
    first, last = years[0], years[-1]
    verb = "отчитываются" if many else "отчитывается"
    if first == last:
        return f"{verb} пока только за {first} год"
    missing = sorted(set(range(first, last + 1)) - set(years))
    return f"{verb} с {first} года{f', кроме {year_spans(missing)}' if missing else ''}"


def _what(topics: Sequence[TopicYears], many: bool) -> str:
    often = [topic for topic in topics if topic.count > 1][:_NAMED]
    if not often:
        return ""
    themes = listed([quoted(topic.name) for topic in often])
    return f"чаще всего {'пишут' if many else 'пишет'} на {'тему' if len(often) == 1 else 'темы'} {themes}"


def _last(years: Sequence[int]) -> str:
    return f"последний отчёт — за {years[-1]} год" if len(years) > 1 else ""
