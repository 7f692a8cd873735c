"""Numbers printed above the line: «10⁶» is not 106, and «2³/₄» not 23/4.

A reader marks the figures when it meets them; what they mean is known where the paragraph is whole.
"""

from __future__ import annotations

import re

_SIMPLE = re.compile(r"[\w.,%№²³′″√]*")
_SIGNS = {"2": "²", "3": "³"}

_FIRST = 0xE7D0
_FIGURES = {ord(figure): chr(_FIRST + place) for place, figure in enumerate("0123456789-")}
_FIGURES[ord("−")] = _FIGURES[ord("–")] = _FIGURES[ord("-")]
_MARKED = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + 10)}]+")
_NUMBER = re.compile(r"\s*[-−–]?\d{1,3}\s*")


def grouped(text: str) -> str:
    """The text in brackets where it is more than one word or number."""
    return text if _SIMPLE.fullmatch(text) or (text[:1] == "(" and text[-1:] == ")") else f"({text})"


def power(base: str, exponent: str) -> str:
    """«м²», «10^6»"""
    return f"{base}{_SIGNS.get(exponent, f'^{grouped(exponent)}' if exponent else '')}"


def marked(text: str) -> str:
    """The text of a run that is printed above the line, its figures marked if it is a number."""
    return text.strip().translate(_FIGURES) if _NUMBER.fullmatch(text) else text


def settled(text: str) -> str:
    """A paragraph with each marked number as it is read: a power behind a number, else just the number («м2»)."""
    return _MARKED.sub(_read, text) if _MARKED.search(text) else text


def _read(found: re.Match[str]) -> str:
    number = "".join("0123456789-"[ord(sign) - _FIRST] for sign in found[0])
    before, behind = found.string[: found.start()], found.string[found.end() : found.end() + 1]
    if not before[-1:].isdigit():
        return number
    return f" {number}" if behind in ("/", "⁄", "∕") else power("", number)
