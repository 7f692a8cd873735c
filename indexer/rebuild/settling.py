"""Every file in its turn: copies told from originals, reports under the ids that they once had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from indexer.builds.history import newest_history
from indexer.builds.lineage import FileOfReports, Lineage
from indexer.index.writer import Prepared, prepare
from indexer.intake.understanding import Identity, Originals, digest_of, in_workers, with_id
from indexer.language.analysis import Analyzer
from indexer.rebuild.kept import Kept
from indexer.rebuild.seen import SeenFile
from indexer.rebuild.taken import Taken, as_of_now, copy_of, lost, take


def lineage_of(index_dir: Path, files: Sequence[SeenFile], moment: datetime, *, sample: bool) -> Lineage:
    """What gives ids and dates: it has to know beforehand which file is where."""
    history = newest_history(index_dir, sample=sample)
    # Without a memory nothing is recognised, and no file needs to be read twice for that.
    digests = {file.task.name: file.digest or (digest_of(file.task) if history.reports else None) for file in files}
    return Lineage(history, digests, int(moment.timestamp()))


def settled(
    files: Sequence[SeenFile], kept: Kept, reading: Iterator[Taken], analyzer: Analyzer, lineage: Lineage
) -> Iterator[Taken]:
    """Every file in path order, copies and ids settled; taken from the served build, else the next that is read."""
    originals = Originals()
    for file in files:
        taken = kept.taken(file.task.name) if file.task.name in kept.files else next(reading)
        entry = taken.entry
        original = originals.original_of(entry.file, entry.digest, Identity(entry.content, entry.ids))
        if original:
            taken = copy_of(entry, original)
        else:
            if entry.status == "duplicate":
                # The build knows of this file only that it was a copy, and its original has gone or changed.
                taken = next(in_workers(take, lost, [file.task], 1))
            taken = _under(lineage, taken, kept, analyzer)
        yield taken


def read(files: Sequence[SeenFile], kept: Kept, jobs: int) -> Iterator[Taken]:
    """The files that are not kept, read in processes, in path order."""
    return in_workers(take, lost, [file.task for file in files if file.task.name not in kept.files], jobs)


def as_now(files: Sequence[SeenFile], taken: Iterator[Taken]) -> Iterator[Taken]:
    """The files with what the operator says and the disk tells of them now."""
    return (as_of_now(one, file) for one, file in zip(taken, files, strict=True))


def _under(lineage: Lineage, taken: Taken, kept: Kept, analyzer: Analyzer) -> Taken:
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
