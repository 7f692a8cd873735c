"""Answers are cut into statements as the table says; whatever the text, nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.language.analysis import Analyzer
from indexer.language.statements import LEAD, Clauses, Statement, statements
from indexer.vocabulary import load

CASES = Path(__file__).parent.parent / "data" / "statement_cases.txt"
MARKS = "0123456789.) -•–—*·▪●○абвгдIVXclx"


def cases() -> Iterator[tuple[str, str]]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, wanted = line.split(" || ")
            yield text.replace(" / ", "\n"), wanted


def shown(statement: Statement) -> str:
    text = f"{{{statement.text}}}" if statement.kind == LEAD else statement.text
    return f"{statement.lead} > {text}" if statement.lead else text


@pytest.fixture(scope="module")
def clauses(analyzer: Analyzer) -> Clauses:
    return Clauses(load().connections, analyzer)


@pytest.mark.parametrize(("text", "wanted"), list(cases()))
def test_statements(text: str, wanted: str, clauses: Clauses) -> None:
    assert " | ".join(map(shown, clauses.in_text(text))) == wanted


@given(st.text(alphabet="аб вг.,;:!?()«»-–1)\nАБ ", max_size=120))
def test_nothing_is_lost_and_all_keep_their_places(text: str) -> None:
    end = 0
    for statement in statements(text):
        assert text[statement.start : statement.end] == statement.text
        assert set(text[end : statement.start]) <= set(f"{MARKS}\n ")
        assert statement.start >= end and statement.text.strip()
        end = statement.end
    assert not text[end:].strip(MARKS + "\n")
