"""What readers kept (addresses, baskets, feeds) stays true when the archive changes: a site over changing reports."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from indexer.builds.store import Store
from indexer.rebuild import rebuild, update
from search_app import create_app
from tests.site_archive import WholeClient, write_reports

ATOM = {"a": "http://www.w3.org/2005/Atom"}
BEGINNING = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)
OMSK = "omsk-2021-organizacionnaya-rabota"
PATH = "2021/omsk.txt"


class Site:
    """A served archive whose folder changes, a day between two builds."""

    def __init__(self, root: Path) -> None:
        self.reports, self.index, self.days = write_reports(root / "reports"), root / "index", 0
        rebuild(self.reports, self.index, jobs=1, now=BEGINNING)
        app = create_app({"REPORTS_DIR": str(self.reports), "INDEX_DIR": str(self.index), "TESTING": True})
        app.test_client_class = WholeClient
        self.client: FlaskClient = app.test_client()

    def update(self, how: Callable[..., object] = update) -> datetime:
        self.days += 1
        now = BEGINNING + timedelta(days=self.days)
        how(self.reports, self.index, jobs=1, now=now)
        return now

    def rewrite(self, old: str, new: str, path: str = PATH) -> None:
        text = (self.reports / path).read_text(encoding="utf-8")
        assert old in text
        (self.reports / path).write_text(text.replace(old, new), encoding="utf-8")

    def page(self, address: str) -> html.HtmlElement:
        response = self.client.get(address, follow_redirects=True)
        assert response.status_code == 200, response.text
        return html.fromstring(response.text)

    def feed(self, query: str = "") -> dict[str, tuple[str, str]]:
        """Address of the entry's answer → its id and date, in their order."""
        document = etree.fromstring(self.client.get(f"/feed.atom{query}").data)
        return {
            entry.find("a:link", ATOM).get("href"): (
                entry.findtext("a:id", namespaces=ATOM),
                entry.findtext("a:updated", namespaces=ATOM),
            )
            for entry in document.findall("a:entry", ATOM)
        }


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    yield Site(tmp_path)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


def notices(document: html.HtmlElement) -> list[str]:
    found = [words(found) for found in document.xpath("//main//*[@role='note' or @class='notice']")]
    # Whose basket it is says nothing of its texts.
    return [notice for notice in found if not notice.startswith("Эта подборка открыта по ссылке")]


def kept_links(site: Site) -> list[str]:
    """«Ссылка на ответ» of each answer of a report."""
    found: list[str] = site.page(f"/reports/{OMSK}").xpath("//a[@class='permalink'][contains(., 'Ссылка')]/@href")
    return found


def kept_baskets(site: Site) -> list[str]:
    """The addresses of the baskets that the links of a report make."""
    found: list[str] = site.page(f"/reports/{OMSK}").xpath("//a[@data-basket]/@href")
    return [link.replace("take=", "id=") for link in found]


def test_an_unchanged_answer_is_led_to_without_a_word(site: Site) -> None:
    for place, link in enumerate(kept_links(site), 1):
        assert site.client.get(link).location == f"/reports/{OMSK}#p{place}"
    assert notices(site.page(kept_links(site)[0])) == []
    assert notices(site.page(kept_baskets(site)[0])) == []


@pytest.mark.parametrize("how", [update, rebuild])
def test_a_changed_text_is_told(site: Site, how: Callable[..., object]) -> None:
    link, basket = kept_links(site)[0], kept_baskets(site)[0]
    site.rewrite("Онлайн режим сохранён", "Онлайн режим отменён")
    site.update(how)
    response = site.client.get(link)
    assert response.location.endswith("#p1")
    document = site.page(link)
    (notice,) = notices(document)
    assert "изменился" in notice
    assert document.xpath("//*[@role='note']")[0].getparent().get("id") == "p1"
    assert "Онлайн режим отменён" in words(document)
    shown = site.page(basket)
    (notice,) = notices(shown)
    assert "изменился" in notice
    # The old text is not what is downloaded, and the file says so.
    office = docx.Document(io.BytesIO(site.client.get(basket.replace("/basket", "/export.docx")).data))
    assert "Текст 1 ответа изменился после выбора" in "\n".join(part.text for part in office.paragraphs).replace(
        "\xa0", " "
    )
    renewed = shown.xpath("//a[contains(., 'Оставить нынешний текст')]/@href")[0]
    assert notices(site.page(renewed)) == []
    # Addresses without a fingerprint go on working, and so do new ones.
    assert site.client.get(f"/passages/{OMSK}-1").location == f"/reports/{OMSK}#p1"
    told = "Этот текст в архиве с 7 мая 2024 года."
    assert words(site.page(f"/reports/{OMSK}").get_element_by_id("p1")).endswith(told)
    assert told not in words(site.page(f"/reports/{OMSK}").get_element_by_id("p2"))
    assert words(site.page(f"/basket?id={OMSK}-1&id={OMSK}-2")).count(told) == 1
    assert notices(site.page(kept_links(site)[0])) == []


def test_a_text_that_moved_within_its_report_is_followed(site: Site) -> None:
    link, basket = kept_links(site)[1], kept_baskets(site)[1]
    site.rewrite("2. Какие задачи", "2. Какие проблемы не удалось решить?\nНе хватает людей.\n3. Какие задачи")
    site.update()
    assert site.client.get(link).location.endswith("#p3")
    document = site.page(link)
    assert document.xpath("//*[@role='note']")[0].getparent().get("id") == "p3"
    assert "стоит здесь" in notices(document)[0]
    shown = site.page(basket)
    assert "другом месте" in notices(shown)[0]
    assert shown.xpath("//div[@class='basket-main']//h2/a/@href") == [f"/reports/{OMSK}#p3"]


def test_a_text_that_moved_to_another_report_of_the_city_and_year(site: Site) -> None:
    link = kept_links(site)[0]
    moved = (site.reports / PATH).read_text(encoding="utf-8").partition("2. Какие")
    left = "ОМСК\nОрганизационная работа\n\n1. Что удалось сделать в 2021 году?\nНичего подобного.\n"
    (site.reports / PATH).write_text(left + moved[1] + moved[2], encoding="utf-8")
    (site.reports / "2021/zhkh.txt").write_text(moved[0].replace("Организационная работа", "ЖКХ"), encoding="utf-8")
    site.update()
    target = site.client.get(link).location
    assert target.startswith("/reports/omsk-2021-") and OMSK not in target.partition("?")[0]
    assert "стоит здесь" in notices(site.page(link))[0]


def test_the_same_words_of_another_city_are_another_answer(site: Site) -> None:
    link = kept_links(site)[0]
    text = (site.reports / PATH).read_text(encoding="utf-8")
    (site.reports / "2021/chita.txt").write_text(text.replace("ОМСК", "ЧИТА"), encoding="utf-8")
    (site.reports / PATH).unlink()
    site.update()
    response = site.client.get(link)
    assert response.status_code == 404 and "удалён" in response.text
    gone = site.page("/basket?id=" + link.removeprefix("/passages/").replace("?v=", "~"))
    assert f"Нет в архиве: {OMSK}-1" in words(gone)


@pytest.mark.parametrize("value", ["", "x", "zzzzzzzz", "%00", "0" * 9, "<script>", "-1"])
def test_odd_fingerprints(site: Site, value: str) -> None:
    assert site.client.get(f"/passages/{OMSK}-1?v={value}").location == f"/reports/{OMSK}#p1"
    assert "<script>" not in site.client.get(f"/reports/{OMSK}?was={value}~{value}").text.replace("<script src", "")
    assert site.client.get(f"/basket?id={OMSK}-1~{value}").status_code == 200


def test_a_notice_is_told_only_where_it_is_true(site: Site) -> None:
    link = kept_links(site)[0].removeprefix("/passages/").replace("?v=", "~")
    assert notices(site.page(f"/reports/{OMSK}?was={link}")) == []
    assert notices(site.page(f"/reports/{OMSK}?was=tomsk-2021-organizacionnaya-rabota-1~00000000")) == []


# The feed


def test_the_feed_keeps_ids_and_dates(site: Site) -> None:
    first = site.feed()
    assert {date for _, date in first.values()} == {BEGINNING.isoformat()}
    for path in site.reports.rglob("*.txt"):
        path.touch()
    site.update()
    site.update(rebuild)
    assert site.feed() == first
    Store(site.index).rollback()
    Store(site.index).release()
    assert site.feed() == first
    (site.reports / PATH).rename(site.reports / "a.txt")
    site.update()
    assert site.feed() == first


def test_new_reports_of_old_years_come_first(site: Site) -> None:
    before = site.feed()
    old = (site.reports / "2020/omsk.txt").read_text(encoding="utf-8").replace("2021", "2012").replace("2020", "2011")
    (site.reports / "0-2011.txt").write_text(old, encoding="utf-8")
    moment = site.update()
    now = site.feed()
    # Among them an answer that later reports repeat word for word.
    assert [date for _, date in now.values()][:2] == [moment.isoformat()] * 2
    assert ["omsk-2011" in address for address in now][:3] == [True, True, False]
    assert {address: found for address, found in now.items() if address in before} == before
    found = site.client.get("/api/search?sort=added").get_json()
    assert [hit["year"] for hit in found["hits"]][:2] == [2011, 2011]
    assert found["query"]["sort"] == "added"
    assert [hit["added"] for hit in found["hits"]] == sorted((hit["added"] for hit in found["hits"]), reverse=True)
    asked = site.client.get("/api/search?sort=added&q=онлайн режим").get_json()
    assert asked["hits"][0]["year"] == 2011 and asked["total"] == 4


def test_a_changed_answer_is_new_and_the_others_are_not(site: Site) -> None:
    before = site.feed()
    site.rewrite("Онлайн режим сохранён", "Онлайн режим отменён")
    moment = site.update()
    now = site.feed()
    assert [found for found in now.values() if found not in before.values()] == [next(iter(now.values()))]
    assert next(iter(now.values()))[1] == moment.isoformat()


def test_the_feed_of_a_subject_that_nobody_has(site: Site) -> None:
    site.update(rebuild)
    document = etree.fromstring(site.client.get("/feed.atom?q=ничегошеньки&as_typed=1").data)
    assert document.findtext("a:updated", namespaces=ATOM) == BEGINNING.isoformat()


# For people


def test_a_report_says_when_it_came(site: Site) -> None:
    assert "Поступил в архив 6 мая 2024 года" in words(site.page(f"/reports/{OMSK}"))
    site.rewrite("Онлайн режим сохранён", "Онлайн режим отменён")
    site.update()
    assert "Поступил в архив 6 мая 2024 года, изменён 7 мая 2024 года" in words(site.page(f"/reports/{OMSK}"))
    assert site.client.get(f"/api/reports/{OMSK}").get_json()["added"] == BEGINNING.isoformat()


def test_the_page_of_what_is_new(site: Site) -> None:
    site.rewrite("Онлайн режим сохранён", "Онлайн режим отменён")
    shutil.copy(site.reports / "2020/omsk.txt", site.reports / "chita.txt")
    site.rewrite("ОМСК", "ЧИТА", "chita.txt")
    site.update()
    document = site.page("/new")
    days = [words(title) for title in document.xpath("//main//h2")]
    assert days == ["7 мая 2024 года", "6 мая 2024 года"]
    first, second = document.xpath("//main//section")
    assert "Всего за день: 1 отчёт, 2 ответа; в 1 прежнем отчёте новый текст у 1 ответа." in words(first)
    assert [words(item) for item in first.xpath(".//li")] == [
        "Омск, 2021 Организационная работа, изменён: новый текст у 1 ответа",
        "Чита, 2020 Организационная работа, 2 ответа",
    ]
    # What a line says is what the report has.
    told = [re.findall(r", (\d+) ответ", words(item)) for item in document.xpath("//main//section//li")]
    assert sum(int(found[0]) for found in told if found) == site.client.get("/api/search").get_json()["total"]
    assert len(second.xpath(".//li")) == 4
    for address in document.xpath("//main//a/@href"):
        assert site.client.get(address).status_code == 200
    assert "/new" in site.page("/").xpath("//main//a/@href")
    assert "/new" in document.xpath("//footer//a/@href")


@pytest.mark.parametrize("page", ["0", "-3", "99999999999999999999", "x", ""])
def test_odd_pages_of_what_is_new(site: Site, page: str) -> None:
    assert site.client.get(f"/new?page={page}").status_code == 200


def test_the_order_is_offered(site: Site) -> None:
    document = site.page("/search?q=режим")
    order = document.xpath("//select[@name='sort']/option[normalize-space()='новые поступления']/@value")[0]
    assert order == "added"
    assert (
        words(site.page(f"/search?q=режим&sort={order}").xpath("//select[@name='sort']/option[@selected]")[0])
        == "новые поступления"
    )
