"""Runs that are asked for, not read: what a plan is made of, as clauses of the cluster's queries.

The same run is made once more of the few best passages, by the local engine's code, when these are looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.cluster.terms import facet_term, term_of
from search_app.engine.matching.making import FACET_IMPACT, LocalRuns, RunMaker
from search_app.engine.matching.match import Concept
from search_app.engine.matching.runs import Run, split_by_lemma
from search_app.engine.opensearch.mirror import Mirror
from search_app.request.model import Value

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}

_ONE = 1.0
"""What a saturation of one occurrence is: 2.2 · 1 / (1 + 1.2)."""
_ABOVE = 2.2 * 0.5 / (0.5 + 1.2)
"""And of one in the heading alone."""


@dataclass(frozen=True, slots=True)
class AskedRun(Run):
    """A run that the cluster knows the passages of. ``docs`` holds one number if there are any, else none."""

    said: Clause = field(default_factory=lambda: NOTHING)
    """Passages that say it themselves."""
    above: Clause = field(default_factory=lambda: NOTHING)
    """Passages that have it in their heading alone, or there too."""
    scoring: Callable[[float], list[Clause]] = lambda _weight: []
    """Clauses that add what a passage gains, at a weight."""
    made: Callable[[RunMaker], Run] = lambda makers: makers.all_of(())
    """The run of a few passages, made of their columns."""

    @property
    def scored(self) -> list[Clause]:
        """The clauses that add what a passage gains."""
        return self.scoring(self.weight)

    def over(self, makers: RunMaker) -> Run:
        """The same run of a few passages."""
        return replace(self.made(makers), weight=self.weight)


class AskedRuns:
    """Makes the runs of an archive that lies in a cluster."""

    def __init__(self, mirror: Mirror, *, unseen: bool = False) -> None:
        """With ``unseen`` runs of several words are taken to stand somewhere, without asking: who counts them sees."""
        self._mirror = mirror
        self._unseen = unseen
        self._columns = mirror.columns

    def lemma(self, number: int, weight: float = 1.0) -> Run:
        """The passages with a lemma, scored as the local engine does: their gains are in the index."""
        term = term_of(self._mirror.lemmas[number])
        return _there(
            weight * float(self._columns.lemma_idf[number]),
            {"term": {"said": term}},
            {"term": {"headed": term}},
            lambda boost: [{"term": {name: {"value": term, "boost": boost}}} for name in ("said", "headed")],
            lambda makers: makers.lemma(number),
        )

    def row(self, words: Sequence[Sequence[int]], weight: float) -> Run:
        """The passages with words in a row."""
        if not words or not all(words):
            return _nowhere()
        text = " ".join("|".join(term_of(self._mirror.lemmas[number]) for number in word) for word in words)
        # The similarity is added up over all terms of a phrase.
        terms = sum(map(len, words))

        def said(field_: str, boost: float = 1.0) -> Clause:
            return {"match_phrase": {field_: {"query": text, "analyzer": "readings", "boost": boost}}}

        return self._if_anywhere(
            said("places"),
            said("places_above"),
            lambda boost: [
                said("places", boost * weight / terms),
                _constant(said("places_above"), boost * weight * _ABOVE),
            ],
            lambda makers: makers.row(words, weight),
        )

    def near(self, words: Sequence[Sequence[int]], distance: int, weight: float) -> Run:
        """The passages with words near the rarest of them."""
        if not words or not all(words):
            return _nowhere()
        occurrences = np.diff(self._columns.lemma_places_start)
        order = sorted(words, key=lambda word: int(occurrences[list(word)].sum()))
        said, above = (self._near(order, distance, name) for name in ("places", "places_above"))
        return self._if_anywhere(
            said,
            above,
            lambda boost: [_constant(said, boost * weight), _constant(above, boost * weight * _ABOVE)],
            lambda makers: makers.near(words, distance, weight),
        )

    def _near(self, words: Sequence[Sequence[int]], distance: int, name: str) -> Clause:
        """The rarest word where each other one is within the distance, on either side."""
        terms = [[term_of(self._mirror.lemmas[number]) for number in word] for word in words]
        spans: list[Clause] = [
            {"span_or": {"clauses": [{"span_term": {name: term}} for term in word]}} for word in terms
        ]
        anchor = found = spans[0]
        for other in spans[1:]:
            both: Clause = {"span_near": {"clauses": [anchor, other], "slop": max(distance - 1, 0), "in_order": False}}
            found = {"span_within": {"little": found, "big": both}}
        return found

    def spelled(self, spelling: int, weight: float) -> Run:
        """The passages with a spelling."""
        term = term_of(self._mirror.spellings[spelling])
        return _there(
            1.0,
            {"term": {"spelled": term}},
            {"term": {"spelled_above": term}},
            lambda boost: [
                {"term": {name: {"value": term, "boost": boost * weight}}} for name in ("spelled", "spelled_above")
            ],
            lambda makers: makers.spelled(spelling, weight),
        )

    def beginning(self, spellings: NDArray[np.int64], weight: float) -> Run:
        """The passages with any of the spellings."""
        terms = [term_of(self._mirror.spellings[number]) for number in spellings.tolist()]
        lemmas, forms = split_by_lemma(self._mirror, spellings)
        own = np.unique(self._columns.form_spelling[forms])
        partly = [term_of(self._mirror.spellings[number]) for number in own.tolist() if number >= 0]
        whole = [term_of(self._mirror.lemmas[number]) for number in lemmas.tolist()]

        def scored(boost: float) -> list[Clause]:
            named = [("said", whole), ("headed", whole), ("spelled", partly), ("spelled_above", partly)]
            return [{"term": {name: {"value": term, "boost": boost * weight}}} for name, few in named for term in few]

        return _there(
            1.0,
            {"terms": {"spelled": terms}},
            {"terms": {"spelled_above": terms}},
            scored,
            lambda makers: makers.parts(lemmas, forms, weight) if isinstance(makers, LocalRuns) else _nowhere(),
        )

    def facet(self, facet: str, value: Value) -> Run:
        """The passages with a value."""
        clause = {"term": {facet: facet_term(value)}}
        return _there(
            1.0,
            clause,
            NOTHING,
            lambda boost: [_constant(clause, boost * FACET_IMPACT)],
            lambda makers: makers.facet(facet, value),
        )

    def all_of(self, concepts: Sequence[Concept]) -> Run:
        """The passages with every concept."""
        said: Clause = {"bool": {"filter": [having(concept) for concept in concepts]}}
        gains = [clause for concept in concepts for clause in scores_of(concept)]
        return self._if_anywhere(
            said,
            NOTHING,
            lambda boost: [{"bool": {**said["bool"], "should": gains, "boost": boost}}],
            lambda makers: makers.all_of([over(concept, makers) for concept in concepts]),
        )

    def _if_anywhere(
        self,
        said: Clause,
        above: Clause,
        scoring: Callable[[float], list[Clause]],
        made: Callable[[RunMaker], Run],
    ) -> Run:
        """A run, empty where no passage has it: the cluster is asked, once."""
        stands = self._unseen or self._mirror.remember(("stands", repr(said)), lambda: (self._stands(said, above),))[0]
        return _there(1.0, said, above, scoring, made) if stands else _nowhere()

    def _stands(self, said: Clause, above: Clause) -> bool:
        query = {"bool": {"filter": {"bool": {"should": [said, above]}}}}
        body = {"size": 0, "terminate_after": 1, "track_total_hits": 1, "query": query}
        answer = self._mirror.connection.search(self._mirror.index, body)
        return bool(answer["hits"]["total"]["value"])


def _there(
    weight: float,
    said: Clause,
    above: Clause,
    scoring: Callable[[float], list[Clause]],
    made: Callable[[RunMaker], Run],
) -> AskedRun:
    one = np.zeros(1, dtype=np.int32), np.ones(1, dtype=np.float32)
    return AskedRun(*one, weight=weight, said=said, above=above, scoring=scoring, made=made)


def _nowhere() -> Run:
    return Run(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))


def _constant(clause: Clause, boost: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": boost}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """What satisfies one of the clauses."""
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _asked(runs: Sequence[Run]) -> list[AskedRun]:
    return [run for run in runs if isinstance(run, AskedRun)]


def saying(runs: Sequence[Run]) -> Clause:
    """The passages that say one of the runs themselves."""
    clauses = [run.said for run in _asked(runs)]
    return any_of(clauses) if clauses else NOTHING


def anywhere(runs: Sequence[Run]) -> Clause:
    """The passages that have one of the runs, be it in the heading."""
    clauses = [clause for run in _asked(runs) for clause in (run.said, run.above) if clause is not NOTHING]
    return any_of(clauses) if clauses else NOTHING


def having(concept: Concept) -> Clause:
    """The passages that say a concept, or a word that looks akin."""
    return saying((*concept.runs, *concept.weak))


def scores_of(concept: Concept) -> list[Clause]:
    """The clauses that add what a passage gains by a concept."""
    return [clause for run in _asked((*concept.runs, *concept.weak)) for clause in run.scored]


def over(concept: Concept, makers: RunMaker) -> Concept:
    """A concept over a few passages."""
    runs, weak = (
        tuple(run.over(makers) if isinstance(run, AskedRun) else run for run in chosen)
        for chosen in (concept.runs, concept.weak)
    )
    return replace(concept, runs=runs, weak=weak)
