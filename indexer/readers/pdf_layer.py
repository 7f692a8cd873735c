"""A text layer that lies: letters of the wrong table are turned back, and what says nothing is told from text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from indexer.language.likeness import russianness
from indexer.readers import mojibake
from indexer.readers.pdf_lines import Line
from indexer.readers.pdf_page import Page

_REPEATED = re.compile(r"(\W)(?:\s*\1)+")
"""Dots that lead to a page number, a line of dashes."""
_RUSSIAN = re.compile("[А-Яа-яЁё]")
_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_MIXED_CASE = re.compile("[a-z][A-Z]")
_VOWEL_SHARE = (0.25, 0.6)
_USUAL_SIGNS = frozenset(" .,:;!?()[]«»\"'“”„’–—-/%№§+=*•·…_|<>&@#°☒☐✓✔■□●○")
_NOT_PLAIN = re.compile(f"[^\\sА-Яа-яЁё{re.escape(''.join(sorted(_USUAL_SIGNS)))}]+")
_HALF = 0.5
_LEAST_SIGNS = 40
"""Signs of a page that say something of it."""
_STRANGE_SHARE = 0.25
_LETTER_SHARE = 0.25
_LEAST_LETTERS = 60
_SURE_POINTS = 0.4
"""Points for a letter from which numbers are surely read aright."""
_ASCII_SHIFT = 29
_FIRST_FOREIGN = 98
"""Number of the first sign behind those of ASCII."""
_RUSSIAN_POINTS = 0.1
"""Points for a letter below which Cyrillic letters in a row are no Russian: running text has .6, capitals .4."""
_WITHOUT_VOWELS = 0.5
_LEAST_WORDS = 8


def mend(pages: Sequence[Page]) -> None:
    """Turn back the lines of all pages that were written with the wrong table."""
    for page in pages:
        if page.looks.is_guessed:
            _read_numbers(list(page.all_lines()))
    lines = [line for page in pages for line in page.all_lines()]
    turned = mojibake.repairs([line.text for line in lines])
    for line in lines if turned else ():
        line.written = turned.get(line.text)


def _read_numbers(lines: Sequence[Line]) -> None:
    """Read signs that are the numbers of letters in their font, where the font has the Russian ones in their order.

    Fonts of Windows begin with a blank as number 3 and the signs of ASCII behind it.
    """
    text = "".join(line.text for line in lines)
    counts = Counter(sign for sign in text if ord(sign) >= _FIRST_FOREIGN)
    if sum(counts.values()) < _LEAST_LETTERS:
        return
    usual = ord(counts.most_common(1)[0][0])
    tables = [_table(code - usual) for code in range(ord("А"), ord("я") + 1)]
    best = max(tables, key=lambda table: russianness(text.translate(table)))
    read = text.translate(best)
    if russianness(read) >= _SURE_POINTS * max(len(_RUSSIAN.findall(read)), _LEAST_LETTERS):
        for line in lines:
            line.written = line.text.translate(best)


def _table(shift: int) -> dict[int, str]:
    """What each number means if Russian letters are so far from their places in Unicode."""
    latin = {number: chr(number + _ASCII_SHIFT) for number in range(3, _FIRST_FOREIGN)}
    russian = {code - shift: chr(code) for code in range(ord("А"), ord("я") + 1)}
    # Fonts lack some letters of Unicode on either side of the alphabet.
    special = {code - shift: sign for sign in "Ёё" for code in (ord(sign), ord(sign) + (1 if sign == "Ё" else -1))}
    return {number: sign for number, sign in {**latin, **special, **russian}.items() if number >= 3}


def says_nothing(page: Page) -> bool:
    """The page has a text of which no word can be read."""
    text = _REPEATED.sub(r"\1", " ".join(line.text for line in page.all_lines()))
    if page.looks.is_guessed and not _is_likely(text):
        return True
    counts = Counter(text)
    digits = sum(count for sign, count in counts.items() if sign.isdigit())
    signs = len(text) - digits - sum(count for sign, count in counts.items() if sign.isspace())
    if signs < _LEAST_SIGNS or digits > signs:
        return False
    if page.looks.picture > _HALF and len(_RUSSIAN.findall(text)) * 10 < signs and not _is_likely(text):
        return True  # «OTteT aAMHHHCTpauuH»: a scan recognised as if it were English
    letters = sum(count for sign, count in counts.items() if sign.isalpha())
    usual = sum(count for sign, count in counts.items() if sign in _USUAL_SIGNS and not sign.isspace())
    strange = signs - letters - usual
    if strange > _STRANGE_SHARE * signs or letters < _LETTER_SHARE * signs:
        return True
    return _is_wrong_russian(text) or _is_wrong_latin(text, letters)


def _is_likely(text: str) -> bool:
    """A text that PDFium had to guess looks like one: Russian, or Latin with as many vowels as any language has."""
    letters = [sign for sign in text if sign.isalpha()]
    russian = len(_RUSSIAN.findall(text))
    if russian * 2 > len(letters):
        return russianness(_NOT_PLAIN.sub("", text)) >= _RUSSIAN_POINTS * russian
    latin = [sign for sign in letters if sign.isascii()]
    vowels = len(_VOWEL.findall("".join(latin)))
    mixed = len(_MIXED_CASE.findall(text))
    likely = _VOWEL_SHARE[0] * len(latin) <= vowels <= _VOWEL_SHARE[1] * len(latin)
    return likely and mixed * 10 <= len(latin) and len(latin) * 10 >= len(letters) * 8


def _is_wrong_russian(text: str) -> bool:
    """Cyrillic letters that follow each other as they do in no Russian word."""
    count = len(_RUSSIAN.findall(text))
    return count >= _LEAST_LETTERS and russianness(_NOT_PLAIN.sub("", text)) < _RUSSIAN_POINTS * count


def _is_wrong_latin(text: str, letters: int) -> bool:
    """Latin letters without vowels, or mostly such as no language has many of, without any Russian beside."""
    if len(_RUSSIAN.findall(text)) * 10 > letters:
        return False
    accented = sum("\u00c0" <= sign <= "\u00ff" for sign in text)
    words = _LATIN_WORD.findall(text)
    mute = sum(not _VOWEL.search(word) for word in words)
    return accented > 0.35 * letters or (len(words) >= _LEAST_WORDS and mute > _WITHOUT_VOWELS * len(words))
