"""The basket: all of it is in the address, and it works by links and forms alone."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html

from search_app.takeaway.extracts import MOST_CHOSEN

ONE = "omsk-2021-organizacionnaya-rabota-1"
OTHER = "tomsk-2021-organizacionnaya-rabota-1"


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return html.fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


def kept(document: html.HtmlElement) -> list[str]:
    return document.xpath("//div[@class='basket-main']//h2/a/@href")


def test_empty(client: FlaskClient) -> None:
    document = page(client, "/basket")
    assert words(document.find(".//h1")) == "Подборка: 0 ответов"
    assert not document.xpath("//a[contains(@href, '/export.')]")


def test_answers_in_order_each_once(client: FlaskClient) -> None:
    document = page(client, f"/basket?id={ONE}&id={OTHER}&id={ONE}&id=")
    assert words(document.find(".//h1")) == "Подборка: 2 ответа"
    assert [link.split("/")[2].split("-")[0] for link in kept(document)] == ["omsk", "tomsk"]
    assert "Организационная работа" in words(document)
    assert "<script>" not in client.get(f"/basket?id={ONE}").text.replace("<script src=", "")


def pressed(document: html.HtmlElement, text: str) -> str:
    """The address that the first button with this text sends its form to."""
    button = document.xpath(f"//main//button[contains(., '{text}')]")[0]
    form = document.get_element_by_id(button.get("form"))
    pairs = [(field.get("name"), field.get("value")) for field in form.xpath(".//input")]
    return f"{form.get('action')}?{urlencode([*pairs, (button.get('name'), button.get('value'))])}"


def test_remove_and_clear(client: FlaskClient) -> None:
    client.get(f"/basket?take={ONE}&take={OTHER}")
    document = page(client, f"/basket?id={ONE}&id={OTHER}")
    response = client.get(pressed(document, "Убрать"))
    assert (response.status_code, response.location) == (302, f"/basket?id={OTHER}")
    assert len(kept(page(client, response.location))) == 1
    clear = page(client, response.location).xpath("//a[text()='Очистить подборку']/@href")[0]
    assert client.get(clear).location == "/basket"
    assert not kept(page(client, "/basket"))


def test_search_and_add_without_a_script(client: FlaskClient) -> None:
    document = page(client, f"/basket?id={ONE}&q=парк у реки")
    assert document.xpath("//form//input[@type='hidden'][@name='id']/@value") == [ONE, ONE, ONE]
    grown = page(client, client.get(pressed(document, "Добавить в подборку")).location)
    assert len(kept(grown)) == 2
    assert "Уже в подборке" in words(grown)


def test_enter_in_a_field_takes_nothing_away(client: FlaskClient) -> None:
    """Enter presses the first button of the field's form: no button that changes the basket may be it."""
    document = page(client, f"/basket?id={ONE}&q=парк")
    for field in document.xpath("//main//input[not(@type='hidden')]"):
        assert field.getparent().getparent().get("id") != "held"
    assert not document.get_element_by_id("held").xpath(".//input[not(@type='hidden')]")


@pytest.mark.parametrize(
    "address",
    [
        OTHER,
        f"http://localhost/passages/{OTHER}",
        "http://localhost/reports/tomsk-2021-organizacionnaya-rabota?q=парк#p1",
        "/reports/tomsk-2021-organizacionnaya-rabota",
    ],
)
def test_add_by_an_address_as_copied(client: FlaskClient, address: str) -> None:
    response = client.get("/basket", query_string={"id": ONE, "add": address})
    assert response.status_code == 302
    assert re.fullmatch(rf"/basket\?id={ONE}&id={OTHER}~[0-9a-f]{{8}}", response.location)


@pytest.mark.parametrize(
    "address", ["мусор", "/reports/no-such#p1", "/passages/no-such", "http://[", "<script>x", "#p1"]
)
def test_what_names_no_answer_is_said(client: FlaskClient, address: str) -> None:
    response = client.get("/basket", query_string={"id": ONE, "add": address})
    document = html.fromstring(response.text)
    assert response.status_code == 200 and len(kept(document)) == 1
    assert words(document.xpath("//*[@role='alert']")[0]).startswith("Не добавлено")
    assert "<script>x" not in response.text


def test_answers_that_are_gone_are_named(client: FlaskClient) -> None:
    document = page(client, f"/basket?id={ONE}&id=gone-2001-x-1")
    assert "Нет в архиве: gone-2001-x-1" in words(document)
    assert len(kept(document)) == 1


def test_too_many(client: FlaskClient) -> None:
    assert client.get("/basket?" + "&".join(f"id=x{number}" for number in range(MOST_CHOSEN + 1))).status_code == 422


def test_downloads_take_the_same_answers(client: FlaskClient) -> None:
    document = page(client, f"/basket?id={ONE}&id={OTHER}&q=парк")
    links = document.xpath("//section[@aria-labelledby='takeaway-title']//a/@href")
    assert {link.split("?")[0] for link in links} == {"/export.docx", "/export.xlsx", "/export.csv", "/export.json"}
    assert all(link.endswith(f"?id={ONE}&id={OTHER}") for link in links)
    for link in links:
        assert client.get(link).status_code == 200


def test_hits_and_reports_lead_to_the_basket(client: FlaskClient) -> None:
    for address in ("/search?q=парк у реки", "/reports/tomsk-2021-organizacionnaya-rabota"):
        link = page(client, address).xpath("//a[starts-with(@href, '/basket?take=')]/@href")[0]
        assert kept(page(client, client.get(link).location)) == ["/reports/tomsk-2021-organizacionnaya-rabota#p1"]


def test_one_grows_from_page_to_page(client: FlaskClient) -> None:
    assert client.get(f"/basket?take={ONE}").location == f"/basket?id={ONE}"
    assert client.get(f"/basket?take={OTHER}&take={ONE}").location == f"/basket?id={ONE}&id={OTHER}"
    assert client.get("/basket").location == f"/basket?id={ONE}&id={OTHER}"


def test_a_colleagues_basket_is_only_looked_at(client: FlaskClient) -> None:
    client.get(f"/basket?take={ONE}")
    shown = page(client, f"/basket?id={OTHER}")
    assert "осталась как была" in words(shown) and "Очистить" not in words(shown)
    client.get(pressed(shown, "Убрать"))
    client.get(f"/basket?id={OTHER}&add={ONE}")
    assert client.get("/basket").location == f"/basket?id={ONE}"


def test_a_cookie_takes_so_much(client: FlaskClient) -> None:
    many = [f"{ONE}-{number:060}" for number in range(MOST_CHOSEN)]
    response = client.get("/basket?" + urlencode([("take", name) for name in many]))
    assert response.location.endswith("full=1")
    assert all(len(cookie) < 4096 for cookie in response.headers.getlist("Set-Cookie"))
    assert "поместилось не всё" in client.get(response.location).text
    client.set_cookie("basket", "%FF/../<script>/%0A")
    assert client.get("/basket", follow_redirects=True).status_code == 200
