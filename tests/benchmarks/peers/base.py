"""What a peer can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.benchmarks.rows import Row

TOP = 10
OR, AND, PHRASE, PREFIX = "OR", "AND", "phrase", "prefix"
YEAR, DEEP = "newest first", "page 50"
"""Matches are those of ``OR``; another order, another page."""
SEMANTICS = (OR, AND, PHRASE, PREFIX, YEAR, DEEP)
OFFSET = 49 * TOP
"""Passages before page 50."""

Counts = Mapping[str | int, int]


class MissingPeerError(Exception):
    """A peer cannot run here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The best passages' numbers and how many of all matches fall to each city, year and topic."""

    top: list[int]
    cities: Counts
    years: Counts
    topics: Counts

    @property
    def total(self) -> int:
        """How many passages match: each has one city."""
        return sum(self.cities.values())


class Peer(Protocol):
    """One engine over one folder."""

    name: str

    def __init__(self, folder: Path) -> None: ...

    def build(self, rows: Iterable[Row]) -> None:
        """Indexes the rows into the folder, in its fastest way, ready to be searched."""

    def open(self) -> None:
        """Opens what was built."""

    def ask(self, lemmas: Sequence[str], semantics: str) -> Answer:
        """Top 10 by the engine's own BM25 (or nearest to it) or by year, and the counts over all matches."""

    def pid(self) -> int:
        """The process whose memory is the engine's."""

    def close(self) -> None:
        """Ends whatever runs."""


class Names:
    """Names of cities and sets of topics, known to an engine by short numbers; kept in a file beside its index."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, a new one for a new name."""
        return self._numbers.setdefault(name, len(self._numbers))

    def save(self, path: Path) -> None:
        """Writes the names in the order of their numbers."""
        path.write_text("\n".join(self._numbers), encoding="utf-8")


def load_names(path: Path) -> list[str]:
    """The names that `Names.save` wrote."""
    return path.read_text(encoding="utf-8").split("\n")


def read_groups(found: Iterable[tuple[str, int, int]], cities: Sequence[str], topics: Sequence[str]) -> Answer:
    """The answer in the rows of a query that gives ``top``, ``city``, ``year`` and ``topics`` one below another."""
    parts: dict[str, list[tuple[int, int]]] = {"top": [], "city": [], "year": [], "topics": []}
    for part, number, count in found:
        parts[part].append((number, count))
    by_topic: Counter[str | int] = Counter()
    for number, count in parts["topics"]:
        for topic in filter(None, topics[number].split("|")):
            by_topic[topic] += count
    return Answer(
        top=[number for number, _ in parts["top"]],
        cities=gathered((cities[number], count) for number, count in parts["city"]),
        years=gathered(parts["year"]),
        topics=by_topic,
    )


def gathered(counts: Iterable[tuple[str | int, int]]) -> Counts:
    """Counts without zeros."""
    return {value: count for value, count in counts if count}
