"""PDF files drawn word by word, for the ways in which the text of a page stands elsewhere than it is read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .making import needed

FONT_FOLDER = Path("/usr/share/fonts/truetype/dejavu")
MARKED = "Построен планетарий на двести мест, в нём занимаются восемьсот школьников."
BASE = (
    "Отчёт администрации города Томска за 2019 год",
    "Организационная работа",
    "1. Что наиболее значительное удалось сделать в 2019 году?",
    MARKED,
    "2. Какие задачи планируется решить в 2020 году?",
    "Открыть оранжерею на набережной.",
)
LEADING = 24
Draw = Callable[[Canvas], None]


def fonts() -> None:
    """DejaVu, which Debian's fonts-dejavu-core and most systems have; reportlab's own fonts know no Cyrillic."""
    if not (FONT_FOLDER / "DejaVuSans.ttf").is_file():
        needed("шрифт DejaVu (fonts-dejavu-core)")
    for name, file in (("DejaVu", "DejaVuSans.ttf"), ("DejaVu-Bold", "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, FONT_FOLDER / file))


def drawn(*pages: Draw, size: tuple[float, float] = A4) -> bytes:
    """A document whose pages are drawn by these functions."""
    fonts()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1)
    for draw in pages:
        canvas.setFont("DejaVu", 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def printed(lines: Sequence[str] = BASE, *, left: float = 50, top: float = 780, font: str = "DejaVu") -> Draw:
    """Lines one below the other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, 12)
        for number, line in enumerate(lines):
            canvas.drawString(left, top - LEADING * number, line)

    return draw


def changed(data: bytes, change: Callable[[pikepdf.Pdf], Any], **saving: Any) -> bytes:
    """The document after a change by pikepdf."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(target, **saving)
    return target.getvalue()


def picture_of(
    lines: Sequence[str] = BASE, dots: int = 150, skew: float = 0.0, turn: int = 0, height: int = 12
) -> Image.Image:
    """A sheet of A4 as a scanner of so many dots to the inch sees it, laid askew by some degrees or turned."""
    scale = dots / 72
    sheet = Image.new("L", (round(A4[0] * scale), round(A4[1] * scale)), 255)
    font = ImageFont.truetype(str(FONT_FOLDER / "DejaVuSans.ttf"), round(height * scale))
    for number, line in enumerate(lines):
        ImageDraw.Draw(sheet).text((50 * scale, (62 + LEADING * number) * scale), line, font=font, fill=0)
    sheet = sheet.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return sheet.rotate(turn, expand=True)


def scanned(picture: Image.Image, stamp: Sequence[str] = ()) -> Draw:
    """A page that a picture fills, with some printed lines at its foot."""

    def draw(canvas: Canvas) -> None:
        if picture.width > picture.height:
            canvas.setPageSize((A4[1], A4[0]))
        else:
            canvas.setPageSize(A4)
        wide, high = canvas._pagesize
        canvas.drawInlineImage(picture, 0, 0, wide, high)
        canvas.setFont("DejaVu", 8)
        for number, line in enumerate(stamp):
            canvas.drawString(300, 80 - 12 * number, line)

    return draw
