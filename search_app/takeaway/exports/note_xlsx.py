"""A note as an Excel workbook: one row for each item, its tables on sheets of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import islice

from search_app.takeaway.exports.cells import Cell
from search_app.takeaway.exports.note import ITEM_COLUMNS, ITEM_WIDTHS, MOST_ROWS, Note, Table, item_rows
from search_app.takeaway.exports.xlsx_file import Sheet, workbook
from search_app.wording.numbers import grouped

_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'"))
_FIRST_COLUMN, _COLUMN = 24, 14


def document(note: Note, root: str, day: date, limit: int = MOST_ROWS) -> BytesIO:
    """The workbook of the note; ``root`` is the address of the site, ``day`` that of access.

    Raises MissingToolError where the optional package is not installed.
    """
    notice = f"Здесь только первые {grouped(limit)} строк из {grouped(note.quotes)}." if note.quotes > limit else ""
    items = Sheet("Цитаты", ITEM_COLUMNS, ITEM_WIDTHS, islice(item_rows(note, root, day), limit), notice)
    tables = [_sheet(table, number) for number, table in enumerate(note.tables, 1)]
    told = [("Название", note.title), *note.about, *(("Главное", sentence) for sentence in note.summary)]
    return workbook([items, *tables], told)


def _sheet(table: Table, number: int) -> Sheet:
    head, *rows = table.rows
    name = table.title.translate(_NOT_IN_SHEET_NAMES)[:_LONGEST_SHEET_NAME].strip() or f"Таблица {number}"
    widths = (_FIRST_COLUMN, *[_COLUMN] * (len(head) - 1))
    return Sheet(name, head, widths, _numbers(rows))


def _numbers(rows: Iterable[tuple[str, ...]]) -> Iterable[list[Cell]]:
    """Cells of digits alone as numbers, so that they can be added up."""
    for row in rows:
        yield [int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else cell for cell in row]
