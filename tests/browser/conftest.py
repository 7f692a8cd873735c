"""The site on the sample archive behind a real server, and Debian's Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from werkzeug.serving import make_server

from indexer.keeping.dump import write_dump
from indexer.rebuild import rebuild
from search_app import create_app
from tests.browser.reader import Reader
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "index_data" / "sample"

# The flags without which a browser of a closed network keeps looking for its maker's hosts.
FLAGS = """
--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars
""".split()


@pytest.fixture(scope="session")
def driver_paths() -> tuple[str, str]:
    """Browser and driver. Without them CI fails; elsewhere the tests are skipped."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser and driver:
        return browser, driver
    reason = "нет Chromium: поставьте пакеты chromium и chromium-driver"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site over the sample archive."""
    index = tmp_path_factory.mktemp("browser") / "index"
    rebuild(SAMPLE, index, jobs=1)
    write_dump(index)
    return create_app({"REPORTS_DIR": str(SAMPLE), "INDEX_DIR": str(index)})


@pytest.fixture(scope="session")
def site(site_app: Flask) -> Iterator[str]:
    """The address of the site."""
    with served(site_app) as address:
        yield address


@pytest.fixture(scope="session")
def bare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose index was never built."""
    folder = tmp_path_factory.mktemp("bare")
    with served(create_app({"REPORTS_DIR": str(folder), "INDEX_DIR": str(folder / "index")})) as address:
        yield address


@pytest.fixture(scope="session")
def _scripted(driver_paths: tuple[str, str]) -> Iterator[Reader]:
    with browser(driver_paths) as reader:
        yield reader


@pytest.fixture(scope="session")
def _plain(driver_paths: tuple[str, str]) -> Iterator[Reader]:
    with browser(driver_paths, scripts=False) as reader:
        yield reader


@pytest.fixture
def reader(_scripted: Reader, site: str) -> Reader:
    """A reader at a desk, with scripts."""
    return _scripted.fresh(site)


@pytest.fixture
def plain_reader(_plain: Reader, site: str) -> Reader:
    """The same without scripts."""
    return _plain.fresh(site)


@pytest.fixture(params=["with scripts", "without"])
def any_reader(request: pytest.FixtureRequest) -> Reader:
    """Both, one after the other."""
    found: Reader = request.getfixturevalue("reader" if request.param == "with scripts" else "plain_reader")
    return found


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serves ``app`` on a free port until the end of the block."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browser(paths: tuple[str, str], *, scripts: bool = True) -> Iterator[Reader]:
    options = webdriver.ChromeOptions()
    options.binary_location = paths[0]
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service(paths[1]))
    driver.set_page_load_timeout(PATIENCE)
    driver.set_script_timeout(PATIENCE)
    try:
        yield Reader(driver)
    finally:
        driver.quit()
