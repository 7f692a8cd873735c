"""The served build: opens what CURRENT names, notices a new one, lets the old one go when its last reader is done."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.builds.pin import Pin
from indexer.builds.store import Store
from search_app.engine.door import Engine, open_engine

_LOG = logging.getLogger(__name__)


class ServedIndex:
    """The index folder of a running site. Safe to share between threads; nothing in the folder is ever changed."""

    def __init__(self, index_dir: Path, prepare: Callable[[Engine], None] | None = None) -> None:
        """``prepare`` is given each build that is opened, before anybody uses it."""
        self._index_dir = index_dir
        self._store = Store(index_dir)
        self._prepare = prepare
        self._guard = threading.Lock()
        self._engine: Engine | None = None
        self._folder: Path | None = None
        self._seen: tuple[int, Engine] | None = None
        """When the index folder was last changed, and the build that it named then."""

    @contextmanager
    def lease(self) -> Iterator[Engine]:
        """The build to use for one request; it stays usable until the end even when another one is published.

        Raises NoBuildError, VersionError or StoreError when nothing can be served.
        """
        # Whoever still holds the old build keeps its maps alive; without holders Python closes them.
        yield self._current()

    def pin(self) -> Pin | None:
        """The pin that a rollback has set, if there is one."""
        return self._store.pin()

    def _current(self) -> Engine:
        changed, seen = self._changed(), self._seen
        if seen is not None and seen[0] == changed:
            return seen[1]
        folder = self._store.current_dir()
        with self._guard:
            if self._engine is None or folder != self._folder:
                engine = open_engine(folder)
                if self._prepare:
                    self._prepare(engine)
                if self._engine is not None:
                    self._tell_of_change(engine)
                self._engine, self._folder = engine, folder
            self._seen = (changed, self._engine) if changed is not None else None
            return self._engine

    def _tell_of_change(self, engine: Engine) -> None:
        pin = self._store.pin()
        _LOG.warning("Отдаётся другой индекс: %s.%s", engine.manifest.stamp, f" {pin.sentence}" if pin else "")

    def _changed(self) -> int | None:
        """When the index folder was changed, which naming another build does; ``None`` if that was just now.

        The clock of a file system may stand for some milliseconds: a change right after another shows no other time.
        """
        try:
            changed = self._index_dir.stat().st_mtime_ns
        except OSError:
            return None
        return changed if abs(time.time_ns() - changed) > _STANDSTILL else None


_STANDSTILL = 2_500_000_000
"""Nanoseconds; the coarsest clock, FAT's, stands for two seconds."""
