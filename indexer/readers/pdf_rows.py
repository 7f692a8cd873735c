"""Tables whose rows alone are parted, by rules across the page, coloured bands or space: columns are empty stripes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf_grids import Grid, Rule, grid_between
from indexer.readers.pdf_lines import Column, Line
from indexer.readers.pdf_words import Word

_SAME_HEIGHT, _SAME_EDGE = 3.0, 6.0
"""Points by which the rules of one table differ."""
_SHORTEST_RULE = 100.0
_GUTTER = 0.5
"""Width, in sizes of letters, of the narrowest stripe between two columns: a blank takes a third."""
_HANGS_OVER = 3.0
_NEXT_LINE = 2.0
"""Distance, in sizes of letters, of two lines of a row that no rule closes."""
_FEWEST_ROWS = 2
_FEWEST_SPACED = 3
_SPACED = 1.25
"""Distance of two rows in steps of the lines of one."""
_LEAST_STEP, _SAME_LINE = 0.9, 0.35
"""Distance, in sizes of letters, of two lines and of two pieces of one line."""
_WIDE = 0.7
_MOSTLY = 0.5
"""Part of the lines of a column that begin at its edge, and of the stripes behind which they do."""
_SHORTEST_WORD = 3

Stripe = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Stack:
    """Rules of one width below one another."""

    left: float
    right: float
    heights: list[float]
    """From the top."""


@dataclass(slots=True)
class _Table:
    """Rows that leave the same stripes free."""

    rows: list[list[Line]]
    borders: list[float]
    """The heights between which the rows stand, from the top."""
    stripes: list[Stripe]


def tables_of_rows(across: Sequence[Rule], down: Sequence[Rule], pieces: list[Line]) -> tuple[list[Grid], list[Line]]:
    """The tables among the pieces whose columns are not ruled, or only in some rows, and the other pieces."""
    grids: list[Grid] = []
    for stack in _stacks(across):
        inner = [rule for rule in down if stack.left + _SAME_EDGE < rule.place < stack.right - _SAME_EDGE]
        for table in _tables(stack, pieces):
            if _is_ruled(table, inner):
                continue
            inside = {id(piece) for row in table.rows for piece in row}
            columns = [stack.left, *((start + end) / 2 for start, end in table.stripes), stack.right]
            grids.append(_grid([piece for row in table.rows for piece in row], table.borders, columns))
            pieces = [piece for piece in pieces if id(piece) not in inside]
    return grids, pieces


def tables_of_space(pieces: list[Line]) -> tuple[list[Grid], list[Line]]:
    """The tables among the pieces whose rows stand farther apart than lines do, and the other pieces."""
    rows = _spaced_rows(pieces)
    if len(rows) < _FEWEST_SPACED:
        return [], pieces
    page = _Stack(min(piece.left for piece in pieces), max(piece.right for piece in pieces), [])
    grids: list[Grid] = []
    table: list[list[Line]] = []
    stripes: list[Stripe] = []
    for row in [*rows, []]:
        own = [stripe for stripe in _stripes(row, page) if _parts(stripe, [row])]
        common = _common(stripes, own) if table else own
        if row and common:
            table, stripes = [*table, row], common
            continue
        if _is_spaced_table(table, stripes):
            columns = [page.left, *((start + end) / 2 for start, end in stripes), page.right]
            grids.append(_grid([piece for cells in table for piece in cells], _between(table), columns))
            inside = {id(piece) for cells in table for piece in cells}
            pieces = [piece for piece in pieces if id(piece) not in inside]
        table, stripes = ([row], own) if own else ([], [])
    return grids, pieces


def _grid(inside: Sequence[Line], borders: Sequence[float], columns: Sequence[float]) -> Grid:
    """The lines as a table whose columns are as wide as their longest lines, for nothing else tells how wide."""
    grid = grid_between(inside, borders, columns)
    for place in range(len(columns) - 1):
        lines = [line for row in grid.rows for line in row[place]]
        if lines:
            box = Column(min(line.left for line in lines), max(line.right for line in lines))
            for line in lines:
                line.column = box
    return grid


def _spaced_rows(pieces: Sequence[Line]) -> list[list[Line]]:
    """The pieces cut where they stand farther apart than the lines of one paragraph, from the top."""
    lines = sorted(pieces, key=lambda line: -line.baseline)
    steps = (above.baseline - below.baseline for above, below in pairwise(lines))
    usual = min((step for step in steps if step > _LEAST_STEP * lines[0].size), default=0.0)
    if not usual:
        return []
    rows: list[list[Line]] = [lines[:1]]
    for above, below in pairwise(lines):
        if above.baseline - below.baseline > _SPACED * usual:
            rows.append([])
        rows[-1].append(below)
    return rows


def _between(rows: Sequence[Sequence[Line]]) -> list[float]:
    """The heights in the middle between rows, and beyond the first and the last one."""
    first, last = rows[0][0], rows[-1][-1]
    middles = [(above[-1].baseline + below[0].baseline + below[0].size) / 2 for above, below in pairwise(rows)]
    return [first.baseline + first.size, *middles, last.baseline - last.size]


def _is_spaced_table(rows: Sequence[Sequence[Line]], stripes: Sequence[Stripe]) -> bool:
    """Several rows, one of which wraps, whose cells begin at one height; not items behind their numbers."""
    if len(rows) < _FEWEST_SPACED or not any(row[0].baseline - row[-1].baseline > row[0].size for row in rows):
        return False
    columns = [
        [_from(row, start, end) for row in rows] for start, end in pairwise([0.0, *(s[1] for s in stripes), 1e9])
    ]
    tops = [[cell[0][0].baseline for cell in cells if cell] for cells in zip(*columns, strict=True)]
    level = all(max(row) - min(row) < _SAME_LINE * rows[0][0].size for row in tops)
    named = [sum(map(_has_words, column)) >= _FEWEST_SPACED for column in columns]
    return (
        level
        and _are_edges(stripes, rows)
        and any(named[:-1])
        and any(end - start >= _WIDE * rows[0][0].size for start, end in stripes)
    )


def _from(row: Sequence[Line], start: float, end: float) -> list[Word]:
    """The words of a row between two places, from the top."""
    return [word for piece in row for word in piece.words if start - _HANGS_OVER < word[0].left < end - _HANGS_OVER]


def _has_words(cell: Sequence[Word]) -> bool:
    """Not «1.» and not «–»."""
    return any(len(word) >= _SHORTEST_WORD and word[0].text.isalpha() for word in cell)


def _is_ruled(table: _Table, down: Sequence[Rule]) -> bool:
    """Rules part the columns of every row that has more than one, or columns that leave no stripe free."""
    here = [
        [rule for rule in down if rule.start < (top + bottom) / 2 < rule.end] for top, bottom in pairwise(table.borders)
    ]
    parted = [any(_parts(stripe, [row]) for stripe in table.stripes) for row in _in_rows(table)]
    if all(rules for rules, is_parted in zip(here, parted, strict=True) if is_parted):
        return True
    places = (rule.place for rules in here for rule in rules)
    return not all(
        any(start - _SAME_EDGE < place < end + _SAME_EDGE for start, end in table.stripes) for place in places
    )


def _in_rows(table: _Table) -> list[list[Line]]:
    """The lines of the table between its borders, also where a rule had none below it."""
    lines = [piece for row in table.rows for piece in row]
    return [[piece for piece in lines if bottom < piece.baseline < top] for top, bottom in pairwise(table.borders)]


def _stacks(across: Sequence[Rule]) -> Iterator[_Stack]:
    """The rules of a page by their edges."""
    stacks: dict[tuple[int, int], _Stack] = {}
    for height, left, right in _whole_rules(across):
        key = round(left / _SAME_EDGE), round(right / _SAME_EDGE)
        near = ((key[0] + a, key[1] + b) for a in (0, -1, 1) for b in (0, -1, 1))
        stack = next((stacks[place] for place in near if place in stacks), None)
        if stack is None:
            stacks[key] = _Stack(left, right, [height])
        else:
            stack.heights.append(height)
    return (stack for stack in stacks.values() if len(stack.heights) > 1)


def _whole_rules(across: Sequence[Rule]) -> Iterator[tuple[float, float, float]]:
    """Height, left and right of the long rules from the top; the borders of cells side by side are one."""
    rules = sorted(across, key=lambda rule: -rule.place)
    start = 0
    for place, rule in enumerate(rules):
        if place + 1 < len(rules) and rules[start].place - rules[place + 1].place <= _SAME_HEIGHT:
            continue
        runs = sorted((other.start, other.end) for other in rules[start : place + 1])
        left, right = runs[0]
        for begin, end in runs[1:]:
            if begin > right + _SAME_EDGE:
                if right - left >= _SHORTEST_RULE:
                    yield rule.place, left, right
                left, right = begin, end
            right = max(right, end)
        if right - left >= _SHORTEST_RULE:
            yield rule.place, left, right
        start = place + 1


def _tables(stack: _Stack, pieces: Sequence[Line]) -> Iterator[_Table]:
    """The tables between the rules of a stack, each as long as its rows leave some stripes free."""
    table: _Table | None = None
    ordered = sorted(pieces, key=_height)
    heights = list(map(_height, ordered))
    for top, bottom in pairwise(stack.heights):
        row = ordered[bisect_right(heights, -top) : bisect_left(heights, -bottom)]
        stripes = _stripes(row, stack) if row else []
        if table and row and stripes:
            common = _common(table.stripes, stripes)
            if common:
                table.rows.append(row)
                table.borders.append(bottom)
                table.stripes = common
                continue
        if table and row and (found := _whole(table, stack, pieces)):
            yield found
        if row:
            table = _Table([row], [top, bottom], stripes) if stripes else None
    if table and (found := _whole(table, stack, pieces)):
        yield found


def _height(piece: Line) -> float:
    """The height of a line, by which the uppermost comes first."""
    return -piece.baseline


def _whole(table: _Table, stack: _Stack, pieces: Sequence[Line]) -> _Table | None:
    """The table with its first and last row, which nothing may close; ``None`` where nothing shows that it is one."""
    # Between the rules of the stack all has been looked at.
    if table.borders[0] == stack.heights[0] and (above := _row_beyond(table, stack, pieces, upwards=True)):
        table.rows.insert(0, above)
        table.borders.insert(0, above[-1].baseline + above[-1].size)
    if table.borders[-1] == stack.heights[-1] and (below := _row_beyond(table, stack, pieces, upwards=False)):
        table.rows.append(below)
        table.borders.append(below[-1].baseline - below[-1].size)
    inner = [stripe for stripe in table.stripes if _parts(stripe, table.rows)]
    if not _are_edges(inner, table.rows) or not (len(table.rows) >= _FEWEST_ROWS or _asks(table.rows[0])):
        return None
    return _Table(table.rows, table.borders, inner)


def _row_beyond(table: _Table, stack: _Stack, pieces: Sequence[Line], *, upwards: bool) -> list[Line]:
    """The lines right beyond the outermost rule that stand in the columns of the table, if in more than one."""
    sign = 1 if upwards else -1
    border = table.borders[0 if upwards else -1]
    row: list[Line] = []
    reached = border
    for piece in sorted(pieces, key=lambda line: sign * line.baseline):
        step = sign * (piece.baseline - reached)
        if sign * (piece.baseline - border) <= 0:
            continue
        if step > _NEXT_LINE * piece.size or not _common(table.stripes, _stripes([piece], stack)):
            break
        row.append(piece)
        reached = piece.baseline
    stripes = _common(table.stripes, _stripes(row, stack)) if row else []
    return row if any(_parts(stripe, [row]) for stripe in stripes) else []


def _parts(stripe: Stripe, rows: Sequence[Sequence[Line]]) -> bool:
    """Text stands on both sides of the stripe, in one of the rows at least."""
    return any(
        any(piece.left < stripe[0] for piece in row) and any(piece.right > stripe[1] for piece in row) for row in rows
    )


def _are_edges(stripes: Sequence[Stripe], rows: Sequence[Sequence[Line]]) -> bool:
    """Columns begin behind most of the stripes; the middle of narrow ones may be where their words stand."""
    edges = sum(_is_edge(stripe, rows) for stripe in stripes)
    return edges > 0 and edges >= _MOSTLY * len(stripes)


def _is_edge(stripe: Stripe, rows: Sequence[Sequence[Line]]) -> bool:
    """What stands behind the stripe begins at one place, line for line: in justified text blanks meet by chance."""
    behind = [
        min(starts)
        for row in rows
        for piece in row
        if (starts := [word[0].left for word in piece.words if word[0].left > stripe[0]])
    ]
    places = sorted(behind)
    aligned = max((bisect_right(places, place + _HANGS_OVER) - at for at, place in enumerate(places)), default=0)
    return aligned > _MOSTLY * len(behind)


def _asks(row: Sequence[Line]) -> bool:
    """A row alone is one of a table where one of its cells asks; else it is text in columns below a head."""
    return any(piece.text.rstrip().endswith("?") for piece in row)


def _stripes(row: Sequence[Line], stack: _Stack) -> list[Stripe]:
    """The stripes between the edges of the stack in which no word of the row stands; none where some hangs over."""
    words = sorted((word[0].left, word[-1].right) for piece in row for word in piece.words)
    if not words or words[0][0] < stack.left - _HANGS_OVER or max(end for _, end in words) > stack.right + _HANGS_OVER:
        return []
    least = _GUTTER * max(piece.size for piece in row)
    stripes: list[Stripe] = []
    reached = stack.left
    for start, end in (*words, (stack.right, stack.right)):
        if start - reached >= least:
            stripes.append((reached, start))
        reached = max(reached, end)
    return stripes


def _common(stripes: Sequence[Stripe], others: Sequence[Stripe]) -> list[Stripe]:
    """The parts that stripes have in common, if they are wide enough for a gap between two words."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in stripes for b in others)
    return [(start, end) for start, end in pairs if end - start >= _HANGS_OVER]
