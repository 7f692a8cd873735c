"""Plain Whoosh: its own writer with its best settings, facets by ``groupedby``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh.analysis import Composable, RegexTokenizer, Token
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.query import And, Or, Phrase, Prefix, Query, Term
from whoosh.sorting import Count, FieldFacet

from tests.benchmarks.peers.base import AND, DEEP, OFFSET, PHRASE, PREFIX, TOP, YEAR, Answer, gathered
from tests.benchmarks.rows import Row


class _Blanks(Composable):  # type: ignore[misc]
    """Cuts at blanks; nothing is cheaper, so that what is measured is the writer."""

    def __call__(self, value: str, positions: bool = False, mode: str = "", **kwargs: Any) -> Iterator[Token]:
        token = Token(positions=positions, mode=mode, boost=1.0, removestops=False, stopped=False)
        for place, word in enumerate(value.split(" ")):
            token.text, token.boost, token.stopped, token.pos = word, 1.0, False, place
            yield token


_SCHEMA = Schema(
    number=STORED,
    city=ID(sortable=True),
    year=ID(sortable=True),
    topic=KEYWORD(analyzer=RegexTokenizer(r"[^|]+")),
    lemmas=TEXT(analyzer=_Blanks(), phrase=True, stored=False),
)
"""Lean: nothing stored but the number; sorted columns for city and year. Topics are several a passage: a column holds
one value, so they are grouped by their postings."""


class StockWhoosh:
    """A single process: two segments written at once (``procs=2, multisegment=True``) slow every search."""

    name = "Whoosh"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index: Any = None
        self._searcher: Any = None

    def build(self, rows: Iterable[Row]) -> None:
        writer = create_in(str(self._folder), _SCHEMA).writer(limitmb=128)
        for row in rows:
            writer.add_document(
                number=row.number,
                city=row.city,
                year=str(row.year),
                topic="|".join(row.topics) or None,
                lemmas=row.lemmas,
            )
        writer.commit()

    def open(self) -> None:
        self._index = open_dir(str(self._folder), readonly=True)
        self._searcher = self._index.searcher()

    def ask(self, lemmas: Sequence[str], semantics: str) -> Answer:
        facets = {
            "city": FieldFacet("city", maptype=Count),
            "year": FieldFacet("year", maptype=Count),
            "topic": FieldFacet("topic", allow_overlap=True, maptype=Count),
        }
        offset = OFFSET if semantics == DEEP else 0
        order = {"sortedby": FieldFacet("year", reverse=True)} if semantics == YEAR else {}
        found = self._searcher.search(_query(lemmas, semantics), limit=offset + TOP, groupedby=facets, **order)
        return Answer(
            top=[hit["number"] for hit in found[offset:]],
            cities=_counts(found.groups("city")),
            years={int(year): count for year, count in _counts(found.groups("year")).items()},
            topics=_counts(found.groups("topic")),
        )

    def pid(self) -> int:
        return os.getpid()

    def close(self) -> None:
        if self._searcher:
            self._searcher.close()
            self._index.close()


def _counts(groups: Mapping[Any, int]) -> dict[str | int, int]:
    return dict(gathered((str(value), count) for value, count in groups.items() if value))


def _query(lemmas: Sequence[str], semantics: str) -> Query:
    if semantics == PHRASE:
        return Phrase("lemmas", list(lemmas))
    if semantics == PREFIX:
        return Prefix("lemmas", lemmas[0])
    terms = [Term("lemmas", lemma) for lemma in lemmas]
    return And(terms) if semantics == AND else Or(terms)
