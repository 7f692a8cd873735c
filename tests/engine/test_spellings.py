"""One thing, one spelling: the table tests/data/spellings.tsv through the product's own search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.builds.build import Build
from search_app.engine.search import search
from search_app.engine.suggest import suggest
from search_app.request.model import SearchRequest
from tests.small_archive import make_reports, temporary_build

TABLE = Path(__file__).parents[1] / "data" / "spellings.tsv"
FILLER = "Проведён конкурс чтецов, обновлён сквер."


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


TEXTS = tuple(dict.fromkeys(row[0] for row in rows()))


@pytest.fixture(scope="module")
def archive() -> Iterator[Build]:
    answers = tuple(("other", None, text) for text in (*TEXTS, FILLER))
    with temporary_build(make_reports([(None, None, None, answers)])) as build:
        yield build


@pytest.mark.parametrize("row", rows(), ids="|".join)
def test_what_finds_what(row: list[str], archive: Build) -> None:
    text, query, verdict, *marked = row
    hits = {hit.text: hit for hit in search(SearchRequest(q=query, per_page=100), archive).hits}
    assert verdict in ("да", "нет")
    assert (text in hits) == (verdict == "да")
    if marked:
        marks = re.findall(r"<mark>(.*?)</mark>", hits[text].snippet)
        assert set(marked[0].split()) <= set(marks) or marked[0] in marks


# query | the answer that is to come first, before those with the other spelling
FIRST = """
ремонт пр-т Мира      | ремонт пр-та Мира
ремонт проспект Мира  | ремонт проспекта Мира
кап. ремонт школы     | кап. ремонт школы
5 км дорог            | построено 5 км дорог
"""


@pytest.mark.parametrize("row", FIRST.strip().splitlines())
def test_the_written_form_comes_first(row: str, archive: Build) -> None:
    query, text = (cell.strip() for cell in row.split("|"))
    assert search(SearchRequest(q=query), archive).hits[0].text == text


def test_the_table_goes_both_ways() -> None:
    verdicts = [row[2] for row in rows()]
    assert len(verdicts) >= 150
    assert verdicts.count("нет") >= 35


@pytest.mark.parametrize(("typed", "one"), [("online", "онлайн"), ("on-line", "онлайн")])
def test_suggestions_show_one_word(typed: str, one: str, build: Build) -> None:
    found = [suggestion.text for suggestion in suggest(one, build)]
    assert found
    assert [suggestion.text for suggestion in suggest(typed, build)] == found
