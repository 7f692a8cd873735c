"""Bytes of unknown Russian encoding to text: byte order mark, strict UTF-8, signs of UTF-16, the likeliest code page.

General detectors take short cp1251 capitals for Japanese and koi8-r for cp1251 with the cases swapped; here only the
code pages that Russian offices have used compete, judged by how Russian the neighbouring letters look.
"""

from __future__ import annotations

import codecs
import re

from indexer.errors import EmptyFileError, ReadError
from indexer.readers.likeness import russianness as russianness
from indexer.readers.likeness import strangeness
from indexer.readers.mojibake import repaired

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_CODE_PAGES = (("cp1251", 1.5), ("utf-8", 0.5), ("cp866", 0.5), ("koi8-r", 0.5), ("mac-cyrillic", 0.0))
"""Candidates with their head start in points (a letter in its place is worth about .6): it decides only where letters
do not. UTF-8 stands for files with a few damaged bytes."""

_SAMPLE_BYTES = 8_000
"""Enough to be sure of the code page; the whole of a long file would take a second."""
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROLS = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f]")
_CONTROL_BYTES = bytes((*range(0x09), *range(0x0E, 0x20), 0x7F))
_USUAL = re.compile(r"[\n\r\t -~А-Яа-яЁё№«»„“”‘’–—…•\u00a0\u00ad]*")
"""Neither a control character nor strange."""
_MAX_STRANGE_SHARE = 0.3
_UTF16_HIGH_BYTES = b"\x00\x04\x20\x21"
"""High bytes of Latin letters and digits, of Cyrillic, of dashes and quotes, and of «№»."""


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``. ``declared`` is an encoding that the file claims for itself; it is only a hint.

    Raises ``EmptyFileError`` for no bytes at all and ``ReadError`` where the bytes are no text in any encoding.
    """
    if not data:
        raise EmptyFileError("Файл пуст: в нём нет ни одного знака.")
    text = _marked(data)
    if text is None:
        text = _utf8(data)
    if text is None:
        text = _unmarked_utf16(data)
    if text is None:
        text = data.decode(likeliest_code_page(data, declared), errors="replace")
    text = repaired(text) or text
    if _is_binary(text):
        raise ReadError(
            "Это не текст, а двоичные данные: откройте файл в его программе и сохраните как .docx или .txt."
        )
    return text


def _marked(data: bytes) -> str | None:
    """The text behind a byte order mark, ``None`` where there is no mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    return None


def _utf8(data: bytes) -> str | None:
    """The text if ``data`` is flawless UTF-8, ``None`` otherwise; short UTF-16 is UTF-8 too, but not text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    has_controls = len(data.translate(None, _CONTROL_BYTES)) < len(data)
    return None if has_controls and _unmarked_utf16(data) else text


def _unmarked_utf16(data: bytes) -> str | None:
    """The text if nearly every second byte is a high byte of Russian UTF-16, ``None`` otherwise."""
    whole = data[: len(data) // 2 * 2]
    for encoding, high, low in (("utf-16-le", whole[1::2], whole[::2]), ("utf-16-be", whole[::2], whole[1::2])):
        strange = len(high.translate(None, _UTF16_HIGH_BYTES))
        if len(high) > 1 and strange * 20 <= len(high) and (b"\x04" in high or b"\x00" in high) and _varied(low, high):
            return whole.decode(encoding, errors="replace")
    return None


def _varied(low: bytes, high: bytes) -> bool:
    """The low bytes differ more than the high ones: a run of equal bytes is data, not text."""
    return len(set(low)) > len(set(high)) and low.count(0) * 4 < len(low)


def likeliest_code_page(data: bytes, declared: str | None = None) -> str:
    """The Python name of the code page in which ``data`` looks most like Russian; ``declared`` gets a small bonus."""
    first = _NOT_ASCII.search(data)
    start = max(first.start() - 100, 0) if first else 0
    sample = data[start : start + _SAMPLE_BYTES]
    hint = _python_name(declared)
    scores = {
        name: russianness(sample.decode(name, errors="replace")) + bonus + (1.0 if name == hint else 0.0)
        for name, bonus in _CODE_PAGES
    }
    return max(scores, key=lambda name: scores[name])


def _python_name(declared: str | None) -> str:
    """The codec's own name for a declared one («Windows-1251» → «cp1251»), empty where there is no such codec."""
    try:
        return codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""


def _is_binary(text: str) -> bool:
    """Control characters that no text holds, or mostly signs that no Russian report prints."""
    sample = text[:_SAMPLE_BYTES]
    if _USUAL.fullmatch(sample):
        return False
    controls = len(_CONTROLS.findall(sample))
    if controls * 200 > len(sample) or "\x00" in sample:
        return True
    return strangeness(sample) > _MAX_STRANGE_SHARE * len(sample) and russianness(sample) < 0
