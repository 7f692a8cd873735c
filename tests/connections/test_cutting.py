"""A place of a text is told with the statement it stands in."""

from indexer.vocabulary import load
from search_app.connections.cutting import clauses, statement_at

TEXT = "Просим:\n1. помочь Омску;\n2. приехать."


def test_statement_at_a_place() -> None:
    found = statement_at(TEXT, TEXT.index("Омску"))
    assert found is not None and found.in_full == "Просим: помочь Омску;"
    assert statement_at(TEXT, TEXT.index("1.")) is None


def test_clauses_are_made_once_for_a_vocabulary() -> None:
    assert clauses(load()) is clauses(load())
