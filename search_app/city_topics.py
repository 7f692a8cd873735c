"""What a city writes about, year by year: a small drawing for each topic and one table of all numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.arrays import Ints
from indexer.build import Build
from search_app.charts import bars
from search_app.city_passages import years_of
from search_app.facets import search_url
from search_app.model import SearchRequest
from search_app.wording import counted

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

    @property
    def drawn(self) -> tuple[TopicYears, ...]:
        """Those worth a drawing."""
        return self.topics[:DRAWN]


def topic_history(city: str, docs: Ints, build: Build) -> TopicHistory:
    """The topics of the passages of ``city``."""
    counts = _counts(docs, build)
    known = {year for year in years_of(docs, build) if isinstance(year, int)}
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    totals: Counter[str] = Counter()
    for (topic, _), count in counts.items():
        totals[topic] += count
    ordered = sorted(totals, key=lambda topic: (-totals[topic], topic))
    return TopicHistory(years, tuple(_topic(city, topic, years, totals[topic], counts) for topic in ordered))


def _counts(docs: Ints, build: Build) -> Counter[tuple[str, object]]:
    """Topic and year → passages."""
    columns, values = build.columns, build.values["topic"]
    counts: Counter[tuple[str, object]] = Counter()
    by_class = Counter(zip(columns.doc_class[docs].tolist(), years_of(docs, build), strict=True))
    for (number, year), count in by_class.items():
        for place in columns.class_topics[columns.class_topics_start[number] : columns.class_topics_start[number + 1]]:
            topic = values[int(place)]
            if topic is not None:
                counts[str(topic), year] += count
    return counts


def _topic(city: str, topic: str, years: Sequence[int], total: int, counts: Counter[tuple[str, object]]) -> TopicYears:
    by_year = tuple(counts[topic, year] for year in years)
    return TopicYears(
        name=topic,
        url=search_url(SearchRequest(city=(city,), topic=(topic,))),
        count=total,
        counts=by_year,
        path=bars(by_year, WIDTH, HEIGHT),
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
