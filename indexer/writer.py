"""Passages into one whole build folder: texts, columns, Whoosh index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexer.analysis import Analyzer, Form
from indexer.bulk import Labels, write_segment
from indexer.columns import open_columns
from indexer.inversion import Earlier, Extract, Gathering, extract, write_columns
from indexer.model import Report
from indexer.schema import TEXT_FIELDS, make_schema
from indexer.strings import StringTable
from indexer.texts import Rows, Texts, TextsWriter, report_of, rows_of
from indexer.vocabulary import Vocabulary

_DRAFT = "draft-"
_TELL_EVERY = 500
"""Passages between two calls of ``progress``."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What went into a build."""

    reports: int
    passages: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report ready to be written: made where it was parsed, so that the writing process has little left to do."""

    extract: Extract
    rows: Rows
    asks: bool
    """Some passage has its question."""

    @property
    def passages(self) -> int:
        """How many passages the report has."""
        return len(self.extract.passages)

    def report(self) -> Report:
        """The report with its passages."""
        return report_of(self.rows)


def prepare(report: Report, analyzer: Analyzer) -> Prepared:
    """All that writing takes from a report with all its passages."""
    return Prepared(extract(report, analyzer), rows_of(report), _asks(report))


def _asks(report: Report) -> bool:
    return any(passage.question for passage in report.passages)


class EarlierBuild:
    """The reports of a finished build, ready to be written into the next one as they are."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError, OSError or ValueError where the build is damaged or older than this program."""
        self._earlier = Earlier(folder)
        self._texts = Texts(folder)

    @property
    def forms(self) -> Sequence[Form]:
        """The forms that the extracts speak of."""
        return self._earlier.forms

    def prepared(self, number: int) -> tuple[Report, Prepared]:
        """The report of that number (in order of arrival): without its passages, and ready to be written."""
        rows = self._texts.rows(number, numbers := self._earlier.passages(number))
        report = report_of(rows)
        found = Prepared(self._earlier.extract(report, numbers), rows, _asks(report))
        return replace(report, passages=()), found

    def release(self) -> None:
        """Lets go of the mapped files when all reports have been taken: sorting needs the memory."""
        del self._earlier, self._texts


def write_build(
    folder: Path,
    reports: Iterable[Report | Prepared],
    analyzer: Analyzer,
    vocabulary: Vocabulary,
    *,
    earlier: EarlierBuild | None = None,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """Writes texts, columns and Whoosh index of the reports into an empty folder.

    Report and passage ids must be unique. Prepared reports may come from the ``earlier`` build. ``progress`` is told
    the number of passages taken in so far, now and then.
    The build's stamp is the folder's name without ``draft-``.
    """
    texts = TextsWriter(folder)
    gathering = Gathering(analyzer, forms=earlier.forms if earlier else ())
    ids: list[str] = []
    report_ids: list[str] = []
    told = 0
    for report in reports:
        prepared = report if isinstance(report, Prepared) else prepare(report, analyzer)
        texts.add(prepared.rows)
        gathering.add(prepared.extract)
        ids.extend(prepared.extract.passages)
        report_ids.append(prepared.extract.id)
        taken = len(gathering.positions)
        if progress and taken - told >= _TELL_EVERY:
            progress(taken)
            told = taken
    if earlier:
        earlier.release()
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
