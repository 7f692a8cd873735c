"""Gold files in PDF, laid out line by line: running heads, page numbers, hyphenated line ends, two columns, a scan."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4, A5  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from .markup import GoldFile, Line
from .plain import fill

_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_PLAIN, _BOLD = "DejaVuSerif", "DejaVuSerif-Bold"
_SIZE = 11
_LEADING = 14
_MARGIN = 45
_INDENT = 20


def pdf_file(file: GoldFile) -> bytes:
    """The document's bytes, the same for the same source; raises ``TTFError`` without the DejaVu fonts."""
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, _FONTS / f"{name}.ttf"))
    buffer = io.BytesIO()
    _Layout(file, buffer).write()
    return buffer.getvalue()


def scan_file(text: str) -> bytes:
    """A PDF that is only a picture of the text."""
    picture = Image.new("1", (900, 300), 1)
    font = ImageFont.truetype(str(_FONTS / f"{_PLAIN}.ttf"), 28)
    ImageDraw.Draw(picture).multiline_text((40, 40), text, font=font, fill=0)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A5, invariant=1)
    canvas.drawInlineImage(picture, 20, 300, width=380, height=127)
    canvas.save()
    return buffer.getvalue()


class _Layout:
    """Fills pages from the top, column by column."""

    def __init__(self, file: GoldFile, buffer: io.BytesIO) -> None:
        self.file = file
        self.columns = 2 if "columns" in file.options else 1
        self.page_width, self.page_height = A4 if self.columns == 2 else A5
        self.canvas = Canvas(buffer, pagesize=(self.page_width, self.page_height), invariant=1)
        self.width = (self.page_width - 2 * _MARGIN - 25 * (self.columns - 1)) / self.columns
        # two columns are drawn on a low page so that the second one is used
        self.bottom = self.page_height / 2 if self.columns == 2 else _MARGIN + 20
        self.page = 1
        self.column = 0
        self.y = self.page_height - _MARGIN - 25

    def write(self) -> None:
        for line in self.file.lines:
            if line.role != "gap":
                self._paragraph(line)
        self._finish_page()
        self.canvas.save()

    def _paragraph(self, line: Line) -> None:
        strong = line.role == "title" or (line.role == "question" and self.file.option("q") == "bold")
        font = _BOLD if strong else _PLAIN
        text = f"{line.number} {line.text}" if line.number and line.role == "question" else line.text
        if line.role in {"title", "question"}:
            self.y -= 6
        hyphenate = "hyphen" in self.file.options and line.role == "text"
        rows = fill(
            "\u2003" + text if line.role != "title" else text,  # the em space only measures the indent
            lambda words: pdfmetrics.stringWidth(words, font, _SIZE) <= self.width - _INDENT / 2,
            hyphenate,
        )
        for place, row in enumerate(rows):
            self._row(row.strip(), font, centred=line.role == "title", indent=_INDENT if place == 0 else 0)

    def _row(self, text: str, font: str, centred: bool, indent: int) -> None:
        if self.y < self.bottom:
            self._next_column()
        left = _MARGIN + self.column * (self.width + 25)
        self.canvas.setFont(font, _SIZE)
        if centred:
            self.canvas.drawCentredString(left + self.width / 2, self.y, text)
        else:
            self.canvas.drawString(left + indent, self.y, text)
        self.y -= _LEADING

    def _next_column(self) -> None:
        self.column += 1
        if self.column == self.columns:
            self._finish_page()
            self.canvas.showPage()
            self.page += 1
            self.column = 0
        self.y = self.page_height - _MARGIN - 25

    def _finish_page(self) -> None:
        self.canvas.setFont(_PLAIN, 8)
        middle = self.page_width / 2
        if self.file.option("head"):
            self.canvas.drawCentredString(middle, self.page_height - _MARGIN, self.file.option("head"))
        if "pages" in self.file.options:
            self.canvas.drawCentredString(middle, _MARGIN - 15, f"– {self.page} –" if self.page % 2 else str(self.page))
