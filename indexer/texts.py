"""The passages and reports of a build as JSON rows in two flat files, read by number.

A row is a slice of a memory-mapped file: no connection per thread, nothing to lock, and a reader keeps working when its
build's folder is removed.
"""

from __future__ import annotations

import json
import mmap
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from indexer.model import Evidence, Passage, Report

_PASSAGES = "passages"
_REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Rows:
    """A report and its passages as they stand in the files."""

    report: bytes
    passages: bytes
    lengths: array[int]
    """The bytes of each passage's row."""


def rows_of(report: Report) -> Rows:
    """The rows of a report with all its passages."""
    rows = [_line(_passage_row(passage)) for passage in report.passages]
    return Rows(_line(_report_row(report)), b"".join(rows), array("q", map(len, rows)))


def report_of(rows: Rows) -> Report:
    """The report that the rows were made of."""
    passages = tuple(_passage(json.loads(line)) for line in rows.passages.splitlines())
    return _report(json.loads(rows.report), passages)


class TextsWriter:
    """Takes reports as they come; passages are renumbered at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._passages = _RowsFile(folder / f"{_PASSAGES}.jsonl")
        self._reports = _RowsFile(folder / f"{_REPORTS}.jsonl")

    def add(self, rows: Rows) -> None:
        """Writes a report and its passages."""
        self._reports.add(rows.report, (len(rows.report),))
        self._passages.add(rows.passages, rows.lengths)

    def finish(self, order: NDArray[np.int64]) -> None:
        """Closes the files; ``order[number]`` is the place at which the passage of that number came."""
        np.save(self._folder / f"{_PASSAGES}.rows.npy", self._passages.finish()[order])
        np.save(self._folder / f"{_REPORTS}.rows.npy", self._reports.finish())


class Texts:
    """The rows of an open build. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._passages = _Slices(folder, _PASSAGES)
        self._reports = _Slices(folder, _REPORTS)

    def __len__(self) -> int:
        return len(self._passages)

    def passage(self, number: int) -> Passage:
        """The passage of that number."""
        return _passage(self._passages.row(number))

    def rows(self, report: int, passages: Iterable[int]) -> Rows:
        """The rows of the report of that number (in order of arrival) and of its passages, as they are."""
        lines = [self._passages.line(number) for number in passages]
        return Rows(self._reports.line(report), b"".join(lines), array("q", map(len, lines)))

    def report(self, number: int, passages: tuple[Passage, ...] = ()) -> Report:
        """The report of that number (in order of arrival) with the passages given."""
        return _report(self._reports.row(number), passages)


class _RowsFile:
    """JSON rows being written; remembers where each begins and ends."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._lengths = array("q")

    def add(self, lines: bytes, lengths: Iterable[int]) -> None:
        self._file.write(lines)
        self._lengths.extend(lengths)

    def finish(self) -> NDArray[np.int64]:
        """Closes the file; returns start and end of every row, shape (rows, 2)."""
        self._file.close()
        lengths = np.asarray(self._lengths, dtype=np.int64)
        ends = np.cumsum(lengths)
        return np.stack([ends - lengths, ends], axis=1)


class _Slices:
    """JSON rows being read."""

    def __init__(self, folder: Path, name: str) -> None:
        # A memmap is slower to index than a plain array over the same memory.
        self._rows = np.asarray(np.load(folder / f"{name}.rows.npy", mmap_mode="r"))
        with (folder / f"{name}.jsonl").open("rb") as file:
            # An empty file cannot be mapped.
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if len(self._rows) else b""
        if int(self._rows[:, 1].max(initial=0)) != len(self._content):
            raise ValueError(f"{name}: rows and text differ in length")

    def __len__(self) -> int:
        return len(self._rows)

    def line(self, number: int) -> bytes:
        start, end = self._rows[number]
        return self._content[start:end]

    def row(self, number: int) -> list[Any]:
        row: list[Any] = json.loads(self.line(number))
        return row


def _line(row: list[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _passage_row(passage: Passage) -> list[Any]:
    return [
        passage.id,
        passage.position,
        passage.kind,
        passage.question,
        passage.text,
        passage.part,
        passage.parts,
        passage.blank,
        passage.topics,
        passage.mentions,
    ]


def _passage(row: list[Any]) -> Passage:
    identity, position, kind, question, text, part, parts, blank, topics, mentions = row
    return Passage(identity, position, kind, question, text, part, parts, blank, tuple(topics), tuple(mentions))


def _report_row(report: Report) -> list[Any]:
    evidence = report.evidence
    return [
        report.id,
        report.source,
        report.city,
        report.year,
        report.section,
        [evidence.city, evidence.year, evidence.section, evidence.notes],
        report.headings,
        report.warnings,
        report.sample,
    ]


def _report(row: list[Any], passages: tuple[Passage, ...]) -> Report:
    identity, source, city, year, section, evidence, headings, warnings, sample = row
    return Report(
        id=identity,
        source=source,
        city=city,
        year=year,
        section=section,
        passages=passages,
        evidence=Evidence(evidence[0], evidence[1], evidence[2], tuple(evidence[3])),
        headings=tuple(headings),
        warnings=tuple(warnings),
        sample=sample,
    )
