"""The reports folder as it stands: its files, which of them may have changed since the served build was written."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.builds.manifest import SourceEntry
from indexer.intake.understanding import Task, digest_of, tasks_of
from indexer.readers.recognition import Recognition
from indexer.vocabulary import load

RECOGNISED_FOLDER = "recognised"
"""In the index folder: the texts of scanned pages by the content of their pictures."""

_SETTLED_NS = 3_000_000_000
"""A file changed so shortly ago may change again without its times telling: the coarsest clocks of disks tick every two
seconds."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file of the folder as it was when it was looked at."""

    task: Task
    stamp: str
    """Size, times and number on the disk; empty where they may not tell of a change."""
    digest: str | None
    """SHA-256 of the content where it was worth knowing before reading."""


def files_in(reports_dir: Path, entries: Mapping[str, SourceEntry], recognition: Recognition) -> list[SeenFile]:
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
        found.append(SeenFile(task, stamp, digest))
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


def recognition_in(index_dir: Path, mode: str) -> Recognition:
    """How scans are read; what has been recognised is kept beside the builds."""
    return Recognition(mode, str(index_dir.absolute() / RECOGNISED_FOLDER))
