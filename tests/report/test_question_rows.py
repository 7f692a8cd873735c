"""A question in one row of a table and its answer in the next, over all columns."""

import io

import pytest
from docx import Document

from indexer.language.analysis import shared_analyzer
from indexer.model import Block
from indexer.readers import read_blocks
from indexer.report import ReportParser
from indexer.vocabulary import load

FIRST, SECOND = "Что наиболее значительное удалось сделать в 2019 году?", "Какие задачи планируется решить в 2020 году?"
ANSWERS = [(FIRST, "Построен планетарий.\nОткрыт сад."), (SECOND, "Открыть оранжерею на набережной.")]


def read(blocks: list[Block]) -> list[tuple[str | None, str]]:
    vocabulary = load()
    parsed = ReportParser(vocabulary, shared_analyzer(vocabulary)).parse(blocks, "a.docx")
    return [(passage.question, passage.text) for report in parsed.reports for passage in report.passages]


def word(columns: int, merged: bool) -> bytes:
    """A table of Word with as many columns, the answer's cells merged or all but the first left empty."""
    document = Document()
    document.add_paragraph("Отчёт администрации города Томска за 2019 год")
    table = document.add_table(rows=0, cols=columns)
    for number, (question, answer) in enumerate(ANSWERS, start=1):
        cells = table.add_row().cells
        if columns > 1:
            cells[0].text, cells[1].text = f"{number}.", question
        else:
            cells[0].text = question
        row = table.add_row().cells
        cell = row[0].merge(row[-1]) if merged and columns > 1 else row[0]
        cell.text = answer
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("merged", [True, False])
def test_in_word(columns: int, merged: bool) -> None:
    assert read(read_blocks(word(columns, merged), "a.docx")) == ANSWERS


@pytest.mark.parametrize("span", ["colspan=2", ""])
def test_on_a_web_page(span: str) -> None:
    rows = "".join(
        f"<tr><td>{number}<td>{question}<tr><td {span}>{answer.replace(chr(10), '<br>')}"
        for number, (question, answer) in enumerate(ANSWERS, start=1)
    )
    page = f"<html><body><h1>Отчёт города Томска за 2019 год</h1><table>{rows}</table></body></html>"
    assert read(read_blocks(page.encode(), "a.html")) == ANSWERS


def test_a_table_of_figures_stays() -> None:
    rows = [("№", "Показатель"), ("1", "Дороги, км"), ("2", "Мосты"), ("Итого", "")]
    found = read([Block(" | ".join(row), cells=row) for row in rows])
    assert found == [(None, "№ | Показатель\n1 | Дороги, км\n2 | Мосты\nИтого")]
