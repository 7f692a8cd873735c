"""Notes for the boss: title, summary, quotes with numbered sources, one row an item; and the letter of a basket."""

from __future__ import annotations

import io
from datetime import date

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from indexer.model import Passage, Remark, Report
from indexer.vocabulary import load
from search_app.takeaway.exports import note_docx, note_xlsx
from search_app.takeaway.exports.letter import letters
from search_app.takeaway.exports.note import Group, Note, Quote, Source, Table, gost
from search_app.takeaway.extracts import Extract

ROOT = "http://city.example"
DAY = date(2026, 11, 28)
OMSK = Source("/passages/omsk-2021-org-3?v=a1", "Омск", 2021, "ЖКХ", "Чем может помочь АСДГ?", "2021/омск.docx")
NOWHERE = Source("/passages/x-1")

NOTE = Note(
    title="О чём просят города в 2021 году",
    summary=("Просьб две.",),
    groups=(
        Group(
            "Обмен опытом",
            (Quote("=Обмен «опытом»", OMSK, "с 2019 года", "Помощь"), Quote("Семинар;", OMSK)),
            ("Просят с 2019 года.",),
        ),
        Group("Остальное", (Quote("Помочь", NOWHERE),)),
    ),
    tables=(Table("Город и год", (("Город", "2021"), ("Омск", "2"))),),
    about=(("Составлено", "сегодня"),),
)


def paragraphs(content: io.BytesIO) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(content).paragraphs]


def test_a_source_has_the_form_of_the_standard() -> None:
    assert gost(OMSK, ROOT, DAY) == (
        "Омск. Отчёт города за 2021 год : раздел «ЖКХ» : ответ на вопрос «Чем может помочь АСДГ?»."
        " – Текст : электронный // Опыт городов : [сайт]. – URL: http://city.example/passages/omsk-2021-org-3?v=a1"
        " (дата обращения: 28.11.2026)."
    )
    assert gost(NOWHERE, ROOT, DAY).startswith("Отчёт города, название которого не определено, год не определён.")


def test_the_document_tells_all_and_numbers_each_source_once() -> None:
    told = paragraphs(note_docx.document(NOTE, ROOT, DAY))
    assert told[0] == NOTE.title
    assert "Просьб две." in told
    assert "Омск, 2021: «=Обмен „опытом“» [1] — с 2019 года" in told
    assert "Омск, 2021: «Семинар» [1]" in told
    assert "«Помочь» [2]" in told
    assert told[-3:] == ["Источники", f"1. {gost(OMSK, ROOT, DAY)}", f"2. {gost(NOWHERE, ROOT, DAY)}"]


def test_a_document_too_long_says_what_is_missing() -> None:
    told = paragraphs(note_docx.document(NOTE, ROOT, DAY, limit=1))
    assert "Здесь 1\u00a0цитата из 3, первые по порядку: все — в таблице Excel." in told
    assert not any("Помочь" in text for text in told)


def test_the_workbook_has_a_row_for_each_item_and_no_formula() -> None:
    book = openpyxl.load_workbook(note_xlsx.document(NOTE, ROOT, DAY))
    rows = list(book["Цитаты"].values)
    assert [row[:3] for row in rows[1:]] == [
        ("Обмен опытом", "Омск", 2021),
        ("Обмен опытом", "Омск", 2021),
        ("Остальное", "", ""),
    ]
    assert rows[1][5] == "=Обмен «опытом»"
    assert book["Цитаты"]["F2"].data_type == "s"
    assert [row[rows[0].index("О группе")] or "" for row in rows[1:]] == [
        " ".join(group.text) for group in NOTE.groups for _ in group.quotes
    ]
    assert list(book["Город и год"].values) == [("Город", "2021"), ("Омск", 2)]


def test_a_letter_asks_each_city_of_the_basket_for_its_experience(client: FlaskClient) -> None:
    ids = "id=omsk-2021-organizacionnaya-rabota-1&id=tomsk-2021-organizacionnaya-rabota-1"
    told = paragraphs(io.BytesIO(client.get(f"/basket/letter.docx?{ids}").data))
    assert "Главе города Омска" in told
    assert "Главе города Томска" in told
    assert any("Открыт парк у реки" in text and "2021" in text for text in told)
    assert f"/basket/letter.docx?{ids}" in client.get(f"/basket?{ids}").get_data(as_text=True).replace("&amp;", "&")


def test_a_letter_goes_to_the_city_that_is_praised() -> None:
    """Who speaks well of another city's experience has none of it to share."""
    praise = (Remark("Томск", "praise", 0, 20), Remark("Омск", "negative", 20, 40))
    report = Report("r", "r.docx", "Якутск", 2021, None, ())
    told = Extract(
        Passage("r-1", 1, "colleagues", None, "Счётчики Томска хороши, у Омска нет.", remarks=praise), report
    )
    own = Extract(Passage("r-2", 2, "achievements", None, "Построен мост, как в Томске.", remarks=praise), report)
    said = paragraphs(letters([told, own], load(), ROOT, DAY))
    assert [text for text in said if text.startswith("Главе")] == ["Главе города Томска", "Главе города Якутска"]
    assert "В отчёте города Якутска за 2021 год сказано: «Счётчики Томска хороши, у Омска нет.»" in said
    assert "В отчёте за 2021 год сказано: «Построен мост, как в Томске.»" in said


def test_a_letter_of_nothing_leads_back(client: FlaskClient) -> None:
    assert client.get("/basket/letter.docx").status_code == 302
    assert client.get("/basket/letter.docx?id=no-such").status_code == 404


@pytest.mark.parametrize("years", [9, 22])
def test_names_in_a_table_of_years_stay_whole(years: int) -> None:
    """A column of names is as wide as its words, columns of digits as theirs, and all together as the page."""
    head = ("Город", *(str(2000 + year) for year in range(years)), "Всего")
    row = ("Петропавловск-Камчатский", *["1"] * years, str(years))
    document = docx.Document(note_docx.document(Note("Т", tables=(Table("Г", (head, row)),)), ROOT, DAY))
    section = document.sections[-1]
    widths = [cell.width for cell in document.tables[0].rows[1].cells]
    assert sum(widths) <= section.page_width - section.left_margin - section.right_margin
    assert widths[0] > 2 * widths[1] and len(set(widths[1:-1])) == 1
    assert widths[1] >= docx.shared.Cm(0.6)
