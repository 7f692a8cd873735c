"""The ways an official goes, with scripts and without."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.pages import REPORT
from tests.browser.reader import DESK, PHONE, SMALL, Reader


@pytest.mark.parametrize("width", [DESK, PHONE, SMALL])
def test_from_a_question_to_the_place_in_a_report(any_reader: Reader, width: int) -> None:
    any_reader.sized(width).open("/")
    any_reader.leave(lambda: any_reader.one("#q").send_keys("онлайн режим", Keys.ENTER))
    assert "онлайн режим" in any_reader.heading
    first = any_reader.one(".hit h2 a")
    assert "?q=" in (first.get_attribute("href") or "") and "#p" in (first.get_attribute("href") or "")
    any_reader.leave(first.click)
    assert "отчёт за" in any_reader.heading
    assert any_reader.all(".part mark")
    position = any_reader.address.partition("#")[2]
    assert any_reader.one(f"#{position}").is_displayed()
    any_reader.leave(any_reader.link("К результатам").click)
    assert "онлайн режим" in any_reader.heading
    assert any_reader.messages() == []


def test_filters_without_scripts(plain_reader: Reader) -> None:
    plain_reader.open("/search?q=совещание")
    plain_reader.point("input[name=city][value=Омск]")
    plain_reader.leave(lambda: plain_reader.point(".apply button"))
    assert unquote_plus(plain_reader.address) == "/search?q=совещание&city=Омск&year_from=&year_to=&sort="
    assert plain_reader.heading.endswith("Омск")
    assert not plain_reader.all(".facet-filter")
    plain_reader.leave(plain_reader.one(".chip").click)
    assert unquote_plus(plain_reader.address) == "/search?q=совещание"


def test_filters_apply_at_once_with_scripts(reader: Reader) -> None:
    reader.open("/search?q=совещание")
    before = reader.run("return document.querySelector('h1').textContent")
    reader.run("window.same = true")
    reader.run("document.querySelector('input[name=city][value=Омск]').focus()")
    reader.press(Keys.SPACE)
    reader.wait("document.querySelector('h1').textContent.endsWith('Омск')")
    assert unquote_plus(reader.address) == "/search?q=совещание&city=Омск"
    # The page is the same, the focus where it was, and a screen reader hears the count.
    assert reader.run("return window.same")
    assert reader.focused.get_attribute("value") == "Омск"
    assert reader.one("#status").text == reader.heading
    assert not reader.one(".apply").is_displayed()
    reader.driver.back()
    reader.wait("document.querySelector('h1').textContent === arguments[0]", before)
    assert not reader.one("input[name=city][value=Омск]").is_selected()
    reader.driver.forward()
    reader.wait("document.querySelector('h1').textContent.endsWith('Омск')")
    assert reader.run("return window.same")
    assert reader.messages() == []


def test_range_sort_view_and_pages_with_scripts(reader: Reader) -> None:
    reader.open("/search")
    reader.run("window.same = true")
    reader.run("document.querySelector('select[name=year_from]').focus()")
    reader.press("2020", Keys.ENTER)
    reader.wait("location.search === '?year_from=2020'")
    reader.wait("document.querySelector('h1').textContent.includes('с 2020 года')")
    reader.run("document.querySelector('select[name=sort]').focus()")
    reader.press("ст", Keys.ENTER)
    reader.wait("location.search.includes('sort=oldest')")
    reader.wait("document.querySelector('select[name=sort]').value === 'oldest'")
    reader.link("Далее").click()
    reader.wait("document.querySelector('.pagination [aria-current]')?.textContent === '2'")
    assert reader.focused.tag_name == "h1"
    reader.link("матрицей").click()
    reader.wait("document.querySelector('.matrix')")
    # The form carries what the page shows.
    reader.one("#q").send_keys("совещание", Keys.ENTER)
    reader.wait("location.search.includes('view=matrix') && location.search.includes('q=')")
    reader.wait("document.querySelector('h1').textContent.includes('совещание')")
    assert reader.run("return window.same")


def test_a_long_list_of_cities_is_searched(reader: Reader) -> None:
    reader.open("/search")
    reader.point("[data-facet=city] .facet-filter")
    reader.press("красно")
    shown = reader.run(
        "return [...document.querySelectorAll('[data-facet=city] li')].filter((item) => item.offsetHeight)"
        ".map((item) => item.querySelector('.choice-label').textContent)"
    )
    assert shown == ["Красноярск"]
    assert "осталось: 1 из" in (reader.one("#status").get_attribute("textContent") or "")
    reader.press(Keys.ENTER)
    assert reader.address == "/search"


def test_a_cell_of_the_matrix_leads_to_its_answers(any_reader: Reader) -> None:
    any_reader.open("/search?q=совещание&view=matrix")
    cell = any_reader.one(".matrix td a")
    count = cell.text
    cell.click()
    any_reader.wait("document.querySelector('.hits')")
    assert any_reader.heading.split()[1] == count
    assert len(any_reader.all(".chip")) == 2


def test_the_first_page_leads_on(any_reader: Reader) -> None:
    any_reader.leave(any_reader.open("/").one(".map a circle").click)
    assert any_reader.address.startswith("/cities/")
    any_reader.open("/")
    count = any_reader.one(".matrix td a").text
    any_reader.leave(any_reader.one(".matrix td a").click)
    assert count in any_reader.heading
    any_reader.leave(any_reader.open("/").one(".examples a").click)
    assert any_reader.heading.startswith("Найден")


def test_from_the_keyboard_alone(reader: Reader) -> None:
    """From the first page to the permalink of an answer."""
    reader.open("/")
    assert reader.focused.get_attribute("id") == "q"
    reader.leave(lambda: reader.press("онлайн режим", Keys.ENTER))
    reader.tab_to(".skip", Keys.TAB).send_keys(Keys.ENTER)
    reader.tab_to(".side a[href='#hits']", Keys.TAB).send_keys(Keys.ENTER)
    found = reader.tab_to(".hit h2 a", Keys.TAB)
    assert reader.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    found.send_keys(Keys.ENTER)
    reader.wait("location.pathname.startsWith('/reports/')")
    reader.tab_to("a.permalink", Keys.TAB).send_keys(Keys.ENTER)
    assert reader.address.startswith("/reports/") and "#p" in reader.address


def test_the_version_for_the_visually_impaired(any_reader: Reader) -> None:
    address = f"/reports/{REPORT}?q=онлайн"
    any_reader.leave(any_reader.open(address).link("Версия для слабовидящих").click)
    any_reader.one("input[value='200']").click()
    any_reader.one("input[value=black]").click()
    any_reader.leave(any_reader.one(".settings button").click)
    assert unquote_plus(any_reader.address) == address
    assert any_reader.one("html").get_attribute("class").split()[:5] == [
        "vision",
        "size-200",
        "space-plain",
        "scheme-black",
        "face-sans",
    ]
    assert any_reader.run("return getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    cookie = any_reader.driver.get_cookie("vision")
    assert cookie and cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    any_reader.leave(any_reader.one(".vision-bar button[name=off]").click)
    assert "vision" not in (any_reader.one("html").get_attribute("class") or "")
    assert any_reader.driver.get_cookies() == []


def test_the_basket_without_scripts(plain_reader: Reader) -> None:
    plain_reader.leave(plain_reader.open("/search?q=совещание").link("В подборку").click)
    assert plain_reader.heading == "Подборка: 1 ответ"
    own = plain_reader.address
    plain_reader.leave(plain_reader.open("/search?q=парк").link("В подборку").click)
    assert plain_reader.heading == "Подборка: 2 ответа" and plain_reader.address.startswith(own)


def test_a_colleagues_basket_stays_the_colleagues(any_reader: Reader) -> None:
    any_reader.open(f"/basket?take={REPORT}-1")
    any_reader.open(f"/basket?id={REPORT}-2&id={REPORT}-3")
    assert "осталась как была" in any_reader.one(".notice").text
    any_reader.leave(any_reader.one("button[name=drop]").click)
    assert any_reader.heading == "Подборка: 1 ответ"
    any_reader.leave(any_reader.link("открыть свою").click)
    assert any_reader.address == f"/basket?id={REPORT}-1"
    any_reader.open(f"/basket?id={REPORT}-2")
    any_reader.leave(any_reader.link("Добавить эти").click)
    assert any_reader.heading == "Подборка: 2 ответа" and not any_reader.all("main .notice")


def test_five_keys_to_the_first_answer(any_reader: Reader) -> None:
    for link in ("body > .skip[href='#hits']", ".side a[href='#hits']"):
        any_reader.open("/search?q=совещание")
        if link.startswith(".side"):
            any_reader.one(link).send_keys(Keys.ENTER)
        else:
            any_reader.tab_to(link, Keys.TAB, 2).send_keys(Keys.ENTER)
        assert any_reader.tab_to(".hit h2 a", Keys.TAB, 3)
        assert any_reader.address.endswith("#hits")


def test_links_around_the_results_follow_the_filters(reader: Reader) -> None:
    reader.open("/search?q=совещание")
    reader.run("document.querySelector('input[name=city][value=Омск]').click()")
    reader.wait("document.querySelector('h1').textContent.endsWith('Омск')")
    links = reader.run(
        "return [...document.querySelectorAll('a[href*=\"/vision\"], link[rel=alternate], .takeaway a')]"
        ".map((link) => decodeURIComponent(decodeURIComponent(link.getAttribute('href'))))"
    )
    assert len(links) >= 7 and all("Омск" in link for link in links), links


def test_the_basket_is_remembered(reader: Reader) -> None:
    reader.open("/search?q=совещание")
    first, second = reader.all(".keep")[:2]
    first.click()
    second.click()
    assert first.text.startswith("В подборке")
    # The driver takes the menu, a fold laid open, for closed.
    assert "Подборка (2)" in reader.run("return document.querySelector('.top-links').textContent")
    reader.leave(lambda: reader.run("document.querySelector('.top-links a[href^=\"/basket\"]').click()"))
    assert reader.heading == "Подборка: 2 ответа"
    reader.open("/basket")
    reader.wait("document.querySelector('h1').textContent.includes('2')")
    reader.one("button[name=drop]").click()
    reader.wait("document.querySelector('h1').textContent.includes('1')")
    reader.one("button[name=drop]").click()
    reader.wait("document.querySelector('h1').textContent.includes('0')")
    reader.open("/search?q=совещание")
    assert not reader.all("a[data-inside]")


def test_completion_from_the_keyboard(reader: Reader) -> None:
    reader.open("/")
    field = reader.one("#q")
    reader.press("омс")
    reader.wait("document.querySelector('[role=option]')")
    assert field.get_attribute("aria-expanded") == "true"
    assert reader.violations() == []
    reader.press(Keys.ARROW_DOWN)
    chosen = reader.one(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true" and chosen.text.startswith("Омск")
    reader.press(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    assert field.get_attribute("value") == "омс"
    reader.press("к")
    reader.wait("document.querySelector('[aria-expanded=true]')")
    reader.press(Keys.ARROW_DOWN)
    reader.leave(lambda: reader.press(Keys.ENTER))
    assert reader.address == "/cities/omsk"
    assert reader.messages() == []


COPIED = {
    "results": ("/search?q=совещание&city=Омск", ".found-row a[data-copy]", "/search?q="),
    "answer": (f"/reports/{REPORT}", "a.permalink", f"/passages/{REPORT}-1?v="),
    "citation": (f"/reports/{REPORT}", "button[data-copy]", "Омск, отчёт за 2021 год"),
    "basket": (f"/basket?id={REPORT}-1", "main a[data-copy]", f"/basket?id={REPORT}-1"),
    "map": ("/", ".chart-links a[data-copy]", "/#map-title"),
}
"""What is copied → page, what is clicked, what the clipboard then has."""


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
@pytest.mark.parametrize(("address", "control", "words"), COPIED.values(), ids=COPIED)
def test_one_click_copies_and_says_so(reader: Reader, address: str, control: str, words: str, secure: bool) -> None:
    rights = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    reader.driver.execute_cdp_cmd("Browser.grantPermissions", {"origin": reader.site, "permissions": rights})
    reader.open(address)
    reader.run("document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })")
    reader.run("window.board = navigator.clipboard")
    if not secure:
        # As on a site without https.
        reader.run("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    reader.point(control)
    reader.wait("document.querySelector(arguments[0]).textContent.includes('Скопировано')", control)
    assert "скопирована" in (reader.one("#status").get_attribute("textContent") or "")
    read = "const done = arguments[0]; window.board.readText().then(done, (error) => done(String(error)))"
    assert words in unquote_plus(reader.driver.execute_async_script(read))  # type: ignore[no-untyped-call]
