"""Clean-up of characters that every reader's text goes through, so that the later rooms meet one kind of blank."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from indexer.readers.mojibake import losses_marked
from indexer.readers.symbols import UNNAMED, told_by_neighbours

_STRESS = re.compile(r"(?<=[А-Яа-яЁёІіѢѣ])[\u0300\u0301]")
"""Printed stress («за́мок»). It goes before NFC, which would make one letter of г or к and the acute (ѓ, ќ)."""

_BREVE_APART = re.compile(r"(?<=[Ии])\u02d8")
"""The breve of «й» as a sign of its own."""
_FORCED_BREAKS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_DROPPED = (*range(0xFE00, 0xFE10), 0xFFFC, *range(0xE0000, 0xE0200))
"""Variation selectors, places of objects, invisible tags."""
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
    return {**table, **_FORCED_BREAKS, **_HYPHENS, **_KEPT_CONTROLS, **UNNAMED}


_TABLE = _character_table()
_PLAIN = re.compile(r"[ -~А-Яа-яЁё№«»–—\n]*")
_BLANK_SHARE = 5
"""A common line has a blank for six letters."""
_SET_APART = re.compile(r"(?<!\S)(?!а б в|А Б В)(?:[А-Яа-яЁё] ){4,}[А-Яа-яЁё](?![^\W_])")
"""Five letters and more, one by one; «а б в г» are the letters of classes or items."""
_JOINING_SIGNS = "_*·~=+.-"
_OFTEN_MEANT = ".-"
"""Between single letters these stand as well in abbreviations and numbers: only lines full of them are set apart so."""
_FEW_SIGNS, _FULL = 3, 3
_LONG_APART = 7
"""Letters and signs of a word that shows how its line is written; shorter ones may be «а_б»."""
_SIGNED_APART = re.compile(
    rf"(?<![^\W_])(?<![{_JOINING_SIGNS}])[А-Яа-яЁё\d](?P<sign>[{_JOINING_SIGNS}])"
    r"[А-Яа-яЁё\d](?:(?P=sign)[А-Яа-яЁё\d])*+(?![^\W_])(?!(?P=sign))"
)
"""«Т_О_М_С_К_А», «О*т*ч*ё*т»"""
_TWO_LETTERS = re.compile("[А-Яа-яЁё]{2}")
_ONE_BY_ONE = re.compile(r"\S(?: \S)+")
_RUN_OF_LETTERS = re.compile(r"(?<!\S)[А-Яа-яЁё](?: [А-Яа-яЁё]){4,}(?!\S)")
_WIDE_GAPS = re.compile(r" {2,}")
_LONGEST_WORD = 25
_BLANKS = re.compile(r" {2,}")
_AROUND_BREAKS = re.compile(r" *\n *")


_INVISIBLE_BLANK = re.compile("(?<=[^\\s\u200b\u2060\ufeff])[\u200b\u2060\ufeff]+(?=[^\\s\u200b\u2060\ufeff])")
"""Zero-width blanks between printed signs."""
_FEW_BLANKS, _SHORTEST = 25, 100
"""Signs for a blank, and signs of a text, from which it is no running text as people see it."""


def lacks_blanks(texts: Sequence[str]) -> bool:
    """The texts of a document have next to no blanks between them."""
    length = sum(map(len, texts))
    return length > _SHORTEST and sum(text.count(" ") for text in texts) * _FEW_BLANKS < length


def with_blanks(text: str) -> str:
    """``text`` with a blank for each invisible one: of use where words are parted by nothing else."""
    return _INVISIBLE_BLANK.sub(" ", text)


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
    text = told_by_neighbours(losses_marked(text)).replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    text = unicodedata.normalize("NFC", _STRESS.sub("", _BREVE_APART.sub("\u0306", text)))
    return text.translate(_TABLE).replace("\u0301", "")


def _drawn_together(line: str) -> str:
    """«О Т Ч Ё Т   г о р о д а   О М С К А» as words: where letters are set apart, wider gaps part the words."""
    if not _SET_APART.search(line):
        return line
    words = _WIDE_GAPS.split(line.strip())
    if len(words) == 1 and len(line) > 2 * _LONGEST_WORD:
        return line  # no gap tells where one word ends
    return " ".join(
        word.replace(" ", "")
        if _ONE_BY_ONE.fullmatch(word)
        else _RUN_OF_LETTERS.sub(lambda found: found[0].replace(" ", ""), word)
        for word in words
    )


def _unsigned(text: str) -> str:
    """«О_т_ч_ё_т г_о_р_о_д_а Т_о_м_с_к_а» as words."""
    signs = {sign for sign in _JOINING_SIGNS if text.count(sign) >= _FEW_SIGNS}
    signs -= {sign for sign in signs if sign in _OFTEN_MEANT and text.count(sign) * _FULL <= len(text)}
    long = (word[0] for word in _SIGNED_APART.finditer(text) if word["sign"] in signs) if signs else ()
    if not any(len(word) >= _LONG_APART and word[0].isalpha() for word in long):
        return text

    def drawn_together(found: re.Match[str]) -> str:
        return found[0].replace(found["sign"], "") if found["sign"] in signs else found[0]

    return _SIGNED_APART.sub(drawn_together, text)


def clean(text: str) -> str:
    """``clean_characters`` with blanks also collapsed and dropped at the ends of lines, empty lines left out."""
    text = clean_characters(text)
    if text.count(" ") * _BLANK_SHARE > len(text) and _SET_APART.search(text):
        text = "\n".join(map(_drawn_together, text.split("\n")))
    if "_" in text or "*" in text or not _TWO_LETTERS.search(text):
        text = _unsigned(text)
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        text = re.sub(r"\n{2,}", "\n", _AROUND_BREAKS.sub("\n", text))
    return text.strip(" \n")
