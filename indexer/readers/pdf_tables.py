"""Tables that go on over the end of a page: the row that it cuts is one, and the head is printed but once."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.readers.normalize import clean
from indexer.readers.pdf_grids import Grid
from indexer.readers.pdf_lines import Line
from indexer.readers.pdf_page import Page

_Row = list[list[Line]]
_ENDS = (".", "!", "?", ":", ";", "…")


def joined_tables(pages: Sequence[Page]) -> list[list[Line | Grid]]:
    """The lines and tables of each page in order."""
    items = [list(page.in_order()) for page in pages]
    before: tuple[Grid, _Row] | None = None
    """The table that ends the page before, and the head of it."""
    for page in items:
        first, end = (page[0], page[-1]) if page else (None, None)
        goes_on = before is not None and isinstance(first, Grid) and _columns(before[0]) == _columns(first)
        if before and goes_on and isinstance(first, Grid):
            _join(*before, first)
            before = (first if first.rows else before[0], before[1]) if end is first else None
        if isinstance(end, Grid) and not (goes_on and end is first):
            before = end, end.rows[0]
        elif not isinstance(end, Grid):
            before = None
    return [[item for item in page if not isinstance(item, Grid) or item.rows] for page in items]


def _join(above: Grid, head: _Row, below: Grid) -> None:
    """Take out of the table below what is the head once more, and what belongs to the last row above."""
    rows = below.rows[1:] if len(below.rows) > 1 and _texts(below.rows[0]) == _texts(head) else below.rows
    is_cut = above.open_below or below.open_above
    if len(above.rows[-1]) == len(rows[0]) and (is_cut or _is_torn(above.rows[-1], rows[0])):
        above.rows[-1] = [[*first, *rest] for first, rest in zip(above.rows[-1], rows[0], strict=True)]
        rows = rows[1:]
    below.rows = rows


def _columns(grid: Grid) -> int:
    return max((len(row) for row in grid.rows), default=0)


def _texts(row: _Row) -> list[str]:
    return [clean(" ".join(line.text for line in cell)) for cell in row]


def _is_number(cell: Sequence[Line]) -> bool:
    """The cell is whole: the number of its row, a year, a sum."""
    text = "".join(line.text for line in cell)
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _is_torn(above: _Row, below: _Row) -> bool:
    """The row below goes on with the one above: no cell of it begins anew, and one goes on within a sentence."""
    pairs = [(last, rest) for last, rest in zip(above, below, strict=True) if last and rest]
    if not pairs or any(rest and not last for last, rest in zip(above, below, strict=True)):
        return False
    if any(_is_number(last) and not rest[0].text[:1].islower() for last, rest in pairs):
        return False
    open_ends = [not last[-1].text.endswith(_ENDS) for last, _ in pairs]
    # Where the cell above begins with a small letter, such a letter begins cells.
    going = [rest[0].text[:1].islower() and not last[0].text[:1].islower() for last, rest in pairs]
    return all(a or b for a, b in zip(open_ends, going, strict=True)) and any(
        a and b for a, b in zip(open_ends, going, strict=True)
    )
