"""Every test of the site runs against both engines: the index on the disk, and the same archive in a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.cluster.connection import Connection, address_of
from indexer.cluster.publishing import publish
from indexer.rebuild import rebuild
from search_app import create_app
from tests.cluster.instead import from_cluster
from tests.cluster.nodes import Cluster
from tests.site_archive import WholeClient

ALIAS = "site-of-tests"
ROOT = Path(__file__).parents[2]
ARCHIVES = {"sample": ROOT / "index_data" / "sample", "gold": ROOT / "tests" / "data" / "reports" / "archive"}


@pytest.fixture(scope="session", params=["three nodes"] if from_cluster() else ["local", "cluster"])
def app(request: pytest.FixtureRequest, folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    reports, index = folders
    settings = {"REPORTS_DIR": str(reports), "INDEX_DIR": str(index), "TESTING": True}
    if request.param == "cluster":
        node: Cluster = request.getfixturevalue("node")
        settings |= {"SEARCH_ENGINE": published(index, node.urls[0]), "ENGINE_ALIAS": ALIAS}
        settings |= {"INDEX_DIR": str(tmp_path_factory.mktemp("server"))}
    app = create_app(settings)
    app.test_client_class = WholeClient
    return app


def published(index: Path, url: str) -> str:
    """Loads the index into a cluster; returns where that answers."""
    connection = Connection(address_of(url, alias=ALIAS))
    build = open_build(Store(index).current_dir())
    publish(build, connection, shards=2, replicas=0)
    build.close()
    connection.close()
    return url


@pytest.fixture(scope="session", params=ARCHIVES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The sample and the archive of the gold reports with a site in front of each."""
    index = tmp_path_factory.mktemp(request.param) / "index"
    reports = ARCHIVES[request.param]
    rebuild(reports, index, jobs=1)
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index)})
    app.test_client_class = WholeClient
    return app.test_client()
