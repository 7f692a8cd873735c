"""Charts: what they show, how they are taken along; and what a page leaves of itself on paper."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from lxml import etree

from search_app.wording.numbers import today
from tests.browser.pages import PAGES, REPORT
from tests.browser.reader import DESK, PHONE, Reader
from tests.waiting import until

_ON_PAPER = """
return [...document.querySelectorAll("nav, form, button, select, .actions, .side")]
  .filter((e) => e.checkVisibility() && !e.closest(".unseen")).map((e) => e.outerHTML.slice(0, 80));
"""


def test_a_chart_says_what_it_shows(any_reader: Reader) -> None:
    any_reader.open("/trends?q=онлайн")
    title = any_reader.one("#by-year").text
    assert title == "Доля ответов по запросу «онлайн» по отчётным годам: больше всего в 2020 году — 17 %"
    assert any_reader.one("svg.chart").get_attribute("aria-labelledby").split()[0] == "by-year"  # type: ignore[union-attr]


def test_shares_of_few_answers_are_quiet(any_reader: Reader) -> None:
    any_reader.open("/trends?q=онлайн")
    answers = {
        row.text.split()[0]: int(row.text.split()[1]) for row in any_reader.all("[aria-labelledby=by-year] tbody tr")
    }
    few = {row.text.split()[0] for row in any_reader.all("[aria-labelledby=by-year] tr.few")}
    assert few == {year for year, number in answers.items() if number < 10} and few
    assert len(any_reader.all("[aria-labelledby=by-year] .chart:not(.narrow-chart) .hollow")) == len(few)
    quiet = any_reader.run("return getComputedStyle(document.querySelector('.few td')).color")
    assert quiet != any_reader.run("return getComputedStyle(document.body).color")


@pytest.mark.parametrize("address", ["/", "/praised", "/trends?q=онлайн", "/search?q=совещание&view=map"])
def test_a_chart_is_taken_as_drawing_and_picture(reader: Reader, address: str, tmp_path: Path) -> None:
    reader.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    reader.open(address)
    drawing = fetched(reader, "svg", tmp_path)
    picture = fetched(reader, "png", tmp_path)
    root = etree.fromstring(drawing)
    assert root[1].tag.endswith("title") and any(
        word in (root[1].text or "") for word in ("онлайн", "совещание", "Кто чей", "ответ")
    )
    # Paper is twice as fine as a screen. Width and height stand at the beginning of a PNG.
    size = [float(root.get(name, "")) for name in ("width", "height")]
    assert list(struct.unpack(">II", picture[16:24])) == [int(2 * side) for side in size]


def fetched(reader: Reader, ending: str, folder: Path) -> bytes:
    """The file that a link of the chart gives."""
    reader.run("arguments[0].click()", reader.one("[data-picture]" if ending == "png" else "a[href*='.svg'][download]"))
    until(lambda: any(file.stat().st_size for file in folder.glob(f"*.{ending}")))
    return next(folder.glob(f"*.{ending}")).read_bytes()


@pytest.mark.parametrize(("name", "highest"), [("requests", 520), ("question", 560), ("first-said", 620)])
def test_choices_do_not_push_the_answers_away(any_reader: Reader, name: str, highest: int) -> None:
    any_reader.sized(PHONE, 667).open(PAGES[name])
    first = "document.querySelector('.themes li, .side-by-side li, .hit').getBoundingClientRect().top"
    assert any_reader.run(f"return {first}") < highest


@pytest.mark.parametrize("name", PAGES)
def test_paper_has_words_and_no_controls(reader: Reader, name: str) -> None:
    reader.media(media="print").open(PAGES[name]).sized(794)
    assert reader.run(_ON_PAPER) == []


def test_paper_tells_address_and_day(any_reader: Reader) -> None:
    for name in ("first", "results", "filled-basket"):
        before = today()
        any_reader.media(media="print").open(PAGES[name])
        foot = any_reader.one(".bottom .paper-only").text
        assert foot.startswith("http") and foot.endswith((f", {before}", f", {today()}")), foot


def test_a_basket_is_printed_whole(reader: Reader) -> None:
    reader.media(media="print").open(f"/basket?id={REPORT}-2&note-{REPORT}-2=Позвонить")
    printed = reader.one(".hit").text
    reader.media().open(f"/reports/{REPORT}")
    for paragraph in reader.all("#p2 p:not([class])"):
        assert paragraph.text in printed
    assert "Пометка: Позвонить" in printed and "Омск, отчёт за 2021 год" in printed


def test_lines_are_no_longer_than_eyes_follow(reader: Reader) -> None:
    """Sentences of any page, at any width."""
    longest = (
        "return [...document.querySelectorAll('main p')].filter((e) => e.checkVisibility() && !e.closest('td, .about'))"
    )
    for width in (DESK, 1920):
        for name in ("results", "city", "requests", "unchanged", "praised", "trends", "help", "about"):
            reader.sized(width).open(PAGES[name])
            assert reader.run(f"{longest}.filter((e) => !e.matches('.about') && e.clientWidth > 680).length") == 0, name


def test_ids_are_unique(reader: Reader) -> None:
    for name, address in PAGES.items():
        reader.open(address)
        twice = reader.run(
            "const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
            "return ids.filter((id, place) => ids.indexOf(id) !== place)"
        )
        assert twice == [], name


def test_charts_by_year_and_city_fit_a_telephone(any_reader: Reader) -> None:
    for width in (PHONE, 320):
        any_reader.sized(width, 667).open("/trends?q=онлайн&q=совещание")
        shown = [chart for chart in any_reader.all("svg.chart") if chart.is_displayed()]
        assert len(shown) == 2
        for region in any_reader.all(".chart-scroll"):
            assert any_reader.run("return arguments[0].scrollWidth - arguments[0].clientWidth", region) <= 0
        letters = any_reader.run(
            "return [...document.querySelectorAll('.narrow-chart text')].map((e) => e.getBoundingClientRect().height)"
        )
        assert min(letters) >= 11
