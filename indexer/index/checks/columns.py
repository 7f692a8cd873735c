"""Columns and tables held against the texts: derived from the texts once more, everything must come out the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexer.index.arrays.strings import StringTable
from indexer.index.collocations import collocations
from indexer.index.columns import Columns, ColumnsMeta, Tables
from indexer.index.derivation import derived
from indexer.index.echoes import groups_of
from indexer.index.extracts import extract
from indexer.index.inversion import Gathering, Inversion, invert
from indexer.index.postings import mean_lengths, postings_of
from indexer.index.texts import Texts
from indexer.index.writer import RECOUNTED
from indexer.language.analysis import Analyzer
from indexer.language.gists import Gists

_OTHERWISE = {"phrase_count", "doc_whoosh"}
"""What does not follow from the texts alone."""


def column_faults(
    columns: Columns, meta: ColumnsMeta, tables: Tables, texts: Texts, analyzer: Analyzer
) -> Iterator[str]:
    """A sentence for each column, table or list of values that is not what the texts give."""
    faults = list(_shape_faults(columns, texts))
    if faults:
        # Nothing can be read by such numbers.
        yield from faults
        return
    found, _ = invert(_gathered(columns, texts, analyzer))
    leaders = groups_of(found.documents, found.words, found.stream, found.zones, texts, Gists(analyzer))
    arrays, values = derived(found, postings_of(found, mean_lengths(found.zones)), columns.doc_whoosh, leaders)
    for name, array in arrays.items():
        mine = getattr(columns, name)
        if name not in _OTHERWISE and not (mine.dtype == array.dtype and np.array_equal(mine, array)):
            yield f"Столбец {name} не тот, что следует из текстов ответов."
    for facet, listed in values.items():
        if meta.values.get(facet) != listed:
            yield f"Значения фасета {facet} не те, что у отчётов."
    yield from _table_faults(found, tables)
    yield from _phrase_faults(found, columns, tables, analyzer)


def _shape_faults(columns: Columns, texts: Texts) -> Iterator[str]:
    """What has to hold before reports and passages can be read by their numbers."""
    starts, docs = columns.report_docs_start, columns.report_docs
    if len(columns.doc_report) != len(texts):
        yield f"Ответов в столбцах {len(columns.doc_report)}, а текстов {len(texts)}."
    if len(starts) != len(texts.reports) + 1 or np.any(np.diff(starts) < 0) or starts[-1] != len(docs):
        yield "Столбец report_docs_start не делит ответы по отчётам."
    elif not np.array_equal(np.sort(docs), np.arange(len(texts))):
        yield "Столбец report_docs не называет каждый ответ один раз."
    if len(columns.doc_added) != len(texts) or len(columns.report_added) != len(texts.reports):
        yield "Дат поступления не столько, сколько отчётов и ответов."


def _gathered(columns: Columns, texts: Texts, analyzer: Analyzer) -> Gathering:
    """All reports in the order in which they came."""
    gathering = Gathering(analyzer)
    edges = columns.report_docs_start.tolist()
    for number, (begin, end) in enumerate(zip(edges, edges[1:], strict=False)):
        docs = columns.report_docs[begin:end]
        report = texts.report(number, tuple(map(texts.passage, docs.tolist())))
        dates = columns.doc_added[docs].tolist()
        gathering.add(extract(report, analyzer).dated(int(columns.report_added[number]), dates))
    return gathering


def _table_faults(found: Inversion, tables: Tables) -> Iterator[str]:
    for part in ("forms", "lemmas", "spellings", "roots"):
        if not _are_equal(getattr(found.words, part), getattr(tables, part)):
            yield f"Таблица {part} не та, что следует из текстов ответов."


def _are_equal(one: StringTable, other: StringTable) -> bool:
    return np.array_equal(one.offsets, other.offsets) and np.array_equal(one.blob, other.blob)


def _phrase_faults(found: Inversion, columns: Columns, tables: Tables, analyzer: Analyzer) -> Iterator[str]:
    if not tables.phrases.is_whole() or len(tables.phrases) != len(columns.phrase_count):
        yield "Устойчивых сочетаний не столько, сколько их чисел."
    elif len(found.stream) < RECOUNTED:
        mine = dict(zip(tables.phrases, columns.phrase_count.tolist(), strict=True))
        if mine != collocations(found.stream, found.zones, found.words, analyzer):
            yield "Устойчивые сочетания не те, что в текстах ответов."
