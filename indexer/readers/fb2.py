"""FictionBook (.fb2): paragraphs, headings and rows of tables of the book's bodies."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from indexer.errors import EmptyFileError
from indexer.model import Block
from indexer.readers.marks import block_of, blocks_of_runs, row_of
from indexer.readers.package import parse_xml
from indexer.readers.word_xml import root_name

_PARAGRAPHS = frozenset({"p", "v", "subtitle", "text-author", "date"})
_EMPHASES = frozenset({"strong", "emphasis"})
_LEFT_OUT = frozenset({"image", "binary", "empty-line", "description", "stylesheet"})
_MAX_LEVEL = 6


def sniff(data: bytes) -> bool:
    """The outermost element is that of a FictionBook."""
    return root_name(data) == "FictionBook"


def read(data: bytes) -> Iterator[Block]:
    """The blocks of all bodies, notes last as in the file; raises ``ReadError`` and ``EmptyFileError``."""
    empty = True
    for body in parse_xml(data, large=True):
        if _name(body) == "body":
            for block in _blocks(body, 0, 0):
                empty = False
                yield block
    if empty:
        raise EmptyFileError("В файле нет текста.")


def _name(element: etree._Element) -> str:
    """The element's name without its namespace; ``""`` for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _blocks(parent: etree._Element, level: int, heading: int) -> Iterator[Block]:
    """The blocks below ``parent``, ``level`` sections deep; ``heading`` is that of its paragraphs."""
    for child in parent:
        name = _name(child)
        if not name or name in _LEFT_OUT:
            continue
        if name in _PARAGRAPHS:
            shown = min(level + 1, _MAX_LEVEL) if name == "subtitle" else heading
            yield from blocks_of_runs(_runs(child, False), heading=shown)
        elif name == "tr":
            block = row_of(["".join(map(str, cell.itertext())) for cell in child if _name(cell) in ("td", "th")])
            if block:
                yield block
        elif name == "title":
            yield from _blocks(child, level, max(min(level, _MAX_LEVEL), 1))
        else:
            yield from _blocks(child, level + (name == "section"), heading)
        stray = block_of(child.tail or "")
        if stray:
            yield stray


def _runs(element: etree._Element, emphasised: bool) -> Iterator[tuple[str, bool]]:
    """The pieces of a paragraph with their look, line breaks of the XML as blanks."""
    emphasised = emphasised or _name(element) in _EMPHASES
    yield " ".join((element.text or "").split("\n")), emphasised
    for child in element:
        if _name(child) and _name(child) not in _LEFT_OUT:
            yield from _runs(child, emphasised)
        yield " ".join((child.tail or "").split("\n")), emphasised
