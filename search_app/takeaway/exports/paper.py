"""A Word document as offices want it: one typeface, black headings, numbered pages; text is put in by style."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from lxml import etree

from indexer.errors import MissingToolError
from search_app.takeaway.exports.cells import printable

_FACE = "Times New Roman"  # What office instructions ask of a document.
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MARKS = re.compile(r"([\t\n\r])")
_SUB = etree.SubElement


class Paper:
    """One document from its first paragraph to its last. Raises MissingToolError without the optional package."""

    def __init__(self, title: str) -> None:
        self.document = document = _library().Document()
        _set_styles(document)
        self._styles = {style.name: style.style_id for style in document.styles}
        self._end = document.element.body.sectPr
        self._paragraph = _library().text.paragraph.Paragraph
        document.core_properties.title = printable(title)[:255]
        document.core_properties.author = "Опыт городов"
        document.core_properties.language = "ru-RU"
        _number_pages(document)

    def paragraph(self, text: str, style: str = "Normal") -> Any:
        """A paragraph at the end."""
        added = self._added(style)
        self._run(added, printable(text))
        return self._paragraph(added, self.document._body)

    def named(self, name: str, value: str) -> None:
        """«**Name:** value»."""
        added = self._added()
        self._run(added, f"{name}: ", bold=True)
        self._run(added, printable(value))

    def bold(self, text: str) -> None:
        """A paragraph that is to be noticed."""
        self._run(self._added(), printable(text), bold=True)

    # python-docx makes a document of a thousand answers in a second and a half: it looks for each new element's place
    # among all the others, and at each letter. The elements are its own; only putting them in is done here.

    def _added(self, style: str = "Normal") -> Any:
        added = self._end.makeelement(f"{_WORD}p")
        self._end.addprevious(added)
        if style != "Normal":
            named = _SUB(_SUB(added, f"{_WORD}pPr"), f"{_WORD}pStyle")
            named.set(f"{_WORD}val", self._styles[style])
        return added

    @staticmethod
    def _run(paragraph: Any, text: str, *, bold: bool = False) -> None:
        if not text:
            return
        run = _SUB(paragraph, f"{_WORD}r")
        if bold:
            _SUB(_SUB(run, f"{_WORD}rPr"), f"{_WORD}b")
        for piece in _MARKS.split(text):
            if piece in ("\t", "\n", "\r"):
                _SUB(run, f"{_WORD}tab" if piece == "\t" else f"{_WORD}br")
            elif piece:
                written = _SUB(run, f"{_WORD}t")
                written.text = piece
                if piece != piece.strip():
                    written.set(_SPACE, "preserve")

    def table(self, rows: Sequence[Sequence[str]], *, head: bool = False) -> None:
        """A table with lines; with ``head`` its first row is repeated on each page."""
        table = self.document.add_table(0, len(rows[0]), style="Table Grid")
        table.autofit = False
        section = self.document.sections[-1]
        widths = _shares(rows, section.page_width - section.left_margin - section.right_margin)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, row in enumerate(rows):
            for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
                cell.text, cell.width = printable(text), width
                if head and not number and text:
                    cell.paragraphs[0].runs[0].bold = True
                if len(widths) > _MANY:
                    _small(cell.paragraphs[0])
        if head:
            _repeated(table.rows[0])

    def saved(self) -> BytesIO:
        """The file."""
        buffer = BytesIO()
        self.document.save(buffer)
        buffer.seek(0)
        return buffer


def _library() -> Any:
    try:
        import docx
    except ImportError as error:
        raise MissingToolError("Справка Word не составлена: на сервере нет пакета python-docx.") from error
    return docx


_MANY = 8
"""Columns from which on a table is set in small letters with narrow cells: twenty years stand on one page."""
_NAME = 14
"""Letters of a column's texts that stay on one line at least."""
_BESIDE = 2
"""Letters that lines and air of a cell take."""


def _shares(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Columns as wide as their words ask for: of equal ones names fall to pieces beside columns of digits."""
    asked = [_letters(column) for column in zip(*rows, strict=True)]
    return [room * letters // sum(asked) for letters in asked]


def _small(paragraph: Any) -> None:
    from docx.shared import Cm, Pt

    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = -Cm(0.12)
    for run in paragraph.runs:
        run.font.size = Pt(8)


def _letters(texts: Sequence[str]) -> int:
    longest = max(map(len, texts))
    word = max((len(word) for text in texts for word in _WORD_ENDS.split(text)), default=0)
    return max(word, min(longest, _NAME)) + _BESIDE


_WORD_ENDS = re.compile(r"[\s-]+")


def _repeated(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_styles(document: Any) -> None:
    """One typeface throughout, black headings, the margins of office documents."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sizes = {"Normal": 12, "Title": 18, "Subtitle": 13, "Heading 1": 14, "Heading 2": 12, "Caption": 10}
    for name, size in {**sizes, "Quote": 12, "List": 12, "List Bullet": 12}.items():
        style = document.styles[name]
        style.font.name = _FACE
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # Themes name typefaces of their own, which win over the plain name.
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), _FACE)
    document.styles["Caption"].font.bold = False
    document.styles["Caption"].font.italic = True
    document.styles["Quote"].paragraph_format.keep_with_next = True
    line = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if line is not None:
        document.styles["Title"].element.pPr.remove(line)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    language = document.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), "ru-RU")


def _number_pages(document: Any) -> None:
    """The page's number at the foot: a field that Word fills in."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
