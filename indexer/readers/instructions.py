"""What Word draws from the instruction of a field itself, whatever result it keeps: equations and signs of fonts."""

from __future__ import annotations

import re

from indexer.readers.docx_math import fraction, root
from indexer.readers.symbols import is_symbol_font, sign_of

_EQUATION = re.compile(r"\s*EQ\b", re.IGNORECASE)
_FRACTION = re.compile(r"\\f\s*\(([^();]*(?:\([^()]*\)[^();]*)*)[;,]([^()]*(?:\([^()]*\)[^()]*)*)\)", re.IGNORECASE)
_ROOT = re.compile(r"\\r\s*\((?:([^();]*)[;,])?([^();]*)\)", re.IGNORECASE)
_SWITCH = re.compile(r"\\[a-z]{1,2}\d*\s*", re.IGNORECASE)
_MAX_NESTED = 20
_SYMBOL = re.compile(r"\s*SYMBOL\s+(?P<code>0x[\da-f]{1,6}|\d{1,7})\b(?P<switches>.*)", re.IGNORECASE | re.DOTALL)
_FONT = re.compile(r"\\f\s*(?:\"([^\"]*)\"|([^\s\\\"]+))", re.IGNORECASE)
_UNICODE = re.compile(r"\\u\b", re.IGNORECASE)


def drawn_by(instruction: str) -> str:
    """What the field prints, empty where that is its result."""
    equation = _EQUATION.match(instruction)
    return _equation(instruction[equation.end() :]) if equation else _symbol(instruction)


def _equation(instruction: str) -> str:
    """The equation of an EQ field in one line; switches that only place things go."""
    text = instruction.strip()
    for _ in range(_MAX_NESTED):
        changed = _ROOT.sub(lambda found: root((found[1] or "").strip(), found[2].strip()), text)
        changed = _FRACTION.sub(lambda found: fraction(found[1], found[2]), changed)
        if changed == text:
            break
        text = changed
    return re.sub(r"^\((.*)\)$", r"\1", _SWITCH.sub("", text).replace(";", " ").strip())


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
