"""Word documents (.docx, .docm, .dotx; transitional and strict): paragraphs, headings, list items and table rows.

An own walk over the XML, because the usual libraries lose list numbers, tracked insertions, content controls or
non-breaking hyphens. Headers and footers, deleted and hidden text, comments and tables of contents are left out.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers import limits
from indexer.readers.docx_numbering import Numbering
from indexer.readers.docx_styles import EMPHASES, Styles, W, number_of, switches_of, value_of
from indexer.readers.marks import blocks_of_runs, row_of
from indexer.readers.package import DAMAGED, names_of, open_package, parse_part

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MAIN = "word/document.xml"

_LEFT_OUT = frozenset(
    f"{W}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "pPr", "rPr", "sdtPr", "tcPr")
)
_SIGNS = {
    f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "",
}  # fmt: skip
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}


def sniff(data: bytes) -> bool:
    """A zip package with a Word document in it."""
    return any(name.startswith("word/document") and name.endswith(".xml") for name in names_of(data))


def read(data: bytes) -> Iterator[Block]:
    """The blocks of the document's body with its text boxes and notes.

    Raises ``ReadError`` for a damaged, protected or hostile file and ``EmptyFileError`` for one without text.
    """
    with open_package(data) as package:
        main = _main_part(package)
        body = parse_part(package, main)
        if body is None:
            raise ReadError(DAMAGED)
        styles = Styles(_related(package, main, "styles"))
        numbering = Numbering(_related(package, main, "numbering"), styles)
        notes = {kind: _notes(_related(package, main, kind)) for kind in _NOTES.values()}
    empty = True
    for block in _Body(styles, numbering, notes).document(body):
        empty = False
        yield block
    if empty:
        raise EmptyFileError("В документе нет текста: возможно, в нём только рисунки или скан.")


def _main_part(package: zipfile.ZipFile) -> str:
    """The name of the part that the package calls its document."""
    relations = parse_part(package, "_rels/.rels")
    for relation in () if relations is None else relations:
        if (relation.get("Type") or "").endswith("/officeDocument"):
            return (relation.get("Target") or _MAIN).lstrip("/")
    return _MAIN


def _related(package: zipfile.ZipFile, main: str, kind: str) -> etree._Element | None:
    """The root of the part of this kind that belongs to the main one, ``None`` where there is none."""
    folder, name = posixpath.split(main)
    relations = parse_part(package, f"{folder}/_rels/{name}.rels")
    for relation in () if relations is None else relations:
        if (relation.get("Type") or "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            target = relation.get("Target") or ""
            return parse_part(package, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
    return parse_part(package, f"{folder}/{kind}.xml")


def _notes(root: etree._Element | None) -> dict[str, etree._Element]:
    """The footnotes or endnotes by id, without the separators that Word keeps among them."""
    notes = () if root is None else root
    return {note.get(f"{W}id") or "": note for note in notes if note.get(f"{W}type") in (None, "normal")}


@dataclass(slots=True)
class _Paragraph:
    """What was collected from one paragraph."""

    switches: dict[str, bool]
    runs: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    """Text boxes anchored in the paragraph and notes that it refers to: printed after it."""


class _Body:
    """One walk through a document."""

    def __init__(self, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, etree._Element]]) -> None:
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._fields: list[bool] = []
        """The open complex fields, each with whether its instruction is over and its result has begun."""
        self._carried: list[tuple[str, bool]] = []
        """Runs of a paragraph whose mark was deleted: they belong to the next one."""

    def document(self, root: etree._Element) -> Iterator[Block]:
        """All blocks below ``w:document``."""
        for body in root.iterfind(f"{W}body"):
            yield from self.blocks(body)
        yield from blocks_of_runs(self._carried)

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """The blocks of a story, a cell, a text box, a note or anything that wraps paragraphs."""
        for child in _printed_children(parent):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            else:
                yield from self.blocks(child)

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        """The blocks of a paragraph, of its text boxes and of its notes."""
        properties = element.find(f"{W}pPr")
        style_id = value_of(properties, "pStyle") or self._styles.default_paragraph
        paragraph = _Paragraph(self._styles.switches(style_id), runs=self._carried)
        self._carried = []
        self._collect(element, paragraph)
        if _mark_is_deleted(properties):
            self._carried = paragraph.runs
        elif not self._styles.is_contents(style_id):
            level = self._heading_level(properties, style_id)
            mark = self._numbering.mark(properties, style_id)
            yield from blocks_of_runs(paragraph.runs, mark=mark, heading=level)
        for box in paragraph.boxes:
            yield from self.blocks(box)

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
            elif child.tag == f"{_M}t":
                paragraph.runs.append((child.text or "", False))
            else:
                self._collect(child, paragraph)

    def _run(self, run: etree._Element, paragraph: _Paragraph) -> None:
        """Gather one run: its text with its look, and what is anchored in it."""
        properties = run.find(f"{W}rPr")
        own = {**self._styles.switches(value_of(properties, "rStyle")), **switches_of(properties)}
        look = {**paragraph.switches, **own}
        hidden = look.get("vanish", False)
        emphasised = any(look.get(name, False) for name in EMPHASES)
        for child in _printed_children(run):
            if child.tag == f"{W}fldChar":
                self._field(child.get(f"{W}fldCharType"))
            elif hidden or not all(self._fields):
                continue
            elif child.tag in _NOTES:
                note = self._notes[_NOTES[child.tag]].get(child.get(f"{W}id") or "")
                paragraph.boxes.extend([] if note is None else [note])
            elif (text := _text_of(child)) is not None:
                paragraph.runs.append((text, emphasised))
            else:
                self._collect_drawing(child, paragraph)

    def _collect_drawing(self, element: etree._Element, paragraph: _Paragraph) -> None:
        """Gather the text boxes of a drawing."""
        if element.tag == f"{W}txbxContent":
            paragraph.boxes.append(element)
            return
        for child in _printed_children(element):
            self._collect_drawing(child, paragraph)

    def _field(self, kind: str | None) -> None:
        """Follow the begin, separation and end of a complex field."""
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _table(self, table: etree._Element) -> Iterator[Block]:
        """A block per row; a row of a single cell only lays out the paragraphs in it, so they stay what they are."""
        for row in _descendants(table, f"{W}tr"):
            cells = list(_descendants(row, f"{W}tc"))
            if len(cells) == 1 and not _is_continued(cells[0]):
                yield from self.blocks(cells[0])
            else:
                yield from self._row(row, cells)

    def _row(self, row: etree._Element, cells: list[etree._Element]) -> Iterator[Block]:
        """The block of a table row, with an empty cell for each place that a merged cell covers."""
        texts = [""] * min(number_of(row.find(f"{W}trPr"), "gridBefore") or 0, limits.MAX_CELLS)
        emphases: list[bool] = []
        for cell in cells:
            blocks = [] if _is_continued(cell) else list(self.blocks(cell))
            emphases.extend(block.emphasis for block in blocks)
            texts.append("\n".join(block.line for block in blocks))
            span = number_of(cell.find(f"{W}tcPr"), "gridSpan") or 1
            texts.extend([""] * (min(span, limits.MAX_CELLS) - 1))
        block = row_of(texts, emphasis=bool(emphases) and all(emphases))
        if block:
            yield block


def _text_of(element: etree._Element) -> str | None:
    """What an element of a run prints itself, ``None`` where it is no text."""
    if element.tag == f"{W}t":
        return element.text or ""
    if element.tag == f"{W}sym":
        return _symbol(element.get(f"{W}char") or "")
    return _SIGNS.get(str(element.tag))


def _symbol(code: str) -> str:
    """The sign of a symbol font by its hexadecimal code, ``""`` where there is none."""
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


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
        elif child.tag != f"{W}sdt" or child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
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


def _mark_is_deleted(properties: etree._Element | None) -> bool:
    """The paragraph's end was deleted under change tracking, so that it runs on into the next."""
    return properties is not None and properties.find(f"{W}rPr/{W}del") is not None
