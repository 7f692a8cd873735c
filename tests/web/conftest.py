"""Two archives with a site in front of each, built once for all tests that only read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.rebuild import rebuild
from search_app import create_app
from tests.site_archive import WholeClient

ROOT = Path(__file__).parents[2]
ARCHIVES = {"sample": ROOT / "index_data" / "sample", "gold": ROOT / "tests" / "data" / "reports" / "archive"}


@pytest.fixture(scope="session", params=ARCHIVES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    index = tmp_path_factory.mktemp(request.param) / "index"
    reports = ARCHIVES[request.param]
    rebuild(reports, index, jobs=1)
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index)})
    app.test_client_class = WholeClient
    return app.test_client()
