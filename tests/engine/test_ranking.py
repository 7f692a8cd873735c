"""The final order of a search against the plain reference, on archives made at random."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.builds.build import Build
from indexer.model import Report
from search_app.engine.matching.match import Concept
from search_app.engine.query.plan import make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.search import search
from search_app.request.model import SearchRequest
from tests.engine.reference_ranking import RankingReference
from tests.index.test_columns import ARCHIVES
from tests.small_archive import temporary_build

QUERIES = st.lists(
    st.sampled_from("онлайн режима мероприятия основная дорога банк онлайн-режим 440-р 76 covid".split()),
    min_size=1,
    max_size=5,
    unique=True,
).map(" ".join)


def first_score(doc: int, concepts: Sequence[Concept]) -> float:
    """The sum of what the concepts' postings give; these have a reference of their own."""
    found = [run for concept in concepts for run in (*concept.runs, *concept.weak) if doc in run.docs]
    return sum(float(run.impacts[run.docs.tolist().index(doc)]) * run.weight for run in found)


def check_order(reports: list[Report], build: Build, query: str) -> None:
    page = search(SearchRequest(q=query, per_page=100, synonyms=False, as_typed=True), build)
    concepts = make_plan(parse(query, build.vocabulary), build, synonyms=False).concepts
    reference = RankingReference(reports, build.analyzer)
    docs = {build.passage(doc).id: doc for doc in range(build.columns.passages)}
    lemmas = list(build.lemmas)
    expected = [first_score(docs[hit.id], concepts) + reference.gains(hit.id, concepts, lemmas) for hit in page.hits]
    assert not page.understood
    assert [hit.score for hit in page.hits] == pytest.approx(expected, rel=1e-3, abs=1e-3)
    assert [hit.score for hit in page.hits] == sorted((hit.score or 0.0 for hit in page.hits), reverse=True)
    for before, after in zip(page.hits, page.hits[1:], strict=False):
        same = (before.text, before.question, before.city, before.year, before.section)
        if same == (after.text, after.question, after.city, after.year, after.section):
            assert docs[before.id] < docs[after.id]


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(ARCHIVES, st.lists(QUERIES, min_size=3, max_size=3))
def test_the_final_order_is_that_of_the_reference(reports: list[Report], queries: list[str]) -> None:
    with temporary_build(reports) as build:
        for query in queries:
            check_order(reports, build, query)
