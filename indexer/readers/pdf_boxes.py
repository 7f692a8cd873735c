"""Boxes to tick that are drawn on a PDF page rather than printed: LibreOffice and others export fields of forms so."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pypdfium2.raw as pdfium

from indexer.readers.pdf_glyphs import BLANKS, Box
from indexer.readers.pdf_letters import Letter
from indexer.readers.pdf_paths import Shape
from indexer.readers.symbols import EMPTY, TICKED

_SIDES = (5.0, 20.0)
"""Points of the side of a box; bullets are smaller, cells larger."""
_SQUARE = 0.15
"""Part of its side by which a box may be wider than high."""
_CORNERS = 4
_NEAR = 2.0
"""Distance, in sizes of letters, of the words that belong to the box."""
_INSIDE = 1.0
"""Points by which strokes may stick out of their box."""
_APART = 2.0
"""Points between the boxes of a row, up to which they are cells for letters."""
_MOST = 500
"""Boxes of a page; a drawing of more is no form."""


def boxes_of(shapes: Iterable[Shape], letters: Sequence[Letter]) -> list[Letter]:
    """A sign for each box before some of these letters, on their line: ☒ with strokes in it, else ☐."""
    squares: list[Box] = []
    strokes: list[Box] = []
    for box, path in shapes:
        if _is_stroked(path) and max(box[2] - box[0], box[3] - box[1]) <= _SIDES[1] + _INSIDE:
            (squares if _is_square(box) and _corners(path) >= _CORNERS else strokes).append(box)
    if not squares or len(squares) > _MOST:
        return []
    alone = [box for box in dict.fromkeys(squares) if not any(_adjoin(box, other) for other in squares)]
    return list(_signs(alone, strokes, [letter for letter in letters if letter.text not in BLANKS]))


def _signs(boxes: Iterable[Box], strokes: Sequence[Box], letters: Sequence[Letter]) -> Iterator[Letter]:
    for box in boxes:
        left, bottom, right, top = box
        line = [letter for letter in letters if bottom - (top - bottom) / 2 <= letter.baseline <= (bottom + top) / 2]
        behind = min((letter for letter in line if letter.left >= right - 1), key=lambda one: one.left, default=None)
        if behind is None or behind.left - right > _NEAR * behind.size:
            continue
        if any(left < (letter.left + letter.right) / 2 < right for letter in line):
            continue  # a letter in a frame
        ticked = any(_is_within(stroke, box) for stroke in strokes)
        yield Letter(TICKED if ticked else EMPTY, left, right, behind.baseline, behind.size, False)


def _is_stroked(path: Any) -> bool:
    """Drawn in outline, not filled: a filled square is a bullet."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path.raw, fill, stroke)
    return bool(stroke.value) and fill.value == pdfium.FPDF_FILLMODE_NONE


def _is_square(box: Box) -> bool:
    wide, high = box[2] - box[0], box[3] - box[1]
    return _SIDES[0] <= wide <= _SIDES[1] and abs(wide - high) <= _SQUARE * wide


def _corners(path: Any) -> int:
    return int(pdfium.FPDFPath_CountSegments(path.raw))


def _is_within(stroke: Box, box: Box) -> bool:
    """The stroke lies in the box and takes a good part of it."""
    inside = stroke[0] > box[0] - _INSIDE and stroke[2] < box[2] + _INSIDE
    inside = inside and stroke[1] > box[1] - _INSIDE and stroke[3] < box[3] + _INSIDE
    return inside and min(stroke[2] - stroke[0], stroke[3] - stroke[1]) > (box[2] - box[0]) / 3


def _adjoin(box: Box, other: Box) -> bool:
    """The boxes touch: cells for single letters, a table of small cells."""
    if box == other or abs(box[1] - other[1]) > _INSIDE:
        return False
    return abs(box[2] - other[0]) <= _APART or abs(other[2] - box[0]) <= _APART
