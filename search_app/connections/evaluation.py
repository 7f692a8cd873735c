"""All judged sets of connections in a folder, each with its figures.

A set is a TSV file (``#`` begins a comment, the first other line names the columns); what it measures is told by its
columns, so a new set needs no other mention than its measure in `MEASURES`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from search_app.connections.asks import judged
from search_app.connections.echoes.judged import REMARKS, REPEATS
from search_app.connections.measure import Measure, Measured, Row
from search_app.connections.outcomes import judged as outcomes_judged
from search_app.engine.door import Engine

MEASURES: tuple[Measure, ...] = (judged.MEASURE, REPEATS, REMARKS, *outcomes_judged.MEASURES)
"""Each floor of the wing adds its own."""


def measured_sets(
    folder: Path, engine: Engine, measures: Sequence[Measure] = MEASURES
) -> Iterator[tuple[str, str, Measured]]:
    """File name, title and figures of every judged set in a folder that one of the measures knows."""
    for path in sorted(folder.glob("*.tsv")):
        rows = _rows(path)
        for measure in measures:
            if rows and set(rows[0]) == set(measure.columns):
                yield path.name, measure.title, measure.measure(rows, engine)


def _rows(path: Path) -> list[Row]:
    """The rows of a file; none where it cannot be read: other kinds of files may lie beside the sets."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [{name: (value or "").strip() for name, value in row.items() if name} for row in reader]
