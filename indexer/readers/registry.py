"""The ordered registry of formats: the first whose sniffing function knows the content reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from indexer.errors import EmptyFileError, ReadError
from indexer.model import (
    ROLE_INITIAL,
    ROLE_LETTERHEAD,
    ROLE_LOSS,
    ROLE_NOTE,
    ROLE_PICTURE,
    ROLE_RECOGNISED,
    ROLE_TEXT,
    Block,
    Content,
    Enclosure,
)
from indexer.readers import (
    archive,
    docx,
    fb2,
    html,
    legacy_doc,
    limits,
    mojibake,
    normalize,
    odt,
    refused,
    rtf,
    separated,
    spreadsheet,
    text,
    transfer,
    volumes,
    web_archive,
    word_xml,
)
from indexer.readers.worker import PutOffError


class Reader(NamedTuple):
    """One format: its name, whether the content is of it, and its blocks."""

    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes], Iterable[Block | Enclosure]]


_MAX_DEPTH = 3
"""Files inserted in inserted files: an honest document has one."""
_TOO_DEEP = "Часть документа вставлена слишком глубоко и не прочитана: откройте его в Word и сохраните заново."
_TAKEN_OUT = "текст был закодирован для пересылки ({way}) и раскодирован"
_LOST_PIECE = "Часть документа вставлена из другого файла и не прочитана"

_SNIFFED_BYTES = 1_024


def _is_pdf(data: bytes) -> bool:
    """The signature of PDF stands within the first kilobyte."""
    return b"%PDF-" in data[:_SNIFFED_BYTES]


def _read_pdf(data: bytes) -> Iterable[Block | Enclosure]:
    from indexer.readers import pdf  # takes as long to load as 50 reports to read: not where there is no PDF

    return pdf.read(data)


READERS: tuple[Reader, ...] = (
    Reader("docx", docx.sniff, docx.read),
    Reader("odt", odt.sniff, odt.read),
    Reader("rtf", rtf.sniff, rtf.read),
    Reader("pdf", _is_pdf, _read_pdf),
    Reader("doc", legacy_doc.sniff, legacy_doc.read),
    Reader("mht", web_archive.sniff, web_archive.read),
    Reader("docx", word_xml.sniff_flat, word_xml.read_flat),
    Reader("doc-xml", word_xml.sniff_2003, word_xml.read_2003),
    Reader("fb2", fb2.sniff, fb2.read),
    Reader("xlsx", spreadsheet.sniff_package, spreadsheet.read),
    Reader("ods", spreadsheet.sniff_ods, spreadsheet.read),
    Reader("xls", spreadsheet.sniff_xls, spreadsheet.read),
    Reader("zip", archive.is_behind_program, archive.read_refused),
    Reader("refused", refused.sniff, refused.read),  # before zip and html: tables, programs and letters look like them
    Reader("zip", archive.is_archive, archive.read_refused),
    Reader("xml", word_xml.sniff_other, word_xml.read_other),
    Reader("html", html.sniff, html.read),
    Reader("csv", separated.sniff, separated.read),
    Reader("text", lambda data: True, text.read),
)
"""In the order in which the sniffing functions are asked; everything is text in the end."""

_OWN_REPAIR = frozenset({"pdf", "text", "csv"})
"""Formats whose reader turns spoilt text back by itself: by page, and before lines and marks are told apart."""


_WRITTEN_TEXTS = frozenset({"text", "html", "csv"})
"""What a file looks like whose text has been written in ASCII for the way."""


def format_of(data: bytes, name: str) -> str:
    """The name of the format of ``data``: «docx», «zip», «text» …, or the kind of a content that is refused: «xlsx».

    «volume» for a part of a file that was cut into several.
    """
    if volumes.is_part(name, data):
        return "volume"
    reader, inner, _ = _opened(data)
    found = refused.verdict(inner) if reader.name == "refused" else None
    return found[0] if found else reader.name


def _opened(data: bytes) -> tuple[Reader, bytes, str | None]:
    """The reader of a file, the bytes that it reads, and in which way they were written where it is not these."""
    reader = _reader_of(data)
    written = transfer.taken_out(data) if reader.name in _WRITTEN_TEXTS else None
    inner = _reader_of(written[0]) if written else reader
    return (inner, *written) if written and inner.name != "zip" else (reader, data, None)


@lru_cache(maxsize=2)  # a file is asked for its format, then read
def _reader_of(data: bytes) -> Reader:
    """The first reader that knows the content."""
    return next(reader for reader in READERS if _knows(reader, data))


def _knows(reader: Reader, data: bytes) -> bool:
    """Whether the content is the reader's. Damage that hinders the look is met again, and told, where it is read."""
    try:
        return reader.sniff(data)
    except Exception:  # as in `_Found.take`
        return True


def read_blocks(data: bytes, name: str) -> list[Block]:
    """The blocks of a file's body in reading order; raises as ``read_document`` does."""
    return list(read_document(data, name).blocks)


def read_document(data: bytes, name: str) -> Content:
    """All that is found in a file; ``name`` only helps the sentences of errors.

    Raises ``EmptyFileError`` where there is no text, ``MissingToolError`` where a program is missing and ``ReadError``
    where the content cannot be read, each with one Russian sentence that does not name the file.
    """
    limits.within_size(data)
    if not data:
        raise EmptyFileError("Файл пуст: в нём нет ни одного знака.")
    if volumes.is_part(name, data):
        raise ReadError(volumes.SENTENCE)
    found = _Found()
    try:
        reader, inner, way = _opened(data)
        found = _whole(reader, inner, found)
        found.said[ROLE_NOTE] += [_TAKEN_OUT.format(way=way)] if way else []
        if not found.blocks and not found.enclosures:
            raise EmptyFileError("В файле нет текста.")
    except EmptyFileError as fault:
        # «Нет текста», but two pictures of text were left out: that is why.
        raise EmptyFileError(" ".join(dict.fromkeys((str(fault), *found.said[ROLE_LOSS])))) from fault
    return found.content()


_BESIDE_TEXT = (ROLE_LETTERHEAD, ROLE_NOTE, ROLE_LOSS, ROLE_RECOGNISED, ROLE_PICTURE, ROLE_INITIAL)


class _Found:
    """What a reader brings, sorted as it comes."""

    def __init__(self, depth: int = 0) -> None:
        self.depth = depth
        self.blocks: list[Block] = []
        self.enclosures: list[Enclosure] = []
        self.said: dict[str, list[str]] = {role: [] for role in _BESIDE_TEXT}

    def take(self, pieces: Iterable[Block | Enclosure]) -> None:
        """Take all pieces in; any fault of a damaged or hostile file becomes a ``ReadError``."""
        try:
            for block in limits.within_text(self._told_apart(pieces)):
                self.blocks.append(block)
        except (ReadError, PutOffError):
            raise
        except (MemoryError, RecursionError) as fault:
            raise ReadError("Файл слишком сложно устроен: откройте его и сохраните заново как .docx.") from fault
        except Exception as fault:  # a parser meets whatever a damaged file holds; one file must not end a rebuild
            raise ReadError("Файл повреждён: откройте его в его программе и сохраните заново.") from fault

    def _told_apart(self, pieces: Iterable[Block | Enclosure]) -> Iterable[Block]:
        """The blocks of the body; what else comes is kept beside them."""
        for piece in pieces:
            if isinstance(piece, Enclosure) and piece.inline:
                yield from self._inserted(piece)
            elif isinstance(piece, Enclosure):
                self.enclosures.append(replace(piece, place=len(self.blocks)))
            elif piece.role == ROLE_TEXT:
                yield piece
            elif piece.role == ROLE_PICTURE:
                self.said[ROLE_PICTURE] += [block.line for block in self.blocks[-1:]]
            else:
                self.said[piece.role].append(piece.line)

    def _inserted(self, piece: Enclosure) -> Iterable[Block]:
        """The text of a piece that stands in the text as a file of its own."""
        if self.depth >= _MAX_DEPTH:
            self.said[ROLE_LOSS].append(_TOO_DEEP)
            return
        inner = _Found(self.depth + 1)
        try:
            inner = _whole(_reader_of(piece.data), piece.data, inner)
        except EmptyFileError:
            pass  # an empty piece is nothing lost, unless something in it is
        except ReadError as fault:
            self.said[ROLE_LOSS].append(f"{_LOST_PIECE}: {str(fault)[:1].lower()}{str(fault)[1:]}")
        for role, lines in inner.said.items():
            self.said[role] += lines
        self.enclosures += [replace(enclosure, place=len(self.blocks)) for enclosure in inner.enclosures]
        yield from inner.blocks

    def content(self) -> Content:
        """All of it; what was said twice is said once."""
        said = (tuple(dict.fromkeys(self.said[role])) for role in _BESIDE_TEXT)
        letterhead, notes, losses, recognised, pictured, initials = said
        enclosures = tuple(self.enclosures)
        return Content(tuple(self.blocks), letterhead, notes, losses, recognised, enclosures, pictured, initials)


def _whole(reader: Reader, data: bytes, found: _Found) -> _Found:
    """All that the reader brings; read again where only its raw texts tell how they are meant to be read."""
    found.take(reader.read(data))
    texts = [block.text for block in found.blocks]
    if reader.name != "pdf" and normalize.lacks_blanks(texts):
        again = _changed(reader, data, found, normalize.with_blanks)
        return found if normalize.lacks_blanks([block.text for block in again.blocks]) else again
    if reader.name in _OWN_REPAIR or not mojibake.is_suspicious(texts):
        return found
    raw: dict[str, str] = {}
    with normalize.changed_first(lambda text: raw.setdefault(text, text)):
        list(reader.read(data))
    written = mojibake.repairs(list(raw))
    return _changed(reader, data, found, lambda text: written.get(text, text)) if written else found


def _changed(reader: Reader, data: bytes, found: _Found, change: Callable[[str], str]) -> _Found:
    """The file read once more, with a change to every text before it is cleaned."""
    again = _Found(found.depth)
    with normalize.changed_first(change):
        again.take(reader.read(data))
    return again
