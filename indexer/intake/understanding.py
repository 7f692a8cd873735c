"""One file, then the whole folder, from bytes to reports: read, parse, tell copies and double ids."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from indexer.errors import EmptyFileError, ReadError, ReportsFolderError, reason_of
from indexer.intake.enclosures import joined, noted, with_enclosures
from indexer.intake.folder import FolderFile, list_files
from indexer.intake.overrides import Overrides, load_overrides
from indexer.intake.pictured import unread_pictures
from indexer.intake.recognised import LEAST_KNOWN, hopeless, known_share, recognised_warning, warned
from indexer.intake.soundness import sound
from indexer.language.analysis import shared_analyzer
from indexer.model import Content, Report, Said, SourceFile, letters_of
from indexer.readers import archive, format_of, isolated, limits, read_document, recognition
from indexer.readers.prepared import prepared
from indexer.readers.recognition import Recognition
from indexer.report import Depth, Fate, Parsed, ReportParser
from indexer.report.parser import renamed
from indexer.vocabulary import Vocabulary, load

Result = TypeVar("Result")

_MOST_FAULTS = 30
SKIPPED = "Пропущен: так сказано в reports.toml."


@dataclass(frozen=True, slots=True)
class Task:
    """One file to understand, as it is handed to a worker process."""

    name: str
    path: str
    said: Said
    refusal: str | None = None
    recognition: Recognition = Recognition()
    """How scans are read."""
    depth: Depth = Depth.WHOLE
    """How closely the answers are looked at."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A file with the fate of each of its blocks, for those who want to see the machine think."""

    source: SourceFile
    fates: tuple[Fate, ...] = ()


@cache
def _parser() -> ReportParser:
    """One parser per process: its caches of words are worth keeping."""
    vocabulary = load()
    return ReportParser(vocabulary, shared_analyzer(vocabulary))


def understand_file(task: Task) -> SourceFile:
    """One file as the folder's other files do not matter to it; never raises for what stands in the file."""
    return understand_closely(task).source


def understand_closely(task: Task) -> Understood:
    """Like `understand_file`, with the fate of every block."""
    with recognition.using(task.recognition):
        return _understood(task)


def _understood(task: Task) -> Understood:
    if task.refusal:
        return Understood(SourceFile(task.name, "failed", task.refusal))
    if task.said.skip:
        return Understood(SourceFile(task.name, "read", SKIPPED))
    try:
        data = _content_of(Path(task.path))
    except ReadError as error:
        return Understood(SourceFile(task.name, "failed", str(error)))
    except OSError as error:
        return Understood(SourceFile(task.name, "failed", _unopened(error)))
    digest = hashlib.sha256(data).hexdigest()
    if format_of(data, task.name) == "zip":
        return _archive(task, data, digest)
    return _document(task.name, data, digest, task)


def _unopened(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "Файл не открывается: проверьте права доступа к нему."
    return f"Файл не открывается: {reason_of(error)[0]}."


def digest_of(task: Task) -> str | None:
    """SHA-256 of the file's bytes, hexadecimal; ``None`` where it is not to be read or cannot be."""
    if task.refusal or task.said.skip:
        return None
    try:
        return hashlib.sha256(_content_of(Path(task.path))).hexdigest()
    except (ReadError, OSError):
        return None


def _content_of(path: Path) -> bytes:
    """The bytes of a file; too large ones are refused before they are read. Raises ReadError and OSError."""
    limit = limits.MAX_ARCHIVE_BYTES
    if path.stat().st_size > limit:
        raise ReadError(f"Файл больше {limit // 2**20} МБ: разделите его на части.")
    return path.read_bytes()


def _document(name: str, data: bytes, digest: str, task: Task) -> Understood:
    try:
        content, health = sound(read_document(data, name))
    except EmptyFileError as error:
        return Understood(SourceFile(name, "empty", str(error), digest=digest))
    except ReadError as error:
        return Understood(SourceFile(name, "failed", str(error), digest=digest))
    whole, enclosed = with_enclosures(content, lambda inner, path: _parsed(inner, f"{name}/{path}", task.said))
    parsed = joined(_parsed(whole, name, task.said), enclosed, whole)
    if whole.recognised:
        share = known_share(whole.recognised, shared_analyzer(load()).is_known)
        if share < LEAST_KNOWN:
            return Understood(SourceFile(name, "empty", hopeless(share), digest=digest))
        parsed = warned(parsed, recognised_warning(share))
    reason = " ".join((*whole.losses, *unread_pictures(whole, parsed))) or None
    reports = _parser().told(health.told_by(parsed.reports), task.depth)
    return Understood(SourceFile(name, "read", reason, reports, digest), parsed.fates)


def _parsed(content: Content, path: str, said: Said) -> Parsed:
    """The reports of a content, with the reader's notes among their evidence."""
    parsed = _parser().parse(content.blocks, path, said, content.letterhead)
    return noted(parsed, content.notes) if content.notes else parsed


def _archive(task: Task, data: bytes, digest: str) -> Understood:
    """An archive is one file of the folder; its reports are those of its members, its reason names bad members."""
    reports: list[Report] = []
    fates: list[Fate] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    try:
        for member in archive.members(data, task.name):
            if member.data is None:
                faults.append(f"{member.name}: {member.error}")
                continue
            member_digest = hashlib.sha256(member.data).hexdigest()
            if member_digest in seen:
                faults.append(f"{member.name}: повторяет {seen[member_digest]}.")
                continue
            seen[member_digest] = member.name
            inner = _document(f"{task.name}/{member.name}", member.data, member_digest, task)
            reports.extend(inner.source.reports)
            fates.extend(replace(fate, report=fate.report + len(reports)) for fate in inner.fates)
            if inner.source.reason:
                faults.append(f"{member.name}: {inner.source.reason}")
    except ReadError as error:
        faults.append(str(error))
    status = "read" if reports else "failed" if faults else "empty"
    reason = _told(faults) or (None if reports else "В архиве нет отчётов.")
    return Understood(SourceFile(task.name, status, reason, tuple(reports), digest), tuple(fates))


def _told(faults: Sequence[str]) -> str:
    """The sentences of an archive's members, so many as somebody reads."""
    rest = len(faults) - _MOST_FAULTS
    return " ".join(faults) if rest <= 0 else f"{' '.join(faults[:_MOST_FAULTS])} И ещё таких файлов в архиве: {rest}."


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a file from its copies, and its reports from those of other files."""

    content: str | None
    """A fingerprint of whose reports they are and of their letters; ``None`` without reports."""
    ids: tuple[str, ...]
    """The ids of the reports as the file alone gives them."""


def identity_of(source: SourceFile) -> Identity:
    """The identity of a file that has been understood alone."""
    content = _content(source.reports) if source.reports else None
    return Identity(content, tuple(report.id for report in source.reports))


@dataclass(slots=True)
class Originals:
    """What has been met so far, in path order: the first of equals is the original."""

    digests: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def settle(self, source: SourceFile) -> SourceFile:
        """The file as a copy if it is one, else with ids that no earlier file has."""
        identity = identity_of(source)
        original = self.original_of(source.file, source.digest, identity)
        if original:
            return as_copy(source, original)
        ids = self.own_ids(identity)
        return replace(source, reports=tuple(map(with_id, source.reports, ids)))

    def original_of(self, file: str, digest: str | None, identity: Identity) -> str | None:
        """The earlier file whose copy this one is; ``None`` for an original, which is remembered."""
        if digest is None or identity.content is None:
            return None
        same_bytes = self.digests.setdefault(digest, file)
        same_text = self.contents.setdefault(identity.content, file)
        return next((name for name in (same_bytes, same_text) if name != file), None)

    def own_ids(self, identity: Identity) -> tuple[str, ...]:
        """Ids for the reports of an original that no earlier report has."""
        return tuple(map(self._own_id, identity.ids))

    def _own_id(self, identity: str) -> str:
        number = self.ids[identity] = self.ids.get(identity, 0) + 1
        if number == 1:
            return identity
        other = f"{identity}-{number}"
        self.ids[other] = 1
        return other


_SAME = ": прочитано то же самое."


def as_copy(source: SourceFile, original: str) -> SourceFile:
    """The file without reports, for they are those of the original; what was not read of it stays told."""
    own = source.reason or ""
    unread = own.partition(_SAME)[2] if source.status == "duplicate" else own
    reason = f"Повторяет файл «{original}»{_SAME} {unread.strip()}".rstrip()
    return replace(source, status="duplicate", reason=reason, reports=())


def with_id(report: Report, identity: str) -> Report:
    """The report under that id, its passages' ids with it."""
    return report if report.id == identity else renamed(report, identity)


def _content(reports: Iterable[Report]) -> str:
    """A fingerprint of whose reports they are and of their letters: the same report saved in another format."""
    digest = hashlib.sha256()
    for report in reports:
        digest.update(report.id.encode())
        for passage in report.passages:
            digest.update(letters_of(f"{passage.question or ''}{passage.text}").lower().encode())
    return digest.hexdigest()


def understand_folder(
    folder: Path,
    *,
    vocabulary: Vocabulary | None = None,
    jobs: int = 1,
    until: str | None = None,
    recognition: Recognition | None = None,
    depth: Depth = Depth.WHOLE,
) -> Iterator[SourceFile]:
    """Every file of the folder in path order, copies and double ids settled; ``until`` stops behind a file.

    Of the files before that one only the outline is made out, whatever the ``depth``.

    Raises ReportsFolderError for a missing or empty folder, VocabularyError for a faulty reports.toml.
    """
    tasks = tasks_of(folder, vocabulary or load(), recognition)
    wanted = [task for task in tasks if until is None or task.name <= until]
    looked_at = (replace(t, depth=depth if until in (None, t.name) else Depth.OUTLINE) for t in wanted)
    return _settled(list(looked_at), jobs)


def _settled(tasks: Sequence[Task], jobs: int) -> Iterator[SourceFile]:
    originals = Originals()
    for source in in_workers(understand_file, lambda source: source, tasks, jobs):
        yield originals.settle(source)


def in_workers(
    work: Callable[[Task], Result], failed: Callable[[SourceFile], Result], tasks: Sequence[Task], jobs: int
) -> Iterator[Result]:
    """What ``work``, done in ``jobs`` processes, makes of each file, in their order.

    Where it gives nothing (a file that hangs or crashes its process), what ``failed`` makes of the failed file.
    """
    results = _in_workers(work, failed, tasks, jobs)
    # The processes start now, and what was begun is ended with the generator, whether or not it is read.
    next(results)
    return results  # type: ignore[return-value] # the first one was no result


def _in_workers(
    work: Callable[[Task], Result], failed: Callable[[SourceFile], Result], tasks: Sequence[Task], jobs: int
) -> Iterator[Result | None]:
    """Nothing, as soon as the processes have work, then the results."""
    with prepared() as together:  # before the processes start, so that all of them know
        outcomes = isolated.run(work, tasks, jobs=jobs, together=together)
        yield None
        for outcome in outcomes:
            broken = SourceFile(outcome.task.name, "failed", outcome.error)
            yield failed(broken) if outcome.result is None else outcome.result


def tasks_of(folder: Path, vocabulary: Vocabulary, recognition: Recognition | None = None) -> list[Task]:
    """A task for every file of the folder. Raises like `understand_folder`."""
    files = list_files(folder)
    if not files:
        raise ReportsFolderError(
            f"В папке «{folder}» нет ни одного файла. Положите в неё отчёты или укажите другую папку: --reports ПАПКА"
        )
    overrides = load_overrides(folder, vocabulary)
    return [_task(file, overrides, recognition or Recognition()) for file in files]


def remarks_on(folder: Path, vocabulary: Vocabulary) -> list[str]:
    """What the operator should know of a folder's reports.toml files: rules without effect. Raises like `tasks_of`."""
    files = [file.name for file in list_files(folder)]
    return load_overrides(folder, vocabulary).remarks(files)


def _task(file: FolderFile, overrides: Overrides, recognition: Recognition) -> Task:
    return Task(file.name, str(file.path), overrides.said(file.name), file.refusal, recognition)


def understand_alone(file: Path, folder: Path, recognition: Recognition | None = None) -> Understood:
    """One file, anywhere. In the reports folder it is understood as ``check`` would: copies and ids settled.

    Raises ReadError when there is no such file, VocabularyError for a faulty reports.toml.
    """
    recognition = recognition or Recognition()
    task = _task_in(folder, file, recognition)
    if task is None:
        if not file.is_file():
            raise ReadError(f"Файла «{file}» нет: проверьте имя.")
        return _isolated(Task(file.name, str(file), Said(), recognition=recognition))
    understood = _isolated(task)
    for source in understand_folder(folder, until=task.name, recognition=recognition):
        if source.file == task.name:
            return replace(understood, source=source)
    return understood


def _task_in(folder: Path, file: Path, recognition: Recognition) -> Task | None:
    """The file's task if it is one of the folder's; a relative name may also be meant from the folder."""
    places = {path.resolve() for path in (file, folder / file) if path.is_file()}
    if not places or not folder.is_dir():
        return None
    return next((task for task in tasks_of(folder, load(), recognition) if Path(task.path).resolve() in places), None)


def _isolated(task: Task) -> Understood:
    outcome = next(iter(isolated.run(understand_closely, [task], jobs=1)))
    return outcome.result or Understood(SourceFile(task.name, "failed", outcome.error))
