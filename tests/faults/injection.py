"""Makes the n-th call that touches the disk fail: in this process, below one folder, from Python.

Wrapped are the functions of `os` that `pathlib`, `shutil`, numpy and Whoosh go through, `open`, what opened files are
asked to do, and `mmap.mmap`. Call it in a child process that ends afterwards: nothing is put back.
"""

from __future__ import annotations

import builtins
import errno
import io
import mmap
import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
ASKS_FOR_A_RIGHT = {*_MAKES, "open", "unlink", "remove", "rmdir", "scandir", "stat"}
ASKS_FOR_A_HANDLE = {"open", "open-w", "scandir", "mmap"}


class Injector:
    """Counts calls; what comes at the place ``at`` (from 1 on) fails as told. With 0 everything is only listed."""

    def __init__(self, root: str, at: int, fault: str) -> None:
        self._root, self._at, self._fault = os.path.realpath(root), at, fault
        self._pid = os.getpid()
        self._guard = threading.RLock()
        self.calls: list[str] = []

    def install(self) -> None:
        """From now on."""
        # By names relative to handles nobody could tell where a file is.
        shutil._use_fd_functions = False  # type: ignore[attr-defined]
        opened = io.open
        for name in _PATHS:
            setattr(os, name, self._by_path(name, getattr(os, name)))
        for name in _HANDLES:
            setattr(os, name, self._by_handle(name, getattr(os, name)))
        builtins.open = io.open = self._open(opened)  # type: ignore[assignment]
        mmap.mmap = self._mapping()  # type: ignore[assignment,misc]

    def touch(self, call: str, path: object) -> None:
        """Notes a call; at its turn it does not come back, or comes back with an error."""
        if os.getpid() != self._pid or not self._is_below(path):
            return
        with self._guard:
            self.calls.append(call)
            if len(self.calls) != self._at:
                return
        if self._fault == KILL:
            os.kill(self._pid, signal.SIGKILL)
        number = FAULTS[self._fault]
        raise OSError(number, os.strerror(number), str(path))

    def _is_below(self, path: object) -> bool:
        if isinstance(path, int):
            try:
                path = Path(f"/proc/self/fd/{path}").readlink()
            except OSError:
                return False
        if not isinstance(path, (str, os.PathLike)):
            return False
        return str(Path(os.fsdecode(path)).absolute()).startswith(self._root)

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
