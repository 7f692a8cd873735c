"""PDF files drawn word by word, for the ways in which the text of a page stands elsewhere than it is read."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from indexer.intake.understanding import Task, understand_file
from indexer.model import Said, SourceFile
from indexer.readers.recognition import AUTO, Recognition

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


def understood(data: bytes, folder: Path, mode: str = AUTO) -> SourceFile:
    """The file as ``check`` would tell of it."""
    path = folder / "a01.pdf"
    path.write_bytes(data)
    cache = str(folder / "recognised")
    return understand_file(Task("a01.pdf", str(path), Said(), recognition=Recognition(mode, cache)))


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


def outlined(text: str, left: float, baseline: float, size: float, *, whole: bool = False) -> Draw:
    """A line whose letters are drawn as shapes, each for itself or the whole line as one shape."""

    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        for segments in _outlines(text, size):
            path = path if whole else canvas.beginPath()
            for kind, points, closes in segments:
                moved = [(left + x, baseline + y) for x, y in points]
                if kind == pdfium.FPDF_SEGMENT_MOVETO:
                    path.moveTo(*moved[0])
                elif kind == pdfium.FPDF_SEGMENT_LINETO:
                    path.lineTo(*moved[0])
                else:
                    path.curveTo(*(place for point in moved for place in point))
                if closes:
                    path.close()
            if not whole:
                canvas.drawPath(path, stroke=0, fill=1)
        if whole:
            canvas.drawPath(path, stroke=0, fill=1)

    return draw


Segment = tuple[int, list[tuple[float, float]], bool]


def _outlines(text: str, size: float) -> Iterator[list[Segment]]:
    """The segments of each letter's shape in DejaVu, one letter behind the other, as PDFium knows them."""
    document = pypdfium2.PdfDocument(drawn(printed([text])))
    printed_text = next(iter(document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])))
    font = pdfium.FPDFTextObj_GetFont(printed_text.raw)
    width, across = ctypes.c_float(), 0.0
    for sign in text:
        glyph = None if sign == " " else pdfium.FPDFFont_GetGlyphPath(font, ord(sign), size)
        yield list(_segments(glyph, size, across)) if glyph else []
        pdfium.FPDFFont_GetGlyphWidth(font, ord(sign), size, width)
        across += width.value
    document.close()


def _segments(glyph: Any, size: float, across: float) -> Iterator[Segment]:
    x, y = ctypes.c_float(), ctypes.c_float()
    curve: list[tuple[float, float]] = []
    for number in range(pdfium.FPDFGlyphPath_CountGlyphSegments(glyph)):
        segment = pdfium.FPDFGlyphPath_GetGlyphPathSegment(glyph, number)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        curve.append((across + x.value * size, y.value * size))
        if kind != pdfium.FPDF_SEGMENT_BEZIERTO or len(curve) == 3:
            yield kind, curve, bool(pdfium.FPDFPathSegment_GetClose(segment))
            curve = []


def draw_rows(
    canvas: Canvas,
    rows: Sequence[Sequence[Sequence[str]]],
    edges: Sequence[float],
    gap: float,
    *,
    top: float,
    leading: float,
) -> None:
    """Rows of a table without rules: each cell's lines below one another, from its edge on."""
    for cells in rows:
        for edge, lines in zip(edges, cells, strict=True):
            for number, line in enumerate(lines):
                canvas.drawString(edge, top - leading * number, line)
        top -= leading * max(map(len, cells)) + gap
