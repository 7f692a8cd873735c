"""The archive at a glance: what stands on the first page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from indexer.model import ReportCard
from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url, search_url, short_url
from search_app.request.model import SearchRequest, Value
from search_app.study.city_years import Cell, Row
from search_app.study.drawing.citymap import CityMap, city_map
from search_app.wording.labels import value_label

LATEST = 6
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One way into the archive with the number of answers behind it."""

    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page, ready to print. Counts are answers unless named otherwise."""

    reports: int
    passages: int
    years: tuple[int, ...]
    """Oldest first: the columns of the table."""
    cities: tuple[Row, ...]
    map: CityMap
    topics: tuple[Entry, ...]
    kinds: tuple[Entry, ...]
    sections: tuple[Entry, ...]
    latest: tuple[ReportCard, ...]
    examples: tuple[Link, ...]


def overview(engine: Engine) -> Overview:
    """What ``engine`` holds, with examples of queries that find something."""
    cards = engine.cards()
    years = tuple(sorted({card.year for card in cards if card.year is not None}))
    rows = _city_rows(cards, years, engine)
    return Overview(
        reports=engine.manifest.reports,
        passages=engine.manifest.passages,
        years=years,
        cities=rows,
        map=city_map({row.city: row.count for row in rows}, engine.vocabulary),
        topics=_entries("topic", engine),
        kinds=_entries("kind", engine),
        sections=_entries("section", engine),
        latest=cards[:LATEST],
        examples=_examples(engine),
    )


def _city_rows(cards: tuple[ReportCard, ...], years: tuple[int, ...], engine: Engine) -> tuple[Row, ...]:
    counts: Counter[tuple[str, int | None]] = Counter()
    for card in cards:
        if card.city is not None:
            counts[card.city, card.year] += card.passages
    names = sorted({city for city, _ in counts}, key=lambda name: name.replace("ё", "е").replace("Ё", "Е"))
    totals: Counter[str] = Counter()
    for (city, _), count in counts.items():
        totals[city] += count
    return tuple(
        Row(
            city=name,
            url=city_url(name, engine.vocabulary),
            cells=tuple(_cell(name, year, counts[name, year], engine) for year in years),
            count=totals[name],
        )
        for name in names
    )


def _cell(city: str, year: int, count: int, engine: Engine) -> Cell | None:
    if not count:
        return None
    return Cell(f"{city_url(city, engine.vocabulary)}/{year}", count)


def _entries(facet: str, engine: Engine) -> tuple[Entry, ...]:
    """The values of a facet, the most frequent first, counted as the page that they lead to counts."""
    found = engine.search(SearchRequest(per_page=1, fold=True)).facets.get(facet, ())
    named: list[tuple[Value, int]] = sorted(
        ((value.value, value.count) for value in found), key=lambda pair: (-pair[1], str(pair[0]))
    )
    return tuple(
        Entry(
            value_label(facet, value, engine.vocabulary),
            short_url(facet, str(value), engine.vocabulary),
            count,
        )
        for value, count in named
        if value is not None and count
    )


def _examples(engine: Engine) -> tuple[Link, ...]:
    """Queries that find something: the set phrases of officials that the archive uses most."""
    best = engine.said_most(_set_phrases(engine.vocabulary), EXAMPLES)
    return tuple(Link(phrase, search_url(SearchRequest(q=phrase, fold=True))) for phrase, _ in best)


def _set_phrases(vocabulary: Vocabulary) -> list[str]:
    """One phrase of two or three words per group of synonyms: people wrote them, so their words agree."""
    phrases = ([term for term in group.terms if len(term.split()) in (2, 3)] for group in vocabulary.synonyms)
    return [group[0] for group in phrases if group]
