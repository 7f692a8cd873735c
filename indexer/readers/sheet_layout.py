"""What a spreadsheet holds besides the values of its cells: what is hidden, text boxes, notes, lost results."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

import xlrd
from lxml import etree

from indexer.readers.package import Package, parse_part
from indexer.readers.sheet_formats import MAX_XLS_BYTES, cell_place, excel_sheets, repeated

_M = "{*}"
_DRAWING_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_UNSEEN = ("collapse", "filter")
_TRUE = ("1", "true")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass(frozen=True, slots=True)
class Layout:
    """Of one sheet; rows and columns from 0."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    boxes: tuple[str, ...] = ()
    """Texts of the boxes drawn on it."""
    notes: int = 0
    """Notes at its cells."""
    unsaved: int = 0
    """Formulas whose results the program that wrote the file has not saved."""


def layouts_in_excel(package: Package) -> dict[str, Layout]:
    """The layout of each sheet of an .xlsx by its name."""
    return {name: _excel_layout(package, part) for name, part in excel_sheets(package)}


def _excel_layout(package: Package, part: str) -> Layout:
    root = parse_part(package, part)
    if root is None:
        return Layout()
    drawn = list(_related(package, part, "/drawing"))
    notes = [parse_part(package, name) for name in _related(package, part, "/comments")]
    return Layout(
        frozenset(_hidden_rows(root)),
        frozenset(_hidden_columns(root)),
        tuple(text for name in drawn for text in _drawn_texts(parse_part(package, name))),
        sum(len(list(found.iter(f"{_M}comment"))) for found in notes if found is not None),
        sum(map(_has_no_result, root.iter(f"{_M}c"))),
    )


def _has_no_result(cell: etree._Element) -> bool:
    """A formula without its result; a text may be empty."""
    return cell.find(f"{_M}f") is not None and cell.get("t") != "str" and not cell.findtext(f"{_M}v")


def _hidden_rows(root: etree._Element) -> Iterator[int]:
    for row in root.iter(f"{_M}row"):
        first = next((cell_place(cell) for cell in row), None)
        number = row.get("r") or ""
        if row.get("hidden") in _TRUE and (number.isdigit() or first):
            yield int(number) - 1 if number.isdigit() else first[0] if first else 0


def _hidden_columns(root: etree._Element) -> Iterator[int]:
    for column in root.iter(f"{_M}col"):
        first, last = column.get("min") or "", column.get("max") or ""
        if column.get("hidden") in _TRUE and first.isdigit() and last.isdigit():
            yield from range(int(first) - 1, min(int(last), _LAST_COLUMN))


def _related(package: Package, part: str, kind: str) -> Iterator[str]:
    """The parts of a kind that a sheet refers to."""
    folder, _, name = part.rpartition("/")
    relations = parse_part(package, f"{folder}/_rels/{name}.rels")
    for relation in relations if relations is not None else ():
        target = relation.get("Target") or ""
        if (relation.get("Type") or "").endswith(kind) and relation.get("TargetMode") != "External":
            yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _drawn_texts(drawing: etree._Element | None) -> Iterator[str]:
    """The text of each shape, a line for each paragraph."""
    for body in drawing.iter(f"{_M}txBody") if drawing is not None else ():
        paragraphs = body.iterchildren(f"{_DRAWING_TEXT}p")
        lines = ["".join(piece.text or "" for piece in line.iter(f"{_DRAWING_TEXT}t")) for line in paragraphs]
        if text := "\n".join(filter(str.strip, lines)):
            yield text


def layouts_in_ods(package: Package) -> dict[str, Layout]:
    """The layout of each sheet of an .ods by its name."""
    root = parse_part(package, "content.xml")
    tables = [] if root is None else list(root.iter(f"{_TABLE}table"))
    return {table.get(f"{_TABLE}name") or "": _ods_layout(table) for table in tables}


def _ods_layout(table: etree._Element) -> Layout:
    return Layout(
        frozenset(_unseen(table, "row", _LAST_ROW)),
        frozenset(_unseen(table, "column", _LAST_COLUMN)),
        tuple(filter(None, map(_paragraphs, table.iter(f"{_DRAW}text-box")))),
        len(list(table.iter(f"{_OFFICE}annotation"))),
        sum(_is_unsaved(cell) for cell in table.iter(f"{_TABLE}table-cell")),
    )


def _unseen(table: etree._Element, what: str, last: int) -> Iterator[int]:
    """The numbers of the rows or columns that are not shown."""
    place = 0
    for element in table.iter(f"{_TABLE}table-{what}"):
        behind = place + repeated(element, f"{what}s")
        if element.get(f"{_TABLE}visibility") in _UNSEEN:
            yield from range(place, min(behind, last))
        place = behind


def _paragraphs(element: etree._Element) -> str:
    lines = ("".join(map(str, line.itertext())) for line in element.iter(f"{_TEXT}p"))
    return "\n".join(filter(str.strip, lines))


def _is_unsaved(cell: etree._Element) -> bool:
    return (
        cell.get(f"{_TABLE}formula") is not None
        and cell.get(f"{_OFFICE}value-type") is None
        and cell.find(f"{_TEXT}p") is None
    )


def layouts_in_xls(data: bytes) -> dict[str, Layout]:
    """The hidden rows and columns and the notes of each sheet of an .xls by its name."""
    if len(data) > MAX_XLS_BYTES:
        return {}
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        return {
            sheet.name: Layout(
                frozenset(row for row, seen in sheet.rowinfo_map.items() if seen.hidden),
                frozenset(column for column, seen in sheet.colinfo_map.items() if seen.hidden),
                notes=len(sheet.cell_note_map),
            )
            for sheet in book.sheets()
        }
    except Exception:  # what it stumbles over, the reader of the values may know
        return {}
