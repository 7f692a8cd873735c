"""Clean-up of characters that every reader's text goes through, so that the later rooms meet one kind of blank."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_STRESS = re.compile(r"(?<=[А-Яа-яЁёІіѢѣ])[\u0300\u0301]")
"""Printed stress («за́мок»). It goes before NFC, which would make one letter of г or к and the acute (ѓ, ќ)."""

_FORCED_BREAKS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_DROPPED = (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200))
"""Variation selectors and invisible tags."""
_HYPHENS = {0x2010: "-", 0x2011: "-"}
_KEPT_CONTROLS = {0x09: " ", 0x0A: "\n"}


def _character_table() -> dict[int, str | None]:
    """What each unwanted character becomes: blanks a space, breaks a newline, the invisible nothing."""
    table: dict[int, str | None] = dict.fromkeys(_DROPPED)
    for code in range(0x10000):
        category = unicodedata.category(chr(code))
        if category == "Zs":
            table[code] = " "
        elif category in ("Cc", "Cf", "Cs", "Co"):
            table[code] = None  # Cf holds U+00AD, zero-width and direction marks; Co the glyphs of symbol fonts
    return {**table, **_FORCED_BREAKS, **_HYPHENS, **_KEPT_CONTROLS}


_TABLE = _character_table()
_PLAIN = re.compile(r"[ -~А-Яа-яЁё№«»–—\n]*")
_BLANKS = re.compile(r" {2,}")
_AROUND_BREAKS = re.compile(r" *\n *")


_first: ContextVar[Callable[[str], str] | None] = ContextVar("_first", default=None)


@contextmanager
def changed_first(change: Callable[[str], str]) -> Iterator[None]:
    """Within, every text goes through ``change`` before it is cleaned, which would take away what tells its table."""
    token = _first.set(change)
    try:
        yield
    finally:
        _first.reset(token)


def clean_characters(text: str) -> str:
    """``text`` in NFC with plain blanks, ``"\\n"`` for every kind of break, nothing invisible and no stress marks."""
    change = _first.get()
    if change is not None:
        text = change(text)
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    text = unicodedata.normalize("NFC", _STRESS.sub("", text))
    return text.translate(_TABLE).replace("\u0301", "")


def clean(text: str) -> str:
    """``clean_characters`` with blanks also collapsed and dropped at the ends of lines, empty lines left out."""
    text = clean_characters(text)
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        text = re.sub(r"\n{2,}", "\n", _AROUND_BREAKS.sub("\n", text))
    return text.strip(" \n")
