"""Ways through the site that are not a search: comparing reports, the map, cities in sentences, what grew and fell."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import etree

from indexer.vocabulary import load
from search_app.study.drawing.land import land_svg
from search_app.web.vision import Vision, changed
from search_app.wording.labels import tells_more
from tests.web.test_pages import OMSK_2021, page, words

OMSK_2020 = OMSK_2021.replace("2021", "2020")


def test_two_years_of_a_city_side_by_side(client: FlaskClient) -> None:
    for order in ((OMSK_2020, OMSK_2021), (OMSK_2021, OMSK_2020)):
        document = page(client, "/compare?a={}&b={}".format(*order))
        heads = [words(cell) for cell in document.xpath("//table[@class='compared']/thead//th")][1:]
        assert ["2020" in heads[0], "2021" in heads[1]] == [True, True]
        rows = {words(row[0]): row for row in document.xpath("//table[@class='compared']/tbody/tr")}
        assert set(rows) == {"Что удалось", "Задачи и планы"}
        # The same tasks in both years: nothing of them is marked; what was achieved is.
        assert not rows["Задачи и планы"].xpath(".//ins | .//del")
        assert not rows["Что удалось"][1].xpath(".//ins | .//del")


def test_two_cities_are_not_marked_against_each_other(client: FlaskClient) -> None:
    tomsk = OMSK_2021.replace("omsk", "tomsk")
    document = page(client, f"/compare?a={OMSK_2021}&b={tomsk}")
    assert not document.xpath("//table[@class='compared']//ins")
    assert "ответа нет" in words(document.xpath("//table[@class='compared']")[0])


def test_reports_that_cannot_be_compared(client: FlaskClient) -> None:
    assert client.get(f"/compare?a={OMSK_2021}&b=no-such").status_code == 404
    assert client.get(f"/compare?a={OMSK_2021}").status_code == 422
    assert client.get("/compare").status_code == 422


def test_every_link_to_a_comparison_leads_there(client: FlaskClient) -> None:
    links = page(client, f"/reports/{OMSK_2021}").xpath("//a[starts-with(@href, '/compare')]/@href")
    assert len(links) == 2  # The year before, and Tomsk of the same year.
    assert all(client.get(link).status_code == 200 for link in links)


def test_the_map_of_what_was_found(client: FlaskClient) -> None:
    document = page(client, "/search?q=онлайн режим&view=map")
    dots = {words(dot[0]): dot.get("href") for dot in document.xpath("//*[@class='map']//a")}
    assert set(dots) == {"Омск: 2 ответа", "Томск: 1 ответ"}
    for row in document.xpath("//table[@class='places']/tbody/tr"):
        led_to = page(client, row.xpath(".//a/@href")[0])
        assert f" {words(row[1])} ответ" in words(led_to.find(".//h1"))
    assert not document.xpath("//article[@class='hit']")


def test_the_map_keeps_to_the_chosen_city(client: FlaskClient) -> None:
    document = page(client, "/search?q=онлайн режим&view=map&city=Томск")
    assert [words(row[0]) for row in document.xpath("//table[@class='places']/tbody/tr")] == ["Томск"]


def test_the_land_is_a_small_drawing(client: FlaskClient) -> None:
    address = page(client, "/").xpath("//*[@class='land']/@href")[0]
    response = client.get(address)
    assert response.mimetype == "image/svg+xml" and len(response.data) < 60_000
    root = etree.fromstring(response.data)
    assert [path.get("class") for path in root.iter("{*}path")] == ["land", "country", "border"]
    assert response.text == land_svg(load())


def test_a_city_begins_with_sentences(client: FlaskClient) -> None:
    omsk, tomsk = (words(page(client, f"/cities/{slug}")) for slug in ("omsk", "tomsk"))
    assert "Омск отчитывается с 2020 года;" in omsk and "последний отчёт — за 2021 год." in omsk
    assert "Томск отчитывается пока только за 2021 год" in tomsk
    newest = page(client, "/cities/omsk").xpath("//section[@aria-labelledby='city-newest']//h3/a")
    assert newest and all("2021" in words(link) for link in newest[:2])


@pytest.mark.parametrize(
    ("question", "kind", "more"),
    [
        ("Что наиболее значительное удалось сделать в 2019 году?", "achievements", False),
        ("Какие задачи стоят в 2023 году?", "tasks", False),
        ("Какие задачи по ремонту набережной стоят в 2023 году?", "tasks", True),
        ("Кто отвечает за озеленение?", "other", True),
    ],
)
def test_a_question_stands_where_it_says_more_than_its_kind(question: str, kind: str, more: bool) -> None:
    assert tells_more(question, kind, load()) is more


def test_one_setting_at_a_time(client: FlaskClient) -> None:
    assert changed(Vision(), "size.200") == Vision(size="200")
    assert changed(Vision(), "size.9000") == changed(Vision(), "constructor.x") == changed(Vision(), "") == Vision()
    client.post("/vision", data={"scheme": "blue", "back": "/"})
    client.post("/vision", data={"set": "size.200", "back": "/"})
    document = page(client, "/")
    assert document.get("class") == "vision size-200 space-plain scheme-blue face-sans"
    pressed = document.xpath("//button[@name='set'][@aria-pressed='true']/@value")
    assert pressed == ["size.200", "space.plain", "scheme.blue", "face.sans"]


def test_a_citys_reports_are_suggested(client: FlaskClient) -> None:
    found = client.get("/api/suggest?q=омск 20").get_json()["suggestions"]
    assert [one["text"] for one in found] == ["Омск, отчёт за 2021 год", "Омск, отчёт за 2020 год"]
    assert all(client.get(one["url"], follow_redirects=True).status_code == 200 for one in found)
    assert client.get("/api/suggest?q=омск 19").get_json()["suggestions"] == []
