"""What an update keeps: files that need not be read again, because the served build knows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.builds.history import History, read_history
from indexer.builds.lineage import Newcomer
from indexer.builds.manifest import Manifest, SourceEntry
from indexer.builds.store import Store
from indexer.errors import DamagedError
from indexer.index.writer import EarlierBuild, Prepared
from indexer.model import Report
from indexer.rebuild.seen import SeenFile
from indexer.rebuild.taken import Taken, said_of


@dataclass(frozen=True, slots=True)
class Kept:
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


def kept_of(store: Store, files: Sequence[SeenFile], served: Manifest, reading: str, newest: History) -> Kept:
    """The files that are as they were when the served build was written by this version of the program."""
    folder = store.current_dir()
    if served.reading != reading or folder.name != served.stamp:
        return Kept()
    try:
        build = EarlierBuild(folder)
    except (DamagedError, ValueError):
        # A build that cannot be gone on from is no reason to fail: everything is read again.
        return Kept()
    entries = _with_numbers(served.sources)
    # After a rollback the newest memory is not that of the served build: texts may have been others then.
    known = (newest if newest.build == folder.name else read_history(folder)).reports
    reports_of = {name: Newcomer(report.plain, report.member, report.trace) for name, report in known.items()}
    # Names that differ only in bytes that are no text come out alike: such files are read.
    times = Counter(file.task.name for file in files)
    return Kept(
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


def _is_same(entry: SourceEntry, file: SeenFile) -> bool:
    """Whether reading the file would give what the entry says.

    What failed may succeed now, with LibreOffice say, and what was a scan may be recognised.
    """
    was_lost = entry.status in ("failed", "empty") or (entry.status == "read" and entry.reason is not None)
    if file.digest is None or was_lost or file.task.refusal:
        return False
    return entry.digest == file.digest and entry.said == said_of(file.task.said)
