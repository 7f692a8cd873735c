"""What Word draws from the instruction of a field itself, whatever result it keeps: equations and signs of fonts."""

from __future__ import annotations

import re

from indexer.readers.equation_fields import equation
from indexer.readers.symbols import is_symbol_font, sign_of

_EQUATION = re.compile(r"\s*EQ\b", re.IGNORECASE)
_SYMBOL = re.compile(r"\s*SYMBOL\s+(?P<code>0x[\da-f]{1,6}|\d{1,7})\b(?P<switches>.*)", re.IGNORECASE | re.DOTALL)
_FONT = re.compile(r"\\f\s*(?:\"([^\"]*)\"|([^\s\\\"]+))", re.IGNORECASE)
_UNICODE = re.compile(r"\\u\b", re.IGNORECASE)


def drawn_by(instruction: str) -> str:
    """What the field prints, empty where that is its result."""
    begin = _EQUATION.match(instruction)
    return equation(instruction[begin.end() :]) if begin else _symbol(instruction)


def _symbol(instruction: str) -> str:
    """What Word's field «SYMBOL 163 \\f "Symbol"» prints; empty for any other field.

    The code is one of the font's where that is a symbol font, of Unicode with the switch ``\\u``, else of Windows.
    """
    found = _SYMBOL.match(instruction)
    if found is None:
        return ""
    code = int(found["code"], 0) if found["code"][:2].lower() == "0x" else int(found["code"])
    named = _FONT.search(found["switches"])
    font = (named[1] or named[2]) if named else None
    if is_symbol_font(font):
        return sign_of(font, code)
    if _UNICODE.search(found["switches"]) or code > 0xFF:
        return chr(code) if 0x20 <= code < 0x110000 else ""
    return bytes([code]).decode("cp1251", "ignore") if code >= 0x20 else ""
