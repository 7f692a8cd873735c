"""Folders for a moment: all of a run lie in one of its own, which the next run removes where this one was killed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_OF_RUN = "DOC_READER_SCRATCH"
"""Names the run's folder to the processes it starts."""
_PREFIX = "doc-reader-"
_OWNED = re.compile(rf"{_PREFIX}([0-9]+)-.*")
"""With the process that made it."""


@contextlib.contextmanager
def folder_of_run() -> Iterator[Path]:
    """A folder for this process and those that it starts meanwhile; removed in the end, whatever they left there."""
    _remove_orphans()
    # No TemporaryDirectory: it would complain where whoever reads gives up half-way and is collected with it.
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    around = os.environ.get(_OF_RUN)  # a copy may be read by itself while others are read
    os.environ[_OF_RUN] = str(folder)
    try:
        yield folder
    finally:
        # Who gave up half-way is collected at any time: another run's folder stays named, one that is gone does not.
        if os.environ.get(_OF_RUN) == str(folder):
            if around is not None and Path(around).is_dir():
                os.environ[_OF_RUN] = around
            else:
                del os.environ[_OF_RUN]
        shutil.rmtree(folder, ignore_errors=True)


def run_folder() -> Path | None:
    """The folder of the run, ``None`` where this process belongs to none."""
    named = os.environ.get(_OF_RUN)
    return Path(named) if named else None


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one conversion. Raises OSError where the system gives none."""
    around = run_folder()
    place = around if around is not None and around.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=place, ignore_cleanup_errors=True) as made:
        yield Path(made)


def _remove_orphans() -> None:
    """What killed processes of this user left; on Windows nobody can be asked whether he lives without harm to him."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            owned = _OWNED.fullmatch(path.name)
            if owned and path.stat().st_uid == os.geteuid() and not _lives(int(owned[1])):
                shutil.rmtree(path, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
