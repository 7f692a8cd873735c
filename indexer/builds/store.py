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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from indexer.builds.lock import Lock
from indexer.builds.manifest import (
    FORMAT_VERSION,
    MANIFEST_FILE,
    Manifest,
    SourceEntry,
    check_versions,
    read_manifest,
    write_manifest,
)
from indexer.builds.pin import Pin, pin_text, read_pin
from indexer.builds.pointers import DRAFT, Pointers, sync_folder, write_atomically
from indexer.builds.sums import FileSum, sums_of, wrong_sums
from indexer.errors import DamagedError, IndexerError, NoBuildError, PinnedError, Refusal, StoreError, not_written

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

_PIN = "PIN"
_BUILDS = "builds"
_SYNCED_AT_ONCE = 4
_RETURN, _RELEASE, _TIDY = "Вернуться к предыдущему индексу", "Снять закрепление индекса", "Убрать лишнее"
"""What is told not to have been done."""


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
    unnamed: int
    """Bytes among the builds that no manifest names: of unfinished ones, of finished ones that are not served."""
    drafts: int
    """Unfinished builds: one while a rebuild is under way, more after writers that died."""
    pin: Pin | None
    """Set by a rollback until it is released."""


class Store:
    """One index folder. Nothing is created before something is written."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = Path(index_dir)
        self._builds = self._index_dir / _BUILDS
        self._pointers = Pointers(self._index_dir, self._builds)

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Holds the writer's lock and gives a new draft; an unpublished draft is removed at the end.

        Raises LockedError while another rebuild works here, PinnedError after a rollback, StoreError when the folder
        cannot be written or the system refuses anything within the block; the old build then goes on serving.
        """
        try:
            self._builds.mkdir(parents=True, exist_ok=True)
            lock = Lock(self._index_dir)
        except OSError as error:
            raise not_written(self._index_dir, error) from error
        with lock:
            try:
                pin = read_pin(self._index_dir / _PIN)
            except OSError as error:
                raise not_written(self._index_dir, error) from error
            if pin:
                raise PinnedError(f"{pin.sentence} Новый индекс не построен. {pin.way_out}")
            draft = self._new_draft()
            try:
                yield draft
            except (OSError, MemoryError) as error:
                raise not_written(self._index_dir, error) from error
            finally:
                shutil.rmtree(draft.folder, ignore_errors=True)

    def publish(self, draft: Draft, manifest: Manifest, verify: Callable[[Path], None], *, spoilt: bool = False) -> str:
        """Makes a finished draft the served build and returns its stamp; call it within `writing`.

        What was served becomes the build to return to, unless it is ``spoilt``: then that stays what it was.
        ``verify`` opens and probes the folder and raises what it finds wrong. Raises StoreError when the folder
        cannot be written; the old build goes on serving whenever this raises.
        """
        finished = self._builds / draft.stamp
        try:
            _seal(draft, manifest, *self._earlier_sums())
            verify(draft.folder)
            _sync_files(draft.folder)
            os.replace(draft.folder, finished)
            sync_folder(self._builds)
            self._pointers.switch(draft.stamp, self._to_return_to(draft.stamp, spoilt))
        except (OSError, MemoryError) as error:
            shutil.rmtree(finished, ignore_errors=True)
            raise not_written(self._index_dir, error) from error
        except IndexerError:
            shutil.rmtree(finished, ignore_errors=True)
            raise
        self._clean()
        return draft.stamp

    def tidy(self) -> None:
        """Removes what dead writers have left, if no writer is at work and the folder can be written."""
        with suppress(OSError, StoreError):
            if self._pointers.has_leftovers() or any(True for _ in self._unserved()):
                with self._open_lock(_TIDY):
                    self._clean()

    def rollback(self) -> str:
        """Serves the previous build again, pins it and returns its stamp; the one served till now becomes the previous.

        Raises NoBuildError when there is no previous build, DamagedError when it is not what was written or CURRENT is
        rubbish.
        """
        with self._open_lock(_RETURN):
            served, previous = self._pointers.current(), self._pointers.previous()
            if previous is None:
                raise NoBuildError(f"В папке «{self._index_dir}» нет предыдущего индекса: вернуться не к чему.")
            pinned = self.pin()
            try:
                self._refuse_unsound(previous)
                # The pin first: a crash between the two must not let an update undo what the operator wanted.
                write_atomically(self._index_dir / _PIN, pin_text(previous))
                self._pointers.switch(previous, served)
            except (OSError, StoreError) as error:
                if not pinned:
                    self._unpin()
                raise error if isinstance(error, StoreError) else self._not_returned(error) from error
            self._clean()
            return previous

    def pin(self) -> Pin | None:
        """The pin that a rollback has set, if there is one."""
        try:
            return read_pin(self._index_dir / _PIN)
        except OSError:
            return Pin(None, None)

    def release(self) -> Pin | None:
        """Takes the pin away and returns it: the next build is published again. Serves what was served.

        Raises NoBuildError where there is no index, StoreError when the folder cannot be written.
        """
        with self._open_lock(_RELEASE):
            pin = self.pin()
            try:
                (self._index_dir / _PIN).unlink(missing_ok=True)
            except OSError as error:
                raise not_written(self._index_dir, error, _RELEASE) from error
            return pin

    def current_dir(self) -> Path:
        """The folder of the served build.

        Raises NoBuildError when there is none, DamagedError when CURRENT is rubbish, ResourceError when the system does
        not let it be read.
        """
        return self._builds / self._pointers.current()

    def previous_dir(self) -> Path | None:
        """The folder of the build to return to, if there is one."""
        previous = self._pointers.previous()
        return self._builds / previous if previous else None

    def others(self) -> list[Path]:
        """The finished builds that could be served if CURRENT's cannot: the previous first, then the newest."""
        try:
            current: str | None = self._pointers.current()
        except (DamagedError, NoBuildError):
            current = None
        names = dict.fromkeys([self._pointers.previous(), *self._pointers.finished()])
        return [self._builds / name for name in names if name and name != current]

    def pointer_faults(self) -> list[str]:
        """A sentence for each pointer beside CURRENT that does not say what it should."""
        return list(self._pointers.faults())

    def is_building(self) -> bool:
        """Whether there is an unfinished build: most likely one is being built."""
        return bool(self._drafts())

    def status(self) -> Status:
        """What is served, what can be rolled back to, and what is lying about. Creates nothing."""
        try:
            current: str | None = self._pointers.current()
        except NoBuildError:
            current = None
        previous = self._pointers.previous()
        try:
            earlier = read_manifest(self._builds / previous) if previous else None
        except StoreError:
            # What is served is told all the same.
            earlier = previous = None
        served = read_manifest(self._builds / current) if current else None
        named = {name: found for name, found in ((current, served), (previous, earlier)) if name and found}
        return Status(
            current=served,
            previous=earlier,
            size=_size(self._builds / current) if current else 0,
            previous_size=_size(self._builds / previous) if previous else 0,
            unnamed=_unnamed(self._builds, named),
            drafts=len(self._drafts()),
            pin=self.pin(),
        )

    def _drafts(self) -> list[Path]:
        with suppress(OSError):
            return [path for path in self._builds.iterdir() if path.name.startswith(DRAFT)]
        return []

    def _new_draft(self) -> Draft:
        """Removes what dead writers left (we hold the lock: no writer is alive) and makes a fresh folder."""
        self._sweep()
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        folder = self._builds / f"{DRAFT}{stamp}"
        try:
            folder.mkdir()
        except OSError as error:
            raise not_written(self._index_dir, error) from error
        return Draft(stamp, folder)

    def _sweep(self) -> None:
        self._pointers.sweep()
        for left in self._drafts():
            shutil.rmtree(left, ignore_errors=True)

    def _clean(self) -> None:
        """Removes everything but the served and the previous build; what resists (Windows) waits."""
        self._sweep()
        with suppress(OSError, StoreError):
            for folder in list(self._unserved()):
                shutil.rmtree(folder, ignore_errors=True)

    def _unserved(self) -> Iterator[Path]:
        """What lies among the builds and is neither served nor returned to. Raises OSError and StoreError."""
        keep = {self._pointers.current(), self._pointers.previous()}
        yield from (folder for folder in self._builds.iterdir() if folder.name not in keep)

    def _earlier_sums(self) -> tuple[Path | None, dict[str, FileSum]]:
        """The served build and the sums of its files, which may be linked into the next one."""
        try:
            folder = self.current_dir()
            return folder, dict(read_manifest(folder, sources=False).files)
        except IndexerError:
            return None, {}

    def _to_return_to(self, stamp: str, spoilt: bool) -> str | None:
        """Which build is kept beside the one of that stamp, about to be served."""
        try:
            if not spoilt:
                return self._pointers.current()
        except NoBuildError:
            return None
        except DamagedError:
            pass
        for folder in self.others():
            with suppress(StoreError):
                if folder.name != stamp and not wrong_sums(folder, read_manifest(folder, sources=False).files):
                    return folder.name
        return None

    def _refuse_unsound(self, stamp: str) -> None:
        manifest = read_manifest(self._builds / stamp, sources=False)
        check_versions(manifest)
        faults = wrong_sums(self._builds / stamp, manifest.files)
        if faults:
            raise DamagedError(
                f"Вернуться нельзя: предыдущий индекс {stamp} повреждён. {next(iter(faults.values()))} "
                "Отдаётся то же, что и раньше."
            )

    def _not_returned(self, error: Refusal) -> StoreError:
        return not_written(self._index_dir, error, _RETURN)

    def _unpin(self) -> None:
        with suppress(OSError):
            (self._index_dir / _PIN).unlink(missing_ok=True)

    def _open_lock(self, task: str) -> Lock:
        if not self._builds.is_dir():
            raise NoBuildError(f"В папке «{self._index_dir}» ещё нет индекса. Постройте его: python -m indexer rebuild")
        try:
            return Lock(self._index_dir)
        except OSError as error:
            raise not_written(self._index_dir, error, task) from error


def _seal(draft: Draft, manifest: Manifest, earlier: Path | None, known: dict[str, FileSum]) -> None:
    """Writes the manifest with the sums of all files; those of linked files are known."""
    sums = sums_of(draft.folder, earlier, known, MANIFEST_FILE)
    write_manifest(draft.folder, replace(manifest, stamp=draft.stamp, files=sums))


def _unnamed(builds: Path, named: dict[str, Manifest]) -> int:
    """Bytes of the files in the folder of builds that these manifests do not name."""
    total = 0
    with suppress(OSError):
        for folder in builds.iterdir():
            manifest = named.get(folder.name)
            known = {*manifest.files, MANIFEST_FILE} if manifest else set()
            total += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name not in known)
    return total


def _sync_files(folder: Path) -> None:
    # Several at once: the disk then finds an order of its own.
    with ThreadPoolExecutor(_SYNCED_AT_ONCE) as pool:
        list(pool.map(_sync_file, (path for path in folder.rglob("*") if path.is_file())))
    sync_folder(folder)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
