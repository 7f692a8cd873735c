"""The characters of a PDF page as PDFium gives them: their signs, places, sizes, directions and fonts."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

BLANKS = frozenset(" \t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
"""Signs that print nothing; Python also takes control characters for such, which may stand for letters here."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""

_LINE_END_HYPHENS = {0x02, 0xFFFE, 0xAD}
"""How PDFium gives a hyphen that ends a line, and the soft hyphen, which is printed there."""
_BREAKS = (0x0A, 0x0D)
_BLANK_CODES = (0, 0x0A, 0x0D, 0x20, 0xA0, 0x09)
_NAME_BYTES = 256
_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
_SLANTED_NAMES = ("italic", "oblique", "kursiv")
SPACING_MARKS = {"\u02d8": "\u0306", "\u00a8": "\u0308", "\u00b4": "\u0301"}
"""Marks that take room of their own, and the ones that stand above a letter."""


def _direct(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of PDFium with plain numbers for addresses: asked for every letter, it must be quick."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_PLACE = (ctypes.c_void_p, ctypes.c_int)
"""A page of text and the number of a character."""
_unicode = _direct(pdfium.FPDFText_GetUnicode, ctypes.c_uint, *_PLACE)
_origin = _direct(pdfium.FPDFText_GetCharOrigin, ctypes.c_int, *_PLACE, ctypes.c_void_p, ctypes.c_void_p)
_loose_box = _direct(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, *_PLACE, ctypes.c_void_p)
_map_error = _direct(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_int, *_PLACE)
_text_object = _direct(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, *_PLACE)


class Glyph(NamedTuple):
    """A character as it stands in the file."""

    text: str
    box: Box
    x: float
    y: float
    size: float
    angle: float
    """The way the text runs, in degrees from 0 to 360 against the clock, in steps of a tenth."""
    emphasised: bool
    run: int
    unmapped: bool
    """The file does not say which character it is; PDFium guesses."""


def glyphs_of(textpage: Any) -> Iterator[Glyph]:
    """The printed characters in the order of the file."""
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    to_box, to_x, to_y = map(ctypes.addressof, (box, x, y))
    fonts = _Fonts(textpage)
    raw = textpage.raw
    page = ctypes.cast(raw, ctypes.c_void_p).value
    run, size, angle, is_bold = -1, 0.0, 0.0, False
    for index in range(textpage.count_chars()):
        code = _unicode(page, index)
        if code in _BLANK_CODES and (code in _BREAKS or pdfium.FPDFText_IsGenerated(raw, index) == 1):
            continue
        _origin(page, index, to_x, to_y)
        if not _loose_box(page, index, to_box):
            continue
        unmapped = _map_error(page, index) == 1
        text = "-" if code in _LINE_END_HYPHENS and not unmapped else chr(code) if code < 0x110000 else ""
        own = _text_object(page, index) or 0
        if own != run or not own:  # a piece of text has one font, size and direction
            run = own
            size, angle = _size_and_angle(raw, index, matrix)
            is_bold = fonts.is_emphasised(index)
        edges = box.left, box.bottom, box.right, box.top
        if 0x300 <= code < 0x370 or text in SPACING_MARKS:
            edges = _ink(raw, index) or edges
        emphasised = is_bold and text not in BLANKS
        yield Glyph(text, edges, x.value, y.value, size, angle, emphasised, run, unmapped)


def _size_and_angle(raw: Any, index: int, matrix: Any) -> tuple[float, float]:
    """The size of a character in points, as scaled by its matrix, and the way its text runs in degrees.

    A font of negative size prints upside down and backwards.
    """
    size = float(pdfium.FPDFText_GetFontSize(raw, index))
    if not pdfium.FPDFText_GetMatrix(raw, index, matrix):
        return abs(size), 0.0
    angle = 180.0 if size < 0 else 0.0
    if matrix.b or matrix.a < 0:
        angle += math.degrees(math.atan2(matrix.b, matrix.a))
    return abs(size) * math.hypot(matrix.c, matrix.d), round(angle, 1) % 360


def _ink(raw: Any, index: int) -> Box | None:
    """The box of what is printed of a character."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top):
        return None
    return left.value, bottom.value, right.value, top.value


class _Fonts:
    """Tells whether the font of a character is bold or italic; asks for its name only where the font may change."""

    def __init__(self, textpage: Any) -> None:
        self._textpage = textpage
        self._buffer = ctypes.create_string_buffer(_NAME_BYTES)
        self._known: dict[bytes, bool] = {}

    def is_emphasised(self, index: int) -> bool:
        """By weight, else by the name of the font."""
        if pdfium.FPDFText_GetFontWeight(self._textpage.raw, index) >= _BOLD_WEIGHT:
            return True
        flags = ctypes.c_int()
        size = pdfium.FPDFText_GetFontInfo(self._textpage.raw, index, self._buffer, _NAME_BYTES, flags)
        name = self._buffer.raw[: max(min(size, _NAME_BYTES) - 1, 0)]
        if name not in self._known:
            lowered = name.decode("utf-8", errors="replace").lower()
            self._known[name] = any(word in lowered for word in (*_BOLD_NAMES, *_SLANTED_NAMES))
        return self._known[name]
