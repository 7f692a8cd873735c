"""Help and «Что в архиве»: every example finds something, everything not understood is told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from indexer.rebuild import rebuild
from search_app import create_app
from tests.site_archive import WholeClient, write_reports


def page(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status, response.text
    return html.fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


def test_every_example_finds_what_it_says(client: FlaskClient) -> None:
    found = page(client, "/help").xpath("//span[@class='example']")
    assert len(found) >= 4
    for example in found:
        number = words(example.xpath("./span")[0])
        heading = words(page(client, example.xpath("./a/@href")[0]).find(".//h1"))
        assert heading.startswith(("Найден ", "Найдено ")) and f" {number}:" in heading, words(example)


def test_help_and_about_are_linked_from_everywhere(client: FlaskClient) -> None:
    links = page(client, "/search").xpath("//header//a/@href | //footer//a/@href")
    assert {"/help", "/about", "/trends", "/basket"} <= set(links)


def test_about_tells_what_is_served(client: FlaskClient) -> None:
    document = page(client, "/about")
    text = words(document)
    assert "4 отчёта" in text and "из 4 файлов" in text
    assert "Не определён город: 1 отчёт" in text and "Не определён отчётный год: 1 отчёт" in text
    assert "opencorpora" in text
    for link in document.xpath("//section[@aria-labelledby='about-gaps']//li/a/@href"):
        assert words(page(client, link).find(".//h1")).startswith("Найден")


@pytest.fixture
def troubled(tmp_path: Path) -> FlaskClient:
    """An archive with an empty file, a copy, one that cannot be read, and one of which a frame is lost."""
    reports = write_reports(tmp_path / "reports")
    page = "<html><body><h1>Город Чита</h1><p>Отчёт за 2019 год</p><p>Высажен сад.</p><iframe src='b.html'></iframe>"
    (reports / "чита.html").write_text(page, encoding="utf-8")
    (reports / "пусто.txt").write_text("", encoding="utf-8")
    (reports / "2021" / "копия.txt").write_bytes((reports / "2021" / "omsk.txt").read_bytes())
    (reports / "2021" / "<b>сломан.docx").write_bytes(b"PK\x03\x04 no archive")
    rebuild(reports, tmp_path / "index", jobs=1)
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(tmp_path / "index"), "TESTING": True})
    app.test_client_class = WholeClient
    return app.test_client()


def test_about_tells_what_was_not_read_and_why(troubled: FlaskClient) -> None:
    response = troubled.get("/about")
    document = html.fromstring(response.text)
    rows = [
        " ".join(words(cell) for cell in row)
        for row in document.xpath("//div[@aria-labelledby='about-skipped']//tbody/tr")
    ]
    assert len(rows) == 3
    assert rows[0].startswith("2021/<b>сломан.docx не прочитан")
    assert any(row.startswith("пусто.txt без текста") for row in rows)
    assert any("копия" in row for row in rows)
    assert "<b>сломан" not in response.text
    table = list(
        csv.reader(io.StringIO(troubled.get("/about.csv").text.removeprefix("\ufeff"), newline=""), delimiter=";")
    )
    (partly,) = document.xpath("//div[@aria-labelledby='about-partly']//tbody/tr")
    assert " ".join(words(cell) for cell in partly).startswith("чита.html На странице показан другой файл")
    assert len(table) == 1 + 8
    assert {row[1] for row in table[1:]} == {"прочитан", "копия другого", "без текста", "не прочитан"}


def test_without_an_index(bare_client: FlaskClient) -> None:
    for address in ("/help", "/about", "/about.csv", "/trends", "/basket"):
        assert bare_client.get(address).status_code == 503


@pytest.mark.parametrize("address", ["/help", "/about", "/trends?q=онлайн", "/basket", "/cities/omsk?kind=tasks"])
def test_pages_are_sound(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    document = html.fromstring(response.text)
    assert document.get("lang") == "ru" and len(document.xpath("//h1")) == len(document.xpath("//main")) == 1
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not document.xpath("//script[not(@src)] | //style | //*[@style] | //*[starts-with(name(@*), 'on')]")
    fields = document.xpath("//input[not(@type='hidden')]")
    assert all(field.get("aria-label") or field.label is not None or field.xpath("ancestor::label") for field in fields)
    assert len(response.data) < 100_000
    for named in document.xpath("//*[@aria-labelledby]/@aria-labelledby"):
        assert set(named.split()) <= set(ids)
    levels = [
        int(heading.tag[1]) for heading in document.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
    ]
    assert all(later - sooner <= 1 for sooner, later in zip(levels, levels[1:], strict=False))
