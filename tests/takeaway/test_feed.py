"""The Atom feed of a search: valid by RFC 4287, stable ids, told apart when nothing is new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask.testing import FlaskClient
from lxml import etree, html

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client: FlaskClient, address: str) -> etree._Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return etree.fromstring(response.data)


def test_what_the_standard_demands(client: FlaskClient) -> None:
    """RFC 4287, sections 4.1.1 and 4.1.2: what must stand once, what may not stand twice."""
    document = feed(client, "/feed.atom?q=онлайн режим&city=Омск")
    assert document.tag == "{http://www.w3.org/2005/Atom}feed"
    for element in [document, *document.findall("a:entry", ATOM)]:
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"a:{name}", ATOM)
            assert only.text
        assert UUID(element.findtext("a:id", namespaces=ATOM).removeprefix("urn:uuid:"))
        moment = datetime.fromisoformat(element.findtext("a:updated", namespaces=ATOM))
        assert moment.tzinfo is not None
        alternates = [link for link in element.findall("a:link", ATOM) if link.get("rel") == "alternate"]
        assert len(alternates) == 1 and alternates[0].get("href").startswith("http://localhost/")
    assert document.findtext("a:author/a:name", namespaces=ATOM)
    assert document.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
    ids = document.xpath("a:entry/a:id/text()", namespaces=ATOM)
    assert len(ids) == len(set(ids)) == 2
    assert all(content.get("type") == "text" for content in document.findall("a:entry/a:content", ATOM))


def test_newest_first_and_hostile_text_as_text(client: FlaskClient) -> None:
    document = feed(client, "/feed.atom?q=онлайн режим&city=Омск&sort=oldest&page=9&view=matrix")
    titles = document.xpath("a:entry/a:title/text()", namespaces=ATOM)
    assert [title.split(":")[0] for title in titles] == ["Омск, отчёт за 2021 год", "Омск, отчёт за 2020 год"]
    assert '<script>alert("5 > 3")</script>' in document.findtext("a:entry/a:content", namespaces=ATOM)
    assert document.findtext("a:title", namespaces=ATOM) == "Опыт городов: «онлайн режим», Омск"


def test_ids_do_not_depend_on_order_or_host(client: FlaskClient) -> None:
    one = feed(client, "/feed.atom?city=Омск&q=парк")
    other = etree.fromstring(client.get("/feed.atom?q=парк&city=omsk&sort=newest", base_url="https://a.example").data)
    assert one.findtext("a:id", namespaces=ATOM) == other.findtext("a:id", namespaces=ATOM)
    assert one.xpath("a:entry/a:id/text()", namespaces=ATOM) == other.xpath("a:entry/a:id/text()", namespaces=ATOM)


def test_an_empty_feed_is_a_feed(client: FlaskClient) -> None:
    assert not feed(client, "/feed.atom?q=ничегошеньки&as_typed=1").findall("a:entry", ATOM)
    assert len(feed(client, "/feed.atom").findall("a:entry", ATOM)) > 3


def test_who_has_it_is_told_so(client: FlaskClient) -> None:
    first = client.get("/feed.atom?q=парк")
    again = client.get("/feed.atom?q=парк", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_faults(client: FlaskClient, bare_client: FlaskClient) -> None:
    assert client.get("/feed.atom?city=Атлантида").status_code == 422
    assert bare_client.get("/feed.atom").status_code == 503


def test_the_results_page_names_its_feed(client: FlaskClient) -> None:
    document = html.fromstring(client.get("/search?q=парк&sort=newest&page=1&view=cities").text)
    (address,) = document.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
    assert address == "/feed.atom?q=%D0%BF%D0%B0%D1%80%D0%BA"
    assert client.get(address).status_code == 200
