"""Tables without rules on a page: pieces of lines that begin at the same few places, in rows that wrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from indexer.readers.marks import begins_with_mark
from indexer.readers.pdf_grids import Grid
from indexer.readers.pdf_letters import Letter
from indexer.readers.pdf_lines import Column, Line

_SAME_LINE = 0.35
_SAME_EDGE = 3.0
"""Points by which the beginnings of a column's lines differ."""
_CUT = 0.5
"""Gap, in sizes of letters, of two cells that nearly touch; a blank is narrower."""
_LONGEST_NAME = 40
"""Signs of the name of a column."""
_ENDS = ".,:;?!"
_COLUMNS = (2, 3)
_FEW_LINES, _FEW_WRAPPED = 4, 2
_HANGING = 3.0
"""Width of «12. », in sizes of letters, and what stands between it and its text."""
_NEXT_LINE = 3.5
"""Distance, in sizes of letters, of two lines of one table."""

Rows = list[list[Line]]


def bare_tables(pieces: list[Line]) -> tuple[list[Grid], list[Line]]:
    """The tables among the pieces outside of ruled ones, and the other pieces."""
    rows = _on_lines(pieces)
    grids: list[Grid] = []
    inside: set[int] = set()
    start = free = 0
    while start < len(rows):
        table = _lines_of_table(rows, start)
        end = start + len(table)
        head = _head_above(rows[free:start], table)
        grid = _grid(head, table)
        if grid is None and (lone := _lone_row(table)):
            end = start + len(lone)
            grid = _lone_grid(head, lone)
        if grid:
            grids.append(grid)
            inside.update(id(piece) for row in rows[start - bool(head) : end] for piece in row)
            free = end
        start = max(end, start + 1)
    return grids, [piece for piece in pieces if id(piece) not in inside]


def _on_lines(pieces: Sequence[Line]) -> Rows:
    """The pieces by their height, from left to right."""
    rows: Rows = []
    for piece in sorted(pieces, key=lambda line: -line.baseline):
        if rows and rows[-1][0].baseline - piece.baseline < _SAME_LINE * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _lines_of_table(rows: Rows, start: int) -> Rows:
    """The lines of the table that begins here, cut where its columns begin; few or none where none does."""
    edges = [piece.left for piece in rows[start]]
    if len(edges) not in _COLUMNS:
        return []
    hangs = _hanging(rows[start])
    table = [rows[start]]
    for above, row in pairwise(rows[start:]):
        fitted = row if _stands_in(row, edges, hangs) else _cut(row, edges)
        if not _stands_in(fitted, edges, hangs) or not _is_next(above, row):
            break
        table.append(fitted)
    return table


def _is_next(above: Sequence[Line], row: Sequence[Line]) -> bool:
    return above[0].baseline - row[0].baseline <= _NEXT_LINE * row[0].size


def _cut(row: Sequence[Line], edges: Sequence[float]) -> list[Line]:
    """The pieces cut where a word begins at the edge of a column behind more than a blank: full cells nearly touch."""
    cut: list[Line] = []
    for piece in row:
        part: list[Letter] = []
        for word in piece.words:
            gap = word[0].left - part[-1].right if part else 0.0
            if gap > _CUT * piece.size and any(abs(word[0].left - edge) < _SAME_EDGE for edge in edges):
                cut.append(Line(part))
                part = []
            elif part:
                part.append(Letter(" ", part[-1].right, word[0].left, piece.baseline, piece.size, False))
            part = [*part, *word]
        cut.append(Line(part))
    return cut


def _head_above(rows: Rows, table: Rows) -> list[Line]:
    """The line above the table that names its columns, whose words may stand in their middle; empty where none is."""
    if not rows or len(table) < _FEW_WRAPPED or not _is_next(rows[-1], table[0]):
        return []
    edges = [piece.left for piece in table[0]]
    head = _cut(rows[-1], edges)
    if len(head) == len(edges) and _stands_in(head, edges, [float("inf")] * len(edges)) and _names_columns(head, table):
        return head
    return []


def _names_columns(head: Sequence[Line], below: Rows) -> bool:
    """«Вопрос», «Ответ»: words without an end, below which each cell begins anew."""
    texts = [piece.text.strip() for piece in head]
    short = all(len(text) <= _LONGEST_NAME and not text[0].islower() and text[-1] not in _ENDS for text in texts)
    return short and len(below[0]) == len(head) and not any(_goes_on(piece) for piece in below[0][: len(head) - 1])


def _goes_on(piece: Line) -> bool:
    """The piece goes on with the sentence of the one above it."""
    return piece.letters[0].text.islower()


def _hanging(row: Sequence[Line]) -> list[float]:
    """How far behind the edge of each column its further lines may begin: behind the number of the first."""
    return [_HANGING * piece.size if begins_with_mark(piece.text) else 0.0 for piece in row]


def _stands_in(row: Sequence[Line], edges: Sequence[float], hangs: Sequence[float]) -> bool:
    """Every piece of the line begins at the edge of a column and ends before the next."""
    return all(
        any(
            -_SAME_EDGE < piece.left - edge < _SAME_EDGE + hang and piece.right < behind
            for edge, hang, behind in zip(edges, hangs, (*edges[1:], float("inf")), strict=True)
        )
        for piece in row
    )


def _grid(head: list[Line], rows: Rows) -> Grid | None:
    """The lines as a table, ``None`` where nothing shows that they are rows, or where rows have but one cell.

    ``head`` names the columns and stands above; where it is empty, the first line may do so.
    """
    edges = [piece.left for piece in rows[0]] if rows else []
    if len(rows) + bool(head) < _FEW_LINES or not _stands_in(rows[0], edges, [0.0] * len(edges)):
        return None
    table: _Table | None = None
    if not head and _names_columns(rows[0], rows[1:]):
        head, table = rows[0], _rows_of(rows[1:], edges)
    elif head:
        table = _rows_of(rows, edges)
    table = [[[piece] for piece in head], *table] if table else _rows_of(rows, edges)
    return _as_grid(table, edges) if table else None


def _lone_row(rows: Rows) -> Rows:
    """The lines of a question and of the answer beside it, as far as they go; none where these are no such row.

    Only a question that goes on in its second line tells such a row from lines of a text in columns.
    """
    asking = len(rows[0]) - 2 if rows else 0
    edges = [piece.left for piece in rows[0]] if rows else []
    asked: list[Line] = []
    for number, row in enumerate(rows):
        further = [piece for piece in row if _column(piece, edges) == asking]
        if asked and further and (_asks(asked[-1]) or not _goes_on_asking(further[0])):
            rows = rows[:number]
            break
        asked += further
    whole = len(asked) >= _FEW_WRAPPED and not _goes_on(asked[0]) and _asks(asked[-1])
    beside = [piece for row in rows for piece in row if _column(piece, edges) > asking]
    return rows if whole and len(beside) >= _FEW_WRAPPED and not _goes_on(beside[0]) else []


def _goes_on_asking(piece: Line) -> bool:
    """«сделать в», «2019 году?»"""
    return piece.letters[0].text.islower() or (piece.letters[0].text.isdigit() and not begins_with_mark(piece.text))


def _lone_grid(head: list[Line], rows: Rows) -> Grid:
    edges = [piece.left for piece in rows[0]]
    cells: list[list[Line]] = [[] for _ in edges]
    for row in rows:
        for piece in row:
            cells[_column(piece, edges)].append(piece)
    return _as_grid([*([[[piece] for piece in head]] if head else []), cells], edges)


def _as_grid(table: _Table, edges: Sequence[float]) -> Grid:
    for place, edge in enumerate(edges):
        lines = [line for cells in table for line in cells[place]]
        column_box = Column(edge, max(line.right for line in lines))
        for line in lines:
            line.column = column_box
    top = table[0][0][0]
    return Grid(table, top.baseline + top.size)


_Table = list[list[list[Line]]]


def _rows_of(rows: Rows, edges: Sequence[float]) -> _Table | None:
    """The lines in rows of cells, by whatever shows where rows begin."""
    asking = len(edges) - 2
    return (
        _by_questions(rows, edges, asking) or _by_questions(rows, edges, asking + 1) or _by_small_letters(rows, edges)
    )


def _by_small_letters(rows: Rows, edges: Sequence[float]) -> _Table | None:
    """The rows of a table whose cells go on in small letters."""
    wrapped = sum(_goes_on(piece) for row in rows for piece in row)
    if wrapped < _FEW_WRAPPED:
        return None
    return _table(rows, edges, lambda row, _: len(row) > 1 and not any(_goes_on(piece) for piece in row))


def _by_questions(rows: Rows, edges: Sequence[float], asking: int) -> _Table | None:
    """The rows of a table of questions and answers: a row begins where a question stands behind a finished one.

    ``asking`` is the column of the questions.
    """
    table = _table(
        rows,
        edges,
        lambda row, cells: (
            bool(cells[asking]) and _asks(cells[asking][-1]) and any(_column(piece, edges) == asking for piece in row)
        ),
    )
    return table if table and all(_asks(cells[asking][-1]) for cells in table) else None


def _asks(line: Line) -> bool:
    return line.text.rstrip().endswith("?")


def _table(rows: Rows, edges: Sequence[float], begins: Callable[[list[Line], list[list[Line]]], bool]) -> _Table | None:
    """The lines in rows of cells, ``None`` where there are few rows or some cell is empty.

    ``begins`` tells whether a line begins a row behind the row above it.
    """
    table: _Table = []
    for row in rows:
        if not table or begins(row, table[-1]):
            table.append([[] for _ in edges])
        for piece in row:
            table[-1][_column(piece, edges)].append(piece)
    return table if len(table) >= _FEW_WRAPPED and all(all(cells) for cells in table) else None


def _column(piece: Line, edges: Sequence[float]) -> int:
    """The number of the column that the piece belongs to."""
    return min(range(len(edges)), key=lambda place: abs(edges[place] - piece.left))
