"""The one place that composes the whole flow: folder → reports → a new build → CURRENT."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from indexer.builds.build import verify
from indexer.builds.history import History, member_of, newest_history, read_history, trace_of, write_history
from indexer.builds.lineage import FileOfReports, Lineage, Newcomer
from indexer.builds.losses import losses
from indexer.builds.manifest import FORMAT_VERSION, Manifest, SourceEntry, read_manifest
from indexer.builds.store import Store
from indexer.errors import IndexerError, LossError, ReportsFolderError
from indexer.folders import is_sample
from indexer.index.writer import Counts, EarlierBuild, Meanings, Prepared, meanings, prepare, write_build
from indexer.intake.overrides import OVERRIDES_FILE
from indexer.intake.understanding import (
    Identity,
    Originals,
    Task,
    as_copy,
    digest_of,
    in_workers,
    tasks_of,
    understand_file,
    with_id,
)
from indexer.language.analysis import ANALYSIS_VERSION, Analyzer, shared_analyzer
from indexer.meaning.model import word_model
from indexer.model import Report, Said, SourceFile
from indexer.readers.recognition import AUTO, Recognition
from indexer.report import PARSER_VERSION
from indexer.summary import Summary, entry_of
from indexer.vocabulary import Vocabulary, load

Progress = Callable[[int, int], None]
"""Told how many files have been read so far, and of how many."""

RECOGNISED_FOLDER = "recognised"
"""In the index folder: the texts of scanned pages by the content of their pictures."""

_SETTLED_NS = 3_000_000_000
"""A file changed so shortly ago may change again without its times telling: the coarsest clocks of disks tick every two
seconds."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One file as the index takes it: everything costly has been done where the file was parsed."""

    entry: SourceEntry
    reports: tuple[Prepared | range, ...] = ()
    """Those of the served build, by number, or new ones."""
    newcomers: tuple[Newcomer, ...] = ()
    """What each of them is recognised by."""


def take(task: Task) -> Taken:
    """One file from its bytes to what is written of it, as other files do not matter to it; for worker processes."""
    source = understand_file(task)
    analyzer = shared_analyzer(load())
    return Taken(
        entry_of(source),
        tuple(prepare(report, analyzer) for report in source.reports),
        tuple(
            Newcomer(report.id, member_of(report.source, source.file), trace_of(report)) for report in source.reports
        ),
    )


def _lost(source: SourceFile) -> Taken:
    """A file that gave nothing."""
    return Taken(entry_of(source))


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
    files = _files_in(reports_dir, {}, recognition_in(index_dir, ocr))
    return _written(files, reports_dir, index_dir, jobs, progress, None, started, now)


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

    Only new and changed files are read. The result is that of `rebuild`; raises like it, and LossError when many
    reports of the served build are gone, unless that is allowed.
    """
    started = time.monotonic()
    manifest = _served(Store(index_dir))
    entries = {entry.file: entry for entry in manifest.sources} if manifest else {}
    files = _files_in(reports_dir, entries, recognition_in(index_dir, ocr))
    if manifest and _is_fresh(reports_dir, manifest, files):
        return None
    return _written(files, reports_dir, index_dir, jobs, progress, manifest, started, now, allow_shrink=allow_shrink)


def recognition_in(index_dir: Path, mode: str) -> Recognition:
    """How scans are read; what has been recognised is kept beside the builds."""
    return Recognition(mode, str(index_dir.absolute() / RECOGNISED_FOLDER))


# The folder


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the folder as it was when it was looked at."""

    task: Task
    stamp: str
    """Size, times and number on the disk; empty where they may not tell of a change."""
    digest: str | None
    """SHA-256 of the content where it was worth knowing before reading."""


def _files_in(reports_dir: Path, entries: Mapping[str, SourceEntry], recognition: Recognition) -> list[_File]:
    """The files, with the digests of those that the served build knows: only touched ones are read for that."""
    found = []
    for task in tasks_of(reports_dir, load(), recognition):
        stamp, entry = _stamp(task), entries.get(task.name)
        if entry is None:
            digest = None
        elif stamp and entry.stamp == stamp and not task.refusal and not task.said.skip:
            digest = entry.digest
        else:
            digest = digest_of(task)
        found.append(_File(task, stamp, digest))
    return found


def _stamp(task: Task) -> str:
    try:
        found = os.stat(task.path)  # noqa: PTH116 - making a path of each takes longer than asking the disk
    except OSError:
        return ""
    if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _SETTLED_NS:
        return ""
    # The time of the last change of anything cannot be set back, unlike that of the content.
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}-{found.st_ino}"


def _written(
    files: Sequence[_File],
    reports_dir: Path,
    index_dir: Path,
    jobs: int | None,
    progress: Progress | None,
    served: Manifest | None,
    started: float,
    now: datetime | None,
    *,
    allow_shrink: bool = True,
) -> Summary:
    """A new build, published; with the manifest of the ``served`` one, what that has of the files is kept."""
    vocabulary = load()
    analyzer = shared_analyzer(vocabulary)
    recognition = files[0].task.recognition
    summary = Summary()
    store = Store(index_dir)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    with store.writing() as draft:
        lineage = _lineage(index_dir, files, moment, sample=is_sample(reports_dir))
        reading = _reading(analyzer, vocabulary.version, recognition)
        kept = _kept(store, files, served, reading, lineage.before) if served else _Kept()
        taken = _settled(files, kept, jobs or default_jobs(), analyzer, lineage)
        reports = _counted(taken, len(files), summary, progress)
        meaning = _meanings(store, vocabulary, analyzer)
        counts = write_build(draft.folder, reports, analyzer, earlier=kept.build, meaning=meaning)
        if not counts.passages:
            raise ReportsFolderError(
                f"В папке «{reports_dir}» нет ни одного отчёта, который удалось прочитать; прежний индекс оставлен. "
                "Посмотрите, в чём дело: python -m indexer check"
            )
        _compare(summary, served or _served(store), allow_shrink)
        summary.seconds = time.monotonic() - started
        write_history(draft.folder, lineage.history())
        settings = _settings(reports_dir, analyzer, vocabulary.version, recognition)
        manifest = replace(
            _manifest(summary, counts, analyzer, vocabulary.version, settings, reading),
            created=moment.isoformat(timespec="seconds"),
        )
        summary.stamp = store.publish(draft, manifest, verify)
    summary.seconds = time.monotonic() - started
    return summary


def _meanings(store: Store, vocabulary: Vocabulary, analyzer: Analyzer) -> Meanings | None:
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
    try:
        served: Path | None = store.current_dir()
    except IndexerError:
        served = None
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


def _lineage(index_dir: Path, files: Sequence[_File], moment: datetime, *, sample: bool) -> Lineage:
    """What gives ids and dates: it has to know beforehand which file is where."""
    history = newest_history(index_dir, sample=sample)
    # Without a memory nothing is recognised, and no file needs to be read twice for that.
    digests = {file.task.name: file.digest or (digest_of(file.task) if history.reports else None) for file in files}
    return Lineage(history, digests, int(moment.timestamp()))


def _settled(files: Sequence[_File], kept: _Kept, jobs: int, analyzer: Analyzer, lineage: Lineage) -> Iterator[Taken]:
    """Every file in path order, copies and ids settled; read or taken from the served build."""
    originals = Originals()
    reading = in_workers(take, _lost, [file.task for file in files if file.task.name not in kept.files], jobs)
    for file in files:
        taken = kept.taken(file.task.name) if file.task.name in kept.files else next(reading)
        entry = taken.entry
        original = originals.original_of(entry.file, entry.digest, Identity(entry.content, entry.ids))
        if original:
            taken = _copy(entry, original)
        else:
            if entry.status == "duplicate":
                # The build knows of this file only that it was a copy, and its original has gone or changed.
                taken = next(in_workers(take, _lost, [file.task], 1))
            taken = _under(lineage, taken, kept, analyzer)
        yield _as_of_now(taken, file)


def _as_of_now(taken: Taken, file: _File) -> Taken:
    """With what the operator says and the disk tells of it now: mostly what they did before."""
    said, entry = _said(file.task.said), taken.entry
    if (entry.said, entry.stamp) == (said, file.stamp):
        return taken
    return replace(taken, entry=replace(entry, said=said, stamp=file.stamp))


def _copy(entry: SourceEntry, original: str) -> Taken:
    """A file whose reports are those of another: only what tells it from others is kept."""
    source = as_copy(SourceFile(entry.file, entry.status, digest=entry.digest), original)
    return Taken(replace(entry_of(source), content=entry.content, ids=entry.ids))


def _under(lineage: Lineage, taken: Taken, kept: _Kept, analyzer: Analyzer) -> Taken:
    """The file with its reports under the ids that they once had, or under free ones, and since when they are here."""
    entry = taken.entry
    ids = lineage.settle(FileOfReports(entry.file, entry.digest, entry.content, taken.newcomers))
    if entry.given_ids == ids and all(isinstance(found, range) for found in taken.reports):
        return taken
    found: Iterable[Prepared] = (one for one in taken.reports if isinstance(one, Prepared))
    if entry.given_ids != ids:
        named = zip(kept.reports(taken), ids, strict=True)
        found = (prepare(with_id(report, identity), analyzer) for report, identity in named)
    return replace(
        taken,
        entry=replace(entry, other_ids=ids if ids != entry.ids else ()),
        reports=tuple(one.dated(*lineage.dates(identity)) for one, identity in zip(found, ids, strict=True)),
    )


# What an update keeps


@dataclass(frozen=True, slots=True)
class _Kept:
    """Files that need not be read again: the served build knows them. Empty for a rebuild."""

    build: EarlierBuild | None = None
    files: Mapping[str, tuple[SourceEntry, int]] = field(default_factory=dict)
    """What the build says of each, and the number of its first report."""
    reports_of: Mapping[str, Newcomer] = field(default_factory=dict)
    """Id → what the build remembers of the report."""

    def taken(self, file: str) -> Taken:
        """The file as the build has it."""
        entry, first = self.files[file]
        known = tuple(self.reports_of[name] for name in entry.given_ids) if entry.reports else ()
        return Taken(entry, (range(first, first + entry.reports),), known)

    def reports(self, taken: Taken) -> Iterator[Report]:
        """The reports of a file, with their passages."""
        for found in taken.reports:
            if isinstance(found, Prepared):
                yield found.report()
            elif self.build:
                yield from map(self.build.report, found)


def _served(store: Store) -> Manifest | None:
    """The manifest of the served build; ``None`` where there is none that can be used."""
    try:
        return read_manifest(store.current_dir())
    except IndexerError:
        return None


def _kept(store: Store, files: Sequence[_File], served: Manifest, reading: str, newest: History) -> _Kept:
    """The files that are as they were when the served build was written by this version of the program."""
    try:
        folder = store.current_dir()
        if served.reading != reading or folder.name != served.stamp:
            return _Kept()
        build = EarlierBuild(folder)
    except (IndexerError, OSError, ValueError):
        # A damaged build is no reason to fail: everything is read again.
        return _Kept()
    entries = _with_numbers(served.sources)
    # After a rollback the newest memory is not that of the served build: texts may have been others then.
    known = (newest if newest.build == folder.name else read_history(folder)).reports
    reports_of = {name: Newcomer(report.plain, report.member, report.trace) for name, report in known.items()}
    # Names that differ only in bytes that are no text come out alike: such files are read.
    times = Counter(file.task.name for file in files)
    return _Kept(
        build,
        {
            file.task.name: entries[file.task.name]
            for file in files
            if file.task.name in entries and times[file.task.name] == 1 and _is_same(entries[file.task.name][0], file)
            if not entries[file.task.name][0].reports or known.keys() >= set(entries[file.task.name][0].given_ids)
        },
        reports_of,
    )


def _with_numbers(sources: Sequence[SourceEntry]) -> dict[str, tuple[SourceEntry, int]]:
    """File → its entry and the number of its first report: reports are numbered in the order of the files."""
    first = 0
    found: dict[str, tuple[SourceEntry, int]] = {}
    for entry in sources:
        found[entry.file] = entry, first
        first += entry.reports
    return found


def _is_same(entry: SourceEntry, file: _File) -> bool:
    """Whether reading the file would give what the entry says.

    What failed may succeed now, with LibreOffice say, and what was a scan may be recognised.
    """
    was_lost = entry.status in ("failed", "empty") or (entry.status == "read" and entry.reason is not None)
    if file.digest is None or was_lost or file.task.refusal:
        return False
    return entry.digest == file.digest and entry.said == _said(file.task.said)


def _said(said: Said) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16] if said != Said() else ""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a reports folder differs from what a build was made of."""

    new: int
    changed: int
    gone: int
    otherwise: bool
    """The program, its vocabulary or a reports.toml has changed."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.new or self.changed or self.gone or self.otherwise)


def changes(reports_dir: Path, manifest: Manifest, recognition: Recognition) -> Changes:
    """What an update would find. Raises ReportsFolderError and VocabularyError; changes nothing."""
    entries = {entry.file: entry for entry in manifest.sources}
    files = {file.task.name: file for file in _files_in(reports_dir, entries, recognition)}
    vocabulary = load()
    settings = _settings(reports_dir, shared_analyzer(vocabulary), vocabulary.version, recognition)
    return Changes(
        new=len(files.keys() - entries.keys()),
        changed=sum(name in files and files[name].digest != entry.digest for name, entry in entries.items()),
        gone=len(entries.keys() - files.keys()),
        otherwise=manifest.settings != settings,
    )


def _is_fresh(reports_dir: Path, manifest: Manifest, files: Sequence[_File]) -> bool:
    """Whether the build was made of these very files, with this vocabulary, by this version."""
    vocabulary = load()
    recognition = files[0].task.recognition
    if manifest.settings != _settings(reports_dir, shared_analyzer(vocabulary), vocabulary.version, recognition):
        return False
    return {entry.file: entry.digest for entry in manifest.sources} == {file.task.name: file.digest for file in files}


def _reading(analyzer: Analyzer, vocabulary_version: str, recognition: Recognition) -> str:
    """A fingerprint of what decides for all files alike what the index holds of them."""
    versions = (
        FORMAT_VERSION,
        ANALYSIS_VERSION,
        PARSER_VERSION,
        analyzer.dictionary_version,
        vocabulary_version,
        recognition.mode,
    )
    return hashlib.sha256(repr(versions).encode()).hexdigest()


def _settings(reports_dir: Path, analyzer: Analyzer, vocabulary_version: str, recognition: Recognition) -> str:
    """A fingerprint of all that decides beside the files themselves what the index holds."""
    digest = hashlib.sha256(_reading(analyzer, vocabulary_version, recognition).encode())
    digest.update(recognition.fingerprint().encode())
    for path in sorted(reports_dir.rglob(OVERRIDES_FILE)):
        digest.update(path.read_bytes())
    digest.update(b"sample" if is_sample(reports_dir) else b"own")
    model = word_model()
    if model is not None:
        digest.update(model.name.encode())
    return digest.hexdigest()


def default_jobs() -> int:
    """As many worker processes as there are processors."""
    return os.cpu_count() or 1


def _manifest(
    summary: Summary, counts: Counts, analyzer: Analyzer, vocabulary_version: str, settings: str, reading: str
) -> Manifest:
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
        reading=reading,
        unknown=dict(summary.unknown),
    )
