"""Paragraphs of an otherwise sound text that say nothing: letters without sense, lost signs, mark-up.

Whole files are judged in ``health``; here only parts that it doubts are looked at, and names and words of other
languages stay: it is better to keep a strange paragraph than to lose a good one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.model import Block
from indexer.report.health import Health, KnownWord, mark_up

_WORD = re.compile(r"[А-Яа-яЁё]{3,}")
_OTHER_LETTERS = re.compile("[ІіЇїЄєҐґЎўӘәҒғҚқҢңӨөҰұҮүҺһ]")
"""Letters of other languages that Russian cities write."""
_LOST = re.compile("[?�\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9f]")
_MARK_UP_SIGNS = re.compile(r"[<\\&{]|[A-Za-z0-9+/]{60}")
_FEW_WORDS = 4
"""Fewer known words do not part two spoilt paragraphs from each other."""
_ENOUGH = 10
"""So many words of paragraphs next to each other must be unknown."""
_WITHOUT_SENSE = 0.35
_FEW_SIGNS, _MOST = 8, 0.5
_FEW_MARKS = 40


def spoilt_blocks(blocks: Sequence[Block], health: Health, is_known: KnownWord) -> frozenset[int]:
    """The numbers of the blocks that say nothing, where the health of the text leaves a doubt."""
    odd = enumerate(blocks) if health.odd else ()
    found = {number for number, block in odd if _is_lost(block.text) or _is_mark_up(block.text)}
    for part in health.doubtful:
        found |= _without_sense(blocks, part, is_known)
    return frozenset(found)


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


def _without_sense(blocks: Sequence[Block], part: Iterable[int], is_known: KnownWord) -> set[int]:
    """Those of a part's blocks that stand in a row of paragraphs without sense."""
    found: set[int] = set()
    row: list[int] = []
    unknown = 0
    for number in (*part, None):
        known, words = (_ENOUGH, _ENOUGH) if number is None else _words_of(blocks[number].text, is_known)
        if number is not None and known < _WITHOUT_SENSE * words:
            row.append(number)
            unknown += words - known
        elif words >= _FEW_WORDS:
            found.update(row if unknown >= _ENOUGH else ())
            row, unknown = [], 0
    return found


def _words_of(text: str, is_known: KnownWord) -> tuple[int, int]:
    """How many words are known, and of how many: names and abbreviations are none, nor those of another language."""
    if _OTHER_LETTERS.search(text):
        return 0, 0
    words = [word for word in _WORD.findall(text) if not word.istitle() and not (word.isupper() and len(word) <= 6)]
    return sum(map(is_known, words)), len(words)
