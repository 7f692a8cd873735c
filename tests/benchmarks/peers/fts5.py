"""SQLite FTS5: contentless, one pass over the matches kept in a CTE, facets by GROUP BY over it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.peers.base import (
    AND,
    DEEP,
    OFFSET,
    PHRASE,
    PREFIX,
    TOP,
    YEAR,
    Answer,
    Names,
    load_names,
    read_groups,
)
from tests.benchmarks.rows import Row


def _query(semantics: str) -> str:
    order, offset = "year DESC" if semantics == YEAR else "score", OFFSET if semantics == DEEP else 0
    return f"""
WITH matches AS MATERIALIZED (
  SELECT p.number, p.city, p.year, p.topics, bm25(lemmas) AS score
  FROM lemmas JOIN passages p ON p.number = lemmas.rowid WHERE lemmas MATCH ?
)
SELECT * FROM (SELECT 'top', number, 0 FROM matches ORDER BY {order} LIMIT {TOP} OFFSET {offset})
UNION ALL SELECT 'city', city, count(*) FROM matches GROUP BY city
UNION ALL SELECT 'year', year, count(*) FROM matches GROUP BY year
UNION ALL SELECT 'topics', topics, count(*) FROM matches GROUP BY topics
"""


class Fts5:
    """Cities and sets of topics are kept as numbers: grouping by short integers is the cheapest."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "fts5.db"
        self._cities: list[str] = []
        self._topics: list[str] = []
        self._connection = sqlite3.connect(":memory:")

    def build(self, rows: Iterable[Row]) -> None:
        connection = sqlite3.connect(self._path)
        connection.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;
            CREATE TABLE passages (number INTEGER PRIMARY KEY, city INTEGER, year INTEGER, topics INTEGER);
            CREATE VIRTUAL TABLE lemmas USING fts5(
              words, content = '', prefix = '3 4 5', tokenize = 'unicode61 remove_diacritics 0');
            """
        )
        cities, topics = Names(), Names()

        def facets(row: Row) -> tuple[int, int, int, int]:
            return row.number, cities.number(row.city), row.year, topics.number("|".join(row.topics))

        for batch in _batches(rows):
            connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", map(facets, batch))
            lemmas = ((row.number, row.lemmas) for row in batch)
            connection.executemany("INSERT INTO lemmas (rowid, words) VALUES (?, ?)", lemmas)
        connection.execute("INSERT INTO lemmas (lemmas) VALUES ('optimize')")
        connection.commit()
        connection.close()
        cities.save(self._folder / "cities.names")
        topics.save(self._folder / "topics.names")

    def open(self) -> None:
        self._connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        self._connection.executescript("PRAGMA mmap_size = 4294967296; PRAGMA cache_size = -262144;")
        self._cities = load_names(self._folder / "cities.names")
        self._topics = load_names(self._folder / "topics.names")

    def ask(self, lemmas: Sequence[str], semantics: str) -> Answer:
        found = self._connection.execute(_query(semantics), (_expression(lemmas, semantics),))
        return read_groups(found, self._cities, self._topics)

    def pid(self) -> int:
        return os.getpid()

    def close(self) -> None:
        self._connection.close()


def _expression(lemmas: Sequence[str], semantics: str) -> str:
    quoted = [f'"{lemma}"' for lemma in lemmas]
    any_of = " OR ".join(quoted)
    return {
        AND: " AND ".join(quoted),
        PHRASE: " + ".join(quoted),
        PREFIX: f"{quoted[0]} *",
    }.get(semantics, any_of)


def _batches(rows: Iterable[Row], size: int = 5000) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch
