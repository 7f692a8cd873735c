"""The one place that composes the whole flow: folder → reports → a new build → CURRENT."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from indexer.analysis import ANALYSIS_VERSION, Analyzer
from indexer.build import verify
from indexer.errors import ReportsFolderError, StoreError
from indexer.manifest import FORMAT_VERSION, Manifest, SourceEntry
from indexer.model import Report, SourceFile
from indexer.overrides import OVERRIDES_FILE
from indexer.report import PARSER_VERSION
from indexer.store import Store
from indexer.understanding import digest_of, tasks_of, understand_folder
from indexer.vocabulary import load
from indexer.writer import Counts, write_build

Progress = Callable[[int], None]
"""Told how many files have been read so far."""


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
        self.files += 1
        self.statuses[source.status] += 1
        self.sources.append(SourceEntry(source.file, source.digest, source.status, source.reason, len(source.reports)))
        if not source.reports:
            self.skipped.append(source)
        elif source.reason:
            self.flawed.append(source)
        for report in source.reports:
            self._add_report(report)

    def _add_report(self, report: Report) -> None:
        self.reports += 1
        self.passages += len(report.passages)
        self.warned += bool(report.warnings)
        self.sample = self.sample or report.sample
        missing = [name for name in ("city", "year", "section") if getattr(report, name) is None]
        self.unknown.update(missing)
        if missing or not any(passage.question for passage in report.passages):
            self.doubtful += [(report.source, warning) for warning in report.warnings]

    @property
    def lost(self) -> int:
        """Files whose content is not in the index though it should be: failed and empty ones, and broken archives."""
        return self.statuses["failed"] + self.statuses["empty"] + len(self.flawed)


def rebuild(
    reports_dir: Path, index_dir: Path, *, jobs: int | None = None, progress: Progress | None = None
) -> Summary:
    """Reads every report, writes a new build aside and publishes it; the old one serves until then.

    Raises IndexerError: the folder is missing or holds nothing readable, the index folder cannot be written or is
    locked, reports.toml is faulty. Nothing is published then.
    """
    started = time.monotonic()
    vocabulary = load()
    analyzer = Analyzer(vocabulary)
    summary = Summary()
    sources = understand_folder(reports_dir, vocabulary=vocabulary, jobs=jobs or default_jobs())
    # The folder is looked at before the index is: a slip in its name must not touch the index folder.
    first = next(sources)
    store = Store(index_dir)
    with store.writing() as draft:
        counts = write_build(draft.folder, _reports(first, sources, summary, progress), analyzer, vocabulary)
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


def update(
    reports_dir: Path, index_dir: Path, *, jobs: int | None = None, progress: Progress | None = None
) -> Summary | None:
    """Brings the index up to the folder; ``None`` when nothing has changed since the served build was written.

    The result is that of `rebuild`; raises like it.
    """
    if _is_fresh(reports_dir, index_dir):
        return None
    return rebuild(reports_dir, index_dir, jobs=jobs, progress=progress)


def _is_fresh(reports_dir: Path, index_dir: Path) -> bool:
    """Whether the served build was made of these very files, with this vocabulary, by this version."""
    vocabulary = load()
    tasks = tasks_of(reports_dir, vocabulary)
    try:
        manifest = Store(index_dir).status().current
    except StoreError:
        return False
    if manifest is None or manifest.settings != _settings(reports_dir, Analyzer(vocabulary), vocabulary.version):
        return False
    return {entry.file: entry.digest for entry in manifest.sources} == {task.name: digest_of(task) for task in tasks}


def _settings(reports_dir: Path, analyzer: Analyzer, vocabulary_version: str) -> str:
    """A fingerprint of all that decides beside the files themselves what the index holds."""
    digest = hashlib.sha256()
    versions = (FORMAT_VERSION, ANALYSIS_VERSION, PARSER_VERSION, analyzer.dictionary_version, vocabulary_version)
    digest.update(repr(versions).encode())
    for path in sorted(reports_dir.rglob(OVERRIDES_FILE)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def default_jobs() -> int:
    """As many worker processes as there are processors."""
    return os.cpu_count() or 1


def _reports(
    first: SourceFile, others: Iterator[SourceFile], summary: Summary, progress: Progress | None
) -> Iterator[Report]:
    for source in chain([first], others):
        summary.add(source)
        if progress:
            progress(summary.files)
        yield from source.reports


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
        unknown=dict(summary.unknown),
    )
