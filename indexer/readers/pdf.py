"""PDF files with a text layer: one block per printed line, with the paragraphs that the geometry of the page shows.

Running heads, feet and page numbers are left out; columns are read one after the other; a ruled table gives rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import pypdfium2

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers import limits
from indexer.readers.marks import begins_with_mark, block_of, row_of
from indexer.readers.normalize import clean
from indexer.readers.package import DAMAGED, ENCRYPTED
from indexer.readers.pdf_page import Grid, Line, Page, page_of

_SNIFFED_BYTES = 1_024
_SCAN = (
    "В файле нет текстового слоя: это скан или снимки страниц. Распознайте его (например, в ABBYY FineReader) "
    "или пришлите исходный документ Word."
)

_PAGE_NUMBER = re.compile(
    r"(?:стр(?:аница|\.)?\s*)?[-–—\[(|/\s]*\d{1,4}[-–—\])|/\s]*(?:(?:из|of)\s*\d{1,4})?", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_EDGE_LINES = 3
"""Lines at the top and at the bottom of a page that may belong to its head or foot."""
_EDGE_SHARE = 0.14
"""The part of a page's height, at the top and at the bottom, in which heads and feet stand."""
_HEAD_PAGES_SHARE = 0.5
"""A running head is on at least this part of the pages; those of odd and of even pages may differ."""
_MIN_HEAD_PAGES = 3

_TITLE_RATIO = 1.5
_HEADING_RATIO = 1.15
"""Size of letters in proportion to that of the body from which a line is a heading of level 1 or 2."""
_MAX_HEADING_CHARACTERS = 200

_GAP_RATIO = 1.35
"""Distance to the line above, in proportion to the usual one, from which it is a paragraph's."""
_INDENT = 0.6
"""Offset of a line's start, in sizes of its letters, from which it is an indent."""


def sniff(data: bytes) -> bool:
    """The signature of PDF stands within the first kilobyte."""
    return b"%PDF-" in data[:_SNIFFED_BYTES]


def read(data: bytes) -> Iterator[Block]:
    """The printed lines and ruled table rows.

    Raises ``EmptyFileError`` for a scan, ``ReadError`` for a protected, damaged or far too long file.
    """
    pages = _without_running_heads(_pages(data))
    if not any(page.lines or page.grids for page in pages):
        raise EmptyFileError(_SCAN)
    yield from _blocks(pages)


def _pages(data: bytes) -> list[Page]:
    """The pages with their lines in reading order."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise ReadError(ENCRYPTED if "password" in str(fault).lower() else DAMAGED) from fault
    try:
        if len(document) > limits.MAX_PAGES:
            raise ReadError(f"В файле больше {limits.MAX_PAGES} страниц: разделите его на части.")
        return _read_pages(document)
    finally:
        document.close()


def _read_pages(document: pypdfium2.PdfDocument) -> list[Page]:
    """All pages; stops with a ``ReadError`` where the text grows beyond its limit."""
    pages: list[Page] = []
    characters = 0
    for number in range(len(document)):
        pages.append(page_of(document, number))
        characters += sum(len(line.text) for line in pages[-1].lines)
        if characters > limits.MAX_CHARACTERS:
            raise ReadError("В файле слишком много текста для одного отчёта: разделите его на части.")
    return pages


def _without_running_heads(pages: list[Page]) -> list[Page]:
    """The pages without the lines that repeat, but for digits, at their tops or bottoms, and without page numbers."""
    seen: Counter[str] = Counter()
    in_body: Counter[str] = Counter()
    for page in pages:
        edge = _edge_lines(page)
        seen.update({_masked(line) for line in edge})
        in_body.update(_wording(line) for line in page.lines if line not in edge)
    least = max(_MIN_HEAD_PAGES, len(pages) * _HEAD_PAGES_SHARE / 2)
    least = 2 if len(pages) == 2 else least
    running = {masked for masked, count in seen.items() if count >= least}
    running -= {masked for masked in running if in_body[masked.rpartition(" ")[0]] > 1}  # the text itself is repetitive
    result = []
    for page in pages:
        edge = _edge_lines(page)
        dropped = {id(line) for line in edge if _masked(line) in running or _is_page_number(line, page)}
        result.append(replace(page, lines=[line for line in page.lines if id(line) not in dropped]))
    return result


def _masked(line: Line) -> str:
    """The line's text with numbers made equal, and its height on the page in steps of ten points."""
    return f"{_wording(line)} {round(line.baseline / 10)}"


def _wording(line: Line) -> str:
    """The line's text with numbers made equal."""
    return _DIGITS.sub("#", clean(line.text))


def _edge_lines(page: Page) -> list[Line]:
    """The lines that may belong to the head or foot of the page."""
    by_height = sorted(page.lines, key=lambda line: -line.baseline)
    low, high = page.height * _EDGE_SHARE, page.height * (1 - _EDGE_SHARE)
    top = [line for line in by_height[:_EDGE_LINES] if line.baseline > high]
    bottom = [line for line in by_height[-_EDGE_LINES:] if line.baseline < low]
    return list({id(line): line for line in (*top, *bottom)}.values())


def _is_page_number(line: Line, page: Page) -> bool:
    """A number alone on the outermost line of its page."""
    if not _PAGE_NUMBER.fullmatch(clean(line.text)) or not any(sign.isdigit() for sign in line.text):
        return False
    heights = [other.baseline for other in page.lines]
    return line.baseline in (min(heights), max(heights))


def _blocks(pages: Sequence[Page]) -> Iterator[Block]:
    """The blocks of all pages."""
    lines = [line for page in pages for line in page.lines]
    body_size = _body_size(lines)
    pitch = _pitch(lines)
    paragraph = _Paragraphs(pitch)
    for page in pages:
        for item in page.in_order():
            if isinstance(item, Grid):
                paragraph.forget()
                yield from _rows(item)
            else:
                block = block_of(
                    item.text,
                    heading=_heading_level(item, body_size),
                    emphasis=item.emphasised,
                    wraps=paragraph.goes_on(item),
                )
                if block:
                    yield block


def _rows(grid: Grid) -> Iterator[Block]:
    """The rows of a ruled table; a row of a single cell only lays out the lines in it."""
    for cells in grid.rows:
        if len(cells) == 1:
            for number, line in enumerate(cells[0]):
                block = block_of(line.text, emphasis=line.emphasised, wraps=number > 0)
                if block:
                    yield block
        else:
            texts = [_cell_text(lines) for lines in cells]
            block = row_of(texts, emphasis=all(line.emphasised for lines in cells for line in lines))
            if block:
                yield block


def _cell_text(lines: Sequence[Line]) -> str:
    """The text of a cell: its lines joined, with a break where a paragraph or a list item begins."""
    parts: list[str] = []
    for number, line in enumerate(lines):
        text = clean(line.text)
        above = lines[number - 1] if number else None
        if above is None or begins_with_mark(line.text) or _has_room(above, line) or _is_first_line(line):
            parts.append(text)
        elif parts[-1].endswith("-") and text[:1].islower():
            parts[-1] = parts[-1][:-1] + text
        else:
            parts[-1] = f"{parts[-1]} {text}"
    return "\n".join(parts)


def _is_first_line(line: Line) -> bool:
    """The line is indented."""
    return line.left > line.column.left + _INDENT * line.size


def _has_room(above: Line, line: Line) -> bool:
    """The first word of ``line`` would have fitted in the line above, had they been of one paragraph."""
    return above.right + line.first_word + 0.2 * line.size < above.column.right


def _body_size(lines: Sequence[Line]) -> float:
    """The size, in points, in which most letters are set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of a line to the one above, in sizes of its letters."""
    pairs = zip(lines, lines[1:], strict=False)
    steps = [(above.baseline - line.baseline) / line.size for above, line in pairs if above.column is line.column]
    usual = [step for step in steps if 0.8 < step < 3]
    # The lower half: between short paragraphs there are as many gaps as lines.
    return median(sorted(usual)[: len(usual) // 2 + 1]) if usual else 1.2


def _heading_level(line: Line, body_size: float) -> int:
    """1 or 2 for a line in letters larger than the body's, 0 for any other."""
    if not body_size or len(line.text) > _MAX_HEADING_CHARACTERS:
        return 0
    if line.size >= body_size * _TITLE_RATIO:
        return 1
    return 2 if line.size >= body_size * _HEADING_RATIO else 0


class _Paragraphs:
    """Tells for each line whether it goes on with the paragraph of the line above."""

    def __init__(self, pitch: float) -> None:
        self._pitch = pitch
        self._lines: list[Line] = []
        """The lines of the current paragraph."""

    def forget(self) -> None:
        """Something else than a line came between."""
        self._lines = []

    def goes_on(self, line: Line) -> bool:
        """No sign of a new paragraph stands between the line and the one above."""
        joins = bool(self._lines) and not self._begins(line, self._lines[-1])
        self._lines = [*self._lines, line] if joins else [line]
        return joins

    def _begins(self, line: Line, above: Line) -> bool:
        """One of the signs of a new paragraph: gap, other letters, room left on the line above, indent."""
        if abs(line.size - above.size) > 0.08 * above.size or (above.emphasised and not line.has_emphasis):
            return True
        if above.column is line.column and above.baseline - line.baseline > self._pitch * _GAP_RATIO * line.size:
            return True
        if line.is_centred and above.is_centred:
            return False
        return _has_room(above, line) or self._is_indented(line)

    def _is_indented(self, line: Line) -> bool:
        """The line starts elsewhere than a further line of the paragraph would."""
        start = line.left - line.column.left
        first = self._lines[0]
        first_start = first.left - first.column.left
        step = _INDENT * line.size
        if len(self._lines) == 1:
            hangs = begins_with_mark(first.text)
            return start > first_start + step and not hangs
        body_start = self._lines[-1].left - self._lines[-1].column.left
        return abs(start - body_start) > step
