"""Answers like a given one: searched by its most telling words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints
from indexer.index.columns import ZONES
from search_app.engine.found.hits import hits_of
from search_app.engine.found.meaning import closeness, sense_of_passage
from search_app.engine.marks.snippets import Sought
from search_app.engine.matching.ranking import MEANING_WEIGHT
from search_app.engine.matching.runs import lemma_run
from search_app.request.model import Hit

TELLING = 16
"""Words that an answer is searched by."""

LOOKED_AT = 50
"""The most alike by words, whose meanings are compared."""

MIN_SHARE = 0.25
"""An answer is like another from this share of that one's own score."""


def similar(passage_id: str, build: Build, *, limit: int = 5, other_cities: bool = False) -> tuple[Hit, ...]:
    """The answers most like a passage, the likest first; never the passage itself nor its repeats over the years.

    With ``other_cities`` none of the same city. Empty for an unknown passage and one like no other.
    """
    doc = build.number_of(passage_id)
    if doc is None:
        return ()
    lemmas = telling_lemmas(doc, build, np.diff(build.columns.lemma_start))
    ranked = likest(doc, lemmas, build, limit=limit, other_cities=other_cities)
    return hits_of(ranked, sought_by(lemmas, build), build)


def sought_by(lemmas: Ints, build: Build) -> Sought:
    """What is marked in the answers like another."""
    return Sought(lemmas=frozenset(build.lemmas[number] for number in lemmas.tolist()))


def likest(doc: int, lemmas: Ints, build: Build, *, limit: int, other_cities: bool) -> list[tuple[int, float]]:
    """The passages of a build most like one of them, by the lemmas that tell most about it, with their scores."""
    scores = _scores(lemmas, build)
    own = float(scores[doc])
    columns = build.columns
    scores[columns.doc_group == columns.doc_group[doc]] = 0.0
    if other_cities:
        city = columns.report_city[columns.doc_report[doc]]
        scores[columns.report_city[columns.doc_report] == city] = 0.0
    likeness = _likeness(doc, scores / own if own else scores, build)
    best = np.argsort(-likeness, kind="stable")[: limit * 3]
    chosen: dict[int, int] = {}
    for found in best.tolist():
        if scores[found] >= own * MIN_SHARE and not columns.doc_blank[found]:
            chosen.setdefault(int(columns.doc_group[found]), found)
    return [(found, float(scores[found])) for found in list(chosen.values())[:limit]]


def _likeness(doc: int, shares: NDArray[Any], build: Build) -> NDArray[Any]:
    """The share of the passage's words that another has, raised or lowered by how near their meanings are."""
    sense = sense_of_passage(doc, build)
    if sense is None:
        return shares
    likeness = shares.copy()
    some = np.flatnonzero(shares > 0).astype(np.int32)
    chosen = some[np.argsort(-shares[some], kind="stable")[:LOOKED_AT]]
    likeness[chosen] += MEANING_WEIGHT * closeness(chosen, sense, build)
    return likeness


def telling_lemmas(doc: int, build: Build, frequencies: NDArray[Any], most: int = TELLING) -> Ints:
    """The lemmas of a passage's text that tell most about it: frequent in it, rare elsewhere, not unique to it.

    ``frequencies`` tells for each lemma how many passages of the archive have it.
    """
    columns = build.columns
    tokens = columns.stream[columns.zones[doc * ZONES] : columns.zones[doc * ZONES + 1] - 1]
    firsts = columns.form_lemmas[columns.form_lemmas_start[tokens]]
    lemmas, counts = np.unique(firsts, return_counts=True)
    shared = frequencies[lemmas] > 1
    words = np.asarray([len(build.lemmas[number]) > 3 and build.lemmas[number].isalpha() for number in lemmas.tolist()])
    kept = shared & words if len(lemmas) else shared
    lemmas, counts = lemmas[kept], counts[kept]
    weights = np.sqrt(counts) * columns.lemma_idf[lemmas]
    return lemmas[np.argsort(-weights, kind="stable")[:most]].astype(np.int32)


def _scores(lemmas: Ints, build: Build) -> NDArray[Any]:
    scores: NDArray[Any] = np.zeros(build.columns.passages, dtype=np.float32)
    for number in lemmas.tolist():
        run = lemma_run(build.columns, number)
        scores[run.docs] += np.abs(run.impacts) * np.float32(run.weight)
    return scores
