"""What the head of an RTF document says of its text: code pages, fonts, styles of headings. The pages may lie."""

from __future__ import annotations

import contextlib
import re

from indexer.language.likeness import russianness
from indexer.readers import code_pages

_CHARSET_PAGES = {
    77: "mac-cyrillic", 161: "cp1253", 162: "cp1254", 186: "cp1257", 204: "cp1251", 238: "cp1250", 255: "cp866",
}  # fmt: skip
_SYMBOL_CHARSET = 2
_FOREIGN_PAGES = frozenset({"mac-cyrillic", "cp1250", "cp1253", "cp1254", "cp1257"})
_TRUSTED_PAGES = frozenset({"cp1251", "utf-8"})
_RUSSIAN_PAGES = ("cp1251", "cp866", "koi8-r", "mac-cyrillic")
_UTF8_LETTERS = re.compile(rb"(?:[\xd0\xd1][\x80-\xbf]){2}")
_PRINTED_STRETCH = re.compile(rb"(?:\\'[89a-fA-F][0-9a-fA-F]|[\x80-\xff])(?:\\'[0-9a-fA-F]{2}|[^\\{}\r\n])*")
_SAMPLE_LETTERS = 4_000
_SHOWS_RUSSIAN = 0.3
"""Points per letter from which bytes are Russian, whatever page the file claims."""

_HEADING_NAME = re.compile(r"(?:heading|заголовок)\s*([1-9])", re.IGNORECASE)
_TITLE_NAMES = frozenset({"title", "название", "заголовок"})

_FONT_TABLE_BYTES = 500_000
_FONT = re.compile(
    rb"\\f(\d{1,6})(?:\\[a-z]+-?\d* ?|\{\\\*[^{}]*\})*?\\fcharset(\d{1,3})"
    rb"(?:\\[a-z]+-?\d* ?|\{\\\*[^{}]*\})*\s*([^\\{};]*)"
)
_ANSI_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_STYLE = re.compile(rb"\\s(\d{1,5})(?=[^0-9])([^{}]*)(?:\{[^{}]*\}[^{}]*)*;\s*\}")
_ESCAPED_BYTE = re.compile(rb"\\'([89a-fA-F][0-9a-fA-F])")
_CONTROL = re.compile(rb"\\[a-z]+-?\d* ?|[{}\r\n]")
_SAMPLE_BYTES = 200_000


class Fonts:
    """The fonts of a document by their number, and the code pages that their bytes are read by."""

    def __init__(self, data: bytes) -> None:
        self._page = _ansi_page(data)
        fonts = list(_FONT.finditer(_font_table(data)))
        self._charsets = {int(found[1]): int(found[2]) for found in fonts}
        self._names = {int(found[1]): found[3].decode("ascii", "replace").strip() for found in fonts}

    def name(self, font: int) -> str | None:
        """The name of the font, ``None`` for one that is not described."""
        return self._names.get(font)

    def has_symbols(self, font: int) -> bool:
        """The signs of the font are no letters."""
        return self._charsets.get(font) == _SYMBOL_CHARSET

    def decoded(self, data: bytes, font: int) -> str:
        """Bytes by the page of their font; UTF-8 as it is, and Russian by whatever page where neither makes it."""
        if _UTF8_LETTERS.search(data):
            with contextlib.suppress(UnicodeDecodeError):
                return data.decode("utf-8")
        page = _CHARSET_PAGES.get(self._charsets.get(font, 0), self._page)
        if self._page == "cp1251" and page in _FOREIGN_PAGES and _is_russian(data):
            page = "cp1251"
        return code_pages.by_page_or_likeliest(data, page)


def _font_table(data: bytes) -> bytes:
    """The part of the document in which its fonts are described."""
    start = max(data.find(b"{\\fonttbl"), 0)
    return data[start : start + _FONT_TABLE_BYTES]


def _ansi_page(data: bytes) -> str:
    """The code page of the document: the one that it names, unless the bytes are plainly Russian by another."""
    found = _ANSI_PAGE.search(data[:_SAMPLE_BYTES])
    named = f"cp{found[1].decode()}" if found and int(found[1]) else ""
    named = {"cp10000": "mac-roman", "cp10007": "mac-cyrillic", "cp65001": "utf-8"}.get(named, named)
    page = named if _is_page(named) else ""
    if page in _TRUSTED_PAGES:
        return page
    sample = _russian_sample(data)
    likeliest = max(_RUSSIAN_PAGES, key=lambda candidate: russianness(sample.decode(candidate, "replace")))
    if not page or _is_russian(sample, likeliest):
        return likeliest if _is_russian(sample, likeliest) else "cp1251"
    return page


def _is_page(name: str) -> bool:
    """Python knows the code page."""
    try:
        b"".decode(name or "?")
    except LookupError:
        return False
    return True


def _russian_sample(data: bytes) -> bytes:
    """The first bytes beyond ASCII with what stands around them, wherever in the document they are."""
    printed = (
        _PRINTED_STRETCH.finditer(data, max(data.find(b"\\pard"), 0))
        if b"\\pard" in data
        else _PRINTED_STRETCH.finditer(data)
    )
    sample = bytearray()
    for stretch in printed:
        sample += _ESCAPED_BYTE.sub(lambda escape: bytes([int(escape[1], 16)]), stretch[0]) + b" "
        if len(sample) > _SAMPLE_LETTERS:
            break
    return bytes(sample)


def _is_russian(data: bytes, page: str = "cp1251") -> bool:
    """The bytes are Russian words by this page."""
    text = data.decode(page, "replace")
    letters = sum("А" <= sign <= "я" for sign in text)
    return letters > 2 and russianness(text) > _SHOWS_RUSSIAN * letters


def heading_styles(data: bytes) -> dict[int, int]:
    """The level of heading by the number of the style, for styles whose name says so."""
    start = data.find(b"{\\stylesheet")
    levels: dict[int, int] = {}
    for found in _STYLE.finditer(data, start, start + _FONT_TABLE_BYTES) if start >= 0 else ():
        name = _CONTROL.sub(b"", found[2]).decode("cp1251", "replace").strip()
        named = _HEADING_NAME.fullmatch(name)
        if named or name.lower() in _TITLE_NAMES:
            levels[int(found[1])] = int(named[1]) if named else 1
    return levels
