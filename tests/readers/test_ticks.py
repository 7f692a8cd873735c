"""Ticked and empty boxes and signs of symbol fonts in every format that LibreOffice makes of one form."""

from functools import cache

import pytest
from reportlab.lib.pagesizes import A4

from indexer.readers import read_document

from .making import converted, docx_of, lines
from .test_docx import paragraph
from .test_docx_parts import BOX, field, sign

TEXT = "<w:r><w:t xml:space='preserve'> {}</w:t></w:r>"
SIGNS = {
    ("Wingdings", "F0FE"): "☑ отмечено",
    ("Wingdings", "F0A8"): "☐ пусто",
    ("Wingdings", "F0FD"): "☒ крест",
    ("Wingdings", "F06F"): "☐ квадрат",
    ("Wingdings 2", "F052"): "☑ второе отмечено",
    ("Wingdings 2", "F0A3"): "☐ второе пусто",
    ("Wingdings 2", "F053"): "☒ второй крест",
    ("Symbol", "F0B3"): "≥ 95 %",
    ("Symbol", "F0A3"): "≤ 5 %",
    ("Symbol", "F0B1"): "± 2 градуса",
    ("Symbol", "F0B0"): "° Цельсия",
    ("Symbol", "F02D"): "− 5 градусов",
}


@cache
def form() -> bytes:
    """Fields to tick, then the signs."""
    fields = [
        f"<w:p %>{field('FORMCHECKBOX', data=BOX.format(ticked))}{TEXT.format(text)}</w:p>"
        for ticked, text in (("<w:checked/>", "построен бассейн"), ("", "построен каток"))
    ]
    signs = [
        f"<w:p %>{sign(font, code)}{TEXT.format(text.partition(' ')[2])}</w:p>" for (font, code), text in SIGNS.items()
    ]
    return docx_of(paragraph("Отчёт"), *fields, *signs, paragraph("Конец"))


EXPECTED = ["☒ построен бассейн", "☐ построен каток", *SIGNS.values()]


@pytest.mark.parametrize("target", ["pdf", "odt", "doc:MS Word 97", "fodt"])
def test_a_form_in_other_formats(target: str) -> None:
    content = read_document(converted(form(), "docx", target), "отчёт")
    assert [block.line for block in content.blocks[1:-1]] == EXPECTED
    assert not content.losses


def test_ticks_that_rtf_does_not_tell_are_told() -> None:
    """LibreOffice writes the fields without their values."""
    content = read_document(converted(form(), "docx", "rtf"), "отчёт")
    assert [block.line for block in content.blocks[3:-1]] == EXPECTED[2:]
    (loss,) = content.losses
    assert "флажки" in loss


def drawn(*boxes: tuple[float, float, float, str]) -> bytes:
    """A page with boxes at these places, their sides and how they are drawn, and words behind them."""
    import io

    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setFont("Helvetica", 12)
    for left, bottom, side, how in boxes:
        canvas.rect(left, bottom, side, side, stroke=how != "filled", fill=how == "filled")
        if how == "ticked":
            canvas.line(left, bottom, left + side, bottom + side)
            canvas.line(left, bottom + side, left + side, bottom)
        if how == "tick":
            path = canvas.beginPath()
            path.moveTo(left + 1, bottom + side / 2)
            path.lineTo(left + side / 3, bottom + 1)
            path.lineTo(left + side - 1, bottom + side - 1)
            canvas.drawPath(path)
        if how == "letter":
            canvas.drawString(left + 2, bottom + 1, "A")
        canvas.drawString(left + side + 4, bottom + 1, "Built a pool")
    canvas.save()
    return target.getvalue()


@pytest.mark.parametrize(
    ("how", "expected"),
    [("empty", "☐ Built a pool"), ("ticked", "☒ Built a pool"), ("tick", "☒ Built a pool"), ("filled", "Built a pool")],
)
def test_boxes_drawn_on_a_page(how: str, expected: str) -> None:
    blocks = read_document(drawn((72, 700, 10, how), (72, 660, 12, how)), "отчёт").blocks
    assert [block.line for block in blocks] == [expected] * 2


def test_cells_and_frames_are_no_boxes() -> None:
    cells = [(72.0 + 12 * number, 700.0, 12.0, "empty") for number in range(6)]
    text = " ".join(block.line for block in read_document(drawn(*cells, (72, 600, 12, "letter")), "отчёт").blocks)
    assert "☐" not in text
    assert "☒" not in text


def test_fields_beside_their_labels() -> None:
    """A browser sets the two apart although the page has no blank between them."""
    form = (
        "<form><label>1. Что удалось сделать?</label><textarea>Построен планетарий.</textarea>"
        '<label>2. Какие задачи стоят?</label><input value="Открыть оранжерею."><label>Город</label>'
        '<input value="Томск">, мэрия</form>'
    )
    assert lines(f"<html><meta charset=utf-8><body>{form}</body></html>".encode()) == [
        "[1.] Что удалось сделать?",
        "Построен планетарий.",
        "[2.] Какие задачи стоят? Открыть оранжерею. Город Томск, мэрия",
    ]
