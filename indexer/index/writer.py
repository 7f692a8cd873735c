"""Passages into one whole build folder: texts, columns, Whoosh index."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexer.index.arrays.steps import Ints, Longs
from indexer.index.collocations import collocations
from indexer.index.columns import open_columns
from indexer.index.derivation import write_columns
from indexer.index.echoes import Kept, groups_of
from indexer.index.extracts import Extract, extract
from indexer.index.inversion import Gathering, Inversion, invert
from indexer.index.lexical.writing import continue_whoosh, documents_in, is_worth_continuing, write_whoosh
from indexer.index.merging import Earlier, Merge, merge
from indexer.index.postings import mean_lengths, postings_of
from indexer.index.texts import Rows, Texts, TextsWriter, report_of, rows_of
from indexer.index.vectors import EarlierVectors, Staying, earlier_vectors, write_vectors
from indexer.language.analysis import Analyzer
from indexer.language.gists import Gists
from indexer.meaning.model import WordModel
from indexer.model import Passage, Report

_DRAFT = "draft-"
_TELL_EVERY = 500
"""Passages between two calls of ``progress``."""

RECOUNTED = 4_000_000
"""Positions: in a smaller archive the frequent phrases are counted anew with each update, which takes half a second;
in a larger one they stay those of the last rebuild."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What went into a build."""

    reports: int
    passages: int


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the vectors of a build are made with."""

    model: WordModel
    others: tuple[str, ...] = ()
    """Words that queries may have beside the archive's lemmas."""
    known: EarlierVectors | None = None
    """Those of the served build: its words need not be reckoned again."""


def meanings(model: WordModel, others: tuple[str, ...], served: Path | None) -> Meanings:
    """With what the build in the folder of the ``served`` one knows already, if that can be read."""
    return Meanings(model, others, earlier_vectors(served) if served else None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report ready to be written: made where it was parsed, so that the writing process has little left to do."""

    extract: Extract
    rows: Rows

    @property
    def passages(self) -> int:
        """How many passages the report has."""
        return len(self.extract.passages)

    def report(self) -> Report:
        """The report with its passages."""
        return report_of(self.rows)

    def dated(self, came: int, added: Iterable[int]) -> Prepared:
        """The same with the times at which the archive first had the report and each of its texts."""
        return replace(self, extract=self.extract.dated(came, added))


def prepare(report: Report, analyzer: Analyzer) -> Prepared:
    """All that writing takes from a report with all its passages."""
    return Prepared(extract(report, analyzer), rows_of(report))


class EarlierBuild:
    """A finished build that the next one goes on from."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError, OSError or ValueError where the build is damaged or older than this program."""
        self.folder = folder
        self.found = Earlier(folder)
        self.texts = Texts(folder)

    def report(self, number: int) -> Report:
        """The report of that number, in order of arrival, with its passages."""
        passages = tuple(self.texts.passage(place) for place in self.found.passages_of(number))
        return self.texts.report(number, passages)


def write_build(
    folder: Path,
    reports: Iterable[Report | Prepared | range],
    analyzer: Analyzer,
    *,
    earlier: EarlierBuild | None = None,
    meaning: Meanings | None = None,
    progress: Callable[[int], None] | None = None,
) -> Counts:
    """Writes texts, columns and Whoosh index of the reports into an empty folder, and vectors where asked for.

    Report and passage ids must be unique. A range stands for reports of the ``earlier`` build, by number. ``progress``
    is told the number of passages taken in so far, now and then. The build's stamp is the folder's name without
    ``draft-``.
    """
    texts = TextsWriter(folder, earlier.texts if earlier else None)
    gathering = Gathering(analyzer)
    gists = Gists(analyzer)
    arrivals = _take_in(reports, gathering, texts, analyzer, progress)
    stamp = folder.name.removeprefix(_DRAFT)
    if earlier:
        passages = _write_on(folder, earlier, gathering, arrivals, texts, analyzer, stamp, meaning, gists)
    else:
        passages = _write_anew(folder, gathering, texts, analyzer, stamp, meaning, gists)
    return Counts(len(arrivals), passages)


def _take_in(
    reports: Iterable[Report | Prepared | range],
    gathering: Gathering,
    texts: TextsWriter,
    analyzer: Analyzer,
    progress: Callable[[int], None] | None,
) -> Ints:
    """Gathers what is new; returns which report each one is, as `merge` takes it."""
    arrivals = array("i")
    told = 0
    for report in reports:
        if isinstance(report, range):
            arrivals.extend(report)
            continue
        prepared = report if isinstance(report, Prepared) else prepare(report, analyzer)
        arrivals.append(-1 - gathering.documents.reports)
        texts.add(prepared.rows)
        gathering.add(prepared.extract)
        taken = len(gathering.documents)
        if progress and taken - told >= _TELL_EVERY:
            progress(taken)
            told = taken
    return np.asarray(arrivals, dtype=np.int32)


def _places_in_texts(merged: Merge, order: Longs) -> Longs:
    """Of each passage of a merge the place at which its text came; ``order`` tells it of the new ones."""
    behind = len(merged.kept) + len(merged.gone)
    return np.concatenate([merged.kept, behind + order])[merged.order]


def _reports_in_texts(arrivals: Ints, earlier: EarlierBuild) -> Longs:
    behind = len(earlier.texts.reports)
    return np.where(arrivals >= 0, arrivals, behind - 1 - arrivals).astype(np.int64)


def _write_anew(
    folder: Path,
    gathering: Gathering,
    texts: TextsWriter,
    analyzer: Analyzer,
    stamp: str,
    meaning: Meanings | None,
    gists: Gists,
) -> int:
    """Writes texts, columns, vectors and Whoosh index; returns how many passages there are."""
    found, order = invert(gathering)
    texts.finish(order)
    with ThreadPoolExecutor(1) as pool:
        # They need nothing but the words, take longest, and leave the interpreter to others.
        vectors = pool.submit(_write_vectors, folder, found, meaning, None)
        phrases = collocations(found.stream, found.zones, found.words, analyzer)
        postings = postings_of(found, mean_lengths(found.zones))
        write_columns(folder, found, postings, phrases, _as_numbered(found), _leaders(folder, found, gists), stamp)
        _write_whoosh(folder, analyzer)
    vectors.result()
    return len(found.documents)


def _write_vectors(folder: Path, found: Inversion, meaning: Meanings | None, staying: Staying | None) -> None:
    if meaning is None:
        return
    write_vectors(
        folder,
        found.words,
        found.stream,
        found.zones,
        meaning.model,
        others=meaning.others,
        known=meaning.known,
        staying=staying,
    )


def _leaders(folder: Path, found: Inversion, gists: Gists, kept: Kept | None = None) -> Ints:
    """The first passages of the groups of repeats; the folder's texts must have been finished."""
    return groups_of(found.documents, found.words, found.stream, found.zones, Texts(folder), gists, kept)


def _kept(merged: Merge, earlier: EarlierBuild) -> Kept:
    columns = earlier.found.columns
    numbers = np.concatenate([merged.kept, np.full(len(merged.order) - len(merged.kept), -1, dtype=np.int64)])
    return Kept(columns.doc_group, numbers[merged.order], np.unique(columns.doc_bucket[merged.gone]))


def _staying(merged: Merge) -> Staying:
    new = np.flatnonzero(merged.order < len(merged.kept))
    return Staying(merged.kept[merged.order[new]], new)


def _write_whoosh(folder: Path, analyzer: Analyzer) -> None:
    """Writes the Whoosh index of the texts and columns of a folder."""
    columns, meta = open_columns(folder)
    texts = Texts(folder)
    write_whoosh(folder, analyzer, columns, meta, [texts.passage_id(number) for number in range(len(texts))])


def _as_numbered(found: Inversion) -> Ints:
    return np.arange(len(found.documents), dtype=np.int32)


def _write_on(
    folder: Path,
    earlier: EarlierBuild,
    gathering: Gathering,
    arrivals: Ints,
    texts: TextsWriter,
    analyzer: Analyzer,
    stamp: str,
    meaning: Meanings | None,
    gists: Gists,
) -> int:
    """Writes texts, columns, vectors and Whoosh index of an earlier build with what has changed."""
    new, order = invert(gathering)
    merged = merge(folder, earlier.found, new, arrivals)
    found = merged.inversion
    texts.finish(_places_in_texts(merged, order), _reports_in_texts(arrivals, earlier))
    is_small = len(found.stream) < RECOUNTED
    phrases = collocations(found.stream, found.zones, found.words, analyzer) if is_small else earlier.found.phrases
    leaders = _leaders(folder, found, gists, _kept(merged, earlier))
    added = np.flatnonzero(merged.order >= len(merged.kept))
    documents = documents_in(earlier.folder, analyzer)
    if is_worth_continuing(earlier.folder, documents, len(merged.kept), len(added)):
        old = earlier.found.columns.doc_whoosh
        numbers = np.concatenate([old[merged.kept], np.arange(documents, documents + len(added), dtype=np.int32)])
        doc_whoosh = numbers[merged.order]
        # Whoosh numbers documents as they come.
        passages = _passages_of(folder, found, added[np.argsort(doc_whoosh[added])])
        with ThreadPoolExecutor(2) as pool:
            whoosh = pool.submit(continue_whoosh, folder, earlier.folder, analyzer, old[merged.gone], passages)
            vectors = pool.submit(_write_vectors, folder, found, meaning, _staying(merged))
            write_columns(folder, found, merged.postings, phrases, doc_whoosh, leaders, stamp)
        whoosh.result()
        vectors.result()
    else:
        _write_vectors(folder, found, meaning, _staying(merged))
        write_columns(folder, found, merged.postings, phrases, _as_numbered(found), leaders, stamp)
        _write_whoosh(folder, analyzer)
    return len(found.documents)


def _passages_of(folder: Path, found: Inversion, numbers: Longs) -> Iterator[tuple[Report, Passage]]:
    """Passages of a folder whose texts have been written, with their reports."""
    texts = Texts(folder)
    for number in numbers.tolist():
        yield texts.report(int(found.documents.report[number])), texts.passage(number)
