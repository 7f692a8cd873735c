"""Russian words typed with Latin letters that look the same («Oтчёт», «TOMCK»), put back into Russian letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from indexer.vocabulary import TWINS

_CAPITALS, _SMALL = "ABCEHKMOPTXY", "aceopxy"
"""Latin letters that are Russian ones to the eye: of the small letters fewer."""
_TO_RUSSIAN = str.maketrans(
    {
        **TWINS,
        **{latin.upper(): russian.upper() for latin, russian in TWINS.items()},
        "ë": "ё",
        "Ë": "Ё",
    }
)
_OWN = frozenset("бвгджзийклмнптфцчшщъыьэюяёБГДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯЁ")
"""Russian letters that no Latin one looks like."""
_LETTERS = re.compile(r"[^\W\d_]+")
_RUSSIAN, _LATIN = re.compile(r"[А-Яа-яЁё]"), re.compile(r"[A-Za-zËë]")
_ALIKE = re.compile(rf"[{_CAPITALS}{_SMALL}]+")
_ALONE = re.compile(rf"(?<![\w.])[ABCKOYacoy](?=\s+[«\"]?[А-Яа-яЁё\d{_CAPITALS}])")
"""«B 2019 году», «c жителями»"""
_HABIT = 3
"""Mixed words by which a text shows that its Latin letters are meant in Russian."""
_LONG = 4
"""Capitals of a line of its own that is no abbreviation: «OMCK»."""

KnownWord = Callable[[str], bool]


def in_russian_letters(texts: Sequence[str], is_known: KnownWord) -> tuple[list[str], int]:
    """The texts of one document with such words mended, and how many words of mixed letters stood in them.

    A word is mended where it mixes both alphabets and Russian letters can spell all of it. A wholly Latin one is where
    the dictionary knows it as Russian, and what stands around it is typed so, too.
    """
    result = list(texts)
    count = 0
    for place in _doubtful(texts):
        text, mixed = _without_mixed(texts[place], is_known)
        result[place] = _without_latin(text, is_known) if mixed or _is_line_of_capitals(text) else text
        count += mixed
    return ([_without_latin(text, is_known) for text in result] if count >= _HABIT else result), count


def _doubtful(texts: Sequence[str]) -> list[int]:
    """The numbers of the texts in which letters of both alphabets touch, or Latin capitals follow each other."""
    text = "\n".join(texts)
    if text.isascii():
        return [number for number, line in enumerate(texts) if _is_line_of_capitals(line)]
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4"), _LAST_CODE)
    marks = _marks()[codes]
    touching = (marks[:-1] | marks[1:]) & _BOTH == _BOTH
    capitals = marks & _CAPITAL
    runs = capitals[:-3] & capitals[1:-2] & capitals[2:-1] & capitals[3:]
    places = np.concatenate([np.flatnonzero(touching), np.flatnonzero(runs)])
    if not len(places):
        return []
    ends = np.cumsum([len(line) + 1 for line in texts])
    return sorted(set(np.searchsorted(ends, places, side="right").tolist()))


_LAST_CODE = 0x500
_MARK_RUSSIAN, _MARK_LATIN, _CAPITAL = 1, 2, 4
_BOTH = _MARK_RUSSIAN | _MARK_LATIN


@cache
def _marks() -> NDArray[np.uint8]:
    """What each sign is to ``_doubtful``."""
    marks = np.zeros(_LAST_CODE + 1, dtype=np.uint8)
    marks[[code for code in range(_LAST_CODE) if _RUSSIAN.match(chr(code))]] = _MARK_RUSSIAN
    marks[[code for code in range(_LAST_CODE) if _LATIN.match(chr(code))]] = _MARK_LATIN
    marks[[ord(letter) for letter in _CAPITALS]] |= _CAPITAL
    return marks


def _without_mixed(text: str, is_known: KnownWord) -> tuple[str, int]:
    """The text with its mixed words in Russian letters, and their number."""
    count = 0

    def mended(found: re.Match[str]) -> str:
        nonlocal count
        word = found[0]
        if not _RUSSIAN.search(word) or not _LATIN.search(word):
            return word
        russian = word.translate(_TO_RUSSIAN)
        if _LATIN.search(russian) or not (is_known(russian.lower()) or not _OWN.isdisjoint(word)):
            return word
        count += 1
        return russian

    return _LETTERS.sub(mended, text), count


def _without_latin(text: str, is_known: KnownWord) -> str:
    """The text with its wholly Latin words in Russian letters where they are words so."""
    if not _LATIN.search(text):
        return text

    def mended(found: re.Match[str]) -> str:
        russian = found[0].translate(_TO_RUSSIAN)
        is_alike = len(russian) > 1 and _ALIKE.fullmatch(found[0]) is not None
        return russian if is_alike and is_known(russian.lower()) else found[0]

    return _ALONE.sub(lambda found: found[0].translate(_TO_RUSSIAN), _LETTERS.sub(mended, text))


def _is_line_of_capitals(text: str) -> bool:
    """«OMCK»: nothing but long words of Latin capitals that all look Russian."""
    words = _LETTERS.findall(text)
    return bool(words) and all(len(word) >= _LONG and set(word) <= set(_CAPITALS) for word in words)
