"""Passages into one whole build folder: texts, columns, Whoosh index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.analysis import Analyzer
from indexer.bulk import Labels, write_segment
from indexer.columns import open_columns
from indexer.inversion import Gathering, write_columns
from indexer.model import Report
from indexer.schema import TEXT_FIELDS, make_schema
from indexer.strings import StringTable
from indexer.texts import TextsWriter
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
    ids: list[str] = []
    report_ids: list[str] = []
    told = 0
    for report in reports:
        texts.add(report)
        gathering.add(report)
        ids.extend(passage.id for passage in report.passages)
        report_ids.append(report.id)
        taken = len(gathering.positions)
        if progress and taken - told >= _TELL_EVERY:
            progress(taken)
            told = taken
    counts = Counts(len(gathering.reports), len(gathering.positions))
    order = write_columns(folder, gathering, folder.name.removeprefix(_DRAFT))
    texts.finish(order)
    # Whoosh's turn needs memory too.
    del gathering
    _write_whoosh(folder, analyzer, [ids[place] for place in order.tolist()], report_ids)
    if progress:
        progress(counts.passages)
    return counts


def _write_whoosh(folder: Path, analyzer: Analyzer, ids: Sequence[str], report_ids: Sequence[str]) -> None:
    """The Whoosh index of the columns already written; its document numbers are the passages' numbers.

    ``ids`` are those of the passages by number, ``report_ids`` those of the reports as they came.
    """
    columns, meta = open_columns(folder)
    topics = np.split(columns.class_topics, columns.class_topics_start[1:-1])
    topic_sets = [[meta.values["topic"][place] for place in places.tolist()] for places in topics]
    labels = {
        "id": Labels(ids, np.arange(len(ids))),
        "report": Labels(report_ids, columns.doc_report),
        "city": Labels(meta.values["city"], columns.report_city[columns.doc_report]),
        "year": Labels(meta.values["year"], columns.report_year[columns.doc_report]),
        "kind": Labels(meta.values["kind"], columns.class_kind[columns.doc_class]),
        "section": Labels(meta.values["section"], columns.report_section[columns.doc_report]),
        "topic": Labels([names if names != [None] else None for names in topic_sets], columns.doc_class),
    }
    zones = {name: zone for zone, name in enumerate(TEXT_FIELDS)}
    write_segment(folder, make_schema(analyzer), columns, StringTable.open(folder, "lemmas"), zones, labels)
