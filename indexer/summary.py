"""What a rebuild, an update or a check met: every file counted, what is missing listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from indexer.builds.losses import Losses
from indexer.builds.manifest import SourceEntry
from indexer.intake.understanding import identity_of
from indexer.model import SourceFile


@dataclass(slots=True)
class Summary:
    """What a rebuild or a check met; every file is counted once."""

    files: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    passages: int = 0
    skipped: list[SourceEntry] = field(default_factory=list)
    """Files that gave no report, with their reasons."""
    flawed: list[SourceEntry] = field(default_factory=list)
    """Files of which only a part could be read, with what is lost."""
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
    lost_reports: Losses | None = None
    """What the build lacks of the one it replaces; ``None`` without one, and where own reports replace the sample."""
    damage: str | None = None
    """What was wrong with the served build: nothing of it was kept then."""
    other_rules: list[str] = field(default_factory=list)
    """The sets of rules that have changed since the served build was made: nothing of it was kept then."""
    replaces_sample: bool = False
    """The build is of own reports, the one it replaces of the sample."""

    def add(self, source: SourceFile) -> None:
        """Counts one file."""
        self.add_entry(entry_of(source))

    def add_entry(self, entry: SourceEntry) -> None:
        """Counts one file by what is kept of it."""
        self.files += 1
        self.statuses[entry.status] += 1
        if not entry.reports:
            self.skipped.append(entry)
        elif entry.reason:
            self.flawed.append(entry)
        self.reports += entry.reports
        self.passages += entry.passages
        self.unknown.update(entry.unknown)
        self.doubtful += entry.doubts
        self.warned += entry.warned
        self.sample = self.sample or entry.sample

    @property
    def lost(self) -> int:
        """Files whose content is not in the index though it should be: failed and empty ones, and broken archives."""
        return self.statuses["failed"] + self.statuses["empty"] + len(self.flawed)


def entry_of(source: SourceFile) -> SourceEntry:
    """What is kept of a file that has been understood alone."""
    identity = identity_of(source)
    doubts: list[tuple[str, str]] = []
    unknown: list[str] = []
    for report in source.reports:
        missing = [name for name in ("city", "year", "section") if getattr(report, name) is None]
        unknown += missing
        if missing or not any(passage.question for passage in report.passages):
            doubts += [(report.source, warning) for warning in report.warnings]
    return SourceEntry(
        file=source.file,
        digest=source.digest,
        status=source.status,
        reason=source.reason,
        reports=len(source.reports),
        content=identity.content,
        ids=identity.ids,
        passages=sum(len(report.passages) for report in source.reports),
        unknown=tuple(unknown),
        doubts=tuple(doubts),
        warned=sum(bool(report.warnings) for report in source.reports),
        sample=any(report.sample for report in source.reports),
    )
