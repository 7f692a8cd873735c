"""A text layer that lies: letters of the wrong table are turned back, and what says nothing is told from text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.readers import mojibake
from indexer.readers.likeness import russianness
from indexer.readers.pdf_page import Page

_REPEATED = re.compile(r"(\W)(?:\s*\1)+")
"""Dots that lead to a page number, a line of dashes."""
_RUSSIAN = re.compile("[А-Яа-яЁё]")
_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_USUAL_SIGNS = frozenset(" .,:;!?()[]«»\"'“”„’–—-/%№§+=*•·…_|<>&@#°☒☐✓✔■□●○")
_LEAST_SIGNS = 40
"""Signs of a page that say something of it."""
_STRANGE_SHARE = 0.25
_LETTER_SHARE = 0.25
_LEAST_LETTERS = 60
_RUSSIAN_POINTS = 0.1
"""Points for a letter below which Cyrillic letters in a row are no Russian: running text has .6, capitals .4."""
_WITHOUT_VOWELS = 0.5
_LEAST_WORDS = 8


def mend(pages: Sequence[Page]) -> None:
    """Turn back the lines of all pages that were written with the wrong table."""
    lines = [line for page in pages for line in page.all_lines()]
    turned = mojibake.repairs([line.text for line in lines])
    for line in lines if turned else ():
        line.written = turned.get(line.text)


def says_nothing(page: Page) -> bool:
    """The page has a text of which no word can be read."""
    if page.looks.is_unreadable:
        return True
    text = _REPEATED.sub(r"\1", " ".join(line.text for line in page.all_lines()))
    signs = [sign for sign in text if not sign.isspace() and not sign.isdigit()]
    if len(signs) < _LEAST_SIGNS or sum(map(str.isdigit, text)) > len(signs):
        return False
    letters = sum(sign.isalpha() for sign in signs)
    strange = sum(not sign.isalpha() and sign not in _USUAL_SIGNS for sign in signs)
    if strange > _STRANGE_SHARE * len(signs) or letters < _LETTER_SHARE * len(signs):
        return True
    return _is_wrong_russian(text) or _is_wrong_latin(text, letters)


def _is_wrong_russian(text: str) -> bool:
    """Cyrillic letters that follow each other as they do in no Russian word."""
    count = len(_RUSSIAN.findall(text))
    return count >= _LEAST_LETTERS and russianness("".join(filter(_is_plain, text))) < _RUSSIAN_POINTS * count


def _is_plain(sign: str) -> bool:
    return sign.isspace() or sign in _USUAL_SIGNS or bool(_RUSSIAN.match(sign))


def _is_wrong_latin(text: str, letters: int) -> bool:
    """Latin letters without vowels, or mostly such as no language has many of, without any Russian beside."""
    if len(_RUSSIAN.findall(text)) * 10 > letters:
        return False
    accented = sum("\u00c0" <= sign <= "\u00ff" for sign in text)
    words = _LATIN_WORD.findall(text)
    mute = sum(not _VOWEL.search(word) for word in words)
    return accented > 0.35 * letters or (len(words) >= _LEAST_WORDS and mute > _WITHOUT_VOWELS * len(words))
