"""What a city writes about, year by year: a small drawing for each topic and one table of all numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search_app.engine.door import AnswerPlace, Engine
from search_app.request.addresses import search_url
from search_app.request.model import SearchRequest, Value
from search_app.study.drawing.charts import bars
from search_app.wording.numbers import counted

WIDTH, HEIGHT = 160, 36
DRAWN = 12
"""Topics with a drawing: three rows of four; the table has the others too."""


@dataclass(frozen=True, slots=True)
class TopicYears:
    """One topic of a city."""

    name: str
    url: str
    count: int
    counts: tuple[int, ...]
    """By year, in the order of `TopicHistory.years`."""
    path: str
    words: str
    """«12 ответов, больше всего в 2021 году: 5»"""


@dataclass(frozen=True, slots=True)
class TopicHistory:
    """The topics of a city, the most frequent first."""

    years: tuple[int, ...]
    """From the first to the last with answers, without gaps."""
    topics: tuple[TopicYears, ...]
    most: int = 0
    """Answers of the highest bar: all drawings have one scale."""

    @property
    def drawn(self) -> tuple[TopicYears, ...]:
        """Those worth a drawing."""
        return self.topics[:DRAWN]


def topic_history(city: str, answers: Sequence[AnswerPlace], engine: Engine) -> TopicHistory:
    """The topics of ``answers``, which are those of ``city``."""
    counts = engine.topics_of_city(city)
    known = {answer.year for answer in answers if isinstance(answer.year, int)}
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    totals: Counter[str] = Counter()
    for (topic, _), count in counts.items():
        totals[topic] += count
    ordered = sorted(totals, key=lambda topic: (-totals[topic], topic))
    most = max((counts.get((topic, year), 0) for topic in ordered[:DRAWN] for year in years), default=0)
    topics = tuple(_topic(city, topic, years, totals[topic], counts, most) for topic in ordered)
    return TopicHistory(years, topics, most)


def _topic(
    city: str, topic: str, years: Sequence[int], total: int, counts: Mapping[tuple[str, Value], int], most: int
) -> TopicYears:
    by_year = tuple(counts.get((topic, year), 0) for year in years)
    return TopicYears(
        name=topic,
        url=search_url(SearchRequest(city=(city,), topic=(topic,))),
        count=total,
        counts=by_year,
        path=bars(by_year, WIDTH, HEIGHT, most),
        words=_words(years, by_year, total),
    )


def _words(years: Sequence[int], counts: Sequence[int], total: int) -> str:
    said = counted(total, "ответ", "ответа", "ответов")
    most = max(counts, default=0)
    best = [year for year, count in zip(years, counts, strict=True) if count == most]
    if not most or len(best) != 1:
        return said
    if most == total:
        return f"{said}, все в {best[0]} году" if total > 1 else f"{said}, {best[0]} год"
    return f"{said}, больше всего в {best[0]} году: {most}"
