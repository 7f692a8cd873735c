"""PostgreSQL full text search: a private server on a socket, a GIN index, facets by GROUP BY over the matches."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import psycopg

from tests.benchmarks.peers.base import (
    AND,
    DEEP,
    OFFSET,
    PHRASE,
    PREFIX,
    TOP,
    YEAR,
    Answer,
    MissingPeerError,
    Names,
    load_names,
    read_groups,
)
from tests.benchmarks.rows import Row

_USER = "postgres"
_SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "8GB",
    "jit": "off",
    "listen_addresses": "''",
}


def _query(semantics: str) -> str:
    order, offset = "year DESC" if semantics == YEAR else "score DESC", OFFSET if semantics == DEEP else 0
    return f"""
WITH matches AS MATERIALIZED (
  SELECT number, city, year, topics, ts_rank(lemmas, query) AS score
  FROM passages, to_tsquery('simple', %s) AS query WHERE lemmas @@ query
)
(SELECT 'top', number, 0 FROM matches ORDER BY {order} LIMIT {TOP} OFFSET {offset})
UNION ALL SELECT 'city', city, count(*) FROM matches GROUP BY city
UNION ALL SELECT 'year', year, count(*) FROM matches GROUP BY year
UNION ALL SELECT 'topics', topics, count(*) FROM matches GROUP BY topics
"""


class Postgres:
    """``ts_rank`` stands for BM25, which PostgreSQL has not; cities and sets of topics are kept as numbers."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._data = self._folder / "data"
        self._programs = _programs()
        self._connection: psycopg.Connection | None = None
        self._cities: list[str] = []
        self._topics: list[str] = []

    def build(self, rows: Iterable[Row]) -> None:
        self._create()
        connection = self._connected()
        connection.execute("CREATE TABLE passages (number int, city int, year int, topics int, lemmas tsvector)")
        cities, topics = Names(), Names()
        with connection.cursor().copy("COPY passages FROM STDIN") as copy:
            for row in rows:
                facets = cities.number(row.city), row.year, topics.number("|".join(row.topics))
                copy.write_row((row.number, *facets, _vector(row.lemmas)))
        cities.save(self._folder / "cities.names")
        topics.save(self._folder / "topics.names")
        connection.execute("CREATE INDEX ON passages USING gin (lemmas) WITH (fastupdate = off)")
        connection.execute("VACUUM ANALYZE passages")

    def open(self) -> None:
        if not (self._data / "postmaster.pid").exists():
            self._start()
        self._cities = load_names(self._folder / "cities.names")
        self._topics = load_names(self._folder / "topics.names")

    def ask(self, lemmas: Sequence[str], semantics: str) -> Answer:
        found = self._connected().execute(_query(semantics), (_expression(lemmas, semantics),))
        return read_groups(found, self._cities, self._topics)

    def pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        self._control("stop", "-m", "fast")

    # The server

    def _create(self) -> None:
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(self._folder, _USER)
        self._run("initdb", "-D", str(self._data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        settings = "\n".join(f"{name} = {value}" for name, value in _SETTINGS.items())
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"{settings}\nunix_socket_directories = '{self._folder}'\n")
        self._start()

    def _start(self) -> None:
        self._control("start", "-l", str(self._folder / "server.log"))

    def _control(self, *command: str) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", *command)

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self._programs / program), *arguments]
        # The server keeps what it inherits open: a pipe would never end.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder)

    def _connected(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(host=str(self._folder), user=_USER, dbname=_USER, autocommit=True)
        return self._connection


def _programs() -> Path:
    """The folder of the server's programs. Raises MissingPeerError."""
    found = shutil.which("initdb")
    candidates = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise MissingPeerError("no PostgreSQL server is installed")


def _vector(lemmas: str) -> str:
    """The text of a tsvector: made here, because its parser would cut words its own way."""
    positions: dict[str, list[str]] = {}
    for place, lemma in enumerate(lemmas.split(" "), 1):
        positions.setdefault(lemma, []).append(str(place))
    return " ".join(f"'{lemma}':{','.join(places)}" for lemma, places in _sound(positions))


def _sound(positions: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """A passage without words has an empty vector; a word may have 255 places."""
    return ((lemma, places[:255]) for lemma, places in positions.items() if lemma)


def _expression(lemmas: Sequence[str], semantics: str) -> str:
    quoted = [f"'{lemma}'" for lemma in lemmas]
    any_of = " | ".join(quoted)
    return {AND: " & ".join(quoted), PHRASE: " <-> ".join(quoted), PREFIX: f"{quoted[0]}:*"}.get(semantics, any_of)
