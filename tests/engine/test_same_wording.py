"""Everyday and official wordings of one thing meet, in any form; neighbours do not: `tests/data/same_wording.tsv`."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.vocabulary import load
from search_app.engine.query.synonyms import SynonymTable, lemmas_of

WORDINGS = Path(__file__).parents[1] / "data" / "same_wording.tsv"


def _table() -> list[tuple[str, str, bool]]:
    lines = [line for line in WORDINGS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [line.split("\t") for line in lines[1:]]
    assert {same for _, _, same in rows} == {"yes", "no"}
    return [(typed, wording, same == "yes") for typed, wording, same in rows]


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return shared_analyzer(load())


@pytest.fixture(scope="module")
def table(analyzer: Analyzer) -> SynonymTable:
    return SynonymTable(load(), analyzer)


@pytest.mark.parametrize(("typed", "wording", "same"), _table())
def test_wordings_of_one_thing_meet(
    table: SynonymTable, analyzer: Analyzer, typed: str, wording: str, same: bool
) -> None:
    lemmas = lemmas_of(typed, analyzer)
    meant = {lemmas, *(term.lemmas for term in table.others(lemmas))}
    assert (lemmas_of(wording, analyzer) in meant) == same
