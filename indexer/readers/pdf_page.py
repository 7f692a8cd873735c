"""One page of a PDF: its lines and ruled tables in reading order, what stands across them, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import pypdfium2

from indexer.readers.pdf_bare import bare_tables
from indexer.readers.pdf_boxes import boxes_of
from indexer.readers.pdf_drawn import Drawn, DrawnWords
from indexer.readers.pdf_forms import Additions, Written, opened, without_parts
from indexer.readers.pdf_glyphs import BLANKS, Box, Glyph, glyphs_of
from indexer.readers.pdf_grids import Grid, Rule, grids_of, rules_of
from indexer.readers.pdf_letters import Frame, Letter, by_direction, frame_of, letters_in, main_angle
from indexer.readers.pdf_line_numbers import without_line_numbers
from indexer.readers.pdf_lines import Column, Line, in_columns, in_two_columns, pieces_of
from indexer.readers.pdf_outlines import other_shapes, outlined_rows
from indexer.readers.pdf_paths import Shape, shapes_of
from indexer.readers.pdf_pictures import Looks, looks_of
from indexer.readers.pdf_rows import tables_of_rows, tables_of_space
from indexer.readers.pdf_sizes import settled_sizes
from indexer.readers.pdf_stripes import parted

_USUAL_SIZE = 11.0
"""Size, in points, of the letters of a page that has none."""
_NEXT_LINE = 2.0
"""Distance, in sizes of letters, of two lines of one turned text."""
_FEW_CROSSED = 3
"""Lines over which a turned word is printed as a watermark."""
_OWN_WORDS = 0.25
"""Different words in parts of all of a text aslant, at the least; a watermark says its own again and again."""
_MANY_ASLANT = 150
"""Letters aslant from which they are a text and not a watermark."""


@dataclass(slots=True)
class Page:
    """The lines outside tables in reading order, the tables, and the height in points of the page as it is read."""

    lines: list[Line]
    grids: list[Grid]
    height: float
    notes: tuple[Written, ...] = ()
    files: int = 0
    """Files attached to the page's notes."""
    looks: Looks = Looks()
    drawn: str = ""
    """What was recognised of words that are drawn."""

    def in_order(self) -> Iterator[Line | Grid]:
        """Lines and tables, each table before the first line below it."""
        grids = sorted(self.grids, key=lambda grid: -grid.top)
        for line in self.lines:
            while grids and grids[0].top > line.baseline:
                yield grids.pop(0)
            yield line
        yield from grids

    def all_lines(self) -> Iterator[Line]:
        """The lines outside of tables and in their cells."""
        yield from self.lines
        for grid in self.grids:
            for row in grid.rows:
                for cell in row:
                    yield from cell


def page_of(document: pypdfium2.PdfDocument, number: int, drawn_words: DrawnWords) -> Page:
    """The page with this number, from 0."""
    page, additions = opened(document, number)
    textpage = page.get_textpage()
    try:
        left, bottom, right, top = page.get_bbox()
        box: Box = (left, bottom, right, top)
        visible = without_parts(_within(list(glyphs_of(textpage)), box), additions)
        frame = frame_of(box, _angle_of_text(visible, box))
        directions = by_direction(visible, frame.angle)
        letters = settled_sizes(letters_in(directions.pop(0, []), frame))
        shapes = shapes_of(page, frame)
        rows = outlined_rows(shapes, letters, frame)
        drawn = _drawn(page, rows, letters, frame, drawn_words)
        letters += drawn.letters
        lines, grids = _layout(letters, directions, other_shapes(shapes, rows), additions, frame, box)
        notes = tuple(note.within(frame) for note in additions.notes)
        looks = looks_of(page, box, visible, drawn.unread)
        return Page(lines, grids, frame.height, notes, additions.files, looks, drawn.text)
    finally:
        textpage.close()
        page.close()


def laid_out(
    letters: Sequence[Letter], rules: tuple[Sequence[Rule], Sequence[Rule]], height: float, looks: Looks
) -> Page:
    """A page of letters and rules that stand nowhere in the file, but were recognised in its picture."""
    grids, outside = grids_of(*rules, pieces_of(letters))
    return Page(in_columns(outside), grids, height, looks=looks)


def _angle_of_text(glyphs: list[Glyph], box: Box) -> float:
    """The way most of the text runs, but for a watermark that says its words more often than the text has letters."""
    angle = main_angle(glyphs)
    if angle % 90:
        aslant = [glyph for glyph in glyphs if glyph.angle == angle]
        if len(aslant) < len(glyphs) and _says_again(pieces_of(letters_in(aslant, frame_of(box, angle)))):
            return main_angle([glyph for glyph in glyphs if glyph.angle != angle])
    return angle


def _says_again(lines: Sequence[Line]) -> bool:
    """The same few words again and again."""
    said = [word for line in lines for word in line.text.split()]
    return len(set(said)) < _OWN_WORDS * len(said)


def _within(glyphs: list[Glyph], page_box: Box) -> list[Glyph]:
    """The characters without the pieces of text that stand beside the page, where nobody sees them."""
    left, bottom, right, top = page_box
    seen = {glyph.run for glyph in glyphs if left <= glyph.x <= right and bottom <= glyph.y <= top}
    return [glyph for glyph in glyphs if glyph.run in seen]


def _drawn(page: Any, rows: Sequence[Box], letters: Sequence[Letter], frame: Frame, drawn_words: DrawnWords) -> Drawn:
    """The drawn words beside the printed ones; where nothing is printed, the whole page is one picture."""
    if not rows or not letters:
        return Drawn(unread=len(rows))
    return drawn_words.read(page, frame, rows, median(letter.size for letter in letters))


def _layout(
    letters: list[Letter],
    directions: dict[int | None, list[Glyph]],
    shapes: Sequence[Shape],
    additions: Additions,
    frame: Frame,
    box: Box,
) -> tuple[list[Line], list[Grid]]:
    """Lines and tables of the page; ``directions`` has the characters that do not run as its letters do."""
    size = median(letter.size for letter in letters) if letters else _USUAL_SIZE
    letters += [letter for written in additions.fields for letter in written.within(frame).letters(size)]
    aslant = directions.pop(None, [])
    printed = pieces_of(letters)
    turned = [
        line for turn, others in directions.items() for line in _turned_lines(others, turn or 0, frame, box, printed)
    ]
    if boxes := boxes_of(shapes, letters):
        printed = pieces_of([*letters, *boxes])
    across, down = rules_of(shapes)
    grids, printed = tables_of_rows(across, down, printed)
    ruled, outside = grids_of(across, down, [*printed, *turned])
    grids += ruled
    apart = [line for line in outside if line in turned]
    straight = without_line_numbers([line for line in outside if line not in turned])
    spaced, straight = tables_of_space(straight)
    straight = straight if in_two_columns(straight) else parted(straight)
    bare, straight = bare_tables(straight) if not in_two_columns(straight) else ([], straight)
    grids += [*spaced, *bare]
    lines = in_columns(straight)
    return [*lines, *_set_apart(apart), *_text_aslant(aslant, box)], grids


def _turned_lines(glyphs: Sequence[Glyph], turn: int, frame: Frame, box: Box, printed: Sequence[Line]) -> list[Line]:
    """Text at a right angle to the rest (heads of narrow columns), each block of it as one line in its place.

    What stands across the ``printed`` lines is a watermark.
    """
    own = frame_of(box, (frame.angle + turn) % 360)
    blocks: list[list[Line]] = []
    for piece in pieces_of(letters_in(glyphs, own)):
        block = next((block for block in blocks if _goes_on(block[-1], piece)), None)
        if block is None:
            blocks.append([piece])
        else:
            block.append(piece)
    places = [frame.box(own.unturned(_place_of(block))) for block in blocks]
    return [
        _as_one_line(block, place) for block, place in zip(blocks, places, strict=True) if not _crosses(place, printed)
    ]


def _crosses(place: Box, printed: Sequence[Line]) -> bool:
    """Letters of several lines stand within a place."""
    left, bottom, right, top = place
    over = (
        line
        for line in printed
        if bottom < line.baseline < top
        and any(left < (letter.left + letter.right) / 2 < right for letter in line.letters if letter.text not in BLANKS)
    )
    return sum(1 for _ in over) >= _FEW_CROSSED


def _goes_on(above: Line, piece: Line) -> bool:
    """The piece is the next line of the same turned text."""
    step = above.baseline - piece.baseline
    return 0 < step < _NEXT_LINE * piece.size and piece.left < above.right and above.left < piece.right


def _place_of(block: Sequence[Line]) -> Box:
    """The place that lines take in their own frame."""
    return (
        min(line.left for line in block),
        min(line.baseline for line in block),
        max(line.right for line in block),
        max(line.baseline for line in block) + max(line.size for line in block) * 0.7,
    )


def _as_one_line(block: Sequence[Line], place: Box) -> Line:
    """The block's words in a row within the place that the block takes in the frame of the page."""
    left, bottom, right, top = place
    signs = list(" ".join(line.text for line in block))
    step = (right - left) / len(signs)
    emphasised = all(line.emphasised for line in block)
    size = min(line.size for line in block)
    return Line(
        [
            Letter(sign, left + step * number, left + step * (number + 1), (bottom + top) / 2, size, emphasised)
            for number, sign in enumerate(signs)
        ]
    )


def _set_apart(lines: Sequence[Line]) -> list[Line]:
    """Lines that belong to no column and no paragraph: each alone."""
    for line in lines:
        line.column = Column(line.left, line.right)
        line.alone = True
    return list(lines)


def _text_aslant(glyphs: Sequence[Glyph], box: Box) -> list[Line]:
    """The lines of a text aslant; nothing of a watermark."""
    if sum(glyph.text not in BLANKS for glyph in glyphs) < _MANY_ASLANT:
        return []
    frame = frame_of(box, main_angle(glyphs))
    lines = in_columns(pieces_of(letters_in(by_direction(glyphs, frame.angle).get(0, []), frame)))
    if _says_again(lines):
        return []
    for before, line in pairwise(lines):
        line.alone = before.column is not line.column
    if lines:
        lines[0].alone = True
    return lines
