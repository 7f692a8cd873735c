"""OLE compound files (.doc, .xls, .msg, embedded objects): their streams by name, whatever the case of the letters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

import olefile

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

WORD_STREAMS = ("WordDocument", "0Table", "1Table", "Data", "ObjectPool")
_SMALLEST = 1_536
"""Header, directory and one sector."""
_ENTRY = 128
"""Bytes of an entry of the directory, which begin at multiples of it: a font «Bookman» is no workbook."""
_FAULTS = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, MemoryError, RecursionError)
"""What a damaged file makes the library raise."""


def stream_names(data: bytes) -> list[str]:
    """The names of all streams and storages, paths with ``/``; ``[]`` where ``data`` is no OLE file or a ruin."""
    if not data.startswith(SIGNATURE) or len(data) < _SMALLEST:
        return []
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            return ["/".join(path) for path in compound.listdir(streams=True, storages=True)]
    except _FAULTS:
        return []


def has_stream(data: bytes, name: str) -> bool:
    """The file's root has a stream or storage whose name begins so; in a ruin anything that looks like its entry."""
    names = stream_names(data)
    if names:
        return any(found.lower().startswith(name.lower()) for found in names)
    if not data.startswith(SIGNATURE):
        return False
    return any(found.start() % _ENTRY == 0 for found in re.finditer(_letters(name), data))


def stream(data: bytes, name: str, size: int | None = None) -> bytes | None:
    """The content of the stream, at most ``size`` bytes of it; ``None`` where there is none or it is damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            return bytes(compound.openstream(name).read(size)) if compound.exists(name) else None
    except _FAULTS:
        return None


def with_usual_names(data: bytes, names: Iterable[str]) -> bytes:
    """The file with streams named as programs expect («WORDDOCUMENT» → «WordDocument»): OLE compares without case."""
    for name in names:
        usual = name.encode("utf-16-le")
        data = _entry_pattern(name).sub(lambda found, usual=usual: usual + found[1], data)  # type: ignore[misc]
    return data


def _entry_pattern(name: str) -> re.Pattern[bytes]:
    """A directory entry with this name: letters in UTF-16, zeros up to 64 bytes, the name's length."""
    length = (len(name) * 2 + 2).to_bytes(2, "little")
    padding = b"\\x00{%d}" % (64 - len(name) * 2)
    return re.compile(_letters(name) + b"(" + padding + re.escape(length) + b")", re.DOTALL)


def _letters(name: str) -> bytes:
    """The pattern of the name in UTF-16, its letters in either case."""
    return b"".join(b"[%s%s]\x00" % (sign.lower().encode(), sign.upper().encode()) for sign in name)
