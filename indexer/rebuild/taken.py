"""One file as the index takes it: everything costly is done where the file is parsed, in a worker process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from indexer.builds.history import member_of, trace_of
from indexer.builds.lineage import Newcomer
from indexer.builds.manifest import SourceEntry
from indexer.index.writer import Prepared, prepare
from indexer.intake.understanding import Task, as_copy, understand_file
from indexer.language.analysis import shared_analyzer
from indexer.model import Said, SourceFile
from indexer.rebuild.seen import SeenFile
from indexer.summary import entry_of
from indexer.vocabulary import load


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


def lost(source: SourceFile) -> Taken:
    """A file that gave nothing."""
    return Taken(entry_of(source))


def as_of_now(taken: Taken, file: SeenFile) -> Taken:
    """With what the operator says and the disk tells of it now: mostly what they did before."""
    said, entry = said_of(file.task.said), taken.entry
    if (entry.said, entry.stamp) == (said, file.stamp):
        return taken
    return replace(taken, entry=replace(entry, said=said, stamp=file.stamp))


def copy_of(entry: SourceEntry, original: str) -> Taken:
    """A file whose reports are those of another: only what tells it from others is kept."""
    source = as_copy(SourceFile(entry.file, entry.status, entry.reason, digest=entry.digest), original)
    own = replace(entry_of(source), content=entry.content, ids=entry.ids, said=entry.said, stamp=entry.stamp)
    return Taken(own)


def said_of(said: Said) -> str:
    """A fingerprint of the operator's word on a file, nothing where there is none."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16] if said != Said() else ""
