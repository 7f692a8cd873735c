"""One document in all formats, saved by LibreOffice: what is read must not depend on the format."""

from functools import cache

import pytest
from docx import Document
from docx.shared import Cm

from indexer.model import Block
from indexer.readers import format_of, read_blocks

from .making import converted, lines, saved

SENTENCE = (
    "Организационная работа администрации строится по нескольким направлениям, среди которых планирование "
    "деятельности, подготовка городских мероприятий и приём граждан. "
)
EXPECTED = [
    "# ОМСК",
    "##! Организационная работа",
    "! [1.] Что наиболее значительное удалось сделать в 2021 году?",
    (SENTENCE * 3).strip(),
    "[-] первое направление;",
    "[-] второе направление;",
    "! [2.] Какие задачи стоят в 2022 году?",
    (SENTENCE * 2).strip(),
    "Вопрос ¦ Ответ",
    "Какую помощь может оказать АСДГ? ¦ Первый абзац.\nВторой абзац.",
    "После таблицы и слитно.",
]


@cache
def original() -> bytes:
    document = Document()
    document.add_heading("ОМСК", 0)
    document.add_heading("Организационная работа", 2)
    document.add_paragraph("Что наиболее значительное удалось сделать в 2021 году?", "List Number").runs[0].bold = True
    document.add_paragraph((SENTENCE * 3).strip())
    document.add_paragraph("первое направление;", "List Bullet")
    document.add_paragraph("второе направление;", "List Bullet")
    document.add_paragraph("Какие задачи стоят в 2022 году?", "List Number").runs[0].bold = True
    document.add_paragraph((SENTENCE * 2).strip()).paragraph_format.first_line_indent = Cm(1.25)
    table = document.add_table(2, 2)
    table.style = "Table Grid"
    for place, text in enumerate(
        ("Вопрос", "Ответ", "Какую помощь может оказать АСДГ?", "Первый абзац.\nВторой абзац.")
    ):
        table.cell(place // 2, place % 2).text = text
    last = document.add_paragraph("После таблицы ")
    last.add_run("и").italic = True
    last.add_run(" слитно.")
    return saved(document)


def test_the_original() -> None:
    assert lines(original()) == EXPECTED


@pytest.mark.parametrize("target", ["odt", "fodt", "rtf", "doc:MS Word 97"])
def test_other_formats(target: str) -> None:
    data = converted(original(), "docx", target)
    assert format_of(data, "отчёт") == target.split(":")[0].replace("fodt", "odt")
    assert lines(data, "отчёт.doc") == EXPECTED


def test_html() -> None:
    read = lines(converted(original(), "docx", "html"), "отчёт.doc")
    read[0] = read[0].replace("ОМСК", "# ОМСК")  # LibreOffice tells the title by the size of its letters alone
    assert [line.replace("##! ", "## ") for line in EXPECTED] == read


def test_pdf() -> None:
    blocks = read_blocks(converted(original(), "docx", "pdf"), "отчёт")
    assert [_plain(block) for block in _paragraphs(blocks)] == [line.lstrip("#! ") for line in EXPECTED]
    assert [block.heading for block in blocks[:3]] == [1, 2, 0]
    assert blocks[2].emphasis


def _plain(block: Block) -> str:
    text = " ¦ ".join(block.cells) if block.cells else block.text
    return f"[{block.marker}] {text}" if block.marker else text


def _paragraphs(blocks: list[Block]) -> list[Block]:
    """The lines joined at their wraps."""
    joined: list[Block] = []
    for block in blocks:
        if block.wraps:
            last = joined.pop()
            joined.append(Block(f"{last.text} {block.text}", marker=last.marker))
        else:
            joined.append(block)
    return joined
