"""An answer that is nothing but a picture is told; pictures beside a text are none of our business."""

import io
from pathlib import Path

import pytest
from docx import Document

from indexer.intake.understanding import Task, understand_file
from indexer.model import Said, SourceFile
from tests.readers.making import converted, docx_of
from tests.readers.test_docx_parts import paragraph as typed

QUESTIONS = (
    "1. Что наиболее значительное удалось сделать в 2019 году?",
    "2. Какие задачи планируется решить в 2020 году?",
)
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def report(answer: str) -> bytes:
    document = Document()
    for text in ("Отчёт администрации города Томска за 2019 год", QUESTIONS[0], answer):
        if text:
            document.add_paragraph(text)
    document.add_picture(io.BytesIO(PICTURE))
    document.add_paragraph(QUESTIONS[1])
    document.add_paragraph("Открыть оранжерею на набережной.")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def understood(folder: Path, name: str, data: bytes) -> SourceFile:
    (folder / name).write_bytes(data)
    return understand_file(Task(name, str(folder / name), Said()))


@pytest.mark.parametrize("form", ["docx", "odt", "rtf", "html"])
@pytest.mark.parametrize("answer", ["", "Построен планетарий."])
def test_only_an_answer_that_is_a_picture_is_told(tmp_path: Path, form: str, answer: str) -> None:
    data = report(answer)
    source = understood(tmp_path, f"a.{form}", data if form == "docx" else converted(data, "docx", form))
    assert len(source.reports[0].passages) == 2
    if answer:
        assert source.reason is None
    else:
        assert source.reason == (
            "Ответ на вопрос «Что наиболее значительное удалось сделать в 2019 году?» дан рисунком и не прочитан: "
            "распознайте на рисунке текст и впишите его в файл."
        )


def test_an_unanswered_question_without_a_picture_is_only_blank(tmp_path: Path) -> None:
    texts = "".join(f"<p>{text}</p>" for text in ("Город Томск", *QUESTIONS, "Сад."))
    source = understood(tmp_path, "a.html", f"<html><body><img src=a.png>{texts}</body></html>".encode())
    assert source.reason is None


@pytest.mark.parametrize("text", ["x", "Х", "…", "1"])
def test_a_document_of_a_single_sign_is_empty(tmp_path: Path, text: str) -> None:
    source = understood(tmp_path, "a.docx", docx_of(typed(text)))
    assert source.status == "empty"
    assert (source.reason or "").startswith("В файле нет текста, ")


@pytest.mark.parametrize("sign", ["�", "пїЅ", "ï¿½", "я┐╜", "О©╫"])
@pytest.mark.parametrize("lost", [0, 1, 3, 12])
def test_letters_lost_for_good_are_told(tmp_path: Path, lost: int, sign: str) -> None:
    text = "Город Томск\nОтчёт за 2019 год\n" + "Построен планетарий на двести мест, в нём занимаются школьники.\n" * 9
    source = understood(tmp_path, "a.txt", text.replace("н", sign, lost).encode())
    assert source.status == "read"
    assert (f"утрачены буквы ({lost})" in (source.reason or "")) == (lost > 0)


def test_a_bullet_that_no_table_has_is_no_letter(tmp_path: Path) -> None:
    text = "Город Томск\nОтчёт за 2019 год\n" + "� Построен планетарий на двести мест.\n" * 3
    assert understood(tmp_path, "a.txt", text.encode()).reason is None
