"""Signs of symbol fonts, whose codes mean something else than Unicode does: boxes, ticks, mathematical signs.

Only signs that carry meaning are turned into Unicode; a bullet stays in the private use area, where ``marks`` finds it.
Sources: the fonts' own tables as published with Unicode («Symbol», «Wingdings», «Wingdings 2», «Webdings»).
"""

from __future__ import annotations

import re

_PRIVATE_AREA = range(0xF000, 0xF100)

TICKED, EMPTY = "☒", "☐"

_SYMBOL = {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼",
    0x41: "Α", 0x42: "Β", 0x43: "Χ", 0x44: "Δ", 0x45: "Ε", 0x46: "Φ", 0x47: "Γ", 0x48: "Η", 0x49: "Ι", 0x4B: "Κ",
    0x4C: "Λ", 0x4D: "Μ", 0x4E: "Ν", 0x4F: "Ο", 0x50: "Π", 0x51: "Θ", 0x52: "Ρ", 0x53: "Σ", 0x54: "Τ", 0x55: "Υ",
    0x57: "Ω", 0x58: "Ξ", 0x59: "Ψ", 0x5A: "Ζ",
    0x61: "α", 0x62: "β", 0x63: "χ", 0x64: "δ", 0x65: "ε", 0x66: "φ", 0x67: "γ", 0x68: "η", 0x69: "ι", 0x6A: "ϕ",
    0x6B: "κ", 0x6C: "λ", 0x6D: "μ", 0x6E: "ν", 0x6F: "ο", 0x70: "π", 0x71: "θ", 0x72: "ρ", 0x73: "σ", 0x74: "τ",
    0x75: "υ", 0x77: "ω", 0x78: "ξ", 0x79: "ψ", 0x7A: "ζ",
    0xA2: "′", 0xA3: "≤", 0xA4: "/", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°",
    0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈",
    0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD2: "®", 0xD3: "©",
    0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDE: "⇒",
    0xE2: "®", 0xE3: "©", 0xE4: "™", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_SYMBOL.update(
    {code: chr(code) for code in (*range(0x20, 0x40), 0x5B, 0x5D, 0x5F, 0x7B, 0x7C, 0x7D) if code not in _SYMBOL}
)

_WINGDINGS = {
    0x6F: EMPTY, 0x70: EMPTY, 0x71: EMPTY, 0x72: EMPTY, 0xA8: EMPTY, 0x78: TICKED, 0xFD: TICKED, 0xFE: "☑",
    0xFB: "✗", 0xFC: "✓", 0x28: "☎", 0x2A: "✉", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "⇒",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: TICKED, 0x52: "☑", 0x53: TICKED, 0x54: TICKED, 0x99: EMPTY, 0xA3: EMPTY, 0x2A: EMPTY,
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: EMPTY, 0x72: "✗"}

UNNAMED = {0xF0FE: "☑", 0xF0FD: TICKED, 0xF0A8: EMPTY, 0xF0B0: "°", 0xF0B1: "±", 0xF0B3: "≥"}
"""What these most likely print where the font's name is lost, as in plain text; the others may be bullets."""

_UNNAMED_BESIDE = re.compile("[\uf02d\uf0a3](?=\\s*\\d)|[\uf050\uf052\uf053\uf06f\uf0a3](?=\\s+[^\\W\\d])")
_BEFORE_FIGURES = {"\uf02d": "−", "\uf0a3": "≤"}
_BEFORE_WORDS = {"\uf050": "✓", "\uf052": "☑", "\uf053": TICKED, "\uf06f": EMPTY, "\uf0a3": EMPTY}
"""Of Wingdings and Wingdings 2; LibreOffice puts all signs of symbol fonts into one font of a PDF."""

_FONTS = {
    "symbol": _SYMBOL,
    "standardsymbols": _SYMBOL,
    "opensymbol": {},
    "wingdings": _WINGDINGS,
    "wingdings2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
}


def told_by_neighbours(text: str) -> str:
    """The text with signs whose font's name is lost turned into Unicode, where what stands behind them tells it."""
    return _UNNAMED_BESIDE.sub(_told, text)


def _told(found: re.Match[str]) -> str:
    words = _BEFORE_WORDS.get(found[0], found[0])
    if found[0] not in _BEFORE_FIGURES:
        return words
    return _BEFORE_FIGURES[found[0]] if found.string[found.end() :].lstrip()[:1].isdigit() else words


def is_symbol_font(font: str | None) -> bool:
    """The font's codes are no Unicode."""
    return _key(font) in _FONTS


def sign_of(font: str | None, code: int) -> str:
    """The sign printed for ``code`` (with or without 0xF000) in ``font``; an unknown one stays where it was."""
    place = code - _PRIVATE_AREA.start if code in _PRIVATE_AREA else code
    known = _FONTS.get(_key(font), {}).get(place)
    if known is not None:
        return known
    return chr(code if code > 0xFF else code + _PRIVATE_AREA.start) if 0 < code < 0x110000 else ""


def in_font(text: str, font: str | None) -> str:
    """``text`` as ``font`` prints it: signs of the private use area in symbol fonts become those of Unicode.

    Letters of Latin-1 stand for signs too (a run of «þ» in Wingdings is a ticked box), ASCII where it stands alone.
    """
    if not is_symbol_font(font):
        return text
    known = _FONTS[_key(font)]
    first = 0x21 if len(text.strip()) == 1 and known is not _SYMBOL else 0xA1
    return "".join(
        sign_of(font, ord(sign))
        if ord(sign) in _PRIVATE_AREA or (first <= ord(sign) < 0x100 and ord(sign) in known)
        else sign
        for sign in text
    )


def _key(font: str | None) -> str:
    """The font's name in small letters without blanks, «Symbol» for «Symbol;Times New Roman»."""
    return "".join((font or "").split(";")[0].split()).strip("'\"").lower()
