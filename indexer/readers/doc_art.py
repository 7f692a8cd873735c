"""WordArt of Word 97–2003 documents: its words stand among the settings of drawings, not in the text.

Source: [MS-ODRAW], OfficeArtFOPT and gtextUNICODE.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from indexer.readers import ole

_OPTIONS = b"\x0b\xf0"
"""The type of a record of settings, behind two bytes of version and count."""
_VERSION = 3
_WORDS = 0x00C0
"""The setting with the words of WordArt, whose value stands behind all settings."""
_COMPLEX, _NUMBER = 0x8000, 0x3FFF
_SETTING = struct.Struct("<HI")
_MOST, _LONGEST = 100, 2_000
"""Pieces of WordArt in a document, letters of one."""
_TABLES = ("1Table", "0Table")


def words_of(data: bytes) -> list[str]:
    """The words of each piece of WordArt, each once, in the order of the file."""
    found: dict[str, None] = {}
    for name in _TABLES:
        for text in _in_table(ole.stream(data, name) or b""):
            if len(found) < _MOST:
                found.setdefault(text)
    return list(found)


def _in_table(table: bytes) -> Iterator[str]:
    place = table.find(_OPTIONS, 2)
    while place >= 0:
        end = _end_of_record(table, place - 2)
        if end:
            yield from _in_record(table, place - 2)
        place = table.find(_OPTIONS, end or place + 1)


def _end_of_record(table: bytes, start: int) -> int:
    """Where a record of settings ends that begins there; 0 for what only looks like one."""
    if start + 8 > len(table) or table[start] & 0xF != _VERSION:
        return 0
    count, length = _head(table, start)
    end = start + 8 + length
    return end if count * _SETTING.size <= length and end <= len(table) else 0


def _head(table: bytes, start: int) -> tuple[int, int]:
    """How many settings a record has, and its length in bytes."""
    head, _, length = struct.unpack_from("<HHI", table, start)
    return head >> 4, length


def _in_record(table: bytes, start: int) -> Iterator[str]:
    """The words of WordArt in a record of settings."""
    count, _ = _head(table, start)
    first = start + 8
    values = first + count * _SETTING.size
    for number in range(count):
        code, size = _SETTING.unpack_from(table, first + number * _SETTING.size)
        if not code & _COMPLEX:
            continue
        if code & _NUMBER == _WORDS and size <= 2 * _LONGEST:
            text = table[values : values + size].decode("utf-16-le", "replace").partition("\0")[0]
            words = " ".join(text.split())
            if any(map(str.isalpha, words)) and "\ufffd" not in words:
                yield words
        values += size
