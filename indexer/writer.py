"""Passages into one whole build folder: texts, columns, Whoosh index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from whoosh.index import create_in

from indexer.analysis import Analyzer
from indexer.columns import open_columns
from indexer.inversion import Gathering, heading_of, write_columns
from indexer.model import Report
from indexer.schema import make_schema
from indexer.texts import Texts, TextsWriter
from indexer.vocabulary import Vocabulary

_DRAFT = "draft-"
_TELL_EVERY = 500
"""Passages between two calls of ``progress``."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What went into a build."""

    reports: int
    passages: int


def write_build(
    folder: Path,
    reports: Iterable[Report],
    analyzer: Analyzer,
    vocabulary: Vocabulary,
    *,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """Writes texts, columns and Whoosh index of the reports into an empty folder.

    Report and passage ids must be unique. ``progress`` is told the number of passages taken in so far, now and then.
    The build's stamp is the folder's name without ``draft-``.
    """
    texts = TextsWriter(folder)
    gathering = Gathering(analyzer)
    told = 0
    for report in reports:
        texts.add(report)
        gathering.add(report)
        taken = len(gathering.positions)
        if progress and taken - told >= _TELL_EVERY:
            progress(taken)
            told = taken
    counts = Counts(len(gathering.reports), len(gathering.positions))
    order = write_columns(folder, gathering, folder.name.removeprefix(_DRAFT))
    texts.finish(order)
    _write_whoosh(folder, analyzer)
    if progress:
        progress(counts.passages)
    return counts


def _write_whoosh(folder: Path, analyzer: Analyzer) -> None:
    """The Whoosh index of the texts and columns already written; its document numbers are the passages' numbers."""
    texts = Texts(folder)
    columns, _ = open_columns(folder)
    index = create_in(str(folder), make_schema(analyzer))
    writer = index.writer(limitmb=128)
    for number in range(len(texts)):
        passage = texts.passage(number)
        report = texts.report(int(columns.doc_report[number]))
        writer.add_document(
            id=passage.id,
            report=report.id,
            city=report.city,
            year=report.year,
            kind=passage.kind,
            section=report.section,
            topic=",".join(passage.topics) or None,
            text=passage.text,
            question=passage.question,
            heading=heading_of(report) or None,
        )
    writer.commit()
    index.close()
