"""How Russian the letters of a text look, by how usual each is after the one before it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_LETTERS = " абвгдежзийклмнопрстуфхцчшщъыьэюя"

_BIGRAMS = (
    "076777446747577787766555542000544",  # ' '
    "726766656556777356763466554000266",  # 'а'
    "451213621503643615424031124241112",  # 'б'
    "771223714605636724545012274063005",  # 'в'
    "560222400501524705114000130000010",  # 'г'
    "572453732604556645536013331253113",  # 'д'
    "744666665465777457763444555000345",  # 'е'
    "153216510503125212203001000001000",  # 'ж'
    "474545432502445514104011120241012",  # 'з'
    "755755746676567656662465633000157",  # 'и'
    "711132101103225312640132231000000",  # 'й'
    "571410541603514716456014120011111",  # 'к'
    "472132732604524610335110200057156",  # 'л'
    "763111711704445642636111211061514",  # 'м'
    "572245722804417713655525311175135",  # 'н'
    "737877655576777467774444544000355",  # 'о'
    "160000600502503727335111211052003",  # 'п'
    "573464742704355834556333442053135",  # 'р'
    "563525510607545664685333431145117",  # 'с'
    "662623711705346737535221321155134",  # 'т'
    "645455453245555156551242644000162",  # 'у'
    "340010502500311504133200000011001",  # 'ф'
    "750301200401433513433000110000400",  # 'х'
    "340400500703010300103000000030000",  # 'ц'
    "360100730604215102143000020002000",  # 'ч'
    "250200600604423231134000000004010",  # 'ш'
    "150000600600002001003000000004000",  # 'щ'
    "000000300000000000000000000000012",  # 'ъ'
    "603633623154463044451061342000001",  # 'ы'
    "612222403204036210540312232000134",  # 'ь'
    "300211000034423035340110010000000",  # 'э'
    "603113143112223013440021426000010",  # 'ю'
    "702534445023454023461053315000041",  # 'я'
)
"""How usual the letter of the column is after that of the row (a blank is a word's edge), 0 to 9 in steps of 1.6 bits.
Counted over running text of reports (weight .6) and the word forms of the OpenCorpora dictionary (.4)."""

_POINTS = {
    row + column: (int(digit) if digit != "0" else -10) / 9
    for row, digits in zip(_LETTERS, _BIGRAMS, strict=True)
    for column, digit in zip(_LETTERS, digits, strict=True)
}

_WORD = re.compile(r"[^\W\d_]+")
_MIXED_CASE = re.compile(r"[а-яё][А-ЯЁ]|\b[а-яё][А-ЯЁ]{2}")
_FRAME = "\u2500\u2501\u2504-\u2550\u2552-\u259f"
"""Box drawings but for the upright ones, between which DOS tables set their words."""
_STRANGE = re.compile(
    "[®©§°±·¦]+(?=[А-Яа-яЁё])"
    "|[^\\n\\r\\t -~А-Яа-яЁё№§©®°±·«»„“”‘’–—…•\\u00a0\\u00ad\u2500-\u259f]"
    f"|[{_FRAME}](?=[А-Яа-яЁё])|(?<=[А-Яа-яЁё])[{_FRAME}]"
)
"""What no Russian report prints: Serbian letters, control characters, the replacement character, frames in words."""
_STUTTER = re.compile(r"([а-яё])\1\1")
"""What a frame of box drawings looks like by another table."""


def _points(word: str) -> float:
    """Points for the pairs of letters of a word."""
    return sum(_POINTS.get(a + b, -1.0) for a, b in pairwise(f" {word} "))


_known_points = lru_cache(50_000)(_points)
_LONG_WORD = 40
"""Letters of a word that is not worth remembering."""


def russianness(text: str) -> float:
    """Points for all letters together, about 0.6 for each in its right encoding, less than 0 for most wrong ones."""
    lowered = text.lower().replace("ё", "е")
    return _sum_of_points(lowered) - 2.0 * _oddities(text, lowered)


def points_of_lines(text: str, line_end: re.Pattern[str]) -> list[tuple[str, float]] | None:
    """The lines of a text, each with its ``russianness``; ``None`` where that takes a look at each by itself.

    What is looked for beside letters is looked for once in all of the text, which mostly has none of it.
    """
    lowered = text.lower().replace("ё", "е")
    if len(lowered) != len(text) or _oddities(text, lowered):
        return None
    return list(zip(line_end.split(text), map(_sum_of_points, line_end.split(lowered)), strict=True))


def _sum_of_points(lowered: str) -> float:
    """Points for the letters of all words."""
    points = 0.0
    for word in _WORD.findall(lowered):
        if word[0] in _LETTERS:
            points += _known_points(word) if len(word) <= _LONG_WORD else _points(word)
    return points


def _oddities(text: str, lowered: str) -> int:
    """How many signs and neighbours no Russian report has."""
    return len(_STRANGE.findall(text)) + len(_MIXED_CASE.findall(text)) + len(_STUTTER.findall(lowered))


def strangeness(text: str) -> int:
    """How many signs of the text no Russian report prints."""
    return len(_STRANGE.findall(text))
