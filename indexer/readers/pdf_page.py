"""One page of a PDF: its characters gathered into lines, columns and the cells of ruled tables, in reading order."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_LINE_END_HYPHENS = {0x02, 0xFFFE, 0xAD}
"""How PDFium gives a hyphen that ends a line, and the soft hyphen, which is printed there."""
_NAME_BYTES = 256
_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
_SLANTED_NAMES = ("italic", "oblique", "kursiv")

_BASELINE_TOLERANCE = 0.35
"""Difference of height, in sizes of letters, up to which letters stand on one line (indices, «№»)."""
_WORD_GAP = 0.18
"""Gap, in sizes of letters, from which two letters belong to two words."""
_SEGMENT_GAP = 1.8
"""Gap, in sizes of letters, from which pieces of a line may belong to two columns or cells."""

_MIN_COLUMN_LINES = 8
_MIN_GUTTER = 8.0
"""Width of the empty stripe between columns, in points."""
_FULL_LINES_SHARE = 0.4
"""Part of a column's lines that reach its right edge; the entries of a table do not."""

_MAX_RULE = 3.0
"""Thickness of a rule, in points."""
_MIN_RULE = 20.0
_SAME_RULE = 3.0
_MAX_RULES = 3_000
"""Rules on one page; drawings have more, and are no tables."""


@dataclass(slots=True, eq=False)
class Column:
    """The stripe of a page that lines fill, in points."""

    left: float
    right: float


@dataclass(slots=True)
class Letter:
    """One character: text, edges and baseline in points, size of the font in points."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    emphasised: bool


@dataclass(slots=True, eq=False)
class Line:
    """A printed line, or the piece of one that belongs to a column or cell."""

    letters: list[Letter]
    column: Column = field(default_factory=lambda: Column(0.0, 0.0))

    @property
    def left(self) -> float:
        """The left edge of the first letter."""
        return self.letters[0].left

    @property
    def right(self) -> float:
        """The right edge of the last letter."""
        return self.letters[-1].right

    @property
    def baseline(self) -> float:
        """The height of the line above the bottom of the page."""
        return self.letters[0].baseline

    @property
    def size(self) -> float:
        """The size of most of its letters; never 0."""
        sizes = sorted(letter.size for letter in self.letters)
        return max(sizes[len(sizes) // 2], 1.0)

    @property
    def text(self) -> str:
        """The letters with a blank wherever there is a gap."""
        parts = [self.letters[0].text]
        for before, letter in pairwise(self.letters):
            if letter.left - before.right > _WORD_GAP * letter.size:
                parts.append(" ")
            parts.append(letter.text)
        return "".join(parts)

    @property
    def emphasised(self) -> bool:
        """All letters, of which there are some, are bold or italic."""
        lettered = [letter.emphasised for letter in self.letters if letter.text.isalpha()]
        return bool(lettered) and all(lettered)

    @property
    def has_emphasis(self) -> bool:
        """Some letters are bold or italic."""
        return any(letter.emphasised for letter in self.letters if letter.text.isalpha())

    @property
    def first_word(self) -> float:
        """The width of the first word, in points."""
        for before, letter in pairwise(self.letters):
            if letter.text.isspace() or letter.left - before.right > _WORD_GAP * letter.size:
                return before.right - self.left
        return self.right - self.left

    @property
    def is_centred(self) -> bool:
        """There is as much room on the left as on the right, and some at all."""
        before, behind = self.left - self.column.left, self.column.right - self.right
        return before > 4 * self.size and abs(before - behind) < self.size


@dataclass(slots=True)
class Grid:
    """A ruled table: the lines of each cell, row by row, and where it stands."""

    rows: list[list[list[Line]]]
    top: float


@dataclass(slots=True)
class Page:
    """The lines outside tables in reading order, the tables, and the height in points."""

    lines: list[Line]
    grids: list[Grid]
    height: float

    def in_order(self) -> Iterator[Line | Grid]:
        """Lines and tables, each table before the first line below it."""
        grids = sorted(self.grids, key=lambda grid: -grid.top)
        for line in self.lines:
            while grids and grids[0].top > line.baseline:
                yield grids.pop(0)
            yield line
        yield from grids


def page_of(document: pypdfium2.PdfDocument, number: int) -> Page:
    """The page with this number, from 0."""
    page = document[number]
    textpage = page.get_textpage()
    try:
        pieces = _pieces(list(_letters(textpage)))
        height = float(page.get_height())
        grids, outside = _grids(page, pieces)
        return Page(_in_columns(outside), grids, height)
    finally:
        textpage.close()
        page.close()


def _letters(textpage: Any) -> Iterator[Letter]:
    """The printed characters of a page in the order of the file."""
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix = pdfium.FS_MATRIX()
    fonts = _Fonts(textpage)
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        if code in (0, 0x0A, 0x0D, 0x20, 0xA0, 0x09) and pdfium.FPDFText_IsGenerated(textpage.raw, index) == 1:
            continue
        pdfium.FPDFText_GetCharOrigin(textpage.raw, index, x, y)
        if not pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, box) or code in (0x0A, 0x0D):
            continue
        text = "-" if code in _LINE_END_HYPHENS else chr(code) if code < 0x110000 else ""
        size = _size(textpage, index, matrix)
        yield Letter(text, box.left, box.right, y.value, size, not text.isspace() and fonts.is_emphasised(index))


def _size(textpage: Any, index: int, matrix: Any) -> float:
    """The size of a character in points: that of its font, as scaled by its matrix."""
    size = float(pdfium.FPDFText_GetFontSize(textpage.raw, index))
    if pdfium.FPDFText_GetMatrix(textpage.raw, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return size


class _Fonts:
    """Tells whether the font of a character is bold or italic; asks for its name only where the font may change."""

    def __init__(self, textpage: Any) -> None:
        self._textpage = textpage
        self._buffer = ctypes.create_string_buffer(_NAME_BYTES)
        self._known: dict[bytes, bool] = {}

    def is_emphasised(self, index: int) -> bool:
        """By weight, else by the name of the font."""
        if pdfium.FPDFText_GetFontWeight(self._textpage.raw, index) >= _BOLD_WEIGHT:
            return True
        flags = ctypes.c_int()
        size = pdfium.FPDFText_GetFontInfo(self._textpage.raw, index, self._buffer, _NAME_BYTES, flags)
        name = self._buffer.raw[: max(min(size, _NAME_BYTES) - 1, 0)]
        if name not in self._known:
            lowered = name.decode("utf-8", errors="replace").lower()
            self._known[name] = any(word in lowered for word in (*_BOLD_NAMES, *_SLANTED_NAMES))
        return self._known[name]


def _pieces(letters: Sequence[Letter]) -> list[Line]:
    """Runs of letters that stand on one line without a wide gap, whatever their order in the file."""
    by_height: list[list[Letter]] = []
    for letter in sorted((letter for letter in letters if letter.size > 0), key=lambda letter: -letter.baseline):
        reference = by_height[-1][0] if by_height else None
        tolerance = _BASELINE_TOLERANCE * letter.size
        if reference is not None and reference.baseline - letter.baseline < tolerance:
            by_height[-1].append(letter)
        else:
            by_height.append([letter])
    return [piece for row in by_height for piece in _split_at_gaps(sorted(row, key=lambda letter: letter.left))]


def _split_at_gaps(row: Sequence[Letter]) -> Iterator[Line]:
    """The pieces of one line between wide gaps; blanks at their edges dropped."""
    piece: list[Letter] = []
    for letter in row:
        if letter.text.isspace() and not piece:
            continue
        visible = next((before for before in reversed(piece) if not before.text.isspace()), None)
        if visible and not letter.text.isspace() and letter.left - visible.right > _SEGMENT_GAP * letter.size:
            yield Line(_without_blanks(piece))
            piece = []
        piece.append(letter)
    if any(not letter.text.isspace() for letter in piece):
        yield Line(_without_blanks(piece))


def _without_blanks(letters: list[Letter]) -> list[Letter]:
    """The letters from the first visible one to the last."""
    visible = [place for place, letter in enumerate(letters) if not letter.text.isspace()]
    return letters[visible[0] : visible[-1] + 1] if visible else []


def _in_columns(pieces: list[Line]) -> list[Line]:
    """The lines in reading order: between lines that cross the gutter the left column comes before the right one."""
    gutter = _gutter(pieces)
    if gutter is None:
        return _whole_lines(pieces)
    result: list[Line] = []
    band: list[Line] = []
    for piece in sorted(pieces, key=lambda line: -line.baseline):
        if piece.left < gutter < piece.right:
            result.extend([*_both_columns(band, gutter), *_whole_lines([piece])])
            band = []
        else:
            band.append(piece)
    result.extend(_both_columns(band, gutter))
    return result


def _both_columns(band: list[Line], gutter: float) -> list[Line]:
    """The left half of the band, then the right one."""
    left = [piece for piece in band if piece.right <= gutter]
    return [*_whole_lines(left), *_whole_lines([piece for piece in band if piece.right > gutter])]


def _whole_lines(pieces: list[Line]) -> list[Line]:
    """Pieces on one height joined into lines, all belonging to one column."""
    if not pieces:
        return []
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda line: (-line.baseline, line.left)):
        above = lines[-1] if lines else None
        if above and above.baseline - piece.baseline < _BASELINE_TOLERANCE * piece.size:
            above.letters = sorted([*above.letters, *piece.letters], key=lambda letter: letter.left)
        else:
            lines.append(Line(list(piece.letters)))
    column = Column(min(line.left for line in lines), max(line.right for line in lines))
    for line in lines:
        line.column = column
    return lines


def _gutter(pieces: Sequence[Line]) -> float | None:
    """The middle of the empty stripe between two columns of running text, ``None`` where there are not two."""
    if len(pieces) < 2 * _MIN_COLUMN_LINES:
        return None
    left_edge, right_edge = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    middle = (left_edge + right_edge) / 2
    left = [piece for piece in pieces if piece.right < middle + (right_edge - left_edge) * 0.1]
    if len(left) < _MIN_COLUMN_LINES:
        return None
    left_side = sorted(piece.right for piece in left)[len(left) * 19 // 20]
    right = [piece for piece in pieces if piece.left > left_side + _MIN_GUTTER / 2]
    if len(right) < _MIN_COLUMN_LINES or len(left) + len(right) < 0.6 * len(pieces):
        return None
    start = min(piece.left for piece in right)
    if start - left_side < _MIN_GUTTER or not (_is_running_text(left) and _is_running_text(right)):
        return None
    return (left_side + start) / 2


def _is_running_text(pieces: Sequence[Line]) -> bool:
    """Most lines reach the right edge, as they do in a column of text and not in the entries of a table."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    full = sum(piece.right > right - 0.2 * (right - left) for piece in pieces)
    return full >= _FULL_LINES_SHARE * len(pieces)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A straight rule: its place across, and from where to where it runs."""

    place: float
    start: float
    end: float


def _grids(page: Any, pieces: list[Line]) -> tuple[list[Grid], list[Line]]:
    """The ruled tables of a page and the pieces outside of them."""
    across, down = _rules(page)
    if len(across) < 2 or len(down) < 3:
        return [], pieces
    grids: list[Grid] = []
    outside = pieces
    for rows, columns in _tables(across, down):
        inside = [piece for piece in outside if rows[-1] < piece.baseline < rows[0] and _is_within(piece, columns)]
        if inside:
            outside = [piece for piece in outside if piece not in inside]
            grids.append(Grid(_cells(inside, rows, columns, down), rows[0]))
    return grids, outside


def _is_within(piece: Line, columns: Sequence[float]) -> bool:
    """The piece stands between the outer rules."""
    return columns[0] - _SAME_RULE < piece.left and piece.right < columns[-1] + 4 * _SAME_RULE


def _rules(page: Any) -> tuple[list[_Rule], list[_Rule]]:
    """The horizontal and the vertical rules of a page; the edges of drawn rectangles are rules, too."""
    across: list[_Rule] = []
    down: list[_Rule] = []
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        left, bottom, right, top = path.get_bounds()
        if len(across) + len(down) > _MAX_RULES:
            return [], []
        wide, high = right - left, top - bottom
        if high <= _MAX_RULE and wide > _MAX_RULE:
            across.append(_Rule((top + bottom) / 2, left, right))
        elif wide <= _MAX_RULE and high > _MAX_RULE:
            down.append(_Rule((left + right) / 2, bottom, top))
        elif wide > _MIN_RULE and high > _MAX_RULE:
            across.extend([_Rule(bottom, left, right), _Rule(top, left, right)])
            down.extend([_Rule(left, bottom, top), _Rule(right, bottom, top)])
    return across, down


def _tables(across: Sequence[_Rule], down: Sequence[_Rule]) -> Iterator[tuple[list[float], list[float]]]:
    """For each ruled table the heights of its rows' rules, from the top, and the places of its columns' rules."""
    stacks: list[list[_Rule]] = []
    for rule in sorted(down, key=lambda rule: -rule.end):
        bottom = min((other.start for other in stacks[-1]), default=0.0) if stacks else None
        if bottom is not None and rule.end > bottom - _SAME_RULE:
            stacks[-1].append(rule)
        else:
            stacks.append([rule])
    for stack in stacks:
        bottom, top = min(rule.start for rule in stack), max(rule.end for rule in stack)
        columns = _merged([rule.place for rule in stack])
        rows = _merged([rule.place for rule in across if bottom - 5 <= rule.place <= top + 5])[::-1]
        if len(columns) >= 3 and len(rows) >= 2:
            yield rows, columns


def _merged(places: Sequence[float]) -> list[float]:
    """The places in order, those that are nearly equal once."""
    result: list[float] = []
    for place in sorted(places):
        if not result or place - result[-1] > _SAME_RULE:
            result.append(place)
    return result


def _cells(
    pieces: Sequence[Line], rows: Sequence[float], columns: Sequence[float], down: Sequence[_Rule]
) -> list[list[list[Line]]]:
    """The lines of each cell; columns between which a row has no rule are one cell, those with no text stay empty."""
    table: list[list[list[Line]]] = []
    for top, bottom in pairwise(rows):
        middle = (top + bottom) / 2
        borders = [
            place
            for place in columns
            if any(abs(rule.place - place) <= _SAME_RULE and rule.start < middle < rule.end for rule in down)
        ]
        borders = borders if len(borders) > 1 else [columns[0], columns[-1]]
        in_row = [piece for piece in pieces if bottom < piece.baseline <= top]
        table.append([_cell(in_row, left, right, borders) for left, right in pairwise(borders)])
    return [row for row in table if any(row)]


def _cell(pieces: Sequence[Line], left: float, right: float, borders: Sequence[float]) -> list[Line]:
    """The lines of the cell between two borders; the outermost cells take what hangs over.

    Pieces are cut at the borders, for the texts of two cells may come very near to each other. The column of the
    lines is the cell without its padding, which is taken to be on the right what it is on the left.
    """
    start = float("-inf") if left == borders[0] else left
    end = float("inf") if right == borders[-1] else right
    parts = [[letter for letter in piece.letters if start <= letter.left + 1 < end] for piece in pieces]
    lines = _whole_lines([Line(part) for part in map(_without_blanks, parts) if part])
    if lines:
        padding = max(lines[0].column.left - left, 0.0)
        column = Column(lines[0].column.left, max(right - padding, lines[0].column.right))
        for line in lines:
            line.column = column
    return lines
