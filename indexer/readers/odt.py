"""OpenDocument texts (.odt, .ott and the flat .fodt): paragraphs, headings, list items and table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from indexer.errors import EmptyFileError, ReadError
from indexer.model import ROLE_LETTERHEAD, ROLE_LOSS, ROLE_PICTURE, Block
from indexer.readers import limits
from indexer.readers.docx_math import mathml
from indexer.readers.marks import blocks_of_runs, row_of
from indexer.readers.odt_changes import take_out_deleted
from indexer.readers.odt_forms import FIELD, controls_of, field_entry, is_placeholder
from indexer.readers.odt_styles import (
    DRAW,
    MAX_LEVELS,
    OFFICE,
    RAISED,
    STYLE,
    TABLE,
    TEXT,
    ListStyle,
    Styles,
    integer_of,
)
from indexer.readers.package import DAMAGED, ENCRYPTED, calls_itself, open_package, parse_part, parse_xml, read_part
from indexer.readers.raised import marked
from indexer.readers.symbols import in_font

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MATH_ROOT = "{http://www.w3.org/1998/Math/MathML}math"
_OBJECTS = (
    "В документе есть вложенные объекты ({count}: таблицы, диаграммы, другие документы), они не прочитаны: "
    "вставьте их содержание текстом."
)
_MIMETYPE = b"application/vnd.oasis.opendocument.text"
_SNIFFED_BYTES = 4_000

_LEFT_OUT = frozenset(
    {
        *(
            f"{TEXT}{name}"
            for name in ("tracked-changes", "table-of-content", "note-citation", "ruby-text", "hidden-text")
        ),
        *(
            f"{TEXT}{name}"
            for name in ("page-number", "page-count", "sequence-decls", "variable-decls", "list-header-mark")
        ),
        f"{OFFICE}annotation",
        f"{OFFICE}annotation-end",
        f"{OFFICE}forms",
        f"{OFFICE}binary-data",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}desc",
    }
)


def sniff(data: bytes) -> bool:
    """A zip package that calls itself an OpenDocument text, or a flat one."""
    if data.startswith(b"PK\x03\x04"):
        return calls_itself(data, _MIMETYPE)
    head = data[:_SNIFFED_BYTES]
    return b"<office:document" in head and _MIMETYPE in head


def read(data: bytes) -> Iterator[Block]:
    """The document's blocks; raises ``ReadError`` for a damaged or protected one, ``EmptyFileError`` without text."""
    content, styles = _roots(data)
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise ReadError(DAMAGED)
    take_out_deleted(body)
    walk = _Body(Styles(styles, content), controls_of(body), _equations(data))
    empty = True
    for block in walk.blocks(body):
        empty = False
        yield block
    if walk.unread_objects:
        yield Block(_OBJECTS.format(count=walk.unread_objects), role=ROLE_LOSS)
    yield from walk.letterhead(content if styles is None else styles)
    if empty:
        raise EmptyFileError("В документе нет текста: возможно, в нём только рисунки или скан.")


def _equations(data: bytes) -> dict[str, str]:
    """The equations that are objects of the package, in one line each, by the object's name."""
    if not data.startswith(b"PK"):
        return {}
    found: dict[str, str] = {}
    with open_package(data) as package:
        for name in package.part_names:
            folder, _, part = name.rpartition("/")
            if folder and part == "content.xml":
                root = parse_part(package, name)
                if root is not None and str(root.tag).endswith("}math"):
                    found[folder] = mathml(root)
    return found


def _roots(data: bytes) -> tuple[etree._Element, etree._Element | None]:
    """The roots of content and styles; a flat document is both in one."""
    if not data.startswith(b"PK"):
        return parse_xml(data), None
    with open_package(data) as package:
        if b"encryption-data" in (read_part(package, "META-INF/manifest.xml") or b""):
            raise ReadError(ENCRYPTED)
        content = parse_part(package, "content.xml")
        if content is None:
            raise ReadError(DAMAGED)
        return content, parse_part(package, "styles.xml")


@dataclass(slots=True)
class _Count:
    """The values a list has reached, by level; continued lists share one."""

    values: list[int | None] = field(default_factory=lambda: [None] * (MAX_LEVELS + 1))

    def step(self, style: ListStyle, depth: int, start: int | None) -> None:
        """Count an item at ``depth``; the levels below begin anew."""
        reached = self.values[depth]
        first = style.level(depth).start if start is None else start
        self.values[depth] = first if reached is None or start is not None else reached + 1
        self.values[depth + 1 :] = [None] * (MAX_LEVELS - depth)

    def mark(self, style: ListStyle, depth: int) -> str:
        """The printed mark of the item just counted at ``depth``."""
        levels = [style.level(upper) for upper in range(1, depth + 1)]
        values = [
            level.start if value is None else value
            for level, value in zip(levels, self.values[1 : depth + 1], strict=True)
        ]
        return levels[-1].mark(values, [level.kind for level in levels])


@dataclass(slots=True)
class _Place:
    """Where in a list the walk stands; ``fresh``: the item's mark is still to be printed."""

    count: _Count
    style_name: str | None
    depth: int
    start: int | None = None
    fresh: bool = True


@dataclass(slots=True)
class _Paragraph:
    """What was collected from one paragraph."""

    runs: list[tuple[str, bool]] = field(default_factory=list)
    stories: list[etree._Element] = field(default_factory=list)
    """Notes and text boxes anchored in the paragraph: printed after it."""


class _Body:
    """One walk through a document."""

    def __init__(self, styles: Styles, controls: dict[str, str], equations: dict[str, str]) -> None:
        self._styles = styles
        self._controls = controls
        self._equations = equations
        self.unread_objects = 0
        """Embedded tables, charts and documents."""
        self._counts: dict[str, _Count] = {}
        self._last_counts: dict[str | None, _Count] = {}
        self._outline = _Count()

    def blocks(self, parent: etree._Element, place: _Place | None = None) -> Iterator[Block]:
        """The blocks below ``parent``, which stands at ``place`` of a list, if any."""
        for child in _printed_children(parent):
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                yield from self._paragraph(child, place)
            elif child.tag == f"{TEXT}list":
                yield from self._list(child, place)
            elif child.tag == f"{TABLE}table":
                yield from self._table(child)
            elif child.tag != f"{TEXT}section" or child.get(f"{TEXT}display") != "none":
                yield from self.blocks(child, place)

    def letterhead(self, root: etree._Element) -> Iterator[Block]:
        """The lines of the pages' heads and feet that hold letters."""
        for page in root.iter(f"{STYLE}master-page"):
            for story in page:
                if str(story.tag).removeprefix(STYLE).startswith(("header", "footer")):
                    for block in self.blocks(story):
                        if any(map(str.isalpha, block.text)):
                            yield replace(block, role=ROLE_LETTERHEAD)

    def _list(self, element: etree._Element, outer: _Place | None) -> Iterator[Block]:
        """The items of a list."""
        style_name = element.get(f"{TEXT}style-name") or (outer.style_name if outer else None)
        depth = min(outer.depth + 1 if outer else 1, MAX_LEVELS)
        count = outer.count if outer else self._count_of(element, style_name)
        for item in element:
            start = integer_of(item, f"{TEXT}start-value", -1)
            place = _Place(count, style_name, depth, start if start >= 0 else None)
            place.fresh = item.tag == f"{TEXT}list-item"
            yield from self.blocks(item, place)

    def _count_of(self, element: etree._Element, style_name: str | None) -> _Count:
        """The count of an outermost list: that of the list it continues, or a new one."""
        before, own = element.get(f"{TEXT}continue-list"), element.get(_XML_ID)
        continued = self._counts.get(before) if before else None
        if continued is None and element.get(f"{TEXT}continue-numbering") == "true":
            continued = self._last_counts.get(style_name)
        count = continued or _Count()
        if own:  # most lists have no name, and none of them continues another
            self._counts[own] = count
        self._last_counts[style_name] = count
        return count

    def _paragraph(self, element: etree._Element, place: _Place | None) -> Iterator[Block]:
        """The blocks of a paragraph or heading and of what is anchored in it."""
        style_name = element.get(f"{TEXT}style-name")
        level = self._styles.outline_level(style_name)
        if element.tag == f"{TEXT}h":
            level = max(integer_of(element, f"{TEXT}outline-level", 1), 1)
        paragraph = _Paragraph()
        if not self._styles.is_hidden("paragraph", style_name):
            look = self._styles.emphases("paragraph", style_name)
            self._collect(element, paragraph, look, self._styles.font("paragraph", style_name))
        mark = self._mark(element, style_name, place, level)
        if not (self._styles.is_contents(style_name) and _leads_to_page(element)):
            yield from blocks_of_runs(paragraph.runs, mark=mark, heading=level)
        for story in paragraph.stories:
            yield from self.blocks(story)
        if next(element.iter(f"{DRAW}image"), None) is not None:
            yield Block("", role=ROLE_PICTURE)

    def _mark(self, element: etree._Element, style_name: str | None, place: _Place | None, level: int) -> str:
        """The printed mark of a paragraph: its item's, or the number of a heading outside lists."""
        if place is None:
            outline = self._styles.outline
            if element.tag != f"{TEXT}h" or outline is None or element.get(f"{TEXT}is-list-header") == "true":
                return ""
            depth = min(level, MAX_LEVELS)
            self._outline.step(outline, depth, None)
            return self._outline.mark(outline, depth)
        style = self._styles.lists.get(place.style_name or self._styles.list_of(style_name) or "")
        if style is None or not place.fresh:
            return ""
        place.fresh = False
        place.count.step(style, place.depth, place.start)
        return place.count.mark(style, place.depth)

    def _collect(self, element: etree._Element, paragraph: _Paragraph, look: dict[str, bool], font: str | None) -> None:
        """Gather the text below ``element``, whose look is ``look``, with the text that follows each child."""
        emphasised = any(on for name, on in look.items() if name != RAISED)
        text = in_font(_text(element.text), font)
        paragraph.runs.append((marked(text) if look.get(RAISED) else text, emphasised))
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
                self._collect_child(child, paragraph, look, font)
            text = in_font(_text(child.tail), font)
            paragraph.runs.append((marked(text) if look.get(RAISED) else text, emphasised))

    def _collect_child(
        self, child: etree._Element, paragraph: _Paragraph, look: dict[str, bool], font: str | None
    ) -> None:
        """Gather one child of a paragraph."""
        if child.tag in (f"{TEXT}s", f"{TEXT}tab"):
            paragraph.runs.append((" ", False))
        elif child.tag == f"{TEXT}line-break":
            paragraph.runs.append(("\n", False))
        elif child.tag == f"{TEXT}note":
            paragraph.stories.extend(child.iterfind(f"{TEXT}note-body"))
        elif child.tag == f"{DRAW}control":
            paragraph.runs.append((self._controls.get(child.get(f"{DRAW}control") or "", ""), False))
        elif child.tag == f"{FIELD}fieldmark":
            paragraph.runs.append((field_entry(child), False))
        elif child.tag.startswith(DRAW):
            paragraph.stories.extend(_text_boxes(child))
            paragraph.runs.extend(self._objects(child))
        elif is_placeholder(child):
            return
        else:
            name = child.get(f"{TEXT}style-name") if child.tag == f"{TEXT}span" else None
            if name is None or not self._styles.is_hidden("text", name):
                own = self._styles.font("text", name)
                self._collect(child, paragraph, {**look, **self._styles.emphases("text", name)}, own or font)

    def _objects(self, frame: etree._Element) -> Iterator[tuple[str, bool]]:
        """The equations in a frame; any other object is counted as not read."""
        for element in frame.iter(f"{DRAW}object", f"{DRAW}object-ole"):
            inner = element.find(f"{_MATH_ROOT}")
            name = (element.get(_HREF) or "").removeprefix("./")
            equation = self._equations.get(name) if inner is None else mathml(inner)
            if equation is not None:
                yield equation, False
            else:
                self.unread_objects += 1

    def _table(self, table: etree._Element) -> Iterator[Block]:
        """A block per row; a row of a single cell only lays out the paragraphs in it, so they stay what they are."""
        for row in _rows(table):
            cells = [cell for cell in row if cell.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")]
            own = [cell for cell in cells if cell.tag == f"{TABLE}table-cell"]
            if len(own) == 1 and (len(cells) == 1 or integer_of(own[0], f"{TABLE}number-columns-spanned", 1) > 1):
                yield from self.blocks(own[0])
            else:
                yield from self._row(cells)

    def _row(self, cells: list[etree._Element]) -> Iterator[Block]:
        """The block of a table row; covered cells are empty."""
        texts: list[str] = []
        emphases: list[bool] = []
        for cell in cells:
            found = self.blocks(cell) if cell.tag == f"{TABLE}table-cell" else ()
            blocks = [block for block in found if not block.role]
            emphases.extend(block.emphasis for block in blocks)
            repeated = min(integer_of(cell, f"{TABLE}number-columns-repeated", 1), limits.MAX_CELLS)
            texts.extend(["\n".join(block.line for block in blocks)] * max(repeated, 1))
        block = row_of(texts, emphasis=bool(emphases) and all(emphases))
        if block:
            yield block


def _text(raw: str | None) -> str:
    """Text between tags, where a line break of the XML is only a blank."""
    return re.sub(r"[\r\n\t]+", " ", raw or "")


def _leads_to_page(paragraph: etree._Element) -> bool:
    """The paragraph is a line of a table of contents: it links to a heading or ends with a page behind a tab."""
    if any((link.get(_HREF) or "").startswith("#") for link in paragraph.iter(f"{TEXT}a")):
        return True
    text = "".join(str(part) for part in paragraph.itertext()).rstrip()
    return paragraph.find(f".//{TEXT}tab") is not None and text[-1:].isdigit()


def _printed_children(parent: etree._Element) -> Iterator[etree._Element]:
    """The children that reach the paper."""
    return (child for child in parent if isinstance(child.tag, str) and child.tag not in _LEFT_OUT)


def _text_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The text boxes of a frame or shape; a shape is itself the box of its paragraphs."""
    if element.find(f"{TEXT}p") is not None or element.find(f"{TEXT}list") is not None:
        yield element
        return
    for child in _printed_children(element):
        yield from _text_boxes(child)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, also those in header rows and row groups."""
    for child in _printed_children(table):
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from _rows(child)
