"""Ruled tables of a page: where rules cross, the lines between them are cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf_glyphs import Box
from indexer.readers.pdf_letters import Letter
from indexer.readers.pdf_lines import Column, Line, whole_lines
from indexer.readers.pdf_paths import Shape
from indexer.readers.pdf_words import Word

_MAX_RULE = 3.0
"""Thickness of a rule, in points."""
_MIN_RULE = 20.0
_BESIDE = 3.0
"""Points between two cells that are drawn each for itself."""
_SAME_RULE = 3.0
_SHORTEST_ROW = 8.0
_FEW_IN_BOX, _FEW_BESIDE = 2, 2
"""Lines in a frame and beside it from which text runs round it."""
_MAX_RULES = 3_000
"""Rules on one page; drawings have more, and are no tables."""
_NEAR_BORDER = 0.5
"""Distance, in sizes of letters, from a border at which the texts of two cells meet."""


@dataclass(slots=True)
class Grid:
    """A ruled table: the lines of each cell, row by row, and where it stands."""

    rows: list[list[list[Line]]]
    top: float
    open_above: bool = False
    """No rule closes its first row: it goes on from the page before."""
    open_below: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: its place across, and from where to where it runs."""

    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Ruled:
    """The rules of a page."""

    across: Sequence[Rule]
    down: Sequence[Rule]

    def closes(self, place: float) -> bool:
        """Whether a rule runs across at this height."""
        return any(abs(rule.place - place) <= _SAME_RULE for rule in self.across)


_Table = tuple[list[float], list[float]]
"""The heights of the rules of a table's rows, from the top, and the places of those of its columns."""


def grids_of(across: Sequence[Rule], down: Sequence[Rule], pieces: list[Line]) -> tuple[list[Grid], list[Line]]:
    """The ruled tables of a page with these rules and the pieces outside of them."""
    if not across or len(down) < 2:
        return [], pieces
    grids: list[Grid] = []
    outside = pieces
    for rows, columns in _without_bands(list(_tables(across, down)), pieces):
        level = [piece for piece in outside if rows[-1] < piece.baseline < rows[0]]
        inside = [piece for piece in level if _is_within(piece, columns)]
        if inside and (len(columns) > 2 or _is_box_beside_text(inside, len(level) - len(inside))):
            outside = [piece for piece in outside if piece not in inside]
            grids.append(_grid(inside, rows, columns, _Ruled(across, down)))
    return grids, outside


def _without_bands(tables: list[_Table], pieces: Sequence[Line]) -> Iterator[_Table]:
    """The tables but for coloured bands, every other row of a table that has no rules."""
    bands: list[list[_Table]] = []
    for table in tables:
        if len(table[0]) == 2:
            alike = next((others for others in bands if _same(others[0][1], table[1])), None)
            if alike is None:
                bands.append([table])
            else:
                alike.append(table)
    dropped: set[int] = set()
    for alike in bands:
        # What stands between two of them stands between one of them and the outermost ones, too.
        outer = min(alike, key=lambda table: table[0][0])[0], max(alike, key=lambda table: table[0][0])[0]
        for rows, columns in alike:
            if any(other is not rows and _is_text_between(rows, other, columns, pieces) for other in outer):
                dropped.add(id(rows))
    return (table for table in tables if id(table[0]) not in dropped)


def _same(edges: Sequence[float], others: Sequence[float]) -> bool:
    return len(edges) == len(others) and all(abs(a - b) <= _SAME_RULE for a, b in zip(edges, others, strict=True))


def _is_text_between(
    rows: Sequence[float], others: Sequence[float], columns: Sequence[float], pieces: Sequence[Line]
) -> bool:
    bottom, top = (others[0], rows[-1]) if others[0] < rows[-1] else (rows[0], others[-1])
    return any(bottom < piece.baseline < top and _is_within(piece, columns) for piece in pieces)


def _grid(inside: Sequence[Line], rows: Sequence[float], columns: Sequence[float], ruled: _Ruled) -> Grid:
    cells = _cells(inside, rows, columns, ruled.down)
    return Grid(cells, rows[0], not ruled.closes(rows[0]), not ruled.closes(rows[-1]))


def grid_between(inside: Sequence[Line], rows: Sequence[float], columns: Sequence[float]) -> Grid:
    """The lines as a table of these rows and columns, all of them whole."""
    down = [Rule(place, rows[-1], rows[0]) for place in columns]
    return Grid(_cells(inside, rows, columns, down), rows[0])


def _is_box_beside_text(inside: Sequence[Line], beside: int) -> bool:
    """A frame with lines of its own, round which other lines run; the box of a form has its label beside it."""
    return len(_merged([piece.baseline for piece in inside])) >= _FEW_IN_BOX and beside >= _FEW_BESIDE


def _is_within(piece: Line, columns: Sequence[float]) -> bool:
    """The piece begins between the outer rules, and its last word does; a page narrower than its table cuts cells."""
    begins = columns[0] - _SAME_RULE < piece.left < columns[-1]
    return begins and (piece.words[-1][0].left < columns[-1] or columns[-2] - _SAME_RULE < piece.left)


def rules_of(shapes: Iterable[Shape]) -> tuple[list[Rule], list[Rule]]:
    """The horizontal and the vertical rules among the shapes of a page; the edges of rectangles are rules, too."""
    across: list[Rule] = []
    down: list[Rule] = []
    shapes = list(shapes)
    cells = {edge for box, _ in shapes if box[2] - box[0] > _MIN_RULE for edge in _edges_of_cell(box)}
    for (left, bottom, right, top), _ in shapes:
        if len(across) + len(down) > _MAX_RULES:
            return [], []
        wide, high = right - left, top - bottom
        if high <= _MAX_RULE and wide > _MAX_RULE:
            across.append(Rule((top + bottom) / 2, left, right))
        elif wide <= _MAX_RULE and high > _MAX_RULE:
            down.append(Rule((left + right) / 2, bottom, top))
        elif high > _MAX_RULE and (wide > _MIN_RULE or cells.intersection(_edges_of_cell((left, bottom, right, top)))):
            across.extend([Rule(bottom, left, right), Rule(top, left, right)])
            down.extend([Rule(left, bottom, top), Rule(right, bottom, top)])
    return across, down


def _edges_of_cell(box: Box) -> Iterator[tuple[int, int, int]]:
    """Heights and place of each side of a coloured cell, in steps: a narrow one is a cell beside another as high.

    A box to tick stands beside none.
    """
    left, bottom, right, top = box
    if top - bottom > _MAX_RULE:
        for place in (left, right):
            for step in (-1, 0, 1):
                yield round(bottom), round(top), round(place / _BESIDE) + step


def _tables(across: Sequence[Rule], down: Sequence[Rule]) -> Iterator[_Table]:
    """For each ruled table the heights of its rows' rules, from the top, and the places of its columns' rules."""
    stacks: list[list[Rule]] = []
    for rule in sorted(down, key=lambda rule: -rule.end):
        bottom = min((other.start for other in stacks[-1]), default=0.0) if stacks else None
        if bottom is not None and rule.end > bottom - _SAME_RULE:
            stacks[-1].append(rule)
        else:
            stacks.append([rule])
    for stack in stacks:
        bottom, top = min(rule.start for rule in stack), max(rule.end for rule in stack)
        columns = _merged([rule.place for rule in stack])
        near = [rule for rule in across if bottom - 5 <= rule.place <= top + 5]
        rows = [place for place in _merged([rule.place for rule in near]) if _spans_a_cell(place, near, columns)][::-1]
        if rows:
            # A row that a page's end cuts has no rule there.
            rows = [*([top] if _go_on(stack, top, rows[0]) else []), *rows]
            rows += [bottom] if _go_on(stack, rows[-1], bottom) else []
        if len(columns) >= 2 and len(rows) >= 2:
            yield rows, columns


def _go_on(stack: Sequence[Rule], upper: float, lower: float) -> bool:
    """Three of the vertical rules and more run on between the two heights, farther than they are thick."""
    if upper - lower < _SHORTEST_ROW:
        return False
    middle = (upper + lower) / 2
    return len(_merged([rule.place for rule in stack if rule.start < middle < rule.end])) > 2


def _spans_a_cell(place: float, across: Sequence[Rule], columns: Sequence[float]) -> bool:
    """The rules at a height run through a whole column at least; the line under an underlined word does not."""
    runs = sorted((rule.start, rule.end) for rule in across if abs(rule.place - place) <= _SAME_RULE)
    return any(_covers(runs, left, right) for left, right in pairwise(columns))


def _covers(runs: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    """The runs, sorted by their starts, leave no gap between the two places."""
    reached = left + _SAME_RULE
    for start, end in runs:
        if start <= reached + _SAME_RULE:
            reached = max(reached, end)
    return reached >= right - 2 * _SAME_RULE


def _merged(places: Sequence[float]) -> list[float]:
    """The places in order, those that are nearly equal once."""
    result: list[float] = []
    for place in sorted(places):
        if not result or place - result[-1] > _SAME_RULE:
            result.append(place)
    return result


def _cells(
    pieces: Sequence[Line], rows: Sequence[float], columns: Sequence[float], down: Sequence[Rule]
) -> list[list[list[Line]]]:
    """The lines of each cell; columns between which a row has no rule are one cell, those with no text stay empty."""
    table: list[list[list[Line]]] = []
    for top, bottom in pairwise(rows):
        middle = (top + bottom) / 2
        here = [rule.place for rule in down if rule.start < middle < rule.end]
        borders = [place for place in columns if any(abs(other - place) <= _SAME_RULE for other in here)]
        borders = borders if len(borders) > 1 else [columns[0], columns[-1]]
        in_row = [piece for piece in pieces if bottom < piece.baseline <= top]
        table.append([_cell(in_row, left, right, borders) for left, right in pairwise(borders)])
    return [row for row in table if any(row)]


def _cell(pieces: Sequence[Line], left: float, right: float, borders: Sequence[float]) -> list[Line]:
    """The lines of the cell between two borders; the outermost cells take what hangs over.

    The column of the lines is the cell without its padding, which is taken to be on the right what it is on the left.
    """
    parts = [_part(piece, left, borders) for piece in pieces]
    lines = whole_lines([Line(part) for part in parts if part])
    if lines:
        padding = max(lines[0].column.left - left, 0.0)
        column = Column(lines[0].column.left, max(right - padding, lines[0].column.right))
        for line in lines:
            line.column = column
    return lines


def _part(piece: Line, left: float, borders: Sequence[float]) -> list[Letter]:
    """The letters of a piece on the right of a border, up to the next one: whole words, for rules may cross them."""
    part: list[Letter] = []
    for whole in piece.words:
        for word in _cut_at_borders(whole, borders):
            if _cell_of(word, borders) == left:
                if part:
                    last = part[-1]
                    part.append(Letter(" ", last.right, word[0].left, last.baseline, last.size, False))
                part.extend(word)
    return part


def _cut_at_borders(word: Word, borders: Sequence[float]) -> list[Word]:
    """The word cut where the texts of two cells, each a piece of text of its own in the file, meet at a border."""
    parts: list[Word] = [[word[0]]]
    for before, letter in pairwise(word):
        reach = _NEAR_BORDER * letter.size
        if before.run != letter.run and any(before.right - reach < place < letter.left + reach for place in borders):
            parts.append([letter])
        else:
            parts[-1].append(letter)
    return parts


def _cell_of(word: Word, borders: Sequence[float]) -> float:
    """The left border of the cell in which most of the word stands."""
    inner = borders[1:-1]
    edges = [float("-inf"), *inner, float("inf")]
    shares = [min(word[-1].right, end) - max(word[0].left, start) for start, end in pairwise(edges)]
    return borders[max(range(len(shares)), key=shares.__getitem__)]
