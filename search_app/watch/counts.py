"""What readers look for, counted by day: the words of the query and how often, nothing of who asked or when.

Several processes share one small file (SQLite). A query is counted in memory and written a
second later; a file that cannot be written costs a sentence in the log and nothing else.
"""

from __future__ import annotations

import atexit
import logging
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from indexer.errors import IndexerError

FOLDER, FILE = "counts", "queries.sqlite"
"""Where the counts lie in the index folder if nobody says otherwise."""

KEPT_DAYS = 400
"""What is older is forgotten: a year to compare with, and a month."""

MOST_ROWS = 200_000
"""Queries a file holds, some 20 MB: asked by a machine, the rarest of the oldest go first."""

_PAUSE = 1.0
"""Seconds from the first query counted until it is written: so much is lost when a process is ended at once."""

_SELDOM = 100
"""What is too much is looked for at one writing in so many."""

_LONGEST = 200
"""Signs of a query that are kept."""

_PRIVATE = re.compile(r"\S@\S|\d(?:[\s()+-]*\d){8,}")
"""Addresses of mail, numbers of telephones, passports and insurances: nobody should find those in a list."""

_LOG = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (
    day TEXT NOT NULL, query TEXT NOT NULL, times INTEGER NOT NULL, vain INTEGER NOT NULL, partly INTEGER NOT NULL,
    PRIMARY KEY (day, query)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO asked VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, query)
DO UPDATE SET times = times + excluded.times, vain = vain + excluded.vain, partly = partly + excluded.partly
"""
_FORGET = """
DELETE FROM asked WHERE (day, query) IN
(SELECT day, query FROM asked ORDER BY times > 1, day LIMIT max(0, (SELECT count(*) FROM asked) - ?))
"""
_SUM = """
SELECT query, sum(times), sum(vain), sum(partly), max(day) FROM asked WHERE day >= ? GROUP BY query
"""


def counts_file(index_dir: Path) -> Path:
    """Where the site counts if nobody says otherwise; not among the builds, whose folder is watched."""
    return index_dir / FOLDER / FILE


class CountsError(IndexerError):
    """The file of counts cannot be read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and how it went, summed over days."""

    query: str
    times: int
    nothing: int
    """How often nothing was found."""
    partly: int
    """How often something was found only when words had been dropped."""
    last: str
    """The last day, as 2026-11-28."""


class Counts:
    """The counts of one process. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[tuple[str, str], list[int]] = {}
        self._written = 0
        self._is_told = False
        atexit.register(self.flush)

    def add(self, query: str, *, found: int, partly: bool) -> None:
        """Counts a query that found so many answers, ``partly`` where words had to be dropped."""
        words = plain(query)
        if not words:
            return
        with self._guard:
            if not self._waiting:
                later = threading.Timer(_PAUSE, self.flush)
                later.daemon = True
                later.start()
            counted = self._waiting.setdefault((date.today().isoformat(), words), [0, 0, 0])  # noqa: DTZ011
            for place, one in enumerate((1, not found, bool(found and partly))):
                counted[place] += one

    def flush(self) -> None:
        """Writes what waits; tells once if that is impossible."""
        with self._guard:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        try:
            with self._writing, opened(self._path) as file:
                file.executemany(_ADD, [(*key, *counted) for key, counted in waiting.items()])
                if self._written % _SELDOM == 0:
                    _forget(file)
                self._written += 1
        except (sqlite3.Error, OSError):
            if not self._is_told:
                _LOG.warning(
                    "Запросы не подсчитываются: файл %s не записать. Отключить подсчёт: QUERY_LOG=off.", self._path
                )
            self._is_told = True


def _forget(file: sqlite3.Connection) -> None:
    """Takes away what is too old or too much."""
    oldest = date.today() - timedelta(days=KEPT_DAYS)  # noqa: DTZ011
    file.execute("DELETE FROM asked WHERE day < ?", (oldest.isoformat(),))
    file.execute(_FORGET, (MOST_ROWS,))


def plain(query: str) -> str:
    """The query as it is counted: small letters, single blanks; blank for what is not to be kept."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in query).split()).lower()[:_LONGEST]
    return "" if _PRIVATE.search(words) else words


def asked(path: Path, since: date) -> list[Asked]:
    """What was asked since a day, most often first. Raises CountsError."""
    if not path.is_file():
        raise CountsError(
            f"Подсчёта запросов ещё нет: файла {path} не видно. Он появится, когда сайт поработает без QUERY_LOG=off."
        )
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            rows = [Asked(*row) for row in file.execute(_SUM, (since.isoformat(),))]
    except sqlite3.Error:
        raise CountsError(
            f"Файл {path} — не подсчёт запросов или повреждён. Удалите его: сайт начнёт считать заново."
        ) from None
    return sorted(rows, key=lambda one: (-one.times, one.query))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, made if it is missing; what is written holds when the block ends."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path, timeout=2)) as file, file:
        # Counts of some seconds are no loss; waiting for the disk with each would be.
        file.execute("PRAGMA synchronous = OFF")
        file.execute(_SCHEMA)
        yield file
