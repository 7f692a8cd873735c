"""Paragraphs of an otherwise sound text that say nothing: letters without sense, lost signs, mark-up.

Whole files are judged in ``health``; here only parts that it doubts are looked at, and names and words of other
languages stay: it is better to keep a strange paragraph than to lose a good one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.language.likeness import russianness
from indexer.model import Block
from indexer.report.glance import KnownWord
from indexer.report.health import Health, mark_up

_WORD = re.compile(r"[А-Яа-яЁё]{3,}")
_OTHER_LETTERS = re.compile("[ІіЇїЄєҐґЎўӘәҒғҚқҢңӨөҰұҮүҺһ]")
"""Letters of other languages that Russian cities write."""
_ABBREVIATION = 6
_SWAPPED_CASE = re.compile(r"\b[а-яё][А-ЯЁ]{3,}\b")
"""«оЕИЧБФБЕФ»: KOI8-R by the table of Windows; what is in capitals there is no abbreviation."""
_LOST = re.compile("[?�\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9f]")
_RUSSIAN = re.compile("[А-Яа-яЁё]")
_LATIN_WORD = re.compile(r"(?<![\w@./:-])[a-z]{5,}(?![\w@/:-])")
"""Neither a name nor part of an address."""
_SHORT_LATIN_WORD, _SHORT_LATIN_WORDS = re.compile(r"(?<![\w@./:-])[a-z]{4,}(?![\w@/:-])"), 8
_NOTHING_ELSE = 0.95
"""Part of a text that short words must be: names of programs and formats stand between commas and capitals."""
_GLYPHS = re.compile(r"(?:(?:\(cid:\d{1,5}\)|/?(?:glyph|gid|[gG])\d{1,5}|/[A-Za-z]{1,3}\d{2,4})\s*+){6,}+")
"""«(cid:12)(cid:7)», «/G03/G17»: numbers of glyphs instead of letters."""
_VOWELLESS = re.compile(r"\b[А-Я]?[бвгджзйклмнпрстфхцчшщъь]{3,}\b")
_BY_WRONG_TABLE = re.compile(
    "[\x80-\x9f\u00a1-\u00aa\u00ac\u00ae-\u00b6\u00b8-\u00ba\u00bc-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u0402\u0403\u0409-\u040f\u0452\u0453\u0459-\u045f\u0490\u0491\u201a\u2020\u2021\u2030\u20ac]"
)
_TWO_FOR_ONE = re.compile(
    "[╤╨][А-пЁё\u2500-\u259f]|[РС](?:[\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2010-\u203a\u20ac\u2116\u2122])"
)
"""«РќРµ»: a letter of UTF-8 by the table of Windows."""
_MARK_UP_SIGNS = re.compile(r"[<\\&{]|[A-Za-z0-9+/]{60}")
_FEW_WORDS = 4
"""Fewer known words do not part two spoilt paragraphs from each other."""
_ENOUGH, _FEW = 5, 3
"""So many words of paragraphs next to each other must be unknown; fewer where their letters cannot be Russian."""
_WITHOUT_SENSE = 0.35
_LETTERS, _STRANGE, _IMPOSSIBLE = 20, 0.48, 0.2
"""Points for a letter (see ``likeness``): Buryat dishes and new words have .54 and more, shifted letters about .2."""
_BESIDE = 8
"""Paragraphs around a doubtful one that may belong to the same run."""
_LATIN_WORDS, _LATIN_VOWELS = 4, 0.22
_MISREAD = 0.25
_FEW_SIGNS, _MOST = 8, 0.5
_FEW_MARKS = 40


def spoilt_blocks(blocks: Sequence[Block], health: Health, is_known: KnownWord) -> frozenset[int]:
    """The numbers of the blocks that say nothing, where the health of the text leaves a doubt."""
    odd = enumerate(blocks) if health.odd else ()
    found = {number for number, block in odd if any(test(block.text) for test in (_is_lost, _is_mark_up, _is_misread))}
    found |= {number for number, block in enumerate(blocks) if _is_latin_rubbish(block.text)}
    found |= {
        number
        for number in health.doubtful
        if _has_no_vowels(blocks[number].text) or _is_reversed(blocks[number].text, is_known)
    }
    for part in _around([number for number in health.doubtful if _is_senseless(blocks[number].text, is_known)], blocks):
        found |= _without_sense(blocks, part, is_known)
    return frozenset(found)


def _around(numbers: Sequence[int], blocks: Sequence[Block]) -> list[range]:
    """The neighbourhoods of these blocks, united where they meet."""
    parts: list[range] = []
    for number in numbers:
        start, stop = max(number - _BESIDE, 0), min(number + _BESIDE + 1, len(blocks))
        if parts and start <= parts[-1].stop:
            start = parts.pop().start
        parts.append(range(start, stop))
    return parts


def _is_senseless(text: str, is_known: KnownWord) -> bool:
    known, unknown = _words_of(text, is_known)
    return known < _WITHOUT_SENSE * (known + len(unknown))


def _is_lost(text: str) -> bool:
    """«?? ????? ??????», «�� �����»"""
    if "?" not in text and text.isprintable() and "�" not in text:
        return False
    lost = len(_LOST.findall(text))
    return lost > _FEW_SIGNS and lost > _MOST * len("".join(text.split()))


def _is_mark_up(text: str) -> bool:
    """«<w:rPr><w:b/></w:rPr>»"""
    if not _MARK_UP_SIGNS.search(text):
        return False
    marks = mark_up(text)
    return marks > _FEW_MARKS and marks > _MOST * len("".join(text.split()))


def _is_misread(text: str) -> bool:
    """«Íå õâàòàåò», «РќРµ С…РІР°С‚Р°РµС‚»: letters by a wrong table, which nobody could turn back."""
    if text.isascii():
        return False
    odd = max(len(_BY_WRONG_TABLE.findall(text)), 2 * len(_TWO_FOR_ONE.findall(text)))
    return odd > _FEW_SIGNS and odd > _MISREAD * len("".join(text.split()))


def _is_latin_rubbish(text: str) -> bool:
    """«dfnftn chtlcnd htvjyn rhjdkb»: no language of Latin letters has so few vowels."""
    if _RUSSIAN.search(text):
        return False
    if _GLYPHS.search(text) and sum(len(found[0]) for found in _GLYPHS.finditer(text)) > _MOST * len(text):
        return True
    words = _LATIN_WORD.findall(text)
    if len(words) < _LATIN_WORDS:
        words = _SHORT_LATIN_WORD.findall(text)
        if len(words) < _SHORT_LATIN_WORDS or len(" ".join(words)) < _NOTHING_ELSE * len(text):
            return False
    letters = "".join(words)
    return sum(map(letters.count, "aeiouy")) < _LATIN_VOWELS * len(letters)


def _has_no_vowels(text: str) -> bool:
    """«Отрмнтрвн всмь шкл»"""
    words = _WORD.findall(text)
    return len(words) >= _ENOUGH and len(_VOWELLESS.findall(text)) > _MOST * len(words)


def _is_reversed(text: str, is_known: KnownWord) -> bool:
    """«.еыволотс ынелвонбо ьмесов»: most words are none, but are read from behind."""
    words = [word for word in map(str.lower, _WORD.findall(text)) if len(word) > _FEW]
    turned = sum(not is_known(word) and is_known(word[::-1]) for word in words)
    return turned >= _ENOUGH and turned > _MOST * len(words)


def _without_sense(blocks: Sequence[Block], part: Iterable[int], is_known: KnownWord) -> set[int]:
    """Those of a part's blocks that stand in a row of paragraphs without sense."""
    found: set[int] = set()
    row: list[int] = []
    strange: list[str] = []
    for number in (*part, None):
        known, unknown = (_ENOUGH, []) if number is None else _words_of(blocks[number].text, is_known)
        if number is not None and known < _WITHOUT_SENSE * (known + len(unknown)):
            row.append(number)
            strange += unknown
        elif known + len(unknown) >= _FEW_WORDS:
            found.update(row if _cannot_be_meant(strange) else ())
            row, strange = [], []
    return found


def _cannot_be_meant(words: Sequence[str]) -> bool:
    """Unknown words whose letters do not follow each other so in Russian, nor in dialects and abbreviations."""
    letters = sum(map(len, words))
    if len(words) < _FEW or letters < _LETTERS:
        return False
    return russianness(" ".join(map(str.lower, words))) < (_STRANGE if len(words) >= _ENOUGH else _IMPOSSIBLE) * letters


def _words_of(text: str, is_known: KnownWord) -> tuple[int, list[str]]:
    """How many words are known, and which are not: names and abbreviations are none, nor words of another language."""
    if _OTHER_LETTERS.search(text):
        return 0, []
    longest = 0 if _SWAPPED_CASE.search(text) else _ABBREVIATION
    words = [
        word for word in _WORD.findall(text) if not word.istitle() and not (word.isupper() and len(word) <= longest)
    ]
    unknown = [word for word in words if not is_known(word)]
    return len(words) - len(unknown), unknown
