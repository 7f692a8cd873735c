"""Words drawn on PDF pages as outlines: read in their places, or told; drawings that are no words stay silent."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.readers import tesseract
from indexer.readers.recognition import OFF

from .drawing import BASE, MARKED, Draw, changed, drawn, outlined, printed, understood
from .making import converted, docx_of, needed


def together(*draws: Draw) -> Draw:
    """All of these on one page."""

    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


BODY = printed(BASE[2:], top=690)


def by_letters() -> bytes:
    return drawn(together(outlined(BASE[0], 50, 780, 16), outlined(BASE[1], 50, 740, 14), BODY))


def by_lines() -> bytes:
    return drawn(together(outlined(BASE[0], 50, 780, 12, whole=True), outlined(BASE[1], 50, 756, 12, whole=True), BODY))


def large() -> bytes:
    heads = (outlined("ГОРОД ТОМСК", 150, 790, 30), outlined("2019 год", 250, 755, 18), outlined(BASE[1], 50, 725, 13))
    return drawn(together(*heads, BODY))


def in_a_form() -> bytes:
    """Drawn elsewhere and laid onto the page at two thirds of its size."""
    heads = drawn(together(outlined(BASE[0], 50, 780, 18), outlined(BASE[1], 50, 740, 18)))

    def lay(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(heads)) as other:
            pdf.pages[0].add_overlay(other.pages[0], pikepdf.Rectangle(0, 280, 595 * 2 / 3, 280 + 842 * 2 / 3))

    return changed(drawn(printed(BASE[2:], top=600)), lay)


def turned() -> bytes:
    """On a sheet that is shown lying on its side."""

    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = 90

    return changed(by_letters(), turn)


def all_but_the_number() -> bytes:
    lines = (outlined(line, 50, 780 - 30 * number, 12) for number, line in enumerate(BASE))
    return drawn(together(*lines, printed(["12"], left=290, top=40)))


def first_page() -> bytes:
    return drawn(
        together(outlined("Отчёт города Томска", 50, 700, 16), outlined("за 2019 год", 50, 660, 16)), printed(BASE[1:])
    )


def word_art() -> bytes:
    """Word's own art, as LibreOffice prints it."""
    art = (
        '<w:p %><w:r><w:pict><v:shapetype id="art" coordsize="21600,21600" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" o:spt="136" path="m0,0l21600,0m0,21600l21600,21600e">'
        '<v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape type="#art" style="width:400pt;height:30pt" fillcolor="#336699"><v:textpath '
        'style="font-family:&quot;DejaVu Sans&quot;" string="{}"/></v:shape></w:pict></w:r></w:p>'
    )
    body = (f"<w:p %><w:r><w:t>{line}</w:t></w:r></w:p>" for line in BASE[2:])
    return converted(docx_of(art.format(BASE[0]), art.format(BASE[1]), *body), "docx", "pdf")


WAYS = (by_letters, by_lines, large, in_a_form, turned, all_but_the_number, first_page, word_art)


@pytest.mark.parametrize("make", WAYS)
def test_drawn_words_are_read_in_their_places(make: Callable[[], bytes], tmp_path: Path) -> None:
    needed("tesseract")
    assert tesseract.found(), "нужны русские данные: tesseract-ocr-rus"
    source = understood(make(), tmp_path)
    assert (source.status, source.reason) == ("read", None)
    report = source.reports[0]
    assert (report.city, report.year, report.section) == ("Томск", 2019, "Организационная работа")
    assert {passage.kind: passage.text for passage in report.passages} == {"achievements": MARKED, "tasks": BASE[5]}


@pytest.mark.parametrize("make", WAYS)
def test_drawn_words_are_told(make: Callable[[], bytes], tmp_path: Path) -> None:
    source = understood(make(), tmp_path, OFF)
    assert "нарисованы контурами" in str(source.reason)
    assert "--ocr auto" in str(source.reason)
    assert source.status == ("empty" if make is all_but_the_number else "read")


def test_a_question_that_is_drawn(tmp_path: Path) -> None:
    needed("tesseract")
    page = together(printed(BASE[:4]), outlined(BASE[4], 50, 780 - 96, 12), printed(BASE[5:], top=780 - 120))
    source = understood(drawn(page), tmp_path)
    assert [passage.text for passage in source.reports[0].passages] == [MARKED, BASE[5]]


def hidden_text(canvas: Canvas) -> None:
    """A layer of text that nobody sees lies on the drawn words."""
    for number, line in enumerate(BASE[:2]):
        outlined(line, 50, 780 - 24 * number, 12)(canvas)
        text = canvas.beginText(50, 780 - 24 * number)
        text.setFont("DejaVu", 12)
        text.setTextRenderMode(3)
        text.textOut(line)
        canvas.drawText(text)
    printed(BASE[2:], top=780 - 48)(canvas)


def ornament(canvas: Canvas) -> None:
    printed()(canvas)
    for number in range(30):
        path = canvas.beginPath()
        left = 50 + number * 15
        path.moveTo(left, 820)
        path.curveTo(left + 3, 829, left + 6, 829, left + 10, 820)
        path.curveTo(left + 8, 817, left + 4, 817, left, 820)
        for step in range(1, 4):
            path.lineTo(left + step, 820 + step)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)


def chart(canvas: Canvas) -> None:
    printed()(canvas)
    for number, high in enumerate((30, 45, 28, 50, 33, 41, 39)):
        canvas.roundRect(100 + number * 30, 300, 18, high, 3, stroke=0, fill=1)
    for number in range(6):
        canvas.circle(100 + number * 40, 250, 8, stroke=0, fill=1)


def coat_of_arms(canvas: Canvas) -> None:
    printed()(canvas)
    chance = random.Random(1)
    for _ in range(120):
        left, bottom = 400 + chance.random() * 90, 150 + chance.random() * 110
        path = canvas.beginPath()
        path.moveTo(left, bottom)
        for _ in range(4):
            path.curveTo(*(place + chance.uniform(-9, 9) for place in (left, bottom) * 3))
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)


@pytest.mark.parametrize("draw", [hidden_text, ornament, chart, coat_of_arms])
def test_what_is_no_drawn_word_is_not_told(draw: Draw, tmp_path: Path) -> None:
    source = understood(drawn(draw), tmp_path, OFF)
    assert (source.status, source.reason) == ("read", None)
    assert len(source.reports[0].passages) == 2
