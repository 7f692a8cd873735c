"""A page of a PDF as a picture, and the words that were recognised in it as letters of the page."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from indexer.readers.pdf_letters import Letter
from indexer.readers.pictures import Picture
from indexer.readers.tesseract import PageText, Word

_DOTS = 300 / 72
"""Points of the picture to a point of the page: what the program was made for."""
_MAX_SIDE = 5_000
"""The longer side of a picture: an A3 sheet at 300 dots to the inch."""
_LIKE_OTHERS = 0.25
"""Difference of a line's measured height from that of most lines that says nothing."""


def scale_of(page: Any, wanted: float = _DOTS) -> float:
    """How many points of its picture a point of the page has: as many as are wanted, or as a picture may have."""
    return float(min(wanted, _MAX_SIDE / max(*page.get_size(), 1.0)))


def picture_of(page: Any, scale: float, *, with_forms: bool = True, turn: int = 0) -> Picture:
    """The page in grey as it is shown, turned with the clock by a multiple of 90 degrees."""
    bitmap = page.render(scale=scale, rotation=turn, grayscale=True, may_draw_forms=with_forms, draw_annots=with_forms)
    values = np.array(bitmap.to_numpy(), dtype=np.uint8)
    bitmap.close()
    return np.ascontiguousarray(values.reshape(values.shape[0], values.shape[1]))


def letters_of(text: PageText, scale: float, usual: float | None = None) -> list[Letter]:
    """The recognised words as letters that share the width of their word.

    ``usual`` is the size in points of most letters of the page, by default of the recognised ones.
    """
    if usual is None:
        usual = median(word.size for word in text.words) / scale if text.words else 1.0
    return [letter for word in text.words for letter in _letters_of(word, text.height, scale, usual)]


def _letters_of(word: Word, height: float, scale: float, usual: float) -> Iterator[Letter]:
    size = word.size / scale
    size = usual if abs(size - usual) < _LIKE_OTHERS * usual else size
    step = (word.right - word.left) / len(word.text)
    baseline = (height - word.baseline) / scale
    for number, sign in enumerate(word.text):
        left = word.left + step * number
        yield Letter(sign, left / scale, (left + step) / scale, baseline, size, False)
    yield Letter(" ", word.right / scale, word.right / scale, baseline, size, False)
