"""Letters of a PDF page that are larger or smaller than those around them: indices, initials, watermarks on text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from indexer.readers.pdf_glyphs import BLANKS
from indexer.readers.pdf_letters import Letter
from indexer.readers.raised import marked

_LARGE, _SMALL = 1.6, 0.85
"""Sizes, in those of most letters and of the letter before, from which a letter may be an initial or an index."""
_NEXT = 0.35
"""Gap, in sizes of letters, up to which an index stands at its letter."""
_RAISED, _LOWERED = (0.1, 0.65), (-0.4, 0.0)
"""Heights of an index over the line, in sizes of its letter."""
_CAPITAL = 0.7
"""Height of a capital in sizes of its letter."""
_TOO_NARROW = 0.25
"""Width of letters, in their sizes, below which the file tells a size that is not the printed one."""
_FEW = 2
_INITIAL = re.compile('[«"„]?[А-ЯЁA-Z]|\\d{1,2}[.)]?')
"""«Ч|то удалось», «1.|Что удалось»"""
_REACH, _REACH_OF_NUMBERS = 1.5, 3.0
"""Gap behind an initial and behind a large number, in sizes of letters."""
_APART = 0.4
"""Gap, in sizes of letters, in which a blank is seen."""
_SAME_HEIGHT = 0.2
"""Difference, in sizes of letters, of two that stand on one line and touch."""


def settled_sizes(letters: list[Letter]) -> list[Letter]:
    """The letters in the order of the file, indices and initials put on the lines they belong to, no watermarks."""
    seen = [letter for letter in letters if letter.text not in BLANKS]
    if not seen:
        return letters
    body = median(letter.size for letter in seen)
    large = [letter for letter in letters if letter.size >= _LARGE * body]
    dropped: set[int] = set()
    for run in _on_lines(large):
        printed = [letter for letter in run if letter.text not in BLANKS]
        if _INITIAL.fullmatch("".join(letter.text for letter in printed)):
            _put_before(printed, seen, body)
        elif _lies_across(printed, seen):
            dropped.update(map(id, run))
    # Initials come first: what stands beside one is no index of it.
    if any(letter.size < _SMALL * body for letter in seen):
        _put_down(seen)
    return [letter for letter in letters if id(letter) not in dropped]


def _put_down(letters: Sequence[Letter]) -> None:
    """Put indices onto the line of the letter that they follow; the figures of a power are marked."""
    base: Letter | None = None
    for before, letter in pairwise(letters):
        if base is None or before.size > letter.size:
            base = before
        step = (letter.baseline - base.baseline) / max(base.size, 1.0)
        is_next = abs(letter.left - before.right) <= _NEXT * base.size
        if letter.size > _SMALL * base.size or not is_next or not _LOWERED[0] <= step <= _RAISED[1]:
            base = None
            continue
        if step >= _RAISED[0]:
            letter.text = marked(letter.text)
        letter.baseline = base.baseline


def _on_lines(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Letters of one size on one height."""
    runs: defaultdict[tuple[int, int], list[Letter]] = defaultdict(list)
    for letter in letters:
        runs[round(letter.size), round(letter.baseline)].append(letter)
    return list(runs.values())


def _put_before(initial: Sequence[Letter], letters: Sequence[Letter], body: float) -> None:
    """Put an initial that reaches over several lines before the first of them, whose word or item it begins."""
    last = initial[-1]
    top = last.baseline + _CAPITAL * (last.size - body)
    reach = (_REACH if last.text.isalpha() else _REACH_OF_NUMBERS) * body
    lines = [
        letter
        for letter in letters
        if letter.size * _LARGE <= last.size
        and -0.1 * last.size <= letter.left - last.right <= reach
        and abs(letter.baseline - top) < 0.8 * body
    ]
    first = max(lines, key=lambda letter: letter.baseline, default=None)
    if first is None or (not last.text.isupper() and first.text.islower()):
        return
    joins = last.text.isupper() and (first.text.islower() or _is_in_capitals(first, letters))
    right = first.left if joins else first.left - _APART * first.size
    last.initial = joins
    for letter in reversed(initial):
        letter.baseline, letter.size, letter.emphasised = first.baseline, first.size, first.emphasised
        letter.left, letter.right = right - _CAPITAL * first.size, right
        right = letter.left


def _is_in_capitals(first: Letter, letters: Sequence[Letter]) -> bool:
    """The letter behind the first one of a line is a capital, too: «П» before «ОСТРОЕН», not «В» before «Томске»."""
    behind = [
        letter
        for letter in letters
        if abs(letter.baseline - first.baseline) < _SAME_HEIGHT * first.size
        and -_SAME_HEIGHT * first.size < letter.left - first.right < _NEXT * first.size
    ]
    following = min(behind, key=lambda letter: letter.left, default=None)
    return first.text.isupper() and following is not None and following.text.isupper()


def _lies_across(run: Sequence[Letter], letters: Sequence[Letter]) -> bool:
    """Smaller letters are printed where the large ones stand: nobody reads these as part of the text."""
    if not run or sum(letter.right - letter.left for letter in run) < _TOO_NARROW * sum(letter.size for letter in run):
        return False
    size, baseline = run[0].size, run[0].baseline
    near = [
        letter
        for letter in letters
        if letter.size * _LARGE <= size and 0 < letter.baseline + letter.size / 3 - baseline < _CAPITAL * size
    ]
    within = sum(any(large.left < (letter.left + letter.right) / 2 < large.right for large in run) for letter in near)
    return within > _FEW
