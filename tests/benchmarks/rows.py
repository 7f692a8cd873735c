"""What every peer is built from: a passage's lemmas as one string, its city, year and topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.language.analysis import Analyzer
from indexer.model import Passage, Report

_SIMPLE = re.compile(r"[a-zа-я0-9]+")
"""Lemmas that all tokenizers leave whole; the peers are not to be judged by how they cut «02.07.2020»."""


@dataclass(frozen=True, slots=True)
class Row:
    """One passage as the peers see it."""

    number: int
    city: str
    year: int
    topics: tuple[str, ...]
    lemmas: str
    """First lemmas of question and answer, in order, separated by blanks."""


class Lemmas:
    """The likeliest lemma of each word of a text."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._known: dict[str, str] = {}

    def of(self, text: str) -> list[str]:
        """Lemmas in order; words that are not plain letters or digits are left out."""
        known = self._known
        found = []
        for chunk in self._analyzer.chunks(text):
            lemma = known.get(chunk)
            if lemma is None:
                lemma = known[chunk] = self._of_chunk(chunk)
            if lemma:
                found.append(lemma)
        return found

    def _of_chunk(self, chunk: str) -> str:
        forms = self._analyzer.chunk(chunk)
        lemmas = [form.lemmas[0][0] for form in forms if form.lemmas]
        return " ".join(lemma for lemma in lemmas if _SIMPLE.fullmatch(lemma))


def write_rows(path: Path, reports: Iterable[Report], analyzer: Analyzer) -> int:
    """Writes the rows of all passages into a file, one a line; returns how many."""
    lemmas = Lemmas(analyzer)
    number = 0
    with path.open("w", encoding="utf-8") as file:
        for report in reports:
            for passage in report.passages:
                words = " ".join(lemmas.of(_searched(passage)))
                file.write(f"{report.city}\t{report.year}\t{'|'.join(passage.topics)}\t{words}\n")
                number += 1
    return number


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, numbered from 0."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            city, year, topics, lemmas = line.rstrip("\n").split("\t")
            yield Row(number, city, int(year), tuple(topics.split("|")) if topics else (), lemmas)


def _searched(passage: Passage) -> str:
    return f"{passage.question or ''}\n{passage.text}"
