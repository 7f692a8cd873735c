"""The words of the query language and the light words of questions: data of the vocabulary."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import indexer.vocabulary
from indexer.vocabulary import Table, read_toml


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of ``query.toml``."""

    operators: Mapping[str, str]
    """«ИЛИ» → ``or``"""
    fields: Mapping[str, str]
    kinds: Mapping[str, str]
    """Lemma → id of the question kind it wishes for."""
    hints: Mapping[str, str]
    """The same for words that may just as well be looked for."""
    named: Mapping[str, str]
    """Both."""
    denied: Mapping[str, str]
    """Lemma behind a denial → id of the question kind it wishes for."""
    denials: frozenset[str]
    denial_companions: frozenset[str]
    span_words: frozenset[str]
    """«последние» before years."""
    span_years: frozenset[str]
    span_to: frozenset[str]
    """Between the first and the last year of a span."""
    span_numbers: Mapping[str, str]
    """«три» → ``"3"``"""
    year_words: frozenset[str]
    ahead: frozenset[str]
    place_words: frozenset[str]
    region_words: frozenset[str]
    light: frozenset[str]
    asking: frozenset[str]
    """Words that begin a question."""


@functools.cache
def query_words() -> QueryWords:
    """The vocabulary of queries, read once per process. Raises VocabularyError on a fault in the file."""
    assert indexer.vocabulary.__file__
    file = read_toml(Path(indexer.vocabulary.__file__).parent / "query.toml")
    operators, fields = file.table("operators"), file.table("fields")
    kinds, hints = _by_word(file.table("kinds")), _by_word(file.table("hints"))
    return QueryWords(
        operators={word: name for name in ("or", "and", "not") for word in operators.texts(name)},
        fields={word: name for name in ("city", "year", "kind", "topic", "section") for word in fields.texts(name)},
        kinds=kinds,
        hints=hints,
        named={**hints, **kinds},
        denied=dict.fromkeys(file.table("denied").texts("problems"), "problems"),
        denials=frozenset(file.table("denied").texts("no")),
        denial_companions=frozenset(file.table("denied").texts("companions")),
        span_words=frozenset(file.table("spans").texts("last")),
        span_years=frozenset(file.table("spans").texts("year")),
        span_to=frozenset(file.table("spans").texts("to")),
        span_numbers=_by_word(file.table("span_numbers")),
        year_words=frozenset(file.table("years").texts("words")),
        ahead=frozenset(file.table("years").texts("ahead")),
        place_words=frozenset(file.table("places").texts("words")),
        region_words=frozenset(file.table("places").texts("regions")),
        light=frozenset(file.table("light").texts("words")),
        asking=frozenset(file.table("light").texts("asking")),
    )


def _by_word(table: Table) -> dict[str, str]:
    """Word → the name of its list."""
    return {word: name for name in table.data for word in table.texts(name)}
