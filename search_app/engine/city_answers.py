"""The answers of one city: where they belong and what they are about, read from the columns without any text."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints
from search_app.engine.matching.runs import lemma_run
from search_app.request.model import Value

Flags = NDArray[np.bool_]


class AnswerPlace(NamedTuple):
    """Where an answer belongs; ``number`` is the engine's handle of it."""

    number: int
    year: Value
    section: Value
    kind: str


def docs_of_city(name: str, build: Build) -> Ints:
    """The numbers of the city's passages, newest year first."""
    of_city = np.asarray([value == name for value in build.values["city"]], dtype=np.bool_)
    if not of_city.any():
        return np.empty(0, dtype=np.int32)
    flags: Flags = of_city[build.columns.report_city][build.columns.doc_report]
    return np.flatnonzero(flags).astype(np.int32)


def answers_of_city(name: str, build: Build) -> tuple[AnswerPlace, ...]:
    """The places of the city's answers, newest year first."""
    docs, columns = docs_of_city(name, build), build.columns
    years, sections, kinds = build.values["year"], build.values["section"], build.values["kind"]
    reports = columns.doc_report[docs]
    rows = zip(
        docs.tolist(),
        columns.report_year[reports].tolist(),
        columns.report_section[reports].tolist(),
        columns.class_kind[columns.doc_class[docs]].tolist(),
        strict=True,
    )
    return tuple(
        [AnswerPlace(doc, years[year], sections[section], str(kinds[kind])) for doc, year, section, kind in rows]
    )


def topics_of_city(name: str, build: Build) -> Counter[tuple[str, Value]]:
    """Topic and year → passages of the city."""
    docs, columns = docs_of_city(name, build), build.columns
    years, topics = build.values["year"], build.values["topic"]
    places = columns.report_year[columns.doc_report[docs]].tolist()
    by_class = Counter(zip(columns.doc_class[docs].tolist(), places, strict=True))
    counts: Counter[tuple[str, Value]] = Counter()
    for (number, place), count in by_class.items():
        for at in columns.class_topics[columns.class_topics_start[number] : columns.class_topics_start[number + 1]]:
            topic = topics[int(at)]
            if topic is not None:
                counts[str(topic), years[place]] += count
    return counts


def cities_by_topic(kind: str, build: Build) -> dict[str, frozenset[str]]:
    """Topic → the known cities that have passages of a kind about it; kept while the build is open."""
    return build.remember(("cities by topic", kind), lambda: _cities_by_topic(kind, build))


def _cities_by_topic(kind: str, build: Build) -> dict[str, frozenset[str]]:
    columns = build.columns
    topics, cities = build.values["topic"], build.values["city"]
    of_kind = np.asarray([value == kind for value in build.values["kind"]], dtype=np.bool_)[columns.class_kind]
    docs = np.flatnonzero(of_kind[columns.doc_class])
    many = len(cities)
    owners = columns.report_city[columns.doc_report[docs]]
    pairs = np.unique(columns.doc_class[docs].astype(np.int64) * many + owners)
    found: dict[str, set[str]] = {}
    for number, city in zip((pairs // many).tolist(), (pairs % many).tolist(), strict=True):
        if cities[city] is None:
            continue
        for at in columns.class_topics[columns.class_topics_start[number] : columns.class_topics_start[number + 1]]:
            if topics[int(at)] is not None:
                found.setdefault(str(topics[int(at)]), set()).add(str(cities[city]))
    return {topic: frozenset(own) for topic, own in found.items()}


def frequency(word: str, build: Build) -> int:
    """How many passages say the word's first lemma."""
    lemma = build.lemmas.find(build.analyzer.first_lemma(word))
    return len(lemma_run(build.columns, lemma).saying) if lemma >= 0 else 0
