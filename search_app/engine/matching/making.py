"""How runs of postings are made: what a plan needs of an engine. The local one reads them from the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints
from search_app.engine.matching.counting import docs_with
from search_app.engine.matching.match import Concept, match
from search_app.engine.matching.runs import (
    Run,
    lemma_run,
    places_in_a_row,
    places_near,
    split_by_lemma,
    united_run,
)
from search_app.request.model import Value

FACET_IMPACT = 0.01
"""Being of the city, the year or the kind that is named counts for the minimum; for the ranking there are wishes."""


class RunMaker(Protocol):
    """Makes runs. What stands nowhere has a run without passages."""

    def lemma(self, number: int, weight: float = 1.0) -> Run:
        """The passages with a lemma."""

    def row(self, words: Sequence[Sequence[int]], weight: float) -> Run:
        """Those with words right behind each other, each given by its lemmas, scored like a lemma of that idf."""

    def near(self, words: Sequence[Sequence[int]], distance: int, weight: float) -> Run:
        """Those with all words within ``distance`` words of the rarest, in the same zone."""

    def spelled(self, spelling: int, weight: float) -> Run:
        """Those with a spelling, as it stands."""

    def beginning(self, spellings: NDArray[np.int64], weight: float) -> Run:
        """Those with any of the spellings: every lemma weighs as the commonest, «горо*» must not prefer the rarest."""

    def facet(self, facet: str, value: Value) -> Run:
        """Those that have a value named in the query: each has the word that names it, in a manner of speaking."""

    def all_of(self, concepts: Sequence[Concept]) -> Run:
        """Those that have every one of the concepts."""


class LocalRuns:
    """Runs read from the columns of an open build."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._columns = build.columns

    def lemma(self, number: int, weight: float = 1.0) -> Run:
        """The postings of a lemma."""
        return lemma_run(self._columns, number, weight)

    def row(self, words: Sequence[Sequence[int]], weight: float) -> Run:
        """The postings of a phrase."""
        return united_run(self._build, weight, places=places_in_a_row(words, self._build))

    def near(self, words: Sequence[Sequence[int]], distance: int, weight: float) -> Run:
        """The postings of words near each other."""
        return united_run(self._build, weight, places=places_near(words, distance, self._columns))

    def spelled(self, spelling: int, weight: float) -> Run:
        """The postings of the forms with a spelling."""
        columns = self._columns
        begin, end = columns.spelling_forms_start[spelling], columns.spelling_forms_start[spelling + 1]
        return united_run(self._build, weight, forms=columns.spelling_forms[begin:end])

    def beginning(self, spellings: NDArray[np.int64], weight: float) -> Run:
        """The postings of the spellings, by lemma where all forms of a lemma begin so, else by position."""
        whole, partly = split_by_lemma(self._build, spellings)
        return self.parts(whole, partly, weight)

    def parts(self, lemmas: Ints, forms: Ints, weight: float) -> Run:
        """The postings of whole lemmas and of some forms together."""
        return united_run(self._build, weight, forms=forms, lemmas=lemmas)

    def facet(self, facet: str, value: Value) -> Run:
        """The passages with a value."""
        return self._build.remember(("facet run", facet, value), lambda: self._facet(facet, value))

    def _facet(self, facet: str, value: Value) -> Run:
        docs = docs_with(facet, (value,), self._build)
        return Run(docs, np.full(len(docs), FACET_IMPACT, dtype=np.float32))

    def all_of(self, concepts: Sequence[Concept]) -> Run:
        """The passages with every concept, with what they gain from all of them."""
        found = match([replace(one, required=True) for one in concepts], (), self._columns)
        return Run(found.docs[:0], found.scores[:0]) if found.relaxed else Run(found.docs, found.scores)
