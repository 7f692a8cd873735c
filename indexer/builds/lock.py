"""The writer's lock: one writer at a time in an index folder."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Self

from indexer.errors import LockedError

LOCK_FILE = "LOCK"
"""In the index folder."""


class Lock:
    """A lock of the operating system on an open file: it ends with the process, however that ends.

    It is taken when it is made and let go when its block ends. POSIX record locks are not inherited by worker
    processes, so an orphaned worker cannot hold the folder. They do not exclude threads of one process from each other,
    and closing any handle of the file lets go of what the process holds: a file that is held here is not opened again.
    """

    _held: set[Path] = set()  # noqa: RUF012 — shared by all locks of the process on purpose
    _guard = threading.Lock()

    def __init__(self, index_dir: Path) -> None:
        """Takes the lock of an index folder. Raises OSError, and LockedError when another writer has it."""
        self._path = (index_dir / LOCK_FILE).resolve()
        with Lock._guard:
            file = None if self._path in Lock._held else _locked(self._path)
            if file is None:
                raise LockedError(
                    f"В папке «{index_dir}» уже идёт построение индекса. Дождитесь его окончания и повторите команду."
                )
            self._file = file
            Lock._held.add(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with Lock._guard:
            Lock._held.discard(self._path)
            # The lock is gone with the handle, whatever closing says.
            with suppress(OSError):
                self._file.close()


def _locked(path: Path) -> IO[bytes] | None:
    """The file at a path, opened and locked; None where another process has it. Raises OSError."""
    with ExitStack() as unless_locked:
        file = unless_locked.enter_context(path.open("ab"))
        if not _lock_file(file):
            return None
        unless_locked.pop_all()
        return file


if sys.platform == "win32":  # pragma: no cover — the other branch on other systems
    import msvcrt

    def _lock_file(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock_file(file: IO[bytes]) -> bool:
        try:
            fcntl.lockf(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True
