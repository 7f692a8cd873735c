"""Letters that stand on one line, cut into words: by the blanks of the file, by gaps, and whole where set apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from indexer.readers.pdf_glyphs import BLANKS
from indexer.readers.pdf_letters import Letter

Word = list[Letter]

_WORD_GAP = 0.18
"""Gap, in sizes of letters, from which two letters belong to two words."""
_TIGHT_GAP = 0.12
"""The same on a line without a single blank whose letters touch."""
_TIGHT_LETTERS = 12
_TOUCHING = 0.04
"""Gap, in sizes of letters, below which letters touch, whatever blank the file has between them."""
_SPACED_LETTERS = 4
"""Single letters in a row from which they are a word set apart: «О Т Ч Ё Т»."""
_SPACED_SHARE = 0.6
_SPACED_GAP = 1.6
"""Gap between two words set apart, in gaps between their letters."""


def words_of(letters: Sequence[Letter]) -> list[Word]:
    """The words of a line; each has at least one letter and no blank."""
    return _joined(_cut(letters)) if letters else []


def _cut(letters: Sequence[Letter]) -> list[Word]:
    """The letters cut at blanks and gaps."""
    words: list[Word] = []
    blank: Letter | None = None
    word_gap = _TIGHT_GAP if _is_tight(letters) else _WORD_GAP
    for letter in letters:
        if letter.text in BLANKS:
            blank = letter
            continue
        before = words[-1][-1] if words else None
        if before is None or letter.left - before.right > word_gap * letter.size or _parts(before, blank, letter):
            words.append([letter])
        else:
            words[-1].append(letter)
        blank = None
    return words


def _parts(before: Letter, blank: Letter | None, letter: Letter) -> bool:
    """A blank of the file parts two letters, unless the second one was moved back over it to touch the first one."""
    if blank is None:
        return False
    touches = abs(letter.left - before.right) < _TOUCHING * letter.size
    return not (touches and blank.right - letter.left > _TIGHT_GAP * letter.size)


def _is_tight(letters: Sequence[Letter]) -> bool:
    """The letters touch and no blank stands between them: words are parted by narrow gaps, if at all."""
    if len(letters) < _TIGHT_LETTERS or any(letter.text in BLANKS for letter in letters):
        return False
    return median((after.left - before.right) / after.size for before, after in pairwise(letters)) < _TOUCHING / 2


def _joined(words: list[Word]) -> list[Word]:
    """The words with letters set apart put together."""
    result: list[Word] = []
    for single, group in groupby(words, key=lambda word: len(word) == 1):
        run = list(group)
        result.extend(_without_spacing(run) if single and _is_spaced(run) else run)
    return result


def _is_spaced(run: Sequence[Word]) -> bool:
    """So many single letters in a row are no words."""
    lettered = sum(word[0].text.isalpha() for word in run)
    return lettered >= _SPACED_LETTERS and lettered >= _SPACED_SHARE * len(run)


def _without_spacing(run: Sequence[Word]) -> list[Word]:
    """The single letters as words, cut where the gap is wider than usual."""
    gaps = [after[0].left - before[0].right for before, after in pairwise(run)]
    usual = median(sorted(gaps)[: len(gaps) // 2 + 1])
    words: list[Word] = [list(run[0])]
    for gap, word in zip(gaps, run[1:], strict=True):
        if gap > _SPACED_GAP * usual:
            words.append(list(word))
        else:
            words[-1].extend(word)
    return words
