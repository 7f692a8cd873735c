"""The writer's lock: one writer at a time in an index folder."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from indexer.errors import LockedError

LOCK_FILE = "LOCK"
"""In the index folder."""


class Lock:
    """A lock of the operating system on an open file: it ends with the process, however that ends.

    POSIX record locks are not inherited by worker processes, so an orphaned worker cannot hold the folder; they do not
    exclude threads of one process from each other, which the set of held paths does.
    """

    _held: set[Path] = set()  # noqa: RUF012 — shared by all locks of the process on purpose
    _guard = threading.Lock()

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        with Lock._guard:
            if self._path in Lock._held:
                # Opening and closing the file again would release the lock this process holds.
                self._file: IO[bytes] | None = None
            else:
                self._file = path.open("ab")

    @contextmanager
    def held(self, index_dir: Path) -> Iterator[None]:
        """Holds the lock. Raises LockedError when another writer has it."""
        file = self._file
        with Lock._guard:
            mine = file is not None and self._path not in Lock._held and _lock_file(file)
            if mine:
                Lock._held.add(self._path)
        if not mine or file is None:
            raise LockedError(
                f"В папке «{index_dir}» уже идёт построение индекса. Дождитесь его окончания и повторите команду."
            )
        try:
            yield
        finally:
            with Lock._guard:
                Lock._held.discard(self._path)
                # The lock is gone with the handle, whatever closing says.
                with suppress(OSError):
                    file.close()


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
