"""Frames and tables drawn with the signs of DOS: their text in typed tables, cells parted by upright strokes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

_DRAWN = re.compile("[\u2500-\u259f]")
_UPRIGHT = re.compile("[│┃║▌▐█╎╏┆┇┊┋]")
_RULE = re.compile("[\\s\u2500-\u259f]*[\u2500-\u2501\u2504-\u254b\u2550-\u259f][\\s\u2500-\u259f]*")
_FEW_RULES = 3
"""A table has a rule above and below; one more parts its rows or its heading from them."""


def has_frames(text: str) -> bool:
    """Some sign of a frame is in the text."""
    return _DRAWN.search(text) is not None


def unframed(lines: Iterable[str]) -> Iterator[str]:
    """The lines with each drawn row as one typed row, each frame as the text in it."""
    for is_drawn, group in groupby(lines, key=lambda line: _is_rule(line) or bool(_UPRIGHT.search(line))):
        run = list(group)
        yield from _table(run) if is_drawn else run


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line) is not None


def _table(lines: Sequence[str]) -> Iterator[str]:
    """The rows of one drawn table; between rules that part all its rows, the lines of a row are made one."""
    parts = [list(part) for is_rule, part in groupby(lines, key=_is_rule) if not is_rule]
    ruled = len(parts) > 1 and sum(map(_is_rule, lines)) > _FEW_RULES
    bordered = all(_UPRIGHT.match(line.strip()) for part in parts for line in part)
    for number, part in enumerate(parts):
        rows = [[cell.strip() for cell in _UPRIGHT.split(_without_border(line) if bordered else line)] for line in part]
        yield from map(_typed, _joined(rows, whole=ruled or (number == 0 and len(parts) > 1)))
    yield ""


def _without_border(line: str) -> str:
    """The line without the frame's own left and right."""
    line = line.strip()
    end = bool(_UPRIGHT.match(line[-1:])) and len(line) > 1
    return line[1 : len(line) - end]


def _joined(rows: Iterable[list[str]], *, whole: bool) -> list[list[str]]:
    """Rows of which the lines are one: all of them, or those that go on where the first cell has ended."""
    result: list[list[str]] = []
    for row in rows:
        goes_on = result and len(row) == len(result[-1]) > 1 and (whole or (not row[0] and any(row)))
        if goes_on:
            result[-1] = [f"{above} {below}".strip() for above, below in zip(result[-1], row, strict=True)]
        else:
            result.append(row)
    return result


def _typed(cells: list[str]) -> str:
    """«| Дороги | 12 км |», or a line of its own where there is one cell."""
    return f"| {' | '.join(cells)} |" if len(cells) > 1 else cells[0]
