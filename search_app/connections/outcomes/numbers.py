"""Numbers of a statement with the thing they count: «640 рабочих мест», «12 тысяч предметов», «11,6 км»."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<![\w№#.,/-])(?<!№\s)(?P<whole>\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?P<part>,\d+)?"
    r"(?![\w/]|[.,]\d|-[^\W\d])"
)
_TIMES = ((re.compile(r"\s*тыс(?:яч\w*|\.)?", re.I), 1e3), (re.compile(r"\s*(?:млн\.?|миллион\w*)", re.I), 1e6))
_MORE_TIMES = ((re.compile(r"\s*(?:млрд\.?|миллиард\w*)", re.I), 1e9),)
_YEAR = re.compile(r"\s*(?:[–-]\s*\d{4}\s*)?г(?:од\w*|г?\.)", re.I)
_MONTHS = re.compile(r"\s*(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NEAR = 3
"""Words behind a number among which the thing counted stands: «640 отечественных рабочих мест»."""

_YEARS = range(1900, 2100)
SPELLED = {
    **dict.fromkeys(("два", "две", "двух"), 2),
    **dict.fromkeys(("три", "трех"), 3),
    **dict.fromkeys(("четыре", "четырех"), 4),
    **dict.fromkeys(("пять", "пяти"), 5),
    **dict.fromkeys(("шесть", "шести"), 6),
    **dict.fromkeys(("семь", "семи"), 7),
    **dict.fromkeys(("восемь", "восьми"), 8),
    **dict.fromkeys(("девять", "девяти"), 9),
    **dict.fromkeys(("десять", "десяти"), 10),
    **dict.fromkeys(("одиннадцать", "одиннадцати"), 11),
    **dict.fromkeys(("двенадцать", "двенадцати"), 12),
    **dict.fromkeys(("тринадцать", "тринадцати"), 13),
    **dict.fromkeys(("четырнадцать", "четырнадцати"), 14),
    **dict.fromkeys(("пятнадцать", "пятнадцати"), 15),
    **dict.fromkeys(("шестнадцать", "шестнадцати"), 16),
    **dict.fromkeys(("семнадцать", "семнадцати"), 17),
    **dict.fromkeys(("восемнадцать", "восемнадцати"), 18),
    **dict.fromkeys(("девятнадцать", "девятнадцати"), 19),
    **dict.fromkeys(("двадцать", "двадцати"), 20),
    **dict.fromkeys(("тридцать", "тридцати"), 30),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A number and the words behind it, the first of which are what it counts."""

    value: float
    words: tuple[str, ...]
    start: int


def counted_in(text: str) -> list[Counted]:
    """The numbers of a text that count something: no years, dates, ages of names («75-летие»), numbers of acts."""
    found = [_counted(match, text) for match in _NUMBER.finditer(text)]
    spelled = [
        Counted(SPELLED[word.group().lower().replace("ё", "е")], _behind(text, word.end()), word.start())
        for word in _WORD.finditer(text)
        if word.group().lower().replace("ё", "е") in SPELLED
    ]
    return sorted([*filter(None, found), *spelled], key=lambda one: one.start)


def _counted(match: re.Match[str], text: str) -> Counted | None:
    value = float(re.sub(r"\D", "", match["whole"]) + (match["part"] or "").replace(",", "."))
    end = match.end()
    if value in _YEARS and not match["part"] and " " not in match["whole"] and _YEAR.match(text, end):
        return None
    if _MONTHS.match(text, end):
        return None
    for pattern, times in (*_TIMES, *_MORE_TIMES):
        scaled = pattern.match(text, end)
        if scaled:
            value, end = value * times, scaled.end()
            break
    words = _behind(text, end)
    if not words and value in _YEARS:
        return None
    return Counted(value, words, match.start())


def _behind(text: str, end: int) -> tuple[str, ...]:
    stop = re.search(r"[,.;:()–—]", text[end:])
    return tuple(_WORD.findall(text[end : end + stop.start()] if stop else text[end:])[:_NEAR])
