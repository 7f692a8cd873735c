"""Spreadsheets (.xlsx, .xlsb, .xls, .ods): the visible sheets one after the other, each row a row of a table."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers import limits, ole
from indexer.readers.marks import block_of, rows_of
from indexer.readers.package import ENCRYPTED, HOSTILE, is_bomb, names_of, open_package
from indexer.readers.sheet_formats import Shown, shown_in_excel, shown_in_ods, shown_in_xls

_DAMAGED = "Таблица повреждена: откройте её в Excel или LibreOffice и сохраните заново."
_PANIC = "PanicException"
"""What Rust raises where a ruin is worse than the library has thought of: no Exception, and it cannot be imported."""
_EMPTY = "В таблице нет текста."
_TOO_WIDE = "В таблице слишком много ячеек: оставьте в ней только отчёт и сохраните заново."
_MAX_CELLS = 2_000_000
"""A sheet that is marked down to its last row would have 17 milliards."""

_UNNAMED = re.compile(r"(?:лист|sheet|таблица|table)[\s_]?\d*(?:\s*\(\d+\))?", re.IGNORECASE)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MIMETYPE_BYTES = 200


def sniff_package(data: bytes) -> bool:
    """A zip package with a workbook of Excel in it."""
    return any(name.replace("\\\\", "/").startswith("xl/workbook") for name in names_of(data))


def sniff_ods(data: bytes) -> bool:
    """A spreadsheet of OpenDocument."""
    return data.startswith(b"PK\x03\x04") and _ODS in data[:_MIMETYPE_BYTES]


def sniff_xls(data: bytes) -> bool:
    """A workbook of Excel 97–2003 or 5/95."""
    if not data.startswith(ole.SIGNATURE) or ole.has_stream(data, "EncryptedPackage"):
        return False
    return any(ole.has_stream(data, name) for name in ("Workbook", "Book"))


def read(data: bytes) -> Iterator[Block]:
    """The rows of all visible sheets, a sheet's name as the heading above them where somebody has given it one.

    Raises ``EmptyFileError`` where nothing is printed and ``ReadError`` where the workbook cannot be read.
    """
    if not data.startswith(ole.SIGNATURE):
        _check(data)
    try:
        blocks = list(_sheets(CalamineWorkbook.from_filelike(io.BytesIO(data)), _shown(data)))
    except PasswordError as fault:
        raise ReadError(ENCRYPTED) from fault
    except CalamineError as fault:
        raise ReadError(_DAMAGED) from fault
    except BaseException as fault:
        if isinstance(fault, Exception) or type(fault).__name__ != _PANIC:
            raise
        raise ReadError(_DAMAGED) from fault
    if not blocks:
        raise EmptyFileError(_EMPTY)
    return iter(blocks)


def _check(data: bytes) -> None:
    """Raise ``ReadError`` for a package that would become suspiciously large."""
    with open_package(data) as package:
        if any(is_bomb(part.file_size, part.compress_size, limits.MAX_PART_BYTES) for part in package.infolist()):
            raise ReadError(HOSTILE)


def _shown(data: bytes) -> dict[str, Shown]:
    """What cells show where that is not what they hold."""
    if data.startswith(ole.SIGNATURE):
        return shown_in_xls(data)
    with open_package(data) as package:
        return shown_in_ods(package) if sniff_ods(data) else shown_in_excel(package)


def _sheets(book: CalamineWorkbook, shown: dict[str, Shown]) -> Iterator[Block]:
    """The blocks of all visible sheets."""
    for described in book.sheets_metadata:
        if described.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(described.name)
        if sheet.total_height * sheet.total_width > _MAX_CELLS:
            raise ReadError(_TOO_WIDE)
        rows = list(_rows(sheet, shown.get(described.name, {})))
        name = None if _UNNAMED.fullmatch(described.name.strip()) else block_of(described.name, heading=1)
        if rows and name:
            yield name
        yield from rows


def _rows(sheet: CalamineSheet, shown: Shown) -> Iterator[Block]:
    """The rows that print something; what stands alone in its row is a paragraph."""
    top, left = sheet.start or (0, 0)
    yield from rows_of(
        [shown.get((number, place)) or _printed(value) for place, value in enumerate(row, start=left)]
        for number, row in enumerate(sheet.to_python(skip_empty_area=True), start=top)
    )


def _printed(value: object) -> str:
    """A cell as it is shown where it has no format of its own: «12», «0,5», «31.12.2019», «да»."""
    match value:
        case bool():
            return "да" if value else "нет"
        case float():
            return str(int(value)) if value.is_integer() else repr(round(value, 10)).replace(".", ",")
        case datetime.datetime() if value.time() != datetime.time():
            return value.strftime("%d.%m.%Y %H:%M")
        case datetime.date():
            return value.strftime("%d.%m.%Y")
        case datetime.time():
            return value.strftime("%H:%M")
        case _:
            return str(value)
