"""An Excel workbook: the answers, or the items of a note, on one sheet, where they come from on another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from indexer.errors import MissingToolError
from search_app.takeaway.exports.cells import COLUMNS, Cell, printable, row
from search_app.takeaway.extracts import Selection

LIMIT = 1000
"""Answers: the file is made in one piece while the reader waits."""

_WIDTHS = (18, 10, 24, 20, 36, 90, 28, 16, 40, 40, 28)
"""Of the columns, in characters."""
_LONGEST_CELL = 32_767
"""Characters in a cell: Excel's own limit."""


def answers(chosen: Selection, root: str, about: list[tuple[str, str]], limit: int = LIMIT) -> BytesIO:
    """The workbook; ``about`` are names and values for the second sheet.

    Raises MissingToolError where the optional package is not installed.
    """
    vocabulary = chosen.engine.vocabulary
    remarked = bool(chosen.written.notes)
    rows = (
        [*row(extract, vocabulary, root), *([chosen.written.note(extract.name)] if remarked else [])]
        for extract in chosen.extracts(limit)
    )
    columns, widths = ((*COLUMNS, "Пометка"), (*_WIDTHS, 40)) if remarked else (COLUMNS, _WIDTHS)
    return workbook(
        [Sheet("Ответы", columns, widths, rows, chosen.shortened(limit))], [("Запрос", chosen.title), *about]
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook."""

    title: str
    """At most 31 letters."""
    columns: Sequence[str]
    widths: Sequence[int]
    """Of the columns, in characters."""
    rows: Iterable[Sequence[Cell]]
    notice: str = ""
    """Told below the rows."""


def workbook(sheets: Iterable[Sheet], about: Iterable[tuple[str, str]]) -> BytesIO:
    """Tables, each on a sheet of its own, and a last sheet with names and values that tell what they are.

    Raises MissingToolError where the optional package is not installed.
    """
    xlsxwriter = _library()
    buffer = BytesIO()
    # No text becomes a formula, a link or a number by looking like one.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True} | plain)
    for sheet in sheets:
        _table_sheet(book, sheet)
    _about_sheet(book, about)
    book.close()
    buffer.seek(0)
    return buffer


def _library() -> Any:
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingToolError("Таблица Excel не составлена: на сервере нет пакета xlsxwriter.") from error
    return xlsxwriter


def _table_sheet(book: Any, table: Sheet) -> None:
    sheet = book.add_worksheet(table.title)
    # With the quote prefix a text stays one even after somebody has edited the cell.
    text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    number = book.add_format({"valign": "top"})
    head = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})
    for place, width in enumerate(table.widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, table.columns, head)
    last = 0
    for last, cells in enumerate(table.rows, 1):
        for place, cell in enumerate(cells):
            _write(sheet, last, place, cell, number if isinstance(cell, int) else text)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)
    if table.notice:
        sheet.write_string(last + 1, 0, table.notice)


def _about_sheet(book: Any, about: Iterable[tuple[str, str]]) -> None:
    sheet = book.add_worksheet("О выгрузке")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    bold = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    for line, (name, value) in enumerate(about):
        sheet.write_string(line, 0, name, bold)
        _write(sheet, line, 1, value, text)


def _write(sheet: Any, line: int, place: int, cell: Cell, look: Any) -> None:
    if isinstance(cell, int):
        sheet.write_number(line, place, cell, look)
    else:
        text = printable(cell)
        sheet.write_string(line, place, text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…", look)
