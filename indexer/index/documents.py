"""What the index knows of passages and reports beside their words: order, facets, repeats, ids."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints, Longs, renumbered, starts
from indexer.index.columns import Columns
from indexer.language.spelling import normal_form

ReportKey = tuple[str | None, int | None, str | None]
"""City, year, section."""
ClassKey = tuple[str, tuple[str, ...]]
"""Question kind and topics."""
RemarksKey = tuple[tuple[str, int], ...]
"""The cities that a passage mentions, each with its tone's place among the tones."""

_Key = TypeVar("_Key", bound=tuple[Any, ...])
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Documents:
    """P passages in some order, each with the number of its report; R reports in the order of their files."""

    reports: Sequence[ReportKey]
    report_hashes: Hashes
    """Hashes of the reports' ids."""
    classes: Sequence[ClassKey]
    report: Ints
    position: Ints
    place_in_classes: Ints
    remarks: Sequence[RemarksKey]
    place_in_remarks: Ints
    blank: NDArray[np.bool_]
    groups: Hashes
    """Hashes of city, section and kind of question, which repeated answers have in common."""
    hashes: Hashes
    """Hashes of the passages' ids."""
    prints: Longs
    """Fingerprints of the texts."""
    added: Longs
    """When the archive first had each text: seconds since 1970, UTC."""
    report_added: Longs
    """When the archive first had each report."""

    def __len__(self) -> int:
        return len(self.report)

    def taken(self, order: Longs) -> Documents:
        """The passages at those places, in that order."""
        return Documents(
            self.reports,
            self.report_hashes,
            self.classes,
            self.report[order],
            self.position[order],
            self.place_in_classes[order],
            self.remarks,
            self.place_in_remarks[order],
            self.blank[order],
            self.groups[order],
            self.hashes[order],
            self.prints[order],
            self.added[order],
            self.report_added,
        )


def documents_of(columns: Columns, values: Mapping[str, Sequence[Any]]) -> Documents:
    """The documents that finished columns were made of, in the order of browsing."""
    docs = columns.report_docs
    position = np.empty(len(docs), dtype=np.int32)
    position[docs] = np.arange(len(docs)) - np.repeat(
        columns.report_docs_start[:-1], np.diff(columns.report_docs_start)
    )
    hashes = np.empty(len(docs), dtype=np.uint64)
    hashes[columns.passage_of_hash] = columns.passage_hash
    report_hashes = np.empty(len(columns.report_city), dtype=np.uint64)
    report_hashes[columns.report_of_hash] = columns.report_hash
    facets = (("city", columns.report_city), ("year", columns.report_year), ("section", columns.report_section))
    named = (map(values[facet].__getitem__, places.tolist()) for facet, places in facets)
    return Documents(
        reports=list(zip(*named, strict=True)),
        report_hashes=report_hashes,
        classes=_classes_of(columns, values),
        report=columns.doc_report,
        position=position + 1,
        place_in_classes=columns.doc_class,
        remarks=_remarks_of(columns, values),
        place_in_remarks=columns.doc_remarks,
        blank=columns.doc_blank,
        groups=columns.doc_bucket,
        hashes=hashes,
        prints=columns.doc_print,
        added=columns.doc_added,
        report_added=columns.report_added,
    )


def _classes_of(columns: Columns, values: Mapping[str, Sequence[Any]]) -> list[ClassKey]:
    edges = columns.class_topics_start.tolist()
    topics = [values["topic"][place] for place in columns.class_topics.tolist()]
    return [
        (values["kind"][kind], tuple(topic for topic in topics[start:end] if topic is not None))
        for kind, start, end in zip(columns.class_kind.tolist(), edges, edges[1:], strict=False)
    ]


def _remarks_of(columns: Columns, values: Mapping[str, Sequence[Any]]) -> list[RemarksKey]:
    edges = columns.remarks_start.tolist()
    cities = [values["mentioned"][place] for place in columns.remarks_city.tolist()]
    said = list(zip(cities, columns.remarks_tone.tolist(), strict=True))
    return [tuple(said[start:end]) for start, end in zip(edges, edges[1:], strict=False)]


def united(first: Documents, kept: Longs, second: Documents, arrivals: Ints) -> Documents:
    """The kept passages of the first and behind them all of the second.

    ``arrivals`` tells for each report of the union which one it is: number n of the first as n, of the second as -1-n.
    """
    old, new = arrivals >= 0, arrivals < 0
    numbers = np.full(len(first.reports), -1, dtype=np.int32)
    numbers[arrivals[old]] = np.flatnonzero(old)
    others = np.full(len(second.reports), -1, dtype=np.int32)
    others[-1 - arrivals[new]] = np.flatnonzero(new)
    hashes = np.empty(len(arrivals), dtype=np.uint64)
    hashes[old] = first.report_hashes[arrivals[old]]
    hashes[new] = second.report_hashes[-1 - arrivals[new]]
    report_added = np.empty(len(arrivals), dtype=np.int64)
    report_added[old] = first.report_added[arrivals[old]]
    report_added[new] = second.report_added[-1 - arrivals[new]]
    classes, second_classes = _joint_table(first.classes, second.classes)
    remarks, second_remarks = _joint_table(first.remarks, second.remarks)
    return Documents(
        reports=[first.reports[n] if n >= 0 else second.reports[-1 - n] for n in arrivals.tolist()],
        report_hashes=hashes,
        classes=classes,
        report=np.concatenate([numbers[first.report[kept]], renumbered(second.report, others)]),
        position=np.concatenate([first.position[kept], second.position]),
        # Those of the first come first, in their order.
        place_in_classes=np.concatenate(
            [first.place_in_classes[kept], renumbered(second.place_in_classes, second_classes)]
        ),
        remarks=remarks,
        place_in_remarks=np.concatenate(
            [first.place_in_remarks[kept], renumbered(second.place_in_remarks, second_remarks)]
        ),
        blank=np.concatenate([first.blank[kept], second.blank]),
        groups=np.concatenate([first.groups[kept], second.groups]),
        hashes=np.concatenate([first.hashes[kept], second.hashes]),
        prints=np.concatenate([first.prints[kept], second.prints]),
        added=np.concatenate([first.added[kept], second.added]),
        report_added=report_added,
    )


def _joint_table(first: Sequence[_Key], second: Sequence[_Key]) -> tuple[list[_Key], Ints]:
    """The keys of both, those of the first in their places, and where those of the second now are."""
    keys = list(dict.fromkeys([*first, *second]))
    places = {key: place for place, key in enumerate(keys)}
    return keys, np.asarray([places[key] for key in second], dtype=np.int32)


# Order


def browsing_order(documents: Documents) -> Longs:
    """The places of the passages, newest year first, then by city, position, section and id."""
    return _ordered(documents, -_years(documents))


def oldest_first(documents: Documents) -> Longs:
    """The same with the oldest year first."""
    return _ordered(documents, _years(documents))


def _years(documents: Documents) -> Longs:
    return np.asarray([year or 0 for _, year, _ in documents.reports], dtype=np.int64)[documents.report]


def _ordered(documents: Documents, years: Longs) -> Longs:
    reports = documents.report
    cities = _ranks([city for city, _, _ in documents.reports], normal_form)[reports]
    sections = _ranks([section for _, _, section in documents.reports], str)[reports]
    ids = np.argsort(np.argsort(documents.report_hashes, kind="stable"))[reports]
    # An unknown year is last in both directions.
    years = np.where(years == 0, np.iinfo(np.int64).max, years)
    return np.lexsort((ids, sections, documents.position, cities, years))


def _ranks(values: Sequence[str | None], key: Callable[[str], str]) -> Longs:
    """The alphabetical rank of each value; ``None`` is last."""
    known = sorted({value for value in values if value is not None}, key=lambda value: (key(value), value))
    places: dict[str | None, int] = {value: place for place, value in enumerate(known)}
    return np.asarray([places.get(value, len(known)) for value in values], dtype=np.int64)


# Columns of the documents


def document_columns(documents: Documents, leaders: Ints) -> tuple[dict[str, NDArray[Any]], dict[str, list[Any]]]:
    """The columns of documents in the order of browsing, and the values of the facets.

    ``leaders`` are the first passages of their groups of repeats.
    """
    oldest = oldest_first(documents).astype(np.int32)
    by_print = np.argsort(documents.prints, kind="stable")
    passage_hash, passage_of_hash = _hash_table(documents.hashes)
    report_hash, report_of_hash = _hash_table(documents.report_hashes)
    columns, values = _facet_columns(documents)
    counts = np.bincount(documents.report, minlength=len(documents.reports))
    return {
        **columns,
        "doc_report": documents.report,
        "doc_bucket": documents.groups,
        "doc_group": leaders,
        "doc_blank": documents.blank,
        "doc_print": documents.prints,
        "doc_added": documents.added,
        "added_rank": _ranks_of(np.argsort(-documents.added, kind="stable")),
        "oldest": oldest,
        "oldest_rank": _ranks_of(oldest),
        "report_added": documents.report_added,
        "report_docs_start": starts(counts),
        "report_docs": np.lexsort((documents.position, documents.report)).astype(np.int32),
        "passage_hash": passage_hash,
        "passage_of_hash": passage_of_hash,
        "report_hash": report_hash,
        "report_of_hash": report_of_hash,
        "print_sorted": documents.prints[by_print],
        "passage_of_print": by_print.astype(np.int32),
    }, values


def _ranks_of(order: Ints | Longs) -> Ints:
    """At which place of the order each passage stands."""
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks


def _facet_columns(documents: Documents) -> tuple[dict[str, NDArray[Any]], dict[str, list[Any]]]:
    values: dict[str, list[Any]] = {}
    columns: dict[str, NDArray[Any]] = {}
    for place, facet in enumerate(("city", "year", "section")):
        found = [report[place] for report in documents.reports]
        columns[f"report_{facet}"], values[facet] = _ordinals(found)
    classes, columns["doc_class"] = _used(documents.classes, documents.place_in_classes)
    columns["class_kind"], values["kind"] = _ordinals([kind for kind, _ in classes])
    columns["class_topics_start"], columns["class_topics"], values["topic"] = _topic_sets(classes)
    said, columns["doc_remarks"] = _used(documents.remarks, documents.place_in_remarks)
    columns["remarks_start"] = starts(np.asarray(list(map(len, said)), dtype=np.int64))
    columns["remarks_city"], values["mentioned"] = _ordinals(city for remarks in said for city, _ in remarks)
    columns["remarks_tone"] = np.asarray([tone for remarks in said for _, tone in remarks], dtype=np.uint8)
    return columns, values


def _used(keys: Sequence[_Key], places: Ints) -> tuple[list[_Key], Ints]:
    """The keys sorted and without what no passage has any more, so that equal archives have equal columns."""
    used = np.unique(places).tolist()
    order = sorted(used, key=lambda place: keys[place])
    numbers = np.full(len(keys), -1, dtype=np.int32)
    numbers[order] = np.arange(len(order), dtype=np.int32)
    return [keys[place] for place in order], renumbered(places, numbers)


def _ordinals(found: Iterable[Any]) -> tuple[Ints, list[Any]]:
    """Places in the sorted list of distinct values, ``None`` last, and that list."""
    found = list(found)
    values = sorted(set(found), key=lambda value: (value is None, value if value is not None else ""))
    places = {value: place for place, value in enumerate(values)}
    return np.asarray([places[value] for value in found], dtype=np.int32), values


def _topic_sets(classes: Sequence[ClassKey]) -> tuple[Longs, Ints, list[Any]]:
    """The topics of each class; a class without topics has the topic ``None``."""
    lists: list[tuple[str | None, ...]] = [topics or (None,) for _, topics in classes]
    found, values = _ordinals(topic for topics in lists for topic in topics)
    return starts(np.asarray(list(map(len, lists)), dtype=np.int64)), found, values


def _hash_table(hashes: Hashes) -> tuple[Hashes, Ints]:
    order = np.argsort(hashes, kind="stable")
    return hashes[order], order.astype(np.int32)


# Collecting


class DocumentsList:
    """Documents that come report by report."""

    def __init__(self) -> None:
        self._reports: list[ReportKey] = []
        self._report_hashes = array("Q")
        self._classes: dict[ClassKey, int] = {}
        self._report = array("i")
        self._position = array("i")
        self._class = array("i")
        self._remarks: dict[RemarksKey, int] = {}
        self._place_in_remarks = array("i")
        self._blank = array("b")
        self._groups = array("Q")
        self._hashes = array("Q")
        self._prints = array("q")
        self._added = array("q")
        self._report_added = array("q")

    def __len__(self) -> int:
        return len(self._report)

    @property
    def reports(self) -> int:
        """How many reports have come."""
        return len(self._reports)

    def add(
        self,
        key: ReportKey,
        identity: int,
        hashes: Iterable[int],
        positions: array[int],
        classes: Iterable[ClassKey],
        remarks: Iterable[RemarksKey],
        blanks: array[int],
        groups: array[int],
        prints: array[int],
        came: int,
        added: array[int],
    ) -> None:
        """Takes a report: its key, the hash of its id, when it came, and of its passages what `Documents` says."""
        self._report.extend([len(self._reports)] * len(positions))
        self._reports.append(key)
        self._report_hashes.append(identity)
        self._position.extend(positions)
        self._class.extend(self._classes.setdefault(found, len(self._classes)) for found in classes)
        self._place_in_remarks.extend(self._remarks.setdefault(found, len(self._remarks)) for found in remarks)
        self._blank.extend(blanks)
        self._groups.extend(groups)
        self._hashes.extend(hashes)
        self._prints.extend(prints)
        self._report_added.append(came)
        self._added.extend(added or [came] * len(positions))

    def documents(self) -> Documents:
        """All that have come, in their order."""
        return Documents(
            reports=self._reports,
            report_hashes=np.asarray(self._report_hashes, dtype=np.uint64),
            classes=list(self._classes),
            report=np.asarray(self._report, dtype=np.int32),
            position=np.asarray(self._position, dtype=np.int32),
            place_in_classes=np.asarray(self._class, dtype=np.int32),
            remarks=list(self._remarks),
            place_in_remarks=np.asarray(self._place_in_remarks, dtype=np.int32),
            blank=np.asarray(self._blank, dtype=np.bool_),
            groups=np.asarray(self._groups, dtype=np.uint64),
            hashes=np.asarray(self._hashes, dtype=np.uint64),
            prints=np.asarray(self._prints, dtype=np.int64),
            added=np.asarray(self._added, dtype=np.int64),
            report_added=np.asarray(self._report_added, dtype=np.int64),
        )
