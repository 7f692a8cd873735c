"""Contents that are no reports: told by their signatures, refused with a sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.errors import ReadError
from indexer.model import Block
from indexer.readers.ole import SIGNATURE, has_stream, stream_names
from indexer.readers.package import calls_itself, names_of

TABLE = "Это таблица Excel: скопируйте её текст в документ Word и сохраните как .docx."
SLIDES = "Это презентация: сохраните её текст в документе Word (.docx)."
IMAGE = "Это рисунок, а не документ: распознайте на нём текст и сохраните как .docx."
DRAWING = "Это рисунок LibreOffice Draw: сохраните его текст в документе Word (.docx)."
PROGRAM = "Это программа, а не документ: удалите файл из папки с отчётами."
MAIL = "Это письмо электронной почты: сохраните приложенный к нему отчёт отдельным файлом."
PACKED = "Это архив неизвестного вида: распакуйте его или переделайте в .zip."
OLD_OFFICE = "Это документ OpenOffice 1 (.sxw, .sxc, .sxi): откройте его в LibreOffice и сохраните как .odt или .docx."
BOOK = "Это электронная книга или документ другой программы: сохраните его как .docx."
UNPACKS_ITSELF = (
    "Это самораспаковывающийся архив: запустите его, чтобы распаковать, и положите отчёты в папку или в .zip."
)
MEDIA = "Это звук или видео, а не документ: удалите файл из папки с отчётами."
PROTECTED = "Файл защищён паролем: снимите защиту и сохраните его заново."
DATA = "Это данные программы (JSON), а не документ: сохраните текст отчёта как .docx."
RUIN = "Файл повреждён (возможно, скопирован не полностью): откройте его в его программе и сохраните заново."
OLE = "Это не документ Word, а файл другой программы: сохраните его текст как .docx."

_SIGNATURES: tuple[tuple[str, str, bytes], ...] = (
    (
        "image",
        IMAGE,
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|BM.{4}\x00\x00\x00\x00|II\*\x00|MM\x00\*|RIFF.{4}WEBP|AT&TFORM",
    ),
    ("program", PROGRAM, rb"MZ.{58}|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|#!\s*/(?:usr/)?bin/"),
    (
        "packed",
        PACKED,
        rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|BZh[1-9]|\xfd7zXZ\x00|MSCF\x00|\x28\xb5\x2f\xfd"
        rb"|.{257}ustar[\x00 ]",
    ),
    ("media", MEDIA, rb"ID3|RIFF.{4}(?:WAVE|AVI )|.{4}ftyp|OggS|\x1aE\xdf\xa3|fLaC"),
    ("book", BOOK, rb"SQLite format 3\x00|.{60}BOOKMOBI|%!PS|\xffWPC|\xdb\xa5-\x00"),
    (
        "data",
        DATA,
        rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,200}\"\s*:|(?:\xef\xbb\xbf)?\s*\[\s*\"[^\"\n]*\"\s*,\s*\"",
    ),
    (
        "mail",
        MAIL,
        rb"(?:(?:Received|Return-Path|Delivered-To|X-[\w-]+|Message-ID|DKIM-Signature|MIME-Version): |From \S+@)",
    ),
)
_PATTERNS = tuple(
    (kind, sentence, re.compile(pattern, re.DOTALL | (re.IGNORECASE if kind == "mail" else 0)))
    for kind, sentence, pattern in _SIGNATURES
)

_OLD_OFFICE = re.compile(rb"PK\x03\x04.{26}mimetype(?:.{0,64}?)application/vnd\.sun\.xml\.", re.DOTALL)
_PACKED_BEHIND = re.compile(rb"Rar!\x1a\x07[\x00\x01]|7z\xbc\xaf\x27\x1c")
"""An archive behind the program that unpacks it."""
_MAIL_HEADER = re.compile(
    rb"\s*(?:From|To|Subject|Date|Cc):[^\n]*\n(?:[ \t][^\n]*\n|[\w-]+:[^\n]*\n)*?"
    rb"(?:Message-ID|MIME-Version|Content-Type):",
    re.I,
)
_SNIFFED_BYTES = 4_000

_PACKAGES: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook", "xlsx", TABLE),
    ("ppt/presentation", "pptx", SLIDES),
    ("visio/", "book", BOOK),
    ("META-INF/container.xml", "book", BOOK),
    ("AndroidManifest.xml", "program", PROGRAM),
    ("META-INF/MANIFEST.MF", "program", PROGRAM),
    ("content.xml", "book", BOOK),
)
"""A member that tells what else than a Word document a zip package is."""

_OPEN_DOCUMENTS: tuple[tuple[bytes, str, str], ...] = (
    (b"application/vnd.oasis.opendocument.presentation", "odp", SLIDES),
    (b"application/vnd.oasis.opendocument.graphics", "odg", DRAWING),
)

_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", "encrypted", PROTECTED),
    ("Workbook", "xls", TABLE),
    ("PowerPoint Document", "ppt", SLIDES),
    ("__substg1.0_", "msg", MAIL),
    ("__properties_version1.0", "msg", MAIL),
)


def verdict(data: bytes) -> tuple[str, str] | None:
    """The kind of a content that is no report and the sentence about it, ``None`` where it may be one."""
    if data.startswith(SIGNATURE):
        unknown = "ole", OLE if stream_names(data) else RUIN
        return next(((kind, sentence) for name, kind, sentence in _STREAMS if has_stream(data, name)), unknown)
    if _OLD_OFFICE.match(data):
        return "book", OLD_OFFICE
    for mimetype, kind, sentence in _OPEN_DOCUMENTS if data.startswith(b"PK") else ():
        if calls_itself(data, mimetype):
            return kind, sentence
    names = names_of(data)
    for beginning, kind, sentence in _PACKAGES:
        if any(name.startswith(beginning) for name in names):
            return kind, sentence
    head = data[:_SNIFFED_BYTES]
    for kind, sentence, pattern in _PATTERNS:
        if pattern.match(head):
            return ("packed", UNPACKS_ITSELF) if kind == "program" and _PACKED_BEHIND.search(data) else (kind, sentence)
    return ("mail", MAIL) if _MAIL_HEADER.match(head) else None


def sniff(data: bytes) -> bool:
    """The content is known to be no report."""
    return verdict(data) is not None


def read(data: bytes) -> Iterator[Block]:
    """Never comes back: raises ``ReadError`` with the sentence for this content."""
    found = verdict(data)
    raise ReadError(found[1] if found else OLE)
