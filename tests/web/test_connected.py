"""Pages of connections tell the truth: each number is what its link opens, each quote stands in the answer it names."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from search_app.connections.asks.digest import digest
from search_app.request.model import SearchRequest
from search_app.study.kept import Kept
from search_app.web.routes import asks
from tests.web.test_numbers import number, read

REPORT = re.compile(r"/reports/([^#?]+)#p(\d+)")
ALL_TONES = "tone=praise&tone=neutral&tone=negative"


def squeezed(text: str) -> str:
    return " ".join(text.split())


def count_of(page: html.HtmlElement, heading: str) -> int:
    """The number beside a heading; 0 where the page has no such heading."""
    found = page.xpath(f"//h2[@id='{heading}']/span[@class='count']")
    return number(found[0].text_content()) if found else 0


def answers_of(site: FlaskClient, report: str, kept: dict[str, dict[int, str]]) -> dict[int, str]:
    if report not in kept:
        document = site.get(f"/api/reports/{report}").get_json()
        kept[report] = {passage["position"]: squeezed(passage["text"]) for passage in document["passages"]}
    return kept[report]


def quotes(page: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Each quote of a page with the address of the answer that the page names beside it."""
    for quote in page.xpath("//main//q"):
        links = [link for link in quote.xpath("preceding::a[@href]") if REPORT.fullmatch(link.get("href"))]
        behind = [link for link in quote.xpath("following-sibling::a[@href]") if REPORT.fullmatch(link.get("href"))]
        if "praised-quote" in str(quote.getparent().get("class")) or quote.xpath("ancestor::details[1]/p[@class]"):
            links = behind or links
        if links:
            yield squeezed(quote.text_content()), (behind[0] if links is behind else links[-1]).get("href")


def strangers(site: FlaskClient, address: str, kept: dict[str, dict[int, str]]) -> list[tuple[str, str, str]]:
    """Quotes that do not stand in the answer."""
    wrong = []
    for said, target in quotes(read(site, address)):
        report, position = REPORT.fullmatch(target).groups()  # type: ignore[union-attr]
        text = answers_of(site, report, kept)[int(position)]
        if said.rstrip("…").strip(" ;,.") not in text:
            wrong.append((address, target, said))
    return wrong


def test_every_quote_stands_in_the_answer_it_names(site: FlaskClient) -> None:
    pages = ["/requests", "/praised", f"/praised?{ALL_TONES}", "/unchanged", "/unchanged?show=new"]
    pages += read(site, "/problems").xpath("//tbody/tr/th/a/@href")[:8]
    pages += read(site, "/requests").xpath("//nav[@aria-label='Годы']//a/@href")[:4]
    pages += [
        link
        for page in pages[5:8]
        for link in read(site, page).xpath("//p[@class='hit-foot']/a[starts-with(@href, '/passages/')]/@href")[:4]
    ]
    pages += [
        f"{city}/plans" for city in read(site, "/cities").xpath("//main//a[starts-with(@href, '/cities/')]/@href")[:8]
    ]
    kept: dict[str, dict[int, str]] = {}
    look = partial(strangers, site, kept=kept)
    assert [fault for page in dict.fromkeys(pages) for fault in look(page)] == []
    assert len(kept) > 15


def test_a_large_archive_works_out_every_year_beside_the_first_page(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    years = [int(link.text_content()) for link in read(site, "/requests").xpath("//nav[@aria-label='Годы']//a")[:-1]]
    asked: list[SearchRequest] = []
    monkeypatch.setattr(asks, "_LARGE", 1)
    monkeypatch.setattr(asks, "_kept_stamp", {})
    monkeypatch.setattr(asks, "_kept", Kept(10_000))
    monkeypatch.setattr(asks, "digest", lambda wanted, engine: asked.append(wanted) or digest(wanted, engine))
    site.get("/about")
    for thread in threading.enumerate():
        if thread.name == asks._WARMING:
            thread.join(60)
    assert asked == [SearchRequest(year=(year,)) for year in years]
    for year in years:
        site.get(f"/requests?year={year}")
    assert len(asked) == len(years) > 3


def test_a_topic_of_problems_opens_what_its_row_counts(site: FlaskClient) -> None:
    rows = read(site, "/problems").xpath("//tbody/tr")
    assert rows
    for row in rows:
        page = read(site, row.xpath("th/a/@href")[0])
        complaining, succeeding = (number(cell.text_content()) for cell in row.xpath("td"))
        cities = {
            link.text_content().split(",")[0]
            for link in page.xpath("//section[@aria-labelledby='complaints']//li/p[not(@class)]/a[1]")
        }
        shown = page.xpath("//section[@aria-labelledby='answers']//li/p[not(@class)]/a[1]")
        told = {link.text_content().split(",")[0] for link in shown}
        assert count_of(page, "complaints") >= complaining == len(cities - {"Город не определён"}), row.text_content()
        assert count_of(page, "answers") == len(shown)
        assert succeeding == len(told - {"Город не определён"}), row.text_content()


def test_requests_add_up_and_are_those_of_the_api(site: FlaskClient) -> None:
    years = read(site, "/requests").xpath("//nav[@aria-label='Годы']//a/@href")
    assert years
    for address in years:
        page = read(site, address)
        digest = site.get(address.replace("/requests", "/api/digest")).get_json()
        lead = squeezed(page.xpath("//p[@class='lead']")[0].text_content())
        total = re.search(r"— (\d[\d ]*) прос", lead.replace("\u00a0", " "))
        assert total and number(total[1]) == digest["total"], lead
        grouped = sum(len(theme["quotes"]) for theme in digest["themes"])
        assert grouped + len(digest["alone"]) == digest["total"], address
        for id_, items in (("lasting", "themes"), ("new", "themes"), ("themes", "themes"), ("gone", "themes")):
            shown = page.xpath(f"//section[@aria-labelledby='{id_}']/*[contains(@class, '{items}')]/li")
            assert count_of(page, id_) == len(shown), (address, id_)
        alone = page.xpath("//section[@aria-labelledby='alone']/ul[contains(@class, 'quotes')]/li")
        if not page.xpath("//nav[@aria-label='Страницы остальных просьб']"):
            assert count_of(page, "alone") == len(alone), address


def every_mention(site: FlaskClient, query: str) -> list[dict[str, Any]]:
    """All mentions that the API gives, page by page."""
    found: list[dict[str, Any]] = []
    first = site.get(f"/api/mentions?per_page=100&{query}").get_json()
    for place in range(1, first["pages"] + 1):
        found += site.get(f"/api/mentions?per_page=100&page={place}&{query}").get_json()["mentions"]
    assert len(found) == first["total"]
    return found


def test_a_praised_city_is_spoken_of_as_often_as_its_row_says(site: FlaskClient) -> None:
    page = read(site, "/praised")
    mentions = every_mention(site, "tone=praise")
    lead = squeezed(page.xpath("//p[@class='lead']")[0].text_content())
    assert number(lead.split("упомин")[0]) == len(mentions)
    rows = page.xpath("//table[contains(@class, 'cities-praised')]/tbody/tr")
    assert len(rows) == len({mention["mentioned"] for mention in mentions}) == count_of(page, "praised-cities")
    for row in rows:
        link = row.xpath("td[2]/a")[0]
        by, said = (number(cell.text_content().split(":")[0]) for cell in row.xpath("td"))
        opened = read(site, link.get("href"))
        name = row.xpath("th/span[@class='praised-city']")[0].text_content().strip()
        own = [mention for mention in mentions if mention["mentioned"] == name]
        assert (by, said) == (len({mention["city"] for mention in own}), len(own)), name
        assert number(squeezed(opened.xpath("//p[@class='lead']")[0].text_content()).split("упомин")[0]) == said, name


def test_kinds_of_what_stays_the_same_count_what_they_open(site: FlaskClient) -> None:
    for start in ("/unchanged", "/unchanged?show=new"):
        for link in read(site, start).xpath("//nav[@aria-label='Виды вопросов']//a"):
            said = re.search(r"\(([\d\u00a0 ]+)\)", link.text_content())
            page = read(site, link.get("href"))
            shown = len(page.xpath("//main//ul[contains(@class, 'hits')]/li"))
            assert said, link.text_content()
            more = page.xpath("//nav[contains(@aria-label, 'траниц')]")
            assert number(said[1]) == shown or (more and number(said[1]) > shown), link.get("href")


def test_plans_of_a_city_add_up(site: FlaskClient) -> None:
    cities = read(site, "/cities").xpath("//main//a[starts-with(@href, '/cities/')]/@href")
    seen = 0
    for city in dict.fromkeys(city for city in cities if city.count("/") == 2):
        page = read(site, f"{city}/plans")
        tasks, looked = page.xpath("//li[@class='plan-item']"), page.xpath("//div[@class='plan-task']//span")
        told = [squeezed(sentence.text_content()) for sentence in page.xpath("//h1/following-sibling::p")]
        if not tasks:
            continue
        seen += 1
        assert number(told[0].split("год:")[1]) == len(tasks), city
        parts = re.findall(r"— (\d+)", " ".join(one for one in told[1:] if one.startswith("По отчёт")))
        assert sum(map(int, parts)) == len(looked), (city, told)
    assert seen > 5


def test_a_share_of_plans_is_that_of_the_page_it_opens(site: FlaskClient) -> None:
    table = read(site, "/plans")
    cells = table.xpath("//tbody//td/a")
    for cell in cells[:: max(1, len(cells) // 12)]:
        done, tasks = map(int, re.findall(r"\d+", cell.get("title")))
        page = read(site, cell.get("href"))
        assert tasks == len(page.xpath("//div[@class='plan-task']//span[contains(@class, 'status')]")), cell.get("href")
        good = page.xpath("//span[contains(@class, 'status-done') or contains(@class, 'status-partly')]")
        assert done == len(good), cell.get("href")


def test_a_question_counts_the_answers_it_shows(site: FlaskClient) -> None:
    first = read(site, "/questions/help")
    for address in first.xpath("//main//nav//a[contains(@href, 'year=')]/@href")[:12]:
        page = read(site, address)
        lead = squeezed(page.xpath("//p[@class='lead']")[0].text_content())
        said = re.search(r"(\d+) ответ\w* (\d+) город", lead)
        if not said:
            continue
        heading = page.xpath("//h2[starts-with(normalize-space(.), 'Ответы')]/span[@class='count']")
        assert heading and number(heading[0].text_content()) == int(said[1]), address


NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def said_in(cell: html.HtmlElement, *without: str) -> str:
    """What an answer's cell of the comparison says, without the elements of some names and what is ours in it."""
    copy = html.fromstring(html.tostring(cell, encoding="unicode"))
    for own in copy.xpath(" | ".join((".//*[contains(@class, 'unseen')]", *(f".//{name}" for name in without)))):
        own.drop_tree()
    return "".join(squeezed(line.text_content()) for line in copy.xpath(".//p[not(@class)]")).replace(" ", "")


def reports_to_compare(site: FlaskClient) -> Iterator[tuple[str, str]]:
    """Two reports of one city, one year after the other, and every city with the next one."""
    by_city: dict[str, list[str]] = {}
    for link in read(site, "/cities").xpath("//main//a[starts-with(@href, '/cities/')]/@href"):
        if link.count("/") == 2:
            shown = read(site, link).xpath("//main//a[starts-with(@href, '/reports/')]/@href")
            by_city[link] = sorted({address.split("#")[0].rsplit("/", 1)[1] for address in shown})
    for own in by_city.values():
        yield from zip(own, own[1:], strict=False)
    firsts = [own[0] for own in by_city.values() if own]
    yield from zip(firsts, firsts[1:], strict=False)


def test_a_comparison_says_what_both_reports_say(site: FlaskClient) -> None:
    looked = 0
    for first, second in list(reports_to_compare(site))[:30]:
        page = read(site, f"/compare?a={first}&b={second}")
        heads = page.xpath("//table[@class='compared']/thead/tr/th/a/@href")
        reports = [site.get(f"/api{head}").get_json() for head in heads]
        assert {report["id"] for report in reports} == {first, second}
        left = [{passage["position"] for passage in report["passages"]} for report in reports]
        for row in page.xpath("//table[@class='compared']/tbody/tr"):
            texts = ["", ""]
            for place, cell in enumerate(row.xpath("td")):
                link = cell.xpath(".//p[@class='quiet']/a/@href")
                if not link:
                    continue
                target, position = REPORT.fullmatch(link[0]).groups()  # type: ignore[union-attr]
                opened = next(p for p in reports[place]["passages"] if p["position"] == int(position))
                assert target == reports[place]["id"]
                same = [p for p in reports[place]["passages"] if p["kind"] == opened["kind"]]
                left[place] -= {passage["position"] for passage in same}
                texts[place] = "".join("".join(passage["text"].split()) for passage in same)
                looked += 1
                if cell.xpath("p[@class='notice']"):
                    continue
                assert said_in(cell, "del") == texts[place], (first, second, position)
                # What is not marked as new stands in the earlier answer, each number of it.
                if place and cell.xpath(".//ins | .//del | .//span[@class='kept']"):
                    old = set(NUMBERS.findall(texts[0]))
                    for kept in (*cell.xpath(".//del"), *cell.xpath(".//span[@class='kept']")):
                        words = kept.text_content().replace("[убрано:", "").rstrip("]").strip()
                        assert "".join(words.split()) in texts[0], (first, second, words)
                        assert set(NUMBERS.findall(words)) <= old
        assert left == [set(), set()], (first, second)
    assert looked > 80
