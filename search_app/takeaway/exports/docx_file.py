"""A «справка» in Word: the answers grouped by city, each with its citation."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from itertools import groupby
from typing import Any

from indexer.errors import MissingToolError
from search_app.takeaway.exports.cells import printable
from search_app.takeaway.extracts import Extract, Selection, citation
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted, year_spans
from search_app.wording.prose import Piece, pieces

LIMIT = 1000
"""Answers: some four hundred pages."""

_FACE = "Times New Roman"  # What office instructions ask of a document.


def answers(chosen: Selection, root: str, about: list[tuple[str, str]], limit: int = LIMIT) -> BytesIO:
    """The document; ``about`` are names and values told under its title.

    Raises MissingToolError where the optional package is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise MissingToolError("Справка Word не составлена: на сервере нет пакета python-docx.") from error
    document = docx.Document()
    writer = _Writer(document, chosen, root)
    writer.head(about, chosen.shortened(limit))
    for city, extracts in _by_city(chosen.extracts(limit)):
        writer.city(city, list(extracts))
    buffer = BytesIO()
    document.save(buffer)
    buffer.seek(0)
    return buffer


def _by_city(extracts: Iterable[Extract]) -> Iterable[tuple[str | None, Iterable[Extract]]]:
    """Cities in the order of the alphabet, the unknown last; within one newest year first, as the report goes."""
    ordered = sorted(
        extracts,
        key=lambda extract: (
            extract.report.city is None,
            (extract.report.city or "").lower().replace("ё", "е"),
            -(extract.report.year or 0),
            extract.report.id,
            extract.passage.position,
        ),
    )
    return groupby(ordered, key=lambda extract: extract.report.city)


class _Writer:
    """Writes one document from its head to its end."""

    def __init__(self, document: Any, chosen: Selection, root: str) -> None:
        self._document = document
        self._chosen = chosen
        self._vocabulary = chosen.engine.vocabulary
        self._root = root
        _set_styles(document)
        self._styles = {style.name: style.style_id for style in document.styles}
        document.core_properties.title = printable(chosen.title)[:255]
        document.core_properties.author = "Опыт городов"
        document.core_properties.language = "ru-RU"
        _number_pages(document)

    def head(self, about: list[tuple[str, str]], notice: str) -> None:
        """The title and what the document is."""
        self._paragraph("Справка", "Title")
        self._paragraph(self._chosen.title, "Subtitle")
        for name, value in about:
            paragraph = self._document.add_paragraph()
            paragraph.add_run(f"{name}: ").bold = True
            paragraph.add_run(printable(value))
        if notice:
            self._document.add_paragraph().add_run(notice).bold = True

    def city(self, city: str | None, extracts: list[Extract]) -> None:
        """All answers of one city under its heading."""
        name = value_label("city", city, self._vocabulary)
        number = counted(len(extracts), "ответ", "ответа", "ответов")
        self._paragraph(f"{name[0].upper()}{name[1:]} ({number})", "Heading 1")
        for extract in extracts:
            self._answer(extract)

    def _answer(self, extract: Extract) -> None:
        passage, report = extract.passage, extract.report
        year = f"{report.year} год" if report.year else value_label("year", None, self._vocabulary)
        kind = value_label("kind", passage.kind, self._vocabulary)
        self._paragraph(f"{year}. {kind}", "Heading 2")
        if passage.question:
            self._paragraph(passage.question, "Quote")
        for piece in pieces(passage.text):
            self._piece(piece)
        years = year_spans(repeat.year for repeat in extract.repeats if repeat.year is not None)
        repeated = f" Так же в отчётах за другие годы: {years}." if years else ""
        source = (
            f"{citation(extract, self._vocabulary)}. Файл: {report.source}.{repeated} {self._root}{extract.kept_url}"
        )
        self._paragraph(source, "Caption")

    def _piece(self, piece: Piece) -> None:
        if piece.shape == "list":
            for item in piece.items:
                text = f"{item.marker} {item.text}" if item.marker else item.text
                self._paragraph(text, "List" if item.marker else "List Bullet")
        elif piece.shape == "table":
            table = self._document.add_table(0, len(piece.rows[0]), style="Table Grid")
            for row in piece.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = printable(text)
        else:
            self._paragraph(piece.text, "Normal")

    def _paragraph(self, text: str, style: str) -> None:
        paragraph = self._document.add_paragraph(printable(text))
        if style != "Normal":
            # By the id: python-docx looks a name up among all styles each time, which takes most of the time.
            paragraph._p.style = self._styles[style]


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
