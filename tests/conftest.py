"""Small real archives, read and indexed once for all tests: passages without files, and files behind a site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from indexer.builds.build import Build, open_build
from indexer.builds.verification import build_faults, index_faults
from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.rebuild import rebuild
from indexer.vocabulary import load
from search_app import create_app
from search_app.engine.matching.compiled import compile_all
from search_app.engine.search import search
from search_app.request.model import SearchPage, SearchRequest
from tests.cluster.fixtures import cluster, node, three_nodes  # noqa: F401
from tests.cluster.instead import instead, leave_out  # noqa: F401
from tests.site_archive import WholeClient, write_reports
from tests.small_archive import REPORTS, make_reports, publish

Find = Callable[..., SearchPage]

# No test holds a time: the first search of an installation compiles loops.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what cannot be asked of the chosen engine."""
    leave_out(items)


@pytest.fixture(scope="session", autouse=True)
def machine_code() -> None:
    """What is tested runs as it does for long, wherever tests begin: a small archive would not wait for it."""
    compile_all()


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return shared_analyzer(load())


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """A build of the small archive; when all tests have searched it, it is still what was written."""
    folder: Path = tmp_path_factory.mktemp("index")
    build = open_build(publish(folder, make_reports(REPORTS)).current_dir())
    yield build
    assert list(build_faults(build.folder, deep=True)) == []


@pytest.fixture(scope="session")
def find(build: Build) -> Find:
    """Searches the small archive: the query, then any field of the request."""
    return lambda q="", **fields: search(SearchRequest(q=q, **fields), build)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """Reports folder and index folder."""
    root = tmp_path_factory.mktemp("web")
    reports, index = write_reports(root / "reports"), root / "index"
    rebuild(reports, index, jobs=1)
    yield reports, index
    assert list(index_faults(index, deep=True)) == []


@pytest.fixture(scope="session")
def app(folders: tuple[Path, Path]) -> Flask:
    reports, index = folders
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index), "TESTING": True})
    app.test_client_class = WholeClient
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def bare_client(tmp_path: Path) -> FlaskClient:
    """A site whose index was never built."""
    return create_app({"REPORTS_DIR": str(tmp_path), "INDEX_DIR": str(tmp_path / "index")}).test_client()
