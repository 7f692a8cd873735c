"""Tables without rules on a page: pieces of lines that begin at the same few places, in rows that wrap."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.readers.pdf_grids import Grid
from indexer.readers.pdf_lines import Column, Line

_SAME_LINE = 0.35
_SAME_EDGE = 3.0
"""Points by which the beginnings of a column's lines differ."""
_COLUMNS = (2, 3)
_FEW_LINES, _FEW_WRAPPED = 4, 2
_NEXT_LINE = 3.5
"""Distance, in sizes of letters, of two lines of one table."""

Rows = list[list[Line]]


def bare_tables(pieces: list[Line]) -> tuple[list[Grid], list[Line]]:
    """The tables among the pieces outside of ruled ones, and the other pieces."""
    rows = _on_lines(pieces)
    grids: list[Grid] = []
    inside: set[int] = set()
    start = 0
    while start < len(rows):
        end = _end_of_table(rows, start)
        if end > start and (grid := _grid(rows[start:end])):
            grids.append(grid)
            inside.update(id(piece) for row in rows[start:end] for piece in row)
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


def _end_of_table(rows: Rows, start: int) -> int:
    """The number of the first line below the table that begins here; ``start`` where none does."""
    edges = [piece.left for piece in rows[start]]
    if len(edges) not in _COLUMNS:
        return start
    end = start + 1
    while end < len(rows) and _stands_in(rows[end], edges):
        if rows[end - 1][0].baseline - rows[end][0].baseline > _NEXT_LINE * rows[end][0].size:
            break
        end += 1
    return end


def _stands_in(row: Sequence[Line], edges: Sequence[float]) -> bool:
    """Every piece of the line begins at the edge of a column and ends before the next."""
    return all(
        any(
            abs(piece.left - edge) < _SAME_EDGE and piece.right < behind
            for edge, behind in zip(edges, (*edges[1:], float("inf")), strict=True)
        )
        for piece in row
    )


def _grid(rows: Rows) -> Grid | None:
    """The lines as a table, ``None`` where few of them wrap or rows have but one cell."""
    edges = [piece.left for piece in rows[0]]
    wrapped = sum(piece.letters[0].text.islower() for row in rows for piece in row)
    if len(rows) < _FEW_LINES or wrapped < _FEW_WRAPPED or not _stands_in(rows[0], edges):
        return None
    table: list[list[list[Line]]] = []
    for row in rows:
        if not table or (len(row) > 1 and not any(piece.letters[0].text.islower() for piece in row)):
            table.append([[] for _ in edges])
        for piece in row:
            column = min(range(len(edges)), key=lambda place: abs(edges[place] - piece.left))
            table[-1][column].append(piece)
    if len(table) < _FEW_WRAPPED or any(sum(map(bool, cells)) < len(edges) for cells in table):
        return None
    for place, edge in enumerate(edges):
        lines = [line for cells in table for line in cells[place]]
        column_box = Column(edge, max(line.right for line in lines))
        for line in lines:
            line.column = column_box
    return Grid(table, rows[0][0].baseline + rows[0][0].size)
