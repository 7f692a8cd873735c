"""The Whoosh index of a build: written anew in bulk, or that of the earlier build with what is new on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from indexer.index.arrays.steps import Ints
from indexer.index.arrays.strings import StringTable
from indexer.index.columns import Columns, ColumnsMeta
from indexer.index.extracts import heading_of
from indexer.index.lexical.bulk import Labels, write_segment
from indexer.index.lexical.schema import TEXT_FIELDS, disk_told, make_schema, open_whoosh
from indexer.index.texts import link
from indexer.language.analysis import Analyzer
from indexer.model import Passage, Report

_MOST_SEGMENTS = 40
"""With more, and when much of them is deleted, the index is written anew."""
_MOST_BESIDE = 4
"""The first of so many parts may be taken by all segments but the largest: fifty updates take little more room than one
index. In a large archive they never come to that, in a small one writing anew costs nothing."""
_BLOCK = 4096
"""Bytes that a disk gives to a file at once."""
_COST_OF_ADDING = 20
"""Whoosh's own writer takes about so many times as long for a passage as writing the whole index in bulk."""
_MEMORY_MB = 128
"""More wins Whoosh's writer nothing."""


def write_whoosh(folder: Path, analyzer: Analyzer, columns: Columns, meta: ColumnsMeta, ids: Sequence[str]) -> None:
    """Writes an index of the columns; its document numbers are the passages' numbers, ``ids`` the passages' ids."""
    values = meta.values
    topics = [
        [values["topic"][place] for place in columns.class_topics[begin:end].tolist()]
        for begin, end in zip(
            columns.class_topics_start.tolist(), columns.class_topics_start[1:].tolist(), strict=False
        )
    ]
    labels = {
        "id": Labels(ids, columns.doc_whoosh),
        "city": Labels(values["city"], columns.report_city[columns.doc_report]),
        "year": Labels(values["year"], columns.report_year[columns.doc_report]),
        "kind": Labels(values["kind"], columns.class_kind[columns.doc_class]),
        "section": Labels(values["section"], columns.report_section[columns.doc_report]),
        "topic": Labels([names if names != [None] else None for names in topics], columns.doc_class),
    }
    zones = {name: zone for zone, name in enumerate(TEXT_FIELDS)}
    write_segment(folder, make_schema(analyzer), columns, StringTable.open(folder, "lemmas"), zones, labels)


@disk_told()
def documents_in(folder: Path, analyzer: Analyzer) -> int:
    """How many documents the Whoosh index in a folder has, deleted ones included: the next one's number."""
    index = open_whoosh(str(folder), analyzer)
    try:
        return int(index.doc_count_all())
    finally:
        index.close()


def is_worth_continuing(folder: Path, documents: int, kept: int, added: int) -> bool:
    """Whether adding to the index in the folder, of so many documents, is cheaper than writing all of it anew."""
    sizes = _sizes_of_segments(folder)
    return (
        len(sizes) < _MOST_SEGMENTS
        and _MOST_BESIDE * (sum(sizes) - max(sizes, default=0)) <= sum(sizes)
        and 3 * kept > 2 * documents
        and added * _COST_OF_ADDING < kept
    )


def _sizes_of_segments(folder: Path) -> list[int]:
    """What each segment takes on the disk."""
    sizes: Counter[str] = Counter()
    for path in folder.glob("MAIN_*.*"):
        sizes[path.name.split(".")[0]] += -(-path.stat().st_size // _BLOCK) * _BLOCK
    return list(sizes.values())


@disk_told()
def continue_whoosh(
    folder: Path, earlier: Path, analyzer: Analyzer, gone: Ints, added: Iterable[tuple[Report, Passage]]
) -> None:
    """Makes the index of an earlier build, without the documents of those numbers and with more behind them."""
    for path in earlier.glob("*MAIN_*"):
        if not path.name.endswith("LOCK"):
            link(path, folder / path.name)
    index = open_whoosh(str(folder), analyzer, readonly=False)
    # A compound file would only copy everything once more.
    writer = index.writer(compound=False, limitmb=_MEMORY_MB)
    for number in gone.tolist():
        writer.delete_document(number)
    for report, passage in added:
        writer.add_document(**_fields(report, passage))
    writer.commit(merge=False)
    index.close()


def _fields(report: Report, passage: Passage) -> dict[str, Any]:
    """A passage as Whoosh's own writer takes it: nothing for what is not known or empty."""
    fields = {
        "id": passage.id,
        "city": report.city,
        "year": report.year,
        "kind": passage.kind,
        "section": report.section,
        "topic": list(passage.topics),
        "text": passage.text,
        "question": passage.question,
        "heading": heading_of(report),
    }
    return {name: value for name, value in fields.items() if value}
