"""The served archive of a cluster: what its alias names, with the columns of it kept here; a new one is noticed."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.builds.pin import Pin
from indexer.cluster.columns import fetch
from indexer.cluster.connection import Address, Connection, address_of
from indexer.cluster.publishing import LAYOUT, Published, served
from indexer.errors import IndexerError, VersionError, not_written
from search_app.engine.door import Engine, open_cluster
from search_app.server.leasing import Leases, Opened
from search_app.server.served import ServedIndex
from search_app.server.settings import ENGINE_ALIAS, ENGINE_CA, ENGINE_USER, SEARCH_ENGINE

_LOG = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds after which the alias is looked at again, beside the requests."""

_FOLDER = "cluster"
_PASSWORD = "ENGINE_PASSWORD"

Prepare = Callable[[Engine], None]


@dataclass(slots=True)
class _Opened(Opened):
    index: str = ""
    """The name of its index in the cluster."""


class ServedCluster:
    """The archive that an alias of a cluster names. Safe to share between threads."""

    def __init__(self, address: Address, index_dir: Path, prepare: Prepare | None = None) -> None:
        """Columns are kept below ``index_dir``; nothing is asked yet. Raises ClusterError without the client."""
        self.index_dir = index_dir
        self._connection = Connection(address)
        self._prepare = prepare
        self._leases = Leases()
        self._opening = threading.Lock()
        self._opened: _Opened | None = None
        self._looked = 0.0

    @contextmanager
    def lease(self) -> Iterator[Engine]:
        """The engine to use for one request; it stays usable until the end even when another index is named.

        Raises EngineGone where the cluster does not answer, ClusterError where it has no archive.
        """
        opened = self._taken()
        try:
            yield opened.engine
        finally:
            self._leases.give_back(opened)

    def pin(self) -> Pin | None:
        """None: what is served is for the cluster to say."""
        return None

    @property
    def faults(self) -> dict[str, str]:
        """Nothing: a cluster looks after its own files."""
        return {}

    def is_damaged(self, engine: Engine) -> bool:
        """No: what gave trouble is not a damaged file of ours."""
        return False

    def check(self) -> None:
        """Raises EngineGone where the cluster does not answer now."""
        served(self._connection)

    # Leases

    def _taken(self) -> _Opened:
        with self._leases.guard:
            opened = self._opened
            if opened is not None:
                opened.users += 1
                if time.monotonic() - self._looked > LOOK_EVERY:
                    self._looked = time.monotonic()
                    threading.Thread(target=self._look, daemon=True).start()
                return opened
        with self._opening:
            if self._opened is None:
                self._serve(self._open(served(self._connection), None))
        return self._taken()

    # Which index

    def _look(self) -> None:
        """Opens what the alias names now, if that is another index; what is open goes on serving meanwhile."""
        if not self._opening.acquire(blocking=False):
            return
        try:
            named, opened = served(self._connection), self._opened
            if opened is None or named.name != opened.index:
                self._serve(self._open(named, opened))
        except (IndexerError, OSError) as error:
            _LOG.warning("Что отдаёт кластер, узнать не удалось. %s", error)
        finally:
            self._opening.release()

    def _serve(self, found: _Opened) -> None:
        with self._leases.guard:
            before, self._opened = self._opened, found
            self._looked = time.monotonic()
            if before is not None:
                before.retired = True
        if before is not None:
            _LOG.warning("Отдаётся другой индекс кластера: %s.", found.engine.stamp)
            self._leases.let_go(before)
        self._clean({found.folder, before.folder if before else found.folder})

    def _open(self, named: Published, before: _Opened | None) -> _Opened:
        if named.layout != LAYOUT:
            raise VersionError(
                "Индекс в кластере загружен другой версией программы. Загрузите его заново: python -m indexer publish"
            )
        folder = self.index_dir / _FOLDER / named.list_name[:32]
        if not folder.is_dir():
            self._fetch(named, folder, before.folder if before else None)
        engine = open_cluster(folder, named.name, self._connection)
        if self._prepare:
            self._prepare(engine)
        return _Opened(engine, folder, index=named.name)

    def _fetch(self, named: Published, folder: Path, earlier: Path | None) -> None:
        try:
            fetch(named.list_name, self._connection, folder, earlier)
        except OSError as error:
            # Another process of this site was faster.
            if not folder.is_dir():
                raise not_written(self.index_dir, error, "Сохранить столбцы индекса") from error

    def _clean(self, kept: set[Path]) -> None:
        with suppress(OSError):
            for path in (self.index_dir / _FOLDER).iterdir():
                if path not in kept and not path.name.startswith(".") and path.stat().st_mtime < time.time() - 3600:
                    shutil.rmtree(path, ignore_errors=True)


def served_archive(
    config: Mapping[str, Any],
    index_dir: Path,
    prepare: Prepare | None = None,
    *,
    watchful: bool = False,
    alarms: Callable[[], int] | None = None,
) -> ServedIndex | ServedCluster:
    """What a site serves: the archive of a cluster where the settings name one, else the index folder."""
    told = config.get(SEARCH_ENGINE)
    if not told:
        return ServedIndex(index_dir, prepare, watchful=watchful, alarms=alarms)
    address = address_of(
        str(told),
        config.get(ENGINE_USER) or None,
        os.environ.get(_PASSWORD),
        config.get(ENGINE_CA) or None,
        config.get(ENGINE_ALIAS) or None,
    )
    return ServedCluster(address, index_dir, prepare)
