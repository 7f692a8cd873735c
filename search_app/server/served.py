"""The served build: opens what CURRENT names, notices a new one, lets the old one go when its last request ends.

A build that is not what was written is not served: the one before it is, until a new one comes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from indexer.builds.manifest import read_manifest
from indexer.builds.pin import Pin
from indexer.builds.store import Store
from indexer.builds.sums import FileSum, wrong_lengths, wrong_sums
from indexer.errors import DamagedError, IndexerError, NoBuildError, ResourceError, StoreError, VersionError, not_opened
from search_app.engine.door import Engine, open_engine
from search_app.server.leasing import Leases, Opened

_LOG = logging.getLogger(__name__)

_STANDSTILL = 2_500_000_000
"""Nanoseconds; the coarsest clock, FAT's, stands for two seconds."""
_LOOK_AGAIN = 60.0
"""Seconds after which whatever went wrong with a build makes its checksums be reckoned once more, and the lengths of
its files are looked at again: who reads past the end of a file that was cut short is ended by the system."""

_POINTER = "CURRENT"
"""The file that names the served build, among what is damaged."""


@dataclass(slots=True)
class _Opened(Opened):
    """An open build."""

    files: Mapping[str, FileSum] = field(default_factory=dict)
    """What was written, by its manifest."""
    checked: float = -_LOOK_AGAIN
    """When its checksums were found right, on the clock of `time.monotonic`."""


class ServedIndex:
    """The index folder of a running site. Safe to share between threads; nothing in the folder is ever changed."""

    def __init__(
        self,
        index_dir: Path,
        prepare: Callable[[Engine], None] | None = None,
        *,
        watchful: bool = False,
        alarms: Callable[[], int] | None = None,
    ) -> None:
        """``prepare`` is given each build that is opened, before anybody uses it.

        A ``watchful`` one reckons the checksums of each build that it opens, once and in the background. ``alarms``
        tells how often another process of the site has died over a file; with each the files are looked at.
        """
        self._alarms = alarms or (lambda: 0)
        self._heard, self._looked = self._alarms(), time.monotonic()
        self.index_dir = index_dir
        self._store = Store(index_dir)
        self._prepare = prepare
        self._watchful = watchful
        self._leases = Leases()
        self._opening = threading.Lock()
        """Held while a build is opened, by one thread at a time."""
        self._checking = threading.Lock()
        self._opened: _Opened | None = None
        self._seen: int | None = None
        """When the index folder was last changed: the opened build is the one that it named then."""
        self._damaged: dict[str, str] = {}
        """Stamp → what is wrong with the build; `_POINTER` → what is wrong with the file that names it."""

    @contextmanager
    def lease(self) -> Iterator[Engine]:
        """The build to use for one request; it stays usable until the end even when another one is published.

        Raises NoBuildError, VersionError or StoreError when nothing can be served.
        """
        opened = self._taken()
        try:
            yield opened.engine
        finally:
            self._leases.give_back(opened)

    def pin(self) -> Pin | None:
        """The pin that a rollback has set, if there is one."""
        return self._store.pin()

    @property
    def faults(self) -> dict[str, str]:
        """Stamp → a sentence, for each build that was found damaged since this was made, and for CURRENT."""
        return dict(self._damaged)

    def is_damaged(self, engine: Engine) -> bool:
        """Whether a build that gave trouble is not what was written: its files are looked at, if not just now."""
        with self._leases.guard:
            opened = self._opened
        if opened is None or opened.engine is not engine:
            return engine.stamp in self._damaged
        if time.monotonic() - opened.checked > _LOOK_AGAIN:
            self._check(opened)
        return engine.stamp in self._damaged

    def check(self) -> None:
        """Nothing to look at: what is open can be searched."""

    # Leases

    def _taken(self) -> _Opened:
        self._look_at_lengths()
        changed = self._changed()
        with self._leases.guard:
            opened = self._opened
            known = changed is not None and self._seen == changed and _POINTER not in self._damaged
            if opened is not None and known:
                opened.users += 1
                return opened
        with self._opening:
            return self._looked_up(changed)

    def _looked_up(self, changed: int | None) -> _Opened:
        """The build that is to be served, opened if it is not yet; with one user more."""
        opened = self._opened
        found = self._chosen(opened)
        with self._leases.guard:
            found.users += 1
            self._opened, self._seen = found, changed
            if opened is not None and opened is not found:
                opened.retired = True
        if opened is not found:
            self._tell_of_change(opened, found)
            if opened is not None:
                self._leases.let_go(opened)
            if self._watchful:
                threading.Thread(target=self._check, args=(found,), daemon=True).start()
        return found

    # Which build

    def _chosen(self, opened: _Opened | None) -> _Opened:
        """What CURRENT names; another one where that is damaged; the one that is open where the system refuses."""
        try:
            try:
                return self._open(self._named(), opened)
            except DamagedError as error:
                return self._instead(error, opened)
        except (ResourceError, VersionError) as error:
            # Of another version: the program was updated, the site is yet to be restarted.
            if opened is None:
                raise
            _LOG.warning("Новый индекс не открыт, отдаётся прежний. %s", error)
            return opened
        except NoBuildError:
            if self._store.is_building():
                raise NoBuildError("Индекс строится. Загляните через несколько минут.") from None
            raise

    def _named(self) -> Path:
        """The folder of the build that CURRENT names. Raises DamagedError, which is told, where it names none."""
        try:
            folder = self._store.current_dir()
        except DamagedError as error:
            if _POINTER not in self._damaged:
                _LOG.error("Какой индекс отдавать, не сказано. %s", error)
            # For everybody who asks, so without the folder.
            self._damaged[_POINTER] = "Файл CURRENT не называет готового индекса."
            raise
        self._damaged.pop(_POINTER, None)
        return folder

    def _open(self, folder: Path, opened: _Opened | None) -> _Opened:
        if folder.name in self._damaged:
            raise DamagedError(self._damaged[folder.name])
        if opened is not None and opened.folder == folder:
            return opened
        try:
            engine = open_engine(folder)
            if self._prepare:
                self._prepare(engine)
        except DamagedError as error:
            self._condemn(folder.name, str(error))
            raise
        except IndexerError:
            raise
        except Exception as error:
            self._refuse_damaged(folder, error)
            raise
        return _Opened(engine, folder, files=engine.manifest.files)

    def _refuse_damaged(self, folder: Path, error: Exception) -> None:
        """Raises DamagedError where a build could be opened and not be used, and its checksums tell why."""
        told = not_opened(folder, error)
        if isinstance(told, ResourceError):
            raise told from error
        faults = wrong_sums(folder, read_manifest(folder, sources=False).files)
        if faults:
            self._condemn(folder.name, next(iter(faults.values())))
            raise DamagedError(self._damaged[folder.name]) from error

    def _instead(self, error: DamagedError, opened: _Opened | None) -> _Opened:
        """The first of the other builds that can be served. Raises the error where there is none."""
        for folder in self._store.others():
            try:
                return self._open(folder, opened)
            except ResourceError:
                raise
            except StoreError:
                continue
        raise DamagedError(
            "Индекс повреждён, а целого предыдущего нет: отдавать нечего. Что повреждено, назовёт команда "
            "python -m indexer verify, построить заново — python -m indexer rebuild"
        ) from error

    # Damage

    def _look_at_lengths(self) -> None:
        """Condemns an open build whose files were cut short, now and then and after each alarm."""
        heard, now = self._alarms(), time.monotonic()
        opened = self._opened
        if opened is None or (heard == self._heard and now - self._looked < _LOOK_AGAIN):
            return
        self._heard, self._looked = heard, now
        try:
            wrong = wrong_lengths(opened.folder, opened.files)
        except OSError:
            return
        if wrong and self._is_kept(opened.folder):
            self._condemn(opened.folder.name, next(iter(wrong.values())))

    def _check(self, opened: _Opened) -> None:
        """Reckons the checksums of an open build; one that is not what was written is not served any more."""
        with self._checking:
            try:
                faults = wrong_sums(opened.folder, read_manifest(opened.folder, sources=False).files)
            except DamagedError as error:
                faults = {"": str(error)}
            except (StoreError, OSError) as error:
                _LOG.warning("Индекс %s проверить не удалось. %s", opened.engine.stamp, error)
                return
            if not faults:
                opened.checked = time.monotonic()
            elif self._is_kept(opened.folder):
                self._condemn(opened.folder.name, next(iter(faults.values())))

    def _is_kept(self, folder: Path) -> bool:
        """Whether a build is there to stay: one that is being removed lacks files without being damaged."""
        try:
            return folder in (self._store.current_dir(), self._store.previous_dir())
        except StoreError:
            return False

    def _condemn(self, stamp: str, fault: str) -> None:
        _LOG.error("Индекс %s повреждён и больше не отдаётся. %s", stamp, fault)
        self._damaged[stamp] = fault
        self._seen = None

    def _tell_of_change(self, before: _Opened | None, now: _Opened) -> None:
        if before is not None or self._damaged:
            pin = self._store.pin()
            _LOG.warning("Отдаётся другой индекс: %s.%s", now.engine.stamp, f" {pin.sentence}" if pin else "")

    def _changed(self) -> int | None:
        """When the index folder was changed, which naming another build does; ``None`` if that was just now.

        The clock of a file system may stand for some milliseconds: a change right after another shows no other time.
        """
        try:
            changed = self.index_dir.stat().st_mtime_ns
        except OSError:
            return None
        return changed if abs(time.time_ns() - changed) > _STANDSTILL else None
