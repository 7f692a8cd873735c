"""Words drawn on a PDF page as outlines instead of printed: rows of shapes that stand like the letters of a line."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

import pypdfium2.raw as pdfium

from indexer.readers.pdf_glyphs import BLANKS, Box
from indexer.readers.pdf_letters import Frame, Letter
from indexer.readers.pdf_paths import Shape, parts_of

_HEIGHTS = (3.0, 150.0)
"""Points of a letter's height."""
_CORNERS = 6
"""Of the plainest letter, «Г»; rules and bars have fewer."""
_CORNERS_OF_WORD = 24
_WIDE = 2.5
"""Width of a shape, in its heights, from which it is a word rather than a letter."""
_MOST = 8_000
"""Shapes of a page; a page full of letters has some 4,000, a map more."""
_FEW = 4
"""Letters of the shortest word that is taken for one."""
_SAME_LINE = 0.5
"""Part of the lower one's height in which two letters of a line overlap."""
_GAP, _OVERLAP = 1.6, -0.4
"""Gap between two letters of a line, in heights of the higher one; slanted ones overlap."""
_LIKE = (0.55, 1.9)
"""Heights of letters in that of most; commas and marks are lower."""
_LEVEL, _MOSTLY = 0.14, 0.6
"""Difference of feet, in heights, of letters on one line, and how many stand so: «р» and «щ» reach lower."""
_TOUCH, _CARELESS = 0.2, 0.15
"""Heights by which two letters may overlap, and how many may overlap by more: drawings lie upon each other."""
_WIDTHS = 3
"""Different widths of letters, in tenths of their height: the parts of ornaments and charts are all alike."""
_COVERED = 0.5
"""Printed letters to each drawn one from which the text is printed there, too."""


def outlined_rows(shapes: Sequence[Shape], letters: Sequence[Letter], frame: Frame) -> list[Box]:
    """The boxes of the rows of drawn letters on which no printed ones stand."""
    signs = list(_signs(shapes, frame))
    if not _FEW <= len(signs) <= _MOST:
        return []
    printed = [letter for letter in letters if letter.text not in BLANKS]
    found = (_word_box(row) for row in _rows(signs))
    return [box for box, count in filter(None, found) if not _is_printed(box, count, printed)]


def other_shapes(shapes: Sequence[Shape], rows: Sequence[Box]) -> list[Shape]:
    """The shapes that are no letters of these rows: large letters would be taken for frames."""
    return [shape for shape in shapes if not any(_is_inside(shape.box, row) for row in rows)] if rows else [*shapes]


def _is_inside(box: Box, row: Box) -> bool:
    return row[0] <= box[0] and row[1] <= box[1] and box[2] <= row[2] and box[3] <= row[3]


def _signs(shapes: Iterable[Shape], frame: Frame) -> Iterator[Box]:
    """The boxes of what may be letters."""
    for shape in shapes:
        left, bottom, right, top = shape.box
        wide, high = right - left, top - bottom
        if high < _HEIGHTS[0] or wide <= 0 or (corners := _corners(shape)) < _CORNERS or not _is_filled(shape):
            continue
        if corners >= _CORNERS_OF_WORD and (wide > _WIDE * high or high > _HEIGHTS[1]):
            yield from (part for part in parts_of(shape, frame) if _is_of_letter(part))
        elif high <= _HEIGHTS[1]:
            yield shape.box


def _is_of_letter(part: Box) -> bool:
    return _HEIGHTS[0] <= part[3] - part[1] <= _HEIGHTS[1] and part[2] > part[0]


def _corners(shape: Shape) -> int:
    return int(pdfium.FPDFPath_CountSegments(shape.path.raw))


def _is_filled(shape: Shape) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(shape.path.raw, fill, stroke)
    return bool(fill.value != pdfium.FPDF_FILLMODE_NONE)


def _rows(signs: Iterable[Box]) -> list[list[Box]]:
    """The shapes that follow each other on one line; those inside or above the one before belong to it."""
    rows: list[list[Box]] = []
    behind: list[list[Box]] = []
    for sign in sorted(signs):
        behind = [row for row in behind if sign[0] - row[-1][2] <= _GAP * _HEIGHTS[1]]
        row = next((row for row in behind if _follows(row[-1], sign)), None)
        if row is None:
            row = [sign]
            rows.append(row)
            behind.append(row)
        elif sign[2] > row[-1][2]:
            row.append(sign)
    return rows


def _follows(before: Box, sign: Box) -> bool:
    heights = before[3] - before[1], sign[3] - sign[1]
    if min(before[3], sign[3]) - max(before[1], sign[1]) < _SAME_LINE * min(heights):
        return False
    within = sign[2] <= before[2]
    return within or _OVERLAP * max(heights) <= sign[0] - before[2] <= _GAP * max(heights)


def _word_box(row: Sequence[Box]) -> tuple[Box, int] | None:
    """The box around a row and how many letters it has; ``None`` where the shapes do not stand like letters."""
    usual = median(sign[3] - sign[1] for sign in row)
    letters = [sign for sign in row if _LIKE[0] * usual <= sign[3] - sign[1] <= _LIKE[1] * usual]
    if len(letters) < _FEW:
        return None
    foot = median(sign[1] for sign in letters)
    level = sum(abs(sign[1] - foot) <= _LEVEL * usual for sign in letters)
    widths = {round((sign[2] - sign[0]) / usual, 1) for sign in letters}
    upon = sum(before[2] - sign[0] > _TOUCH * usual for before, sign in pairwise(letters))
    if level < _MOSTLY * len(letters) or len(widths) < _WIDTHS or upon > _CARELESS * len(letters):
        return None
    bottom, top = min(sign[1] for sign in row), max(sign[3] for sign in row)
    return (row[0][0], bottom, max(sign[2] for sign in row), top), len(letters)


def _is_printed(box: Box, count: int, printed: Sequence[Letter]) -> bool:
    """The row is printed besides: a text with outlines around it, a layer of text behind a drawing."""
    left, bottom, right, top = box
    reach = (top - bottom) / 3
    within = sum(
        left <= (letter.left + letter.right) / 2 <= right and bottom - reach <= letter.baseline <= top
        for letter in printed
    )
    return within >= _COVERED * count
