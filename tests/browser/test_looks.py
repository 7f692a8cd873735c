"""How every page looks and what it weighs: accessible, within the window, light. Leaves screenshots behind."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.pages import PAGES, existing
from tests.browser.reader import ARTIFACTS, DESK, PHONE, SMALL, Reader

MOST_BYTES = 100_000


@pytest.mark.parametrize("name", PAGES)
def test_page(reader: Reader, site_app: Flask, name: str) -> None:
    if name not in existing(site_app):
        pytest.skip("этой страницы на сайте ещё нет")
    reader.open(PAGES[name])
    requests = [kind for kind, address in reader.requests() if "/api/" not in address]
    most = {"first": 1, "vision": 3}.get(name, 2)
    assert requests.count("Stylesheet") == most and requests.count("Script") == min(most, 2)
    size = reader.run("return new Blob([document.documentElement.outerHTML]).size")
    assert size < MOST_BYTES
    assert reader.violations() == []
    reader.photograph(ARTIFACTS / f"{name}-{DESK}.png")
    for width in (PHONE, SMALL):
        assert reader.sized(width).wider_than_window() == [], width
        if width == PHONE:
            reader.photograph(ARTIFACTS / f"{name}-{width}.png")


def test_the_examiner_is_awake(reader: Reader) -> None:
    reader.open("/")
    reader.run("document.querySelector('label').remove(); document.querySelector('input').placeholder = ''")
    reader.run("document.documentElement.lang = ''")
    assert {fault.partition(":")[0] for fault in reader.violations()} == {"html-has-lang", "label"}


@pytest.mark.parametrize("name", ["first", "narrowed", "matrix", "report", "vision"])
def test_dark(reader: Reader, name: str) -> None:
    reader.media(dark=True).sized(PHONE).open(PAGES[name])
    assert reader.violations() == []
    reader.sized(DESK).photograph(ARTIFACTS / f"{name}-dark.png")


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("first", "200.wider.white.serif"),
        ("narrowed", "200.wide.black.sans"),
        ("matrix", "150.plain.blue.sans"),
        ("report", "200.wider.beige.serif"),
        ("vision", "150.wide.brown.sans"),
    ],
)
def test_for_the_visually_impaired(reader: Reader, name: str, settings: str) -> None:
    reader.low_vision(settings).open(PAGES[name])
    assert reader.violations() == []
    assert reader.wider_than_window() == []
    reader.photograph(ARTIFACTS / f"{name}-vision.png")
    assert reader.sized(PHONE).wider_than_window() == []


@pytest.mark.parametrize("name", ["first", "results", "matrix", "report", "not-found"])
def test_text_twice_as_large(reader: Reader, name: str) -> None:
    """The reader's own text size: nothing is cut off, nothing needs scrolling to both sides."""
    reader.open(PAGES[name])
    reader.run("document.documentElement.style.fontSize = '200%'")
    assert reader.wider_than_window() == []
    cut = reader.run(
        "return [...document.querySelectorAll('button, .choice, .chip, h1, h2, label')]"
        ".filter((e) => !e.closest('.unseen') && e.scrollWidth > e.clientWidth + 2 && e.clientWidth)"
        ".map((e) => e.outerHTML.slice(0, 100))"
    )
    assert cut == []


@pytest.mark.parametrize("name", ["first", "results", "matrix", "report"])
def test_print(reader: Reader, name: str) -> None:
    reader.media(media="print").open(PAGES[name])
    assert not any(part.is_displayed() for part in reader.all("nav, .quick, .side, .pagination, .skip"))
    reader.sized(794).photograph(ARTIFACTS / f"{name}-print.png")


def test_without_an_index(reader: Reader, bare_site: str) -> None:
    for address in ("/", "/search?q=парк", "/vision"):
        reader.fresh(bare_site).open(address)
        assert reader.violations() == []
        assert reader.sized(SMALL).wider_than_window() == []
    reader.fresh(bare_site).open("/").photograph(ARTIFACTS / f"no-index-{DESK}.png")
