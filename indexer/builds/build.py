"""One opened published build: immutable, safe to share between threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex

from indexer.builds.manifest import Manifest, SourceEntry, check_versions, read_manifest
from indexer.builds.sums import wrong_lengths
from indexer.builds.surroundings import derived
from indexer.errors import IndexerError, ResourceError, StoreError, VersionError, not_opened
from indexer.index.arrays.strings import StringTable
from indexer.index.columns import Columns, ColumnsMeta, open_columns, open_tables
from indexer.index.extracts import stable_hash
from indexer.index.lexical.schema import TEXT_FIELDS, open_whoosh
from indexer.index.texts import Listed, Texts
from indexer.index.vectors import Vectors, open_vectors
from indexer.language.analysis import ANALYSIS_VERSION, Analyzer, shared_analyzer
from indexer.model import Passage, Report, ReportCard
from indexer.vocabulary import Vocabulary, load

Value = str | int | None
T = TypeVar("T")

_REMEMBERED = 50_000
"""Answers kept per build: queries are endless, memory is not."""


class Build:
    """An open build. Everything it gives but ``sources`` is read from mapped files: they stay if the folder goes."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        vocabulary: Vocabulary,
        analyzer: Analyzer,
        texts: Texts,
        absent: Collection[str] = (),
    ) -> None:
        """Use `open_build`; ``absent`` are columns that lie elsewhere."""
        self.folder = folder
        self.stamp = manifest.stamp
        self.manifest = manifest
        self.vocabulary = vocabulary
        self.analyzer = analyzer
        self.texts = texts
        self.columns: Columns
        self.meta: ColumnsMeta
        self.columns, self.meta = open_columns(folder, absent)
        tables = open_tables(folder)
        self.forms: StringTable = tables.forms
        self.lemmas: StringTable = tables.lemmas
        self.spellings: StringTable = tables.spellings
        self.roots: StringTable = tables.roots
        self.phrases: StringTable = tables.phrases
        self.vectors: Vectors | None = open_vectors(folder, len(self.lemmas), self.columns.passages)
        """``None`` where the build was made without a model of words."""
        self._derived = derived(self.meta.values["city"], self.columns.report_city, vocabulary)
        self._values = {**self.meta.values, **{facet: found.values for facet, found in self._derived.items()}}
        self._local = threading.local()
        self._remembered: dict[Hashable, Any] = {}

    @property
    def values(self) -> Mapping[str, list[Value]]:
        """Facet → its values; arrays of places refer to these lists."""
        return self._values

    def report_values(self, facet: str) -> NDArray[np.int32]:
        """For each report the place of its value in `values`, of a facet that reports have."""
        found = self._derived.get(facet)
        places: NDArray[np.int32] = found.places if found else getattr(self.columns, f"report_{facet}")
        return places

    @cached_property
    def sources(self) -> tuple[SourceEntry, ...]:
        """The files that the build was made of; none where they cannot be read any more."""
        try:
            return read_manifest(self.folder).sources
        except StoreError:
            return ()

    def passage(self, number: int) -> Passage:
        """The passage of that number."""
        return self.texts.passage(number)

    def report_of(self, number: int) -> Report:
        """The report that a passage belongs to, without its passages."""
        return self.texts.report(int(self.columns.doc_report[number]))

    def number_of(self, passage_id: str) -> int | None:
        """The number of a passage, ``None`` if there is none with this id."""
        columns = self.columns
        number = _found(columns.passage_hash, columns.passage_of_hash, passage_id)
        return number if number is not None and self.passage(number).id == passage_id else None

    def numbers_with(self, fingerprint: int) -> list[int]:
        """The numbers of the passages whose text has that fingerprint."""
        columns = self.columns
        begin, end = np.searchsorted(columns.print_sorted, [fingerprint, fingerprint + 1]).tolist()
        numbers: list[int] = columns.passage_of_print[begin:end].tolist()
        return numbers

    def forms_of(self, keys: Sequence[str]) -> list[int]:
        """The numbers of the forms with some keys, -1 for one that the archive has not: many at once."""
        columns = self.columns
        hashes = np.asarray([stable_hash(key) for key in keys], dtype=np.uint64)
        places = np.searchsorted(columns.form_hash, hashes)
        numbers = np.append(columns.form_of_hash, -1)[places].tolist() if len(keys) else []
        return [number if self.forms[number] == key else -1 for number, key in zip(numbers, keys, strict=True)]

    def report(self, report_id: str) -> Report | None:
        """A report with its passages by position, ``None`` if there is none with this id."""
        number, columns = self.report_number(report_id), self.columns
        if number is None:
            return None
        docs = columns.report_docs[columns.report_docs_start[number] : columns.report_docs_start[number + 1]]
        return self.texts.report(number, tuple(self.passage(doc) for doc in docs.tolist()))

    def report_number(self, report_id: str) -> int | None:
        """The number of a report, ``None`` if there is none with this id."""
        number = _found(self.columns.report_hash, self.columns.report_of_hash, report_id)
        return number if number is not None and self.texts.report(number).id == report_id else None

    def locate(self, passage_id: str) -> tuple[str, int] | None:
        """Report id and position of a passage, ``None`` if there is none with this id."""
        number = self.number_of(passage_id)
        if number is None:
            return None
        return self.report_of(number).id, self.passage(number).position

    def cards(self) -> tuple[ReportCard, ...]:
        """Every report, newest year first, then by city."""
        return self._cards

    def facet_counts(self) -> Mapping[str, Mapping[Value, int]]:
        """Passages per facet value over the whole archive."""
        return self._facet_counts

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept under a key for as long as the build is open; with too many keys, begun anew."""
        found = self._remembered.get(key)
        if found is None:
            if len(self._remembered) > _REMEMBERED:
                self._remembered = {}
            found = self._remembered[key] = make()
        kept: T = found
        return kept

    def close(self) -> None:
        """Lets go of everything that is mapped, whoever still holds this build; nothing can be asked of it any more."""
        tables = (self.forms, self.lemmas, self.spellings, self.roots, self.phrases)
        for held in (self.texts, self.columns, *tables, self.vectors):
            if held is not None:
                held.close()
        self._remembered = {}
        self.__dict__.pop("_cards", None)

    def whoosh(self) -> FileIndex:
        """The Whoosh index, opened once per thread: its searchers must not be shared."""
        index: FileIndex | None = getattr(self._local, "index", None)
        if index is None:
            index = self._local.index = open_whoosh(str(self.folder), self.analyzer)
        return index

    @cached_property
    def _cards(self) -> tuple[ReportCard, ...]:
        counts = np.diff(self.columns.report_docs_start).tolist()
        added = self.columns.report_added.tolist()
        listed = zip(self.texts.listed(), counts, added, strict=True)
        cards = [_card(report, count, came) for report, count, came in listed]
        return tuple(sorted(cards, key=_card_order))

    @cached_property
    def _facet_counts(self) -> Mapping[str, Mapping[Value, int]]:
        columns = self.columns
        by_report = np.diff(columns.report_docs_start)
        by_class = np.bincount(columns.doc_class, minlength=len(columns.class_kind))
        topics = np.repeat(by_class, np.diff(columns.class_topics_start))
        counted = {
            "city": _summed(columns.report_city, by_report),
            "year": _summed(columns.report_year, by_report),
            "section": _summed(columns.report_section, by_report),
            **{facet: _summed(found.places, by_report) for facet, found in self._derived.items()},
            "kind": _summed(columns.class_kind, by_class),
            "topic": _summed(columns.class_topics, topics),
        }
        return {
            facet: {self.values[facet][place]: int(count) for place, count in enumerate(counts) if count}
            for facet, counts in counted.items()
        }


def open_build(folder: Path, vocabulary: Vocabulary | None = None) -> Build:
    """Opens the build in a folder.

    The lengths of its files are looked at, their checksums are not. Raises VersionError for a build of another version,
    DamagedError for one that is not what was written, ResourceError where the system does not let it be opened now.
    """
    vocabulary = vocabulary or load()
    manifest = read_manifest(folder, sources=False)
    analyzer = shared_analyzer(vocabulary)
    check_versions(manifest, ANALYSIS_VERSION, analyzer.dictionary_version)
    try:
        wrong = wrong_lengths(folder, manifest.files)
        if wrong or not manifest.files:
            raise not_opened(folder, what=next(iter(wrong), ""))
        build = Build(folder, manifest, vocabulary, analyzer, Texts(folder))
    except IndexerError:
        raise
    except Exception as error:
        # What numpy, json and their like raise over bytes that make no sense has no end: a TokenError, for one.
        raise not_opened(folder, error) from error
    if build.meta.stamp != manifest.stamp or not build.columns.passages == len(build.texts) == manifest.passages:
        raise not_opened(folder)
    return build


def verify(folder: Path, vocabulary: Vocabulary | None = None) -> None:
    """Opens a build before it is published and probes it.

    Raises StoreError when it could not be served, ResourceError or OSError where the system refuses for the moment.
    """
    try:
        _verify(folder, vocabulary)
    except (ResourceError, VersionError, OSError, MemoryError):
        raise
    except Exception as error:
        # Whoosh takes a folder that cannot be listed for one without an index, and has errors of its own.
        raise StoreError(
            "Новый индекс не прошёл проверку и не отдаётся: записанное не читается. Отдаётся то же, что и раньше. "
            "Повторите команду; если не поможет, проверьте диск."
        ) from error


def _verify(folder: Path, vocabulary: Vocabulary | None) -> None:
    build = open_build(folder, vocabulary)
    try:
        index = build.whoosh()
        try:
            if index.doc_count() != build.manifest.passages:
                raise not_opened(folder)
            _probe(build, folder)
        finally:
            index.close()
    finally:
        build.close()


def _probe(build: Build, folder: Path) -> None:
    """Asks columns, tables, texts and Whoosh for one word of the archive: all must find the same passage."""
    columns = build.columns
    if not len(columns.lemma_docs):
        return
    lemma = int(np.argmax(np.diff(columns.lemma_start)))
    doc = int(columns.lemma_docs[columns.lemma_start[lemma]])
    word, identity = build.lemmas[lemma], build.passage(doc).id
    with build.whoosh().searcher() as searcher:
        in_whoosh = any(searcher.doc_frequency(field, word) for field in TEXT_FIELDS)
        same = searcher.stored_fields(int(columns.doc_whoosh[doc])).get("id") == identity
    if not (build.lemmas.find(word) == lemma and in_whoosh and same and build.number_of(identity) == doc):
        raise not_opened(folder)


def _summed(places: NDArray[np.int32], weights: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.bincount(places, weights=weights).astype(np.float64)


def _found(hashes: NDArray[np.uint64], owners: NDArray[np.int32], identity: str) -> int | None:
    wanted = np.uint64(stable_hash(identity))
    place = int(np.searchsorted(hashes, wanted))
    return int(owners[place]) if place < len(hashes) and hashes[place] == wanted else None


def _card(report: Listed, passages: int, added: int) -> ReportCard:
    return ReportCard(
        id=report.id,
        source=report.source,
        city=report.city,
        year=report.year,
        section=report.section,
        passages=passages,
        sample=report.sample,
        warnings=tuple(report.warnings),
        added=added,
    )


def _card_order(card: ReportCard) -> tuple[int, bool, str, str, str]:
    return (
        -(card.year or 0),
        card.city is None,
        (card.city or "").lower().replace("ё", "е"),
        card.section or "",
        card.id,
    )
