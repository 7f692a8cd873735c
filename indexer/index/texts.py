"""The passages and reports of a build as JSON rows in two flat files, read by number.

A row is a slice of a memory-mapped file: no connection per thread, nothing to lock, and a reader keeps working when its
build's folder is removed.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from sys import intern
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.filed import save_array
from indexer.model import TONES, Evidence, Passage, Remark, Report

_PASSAGES = "passages"
REPORTS = "reports"
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


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

    def __init__(self, folder: Path, earlier: Texts | None = None) -> None:
        """With an ``earlier`` build's texts, what comes is put behind what is kept of them."""
        self._passages = _RowsFile(folder, _PASSAGES, earlier.passages if earlier else None)
        self._reports = _RowsFile(folder, REPORTS, earlier.reports if earlier else None)

    def add(self, rows: Rows) -> None:
        """Writes a report and its passages."""
        self._reports.add(rows.report, (len(rows.report),))
        self._passages.add(rows.passages, rows.lengths)

    def finish(self, passages: NDArray[np.int64], reports: NDArray[np.int64] | None = None) -> None:
        """Closes the files.

        ``passages[number]`` is the place at which the passage of that number came; places behind those of the earlier
        texts' passages if there are any, whose own places are their numbers. Likewise ``reports``: by default as they
        came.
        """
        self._passages.finish(passages)
        self._reports.finish(reports)


class Texts:
    """The rows of an open build. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.passages = Slices(folder, _PASSAGES)
        self.reports = Slices(folder, REPORTS)

    def close(self) -> None:
        """Lets go of the files, whoever still holds this object."""
        self.passages.close()
        self.reports.close()

    def __len__(self) -> int:
        return len(self.passages)

    def passage(self, number: int) -> Passage:
        """The passage of that number."""
        return _passage(self.passages.row(number))

    def said(self, number: int) -> Said:
        """What a page of results shows of the passage of that number: sooner there than the whole passage."""
        return Said(*_shown(self.passages.row(number)))

    def passage_id(self, number: int) -> str:
        """The id of the passage of that number: its row begins with it, and the rest of a row is long."""
        identity: str = _DECODER.raw_decode(self.passages.line(number).decode("utf-8"), 1)[0]
        return identity

    def listed(self) -> list[Listed]:
        """What lists show of every report, in the order of their numbers: all at once is five times as quick."""
        return [Listed(*_listed(row)) for row in self.reports.all_rows()]

    def report(self, number: int, passages: tuple[Passage, ...] = ()) -> Report:
        """The report of that number (in order of arrival) with the passages given."""
        return _report(self.reports.row(number), passages)


class Said(NamedTuple):
    """What is shown of a passage among others."""

    id: str
    position: int
    kind: str
    question: str | None
    text: str
    topics: list[str]


_shown = itemgetter(0, 1, 2, 3, 4, 8)
"""The same places of a passage's row."""


class Listed(NamedTuple):
    """What is shown of a report in lists."""

    id: str
    source: str
    city: str | None
    year: int | None
    section: str | None
    warnings: list[str]
    sample: bool


_listed = itemgetter(0, 1, 2, 3, 4, 7, 8)
"""The same places of a report's row."""


class _RowsFile:
    """JSON rows being written behind those of an earlier build, whose files are linked, not copied.

    Rows are found by their place in all files together, one behind the other.
    """

    def __init__(self, folder: Path, name: str, earlier: Slices | None) -> None:
        self._folder, self._name, self._earlier = folder, name, earlier
        self._number = earlier.files[-1].number + 1 if earlier else 0
        self._file: IO[bytes] = _path(folder, name, self._number).open("wb")
        self._lengths = array("q")

    def add(self, lines: bytes, lengths: Iterable[int]) -> None:
        self._file.write(lines)
        self._lengths.extend(lengths)

    def finish(self, order: NDArray[np.int64] | None) -> None:
        """Closes the file and writes where each row is, in that order."""
        lengths = np.asarray(self._lengths, dtype=np.int64)
        ends = np.cumsum(lengths)
        rows = np.stack([ends - lengths, ends], axis=1)
        files: tuple[_File, ...] = ()
        if self._earlier:
            order = np.arange(len(self._earlier) + len(rows)) if order is None else order
            written, kept = self._file.tell(), order[order < len(self._earlier)]
            files = self._earlier.linked_to(self._folder, kept, written)
            before = sum(file.size for file in files)
            rows = np.concatenate([self._copied(kept, before, before + written), rows + before])
        size = self._file.tell()
        self._file.close()
        files = (*files, _File(self._number, size))
        save_array(self._folder / f"{self._name}.files.npy", np.asarray(files, dtype=np.int64))
        save_array(self._folder / f"{self._name}.rows.npy", rows if order is None else rows[order])

    def _copied(self, kept: NDArray[np.int64], linked: int, end: int) -> NDArray[np.int64]:
        """Copies the earlier rows that are kept and stand beyond the ``linked`` bytes; returns where each now is."""
        assert self._earlier
        rows = self._earlier.rows.copy()
        for number in np.sort(kept[rows[kept, 0] >= linked]).tolist():
            line = self._earlier.line(number)
            self._file.write(line)
            rows[number] = end, end + len(line)
            end += len(line)
        return rows


class _File(NamedTuple):
    """One of the files that rows stand in."""

    number: int
    size: int
    """Bytes."""


_MOST_BESIDE = 8
"""What came since all was written into one file stands in a second one, up to such a part of the first.

Each update copies the second one, so the parts never get many: every file of a served build costs a handle and a map.
"""


class Slices:
    """JSON rows being read."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        # A memmap is slower to index than a plain array over the same memory.
        self.rows = np.asarray(np.load(folder / f"{name}.rows.npy", mmap_mode="r"))
        self.files = tuple(_File(*row) for row in np.load(folder / f"{name}.files.npy").tolist())
        self._contents = [_mapped(folder, name, file) for file in self.files]
        self._begins = [0, *accumulate(file.size for file in self.files)]
        if int(self.rows[:, 1].max(initial=0)) > self._begins[-1]:
            raise ValueError(f"{name}: rows and text differ in length")

    def close(self) -> None:
        for content in self._contents:
            if isinstance(content, mmap.mmap):
                content.close()
        self.rows = np.empty((0, 2), dtype=np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def line(self, number: int) -> bytes:
        start, end = self.rows[number].tolist()
        if len(self._contents) == 1:
            return self._contents[0][start:end]
        place = bisect_right(self._begins, start) - 1
        return self._contents[place][start - self._begins[place] : end - self._begins[place]]

    def row(self, number: int) -> list[Any]:
        # `json.loads` would first look for the encoding and for blanks.
        row: list[Any] = _DECODER.raw_decode(self.line(number).decode("utf-8"))[0]
        return row

    def all_rows(self) -> list[list[Any]]:
        """All rows, by their numbers."""
        found: list[list[Any]] = json.loads(b"[%b]" % b",".join(map(self.line, range(len(self)))))
        return found

    def linked_to(self, folder: Path, kept: NDArray[np.int64], written: int) -> tuple[_File, ...]:
        """The first file, which then stands in another folder too, if most of it is kept and it has most of all.

        ``written`` are the bytes of new rows.
        """
        first = self.files[0]
        lengths = self.rows[kept, 1] - self.rows[kept, 0]
        in_first = int(lengths[self.rows[kept, 0] < first.size].sum())
        beside = int(lengths.sum()) - in_first + written
        if 3 * in_first < 2 * first.size or _MOST_BESIDE * beside > first.size:
            return ()
        link(_path(self._folder, self._name, first.number), _path(folder, self._name, first.number))
        return (first,)


def _path(folder: Path, name: str, number: int) -> Path:
    return folder / f"{name}.{number}.jsonl"


def _mapped(folder: Path, name: str, file: _File) -> mmap.mmap | bytes:
    path = _path(folder, name, file.number)
    if path.stat().st_size != file.size:
        raise ValueError(f"{path.name} has changed its length")
    with path.open("rb") as opened:
        # An empty file cannot be mapped.
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if file.size else b""


def link(path: Path, to: Path) -> None:
    """Puts a file that is never changed in another place too; copies it where the disk knows no links."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)


def _line(row: list[Any]) -> bytes:
    return _ENCODER.encode(row).encode("utf-8", "replace") + b"\n"


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
        [[remark.city, TONES.index(remark.tone), remark.start, remark.end] for remark in passage.remarks],
        passage.asks,
    ]


def _passage(row: list[Any]) -> Passage:
    identity, position, kind, question, text, part, parts, blank, topics, mentions, remarks, asks = row
    said = tuple([Remark(city, TONES[tone], start, end) for city, tone, start, end in remarks]) if remarks else ()
    places = tuple([(start, end) for start, end in asks]) if asks else ()
    about = tuple(topics), tuple(mentions), said, places
    # All cities answer the same questions: whoever holds many passages need not hold each question many times.
    asked = question and intern(question)
    return Passage(identity, position, intern(kind), asked, text, part, parts, blank, *about)


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
