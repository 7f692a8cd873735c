"""Which answers make the ties between a city and others: who mentions it, and whom it mentions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints
from indexer.vocabulary import Vocabulary
from search_app.engine.city_answers import docs_of_city


def mentioned_by_city(name: str, build: Build) -> dict[str, list[int]]:
    """City → the passages of the city called ``name`` that mention it."""
    found: dict[str, list[int]] = {}
    for doc in docs_of_city(name, build).tolist():
        for other in build.passage(doc).mentions:
            found.setdefault(other, []).append(doc)
    return found


def mentions_of_city(name: str, build: Build) -> dict[str, list[int]]:
    """City, blank where unknown → its passages that mention the city called ``name``."""
    found: dict[str, list[int]] = {}
    for doc in _candidates(name, docs_of_city(name, build), build):
        if name in build.passage(doc).mentions:
            found.setdefault(build.report_of(doc).city or "", []).append(doc)
    return found


def _candidates(name: str, own: Ints, build: Build) -> list[int]:
    """Passages of others that have a word of the city's names: only they need to be read."""
    columns = build.columns
    marked = np.zeros(columns.passages, dtype=np.bool_)
    for text in _spellings(name, build.vocabulary):
        for term in build.analyzer.terms(text):
            lemma = build.lemmas.find(term.lemma)
            if lemma >= 0:
                marked[columns.lemma_docs[columns.lemma_start[lemma] : columns.lemma_start[lemma + 1]]] = True
    marked[own] = False
    numbers: list[int] = np.flatnonzero(marked).tolist()
    return numbers


def _spellings(name: str, vocabulary: Vocabulary) -> Iterable[str]:
    """The words by which a text may mention the city: its names, its adjective, its inhabitants."""
    city = vocabulary.city(name)
    adjectives = (f"{city.adjective}ий",) if city and city.adjective else ()
    names = (*city.forms, *city.aliases) if city else ()
    return (name, *names, *adjectives, *vocabulary.mentions.inhabitants.get(name, ()))
