"""Spreadsheets (.xlsx, .xlsb, .xls, .ods): the visible sheets one after the other, each row a row of a table.

What is hidden is not read, as it is not printed; that there is such a thing is told.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from indexer.errors import EmptyFileError, ReadError
from indexer.model import ROLE_LOSS, ROLE_NOTE, Block
from indexer.readers import limits, ole
from indexer.readers.marks import block_of, rows_of
from indexer.readers.package import ENCRYPTED, HOSTILE, calls_itself, is_bomb, names_of, open_package
from indexer.readers.sheet_formats import Shown, shown_in_excel, shown_in_ods, shown_in_xls
from indexer.readers.sheet_layout import Layout, layouts_in_excel, layouts_in_ods, layouts_in_xls

_DAMAGED = "Таблица повреждена: откройте её в Excel или LibreOffice и сохраните заново."
_PANIC = "PanicException"
"""What Rust raises where a ruin is worse than the library has thought of: no Exception, and it cannot be imported."""
_EMPTY = "В таблице нет текста."
_TOO_WIDE = "В таблице слишком много ячеек: оставьте в ней только отчёт и сохраните заново."
_HIDDEN = "Скрытые строки и столбцы таблицы не прочитаны («{text}»): если они нужны, покажите их и сохраните файл."
_HIDDEN_SHEETS = "скрытые листы таблицы не прочитаны: {names}"
_UNSAVED = "Формулы таблицы сохранены без результатов (ячеек: {count}): откройте её в Excel и сохраните заново."
_NOTES = "примечания к ячейкам таблицы не вошли в текст: {count}"
_QUOTED = 60
"""Signs of what is hidden that are quoted."""
_MAX_CELLS = 2_000_000
"""A sheet that is marked down to its last row would have 17 milliards."""

_UNNAMED = re.compile(r"(?:лист|sheet|таблица|table)[\s_]?\d*(?:\s*\(\d+\))?", re.IGNORECASE)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_SNIFFED_BYTES = 4_000


def sniff_package(data: bytes) -> bool:
    """A zip package with a workbook of Excel in it."""
    return any(name.replace("\\\\", "/").startswith("xl/workbook") for name in names_of(data))


def sniff_ods(data: bytes) -> bool:
    """A spreadsheet of OpenDocument, in a package or flat."""
    return calls_itself(data, _ODS) if data.startswith(b"PK") else _is_flat(data)


def _is_flat(data: bytes) -> bool:
    head = data[:_SNIFFED_BYTES]
    return not data.startswith(b"PK") and b"<office:document" in head and _ODS in head


def _packaged(data: bytes) -> bytes:
    """A flat spreadsheet as the part of a package, as the library wants it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", data)
    return target.getvalue()


def sniff_xls(data: bytes) -> bool:
    """A workbook of Excel 97–2003 or 5/95."""
    if not data.startswith(ole.SIGNATURE) or ole.has_stream(data, "EncryptedPackage"):
        return False
    return any(ole.has_stream(data, name) for name in ("Workbook", "Book"))


def read(data: bytes) -> Iterator[Block]:
    """The rows of all visible sheets, a sheet's name as the heading above them where somebody has given it one.

    Raises ``EmptyFileError`` where nothing is printed and ``ReadError`` where the workbook cannot be read.
    """
    if _is_flat(data):
        data = _packaged(data)
    elif not data.startswith(ole.SIGNATURE):
        _check(data)
    try:
        blocks = list(_sheets(CalamineWorkbook.from_filelike(io.BytesIO(data)), _beside(data)))
    except PasswordError as fault:
        raise ReadError(ENCRYPTED) from fault
    except CalamineError as fault:
        raise ReadError(_DAMAGED) from fault
    except BaseException as fault:
        if isinstance(fault, Exception) or type(fault).__name__ != _PANIC:
            raise
        raise ReadError(_DAMAGED) from fault
    if not any(block.text or block.cells for block in blocks if not block.role):
        raise EmptyFileError(" ".join([_EMPTY, *map(_sentence, blocks)]))
    return iter(blocks)


def _sentence(told: Block) -> str:
    return f"{told.text[:1].upper()}{told.text[1:].rstrip('.')}."


def _check(data: bytes) -> None:
    """Raise ``ReadError`` for a package that would become suspiciously large."""
    with open_package(data) as package:
        if any(is_bomb(part.file_size, part.compress_size, limits.MAX_PART_BYTES) for part in package.infolist()):
            raise ReadError(HOSTILE)


@dataclass(frozen=True, slots=True)
class _Beside:
    """By the names of the sheets: what cells show where that is not what they hold, and what else there is."""

    shown: Mapping[str, Shown]
    layouts: Mapping[str, Layout]


def _beside(data: bytes) -> _Beside:
    if data.startswith(ole.SIGNATURE):
        return _Beside(shown_in_xls(data), layouts_in_xls(data))
    with open_package(data) as package:
        if sniff_ods(data):
            return _Beside(shown_in_ods(package), layouts_in_ods(package))
        return _Beside(shown_in_excel(package), layouts_in_excel(package))


def _sheets(book: CalamineWorkbook, beside: _Beside) -> Iterator[Block]:
    """The blocks of all visible sheets, and what is told of the others."""
    hidden = [sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible]
    left_out: list[str] = []
    seen: list[Layout] = []
    for described in book.sheets_metadata:
        if described.name in hidden:
            continue
        sheet = book.get_sheet_by_name(described.name)
        if sheet.total_height * sheet.total_width > _MAX_CELLS:
            raise ReadError(_TOO_WIDE)
        seen.append(layout := beside.layouts.get(described.name, Layout()))
        rows = list(_rows(sheet, beside.shown.get(described.name, {}), layout, left_out))
        rows += [block for text in layout.boxes for line in text.split("\n") if (block := block_of(line))]
        name = None if _UNNAMED.fullmatch(described.name.strip()) else block_of(described.name, heading=1)
        if rows and name:
            yield name
        yield from rows
    yield from _told(seen, left_out, hidden)


def _told(layouts: Iterable[Layout], left_out: list[str], hidden: list[str]) -> Iterator[Block]:
    """A sentence for each thing that was not read."""
    unsaved = sum(layout.unsaved for layout in layouts)
    if unsaved:
        yield Block(_UNSAVED.format(count=unsaved), role=ROLE_LOSS)
    if left_out:
        yield Block(_HIDDEN.format(text=_short(left_out[0])), role=ROLE_LOSS)
    if hidden:
        yield Block(_HIDDEN_SHEETS.format(names=", ".join(f"«{name}»" for name in hidden)), role=ROLE_NOTE)
    if notes := sum(layout.notes for layout in layouts):
        yield Block(_NOTES.format(count=notes), role=ROLE_NOTE)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()}…"


def _rows(sheet: CalamineSheet, shown: Shown, layout: Layout, left_out: list[str]) -> Iterator[Block]:
    """The rows that print something; what stands alone in its row is a paragraph. ``left_out`` takes what is hidden."""
    top, left = sheet.start or (0, 0)
    rows: list[list[str]] = []
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), start=top):
        cells = [shown.get((number, place)) or _printed(value) for place, value in enumerate(row, start=left)]
        unseen = number in layout.hidden_rows
        left_out += [
            cell for place, cell in enumerate(cells, start=left) if cell and (unseen or place in layout.hidden_columns)
        ]
        if not unseen:
            rows.append([cell for place, cell in enumerate(cells, start=left) if place not in layout.hidden_columns])
    yield from rows_of(rows)


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
