"""Bytes of unknown Russian encoding to text: byte order mark, strict UTF-8, signs of UTF-16, the likeliest code page.

General detectors take short cp1251 capitals for Japanese and koi8-r for cp1251 with the cases swapped; here only the
code pages that Russian offices have used compete, judged by how Russian the neighbouring letters look. A file may be
glued together of parts in different encodings: then each part is read by its own.
"""

from __future__ import annotations

import codecs
import re

from indexer.errors import EmptyFileError, ReadError
from indexer.language.likeness import russianness as russianness
from indexer.language.likeness import strangeness
from indexer.readers import code_pages, wide
from indexer.readers.code_pages import likeliest_code_page as likeliest_code_page
from indexer.readers.mojibake import repaired

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SAMPLE_CHARACTERS = 8_000
_CONTROLS = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f]")
_CONTROL_BYTES = bytes((*range(0x09), *range(0x0E, 0x20), 0x7F))
_USUAL = re.compile(r"[\n\r\t -~А-Яа-яЁё№«»„“”‘’–—…•\u00a0\u00ad]*")
"""Neither a control character nor strange."""
_MAX_STRANGE_SHARE = 0.3
_RUSSIAN = re.compile("[А-Яа-яЁё]")
_FEW_CONTROLS, _LOOKS_RUSSIAN = 5, 0.3
"""Letters for each control character, and points for each of them, by which a text is none the less one."""
_LETTERS_TO_A_NUL = 100
"""Russian letters for each byte of nothing, which programs leave at the end of a record, in a text that is one."""
_END_OF_FILE = "\x1a"
"""DOS ends a text by this sign, and ``copy a+b`` leaves it where the parts meet."""
_PADDING = re.compile(rb"\x1a\x00{2,}\Z")
"""What old editors fill the last sector with behind that sign."""
_OTHER_ALPHABETS = re.compile("[\u0370-\u03ff\u0530-\u1fff\u2c00-\ud7ff\ufffd]")
"""Letters that no code page of Russian offices has, and lost ones: what holds them is a text, and told as such."""
_MOSTLY_OTHER = 0.5


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``. ``declared`` is an encoding that the file claims for itself; it is only a hint.

    Raises ``EmptyFileError`` for no bytes at all and ``ReadError`` where the bytes are no text in any encoding.
    """
    if not data:
        raise EmptyFileError("Файл пуст: в нём нет ни одного знака.")
    text = _decoded(_PADDING.sub(b"", data), declared)
    if _END_OF_FILE in text:
        text = text.replace(_END_OF_FILE, "\n")
    text = repaired(text) or text
    if "\x00" in text and text.count("\x00") * _LETTERS_TO_A_NUL < len(_RUSSIAN.findall(text)):
        text = text.replace("\x00", "")
    if _is_binary(text):
        raise ReadError(
            "Это не текст, а двоичные данные: откройте файл в его программе и сохраните как .docx или .txt."
        )
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    """The text by the first encoding that explains all bytes, or by several."""
    text = _marked(data)
    if text is None:
        data = data.removeprefix(codecs.BOM_UTF8)
        text = _utf8(data)
    if text is None:
        text = wide.decoded(data)
        text = None if text is not None and _is_mixed(data, text) else text
    return _of_parts(data, declared) if text is None else text


def _marked(data: bytes) -> str | None:
    """The text behind the mark of a wide encoding, ``None`` where there is no mark or more than one encoding."""
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, errors="replace")
            return None if _is_mixed(data, text) else text
    return None


def _is_mixed(data: bytes, text: str) -> bool:
    """Some of the text is strange, and it is not UTF-16 from end to end: much of it, or a part that is Russian."""
    strange = strangeness(text)
    parts = list(wide.stretches(data)) if strange else []
    if len(parts) < 2 or not any(encoding for _, encoding in parts):
        return False
    others = (part for part, encoding in parts if not encoding)
    return strange > _MAX_STRANGE_SHARE / 10 * len(text) or any(map(code_pages.is_russian, others))


def _utf8(data: bytes) -> str | None:
    """The text if ``data`` is flawless UTF-8, ``None`` otherwise; short UTF-16 is UTF-8 too, but not text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    has_controls = len(data.translate(None, _CONTROL_BYTES)) < len(data)
    return None if has_controls and (wide.decoded(data) or _has_wide_parts(data)) else text


def _has_wide_parts(data: bytes) -> bool:
    """Some stretch of the bytes is UTF-16."""
    return any(encoding for _, encoding in wide.stretches(data))


def _of_parts(data: bytes, declared: str | None) -> str:
    """The text of bytes in code pages, with UTF-16 between them."""
    if b"\x04" not in data and b"\x00" not in data:
        return code_pages.decoded(data, declared)
    return "".join(
        part.decode(encoding, errors="replace") if encoding else _utf8(part) or code_pages.decoded(part, declared)
        for part, encoding in wide.stretches(data)
    )


def _is_russian_but_for(controls: int, sample: str) -> bool:
    """Russian in which few control characters stand: LibreOffice writes such around fields of pages."""
    letters = len(_RUSSIAN.findall(sample))
    return letters > _FEW_CONTROLS * controls and russianness(_CONTROLS.sub("", sample)) > _LOOKS_RUSSIAN * letters


def _is_binary(text: str) -> bool:
    """Control characters that no text holds, or mostly signs that no Russian report prints."""
    sample = text[:_SAMPLE_CHARACTERS]
    if _USUAL.fullmatch(sample):
        return False
    controls = len(_CONTROLS.findall(sample))
    if "\x00" in sample or controls * 200 > len(sample) and not _is_russian_but_for(controls, sample):
        return True
    if len(_OTHER_ALPHABETS.findall(sample)) > _MOSTLY_OTHER * len("".join(sample.split())):
        return False
    return strangeness(sample) > _MAX_STRANGE_SHARE * len(sample) and russianness(sample) < 0
