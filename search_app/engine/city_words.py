"""The words that a city uses more than others do: its answers against the rest of the archive.

Ranked by the log-likelihood ratio of the two counts (Dunning 1993, Accurate Methods for the Statistics of Surprise and
Coincidence), which neither rare words nor common ones dominate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, Longs
from indexer.index.columns import GAP
from indexer.language.spelling import is_cyrillic, normal_form
from indexer.vocabulary import City
from search_app.engine.city_answers import docs_of_city
from search_app.engine.matching.runs import lemma_run
from search_app.engine.matching.tallying import count_forms
from search_app.engine.query.words import query_words

_LEAST_COUNT = 4
"""Fewer occurrences say nothing."""
_LEAST_PASSAGES = 2
_LEAST_LETTERS = 3
_SIGNIFICANT = 10.83
"""Of the ratio: chance gives more in one case of a thousand (chi-square, one degree of freedom)."""
_LOOKED_AT = 400
"""Best words that are checked one by one."""


@dataclass(frozen=True, slots=True)
class WordUse:
    """One word in dictionary form."""

    word: str
    count: int
    times: float
    """How many times more often than in the other cities' answers; 0 where they never use it."""


def words_of_city(name: str, limit: int, build: Build) -> tuple[WordUse, ...]:
    """The most telling words of the city's answers; none where the archive has no other city's."""
    docs = docs_of_city(name, build)
    mine = np.zeros(build.columns.passages, dtype=np.bool_)
    mine[docs] = True
    own = _lemma_counts(_forms_of(docs, build), build)
    return telling_words(name, limit, own, lambda lemma: _passages(lemma, mine, build), build)


def telling_words(
    name: str, limit: int, own: NDArray[np.float64], passages: Callable[[int], int], build: Build
) -> tuple[WordUse, ...]:
    """The most telling words of a city by how often it says each lemma and in how many ``passages``."""
    everything: NDArray[np.float64] = build.remember("lemma counts", lambda: _lemma_counts(_all_forms(build), build))
    total, here = int(everything.sum()), int(own.sum())
    if not here or total == here:
        return ()
    ratio = _likelihood(own, everything - own, here, total - here)
    ratio[own < _LEAST_COUNT] = 0.0
    best = np.argsort(-ratio, kind="stable")[:_LOOKED_AT]
    own_names = _names(name, build.vocabulary.city(name))
    chosen: list[WordUse] = []
    for lemma in best[ratio[best] > _SIGNIFICANT].tolist():
        word = build.lemmas[lemma]
        if _tells(word, own_names) and passages(lemma) >= _LEAST_PASSAGES:
            elsewhere = int(everything[lemma] - own[lemma])
            times = (own[lemma] / here) / (elsewhere / (total - here)) if elsewhere else 0.0
            chosen.append(WordUse(word, int(own[lemma]), float(times)))
        if len(chosen) == limit:
            break
    return tuple(chosen)


def _all_forms(build: Build) -> Longs:
    """How often each form stands in the texts of the whole archive, questions and headings left out."""
    return _forms_of(np.arange(build.columns.passages, dtype=np.int32), build)


def _forms_of(docs: Ints, build: Build) -> Longs:
    """How often each form stands in the texts of the passages."""
    columns = build.columns
    counts = np.zeros(len(columns.form_spelling), dtype=np.int64)
    count_forms(docs, columns.zones, columns.stream, counts)
    counts[GAP] = 0
    return counts


def _lemma_counts(forms: Longs, build: Build) -> NDArray[np.float64]:
    """Occurrences of each lemma, a form counting for its likeliest reading."""
    columns = build.columns
    has_lemma = np.diff(columns.form_lemmas_start) > 0
    first = columns.form_lemmas[columns.form_lemmas_start[:-1][has_lemma]]
    return np.bincount(first, weights=forms[has_lemma], minlength=len(columns.lemma_idf)).astype(np.float64)


def _likelihood(own: NDArray[np.float64], other: NDArray[np.float64], here: int, there: int) -> NDArray[np.float64]:
    """The ratio for each lemma that the city uses more than the others; 0 for the rest."""
    expected_own = (own + other) * here / (here + there)
    expected_other = (own + other) * there / (here + there)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(own > 0, own * np.log(own / expected_own), 0.0)
        parts += np.where(other > 0, other * np.log(other / expected_other), 0.0)
    ratio: NDArray[np.float64] = np.where(own > expected_own, 2 * parts, 0.0)
    return ratio


def _tells(word: str, own_names: frozenset[str]) -> bool:
    """Whether the word says something: no number, no function word, not the city's own name."""
    if len(word) < _LEAST_LETTERS or not is_cyrillic(word) or any(sign.isdigit() for sign in word):
        return False
    return word not in query_words().light and not any(word.startswith(name) for name in own_names)


def _names(name: str, city: City | None) -> frozenset[str]:
    """Beginnings of the city's name, its adjective and its other names."""
    names = [name]
    if city is not None:
        names += [*city.aliases, city.adjective or ""]
    parts = [normal_form(part) for text in names for part in text.replace("-", " ").split()]
    return frozenset(part for part in parts if len(part) > _LEAST_LETTERS)


def _passages(lemma: int, mine: NDArray[np.bool_], build: Build) -> int:
    return int(np.count_nonzero(mine[lemma_run(build.columns, lemma).saying]))
