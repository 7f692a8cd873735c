"""The engine of an archive in a cluster: over columns it is the local engine, about words it asks the cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer.cluster.connection import Connection
from indexer.cluster.terms import term_of
from indexer.index.arrays.steps import Floats
from indexer.model import Report
from search_app.engine.city_answers import AnswerPlace
from search_app.engine.city_words import WordUse
from search_app.engine.cross import Cell
from search_app.engine.engines.local import LocalEngine
from search_app.engine.engines.offered import FoundAnswer
from search_app.engine.marking import Marker
from search_app.engine.marks.snippets import Sought
from search_app.engine.matching.ranking import Weights
from search_app.engine.opensearch import likenesses, pages, words
from search_app.engine.opensearch.mirror import Mirror, open_mirror
from search_app.engine.opensearch.showing import shown
from search_app.engine.statements.weighing import Weighed
from search_app.engine.ties.echoes import Repeated, Slice
from search_app.request.model import FacetValue, Hit, SearchPage, SearchRequest


class ClusterEngine(LocalEngine):
    """One index of a cluster, with its short columns here. Whatever is asked may raise EngineGone."""

    def __init__(self, mirror: Mirror) -> None:
        super().__init__(mirror)
        self._mirror = mirror
        # No stream lies here to be counted: the counts came with the columns.
        mirror.remember("lemma counts", lambda: mirror.said_counts.astype(np.float64))

    def warm(self) -> None:
        """Makes the first request as fast as later ones."""
        self.search(SearchRequest(q="", fold=True))

    # What a search finds

    def search(self, request: SearchRequest, weights: Weights | None = None, *, meaning: bool = False) -> SearchPage:
        """One page of the answers that a request asks for."""
        return pages.search_cluster(request, self._mirror, weights, meaning=meaning)

    def total(self, request: SearchRequest) -> int:
        """How many answers a request finds, repeated ones once where it folds them."""
        return self.search(replace(request, page=1, per_page=1)).total

    def counts(self, request: SearchRequest, years: tuple[FacetValue, ...]) -> Mapping[Cell, int]:
        """City and year → answers found, each the number that following the cell gives; no empty cells."""
        return pages.counts(request, years, self._mirror)

    def said_most(self, phrases: Iterable[str], most: int) -> tuple[tuple[str, int], ...]:
        """Those of some phrases that most answers say, with how many do."""
        return words.said_most(phrases, self._mirror, most)

    def similar(self, passage_id: str, *, limit: int = 5, other_cities: bool = False) -> tuple[Hit, ...]:
        """The answers most like one, never itself nor its repeats over the years."""
        return likenesses.similar(passage_id, self._mirror, limit=limit, other_cities=other_cities)

    def marker(self, query: str) -> Marker:
        """A function that marks in any text what a query looks for."""
        return pages.marker(query, self._mirror)

    def frequency(self, word: str) -> int:
        """How many answers have a word in any of its forms."""
        lemma = self._mirror.analyzer.first_lemma(word)
        if self._mirror.lemmas.find(lemma) < 0:
            return 0
        return words.count({"term": {"said": term_of(lemma)}}, self._mirror)

    def seek(
        self, statement: Weighed, weights: Floats, kinds: Collection[str], but: Collection[str] = (), most: int = 60
    ) -> list[int]:
        """Handles of the answers of ``kinds``, not of the cities ``but``, most likely to speak of a statement."""
        return self._expected(likenesses.seek(statement, weights, kinds, but, self._mirror, most))

    def hits(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        """Answers by their handles as hits without marks."""
        return shown([(number, None) for number in numbers], Sought(), self._mirror)

    # Texts, many at once

    def report(self, report_id: str) -> Report | None:
        """A report with its passages by position, ``None`` if there is none with this id."""
        number, columns = self._mirror.report_number(report_id), self._mirror.columns
        if number is None:
            return None
        begin, end = columns.report_docs_start[number : number + 2].tolist()
        self._expected(columns.report_docs[begin:end].tolist())
        return super().report(report_id)

    def answers_at(self, numbers: Iterable[int]) -> Iterator[FoundAnswer]:
        """The answers behind some handles, fetched together."""
        return super().answers_at(self._expected(list(numbers)))

    def numbers(self, request: SearchRequest) -> list[int]:
        """Handles of the answers that pass a request's filters, whatever its words: newest year first, then city."""
        return self._expected(super().numbers(request))

    def answers_of_city(self, name: str) -> tuple[AnswerPlace, ...]:
        """Where the city's answers belong, newest year first, without their texts."""
        found = super().answers_of_city(name)
        self._expected([place.number for place in found])
        return found

    def words_of_city(self, name: str, limit: int) -> tuple[WordUse, ...]:
        """The words that the city uses more than the others do, the most telling first."""
        return words.words_of_city(name, limit, self._mirror)

    def mentioned_by_city(self, name: str) -> Mapping[str, Sequence[int]]:
        """City → handles of the answers in which the city called ``name`` mentions it, newest first."""
        self.answers_of_city(name)
        return super().mentioned_by_city(name)

    def mentions_of_city(self, name: str) -> Mapping[str, Sequence[int]]:
        """City, blank where unknown → handles of its answers that mention the city called ``name``, newest first."""
        return words.mentions_of_city(name, self._mirror)

    def repeats(self, wanted: SearchRequest, begin: int, end: int) -> Slice[Repeated]:
        """Answers said in several years, from one place to another: those said in most years first."""
        found = super().repeats(wanted, begin, end)
        self._expected([number for repeated in found.found for number in repeated.numbers])
        return found

    def newcomers(self, year: int, wanted: SearchRequest, begin: int, end: int) -> Slice[int]:
        """Handles of the answers of a year that say what earlier answers to the same question did not."""
        found = super().newcomers(year, wanted, begin, end)
        self._expected(list(found.found))
        return found

    def _expected(self, numbers: list[int]) -> list[int]:
        """The handles, whose texts are now fetched together as soon as the first of them is wanted."""
        self._mirror.contents.expect(numbers)
        return numbers


def open_cluster(folder: Path, index: str, connection: Connection) -> ClusterEngine:
    """Opens an index of a cluster whose columns were fetched into a folder.

    Raises VersionError for one of another version, StoreError for damaged columns.
    """
    return ClusterEngine(open_mirror(folder, index, connection))
