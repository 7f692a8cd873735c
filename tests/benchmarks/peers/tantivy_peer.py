"""tantivy: columnar fast fields, counts by term aggregations."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from tests.benchmarks.peers.base import (
    AND,
    DEEP,
    OFFSET,
    PHRASE,
    PREFIX,
    TOP,
    YEAR,
    Answer,
    Counts,
    Names,
    gathered,
    load_names,
)
from tests.benchmarks.rows import Row

_MOST_VALUES = 1000
"""Buckets asked for: above any facet's number of values, so that nothing is cut off."""
_AGGREGATIONS = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in ("city", "year", "topic")}


class TantivyPeer:
    """Facets are numbers in fast fields, which it counts faster than strings; names are kept beside."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("lemmas", stored=False, tokenizer_name="whitespace", index_option="position")
        for name in ("number", "city", "year", "topic"):
            builder.add_unsigned_field(name, stored=name == "number", indexed=False, fast=True)
        self._schema = builder.build()
        self._index: Any = None
        self._searcher: Any = None

    def build(self, rows: Iterable[Row]) -> None:
        index = tantivy.Index(self._schema, path=str(self._folder))
        # One thread with a large heap writes fewer segments: its build takes longer, its queries less.
        writer = index.writer(heap_size=2_000_000_000, num_threads=1)
        cities, topics = Names(), Names()
        for row in rows:
            document = tantivy.Document()
            document.add_text("lemmas", row.lemmas)
            document.add_unsigned("number", row.number)
            document.add_unsigned("city", cities.number(row.city))
            document.add_unsigned("year", row.year)
            for topic in row.topics:
                document.add_unsigned("topic", topics.number(topic))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        cities.save(self._folder / "cities.names")
        topics.save(self._folder / "topics.names")

    def open(self) -> None:
        self._index = tantivy.Index.open(str(self._folder))
        self._index.reload()
        self._searcher = self._index.searcher()
        self._cities = load_names(self._folder / "cities.names")
        self._topics = load_names(self._folder / "topics.names")

    def ask(self, lemmas: Sequence[str], semantics: str) -> Answer:
        query = self._query(lemmas, semantics)
        order = {"order_by_field": "year"} if semantics == YEAR else {}
        best = self._searcher.search(query, limit=TOP, count=False, offset=OFFSET if semantics == DEEP else 0, **order)
        found = self._searcher.aggregate(query, _AGGREGATIONS)
        return Answer(
            top=[self._searcher.doc(address)["number"][0] for _, address in best.hits],
            cities=_counts(found["city"], self._cities),
            years=_counts(found["year"], None),
            topics=_counts(found["topic"], self._topics),
        )

    def _query(self, lemmas: Sequence[str], semantics: str) -> Any:
        if semantics == PHRASE:
            return tantivy.Query.phrase_query(self._schema, "lemmas", list(lemmas))
        if semantics == PREFIX:
            return tantivy.Query.regex_query(self._schema, "lemmas", f"{lemmas[0]}.*")
        occur = tantivy.Occur.Must if semantics == AND else tantivy.Occur.Should
        terms = [tantivy.Query.term_query(self._schema, "lemmas", lemma, "freq") for lemma in lemmas]
        return tantivy.Query.boolean_query([(occur, term) for term in terms])

    def pid(self) -> int:
        return os.getpid()

    def close(self) -> None:
        self._index = self._searcher = None


def _counts(found: Any, names: list[str] | None) -> Counts:
    pairs = ((int(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"])
    return gathered((names[key] if names else key, count) for key, count in pairs)
