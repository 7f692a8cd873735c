"""A city in a few sentences, each true of the archive: since when it reports, what of, what came last."""

from __future__ import annotations

from collections.abc import Sequence

from search_app.study.city.page import CityPage
from search_app.study.city.topics import TopicYears
from search_app.wording.numbers import listed, quoted, year_spans

_NAMED = 3
"""Topics."""


def story(page: CityPage, topics: Sequence[TopicYears]) -> tuple[str, ...]:
    """The sentences; none for a city whose reports have no year and whose answers no topic."""
    years = [year for year in page.years if year is not None]
    return tuple(sentence for sentence in (_when(years), _what(topics)) if sentence)


def _when(years: Sequence[int]) -> str:
    if not years:
        return ""
    first, last = years[0], years[-1]
    if first == last:
        return f"В архиве есть отчёты города только за {first} год."
    missing = sorted(set(range(first, last + 1)) - set(years))
    gaps = f", кроме {year_spans(missing)} {'года' if len(missing) == 1 else 'годов'}" if missing else ""
    return f"Город отчитывается с {first} по {last} год{gaps}."


def _what(topics: Sequence[TopicYears]) -> str:
    often = [topic for topic in topics if topic.count > 1][:_NAMED]
    if not often:
        return ""
    return f"Чаще всего пишет на темы: {listed([quoted(topic.name) for topic in often])}."
