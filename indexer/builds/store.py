"""Builds side by side, CURRENT, the writer's lock; publishing, rolling back and cleaning.

``builds/<stamp>/`` are finished builds, ``builds/draft-<stamp>/`` unfinished ones, ``CURRENT`` and ``PREVIOUS`` name
the served one and the one before; while there is a ``PIN``, nothing is published. Everything that matters happens in
one atomic replacement of CURRENT: a writer that dies at any other moment leaves at most a folder that the next writer
removes. Readers never create, repair or delete.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from indexer.builds.manifest import FORMAT_VERSION, MANIFEST_FILE, Manifest, SourceEntry, read_manifest, write_manifest
from indexer.builds.pin import Pin, pin_text, read_pin
from indexer.errors import LockedError, NoBuildError, PinnedError, StoreError, VersionError

__all__ = [
    "FORMAT_VERSION",
    "Draft",
    "Manifest",
    "SourceEntry",
    "Status",
    "Store",
    "check_versions",
    "read_manifest",
]

_CURRENT = "CURRENT"
_PREVIOUS = "PREVIOUS"
_LOCK = "LOCK"
_PIN = "PIN"
_BUILDS = "builds"
_DRAFT = "draft-"
_SYNCED_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished build: its future stamp and the folder to write into."""

    stamp: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Status:
    """What an index folder holds; a previous build that is damaged is none."""

    current: Manifest | None
    previous: Manifest | None
    size: int
    """Bytes of the served build's files."""
    previous_size: int
    drafts: int
    """Unfinished builds: one while a rebuild is under way, more after writers that died."""
    pin: Pin | None
    """Set by a rollback until it is released."""


class Store:
    """One index folder. Nothing is created before something is written."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = Path(index_dir)
        self._builds = self._index_dir / _BUILDS

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Holds the writer's lock and gives a new draft; an unpublished draft is removed at the end.

        Raises LockedError while another rebuild works here, PinnedError after a rollback, StoreError when the folder
        cannot be written.
        """
        try:
            self._builds.mkdir(parents=True, exist_ok=True)
            lock = _Lock(self._index_dir / _LOCK)
        except OSError as error:
            raise _unwritable(self._index_dir, error) from error
        with lock.held(self._index_dir):
            pin = self.pin()
            if pin:
                raise PinnedError(f"{pin.sentence} Новый индекс не построен. {pin.way_out}")
            draft = self._new_draft()
            try:
                yield draft
            finally:
                shutil.rmtree(draft.folder, ignore_errors=True)

    def publish(self, draft: Draft, manifest: Manifest, verify: Callable[[Path], None]) -> str:
        """Makes a finished draft the served build and returns its stamp; call it within `writing`.

        ``verify`` opens and probes the folder and raises what it finds wrong. Raises StoreError when the folder
        cannot be written; the old build goes on serving whenever this raises.
        """
        manifest = replace(manifest, stamp=draft.stamp)
        try:
            write_manifest(draft.folder, manifest)
            verify(draft.folder)
            _sync_files(draft.folder)
            os.replace(draft.folder, self._builds / draft.stamp)
            _sync_folder(self._builds)
            self._switch(draft.stamp)
        except OSError as error:
            raise _unwritable(self._index_dir, error) from error
        self._clean()
        return draft.stamp

    def rollback(self) -> str:
        """Serves the previous build again, pins it and returns its stamp; the one served till now becomes the previous.

        Raises NoBuildError when there is no previous build.
        """
        lock = self._open_lock()
        with lock.held(self._index_dir):
            previous = self._previous_stamp()
            if previous is None:
                raise NoBuildError(f"В папке «{self._index_dir}» нет предыдущего индекса: вернуться не к чему.")
            check_versions(read_manifest(self._builds / previous))
            try:
                # The pin first: a crash between the two must not let an update undo what the operator wanted.
                _write_atomically(self._index_dir / _PIN, pin_text(previous))
                self._switch(previous)
            except OSError as error:
                raise _unwritable(self._index_dir, error) from error
            return previous

    def pin(self) -> Pin | None:
        """The pin that a rollback has set, if there is one."""
        return read_pin(self._index_dir / _PIN)

    def release(self) -> Pin | None:
        """Takes the pin away and returns it: the next build is published again. Serves what was served.

        Raises NoBuildError where there is no index, StoreError when the folder cannot be written.
        """
        with self._open_lock().held(self._index_dir):
            pin = self.pin()
            try:
                (self._index_dir / _PIN).unlink(missing_ok=True)
            except OSError as error:
                raise _unwritable(self._index_dir, error) from error
            return pin

    def current_dir(self) -> Path:
        """The folder of the served build. Raises NoBuildError when there is none."""
        stamp = self._stamp(_CURRENT)
        if stamp is None:
            raise NoBuildError(f"В папке «{self._index_dir}» ещё нет индекса. Постройте его: python -m indexer rebuild")
        return self._builds / stamp

    def status(self) -> Status:
        """What is served, what can be rolled back to, and what is lying about. Creates nothing."""
        current, previous = self._stamp(_CURRENT), self._previous_stamp()
        drafts = list(self._builds.glob(f"{_DRAFT}*")) if self._builds.is_dir() else []
        try:
            earlier = read_manifest(self._builds / previous) if previous else None
        except StoreError:
            # What is served is told all the same.
            earlier = previous = None
        return Status(
            current=read_manifest(self._builds / current) if current else None,
            previous=earlier,
            size=_size(self._builds / current) if current else 0,
            previous_size=_size(self._builds / previous) if previous else 0,
            drafts=len(drafts),
            pin=self.pin(),
        )

    def _new_draft(self) -> Draft:
        """Removes what dead writers left (we hold the lock: no writer is alive) and makes a fresh folder."""
        for left in self._builds.glob(f"{_DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        folder = self._builds / f"{_DRAFT}{stamp}"
        try:
            folder.mkdir()
        except OSError as error:
            raise _unwritable(self._index_dir, error) from error
        return Draft(stamp, folder)

    def _switch(self, stamp: str) -> None:
        """Names another build as the served one: PREVIOUS first, so that a crash between the two loses nothing."""
        current = self._stamp(_CURRENT)
        if current is not None and current != stamp:
            _write_atomically(self._index_dir / _PREVIOUS, f"{current}\n")
        _write_atomically(self._index_dir / _CURRENT, f"{stamp}\n")

    def _clean(self) -> None:
        """Removes all finished builds but the served and the previous one; what resists (Windows) waits."""
        keep = {self._stamp(_CURRENT), self._previous_stamp()}
        for folder in self._builds.iterdir():
            if folder.name not in keep and not folder.name.startswith(_DRAFT):
                shutil.rmtree(folder, ignore_errors=True)

    def _stamp(self, pointer: str) -> str | None:
        """The build that CURRENT or PREVIOUS names, if its folder is there."""
        try:
            stamp = (self._index_dir / pointer).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        valid = bool(stamp) and "/" not in stamp and "\\" not in stamp and not stamp.startswith(".")
        return stamp if valid and (self._builds / stamp / MANIFEST_FILE).is_file() else None

    def _previous_stamp(self) -> str | None:
        previous = self._stamp(_PREVIOUS)
        return previous if previous != self._stamp(_CURRENT) else None

    def _open_lock(self) -> _Lock:
        if not self._builds.is_dir():
            raise NoBuildError(f"В папке «{self._index_dir}» ещё нет индекса. Постройте его: python -m indexer rebuild")
        try:
            return _Lock(self._index_dir / _LOCK)
        except OSError as error:
            raise _unwritable(self._index_dir, error) from error


def check_versions(
    manifest: Manifest, analysis_version: str | None = None, dictionary_version: str | None = None
) -> None:
    """Raises VersionError when this program cannot serve the build; ``None`` leaves a version unchecked."""
    same = (
        manifest.format_version == FORMAT_VERSION
        and analysis_version in (None, manifest.analysis_version)
        and dictionary_version in (None, manifest.dictionary_version)
    )
    if not same:
        raise VersionError(
            "Индекс построен другой версией программы или словаря. Постройте его заново: python -m indexer rebuild"
        )


class _Lock:
    """A lock of the operating system on an open file: it ends with the process, however that ends.

    POSIX record locks are not inherited by worker processes, so an orphaned worker cannot hold the folder; they do not
    exclude threads of one process from each other, which the set of held paths does.
    """

    _held: set[Path] = set()  # noqa: RUF012 — shared by all locks of the process on purpose
    _guard = threading.Lock()

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        with _Lock._guard:
            if self._path in _Lock._held:
                # Opening and closing the file again would release the lock this process holds.
                self._file: IO[bytes] | None = None
            else:
                self._file = path.open("ab")

    @contextmanager
    def held(self, index_dir: Path) -> Iterator[None]:
        """Holds the lock. Raises LockedError when another writer has it."""
        file = self._file
        with _Lock._guard:
            mine = file is not None and self._path not in _Lock._held and _lock_file(file)
            if mine:
                _Lock._held.add(self._path)
        if not mine or file is None:
            raise LockedError(
                f"В папке «{index_dir}» уже идёт построение индекса. Дождитесь его окончания и повторите команду."
            )
        try:
            yield
        finally:
            with _Lock._guard:
                _Lock._held.discard(self._path)
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
        except OSError:
            return False
        return True


def _unwritable(index_dir: Path, error: OSError) -> StoreError:
    reason = "не хватает места на диске" if error.errno == 28 else "нет прав на запись или это не папка"
    return StoreError(
        f"Не удаётся записать индекс в папку «{index_dir}»: {reason}. Укажите другую папку: --index ПАПКА"
    )


def _write_atomically(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    _sync_folder(path.parent)


def _sync_files(folder: Path) -> None:
    # Several at once: the disk then finds an order of its own.
    with ThreadPoolExecutor(_SYNCED_AT_ONCE) as pool:
        list(pool.map(_sync_file, (path for path in folder.rglob("*") if path.is_file())))
    _sync_folder(folder)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform != "win32":  # Windows neither opens nor needs it
        handle = os.open(folder, os.O_RDONLY)
        with suppress(OSError):
            os.fsync(handle)
        os.close(handle)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
