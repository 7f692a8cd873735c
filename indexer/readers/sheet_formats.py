"""Numbers of spreadsheets as their cells show them: «50 %», «1 234 567,50», «12 000 руб.», not what is stored."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import xlrd
from lxml import etree

from indexer.readers.package import Package, parse_part

_M = "{*}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00",
}  # fmt: skip
"""Formats that no file writes out (ECMA-376 part 1, 18.8.30); dates are shown by the reader itself."""
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.')
_NUMBER = re.compile(r"(?P<whole>[#0?, ]*[#0?])(?:\.(?P<part>[#0?]+))?(?P<thousands>,*)")
_PLAIN = re.compile(r"[\s%\u00a0().,:;/№₽$€А-Яа-яЁёA-Za-z²³-]*")

Shown = dict[tuple[int, int], str]
"""Row and column from 0 → what the cell shows."""


def shown_in_excel(package: Package) -> dict[str, Shown]:
    """By the names of the sheets, the cells of an .xlsx that show a number in another way than it is stored."""
    formats = _formats(parse_part(package, "xl/styles.xml"))
    found: dict[str, Shown] = {}
    for name, part in excel_sheets(package) if any(formats) else ():
        root = parse_part(package, part)
        if root is not None:
            found[name] = dict(_cells(root, formats))
    return found


def _formats(styles: etree._Element | None) -> list[str]:
    """The format of each cell style by its number; empty where the number is shown as it is."""
    if styles is None:
        return []
    codes = {**_BUILT_IN}
    for element in styles.iter(f"{_M}numFmt"):
        codes[int(element.get("numFmtId") or -1)] = element.get("formatCode") or ""
    table = styles.find(f"{_M}cellXfs")
    return [] if table is None else [codes.get(int(style.get("numFmtId") or 0), "") for style in table]


def excel_sheets(package: Package) -> Iterator[tuple[str, str]]:
    """The name and the part of each sheet."""
    book = parse_part(package, "xl/workbook.xml")
    relations = parse_part(package, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return
    targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
    for sheet in book.iter(f"{_M}sheet"):
        target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION))
        if target:
            yield sheet.get("name") or "", posixpath.normpath(posixpath.join("xl", target)).lstrip("/")


def _cells(root: etree._Element, formats: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in root.iter(f"{_M}c"):
        style = cell.get("s") or "0"
        code = formats[int(style)] if style.isdigit() and int(style) < len(formats) else ""
        place = cell_place(cell)
        value = cell.findtext(f"{_M}v")
        if code and place and value and (cell.get("t") or "n") == "n" and (text := formatted(value, code)) is not None:
            yield place, text


def cell_place(cell: etree._Element) -> tuple[int, int] | None:
    """Row and column from 0 of a cell of an .xlsx that tells them."""
    place = _CELL.fullmatch(cell.get("r") or "")
    return (int(place[2]) - 1, _column(place[1])) if place else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def formatted(value: str, code: str) -> str | None:
    """The number as a format shows it; ``None`` for dates, fractions and whatever is better shown as stored."""
    shape = _shape(code)
    if shape is None:
        return None
    before, digits, grouped, scale, behind = shape
    try:
        number = Decimal(value).scaleb(scale).quantize(Decimal(1).scaleb(-digits[1]), ROUND_HALF_UP)
    except ArithmeticError:
        return None
    if not number.is_finite():
        return None
    text = f"{abs(number):,f}".replace(",", "\u00a0" if grouped else "")
    if "." in text and digits[0] < digits[1]:
        whole, _, part = text.partition(".")
        kept = part[: digits[0]] + part[digits[0] :].rstrip("0")
        text = f"{whole}.{kept}" if kept else whole
    sign = "-" if number < 0 else ""
    return f"{sign}{before}{text.replace('.', ',')}{behind}"


@lru_cache(maxsize=256)
def _shape(code: str) -> tuple[str, tuple[int, int], bool, int, str] | None:
    """What stands before, the least and most decimals, whether by thousands, the power of ten, and what follows."""
    literals: list[str] = []

    def kept(found: re.Match[str]) -> str:
        literals.append(found[1] or found[2] or found[3] or "")
        return chr(0xE000 + len(literals) - 1)

    bare = _QUOTED.sub(kept, code.split(";")[0])
    number = _NUMBER.search(bare)
    if number is None or bare.strip().lower() == "general":
        return None
    before, behind = (
        re.sub("[\ue000-\uf8ff]", lambda sign: literals[ord(sign[0]) - 0xE000], text)
        for text in (bare[: number.start()], bare[number.end() :])
    )
    if _NUMBER.search(bare, number.end()) or not (_PLAIN.fullmatch(before) and _PLAIN.fullmatch(behind)):
        return None
    scale = 2 * (bare.count("%")) - 3 * len(number["thousands"])
    part = number["part"] or ""
    behind = re.sub(r"(?<!\s)%", "\u00a0%", behind) if "%" in bare else behind
    return before, (part.count("0"), len(part)), "," in number["whole"], scale, behind.rstrip()


MAX_XLS_BYTES = 8 << 20
"""A larger workbook is a database; its numbers are shown as stored."""


def shown_in_xls(data: bytes) -> dict[str, Shown]:
    """By the names of the sheets, the cells of an .xls that show a number in another way than it is stored."""
    if len(data) > MAX_XLS_BYTES:
        return {}
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        return {sheet.name: dict(_xls_cells(book, sheet)) for sheet in book.sheets()}
    except Exception:  # what it stumbles over, the reader of the values may know; shown as stored
        return {}


def _xls_cells(book: Any, sheet: Any) -> Iterator[tuple[tuple[int, int], str]]:
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype != xlrd.XL_CELL_NUMBER or cell.xf_index is None:
                continue
            code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            if (text := formatted(repr(cell.value), code)) is not None:
                yield (row, column), text


_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST_REPEATED = 1_000


def shown_in_ods(package: Package) -> dict[str, Shown]:
    """By the names of the sheets, the cells of an .ods that show percents, money or groups of three digits."""
    root = parse_part(package, "content.xml")
    tables = [] if root is None else list(root.iter(f"{_TABLE}table"))
    return {table.get(f"{_TABLE}name") or "": dict(_ods_cells(table)) for table in tables}


def _ods_cells(table: etree._Element) -> Iterator[tuple[tuple[int, int], str]]:
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        times, column = repeated(line, "rows"), 0
        for cell in line.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            width = repeated(cell, "columns")
            if (text := _ods_text(cell)) is not None:
                for place in range(min(times, _MOST_REPEATED) * min(width, _MOST_REPEATED)):
                    yield (row + place // width, column + place % width), text
            column += width
        row += times


def _ods_text(cell: etree._Element) -> str | None:
    kind = cell.get(f"{_OFFICE}value-type")
    text = "\n".join("".join(str(part) for part in line.itertext()) for line in cell.iterchildren(f"{_TEXT}p"))
    if kind in ("percentage", "currency"):
        return re.sub(r"(?<=\d)\.(?=\d+\D*$)", ",", re.sub(r"(?<=\d),(?=\d{3})", "\u00a0", text)) or None
    return text if kind == "float" and re.search(r"\d[ \u00a0\u202f]\d{3}", text) else None


def repeated(element: etree._Element, what: str) -> int:
    """For how many rows or columns an element of an .ods stands."""
    number = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return max(int(number), 1) if number.isdigit() else 1
