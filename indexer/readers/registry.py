"""The ordered registry of formats: the first whose sniffing function knows the content reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers import (
    archive,
    docx,
    html,
    legacy_doc,
    limits,
    mojibake,
    normalize,
    odt,
    pdf,
    refused,
    rtf,
    spreadsheet,
    text,
)


class Reader(NamedTuple):
    """One format: its name, whether the content is of it, and its blocks."""

    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes], Iterable[Block]]


READERS: tuple[Reader, ...] = (
    Reader("docx", docx.sniff, docx.read),
    Reader("odt", odt.sniff, odt.read),
    Reader("rtf", rtf.sniff, rtf.read),
    Reader("pdf", pdf.sniff, pdf.read),
    Reader("doc", legacy_doc.sniff, legacy_doc.read),
    Reader("mht", html.sniff_archive, html.read_archive),
    Reader("xlsx", spreadsheet.sniff_package, spreadsheet.read),
    Reader("ods", spreadsheet.sniff_ods, spreadsheet.read),
    Reader("xls", spreadsheet.sniff_xls, spreadsheet.read),
    Reader("refused", refused.sniff, refused.read),  # before zip and html: tables, programs and letters look like them
    Reader("zip", archive.is_archive, archive.read_refused),
    Reader("html", html.sniff, html.read),
    Reader("text", lambda data: True, text.read),
)
"""In the order in which the sniffing functions are asked; everything is text in the end."""

_OWN_REPAIR = frozenset({"pdf", "text"})
"""Formats whose reader turns spoilt text back by itself: by page, and before lines and marks are told apart."""


def format_of(data: bytes, name: str) -> str:
    """The name of the format of ``data``: «docx», «zip», «text» …, or the kind of a content that is refused: «xlsx»."""
    reader = _reader_of(data)
    found = refused.verdict(data) if reader.name == "refused" else None
    return found[0] if found else reader.name


def _reader_of(data: bytes) -> Reader:
    """The first reader that knows the content."""
    return next(reader for reader in READERS if reader.sniff(data))


def read_blocks(data: bytes, name: str) -> list[Block]:
    """The blocks of a file in reading order; ``name`` only helps the sentences of errors.

    Raises ``EmptyFileError`` where there is no text, ``MissingToolError`` where a program is missing and ``ReadError``
    where the content cannot be read, each with one Russian sentence that does not name the file.
    """
    limits.within_size(data)
    if not data:
        raise EmptyFileError("Файл пуст: в нём нет ни одного знака.")
    blocks = _safely_read(data)
    if not blocks:
        raise EmptyFileError("В файле нет текста.")
    return blocks


def _safely_read(data: bytes) -> list[Block]:
    """The reader's blocks; any fault of a damaged or hostile file becomes a ``ReadError``."""
    try:
        return _whole(_reader_of(data), data)
    except ReadError:
        raise
    except (MemoryError, RecursionError) as fault:
        raise ReadError("Файл слишком сложно устроен: откройте его и сохраните заново как .docx.") from fault
    except Exception as fault:  # a parser meets whatever a damaged file holds; one file must not end a rebuild
        raise ReadError("Файл повреждён: откройте его в его программе и сохраните заново.") from fault


def _whole(reader: Reader, data: bytes) -> list[Block]:
    """The reader's blocks. Where they look spoilt by a wrong table, the file is read again and they are turned back."""
    blocks = list(limits.within_text(reader.read(data)))
    if reader.name in _OWN_REPAIR or not mojibake.is_suspicious([block.text for block in blocks]):
        return blocks
    raw: dict[str, str] = {}
    with normalize.changed_first(lambda text: raw.setdefault(text, text)):
        list(reader.read(data))
    written = mojibake.repairs(list(raw))
    if not written:
        return blocks
    with normalize.changed_first(lambda text: written.get(text, text)):
        return list(limits.within_text(reader.read(data)))
