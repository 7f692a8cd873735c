"""Answers of an archive in a cluster that are like others: like a given one, or likely to speak of a statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from indexer.cluster.terms import facet_term
from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.found.meaning import Sense, near_as_wholes, near_in_parts
from search_app.engine.matching.making import LocalRuns
from search_app.engine.matching.runs import Run
from search_app.engine.opensearch.asked import AskedRun, AskedRuns, Clause
from search_app.engine.opensearch.mirror import Mirror
from search_app.engine.opensearch.showing import shown
from search_app.engine.opensearch.view import View
from search_app.engine.similar import LOOKED_AT, likest, sought_by, telling_lemmas
from search_app.engine.statements.seeking import (
    BY_MEANING,
    allowed_docs,
    best_of,
    runs_of,
    scored,
    sense_of_statement,
)
from search_app.engine.statements.weighing import Weighed
from search_app.request.model import Hit

_SPARE = 15
"""Candidates beyond those that are looked at: the cluster knows scores to a thousandth."""


def similar(passage_id: str, mirror: Mirror, *, limit: int, other_cities: bool) -> tuple[Hit, ...]:
    """The answers most like a passage, the likest first; never the passage itself nor its repeats over the years."""
    number = mirror.number_of(passage_id)
    if number is None:
        return ()
    lemmas = telling_lemmas(0, View(mirror, [number]), np.diff(mirror.columns.lemma_start))
    columns = mirror.columns
    but: list[Clause] = [{"term": {"group": mirror.hash_of(int(columns.doc_group[number]))}}]
    if other_cities:
        city = mirror.values["city"][int(columns.report_city[columns.doc_report[number]])]
        but.append({"term": {"city": facet_term(city)}})
    makers = AskedRuns(mirror)
    gains = [clause for lemma in lemmas.tolist() for clause in _gains(makers.lemma(lemma), 1.0)]
    most = max(LOOKED_AT, limit * 3) + _SPARE
    found = _best({"bool": {"should": gains, "must_not": but}}, most, mirror) if gains else []
    view = View(mirror, [number, *found])
    place = int(view.places([number])[0])
    ranked = likest(place, lemmas, view, limit=limit, other_cities=other_cities)
    numbers = [(int(view.numbers[doc]), score) for doc, score in ranked]
    return shown(numbers, sought_by(lemmas, mirror), mirror)


def seek(
    statement: Weighed, weights: Floats, kinds: Collection[str], but: Collection[str], mirror: Mirror, most: int
) -> list[int]:
    """Numbers of the passages most likely to speak of a statement: the best by words, then the nearest by meaning."""
    makers = AskedRuns(mirror)
    words = [list(runs_of(word, mirror, makers)) if weights[at] > 0 else [] for at, word in enumerate(statement.words)]
    clauses = [
        {"dis_max": {"queries": gains}}
        for place, runs in enumerate(words)
        if (gains := [clause for run, value in runs for clause in _gains(run, value * float(weights[place]))[:1]])
    ]
    narrowed = {
        "filter": [{"terms": {"kind": [*kinds]}}, {"term": {"leads": True}}, {"term": {"blank": False}}],
        "must_not": [{"terms": {"city": [*but]}}] if but else [],
    }
    query = {"bool": {**narrowed, "should": clauses, "minimum_should_match": 1}}
    found = _best(query, most + _SPARE, mirror) if clauses else []
    chosen = _looked_at(found, words, weights, mirror, most)
    sense = sense_of_statement(statement, mirror)
    near = _near(sense, allowed_docs(kinds, but, mirror), mirror) if sense else []
    return list(dict.fromkeys([*chosen, *near]))


def _looked_at(
    found: Sequence[int], words: Sequence[Sequence[tuple[Run, float]]], weights: Floats, mirror: Mirror, most: int
) -> list[int]:
    """The candidates by their exact scores."""
    view = View(mirror, found)
    makers = LocalRuns(view)
    over = [[(run.over(makers), value) for run, value in runs if isinstance(run, AskedRun)] for runs in words]
    places = best_of(scored(over, weights, view), most)
    numbers: list[int] = view.numbers[places].tolist()
    return numbers


def _near(sense: Sense, allowed: Any, mirror: Mirror) -> list[int]:
    docs, whole = near_as_wholes(sense, mirror, allowed)
    view = View(mirror, docs)
    order = np.lexsort((docs, -(whole + near_in_parts(view.places(docs), sense, view))))
    numbers: list[int] = docs[order][:BY_MEANING].tolist()
    return numbers


def _gains(run: Run, value: float) -> list[Clause]:
    """The clauses that add what a run gives, times a value; the first is of what passages say themselves."""
    return run.scoring(run.weight * value) if isinstance(run, AskedRun) else []


def _best(query: Clause, most: int, mirror: Mirror) -> list[int]:
    body = {
        "size": most,
        "query": query,
        "sort": ["_score", {"newest": "asc"}, {"rest": "asc"}],
        "_source": False,
        "docvalue_fields": ["hash"],
        "track_total_hits": False,
    }
    hits = mirror.connection.search(mirror.index, body)["hits"]["hits"]
    numbers: Longs | Ints = mirror.numbers([hit["fields"]["hash"][0] for hit in hits])
    return [int(number) for number in numbers]
