"""Answers cut into statements with the vocabulary of the served archive."""

from __future__ import annotations

from functools import lru_cache

from indexer.language.analysis import shared_analyzer
from indexer.language.statements import Clauses, Statement, statements
from indexer.report.asks import Asks
from indexer.vocabulary import Vocabulary


@lru_cache(maxsize=4)
def clauses(vocabulary: Vocabulary) -> Clauses:
    """What cuts statements into clauses that name a need each."""
    return Clauses(vocabulary.connections, shared_analyzer(vocabulary))


@lru_cache(maxsize=4)
def asks(vocabulary: Vocabulary) -> Asks:
    """What tells the statements that ask."""
    return Asks(vocabulary.connections, shared_analyzer(vocabulary))


def statement_at(text: str, place: int) -> Statement | None:
    """The sentence or item of a text that the sign at an offset stands in; ``None`` between them."""
    return next((found for found in statements(text) if found.start <= place < found.end), None)
