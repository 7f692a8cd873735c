"""Fixtures of the cluster: ``node``, one node for the whole run, and ``cluster``, three that every test gets whole."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cluster.jars import NoClusterError, class_path, install
from tests.cluster.nodes import Cluster


def need_cluster() -> None:
    """Skips the test where nodes cannot be started, saying why; in continuous integration that is a failure."""
    in_ci = os.environ.get("CI") == "true"
    try:
        if in_ci:
            install()
        class_path()
    except NoClusterError as error:
        if in_ci:
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of one node, for what does not need more: ``node.urls[0]`` is its address."""
    need_cluster()
    with Cluster(tmp_path_factory.mktemp("node"), 1) as one:
        yield one


@pytest.fixture(scope="session")
def three_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes, started once."""
    need_cluster()
    with Cluster(tmp_path_factory.mktemp("cluster"), 3) as nodes:
        yield nodes


@pytest.fixture
def cluster(three_nodes: Cluster) -> Iterator[Cluster]:
    """Three nodes that a test may kill, hold and fill; before the next test all is whole and empty again."""
    three_nodes.heal()
    yield three_nodes
    for one in three_nodes.nodes:
        one.go_on()
