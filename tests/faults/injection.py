"""Makes one call that touches the disk fail: in this process, below one folder, from Python.

Wrapped are the functions of `os` that `pathlib`, `shutil`, numpy and Whoosh go through, `open`, what opened files are
asked to do, and `mmap.mmap`. Install it in a child process that ends afterwards: nothing is put back.

Calls are told apart by their class: what is asked, of which kind of file, by which line of code that was called by
which others. The n-th call of a class is the same in every run, also where threads take turns.
"""

from __future__ import annotations

import builtins
import errno
import io
import mmap
import os
import re
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import indexer

KILL = "kill"
FAULTS = {"space": errno.ENOSPC, "io": errno.EIO, "right": errno.EACCES, "handles": errno.EMFILE}
"""What the system says → its number."""

_PATHS = (
    "open",
    "replace",
    "rename",
    "link",
    "unlink",
    "remove",
    "mkdir",
    "rmdir",
    "truncate",
    "scandir",
    "listdir",
    "stat",
)
_HANDLES = ("fsync", "ftruncate", "posix_fallocate", "fdatasync")
_OF_FILES = ("read", "readline", "readinto", "write", "flush", "close", "truncate")

_MAKES = {"open-w", "mkdir", "link", "replace", "rename"}
ASKS_FOR_SPACE = {*_MAKES, "write", "flush", "close-w", "fsync", "posix_fallocate"}
CHANGES = {*ASKS_FOR_SPACE, "unlink", "remove", "rmdir", "truncate", "ftruncate", "fdatasync"}
"""Between two of these the disk stays as it is: who dies at a call that only looks leaves what the next one finds."""
NAMES = _MAKES - {"open-w"}
"""What gives names: each of these calls is the end of a step."""
ASKS_FOR_A_RIGHT = {*_MAKES, "open", "unlink", "remove", "rmdir", "scandir", "stat"}
ASKS_FOR_A_HANDLE = {"open", "open-w", "scandir", "mmap"}


_STAMP = re.compile(r"\d{8}T\d{6}(-[0-9a-f]{6})?")
_CHANCE = re.compile(r"(?<=MAIN_)[a-z0-9]{16}|[a-z0-9]+(?=\.ctmp)|(?<=[.-])\d+\b")
"""What is drawn by Whoosh's lot, and numbers of processes."""
_REST = re.compile(r"(?<=\w)[-.][^/]*?(?=\.?[a-z]*$)")
_OURS = os.path.dirname(indexer.__file__)  # noqa: PTH120  # compared with what the interpreter says


class Kind(NamedTuple):
    """A class of calls."""

    call: str
    file: str
    """Below the folder; builds without their names, files of a kind under one name. Blank where it is only read."""
    where: tuple[tuple[str, int], ...]
    """Files and lines of our code, the innermost first."""

    def __str__(self) -> str:
        """For people."""
        name, line = self.where[0]
        return f"{self.call} {self.file} ({os.path.basename(name)}:{line})"  # noqa: PTH119  # of a piece of text


class Point(NamedTuple):
    """One call: the ``turn``-th of a class, from 1 on."""

    kind: Kind
    turn: int


class Injector:
    """Lists all calls; the one at ``point`` fails as told."""

    def __init__(self, root: str, point: Point | None, fault: str, witness: Path | None = None) -> None:
        """``witness`` is a file, elsewhere, that appears when the call comes."""
        self._witness = witness
        self._root, self._point, self._fault = os.path.realpath(root), point, fault
        self._pid = os.getpid()
        self._guard = threading.RLock()
        self._turns: Counter[Kind] = Counter()
        self.calls: list[Point] = []
        self.happened = False

    def install(self) -> None:
        """From now on, in this process."""
        self._pid = os.getpid()
        # By names relative to handles nobody could tell where a file is.
        shutil._use_fd_functions = False  # type: ignore[attr-defined]
        opened = io.open
        for name in _PATHS:
            setattr(os, name, self._by_path(name, getattr(os, name)))
        for name in _HANDLES:
            setattr(os, name, self._by_handle(name, getattr(os, name)))
        builtins.open = io.open = self._open(opened)
        mmap.mmap = self._mapping()  # type: ignore[misc]

    def touch(self, call: str, path: object) -> None:
        """Notes a call; at its turn it does not come back, or comes back with an error."""
        if self._point and (call != self._point.kind.call or self.happened):
            return
        if os.getpid() != self._pid or not self._is_below(path):
            return
        kind = Kind(call, self._kind_of(path) if call in CHANGES else "", _callers())
        with self._guard:
            self._turns[kind] += 1
            point = Point(kind, self._turns[kind])
            if self._point is None:
                self.calls.append(point)
        if point != self._point:
            return
        self.happened = True
        if self._witness:
            self._witness.touch()
        if self._fault == KILL:
            os.kill(self._pid, signal.SIGKILL)
        number = FAULTS[self._fault]
        raise OSError(number, os.strerror(number), str(path))

    def _is_below(self, path: object) -> bool:
        return _named(path).startswith(self._root)

    def _kind_of(self, path: object) -> str:
        below = _named(path).removeprefix(self._root).lstrip("/")
        return _REST.sub("*", _CHANCE.sub("", _STAMP.sub("…", below)))

    def _by_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            for path in args[:2] if name in ("replace", "rename", "link") else args[:1]:
                if self._is_below(path):
                    self.touch(name, path)
                    break
            return real(*args, **kwargs)

        return wrapped

    def _by_handle(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(handle: Any, *args: Any) -> Any:
            self.touch(name, handle if isinstance(handle, int) else handle.fileno())
            return real(handle, *args)

        return wrapped

    def _open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if isinstance(file, int) or not self._is_below(file):
                return real(file, mode, *args, **kwargs)
            self.touch("open-w" if set(mode) & set("wax+") else "open", file)
            return _File(real(file, mode, *args, **kwargs), os.fspath(file), self, bool(set(mode) & set("wax+")))

        return wrapped

    def _mapping(self) -> type[mmap.mmap]:
        injector = self

        class Mapping(mmap.mmap):
            def __new__(cls, handle: int, *args: Any, **kwargs: Any) -> Any:
                injector.touch("mmap", handle)
                return super().__new__(cls, handle, *args, **kwargs)

        return Mapping


def _named(path: object) -> str:
    """The whole name of a file, which may be given by its handle; nothing where there is none."""
    if isinstance(path, int):
        try:
            return str(Path(f"/proc/self/fd/{path}").readlink())
        except OSError:
            return ""
    if not isinstance(path, (str, os.PathLike)):
        return ""
    return str(Path(os.fsdecode(path)).absolute())


def _callers() -> tuple[tuple[str, int], ...]:
    """Who of our code has called: files and lines, the innermost first; a thread of a library for itself."""
    frame, found = sys._getframe(1), []
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_OURS):
            found.append((name, frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    return tuple(found) or (("thread", 0),)


class _File:
    """An opened file whose calls are counted."""

    def __init__(self, real: Any, path: str, injector: Injector, writes: bool) -> None:
        self._real, self._path, self._injector, self._writes = real, path, injector, writes
        for name in _OF_FILES:
            if hasattr(real, name):
                setattr(self, name, self._counted(name, getattr(real, name)))

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if name == "close":
                if self._real.closed:
                    return None
                # The handle is gone, whatever closing says.
                real()
            self._injector.touch(f"{name}-w" if name == "close" and self._writes else name, self._path)
            return None if name == "close" else real(*args, **kwargs)

        return wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_args: object) -> None:
        self.close()

    def __iter__(self) -> Any:
        return iter(self._real)

    def __del__(self) -> None:
        if not self._real.closed:
            self._real.close()
