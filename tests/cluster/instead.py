"""All sites of the tests in front of three nodes instead of the index folder, and nodes that die meanwhile.

    ENGINE=cluster pytest tests/web               # every application that a test makes searches the nodes
    ENGINE=cluster KILLS=4 pytest tests/web       # and nodes are killed, so many seconds apart at most

The index folder of a test is then where an operator builds: what is published there is loaded into the cluster before
the next reader asks. What is about the files of that folder carries the mark ``index_folder`` and is left out.
"""

from __future__ import annotations

import hashlib
import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.cluster.connection import Connection, address_of
from indexer.cluster.publishing import publish
from indexer.errors import EngineGone
from search_app.engine.door import Engine
from search_app.server.clustered import ServedCluster, served_archive
from search_app.server.served import ServedIndex
from search_app.server.settings import SEARCH_ENGINE
from search_app.web import serving
from tests.cluster.nodes import Cluster
from tests.waiting import until

FOLDER_MARK = "index_folder"
AWAY = 2.0
"""Seconds that a dead node stays away at most."""
AGAIN = 3
"""How often an operator repeats a command that a dying node has broken."""


def from_cluster() -> bool:
    """Whether all sites of this run stand in front of three nodes."""
    return os.environ.get("ENGINE") == "cluster"


class PublishedFolder(ServedCluster):
    """The archive of an index folder as the cluster has it: published before it is asked for, whenever it is new."""

    def __init__(self, told: Path, cluster: Cluster, prepare: Callable[[Engine], None] | None) -> None:
        """``told`` is the index folder; where there is no build in it, nothing is published."""
        alias = f"t{hashlib.sha256(str(told.resolve()).encode()).hexdigest()[:16]}"
        server = cluster.nodes[0].folder.parent / "servers" / f"{alias}-{id(self)}"
        super().__init__(address_of(cluster.url, alias=alias), server, prepare)
        self._store = Store(told)
        self._following = threading.Lock()
        self._published: Path | None = None

    @contextmanager
    def lease(self) -> Iterator[Engine]:
        """As the cluster has it. Raises NoBuildError where the folder has no build."""
        self._follow()
        with super().lease() as engine:
            yield engine

    def check(self) -> None:
        """Raises NoBuildError where the folder has no build."""
        self._follow()
        super().check()

    def _follow(self) -> None:
        with self._following:
            folder = self._store.current_dir()
            if folder == self._published:
                return
            build = open_build(folder)
            try:
                _publish(build, self._connection)
            finally:
                build.close()
            if self._published is not None:
                until(lambda: self._is_open(folder.name))
            self._published = folder

    def _is_open(self, stamp: str) -> bool:
        """Whether the build of that name is what readers are given now."""
        if self._opened is None:
            return True
        self._look()
        return self._opened.engine.stamp == stamp


def _publish(build: Any, connection: Connection) -> None:
    for turn in range(AGAIN):
        try:
            publish(build, connection, shards=2, replicas=1)
            return
        except EngineGone:
            if turn == AGAIN - 1:
                raise


def served_by(cluster: Cluster) -> Callable[..., ServedIndex | ServedCluster]:
    """What a site of the tests serves, whatever index folder it was told."""

    def served(
        config: Mapping[str, Any], index_dir: Path, prepare: Callable[[Engine], None] | None = None, **rest: Any
    ) -> ServedIndex | ServedCluster:
        if config.get(SEARCH_ENGINE):
            return served_archive(config, index_dir, prepare, **rest)
        return PublishedFolder(index_dir, cluster, prepare)

    return served


class Deaths:
    """Nodes that are killed and come back, one at a time, until the block ends.

    Between the return of one and the death of the next lie at most ``quiet`` seconds.
    """

    def __init__(self, cluster: Cluster, quiet: float) -> None:
        self._cluster, self._quiet, self._over = cluster, quiet, threading.Event()
        self._thread = threading.Thread(target=self._go)
        self._dice = random.Random(19)
        self.count = 0
        self.fault: BaseException | None = None

    def __enter__(self) -> Deaths:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            while not self._over.wait(self._dice.uniform(0.5, self._quiet)):
                self._dice.choice(self._cluster.nodes).kill()
                self.count += 1
                self._over.wait(self._dice.uniform(0.2, AWAY))
                # Waits until every part has its copies again: of two at once nobody promises anything.
                self._cluster.start()
        except BaseException as error:
            self.fault = error


@pytest.fixture(scope="session", autouse=True)
def instead(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing, unless the run is told to search the nodes."""
    if not from_cluster():
        yield
        return
    cluster: Cluster = request.getfixturevalue("three_nodes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "served_archive", served_by(cluster))
        quiet = os.environ.get("KILLS")
        if not quiet:
            yield
            return
        with Deaths(cluster, float(quiet)) as deaths:
            yield
    print(f"\n{deaths.count} times a node was killed")
    assert deaths.fault is None, deaths.fault
    assert deaths.count


def leave_out(items: list[pytest.Item]) -> None:
    """Skips what is about the files of an index folder where sites stand in front of nodes."""
    for item in items if from_cluster() else ():
        if mark := item.get_closest_marker(FOLDER_MARK):
            item.add_marker(pytest.mark.skip(reason=f"of an index folder: {mark.args[0]}"))
