"""Files of answers: complete, cited, capped where they say so, and without a single formula."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from indexer.builds.build import Build
from indexer.rebuild import rebuild
from search_app import create_app
from search_app.request.model import SearchRequest
from search_app.server.served import ServedIndex
from search_app.takeaway.exports import csv_file, docx_file, json_file, xlsx_file
from search_app.takeaway.exports.cells import COLUMNS, safe
from search_app.takeaway.exports.paper import Paper
from search_app.takeaway.extracts import MOST_CHOSEN, Selection, found
from search_app.web.routes import takeaway
from tests.site_archive import WholeClient

ROOT = "http://city.example"
OMSK = ["omsk-2021-organizacionnaya-rabota-1", "omsk-2020-organizacionnaya-rabota-1"]

HOSTILE = """\
ОМСК
Организационная работа

1. Что удалось сделать в 2021 году?
=cmd|' /C calc'!A0
=HYPERLINK("http://evil.example";"Отчёт")
2. Какие задачи стоят в 2022 году?
- построить мост;
- открыть парк.
3. Какие проблемы не удалось решить?
@SUM(1+1)*cmd|' /C calc'!A0
4. Чем может помочь АСДГ?
+7 495 000-00-00; 5 > 3 & "кавычки" ]]> \u0007 звонок
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A site whose one report tries to be a formula."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "reports" / "2021").mkdir(parents=True)
    (root / "reports" / "2021" / "=1+1.txt").write_text(HOSTILE, encoding="utf-8")
    rebuild(root / "reports", root / "index", jobs=1)
    app = create_app({"REPORTS_DIR": str(root / "reports"), "INDEX_DIR": str(root / "index"), "TESTING": True})
    app.test_client_class = WholeClient
    return app.test_client()


@pytest.fixture(scope="module")
def build(folders: tuple[Path, Path]) -> Iterator[Build]:
    with ServedIndex(folders[1]).lease() as build:
        yield build


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_csv(client: FlaskClient) -> None:
    response = client.get("/export.csv?q=онлайн режим")
    assert response.mimetype == "text/csv"
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert "filename*=UTF-8''%D0%9E%D1%82%D0%B2%D0%B5%D1%82%D1%8B" in response.headers["Content-Disposition"]
    head, *rows = table(response.text)
    assert tuple(head) == COLUMNS
    assert {row[0] for row in rows} == {"Омск", "Томск"}
    assert len(rows) == client.get("/api/search?q=онлайн режим&repeats=fold").get_json()["total"]
    omsk = next(row for row in rows if row[1] == "2021" and row[0] == "Омск")
    assert omsk[8].startswith("Омск, отчёт за 2021 год, раздел «Организационная работа», вопрос «Что наиболее")
    assert re.fullmatch(r"http://localhost/passages/omsk-2021-organizacionnaya-rabota-1\?v=[0-9a-f]{8}", omsk[9])
    assert '<script>alert("5 > 3")</script>' in omsk[5]


def test_files_take_the_parameters_of_a_search(client: FlaskClient) -> None:
    everything = table(client.get("/export.csv").text)
    assert len(everything) - 1 == client.get("/api/search?repeats=fold").get_json()["total"]
    rows = table(client.get("/export.csv?city=Томск&kind=help&sort=newest&page=7&per_page=1&view=matrix").text)
    assert [row[5] for row in rows[1:]] == ["Обменом регламентами."]
    assert client.get("/export.csv?city=Атлантида").status_code == 422


def test_repeated_answers_stand_once_with_their_years(client: FlaskClient) -> None:
    rows = table(client.get("/export.csv?q=перепись насаждений").text)[1:]
    assert [(row[1], row[7]) for row in rows] == [("2021", "2020")]
    assert len(table(client.get("/export.csv?q=перепись насаждений&repeats=show").text)) == 3


def test_chosen_answers_in_their_order(client: FlaskClient) -> None:
    address = f"/export.csv?id={OMSK[1]}&id={OMSK[0]}&id={OMSK[1]}&id=no-such&q=парк"
    rows = table(client.get(address).text)[1:]
    assert [row[1] for row in rows] == ["2020", "2021"]
    told = json.loads(client.get(address.replace("csv", "json")).text)
    assert told["missing"] == ["no-such"] and told["query"] is None
    assert [passage["id"] for passage in told["passages"]] == [OMSK[1], OMSK[0]]


@pytest.mark.parametrize("name", takeaway.LIMITS)
def test_hostile_ids(client: FlaskClient, name: str) -> None:
    assert client.get(f"/export.{name}?id=../../etc/passwd&id=<script>").status_code == 404
    many = "&".join(f"id=x{number}" for number in range(MOST_CHOSEN + 1))
    assert client.get(f"/export.{name}?{many}").status_code == 422
    assert client.get(f"/export.{name}?id={quote('я' * 5000)}").status_code == 404


def test_json(client: FlaskClient) -> None:
    response = client.get("/export.json?q=онлайн режим&city=Омск")
    told = json.loads(response.text)
    assert response.mimetype == "application/json"
    assert told["query"]["city"] == ["Омск"]
    assert told["complete"] is True and told["notice"] is None
    assert told["total"] == len(told["passages"]) == 2
    first = told["passages"][0]
    assert first["url"].startswith("http://localhost/reports/omsk-20")
    assert {"id", "kind", "question", "text", "topics", "city", "year", "section", "source", "citation"} <= set(first)
    assert json.loads(client.get("/export.json?q=ничегошеньки&as_typed=1").text)["passages"] == []
    wrong = client.get("/export.json?year=x")
    assert (wrong.status_code, wrong.mimetype) == (422, "application/problem+json")


def test_xlsx(client: FlaskClient) -> None:
    response = client.get("/export.xlsx?q=онлайн режим")
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert book.sheetnames == ["Ответы", "О выгрузке"]
    head, *rows = book["Ответы"].iter_rows(values_only=True)
    assert head == COLUMNS
    assert {row[0] for row in rows} == {"Омск", "Томск"}
    assert all(isinstance(row[1], int) for row in rows)
    told = {row[0]: row[1] for row in book["О выгрузке"].iter_rows(values_only=True)}
    assert told["Запрос"].endswith("«онлайн режим»")
    assert told["Адрес"].startswith("http://localhost/search?q=")


def test_docx(client: FlaskClient) -> None:
    document = docx.Document(io.BytesIO(client.get("/export.docx?q=онлайн режим").data))
    lines = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    cities = [text for style, text in lines if style == "Heading 1"]
    assert cities == ["Омск (2\u00a0ответа)", "Томск (1\u00a0ответ)"]
    text = "\n".join(text for _, text in lines)
    assert "«онлайн режим»" in text
    assert "Составлено: " in text
    assert "Омск, отчёт за 2020 год, раздел «Организационная работа», вопрос «Что наиболее" in text
    assert "http://localhost/passages/tomsk-2021-organizacionnaya-rabota-1?v=" in text
    assert "шесть встреч с жителями;" in [text for style, text in lines if style == "List Bullet"]
    years = [text[:4] for style, text in lines if style == "Heading 2"]
    assert years == ["2021", "2020", "2021"]


def test_no_cell_is_a_formula(hostile: FlaskClient) -> None:
    rows = table(hostile.get("/export.csv").text)
    assert len(rows) > 3
    texts = [cell for row in rows for cell in row]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(cell.startswith("'=cmd|") for cell in texts)
    assert any(cell.startswith("'- построить мост;") for cell in texts)

    data = hostile.get("/export.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=cmd|") for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                assert not etree.fromstring(archive.read(name)).findall(".//{*}f"), name

    document = docx.Document(io.BytesIO(hostile.get("/export.docx").data))
    assert any("звонок" in paragraph.text for paragraph in document.paragraphs)
    assert json.loads(hostile.get("/export.json").text)["total"] == len(rows) - 1


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    safe(text).encode("utf-8")


def test_limits_are_kept_and_told(build: Build) -> None:
    everything = found(SearchRequest(), build)
    assert everything.total > 3
    sentence = f"Здесь только первые 2\u00a0ответа из {everything.total}"
    rows = table("".join(csv_file.answers(everything, ROOT, limit=2)))
    assert len(rows) == 4 and rows[-1][0].startswith(sentence)
    told = json.loads("".join(json_file.answers(everything, ROOT, limit=2)))
    assert len(told["passages"]) == 2
    assert (told["complete"], told["limit"], told["notice"][: len(sentence)]) == (False, 2, sentence)
    sheet = openpyxl.load_workbook(xlsx_file.answers(everything, ROOT, [], limit=2))["Ответы"]
    lines = list(sheet.iter_rows(values_only=True))
    assert len(lines) == 4 and str(lines[-1][0]).startswith(sentence)
    document = docx.Document(docx_file.answers(everything, ROOT, [], limit=2))
    assert any(paragraph.text.startswith(sentence) for paragraph in document.paragraphs)
    assert len([1 for paragraph in document.paragraphs if paragraph.style.name == "Heading 2"]) == 2


def test_all_answers_come_in_batches(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [extract.passage.id for extract in found(SearchRequest(q="режим"), build).extracts(100)]
    monkeypatch.setattr("search_app.takeaway.extracts._AT_ONCE", 1)
    assert [extract.passage.id for extract in found(SearchRequest(q="режим"), build).extracts(100)] == whole
    assert len(set(whole)) == len(whole)


def test_files_that_stream_begin_before_all_is_read(build: Build) -> None:
    chosen = found(SearchRequest(), build)
    lines = csv_file.answers(chosen, ROOT)
    assert isinstance(chosen, Selection)
    assert next(lines) == "\ufeff"
    assert next(lines).startswith("Город;")


@pytest.mark.parametrize(("name", "package"), [("xlsx", "xlsxwriter"), ("docx", "docx")])
def test_without_the_optional_package(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    response = client.get(f"/export.{name}?q=парк")
    assert response.status_code == 501
    assert "Возьмите таблицу CSV" in response.text and "Traceback" not in response.text


def test_pages_state_the_limits(client: FlaskClient) -> None:
    text = client.get("/search?q=парк").text
    for name, limit in takeaway.LIMITS.items():
        assert f"/export.{name}?q=%D0%BF%D0%B0%D1%80%D0%BA" in text
        assert f"до {limit} ответов" in text


def test_without_an_index(bare_client: FlaskClient) -> None:
    for name in takeaway.LIMITS:
        assert bare_client.get(f"/export.{name}").status_code == 503


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹢")
@pytest.mark.parametrize(
    "before",
    ["", " ", "\u00a0", "\ufeff", "\u200b", "\u2060", "\t", "\r", "\n", "\u3000 ", "\u2800", "\u3164", "\ufe0f"],
)
def test_no_blank_hides_a_formula(before: str, sign: str) -> None:
    assert safe(f"{before}{sign}1+1").startswith("'")
    assert not safe(f"{before.strip()}1{sign}1").startswith("'")


@pytest.mark.parametrize(
    "text", ["Открыт парк.", "", " по краям ", "а\tб\nв\r\nг", "\n", "ё <b>&amp;</b> 𝄞", "нераз\u00a0рывный"]
)
def test_paragraphs_are_those_that_python_docx_would_make(text: str) -> None:
    paper = Paper("Справка")
    ours = [paper.paragraph(text, style)._p for style in ("Normal", "Quote")]
    theirs = [paper.document.add_paragraph(text, style)._p for style in (None, "Quote")]
    paper.named("Город", text)
    named = paper.document.add_paragraph()
    named.add_run("Город: ").bold = True
    if text:
        named.add_run(text)
    ours.append(paper.document.paragraphs[-2]._p)
    theirs.append(named._p)
    assert [etree.tostring(one) for one in ours] == [etree.tostring(one) for one in theirs]
