"""The lines of PDF pages as blocks, with the paragraphs, headings and tables that their geometry shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from indexer.language.dictionary import is_known_word
from indexer.language.spelling import rejoined
from indexer.model import Block
from indexer.readers.marks import begins_with_mark, block_of, row_of
from indexer.readers.normalize import clean
from indexer.readers.pdf_forms import Written
from indexer.readers.pdf_grids import Grid
from indexer.readers.pdf_lines import Line
from indexer.readers.pdf_page import Page
from indexer.readers.pdf_tables import joined_tables

_TITLE_RATIO = 1.5
_HEADING_RATIO = 1.15
"""Size of letters in proportion to that of the body from which a line is a heading of level 1 or 2."""
_MAX_HEADING_CHARACTERS = 200

_GAP_RATIO = 1.35
"""Distance to the line above, in proportion to the usual one, from which it is a paragraph's."""
_INDENT = 0.6
"""Offset of a line's start, in sizes of its letters, from which it is an indent."""


def blocks_of(pages: Sequence[Page]) -> Iterator[Block]:
    """The blocks of all pages."""
    lines = [line for page in pages for line in page.lines]
    body_size = _body_size(lines)
    pitch = _pitch(lines)
    paragraph = _Paragraphs(pitch)
    for page, items in zip(pages, joined_tables(pages), strict=True):
        notes = sorted(page.notes, key=lambda note: -note.box[3])
        for item in items:
            if isinstance(item, Grid):
                paragraph.forget()
                yield from _rows(item)
                continue
            wraps = paragraph.goes_on(item)
            while notes and not wraps and notes[0].box[3] > item.baseline + item.size:
                yield _note(notes.pop(0))
            block = block_of(item.text, heading=_heading_level(item, body_size), emphasis=item.emphasised, wraps=wraps)
            if block:
                yield block
        yield from map(_note, notes)


def _note(note: Written) -> Block:
    """A note that somebody has put onto the page."""
    return Block(f"Примечание: {note.text}")


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
        else:
            gone, added = rejoined(parts[-1], text, is_known_word)
            parts[-1] = parts[-1][: len(parts[-1]) - gone] + added
    return "\n".join(parts)


def _is_first_line(line: Line) -> bool:
    """The line is indented."""
    return line.left > line.column.left + _INDENT * line.size


def _has_room(above: Line, line: Line) -> bool:
    """The first word of ``line`` would have fitted in the line above, had they been of one paragraph."""
    return above.right + line.first_word + 0.2 * line.size < above.column.right


def _is_torn(above: Line, line: Line) -> bool:
    """A word goes on behind the hyphen that ends the line above."""
    return (
        above.letters[-1].text == "-"
        and len(above.letters) > 1
        and above.letters[-2].text.isalpha()
        and (line.letters[0].text.islower())
    )


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
        if line.alone or above.alone:
            return True
        if abs(line.size - above.size) > 0.08 * above.size or (above.emphasised and not line.has_emphasis):
            return True
        if above.column is line.column and above.baseline - line.baseline > self._pitch * _GAP_RATIO * line.size:
            return True
        if (line.is_centred and above.is_centred) or _is_torn(above, line):
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
