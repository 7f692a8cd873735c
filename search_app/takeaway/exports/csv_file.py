"""CSV as a Russian Excel opens it by a double click: UTF-8 with BOM, semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from search_app.takeaway.exports.cells import COLUMNS, Cell, row, safe
from search_app.takeaway.extracts import Selection

LIMIT = 5000
"""Answers; about ten megabytes."""

_BOM = "\ufeff"


def lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file, line by line."""
    yield _BOM
    for cells in rows:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow([safe(cell) for cell in cells])
        yield buffer.getvalue()


def answers(chosen: Selection, root: str, limit: int = LIMIT) -> Iterator[str]:
    """The answers as a file; one that is not complete says so in its last line."""
    return lines(_rows(chosen, root, limit))


def _rows(chosen: Selection, root: str, limit: int) -> Iterator[Sequence[Cell]]:
    yield COLUMNS
    for extract in chosen.extracts(limit):
        yield row(extract, chosen.engine.vocabulary, root)
    if chosen.shortened(limit):
        yield [chosen.shortened(limit)]
