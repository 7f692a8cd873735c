"""The writer's lock between threads and processes."""

from __future__ import annotations

import errno
import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from indexer.builds import lock
from indexer.builds.lock import Lock
from indexer.errors import LockedError

ROOT = Path(__file__).parents[2]

_TRY = """
import sys
from pathlib import Path
from indexer.builds.lock import Lock
from indexer.errors import LockedError
try:
    with Lock(Path({folder!r})):
        pass
except LockedError:
    sys.exit(3)
"""


def _other_process(folder: Path) -> int:
    return subprocess.run([sys.executable, "-c", _TRY.format(folder=str(folder))], cwd=ROOT, check=False).returncode


def test_who_is_refused_takes_nothing_from_the_holder(tmp_path: Path) -> None:
    # Closing a second handle of the file would let go of the lock of the whole process.
    with Lock(tmp_path):
        for _ in range(3):
            with pytest.raises(LockedError, match="уже идёт"):
                Lock(tmp_path)
        gc.collect()
        assert _other_process(tmp_path) == 3
    assert _other_process(tmp_path) == 0


def test_one_of_many_threads_has_it(tmp_path: Path) -> None:
    inside, most, had = 0, 0, 0
    at_once = threading.Barrier(8)

    def take() -> None:
        nonlocal inside, most, had
        at_once.wait()
        for _ in range(200):
            try:
                with Lock(tmp_path):
                    inside += 1
                    most, had = max(most, inside), had + 1
                    inside -= 1
            except LockedError:
                continue

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1 and had
    assert _other_process(tmp_path) == 0


def test_nothing_stays_open_where_another_process_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def refused(file: object) -> bool:
        opened.append(file)
        return False

    with monkeypatch.context() as other:
        other.setattr(lock, "_lock_file", refused)
        with pytest.raises(LockedError):
            Lock(tmp_path)
    assert [file.closed for file in opened] == [True]  # type: ignore[attr-defined]
    with Lock(tmp_path):
        pass


def test_a_system_without_locks_is_told_and_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def none_left(file: object) -> bool:
        opened.append(file)
        raise OSError(errno.ENOLCK, "no locks")

    with monkeypatch.context() as other:
        other.setattr(lock, "_lock_file", none_left)
        with pytest.raises(OSError, match="no locks"):
            Lock(tmp_path)
    assert [file.closed for file in opened] == [True]  # type: ignore[attr-defined]
