"""Whole queries of many kinds over a small archive: a table for domain experts, `tests/data/understood_queries.tsv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.builds.build import Build
from search_app.engine.search import search
from search_app.request.model import SearchRequest
from tests.small_archive import Answer, make_reports, temporary_build

CASES = Path(__file__).parents[1] / "data" / "understood_queries.tsv"
TOLD = "Что удалось сделать?"
MISSED = "Какие проблемы не удалось решить?"

ROWS: tuple[tuple[str, int, str, tuple[Answer, ...]], ...] = (
    (
        "Чита",
        2018,
        "Транспорт и дороги",
        (
            ("achievements", TOLD, "Куплены двадцать троллейбусов с автономным ходом."),
            ("achievements", TOLD, "Общественный транспорт перешёл на ночной график: автобус ходит до часа."),
            ("problems", MISSED, "Мост через реку остаётся аварийным."),
        ),
    ),
    (
        "Томск",
        2021,
        "Культура",
        (
            ("achievements", TOLD, "Открыт планетарий на двести мест, сеансы идут каждый вечер."),
            ("tasks", "Какие задачи стоят?", "Восстановить деревянный дом купца."),
        ),
    ),
    (
        "Кемерово",
        2020,
        "Экономика",
        (
            ("achievements", TOLD, "Собран бюджет развития."),
            ("problems", MISSED, "Не хватает водителей и врачей, вопрос жилья для них не решён."),
            ("other", None, "Средств хватает на все детские сады."),
        ),
    ),
    (
        "Новокузнецк",
        2021,
        "Благоустройство",
        (
            ("achievements", TOLD, "В парке появился Wi-Fi и свет."),
            ("other", None, "В каждом крае и в области по 2 опорных вуза, последние открыты в этом году."),
        ),
    ),
    (
        "Чита",
        2018,
        "Образование",
        (("other", None, "Край и область держат 2 лагеря, последние смены — по три года, мест дефицит."),),
    ),
)


def _cases() -> Iterator[dict[str, str]]:
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        yield {name: "" if value == "-" else value for name, value in row.items()}


@pytest.fixture(scope="module")
def archive() -> Iterator[Build]:
    with temporary_build(make_reports(ROWS)) as build:
        yield build


def _name(identity: str) -> str:
    """«r1-2» → «b-2»"""
    report, position = identity.removeprefix("r").split("-")
    return f"{'abcdefgh'[int(report)]}-{position}"


def _listed(cell: str) -> set[str]:
    return set(cell.split(";")) if cell else set()


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: f"{case['class']}: {case['query']}")
def test_queries_are_understood(archive: Build, case: dict[str, str]) -> None:
    page = search(SearchRequest(q=case["query"], per_page=50), archive)
    hits = [_name(hit.id) for hit in page.hits]
    assert (page.correction.q if page.correction else "") == case["corrected"]
    assert {str(wish.value) for wish in page.understood} == _listed(case["wishes"])
    assert hits[:1] == [case["first"]] or not case["first"]
    assert _listed(case["found"]) <= set(hits)
    assert not _listed(case["not_found"]) & set(hits)
    assert _listed(case["dropped"]) <= set(page.dropped)
    assert case["dropped"] or case["class"] != "dropped" or not page.dropped


def test_counts_are_those_of_texts(archive: Build) -> None:
    page = search(SearchRequest(q="транспорт"), archive)
    assert page.total == 1
    assert {value.value: value.count for value in page.facets["city"]} == {"Чита": 1}


def test_a_denied_word_is_told_once(archive: Build) -> None:
    page = search(SearchRequest(q="не хватает мест"), archive)
    assert [synonym.term for synonym in page.synonyms] == ["не хватает"]
