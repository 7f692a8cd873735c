from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.analysis import Analyzer, shared_analyzer
from indexer.build import Build, open_build
from indexer.vocabulary import load
from search_app.model import SearchPage, SearchRequest
from search_app.search import search
from tests.engine.archive import REPORTS, make_reports, publish

Find = Callable[..., SearchPage]


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return shared_analyzer(load())


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder: Path = tmp_path_factory.mktemp("index")
    return open_build(publish(folder, make_reports(REPORTS)).current_dir())


@pytest.fixture(scope="session")
def find(build: Build) -> Find:
    """Searches the small archive: the query, then any field of the request."""
    return lambda q="", **fields: search(SearchRequest(q=q, **fields), build)
