"""What a reader writes to a basket: title, remarks, order; in its address and in the files made of it."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, urlencode, urlsplit

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from search_app.takeaway.written import LONGEST_NOTE, LONGEST_TITLE, MOST_WRITTEN, written
from tests.web.test_pages import OMSK_2021, page, words

IDS = [f"{OMSK_2021}-1", f"{OMSK_2021}-2", "tomsk-2021-organizacionnaya-rabota-1"]
TOLD = [("title", "Справка о дистанционной работе"), (f"note-{IDS[1]}", "Позвонить в приёмную")]


def address(path: str = "/basket", **more: str) -> str:
    return f"{path}?{urlencode([*(('id', name) for name in IDS), *TOLD, *more.items()])}"


def order(client: FlaskClient, **wish: str) -> list[str]:
    response = client.get(address(**wish))
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.location).query)
    assert query["title"] == ["Справка о дистанционной работе"] and query[f"note-{IDS[1]}"] == ["Позвонить в приёмную"]
    return [name.partition("~")[0] for name in query["id"]]


def test_answers_change_places_and_keep_what_was_written(client: FlaskClient) -> None:
    first, second, third = IDS
    assert order(client, up=second) == [second, first, third]
    assert order(client, down=second) == [first, third, second]
    assert order(client, up=first) == order(client, down=third) == IDS


def test_what_is_dropped_takes_its_remark_along(client: FlaskClient) -> None:
    query = parse_qs(urlsplit(client.get(address(drop=IDS[1])).location).query)
    assert f"note-{IDS[1]}" not in query and query["title"]


def test_the_page_shows_what_was_written(client: FlaskClient) -> None:
    document = page(client, address())
    assert words(document.find(".//h1")) == "Справка о дистанционной работе: 3 ответа"
    assert document.xpath(f"//input[@name='note-{IDS[1]}'][@type='text']/@value") == ["Позвонить в приёмную"]
    # Enter in a field saves; it moves and drops nothing.
    assert document.xpath("//form[@id='held']//button")[0].get("name") is None


def test_files_have_title_remarks_and_order(client: FlaskClient) -> None:
    document = docx.Document(BytesIO(client.get(address("/export.docx")).data))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[1] == "Справка о дистанционной работе"
    assert "Пометка: Позвонить в приёмную" in lines and lines[-1].startswith("Составил")
    assert [line.split()[0] for line in lines if line.endswith(")") and "ответ" in line] == ["Омск", "Томск"]
    sheet = openpyxl.load_workbook(BytesIO(client.get(address("/export.xlsx")).data)).worksheets[0]
    assert [row[-1].value or "" for row in sheet.iter_rows(max_row=4)] == ["Пометка", "", "Позвонить в приёмную", ""]


def test_nothing_written_leaves_files_as_they_were(client: FlaskClient) -> None:
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"/export.xlsx?id={IDS[0]}").data)).worksheets[0]
    assert "Пометка" not in [cell.value for cell in sheet[1]]


@pytest.mark.parametrize(
    ("parameters", "cut"),
    [
        ([("title", "а" * 151)], True),
        ([("title", "а" * 150), ("note-x", "б" * LONGEST_NOTE)], False),
        ([("note-x", "б" * (LONGEST_NOTE + 1))], True),
        ([(f"note-{n}", "б" * LONGEST_NOTE) for n in range(11)], True),
    ],
)
def test_what_is_too_long_is_cut_and_told(parameters: list[tuple[str, str]], cut: bool) -> None:
    told = written(parameters)
    assert told.cut is cut
    assert len(told.title) <= LONGEST_TITLE and sum(map(len, told.notes.values())) <= MOST_WRITTEN


def test_hostile_remarks_stay_text(client: FlaskClient) -> None:
    query = urlencode([("id", IDS[0]), ("title", "<b>x</b>"), (f"note-{IDS[0]}", '"><script>alert(1)</script>=1+1')])
    assert "<script>alert" not in client.get(f"/basket?{query}").text
    assert client.get(f"/export.xlsx?{query}").status_code == 200
