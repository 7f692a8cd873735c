"""The one place that composes the whole flow: folder → reports → a new build → CURRENT."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer.builds.build import verify
from indexer.builds.history import write_history
from indexer.builds.losses import losses
from indexer.builds.manifest import FORMAT_VERSION, Manifest
from indexer.builds.store import Draft, Store
from indexer.errors import LossError, ReportsFolderError, VersionError, not_written
from indexer.folders import is_sample
from indexer.index.writer import Counts, Meanings, Prepared, meanings, write_build
from indexer.language.analysis import ANALYSIS_VERSION, Analyzer, shared_analyzer
from indexer.meaning.model import word_model
from indexer.readers.recognition import AUTO, MODES, Recognition
from indexer.rebuild.kept import Kept, kept_of
from indexer.rebuild.parts import FOLDER, Joined, Share, join, reading_of_folder, write_part
from indexer.rebuild.rules import other_rules, rules_of
from indexer.rebuild.seen import SeenFile, files_in, recognition_in
from indexer.rebuild.served import Served, served_build
from indexer.rebuild.settings import is_fresh, reading_of, settings_of
from indexer.rebuild.settling import as_now, lineage_of, read, settled
from indexer.rebuild.taken import Taken
from indexer.summary import Summary
from indexer.vocabulary import Vocabulary, load

Progress = Callable[[int, int], None]
"""Told how many files have been read so far, and of how many."""


def rebuild(
    reports_dir: Path,
    index_dir: Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    ocr: str = AUTO,
    now: datetime | None = None,
) -> Summary:
    """Reads every report, writes a new build aside and publishes it; the old one serves until then.

    What is new came to the archive at the moment ``now``: that of the call where none is given.
    Raises IndexerError: the folder is missing or holds nothing readable, the index folder cannot be written or is
    locked, reports.toml is faulty. Nothing is published then.
    """
    started = time.monotonic()
    # The folder is looked at before the index is: a slip in its name must not touch the index folder.
    files = files_in(reports_dir, {}, recognition_in(index_dir, ocr))
    wanted = _Wanted(reports_dir, index_dir, files, jobs or default_jobs(), progress, started, _moment(now))
    return _written(wanted, served_build(Store(index_dir)), anew=True)


def update(
    reports_dir: Path,
    index_dir: Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    allow_shrink: bool = False,
    ocr: str = AUTO,
    now: datetime | None = None,
) -> Summary | None:
    """Brings the index up to the folder; ``None`` when nothing has changed since the served build was written.

    Only new and changed files are read; all of them where the served build is not what was written, which the summary
    tells. The result is that of `rebuild`; raises like it, and LossError when many reports of the served build are
    gone, unless that is allowed.
    """
    started = time.monotonic()
    served = served_build(Store(index_dir))
    entries = {entry.file: entry for entry in served.manifest.sources} if served.manifest else {}
    files = files_in(reports_dir, entries, recognition_in(index_dir, ocr))
    if served.manifest and not served.damage and is_fresh(reports_dir, served.manifest, files):
        Store(index_dir).tidy()
        return None
    wanted = _Wanted(
        reports_dir, index_dir, files, jobs or default_jobs(), progress, started, _moment(now), allow_shrink
    )
    return _written(wanted, served, anew=False)


def read_part(
    reports_dir: Path,
    index_dir: Path,
    share: Share,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    ocr: str = AUTO,
) -> tuple[Path, int]:
    """Reads the files of one part of the folder into a file below the index folder; returns it and how many they were.

    Raises IndexerError as `rebuild` does. Nothing is published.
    """
    recognition = recognition_in(index_dir, ocr)
    files = files_in(reports_dir, {}, recognition)
    vocabulary = load()
    analyzer = shared_analyzer(vocabulary)
    settings = settings_of(reports_dir, analyzer, vocabulary.version, recognition)
    made_by = reading_of(analyzer, vocabulary.version, recognition)
    whole = reading_of_folder(files, share.parts, settings, made_by, is_sample(reports_dir))
    own = [(place, file) for place, file in enumerate(files) if share.has(file.task.name)]
    taken = as_now([file for _, file in own], read([file for _, file in own], Kept(), jobs or default_jobs()))
    told = _told_of(zip(own, taken, strict=True), len(own), progress)
    try:
        return write_part(index_dir, share, whole, told)
    except OSError as error:
        raise not_written(index_dir, error, "Записать часть") from error


def _told_of(
    files: Iterable[tuple[tuple[int, SeenFile], Taken]], total: int, progress: Progress | None
) -> Iterator[tuple[int, SeenFile, Taken]]:
    for count, ((place, file), taken) in enumerate(files, 1):
        if progress:
            progress(count, total)
        yield place, file, taken


def rebuild_joined(
    paths: Sequence[Path], index_dir: Path, *, progress: Progress | None = None, now: datetime | None = None
) -> Summary:
    """Publishes a build of what several machines have read: the one that `rebuild` would make of the whole folder.

    Raises StoreError where the parts do not belong together or are of another version of the program.
    """
    started = time.monotonic()
    joined = join(paths)
    vocabulary = load()
    analyzer = shared_analyzer(vocabulary)
    if all(
        joined.reading.reading != reading_of(analyzer, vocabulary.version, recognition_in(index_dir, mode))
        for mode in MODES
    ):
        raise VersionError("Части прочитаны другой версией программы: прочитайте их этой.")
    wanted = _Wanted(index_dir / FOLDER, index_dir, joined.files, 1, progress, started, _moment(now), joined=joined)
    return _written(wanted, served_build(Store(index_dir)), anew=True)


def _moment(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be built."""

    reports_dir: Path
    index_dir: Path
    files: Sequence[SeenFile]
    jobs: int
    progress: Progress | None
    started: float
    moment: datetime
    """When what is new came to the archive."""
    allow_shrink: bool = True
    joined: Joined | None = None
    """What other machines have read; then no file is read here."""

    @property
    def recognition(self) -> Recognition:
        return self.files[0].task.recognition


def _written(wanted: _Wanted, served: Served, *, anew: bool) -> Summary:
    """A new build, published. Unless it is made ``anew``, what the ``served`` one has of the files is kept."""
    store, summary = Store(wanted.index_dir), Summary(damage=served.damage)
    with store.writing() as draft:
        manifest = _drafted(draft, store, wanted, served, summary, anew=anew)
        summary.stamp = store.publish(draft, manifest, verify, spoilt=served.damage is not None)
    summary.seconds = time.monotonic() - wanted.started
    return summary


def _drafted(draft: Draft, store: Store, wanted: _Wanted, served: Served, summary: Summary, *, anew: bool) -> Manifest:
    """All files of a build but its manifest; that is returned."""
    vocabulary = load()
    analyzer = shared_analyzer(vocabulary)
    joined = wanted.joined
    sample = joined.reading.sample if joined else is_sample(wanted.reports_dir)
    lineage = lineage_of(wanted.index_dir, wanted.files, wanted.moment, sample=sample)
    made_by = joined.reading.reading if joined else reading_of(analyzer, vocabulary.version, wanted.recognition)
    kept = Kept()
    if served.manifest and served.folder and not anew:
        summary.other_rules = other_rules(served.manifest.rules, rules_of(analyzer, vocabulary.version))
        kept = kept_of(store, wanted.files, served.manifest, made_by, lineage.before)
    joined = wanted.joined
    reading = joined.taken(analyzer) if joined else read(wanted.files, kept, wanted.jobs)
    taken = settled(wanted.files, kept, reading, analyzer, lineage)
    # What parts tell of their files is of the machines that read them.
    taken = taken if joined else as_now(wanted.files, taken)
    reports = _counted(taken, len(wanted.files), summary, wanted.progress)
    meaning = _meanings(served.folder, vocabulary, analyzer)
    counts = write_build(draft.folder, reports, analyzer, earlier=kept.build, meaning=meaning)
    _refuse_nothing(counts, wanted.reports_dir)
    _compare(summary, served.manifest, wanted.allow_shrink)
    write_history(draft.folder, lineage.history())
    summary.seconds = time.monotonic() - wanted.started
    if joined:
        settings = joined.reading.settings
    else:
        settings = settings_of(wanted.reports_dir, analyzer, vocabulary.version, wanted.recognition)
    return _manifest(summary, counts, analyzer, vocabulary.version, settings, made_by, wanted.moment)


def _refuse_nothing(counts: Counts, reports_dir: Path) -> None:
    if not counts.passages:
        raise ReportsFolderError(
            f"В папке «{reports_dir}» нет ни одного отчёта, который удалось прочитать; прежний индекс оставлен. "
            "Посмотрите, в чём дело: python -m indexer check"
        )


def _meanings(served: Path | None, vocabulary: Vocabulary, analyzer: Analyzer) -> Meanings | None:
    """What the vectors are made with; ``None`` where no model of words is installed.

    Words of the vocabulary's synonyms have vectors too: a query with them then needs no model.
    """
    model = word_model()
    if model is None:
        return None
    others = {
        form.lemmas[0][0]
        for group in vocabulary.synonyms
        for term in group.terms
        for form, _, _ in analyzer.forms(term)
    }
    return meanings(model, tuple(sorted(others)), served)


def _compare(summary: Summary, replaced: Manifest | None, allow_shrink: bool) -> None:
    """Notes what the new build lacks of the one it replaces. Raises LossError where that must not be."""
    if replaced is None:
        return
    summary.replaces_sample = replaced.sample and not summary.sample
    if replaced.sample:
        return
    summary.lost_reports = losses(replaced.sources, summary.sources)
    if summary.lost_reports.are_many and not allow_shrink:
        raise LossError(
            f"Из индекса исчезло бы много отчётов сразу, {summary.lost_reports.told}; прежний индекс оставлен. "
            "Проверьте, на месте ли файлы (не отключён ли диск); если так и надо: "
            "python -m indexer update --allow-shrink"
        )


def _counted(
    files: Iterator[Taken], total: int, summary: Summary, progress: Progress | None
) -> Iterator[Prepared | range]:
    for taken in files:
        summary.add_entry(taken.entry)
        summary.sources.append(taken.entry)
        if progress:
            progress(summary.files, total)
        yield from taken.reports


def default_jobs() -> int:
    """As many worker processes as there are processors."""
    return os.cpu_count() or 1


def _manifest(
    summary: Summary,
    counts: Counts,
    analyzer: Analyzer,
    vocabulary_version: str,
    settings: str,
    reading: str,
    moment: datetime,
) -> Manifest:
    return Manifest(
        stamp="",
        created=moment.isoformat(timespec="seconds"),
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
        reading=reading,
        rules=rules_of(analyzer, vocabulary_version),
        unknown=dict(summary.unknown),
    )
