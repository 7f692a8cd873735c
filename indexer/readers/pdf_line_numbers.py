"""Numbers that are printed before every line of a page, as drafts and court papers have them: no part of the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from indexer.readers.pdf_lines import Line

_SAME_LINE = 0.35
_FEWEST = 8
_YEAR_DIGITS = 4
_WITHIN = 0.25
"""Part of the numbered lines that go on with a sentence; the items of a list «1 Двор на улице Мира» do not."""
_NEARLY_ALL = 0.9
"""Part of the lines that are numbered in order; heads and feet are not."""


def without_line_numbers(pieces: list[Line]) -> list[Line]:
    """The pieces without the numbers of their lines."""
    firsts = _leftmost(pieces)
    if len(firsts) < _FEWEST or sum(piece.letters[0].text.isdigit() for piece in firsts) < _NEARLY_ALL * len(firsts):
        return pieces
    numbers = [_number(piece) for piece in firsts]
    in_order = sum(None not in pair and pair[1] == (pair[0] or 0) + 1 for pair in pairwise(numbers))
    if in_order + 1 < _NEARLY_ALL * len(firsts):
        return pieces
    if not _goes_on([piece for piece, number in zip(firsts, numbers, strict=True) if number is not None]):
        return pieces
    numbered = {id(piece) for piece, number in zip(firsts, numbers, strict=True) if number is not None}
    rests = ((piece, piece.words[1:]) if id(piece) in numbered else (piece, None) for piece in pieces)
    return [
        piece if words is None else Line(piece.letters[piece.letters.index(words[0][0]) :])
        for piece, words in rests
        if words is None or words
    ]


def _goes_on(numbered: Sequence[Line]) -> bool:
    """The lines are of running text."""
    rests = ["".join(letter.text for letter in piece.words[1]) for piece in numbered if len(piece.words) > 1]
    return not rests or sum(rest[0].islower() for rest in rests) >= _WITHIN * len(rests)


def _leftmost(pieces: Sequence[Line]) -> list[Line]:
    """The first piece of each line, from the top."""
    rows: list[Line] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.baseline, piece.left)):
        if rows and rows[-1].baseline - piece.baseline < _SAME_LINE * piece.size:
            if piece.left < rows[-1].left:
                rows[-1] = piece
        else:
            rows.append(piece)
    return rows


def _number(piece: Line) -> int | None:
    text = "".join(letter.text for letter in piece.words[0])
    # What is as long as a year may be one.
    return int(text) if text.isdigit() and text.isascii() and len(text) < _YEAR_DIGITS else None
