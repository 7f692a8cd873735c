"""Tables as text (.csv, .tsv): values parted by semicolons, commas, tabs or strokes, as Excel writes them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers.broken_off import is_broken_off, lost_end
from indexer.readers.encodings import decode
from indexer.readers.marks import rows_of

_HEAD_BYTES = 20_000
_HEAD_LINES = 12
_PARTED = re.compile(rb"\t|[;,|](?=[^\s\d])")
"""In running text a blank follows these signs, save the comma of «12,5»."""
_PARTED_LINES = 0.4
"""Part of the first lines with such signs, from which a closer look is worth its time; titles stand above tables."""

_SEPARATORS = "\t;,|"
_ALIKE = 0.6
"""Part of the rows that have as many values as the most."""
_CLOSE = 0.8
"""Part of the separators outside of quotes that nothing follows but the next value."""
_FEW_ROWS = 2


def sniff(data: bytes) -> bool:
    """The content is a table and nothing else."""
    return _looks_parted(data) and _table(data) is not None


def read(data: bytes) -> Iterator[Block]:
    """The rows of the table; raises ``EmptyFileError`` where nothing is printed."""
    rows = _table(data) or []
    blocks = list(rows_of(rows))
    if not blocks:
        raise EmptyFileError("В таблице нет текста.")
    return iter([*blocks, lost_end("Таблица")] if _is_cut(decode(data), rows) else blocks)


def _is_cut(text: str, rows: Sequence[Sequence[str]]) -> bool:
    """The table ends within quotes, or without the end of a line within a row or a word; programs write that end."""
    if text.endswith(("\n", "\r")):
        return text.count('"') % 2 == 1 and len(rows[-1]) < _usual_length(rows)
    return len(rows[-1]) < _usual_length(rows) or text.count('"') % 2 == 1 or is_broken_off(text)


def _looks_parted(data: bytes) -> bool:
    """So many of the first lines have separators that the whole may be a table."""
    head = data[:_HEAD_BYTES].replace(b"\x00", b"")
    lines = [line for line in head.splitlines() if line.strip()][:_HEAD_LINES]
    return sum(_PARTED.search(line) is not None for line in lines) >= max(_PARTED_LINES * len(lines), 1)


def _table(data: bytes) -> list[list[str]] | None:
    """The rows by the separator that makes a table of them, ``None`` where none does."""
    try:
        text = decode(data)
    except ReadError:
        return None
    return next((rows for sign in _SEPARATORS if (rows := _rows(text, sign)) is not None), None)


def _rows(text: str, separator: str) -> list[list[str]] | None:
    """The rows by one separator, ``None`` where they are no table."""
    if separator not in text:
        return None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    except csv.Error:
        return None
    return rows if _is_table(rows, separator) else None


def _is_table(rows: Sequence[Sequence[str]], separator: str) -> bool:
    """Most rows have equally many values, and several at least; a blank hardly ever follows a separator."""
    full = [row for row in rows if sum(map(bool, row)) > 1]
    if len(full) < _FEW_ROWS or len(full) < _ALIKE * len(rows) / 2:
        return False
    usual = _usual_length(rows)
    alike = sum(len(row) == usual for row in rows)
    values = [value for row in rows for value in row[1:] if value]
    close = sum(not value[0].isspace() for value in values)
    return alike >= _ALIKE * len(rows) and (separator == "\t" or close >= _CLOSE * len(values))


def _usual_length(rows: Sequence[Sequence[str]]) -> int:
    """How many values most rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0]
