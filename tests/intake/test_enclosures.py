"""Reports within documents, letterheads as evidence, notes and losses: as the commands show them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from indexer.cli import main
from indexer.intake.understanding import understand_folder
from tests.readers.making import converted, docx_of, saved, zipped
from tests.readers.test_docx_parts import BASE, base, embedded, with_related
from tests.readers.test_docx_parts import paragraph as typed


def understood(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    """The file as ``check --json`` has it."""
    (folder / name).write_bytes(data)
    done = CliRunner().invoke(main, ["check", "--reports", str(folder), "--json"])
    (found,) = json.loads(done.stdout)["files"]
    return dict(found)


def enclosed(data: bytes, name: str = "Документ1.docx", *texts: str) -> bytes:
    body = docx_of(*map(typed, texts or ("Информация прилагается.",)), embedded("rId91", "Package"))
    return with_related(body, {"rId91": ("package", f"embeddings/{name}", data)})


def pdf() -> bytes:
    return converted(base(), "docx", "pdf")


@pytest.mark.parametrize("inner", [base, lambda: converted(base(), "docx", "odt"), pdf], ids=["docx", "odt", "pdf"])
def test_a_report_behind_a_covering_letter(tmp_path: Path, inner: Any) -> None:
    found = understood(tmp_path, "a07.docx", enclosed(inner()))
    (report,) = found["reports"]
    assert (report["city"], report["year"]) == ("Томск", 2019)
    assert [passage["kind"] for passage in report["passages"]] == ["achievements", "tasks"]
    assert "«Информация прилагается.»" in report["evidence"]["notes"][0]
    assert found["reason"] is None


def test_the_source_of_an_enclosed_report_names_both(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(enclosed(base()))
    (source,) = understand_folder(tmp_path)
    assert [report.source for report in source.reports] == ["a.docx/Документ1.docx"]


def test_text_enclosed_in_an_answer_belongs_to_it(tmp_path: Path) -> None:
    found = understood(tmp_path, "a.docx", enclosed(base("Построен планетарий."), "a.docx", *BASE[:3]))
    (report,) = found["reports"]
    assert [passage["text"] for passage in report["passages"]] == ["Построен планетарий."]


def test_an_enclosure_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    table = zipped([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<a/>")])
    found = understood(tmp_path, "a.docx", enclosed(table, "Смета.xlsx", *BASE))
    assert found["status"] == "read"
    assert len(found["reports"]) == 1
    assert "«Смета.xlsx», он не прочитан: таблица повреждена" in found["reason"]


def headed(header: str, *texts: str) -> bytes:
    document = Document()
    document.sections[0].header.paragraphs[0].text = header
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


BODY = ("Организационная работа", "1. Что наиболее значительное удалось сделать?", "Построен планетарий.")


@pytest.mark.parametrize("target", ["docx", "doc:MS Word 97", "odt", "fodt"])
def test_city_and_year_of_the_letterhead(tmp_path: Path, target: str) -> None:
    data = headed("Администрация города Томска. Отчёт за 2019 год", *BODY)
    data = data if target == "docx" else converted(data, "docx", target)
    (report,) = understood(tmp_path, "a01", data)["reports"]
    assert (report["city"], report["year"]) == ("Томск", 2019)
    assert "колонтитул" in report["evidence"]["city"]
    assert "колонтитул" in report["evidence"]["year"]
    assert not any("Администрация" in passage["text"] for passage in report["passages"])


@pytest.mark.parametrize("header", ["Администрация города Омска, 2015 год", "АСДГ, г. Новосибирск, 2015 год"])
def test_the_letterhead_is_asked_last(tmp_path: Path, header: str) -> None:
    (report,) = understood(tmp_path, "a01.docx", headed(header, *BASE))["reports"]
    assert (report["city"], report["year"]) == ("Томск", 2019)


def test_the_association_is_no_city(tmp_path: Path) -> None:
    (report,) = understood(tmp_path, "a01.docx", headed("АСДГ, г. Новосибирск", *BODY))["reports"]
    assert report["city"] is None


def test_passages_tell_how_a_doc_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.doc"
    file.write_bytes(converted(base(), "docx", "doc:MS Word 97"))
    shown = CliRunner().invoke(main, ["passages", str(file), "--reports", str(tmp_path)])
    assert "к сведению: прочитан через msdoc2docx; порядок выбора: msdoc2docx, LibreOffice, antiword" in shown.stdout


def test_a_damaged_enclosure_costs_only_itself(tmp_path: Path) -> None:
    cut = base()[: len(base()) // 2]
    found = understood(tmp_path, "a.docx", enclosed(cut, "Документ1.docx", *BASE))
    assert [passage["kind"] for passage in found["reports"][0]["passages"]] == ["achievements", "tasks"]
    assert "«Документ1.docx», он не прочитан: документ повреждён" in found["reason"]
    assert zipfile.is_zipfile(BytesIO(enclosed(cut)))
