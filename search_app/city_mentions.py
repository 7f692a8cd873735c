"""Who mentions a city, and whom it mentions: other cities' names in answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from indexer.arrays import Ints
from indexer.build import Build
from indexer.vocabulary import City, Vocabulary
from search_app.cities import city_url
from search_app.search import passage_url
from search_app.wording import value_label

LINKS = 5
SHOWN = 12
"""Newest places shown of each of the most mentioned cities; of the others one, or seventy cities fill the page."""


@dataclass(frozen=True, slots=True)
class Place:
    """One answer with a mention."""

    year: str
    url: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """The other city with the answers that make the tie."""

    city: str
    city_url: str
    count: int
    newest: tuple[Place, ...]

    @property
    def more(self) -> int:
        """Answers beyond those linked."""
        return self.count - len(self.newest)


def mentioned_in(docs: Ints, build: Build) -> tuple[Mentions, ...]:
    """The cities that the passages ``docs`` mention, the most mentioned first."""
    found: dict[str, list[int]] = {}
    for doc in docs.tolist():
        for name in build.passage(doc).mentions:
            found.setdefault(name, []).append(doc)
    return _mentions(found, build)


def mentioning(name: str, city: City | None, docs: Ints, build: Build) -> tuple[Mentions, ...]:
    """The other cities whose answers mention the city called ``name``, whose own passages are ``docs``."""
    found: dict[str, list[int]] = {}
    for doc in _candidates(name, city, docs, build):
        if name in build.passage(doc).mentions:
            other = build.report_of(doc).city or ""
            found.setdefault(other, []).append(doc)
    return _mentions(found, build)


def _candidates(name: str, city: City | None, docs: Ints, build: Build) -> list[int]:
    """Passages of others that have a word of the city's names: only they need to be read."""
    columns = build.columns
    marked = np.zeros(columns.passages, dtype=np.bool_)
    for text in _spellings(name, city, build.vocabulary):
        for term in build.analyzer.terms(text):
            lemma = build.lemmas.find(term.lemma)
            if lemma >= 0:
                marked[columns.lemma_docs[columns.lemma_start[lemma] : columns.lemma_start[lemma + 1]]] = True
    marked[docs] = False
    numbers: list[int] = np.flatnonzero(marked).tolist()
    return numbers


def _spellings(name: str, city: City | None, vocabulary: Vocabulary) -> Iterable[str]:
    """The words by which a text may mention the city: its names, its adjective, its inhabitants."""
    adjectives = (f"{city.adjective}ий",) if city and city.adjective else ()
    names = (*city.forms, *city.aliases) if city else ()
    return (name, *names, *adjectives, *vocabulary.mentions.inhabitants.get(name, ()))


def _mentions(found: dict[str, list[int]], build: Build) -> tuple[Mentions, ...]:
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0].replace("ё", "е")))
    # Passages are numbered newest first.
    return tuple(
        Mentions(
            city=value_label("city", city or None, build.vocabulary),
            city_url=_url(city, build.vocabulary, build),
            count=len(docs),
            newest=tuple(_place(doc, build) for doc in docs[: LINKS if rank < SHOWN else 1]),
        )
        for rank, (city, docs) in enumerate(ordered)
    )


def _url(city: str, vocabulary: Vocabulary, build: Build) -> str:
    """The page of a city; blank where the archive has no report of it."""
    return city_url(city, vocabulary) if build.facet_counts()["city"].get(city) else ""


def _place(doc: int, build: Build) -> Place:
    passage, report = build.passage(doc), build.report_of(doc)
    return Place(value_label("year", report.year, build.vocabulary), passage_url(report.id, passage.position))
