"""Word documents (.docx, .docm, .dotx; transitional and strict): paragraphs, headings, list items and table rows.

An own walk over the XML, because the usual libraries lose list numbers, tracked insertions, content controls or
non-breaking hyphens. Deleted and hidden text, comments and tables of contents are left out; headers and footers are
told apart as letterhead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from indexer.errors import EmptyFileError, ReadError
from indexer.model import ROLE_LETTERHEAD, ROLE_LOSS, ROLE_PICTURE, Block, Enclosure
from indexer.readers import limits
from indexer.readers.docx_fields import Fields, control_entry
from indexer.readers.docx_math import M, linear
from indexer.readers.docx_numbering import Numbering
from indexer.readers.docx_package import Parts, has_document
from indexer.readers.docx_styles import EMPHASES, Styles, W, font_of, number_of, switches_of, value_of
from indexer.readers.instructions import drawn_by
from indexer.readers.marks import block_of, blocks_of_runs, row_of
from indexer.readers.package import DAMAGED, open_package
from indexer.readers.raised import marked
from indexer.readers.symbols import in_font, sign_of

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_LEFT_OUT = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "delText", "delInstrText", "rt", "pPr", "rPr", "sdtPr", "tcPr")
)
_SIGNS = {
    f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "",
}  # fmt: skip
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_NO_POINTS = frozenset({"parTrans", "sibTrans", "pres"})
"""Points of a diagram that are arrows or layout."""
_LAST_PAGE = re.compile(r"\d+\s*$")
_PICTURE_PROGRAM = re.compile(r"Paint|Photo|Picture|Metafile|Visio|Drw|Word\.Picture", re.IGNORECASE)
"""What these have drawn is a picture to the reader."""
_EQUATION_PROGRAM = re.compile(r"Equation|MathType", re.IGNORECASE)

_ELSEWHERE = "Часть документа лежит в другом файле, на который он ссылается: вставьте её текст и сохраните заново."
_LOST_CHUNK = "Часть документа вставлена из другого файла и не найдена: откройте его в Word и сохраните заново."
_LOST_OBJECT = "В документ вложен файл, которого в нём не оказалось: откройте его в Word и сохраните заново."
_OLD_EQUATION = (
    "В документе есть формулы старого редактора, они не прочитаны: преобразуйте их в Word в новые или напишите текстом."
)
_CONTROLS = "В документе есть элементы управления формы, они не прочитаны: напишите ответы обычным текстом."
_UNREAD_CHART = "В документе есть диаграмма, прочитано только её название: напишите её цифры текстом или таблицей."

Piece = Block | Enclosure


def sniff(data: bytes) -> bool:
    """A zip package with a Word document in it."""
    return has_document(data)


def read(data: bytes) -> Iterator[Piece]:
    """The blocks of the document's body with its text boxes and notes, then its letterhead.

    Raises ``ReadError`` for a damaged, protected or hostile file and ``EmptyFileError`` for one without text.
    """
    with open_package(data) as package:
        parts = Parts(package)
        root = parts.document()
        if root is None:
            raise ReadError(DAMAGED)
        yield from read_parts(parts, root)


def read_parts(parts: Parts, root: etree._Element) -> Iterator[Piece]:
    """The blocks of a document whose parts are open; raises like ``read``."""
    styles = Styles(parts.root("styles"))
    body = _Body(parts, styles, Numbering(parts.root("numbering"), styles))
    empty = True
    for piece in body.document(root):
        empty = empty and isinstance(piece, Block) and bool(piece.role)
        yield piece
    yield from body.letterhead()
    if empty:
        raise EmptyFileError("В документе нет текста: возможно, в нём только рисунки или скан.")


def _notes(root: etree._Element | None) -> dict[str, etree._Element]:
    """The footnotes or endnotes by id, without the separators that Word keeps among them."""
    notes = () if root is None else root
    return {note.get(f"{W}id") or "": note for note in notes if note.get(f"{W}type") in (None, "normal")}


@dataclass(slots=True)
class _Paragraph:
    """What was collected from one paragraph."""

    switches: dict[str, bool]
    font: str | None = None
    runs: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    """Text boxes anchored in the paragraph and notes that it refers to: printed after it."""
    drawn: list[str] = field(default_factory=list)
    """Texts of WordArt, diagrams and shapes: paragraphs before it."""
    others: list[Piece] = field(default_factory=list)
    """Documents enclosed in it, and what is to be said of those that cannot be read."""
    in_contents: bool = False


class _Body:
    """One walk through a document."""

    def __init__(self, parts: Parts, styles: Styles, numbering: Numbering) -> None:
        self._parts = parts
        self._styles = styles
        self._numbering = numbering
        self._notes = {kind: _notes(parts.root(kind)) for kind in _NOTES.values()}
        self._fields = Fields()
        self._texts: set[str] = set()
        self._carried: list[tuple[str, bool]] = []
        """Runs of a paragraph whose mark was deleted, or a drop cap: they belong to the next one."""

    def document(self, root: etree._Element) -> Iterator[Piece]:
        """All blocks below ``w:document``."""
        for body in root.iterfind(f"{W}body"):
            yield from self.blocks(body)
        yield from blocks_of_runs(self._carried)

    def letterhead(self) -> Iterator[Block]:
        """The lines of headers and footers that hold letters."""
        for root in self._parts.roots("header", "footer"):
            self._fields, self._carried = Fields(), []
            for piece in self.blocks(root):
                if isinstance(piece, Block) and not piece.role and any(map(str.isalpha, piece.text)):
                    yield replace(piece, role=ROLE_LETTERHEAD)

    def blocks(self, parent: etree._Element) -> Iterator[Piece]:
        """The blocks of a story, a cell, a text box, a note or anything that wraps paragraphs."""
        for child in _printed_children(parent):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag == f"{W}altChunk":
                yield self._chunk(child)
            elif child.tag == f"{W}sdt" and (entry := control_entry(child)) is not None:
                yield from blocks_of_runs([(entry, False)])
            elif child.tag == f"{M}oMathPara":
                yield from blocks_of_runs([(linear(child), False)])
            else:
                yield from self.blocks(child)

    def _chunk(self, element: etree._Element) -> Piece:
        """A file that was imported whole: read in its place, whatever format it has."""
        relation_id = element.get(f"{_R}id")
        found = self._parts.enclosure(relation_id)
        if found:
            return replace(found, inline=True)
        relation = self._parts.relations.get(relation_id or "")
        return Block(_ELSEWHERE if relation and relation.part is None else _LOST_CHUNK, role=ROLE_LOSS)

    def _paragraph(self, element: etree._Element) -> Iterator[Piece]:
        """The blocks of a paragraph, of its text boxes and of its notes."""
        properties = element.find(f"{W}pPr")
        style_id = value_of(properties, "pStyle") or self._styles.default_paragraph
        paragraph = _Paragraph(self._styles.switches(style_id), self._styles.font(style_id), runs=self._carried)
        paragraph.in_contents = self._fields.in_contents
        self._carried = []
        self._collect(element, paragraph)
        for text in paragraph.drawn:
            block = block_of(text)
            if block:
                yield block
        if _runs_on(properties):
            self._carried = paragraph.runs
        elif not (self._styles.is_contents(style_id) and (paragraph.in_contents or self._is_entry(element))):
            level = self._heading_level(properties, style_id)
            mark = self._numbering.mark(properties, style_id)
            yield from blocks_of_runs(paragraph.runs, mark=mark, heading=level)
        for box in paragraph.boxes:
            yield from self.blocks(box)
        yield from paragraph.others
        if next(element.iter(f"{_A}blip", f"{_V}imagedata"), None) is not None:
            yield Block("", role=ROLE_PICTURE)

    def _is_entry(self, element: etree._Element) -> bool:
        """The paragraph, in a style of tables of contents outside of any, is a line of one typed by hand."""
        if _leads_to_page(element):
            return True
        text = _typed(element)
        return _LAST_PAGE.search(text) is not None and _LAST_PAGE.sub("", text).strip(" .…") in self._typed_texts(
            element
        )

    def _typed_texts(self, element: etree._Element) -> set[str]:
        """The texts of all paragraphs of the document, gathered when first asked for."""
        if not self._texts:
            self._texts = {_typed(paragraph).strip() for paragraph in element.getroottree().iter(f"{W}p")}
        return self._texts

    def _heading_level(self, properties: etree._Element | None, style_id: str | None) -> int:
        """The paragraph's own outline level, else that of its style; 0 for none."""
        own = number_of(properties, "outlineLvl")
        if own is not None:
            return own + 1 if 0 <= own < 9 else 0
        return self._styles.heading_level(style_id)

    def _collect(self, parent: etree._Element, paragraph: _Paragraph) -> None:
        """Gather runs, text boxes and notes below ``parent``."""
        for child in _printed_children(parent):
            if child.tag == f"{W}r":
                self._run(child, paragraph)
            elif child.tag == f"{W}txbxContent":
                paragraph.boxes.append(child)
            elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
                paragraph.runs.append((linear(child), False))
            elif child.tag == f"{W}fldSimple" and (drawn := drawn_by(child.get(f"{W}instr") or "")):
                paragraph.runs.append((drawn, False))
            elif child.tag == f"{W}subDoc":
                paragraph.others.append(Block(_ELSEWHERE, role=ROLE_LOSS))
            elif child.tag == f"{W}sdt" and (entry := control_entry(child)) is not None:
                paragraph.runs.append((entry, False))
            else:
                self._collect(child, paragraph)

    def _run(self, run: etree._Element, paragraph: _Paragraph) -> None:
        """Gather one run: its text with its look, and what is anchored in it."""
        properties = run.find(f"{W}rPr")
        style_id = value_of(properties, "rStyle")
        look = {**paragraph.switches, **self._styles.switches(style_id), **switches_of(properties)}
        font = font_of(properties) or self._styles.font(style_id) or paragraph.font
        hidden = look.get("vanish", False)
        emphasised = any(look.get(name, False) for name in EMPHASES)
        raised = look.get("raised", False)
        for child in _printed_children(run):
            if child.tag == f"{W}fldChar":
                paragraph.runs.append((self._fields.follow(child), emphasised))
                paragraph.in_contents = paragraph.in_contents or self._fields.in_contents
            elif child.tag == f"{W}instrText":
                self._fields.instruct(child.text or "")
            elif hidden or not self._fields.show:
                continue
            elif child.tag in _NOTES:
                note = self._notes[_NOTES[child.tag]].get(child.get(f"{W}id") or "")
                paragraph.boxes.extend([] if note is None else [note])
            elif (text := _text_of(child, font)) is not None:
                paragraph.runs.append((marked(text) if raised else text, emphasised))
            else:
                self._collect_drawing(child, paragraph)

    def _collect_drawing(self, element: etree._Element, paragraph: _Paragraph) -> None:
        """Gather what a drawing or an object says: text boxes, WordArt, diagrams, enclosed documents."""
        if element.tag in (f"{W}txbxContent", f"{W}footnote", f"{W}endnote"):
            paragraph.boxes.append(element)
        elif element.tag == f"{W}r":  # the word below its reading («ruby»)
            self._run(element, paragraph)
        elif element.tag == f"{_V}textpath":
            paragraph.drawn.append(element.get("string") or "")
        elif element.tag == f"{_A}p":
            paragraph.drawn.append("".join(part.text or "" for part in element.iter(f"{_A}t")))
        elif element.tag == f"{_DIAGRAM}relIds":
            paragraph.drawn.extend(_points(self._parts.related(element.get(f"{_R}dm"))))
        elif element.tag == f"{_CHART}chart":
            paragraph.drawn.append(_title_of(self._parts.related(element.get(f"{_R}id"))))
            paragraph.others.append(Block(_UNREAD_CHART, role=ROLE_LOSS))
        elif element.tag == f"{_O}OLEObject":
            paragraph.others.extend(self._object(element))
        elif element.tag == f"{W}control":
            paragraph.others.append(Block(_CONTROLS, role=ROLE_LOSS))
        else:
            for child in _printed_children(element):
                self._collect_drawing(child, paragraph)

    def _object(self, element: etree._Element) -> Iterator[Piece]:
        """The document that an object carries, or what is to be said of it; a picture is only a picture."""
        program = element.get("ProgID") or ""
        if element.get("Type") == "Link":
            yield Block(_ELSEWHERE, role=ROLE_LOSS)
        elif _EQUATION_PROGRAM.match(program):
            yield Block(_OLD_EQUATION, role=ROLE_LOSS)
        elif not _PICTURE_PROGRAM.search(program):
            yield self._parts.enclosure(element.get(f"{_R}id")) or Block(_LOST_OBJECT, role=ROLE_LOSS)

    def _table(self, table: etree._Element) -> Iterator[Piece]:
        """A block per row; a row of a single cell only lays out the paragraphs in it, so they stay what they are."""
        for row in _descendants(table, f"{W}tr"):
            cells = list(_descendants(row, f"{W}tc"))
            if len(cells) == 1 and not _is_continued(cells[0]):
                yield from self.blocks(cells[0])
            else:
                yield from self._row(row, cells)

    def _row(self, row: etree._Element, cells: list[etree._Element]) -> Iterator[Piece]:
        """The block of a table row, with an empty cell for each place that a merged cell covers."""
        texts = [""] * min(number_of(row.find(f"{W}trPr"), "gridBefore") or 0, limits.MAX_CELLS)
        emphases: list[bool] = []
        others: list[Piece] = []
        for cell in cells:
            pieces = [] if _is_continued(cell) else list(self.blocks(cell))
            blocks = [piece for piece in pieces if isinstance(piece, Block) and not piece.role]
            others += [piece for piece in pieces if not isinstance(piece, Block) or piece.role]
            emphases.extend(block.emphasis for block in blocks)
            texts.append("\n".join(block.line for block in blocks))
            span = number_of(cell.find(f"{W}tcPr"), "gridSpan") or 1
            texts.extend([""] * (min(span, limits.MAX_CELLS) - 1))
        block = row_of(texts, emphasis=bool(emphases) and all(emphases))
        if block:
            yield block
        yield from others


def _text_of(element: etree._Element, font: str | None) -> str | None:
    """What an element of a run prints itself, ``None`` where it is no text."""
    if element.tag == f"{W}t":
        return in_font(element.text or "", font)
    if element.tag == f"{W}sym":
        return _symbol(element.get(f"{W}font"), element.get(f"{W}char") or "")
    return _SIGNS.get(str(element.tag))


def _symbol(font: str | None, code: str) -> str:
    """The sign of a symbol font by its hexadecimal code, ``""`` where there is none."""
    return sign_of(font, int(code, 16)) if re.fullmatch(r"[\dA-Fa-f]{1,6}", code) else ""


def _title_of(chart: etree._Element | None) -> str:
    """The title of a chart, empty where it has none."""
    title = None if chart is None else chart.find(f"{_CHART}chart/{_CHART}title")
    return "" if title is None else "".join(part.text or "" for part in title.iter(f"{_A}t"))


def _points(data: etree._Element | None) -> Iterator[str]:
    """The texts of a diagram («SmartArt»), a point each."""
    for point in () if data is None else data.iter(f"{_DIAGRAM}pt"):
        if point.get("type") not in _NO_POINTS:
            lines = ("".join(part.text or "" for part in line.iter(f"{_A}t")) for line in point.iter(f"{_A}p"))
            yield "\n".join(line for line in lines if line.strip())


def _printed_children(parent: etree._Element) -> Iterator[etree._Element]:
    """The children that reach the paper: one branch of alternatives, no deletions, no placeholders."""
    for child in parent:
        if child.tag in _LEFT_OUT or not isinstance(child.tag, str):
            continue
        if child.tag == f"{_MC}AlternateContent":
            branch = child.find(f"{_MC}Choice")
            branch = child.find(f"{_MC}Fallback") if branch is None else branch
            if branch is not None:
                yield from _printed_children(branch)
        else:
            yield child


def _descendants(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also inside content controls, save deleted ones."""
    for child in _printed_children(parent):
        if child.tag == tag:
            if child.find(f"{W}trPr/{W}del") is None and child.find(f"{W}tcPr/{W}cellDel") is None:
                yield child
        elif child.tag not in (f"{W}tbl", f"{W}p"):
            yield from _descendants(child, tag)


def _is_continued(cell: etree._Element) -> bool:
    """The cell is the lower part of one merged over several rows."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") in (None, "continue")


def _runs_on(properties: etree._Element | None) -> bool:
    """The paragraph goes on in the next: its end was deleted under change tracking, or it is a drop cap."""
    if properties is None:
        return False
    frame = properties.find(f"{W}framePr")
    dropped = frame is not None and frame.get(f"{W}dropCap") in ("drop", "margin")
    return dropped or properties.find(f"{W}rPr/{W}del") is not None


def _leads_to_page(paragraph: etree._Element) -> bool:
    """The paragraph is a line of a table of contents: it leads to a heading or ends with a page behind a tab."""
    if any((link.get(f"{W}anchor") or "").startswith("_Toc") for link in paragraph.iter(f"{W}hyperlink")):
        return True
    if any("PAGEREF" in (part.text or "") for part in paragraph.iter(f"{W}instrText")):
        return True
    printed = _typed(paragraph)
    return "\t" in printed and _LAST_PAGE.search(printed) is not None


def _typed(paragraph: etree._Element) -> str:
    """The letters and tabs of a paragraph."""
    return "".join("\t" if part.tag == f"{W}tab" else part.text or "" for part in paragraph.iter(f"{W}t", f"{W}tab"))
