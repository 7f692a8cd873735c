"""Numbers as people write them: «1 200», «12,5», «131-ФЗ», «02.07.2020», «2019 – 2021», each one thing."""

from __future__ import annotations

import re
from collections.abc import Callable

from indexer.language.forms import Form, Readings
from indexer.language.spelling import DASHES, plain, spelling_of

_BLANKS = r" \u00a0\u2000-\u200a\u202f\u205f"
BLANK = rf"[{_BLANKS}]"
"""A blank within a line, of whatever width."""
_DASH = rf"[{DASHES}]"
_YEAR = r"(?:19|20)\d\d"

# What may follow the first digit of a chunk. Two numbers side by side are never one: no groups have «№ 5 200 учеников»,
# «+7 913 555…», «(3822) 526 600», «в 2019 500 детей», «8 800 555 35 35», «52 600-12».
GROUPS = rf"""
    (?= \d{{0,2}} [{_BLANKS}'’] \d{{3}} )
    (?<![№\#+]\d) (?<![№\#+)]{BLANK}\d) (?<!\d{BLANK}\d) (?<!\d[.,:/'’]\d)
    \d{{0,2}} (?: (?:{BLANK}\d{{3}}){{1,4}} | (?:['’]\d{{3}}){{1,4}} ) (?:,\d+|-[^\W\d_]+)?
    (?![^\W_]) (?!{BLANK}\d) (?!{_DASH}\d{{1,3}}(?!\d|{BLANK}\d{{3}})) (?![.,:/'’]\d)
"""
YEARS = rf"""
    (?: (?<=1)9 | (?<=2)0 ) \d\d (?: {BLANK}?[\u2012-\u2015\u2212/]{BLANK}? | -{BLANK}? | {BLANK}-{BLANK} )
    {_YEAR} (?![^\W_]) (?!(?:[.,:/]|{_DASH})[^\W_])
"""
TO_KIND = rf"\d{{0,3}} (?:{BLANK}?{_DASH}{BLANK}?|{BLANK})"
"""Between the first digit and the kind of an act: «131 ФЗ», «131 - ФЗ»."""
SIGN = rf"(?: (?<=N)[oо]\.? | (?<=[Nn])\.? ){BLANK}?(?=\d)"
"""Behind an N: «N 5», «No. 5» is the sign № as typed without one; «NO2» is none."""

_SIGNED = re.compile(rf"(?:N[oо]|[Nn])\.?{BLANK}?(?=\d)")
_GROUPED = re.compile(rf"(\d{{1,3}}(?:[{_BLANKS}'’]\d{{3}})+)(?:,(\d+))?")
_DOTTED = re.compile(r"(\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+(?=,))(?:,(\d+))?")
_GROUPED_HEAD = re.compile(rf"\d{{1,3}}(?:[{_BLANKS}'’]\d{{3}})+(?=-)")
_RANGE = re.compile(rf"\d+([.,:]\d+)?({_DASH})\d+([.,:]\d+)?")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_ACT = re.compile(rf"(\d+){BLANK}?-?{BLANK}?([^\W\d_]+)")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)")
_RANGE_OF_YEARS = re.compile(rf"{_YEAR}{BLANK}?(?:{_DASH}|/){BLANK}?{_YEAR}")
_CODE = re.compile(r"(\d+)-([^\W\d_]+)")
_TIME_OR_SHARE = re.compile(r"\d+[:/]\d+")
_MANY = re.compile(r"\d+(?:([-.:/])\d+)(?:[-.:/]\d+)+")
_DIGITS = re.compile(r"\d+")
_GLUED = re.compile(r"(\d+(?:[.,]\d+)?)([^\W\d_]{1,4}[23²³]?)")

_ORDINAL_ENDINGS = frozenset("й я е ю ая ой ый ий ое ого его ому ему ым им ом ем ую ых их ми х м го му ти и".split())
_CARDINAL_ENDINGS = frozenset("х ти ми и".split())
"""«5-ти человек», «2-х этажей»: how many, not which."""
_SHORT = 4
"""Letters of the kinds of acts at most; longer is a word with endings: «100-летие»."""

Words = Callable[[str], Readings]
"""Word → its readings."""


def sign_length(chunk: str) -> int:
    """How much of a chunk is an N that stands for №: «N 131-ФЗ» → 2."""
    sign = _SIGNED.match(chunk)
    return sign.end() if sign else 0


def unit_begins(chunk: str, units: frozenset[str]) -> int:
    """Where the unit begins in «5км», «1200м²»; 0 for any other chunk."""
    found = _GLUED.fullmatch(chunk)
    return found.start(2) if found and plain(spelling_of(found[2])) in units else 0


def range_place(chunk: str) -> int:
    """Where the dash is in «1,5–2», «9:00–18:00»; 0 for any other chunk, «10-12» too, which may be no range."""
    found = _RANGE.fullmatch(chunk)
    return found.start(2) if found and (found[1] or found[3]) else 0


def number_forms(chunk: str, words: Words, acts: frozenset[str]) -> list[Form]:
    """The forms of a chunk that is a number, alone or with letters behind a hyphen; none for any other."""
    spelling = _GROUPED_HEAD.sub(lambda head: "".join(_DIGITS.findall(head.group())), plain(spelling_of(chunk)))
    act = _act(spelling, len(chunk), words, acts)
    if act or not chunk[0].isdigit():
        return act
    for rule in _RULES:
        form = rule(spelling, len(chunk), words)
        if form is not None:
            return [form]
    return _years(chunk)


# Rules: spelling (lower case, one kind of dash), length of the chunk, words → the form


def _grouped(spelling: str, length: int, _: Words) -> Form | None:
    """«1 200», «12.500.000», «1 200,5», «2 000,00»."""
    found = _GROUPED.fullmatch(spelling) or _DOTTED.fullmatch(spelling)
    if found is None or _is_address(found[1]):
        return None
    whole = "".join(_DIGITS.findall(found[1]))
    return _with_fraction(whole, found[2], length) if found[2] else _number(whole, length)


def _with_fraction(whole: str, fraction: str, length: int) -> Form:
    """«2000,00» roubles are 2000 as well."""
    number = f"{whole},{fraction}"
    return _either(number, whole, length) if fraction == "00" else _number(number, length)


def _either(number: str, other: str, length: int) -> Form:
    return Form(f"{number}~", (number, other), ((number, 1.0), (other, 1.0)), 0, length)


def _is_address(groups: str) -> bool:
    """«192.168.100.200»: four numbers of a byte each."""
    numbers = groups.split(".")
    return len(numbers) == 4 and all(int(number) < 256 for number in numbers)


def _decimal(spelling: str, length: int, _: Words) -> Form | None:
    """«12,5», «12.5»; «1.200» may be thousands as well; «02.07» is a day, «2019,2020» two years."""
    found = _DECIMAL.fullmatch(spelling)
    if found is None or (len(found[1]) > 1 and found[1][0] == "0") or re.fullmatch(_YEAR, found[2]):
        return None
    if "," in spelling:
        return _with_fraction(found[1], found[2], length)
    number = f"{found[1]},{found[2]}"
    thousands = len(found[1]) <= 3 and len(found[2]) == 3 and found[1] != "0"
    return _either(number, found[1] + found[2], length) if thousands else _number(number, length)


def _number(digits: str, length: int) -> Form:
    return Form(digits, (digits,), ((digits, 1.0),), 0, length)


def _date(spelling: str, length: int, _: Words) -> Form | None:
    """«02.07.2020», «2.7.2020»: a day, found by its year too."""
    found = _DATE.fullmatch(spelling)
    if found is None or not (0 < int(found[1]) <= 31 and 0 < int(found[2]) <= 12):
        return None
    day = f"{int(found[1]):02}.{int(found[2]):02}.{found[3]}"
    year = ((found[3], 1.0),) if len(found[3]) == 4 else ()
    return Form(day, (day,), ((day, 1.0), *year), 0, length, ((day, 1.0),))


def _ordinal(spelling: str, length: int, _: Words) -> Form | None:
    """«76-й», «2021-го»: found by the number too; looks for it where it is a year or says how many."""
    found = _CODE.fullmatch(spelling)
    if found is None or found[2] not in _ORDINAL_ENDINGS:
        return None
    lemmas = ((f"{found[1]}-й", 1.0), (found[1], 1.0))
    counts = found[2] in _CARDINAL_ENDINGS or re.fullmatch(_YEAR, found[1])
    return Form(spelling, (spelling, found[1]), lemmas, 0, length, None if counts else lemmas[:1])


def _code(spelling: str, length: int, words: Words) -> Form | None:
    """«131-ФЗ», «440-р», «100-летия»: one word, found by its parts, but not looking for them."""
    found = _CODE.fullmatch(spelling)
    if found is None:
        return None
    whole = words(spelling) if len(found[2]) > _SHORT else ((spelling, 1.0),)
    return Form(spelling, (spelling,), _readings(*whole, (found[1], 1.0), *words(found[2])), 0, length, whole)


def _act(spelling: str, length: int, words: Words, acts: frozenset[str]) -> list[Form]:
    """«ФЗ-131», «131 ФЗ» is 131-ФЗ."""
    kind, _, number = spelling.partition("-")
    found = _ACT.fullmatch(spelling)
    if found is not None:
        number, kind = found.groups()
    form = _code(f"{number}-{kind}", length, words) if kind in acts and number.isdigit() else None
    return [form] if form else []


def _joined(spelling: str, length: int, _: Words) -> Form | None:
    """«12:30», «24/7», «52-66-00», «192.168.1.1»: one thing, though «24» finds «24/7»."""
    pair = _TIME_OR_SHARE.fullmatch(spelling) and not _RANGE_OF_YEARS.fullmatch(spelling)
    if not pair and not _MANY.fullmatch(spelling):
        return None
    whole = ((spelling, 1.0),)
    parts = _DIGITS.findall(spelling) if pair else []
    return Form(spelling, (spelling,), _readings(*whole, *((part, 1.0) for part in parts)), 0, length, whole)


def _readings(*readings: tuple[str, float]) -> Readings:
    """Each lemma once, with the first of its weights."""
    return tuple({lemma: (lemma, weight) for lemma, weight in reversed(readings)}.values())[::-1]


_RULES = (_grouped, _decimal, _date, _ordinal, _code, _joined)


def _years(chunk: str) -> list[Form]:
    """«2019-2021», «2019 – 2021», «2019/2020»: both years, the range besides at the first."""
    if not _RANGE_OF_YEARS.fullmatch(chunk):
        return []
    first, last = _DIGITS.finditer(chunk)
    whole = f"{first.group()}-{last.group()}"
    beginning = ((first.group(), 1.0), (whole, 1.0))
    return [
        Form(f"{whole}#0", (first.group(), whole), beginning, first.start(), first.end()),
        Form(f"{whole}#1", (last.group(),), ((last.group(), 1.0),), last.start(), last.end()),
    ]
