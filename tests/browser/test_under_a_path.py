"""The site under a path of another one, in a real browser: completion, basket, filters and redirects stay under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys

from search_app import create_app
from tests.browser.conftest import SAMPLE, served
from tests.browser.reader import Reader


@pytest.fixture(scope="module")
def placed(site_app: Flask) -> Iterator[str]:
    """The address of the site, where nothing answers but under its path."""
    config = {"REPORTS_DIR": str(SAMPLE), "INDEX_DIR": str(Path(site_app.config["INDEX_DIR"]))}
    app = create_app(config)
    with served(app) as address:
        inner = create_app(config | {"PUBLIC_URL": f"{address}/opyt"}).wsgi_app

        def under_the_path(environ: WSGIEnvironment, start: StartResponse) -> object:
            if not environ["PATH_INFO"].startswith("/opyt"):
                start("404 Not Found", [("Content-Type", "text/plain")])
                return [b"not here"]
            return inner(environ, start)

        app.wsgi_app = under_the_path  # type: ignore[method-assign,assignment]
        yield f"{address}/opyt"


def test_all_ways_stay_under_the_path(_scripted: Reader, placed: str) -> None:
    reader = _scripted.fresh(placed)
    reader.open("/")
    reader.one("#q").send_keys("онлайн реж")
    reader.wait("document.querySelector('.combo-list:not([hidden]) li')")
    reader.leave(lambda: reader.one("#q").send_keys(Keys.ESCAPE, Keys.ENTER))
    assert reader.run("return location.pathname") == "/opyt/search"
    reader.one(".hit a[data-basket]").click()
    reader.wait("document.querySelector('a[href^=\"/opyt/basket\"]').textContent.includes('(1)')")
    # The driver takes the menu, a fold laid open, for closed.
    reader.leave(lambda: reader.run("document.querySelector('.top-links a[href^=\"/opyt/basket\"]').click()"))
    assert reader.run("return location.pathname") == "/opyt/basket"
    assert reader.messages() == []
