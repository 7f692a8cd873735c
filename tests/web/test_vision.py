"""The version for the visually impaired: settings, cookie, way back, contrast."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search_app import create_app
from search_app.web.vision import CHOICES, Vision, from_cookie, from_form, way_back
from tests.web.test_pages import _contrast, page


def test_every_setting_comes_back_from_its_cookie() -> None:
    for values in product(*([value for value, _ in choice.options] for choice in CHOICES)):
        vision = Vision(*values)
        assert from_cookie({"vision": vision.cookie}) == vision
        assert from_form(dict(zip((choice.name for choice in CHOICES), values, strict=True))) == vision


@given(st.text())
def test_a_foreign_cookie_changes_nothing(text: str) -> None:
    found = from_cookie({"vision": text})
    assert found is None or found.cookie == text


def test_an_incomplete_form_keeps_what_the_version_starts_with() -> None:
    assert from_form({"size": "200", "scheme": '"><script>'}) == Vision(size="200")


@pytest.mark.parametrize(
    ("address", "led_to"),
    [
        ("/search?q=парк&city=Омск", "/search?q=парк&city=Омск"),
        ("", "/"),
        ("//example.org/", "/"),
        ("/\\example.org", "/"),
        ("https://example.org/", "/"),
        ("javascript:alert(1)", "/"),
        ("/search\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_the_way_back_stays_on_the_site(address: str, led_to: str) -> None:
    assert way_back(address) == led_to


def test_switching_on_and_off(client: FlaskClient) -> None:
    assert page(client, "/search?q=парк").get("class") is None
    on = client.post("/vision", data={"size": "200", "scheme": "blue", "back": "/search?q=парк"})
    assert on.status_code == 303
    header = on.headers["Set-Cookie"]
    assert header.startswith("vision=200.plain.blue.sans;") and "HttpOnly" in header and "SameSite=Lax" in header
    document = page(client, on.location)
    assert document.get("class") == "vision size-200 space-plain scheme-blue face-sans"
    (back,) = document.xpath("//div[@class='vision-bar']//input[@name='back']/@value")
    assert unquote(back) == "/search?q=парк"
    chosen = page(client, "/vision").xpath("//input[@type='radio'][@checked]/@value")
    assert chosen == ["200", "plain", "blue", "sans"]
    client.post("/vision", data={"off": "1"})
    assert page(client, "/search?q=парк").get("class") is None


def test_pages_differ_by_cookie(client: FlaskClient) -> None:
    assert "Cookie" in client.get("/").headers["Vary"]
    assert "Cookie" not in client.get("/api/search").headers.get("Vary", "")


def test_the_settings_need_no_index(bare_client: FlaskClient) -> None:
    assert page(bare_client, "/vision").xpath("//h1")


def test_colours_have_great_contrast() -> None:
    """At least 7 for every text on every ground, 3 for edges and the focus."""
    css = (Path(create_app().static_folder or "") / "vision.css").read_text(encoding="utf-8")
    schemes = re.findall(r"^html\.scheme-(\w+) \{(.*?)^\}", css, re.DOTALL | re.MULTILINE)
    (offered,) = (choice.options for choice in CHOICES if choice.name == "scheme")
    assert [name for name, _ in schemes] == [value for value, _ in offered]
    for name, block in schemes:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for ground in ("paper", "sheet", "soft", "notice", "mark"):
            for text in ("ink", "quiet", "accent", "accent-deep", "visited"):
                assert _contrast(colours[text], colours[ground]) >= 7, (name, text, ground)
            for edge in ("edge", "line", "focus"):
                assert _contrast(colours[edge], colours[ground]) >= 3, (name, edge, ground)
        for button in ("accent", "accent-deep"):
            assert _contrast(colours["on-accent"], colours[button]) >= 7, (name, button)
