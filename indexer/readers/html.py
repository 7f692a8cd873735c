"""Web pages, Word's HTML among them: paragraphs, headings, list items and table rows."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml import html as lxml_html

from indexer.errors import EmptyFileError, ReadError
from indexer.model import ROLE_LETTERHEAD, ROLE_PICTURE, Block
from indexer.readers import html_insets as insets
from indexer.readers import limits
from indexer.readers.docx_math import mathml
from indexer.readers.encodings import decode
from indexer.readers.html_styles import Sheet, is_hidden, sheet_of
from indexer.readers.marks import BULLET, blocks_of_runs, list_mark, row_of
from indexer.readers.numerals import numeral
from indexer.readers.raised import marked
from indexer.readers.symbols import EMPTY, TICKED, is_symbol_font, sign_of

_SNIFFED_BYTES = 2_000
_META_BYTES = 200_000
"""Scripts and styles that programs set before the line that names the encoding."""
_MAX_DEPTH = 1_500
"""Elements within each other; the parser stops at 2,048. Programs that close no tags reach hundreds."""
_CALLS_A_LEVEL = 4

_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|span|font|center|ul|ol|style|script|link|base|frameset)\b",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<!--(?:(?!-->).)*+-->|<\?xml[^>]*+>)*+", re.DOTALL)
"""Comments and blank lines that programs set before a page, whatever their length."""
_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SUPPORT_LISTS = re.compile(r"<!\[(?:if[^\]]*|endif)\]>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")

_LEFT_OUT = frozenset({
    "script", "style", "head", "title", "noscript", "template", "iframe", "object", "embed", "applet",
    "svg", "option", "button", "audio", "video", "canvas", "nav", "noframes", "frameset", "frame", "datalist",
    "del", "rt", "rp", "map", "link", "meta",
})  # fmt: skip
_BLOCKS = frozenset({
    "html", "body", "p", "div", "section", "article", "aside", "main", "header", "footer", "center",
    "blockquote", "pre", "ul", "ol", "dir", "menu", "li", "dl", "dt", "dd", "address", "form", "fieldset",
    "legend", "figure", "figcaption", "details", "summary", "hr", "table", "caption", "td", "th", "tr",
    "tbody", "thead", "tfoot", "h1", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
_EMPHASES = frozenset({
    "b", "strong", "i", "em", "u", "cite", "dfn",
})  # fmt: skip
_EMPHASISED = re.compile(
    r"font-weight\s*:\s*(?:bold|[6-9]00)|font-style\s*:\s*(?:italic|oblique)|text-decoration\s*:\s*underline"
)
_PLAIN = re.compile(r"font-weight\s*:\s*(?:normal|400)|font-style\s*:\s*normal")
_RAISED = re.compile(r"vertical-align\s*:\s*super")
_WORD_MARK = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_LIST_KINDS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "decimal": "decimal", "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter", "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "none": "none",
}  # fmt: skip
_FONT = re.compile(r"font-family\s*:\s*([^;]+)")
_FONT_SIGNS = frozenset((*range(0x21, 0x7F), *range(0xA1, 0x100), *range(0xF021, 0xF100)))
_TITLE_CLASS = re.compile(r"(?:^|\s)(?:Mso)?title(?:\s|$)", re.IGNORECASE)
"""The paragraph style «Название» has no element of its own in HTML."""
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")

_BOXES = frozenset({"checkbox", "radio"})
_NOT_PRINTED = frozenset({"hidden", "password", "submit", "button", "reset", "image", "file", "range", "color"})

_PARTS_OF_TEXT = ("article", "section", "blockquote", "main", "td")
"""Within these, a foot is one of a part of the text."""
_MAX_LAYOUT_PARAGRAPHS = 5
"""A cell of a one-row table with more paragraphs than this is a column of the page, not an entry of a table."""


def sniff(data: bytes) -> bool:
    """The content begins like HTML, in any encoding whose letters of tags are ASCII, or in UTF-16."""
    head = _head(data, _SNIFFED_BYTES)
    return _begins(head) or b"<html" in head.lower() or _begins(data)


def _begins(data: bytes) -> bool:
    """A tag of a page stands behind whatever comments and blanks."""
    start = _PREAMBLE.match(data)
    return bool(start and _TAG.match(data, start.end()))


def _head(data: bytes, size: int) -> bytes:
    """The first bytes without what UTF-16 adds to them."""
    return data[:size].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")


def read(data: bytes, declared: str | None = None) -> Iterator[Block]:
    """The blocks of the page. ``declared`` is the encoding named outside of it; like its own meta it may lie.

    Raises ``EmptyFileError`` where nothing is printed and ``ReadError`` where the page cannot be read.
    """
    start = _PREAMBLE.match(data)
    meta = _CHARSET.search(data, start.end() if start else 0, (start.end() if start else 0) + _META_BYTES)
    text = decode(data, declared or (meta[1].decode("ascii") if meta else None))
    root = _root(_SUPPORT_LISTS.sub("", _XML_DECLARATION.sub("", insets.unended(text))))
    if root is None:
        raise EmptyFileError("На странице нет текста.")
    walk = _Walk(sheet_of(root))
    with _deep_calls():
        walk.element(root, _Look())
    walk.end_paragraph()
    if all(block.role for block in walk.blocks):
        if next(root.iter("frame", "iframe"), None) is not None:
            raise EmptyFileError(insets.FRAMES)
        raise EmptyFileError("На странице нет текста.")
    return iter([*walk.blocks, *insets.told(root, text)])


@contextmanager
def _deep_calls() -> Iterator[None]:
    """Within, as many calls may be in each other as the deepest page needs: calls of Python do not cost its stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + _MAX_DEPTH * _CALLS_A_LEVEL)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _root(text: str) -> etree._Element | None:
    """The root of the parsed page, ``None`` for an empty one; raises ``ReadError`` for a tree too deep."""
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root: etree._Element | None = lxml_html.document_fromstring(text.replace("\x00", ""), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


@dataclass(frozen=True, slots=True)
class _Look:
    """What surrounding elements make of text."""

    emphasised: bool = False
    preformatted: bool = False
    font: str = ""
    """The name of a symbol font, whose signs are no letters."""
    heading: int = 0
    depth: int = 0
    raised: bool = False
    """Printed above the line."""


@dataclass(slots=True)
class _List:
    """A list being printed: format of its numbers, ``None`` for bullets, and the next value."""

    kind: str | None
    value: int


@dataclass(slots=True)
class _Walk:
    """One walk through a page or a cell of it."""

    sheet: Sheet
    blocks: list[Block] = field(default_factory=list)
    _runs: list[tuple[str, bool]] = field(default_factory=list)
    _mark: str = ""
    _heading: int = 0
    _lists: list[_List] = field(default_factory=list)
    _pictured: bool = False
    """A picture stands in the paragraph."""

    def end_paragraph(self) -> None:
        """Make blocks of the text gathered so far; a mark waits for the first text behind it."""
        runs, self._runs = self._runs, []
        made = list(blocks_of_runs(runs, mark=self._mark, heading=self._heading))
        if made:
            self._mark = ""
            self.blocks.extend(made)
        if self._pictured:
            self._pictured = False
            self.blocks.append(Block("", role=ROLE_PICTURE))

    def element(self, element: etree._Element, look: _Look) -> None:
        """Print an element, without the text that follows it."""
        tag = element.tag if isinstance(element.tag, str) else ""
        style = self.sheet.style(element)
        if tag in ("img", "svg", "canvas") and not is_hidden(element, style):
            self._pictured = True
        if not tag or tag in _LEFT_OUT or is_hidden(element, style):
            return
        if look.depth > _MAX_DEPTH:
            raise ReadError("Страница слишком сложно устроена: откройте её в Word и сохраните как .docx.")
        if _WORD_MARK.search(style):
            self._mark = list_mark("".join(str(part) for part in element.itertext()))
            return
        if tag == "br":
            self._runs.append(("\n", False))
            return
        if tag == "math":
            self._text(mathml(element), look)
            return
        if tag in ("input", "select", "textarea"):
            self._field(element, tag, look)
            return
        if tag == "footer" and next(element.iterancestors(*_PARTS_OF_TEXT), None) is None:
            self._foot(element, look)
            return
        look = replace(_look_of(tag, style, look), font=_font(element, style, look.font))
        if tag == "p" and _TITLE_CLASS.search(element.get("class") or ""):
            look = replace(look, heading=1)
        if tag in _BLOCKS:
            self._block(element, tag, look)
        else:
            self._children(element, look)

    def _foot(self, element: etree._Element, look: _Look) -> None:
        """The foot of the page is no text, as that of a sheet of paper is none."""
        self.end_paragraph()
        foot = _Walk(self.sheet)
        foot._children(element, look)
        foot.end_paragraph()
        self.blocks += [block if block.role else replace(block, role=ROLE_LETTERHEAD) for block in foot.blocks]

    def _field(self, element: etree._Element, tag: str, look: _Look) -> None:
        """Print what a field of a form shows: no word of the text beside it goes on in it."""
        shown = _filled_in(element, tag)
        if tag == "textarea" and shown.strip():
            self.end_paragraph()
            self._text(shown, replace(look, preformatted=True))
            self.end_paragraph()
        elif shown:
            tail = (element.tail or "")[:1]
            self._text(f" {shown}" if tail and not tail.isalnum() else f" {shown} ", look)

    def _block(self, element: etree._Element, tag: str, look: _Look) -> None:
        """Print an element that stands on lines of its own."""
        self.end_paragraph()
        outer, self._heading = self._heading, look.heading
        if tag == "table":
            self._table(element, look)
        elif tag in ("ul", "ol", "dir", "menu"):
            self._lists.append(_list_of(element, tag))
            self._children(element, look)
            self.end_paragraph()
            self._lists.pop()
        else:
            if tag == "li":
                self._mark = self._next_mark(element)
            self._children(element, look)
            self.end_paragraph()
            if tag == "li":
                self._mark = ""
        self._heading = outer

    def _children(self, element: etree._Element, look: _Look) -> None:
        """Print what is inside an element."""
        self._text(element.text, look)
        for child in element:
            self.element(child, look)
            self._text(child.tail, look)

    def _text(self, text: str | None, look: _Look) -> None:
        """Gather text, its blanks run together unless it is preformatted."""
        if text and look.font:
            text = "".join(sign_of(look.font, ord(sign)) if ord(sign) in _FONT_SIGNS else sign for sign in text)
        if text:
            text = text if look.preformatted else _BLANKS.sub(" ", text)
            self._runs.append((marked(text) if look.raised else text, look.emphasised))

    def _next_mark(self, item: etree._Element) -> str:
        """The mark that a browser prints before the list item."""
        if not self._lists:
            return BULLET
        current = self._lists[-1]
        if current.kind is None:
            return BULLET
        own = item.get("value") or ""
        if re.fullmatch(r"-?\d{1,9}", own):
            current.value = int(own)
        number = numeral(current.value, current.kind)
        current.value += 1
        return f"{number}." if number else ""

    def _table(self, table: etree._Element, look: _Look) -> None:
        """Print a table row by row, or the contents of its cells where it only lays out the page."""
        for caption in table.iterchildren("caption"):
            self._children(caption, look)
            self.end_paragraph()
        rows = [list(row.iterchildren("td", "th")) for row in _rows(table)]
        if _is_layout(rows):
            for cell in (cell for row in rows for cell in row):
                self._children(cell, look)
                self.end_paragraph()
            return
        covered: dict[int, int] = {}
        for row in rows:
            if len(row) == 1 and not covered:
                self._children(row[0], look)
                self.end_paragraph()
            else:
                self._row(row, look, covered)

    def _row(self, cells: list[etree._Element], look: _Look, covered: dict[int, int]) -> None:
        """Print a table row. ``covered`` tells how many more rows cells from above reach down in each column."""
        texts: list[str] = []
        emphases: list[bool] = []
        for cell in cells:
            _skip_covered(texts, covered)
            inner = _Walk(self.sheet)
            inner._children(cell, replace(look, heading=0))
            inner.end_paragraph()
            printed = [block for block in inner.blocks if not block.role]
            emphases.extend(block.emphasis for block in printed)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            if height > 1:
                covered.update({len(texts) + place: height - 1 for place in range(width)})
            texts.extend(["\n".join(block.line for block in printed), *[""] * (width - 1)])
        _skip_covered(texts, covered, whole=True)
        block = row_of(texts, emphasis=bool(emphases) and all(emphases))
        if block:
            self.blocks.append(block)


def _filled_in(element: etree._Element, tag: str) -> str:
    """What a field of a form shows: a ticked or an empty box, the chosen entries, the text typed in."""
    if tag == "textarea":
        return "".join(str(part) for part in element.itertext())
    if tag == "select":
        chosen = [option for option in element.iterdescendants("option") if option.get("selected") is not None]
        return ", ".join(
            _BLANKS.sub(" ", "".join(str(part) for part in option.itertext())).strip() for option in chosen
        )
    kind = (element.get("type") or "text").strip().lower()
    if kind in _BOXES:
        return f"{EMPTY if element.get('checked') is None else TICKED} "
    return "" if kind in _NOT_PRINTED else element.get("value") or ""


def _look_of(tag: str, style: str, look: _Look) -> _Look:
    """How an element changes the look of the text in it."""
    emphasised = look.emphasised or tag in _EMPHASES or bool(_EMPHASISED.search(style))
    if _PLAIN.search(style) and not _EMPHASISED.search(style) and tag not in _EMPHASES:
        emphasised = False
    heading = int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else look.heading
    raised = tag == "sup" or look.raised or bool(_RAISED.search(style))
    return _Look(emphasised, look.preformatted or tag == "pre", look.font, heading, look.depth + 1, raised)


def _font(element: etree._Element, style: str, outer: str) -> str:
    """The symbol font that the element's text is set in, empty for others; ``outer`` is that of what is around it."""
    named = _FONT.search(style)
    name = named[1] if named else element.get("face")
    if name is None:
        return outer
    name = name.split(",")[0]
    return name if is_symbol_font(name) else ""


def _list_of(element: etree._Element, tag: str) -> _List:
    """The list that an element begins."""
    style = _LIST_STYLE.search((element.get("style") or "").lower())
    written = style[1] if style else element.get("type") or ""
    kind = _LIST_KINDS.get(written)
    if tag != "ol":
        return _List("none" if kind == "none" else None, 1)
    start = element.get("start") or ""
    return _List(kind or "decimal", int(start) if re.fullmatch(r"-?\d{1,9}", start) else 1)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The table's own rows, not those of tables inside it."""
    for child in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if child.tag == "tr":
            yield child
        else:
            yield from child.iterchildren("tr")


def _is_layout(rows: list[list[etree._Element]]) -> bool:
    """The table has one column, or holds headings, other tables in most rows or whole columns of a page."""
    if all(len(row) <= 1 for row in rows):
        return True
    full = [row for row in rows if len(row) > 1]
    cells = [cell for row in full for cell in row]
    if any(next(cell.iterdescendants("h1", "h2", "h3", "h4", "h5", "h6"), None) is not None for cell in cells):
        return True
    # A table in the cell of another one is part of an entry where most of the other rows have none.
    if 2 * sum(any(next(cell.iterdescendants("table"), None) is not None for cell in row) for row in full) > len(full):
        return True
    paragraphs = max(sum(1 for _ in cell.iterdescendants("p", "div", "li")) for cell in cells)
    return len(rows) == 1 and paragraphs > _MAX_LAYOUT_PARAGRAPHS


def _span(cell: etree._Element, name: str) -> int:
    """How many columns or rows a cell covers."""
    written = cell.get(name) or ""
    return min(max(int(written), 1), limits.MAX_CELLS) if re.fullmatch(r"\d{1,9}", written) else 1


def _skip_covered(texts: list[str], covered: dict[int, int], *, whole: bool = False) -> None:
    """Add an empty cell for each next column that a cell from above covers; with ``whole`` up to the last of them."""
    while len(texts) in covered or (whole and any(column >= len(texts) for column in covered)):
        column = len(texts)
        texts.append("")
        if column in covered:
            covered[column] -= 1
            if not covered[column]:
                del covered[column]
