"""Values of automatic lists in the figures and letters that they are printed with."""

from __future__ import annotations

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
"""Word and LibreOffice leave out ё, й, ъ and ь when they letter a list."""

_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip

_MAX_ROMAN = 3_999
_MAX_REPEATED_LETTERS = 30


def roman(value: int) -> str:
    """``value`` in upper-case Roman figures; Arabic ones outside 1…3999."""
    if not 0 < value <= _MAX_ROMAN:
        return str(value)
    figures = []
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        figures.append(sign * count)
    return "".join(figures)


def _letter(value: int, alphabet: str) -> str:
    """а, б, … я, аа, бб, …; Arabic figures outside the alphabet's reach."""
    if not 0 < value <= len(alphabet) * _MAX_REPEATED_LETTERS:
        return str(value)
    repeats, place = divmod(value - 1, len(alphabet))
    return alphabet[place] * (repeats + 1)


def numeral(value: int, kind: str) -> str:
    """``value`` in one of WordprocessingML's number formats; a format unknown here is printed in Arabic figures."""
    match kind:
        case "none" | "bullet":
            return ""
        case "upperRoman":
            return roman(value)
        case "lowerRoman":
            return roman(value).lower()
        case "upperLetter":
            return _letter(value, _LATIN).upper()
        case "lowerLetter":
            return _letter(value, _LATIN)
        case "russianUpper":
            return _letter(value, _RUSSIAN).upper()
        case "russianLower":
            return _letter(value, _RUSSIAN)
        case "decimalZero":
            return f"{value:02d}"
        case _:
            return str(value)
