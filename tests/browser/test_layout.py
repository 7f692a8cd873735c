"""Answers come first: where things stand on small screens, and what a reader waits for."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.reader import ARTIFACTS, DESK, PHONE, SMALL, Reader

HIGHEST = {PHONE: 420, SMALL: 500}
"""Where the first hit begins at the latest on a telephone, pixels by width."""
MEDIUM = 768
ZOOMED = (683, 384)
"""A laptop's screen at 200 %."""

_TOP = "return document.querySelector('.hit').getBoundingClientRect().top"
_SHIFT = """
return new Promise((done) => {
  let shift = 0;
  const add = (list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value; };
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(shift), 500);
});
"""
_WEIGHT = """
const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
return all.reduce((sum, one) => sum + one.encodedBodySize, 0);
"""


CROWDED = {
    "plain": "q=совещание",
    "two lines of heading": "q=онлайн режим мероприятий в городе Омске в 2020 году и задачи на следующий год",
    "corrected": "q=савещание",
    "another layout": "q=cjdtofybt",
    "corrected, narrowed": "q=савещание Омск&city=Омск&city=Томск&city=Барнаул&year_from=2014&year_to=2022",
    "words left out, meaning added": "q=сотрудники разбегаются",
    "doors": "q=Омск 2020",
    "wishes": "q=проблемы Омска в 2019 году",
    "names": "q=Дворец спорта Енисей Красноярск 2019 задачи",
    "like a city": "q=онлайн режим&like=biysk",
    "nothing but meaning": "q=ничегошеньки&as_typed=1&city=Омск",
    "everything switched off": "q=совещание&meaning=0&synonyms=0&repeats=show",
}
"""Queries with all that may stand above the answers."""


@pytest.mark.parametrize("query", CROWDED.values(), ids=CROWDED)
def test_the_first_answer_stands_on_the_first_screen(any_reader: Reader, query: str) -> None:
    address = f"/search?{query}"
    for width, highest in HIGHEST.items():
        assert any_reader.sized(width, 667).open(address).lettered().run(_TOP) < highest, width
    assert any_reader.sized(*ZOOMED).open(address).lettered().run(_TOP) < ZOOMED[1]


@pytest.mark.parametrize("width", [DESK, 1024, MEDIUM, PHONE, SMALL])
def test_the_head_is_one_row(any_reader: Reader, width: int) -> None:
    any_reader.sized(width).open("/search?q=совещание")
    tops = any_reader.run(
        "return ['.brand', '#q', '.menu'].map((one) => document.querySelector(one).getBoundingClientRect())"
        ".map((box) => box.top + box.height / 2)"
    )
    assert max(tops) - min(tops) < 8


def test_filters_are_a_sheet_on_a_telephone(reader: Reader) -> None:
    reader.sized(PHONE, 667).open("/search?q=совещание")
    reader.one(".filters > summary").click()
    sheet = "document.querySelector('.filters').getBoundingClientRect()"
    assert reader.run(f"return [{sheet}.top, {sheet}.height]") == [0, 667]
    reader.one(".filters input[name=city]").click()
    reader.wait("document.querySelector('.chip')")
    button = reader.one(".filters .apply button")
    assert button.text.startswith("Показать ") and button.text.split()[1] == reader.run(
        "return document.querySelector('h1').textContent.split(/\\s/)[1]"
    )
    button.click()
    assert reader.run("return document.querySelector('.filters').open") is False
    assert reader.heading.startswith("Найден")
    reader.one(".filters > summary").send_keys(Keys.ENTER)
    reader.press(Keys.ESCAPE)
    assert reader.run("return document.querySelector('.filters').open") is False


def test_a_card_leads_where_its_heading_does(reader: Reader) -> None:
    reader.open("/search?q=совещание")
    address = reader.one(".hit h2 a").get_attribute("href")
    reader.leave(lambda: reader.one(".hit .snippet").click())
    assert reader.run("return location.href") == address


def test_recent_queries_stay_in_the_browser(reader: Reader) -> None:
    reader.open("/search?q=совещание")
    reader.open("/")
    reader.press(Keys.ARROW_DOWN)
    reader.wait("document.querySelector('[role=option]')?.textContent.startsWith('совещание')")
    assert not any("/api/" in address for _, address in reader.requests())
    assert reader.violations() == []


_LARGEST = """
const done = arguments[arguments.length - 1];
new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
  .observe({ type: "largest-contentful-paint", buffered: true });
setTimeout(() => done(-1), 20_000);
"""
SLOW_LINE = {"offline": False, "latency": 100, "downloadThroughput": 64_000, "uploadThroughput": 16_000}
"""512 kbit/s, bytes a second."""


@pytest.mark.parametrize(
    ("name", "address"), [("first", "/"), ("results", "/search?q=совещание"), ("city", "/cities/omsk")]
)
def test_how_soon_the_main_thing_is_seen_on_a_slow_line(reader: Reader, name: str, address: str) -> None:
    """The time is written down beside the screenshots, for people to judge; a slow machine is no fault."""
    reader.driver.execute_cdp_cmd("Network.enable", {})
    reader.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    reader.driver.execute_cdp_cmd("Network.emulateNetworkConditions", SLOW_LINE)
    try:
        seen = reader.sized(PHONE, 667).open(address).driver.execute_async_script(_LARGEST)  # type: ignore[no-untyped-call]
    finally:
        unhindered = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        reader.driver.execute_cdp_cmd("Network.emulateNetworkConditions", unhindered)
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / f"{name}-seen-after-ms.txt").write_text(f"{seen:.0f}\n", encoding="ascii")


@pytest.mark.parametrize("address", ["/", "/search?q=совещание", "/cities/omsk"])
def test_nothing_moves_while_a_page_loads(reader: Reader, address: str) -> None:
    for width in (DESK, PHONE):
        assert reader.sized(width).open(address).run(_SHIFT) < 0.1


def test_the_first_page_is_light(reader: Reader) -> None:
    """Bytes as they travel, packed, with letters and the map."""
    reader.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    assert reader.open("/").run(_WEIGHT) < 40_000
    loaded = reader.run(
        "return performance.getEntriesByType('resource').map((one) => one.name.split('/').at(-1).split('?')[0])"
    )
    # Of the letters those that the page has.
    assert {"sans.woff2", "sans-bold.woff2", "land.svg"} <= set(loaded) and "pages.css" not in loaded
    assert not [name for name in loaded if "latin" in name]
