"""The one place that composes the whole flow: folder → reports → a new build → CURRENT."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from indexer.analysis import ANALYSIS_VERSION, Analyzer
from indexer.build import verify
from indexer.errors import IndexerError, ReportsFolderError, StoreError
from indexer.manifest import FORMAT_VERSION, Manifest, SourceEntry
from indexer.model import Report, Said, SourceFile
from indexer.overrides import OVERRIDES_FILE
from indexer.report import PARSER_VERSION
from indexer.store import Store
from indexer.understanding import (
    Identity,
    Originals,
    Task,
    as_copy,
    digest_of,
    identity_of,
    in_workers,
    tasks_of,
    understand_file,
    with_id,
)
from indexer.vocabulary import load
from indexer.writer import Counts, EarlierBuild, Prepared, prepare, write_build

Progress = Callable[[int, int], None]
"""Told how many files have been read so far, and of how many."""


@dataclass(slots=True)
class Summary:
    """What a rebuild or a check met; every file is counted once."""

    files: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    passages: int = 0
    skipped: list[SourceFile] = field(default_factory=list)
    """Files that gave no report, with their reasons."""
    flawed: list[SourceFile] = field(default_factory=list)
    """Archives of which only a part could be read."""
    unknown: Counter[str] = field(default_factory=Counter)
    """``city``, ``year``, ``section`` → reports without it."""
    doubtful: list[tuple[str, str]] = field(default_factory=list)
    """File and warning of reports of which city, year, section or questions are not known."""
    warned: int = 0
    """Reports with warnings."""
    sample: bool = False
    seconds: float = 0.0
    stamp: str | None = None
    sources: list[SourceEntry] = field(default_factory=list)

    def add(self, source: SourceFile) -> None:
        """Counts one file."""
        self._add_file(source)
        for report in source.reports:
            self._add_report(report, len(report.passages), any(passage.question for passage in report.passages))

    def add_taken(self, taken: Taken, said: Said) -> None:
        """Counts one file on its way into the index, of which the operator said that."""
        source = taken.source
        self._add_file(source)
        self.sources.append(_entry(taken, said))
        for report, prepared in zip(source.reports, taken.prepared, strict=True):
            self._add_report(report, prepared.passages, prepared.asks)

    def _add_file(self, source: SourceFile) -> None:
        self.files += 1
        self.statuses[source.status] += 1
        if not source.reports:
            self.skipped.append(source)
        elif source.reason:
            self.flawed.append(source)

    def _add_report(self, report: Report, passages: int, asks: bool) -> None:
        self.reports += 1
        self.passages += passages
        self.warned += bool(report.warnings)
        self.sample = self.sample or report.sample
        missing = [name for name in ("city", "year", "section") if getattr(report, name) is None]
        self.unknown.update(missing)
        if missing or not asks:
            self.doubtful += [(report.source, warning) for warning in report.warnings]

    @property
    def lost(self) -> int:
        """Files whose content is not in the index though it should be: failed and empty ones, and broken archives."""
        return self.statuses["failed"] + self.statuses["empty"] + len(self.flawed)


@dataclass(frozen=True, slots=True)
class Taken:
    """One file as the index takes it: everything costly has been done where the file was parsed."""

    source: SourceFile
    """Its reports are without their passages."""
    identity: Identity
    prepared: tuple[Prepared, ...] = ()
    """One for each report."""


@cache
def _analyzer() -> Analyzer:
    """One per worker process."""
    return Analyzer(load())


def take(task: Task) -> Taken:
    """One file from its bytes to what is written of it, as other files do not matter to it; for worker processes."""
    source = understand_file(task)
    prepared = tuple(prepare(report, _analyzer()) for report in source.reports)
    bare = tuple(replace(report, passages=()) for report in source.reports)
    return Taken(replace(source, reports=bare), identity_of(source), prepared)


def _lost(source: SourceFile) -> Taken:
    """A file that gave nothing."""
    return Taken(source, identity_of(source))


def rebuild(
    reports_dir: Path, index_dir: Path, *, jobs: int | None = None, progress: Progress | None = None
) -> Summary:
    """Reads every report, writes a new build aside and publishes it; the old one serves until then.

    Raises IndexerError: the folder is missing or holds nothing readable, the index folder cannot be written or is
    locked, reports.toml is faulty. Nothing is published then.
    """
    return _written(reports_dir, index_dir, jobs, progress, None)


def update(
    reports_dir: Path, index_dir: Path, *, jobs: int | None = None, progress: Progress | None = None
) -> Summary | None:
    """Brings the index up to the folder; ``None`` when nothing has changed since the served build was written.

    Only new and changed files are read. The result is that of `rebuild`; raises like it.
    """
    digests = {task.name: digest_of(task) for task in tasks_of(reports_dir, load())}
    if _is_fresh(reports_dir, index_dir, digests):
        return None
    return _written(reports_dir, index_dir, jobs, progress, digests)


def _written(
    reports_dir: Path,
    index_dir: Path,
    jobs: int | None,
    progress: Progress | None,
    digests: Mapping[str, str | None] | None,
) -> Summary:
    """A new build, published; with the ``digests`` of the files' contents, what the served one has of them is kept."""
    started = time.monotonic()
    vocabulary = load()
    analyzer = Analyzer(vocabulary)
    summary = Summary()
    # The folder is looked at before the index is: a slip in its name must not touch the index folder.
    tasks = tasks_of(reports_dir, vocabulary)
    store = Store(index_dir)
    with store.writing() as draft:
        kept = _kept(store, tasks, digests, _reading(analyzer, vocabulary.version)) if digests else _Kept()
        files = _settled(tasks, kept, jobs or default_jobs(), analyzer)
        reports = _prepared(files, tasks, summary, progress)
        counts = write_build(draft.folder, reports, analyzer, vocabulary, earlier=kept.build)
        if not counts.passages:
            raise ReportsFolderError(
                f"В папке «{reports_dir}» нет ни одного отчёта, который удалось прочитать; прежний индекс оставлен. "
                "Посмотрите, в чём дело: python -m indexer check"
            )
        summary.seconds = time.monotonic() - started
        settings = _settings(reports_dir, analyzer, vocabulary.version)
        summary.stamp = store.publish(draft, _manifest(summary, counts, analyzer, vocabulary.version, settings), verify)
    summary.seconds = time.monotonic() - started
    return summary


def _prepared(
    files: Iterator[Taken], tasks: Sequence[Task], summary: Summary, progress: Progress | None
) -> Iterator[Prepared]:
    for task, taken in zip(tasks, files, strict=True):
        summary.add_taken(taken, task.said)
        if progress:
            progress(summary.files, len(tasks))
        yield from taken.prepared


def _settled(tasks: Sequence[Task], kept: _Kept, jobs: int, analyzer: Analyzer) -> Iterator[Taken]:
    """Every file in path order, copies and double ids settled; read or taken from the served build."""
    originals = Originals()
    reading = in_workers(take, _lost, [task for task in tasks if task.name not in kept.files], jobs)
    for task in tasks:
        taken = kept.taken(task.name) if task.name in kept.files else next(reading)
        source = taken.source
        original = originals.original_of(source.file, source.digest, taken.identity)
        if original:
            yield Taken(as_copy(source, original), taken.identity)
            continue
        if source.status == "duplicate":
            # The build knows of this file only that it was a copy, and its original has gone or changed.
            taken = next(in_workers(take, _lost, [task], 1))
        yield _under(originals.own_ids(taken.identity), taken, analyzer)


def _under(ids: Sequence[str], taken: Taken, analyzer: Analyzer) -> Taken:
    """The file with its reports under those ids."""
    source = taken.source
    if [report.id for report in source.reports] == list(ids):
        return taken
    reports = [with_id(prepared.report(), identity) for prepared, identity in zip(taken.prepared, ids, strict=True)]
    bare = tuple(replace(report, passages=()) for report in reports)
    return replace(
        taken,
        source=replace(source, reports=bare),
        prepared=tuple(prepare(report, analyzer) for report in reports),
    )


# What an update keeps


@dataclass(frozen=True, slots=True)
class _Kept:
    """Files that need not be read again: the served build knows them. Empty for a rebuild."""

    build: EarlierBuild | None = None
    files: Mapping[str, tuple[SourceEntry, int]] = field(default_factory=dict)
    """What the build says of each, and the number of its first report."""

    def taken(self, file: str) -> Taken:
        """The file as reading it would give it; its reports under the ids they have in the build."""
        entry, first = self.files[file]
        found = [self.build.prepared(number) for number in range(first, first + entry.reports)] if self.build else []
        reports = tuple(report for report, _ in found)
        source = SourceFile(entry.file, entry.status, entry.reason, reports, entry.digest)
        return Taken(source, Identity(entry.content, entry.ids), tuple(prepared for _, prepared in found))


def _kept(store: Store, tasks: Sequence[Task], digests: Mapping[str, str | None], reading: str) -> _Kept:
    """The files that are as they were when the served build was written by this version of the program."""
    try:
        manifest = store.status().current
        if manifest is None or manifest.reading != reading:
            return _Kept()
        build = EarlierBuild(store.current_dir())
    except (IndexerError, OSError, ValueError):
        # A damaged build is no reason to fail: everything is read again.
        return _Kept()
    entries = _with_numbers(manifest.sources)
    # Names that differ only in bytes that are no text come out alike: such files are read.
    times = Counter(task.name for task in tasks)
    files = {
        task.name: entries[task.name]
        for task in tasks
        if task.name in entries
        and times[task.name] == 1
        and _is_same(entries[task.name][0], task, digests.get(task.name))
    }
    return _Kept(build, files)


def _with_numbers(sources: Sequence[SourceEntry]) -> dict[str, tuple[SourceEntry, int]]:
    """File → its entry and the number of its first report: reports are numbered in the order of the files."""
    first = 0
    found: dict[str, tuple[SourceEntry, int]] = {}
    for entry in sources:
        found[entry.file] = entry, first
        first += entry.reports
    return found


def _is_same(entry: SourceEntry, task: Task, digest: str | None) -> bool:
    """Whether reading the file would give what the entry says. What failed may succeed now, with LibreOffice say."""
    if digest is None or entry.status == "failed" or task.refusal:
        return False
    return entry.digest == digest and entry.said == _said(task.said)


def _entry(taken: Taken, said: Said) -> SourceEntry:
    source, identity = taken.source, taken.identity
    return SourceEntry(
        file=source.file,
        digest=source.digest,
        status=source.status,
        reason=source.reason,
        reports=len(source.reports),
        said=_said(said),
        content=identity.content,
        ids=identity.ids,
    )


def _said(said: Said) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16] if said != Said() else ""


def _is_fresh(reports_dir: Path, index_dir: Path, digests: Mapping[str, str | None]) -> bool:
    """Whether the served build was made of these very files, with this vocabulary, by this version."""
    vocabulary = load()
    try:
        manifest = Store(index_dir).status().current
    except StoreError:
        return False
    if manifest is None or manifest.settings != _settings(reports_dir, Analyzer(vocabulary), vocabulary.version):
        return False
    return {entry.file: entry.digest for entry in manifest.sources} == digests


def _reading(analyzer: Analyzer, vocabulary_version: str) -> str:
    """A fingerprint of what decides for all files alike what the index holds of them."""
    versions = (FORMAT_VERSION, ANALYSIS_VERSION, PARSER_VERSION, analyzer.dictionary_version, vocabulary_version)
    return hashlib.sha256(repr(versions).encode()).hexdigest()


def _settings(reports_dir: Path, analyzer: Analyzer, vocabulary_version: str) -> str:
    """A fingerprint of all that decides beside the files themselves what the index holds."""
    digest = hashlib.sha256(_reading(analyzer, vocabulary_version).encode())
    for path in sorted(reports_dir.rglob(OVERRIDES_FILE)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def default_jobs() -> int:
    """As many worker processes as there are processors."""
    return os.cpu_count() or 1


def _manifest(summary: Summary, counts: Counts, analyzer: Analyzer, vocabulary_version: str, settings: str) -> Manifest:
    return Manifest(
        stamp="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        format_version=FORMAT_VERSION,
        analysis_version=ANALYSIS_VERSION,
        dictionary_version=analyzer.dictionary_version,
        vocabulary_version=vocabulary_version,
        reports=counts.reports,
        passages=counts.passages,
        sample=summary.sample,
        seconds=round(summary.seconds, 2),
        sources=tuple(summary.sources),
        settings=settings,
        reading=_reading(analyzer, vocabulary_version),
        unknown=dict(summary.unknown),
    )
