"""The columns against the plain reference, on archives made at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.builds.build import Build
from indexer.index.columns import HEADING, PLACE_TAGS, ZONES
from indexer.language.analysis import shared_analyzer
from indexer.model import Report
from indexer.vocabulary import load
from search_app.engine.matching.making import LocalRuns
from search_app.engine.matching.runs import lemma_run, places_in_a_row, places_near, tags_of_forms, united_run
from tests.index.reference import Reference
from tests.small_archive import REPORTS, make_reports, temporary_build

WORDS = "онлайн режим мероприятия городов основных дорог банка онлайн-режиме 440-р 76-й Омска и в COVID-19".split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
ANSWERS = st.tuples(st.sampled_from(["achievements", "tasks"]), st.none() | TEXTS, TEXTS)
ROWS = st.tuples(
    st.sampled_from(["Омск", "Томск", None]),
    st.sampled_from([2019, 2020, None]),
    st.sampled_from(["Культура", None]),
    st.lists(ANSWERS, min_size=1, max_size=4),
)
ARCHIVES = st.lists(ROWS, min_size=1, max_size=5).map(lambda rows: list(make_reports(rows)))


def check_postings(reports: list[Report], build: Build) -> None:
    reference = Reference(reports, build.analyzer)
    ids = [build.passage(number).id for number in range(build.columns.passages)]
    for number, lemma in enumerate(build.lemmas):
        run = lemma_run(build.columns, number)
        expected = reference.impacts(lemma)
        assert [ids[doc] for doc in run.docs] == [identity for identity in ids if identity in expected]
        np.testing.assert_allclose(run.impacts * run.weight, [expected[ids[doc]] for doc in run.docs], rtol=1e-4)


def check_phrases(reports: list[Report], build: Build) -> None:
    reference = Reference(reports, build.analyzer)
    columns = build.columns
    ids = [build.passage(number).id for number in range(columns.passages)]
    lemmas = list(build.lemmas)[:6]
    for first in lemmas:
        for second in lemmas:
            places = [[build.lemmas.find(lemma)] for lemma in (first, second)]
            run = united_run(build, 1.0, places=places_in_a_row(places, build))
            assert {ids[doc] for doc in run.docs} == reference.phrase([first, second])


def check_beginnings(build: Build) -> None:
    """Beginnings of words against the words themselves, read one by one."""
    columns = build.columns
    for prefix in {spelling[:letters] for spelling in build.spellings for letters in (1, 3, 5)}:
        span = build.spellings.beginning(prefix)
        run = LocalRuns(build).beginning(np.arange(span.start, span.stop), 1.0)
        first, last = columns.spelling_forms_start[[span.start, span.stop]]
        places = np.flatnonzero(np.isin(columns.stream, columns.spelling_forms[first:last]))
        zones = np.searchsorted(columns.zones, places, side="right") - 1
        assert run.docs.tolist() == np.unique(zones // ZONES).tolist()
        assert run.saying.tolist() == np.unique(zones[zones % ZONES != HEADING] // ZONES).tolist()


def check_tags(build: Build) -> None:
    columns, tags = build.columns, tags_of_forms(build)
    for name, distance in PLACE_TAGS.items():
        # Before the first place stands what ends the stream: a gap.
        beside = columns.stream[(columns.lemma_places + distance) % len(columns.stream)]
        assert (getattr(columns, name) == tags[beside]).all()


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(ARCHIVES)
def test_postings_phrases_and_beginnings_equal_the_reference(reports: list[Report]) -> None:
    with temporary_build(reports) as build:
        check_postings(reports, build)
        check_phrases(reports, build)
        check_beginnings(build)
        check_tags(build)


def test_forms_that_have_a_tag_in_common_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_build(list(make_reports(REPORTS))) as build:
        tags = np.zeros_like(tags_of_forms(build))
        monkeypatch.setattr("search_app.engine.matching.runs.tags_of_forms", lambda build: tags)
        of_places = {name: np.zeros_like(build.columns.lemma_place_tags) for name in PLACE_TAGS}
        build.columns = replace(build.columns, **of_places)
        check_beginnings(build)
        check_phrases(list(make_reports(REPORTS)), build)


def test_a_row_may_be_of_many_words() -> None:
    words = [f"{chr(0x430 + number % 32)}{chr(0x430 + number // 32)}н" for number in range(150)]
    rows = [("Омск", 2020, "Культура", [("achievements", None, " ".join([*words, "конец", *words[:-1]]))])]
    with temporary_build(list(make_reports(rows))) as build:
        numbers = [
            [number for lemma, _ in form.sought if (number := build.lemmas.find(lemma)) >= 0]
            for word in words
            for form, _, _ in build.analyzer.forms(word)
        ]
        assert places_in_a_row(numbers, build).tolist() == [0]
        assert places_in_a_row(numbers[1:-1], build).tolist() == [1, 152]
        assert places_in_a_row([*numbers[:140], *numbers[140:][::-1]], build).tolist() == []


def test_postings_of_the_small_archive(build: Build) -> None:
    reports = list(make_reports(REPORTS))
    check_postings(reports, build)
    check_phrases(reports, build)


def test_whoosh_has_the_same_documents(build: Build) -> None:
    with build.whoosh().searcher() as searcher:
        for number in range(build.columns.passages):
            assert searcher.stored_fields(number)["id"] == build.passage(number).id
        for lemma in build.lemmas:
            frequency = len(lemma_run(build.columns, build.lemmas.find(lemma)).docs)
            found: set[int] = set()
            for field in ("text", "question", "heading"):
                if (field, lemma) in searcher.reader():
                    found.update(searcher.postings(field, lemma).all_ids())
            assert len(found) == frequency


def test_near_words_stay_in_their_zone(build: Build) -> None:
    columns = build.columns
    words = [[build.lemmas.find(lemma)] for lemma in ("парад", "делопроизводство")]
    assert len(places_near(words, 20, columns)) == 1
    assert len(places_near(words, 2, columns)) == 0


def test_reading_back(build: Build) -> None:
    for report in make_reports(REPORTS):
        assert build.report(report.id) == report
        for passage in report.passages:
            assert build.locate(passage.id) == (report.id, passage.position)
    assert build.report("none") is None
    assert build.locate("none") is None


def test_stream_has_every_word_once(build: Build) -> None:
    analyzer = shared_analyzer(load())
    columns = build.columns
    for number in range(columns.passages):
        text = build.passage(number).text
        begin, end = columns.zones[number * ZONES], columns.zones[number * ZONES + 1] - 1
        assert end - begin == len(list(analyzer.forms(text)))


@pytest.mark.parametrize("prefix", ["", "онлайн", "я", "ъ", "\U0010ffff"])
def test_string_tables_find_by_beginning(build: Build, prefix: str) -> None:
    strings = list(build.spellings)
    assert strings == sorted(strings, key=lambda text: text.encode())
    found = [build.spellings[number] for number in build.spellings.beginning(prefix)]
    assert found == [text for text in strings if text.startswith(prefix)]
    assert all(build.spellings[build.spellings.find(text)] == text for text in strings)


def test_lists_of_reports_tell_what_the_reports_do(build: Build) -> None:
    cards = build.cards()
    assert len(cards) == build.manifest.reports
    for card in cards:
        report = build.report(card.id)
        assert report is not None
        told = (card.source, card.city, card.year, card.section, card.sample, card.warnings, card.passages)
        own = (report.source, report.city, report.year, report.section, report.sample, report.warnings)
        assert told == (*own, len(report.passages))
