"""Columns of a page that nearly touch: the empty stripe between them is no wider than a gap between two words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from indexer.readers.pdf_letters import Letter
from indexer.readers.pdf_lines import Line

_NARROWEST = 0.7
"""Width of a stripe in sizes of letters; a blank has half of that, justified ones more, but not at one place."""
_STEP = 3.0
"""Points in which the places of gaps are gathered."""
_FEWEST = 8
"""Lines that leave a stripe free."""
_MOSTLY = 0.9
"""Part of the lines over a place that leave it free; titles cross it."""
_MARGIN = 0.12
"""Part of the page's text, at its left and right, in which gaps stand behind the numbers of items."""

Gap = tuple[float, float]


def parted(pieces: list[Line]) -> list[Line]:
    """The pieces, those that run over the stripe between two columns cut at it."""
    if len(pieces) < _FEWEST:
        return pieces
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    margin = _MARGIN * (right - left)
    gaps = {id(piece): _gaps(piece, left + margin, right - margin) for piece in pieces}
    places = _stripes(pieces, gaps)
    return [part for piece in pieces for part in _cut(piece, gaps[id(piece)], places)] if places else pieces


def _gaps(piece: Line, start: float, end: float) -> list[Gap]:
    """The wide gaps between words of a piece."""
    least = _NARROWEST * piece.size
    edges = ((before[-1].right, behind[0].left) for before, behind in pairwise(piece.words))
    return [gap for gap in edges if gap[1] - gap[0] >= least and start < gap[0] and gap[1] < end]


def _stripes(pieces: Sequence[Line], gaps: dict[int, list[Gap]]) -> list[float]:
    """The places of the stripes, from left to right."""
    counts: Counter[float] = Counter()
    for found in gaps.values():
        counts.update(
            {_STEP * step for start, end in found for step in range(int(start / _STEP) + 1, int(end / _STEP) + 1)}
        )
    stripes: list[float] = []
    for place in sorted(place for place, count in counts.items() if count >= _FEWEST):
        over = sum(piece.left < place < piece.right for piece in pieces)
        if counts[place] >= _MOSTLY * over and (not stripes or place - stripes[-1] > 3 * _STEP):
            stripes.append(place)
    return stripes


def _cut(piece: Line, gaps: Sequence[Gap], places: Sequence[float]) -> list[Line]:
    """The parts of a piece between the stripes that it leaves free."""
    ends = {end for start, end in gaps if any(start < place <= end for place in places)}
    if not ends:
        return [piece]
    parts: list[list[Letter]] = [[]]
    for letter in piece.letters:
        if letter.left in ends and parts[-1]:
            parts.append([])
        parts[-1].append(letter)
    return [Line(part) for part in parts]
