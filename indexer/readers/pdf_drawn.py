"""Words drawn as outlines on a PDF page that has text besides: recognised in their places."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

from indexer.errors import ReadError
from indexer.readers import limits, recognition
from indexer.readers.pdf_glyphs import Box
from indexer.readers.pdf_letters import Frame, Letter
from indexer.readers.pdf_render import letters_of, picture_of, scale_of
from indexer.readers.pictures import Picture
from indexer.readers.tesseract import PageText, Word

_ROOM = 0.35
"""Room around a row that belongs to it, in its heights: dots and tails of letters."""
_SURE = 0.7
"""Confidence in the words of a row from which they are read: outlines are drawn sharp, an ornament is no word."""
_BEST_HEIGHT = 36.0
"""Points of the picture from the foot of «щ» to the top of «Ё»; much larger letters are read worse."""
_SCALES = (1.0, 600 / 72)
_WHITE = 255


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of the drawn rows of a page: their letters, their text, and how many stay unread."""

    letters: tuple[Letter, ...] = ()
    text: str = ""
    unread: int = 0


class DrawnWords:
    """Reads the drawn rows of the pages of one file, as long as it may."""

    def __init__(self) -> None:
        self._end: float | None = None

    def read(self, page: Any, frame: Frame, rows: Sequence[Box], usual: float) -> Drawn:
        """The rows recognised; ``usual`` is the size of the page's printed letters."""
        unread = Drawn(unread=len(rows))
        if recognition.current().missing() or frame.angle % 90:
            return unread
        self._end = self._end or time.monotonic() + limits.RECOGNITION_FILE_SECONDS
        if time.monotonic() > self._end:
            return unread
        scale = scale_of(page, _scale_for(rows))
        places = [_in_points(row, frame.height, scale) for row in sorted(rows, key=lambda row: -row[3])]
        try:
            turn = int(frame.angle - page.get_rotation()) % 360
            text = recognition.upright_text(_only(picture_of(page, scale, turn=turn), places))
        except ReadError:
            return unread
        words = [sure for place in places if (sure := _sure_words(text, place))]
        kept = replace(text, words=tuple(word for row in words for word in row))
        letters = letters_of(kept, scale, usual)
        return Drawn(tuple(letters), "\n".join(map(_line, words)), len(rows) - len(words))


def _scale_for(rows: Sequence[Box]) -> float:
    """The scale at which most rows are as high as the program reads best."""
    usual = median(row[3] - row[1] for row in rows)
    return min(max(_BEST_HEIGHT / usual, _SCALES[0]), _SCALES[1])


def _in_points(row: Box, height: float, scale: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the row with its room in the picture."""
    room = _ROOM * (row[3] - row[1])
    left, right = row[0] - room, row[2] + room
    top, bottom = height - row[3] - room, height - row[1] + room
    return tuple(max(round(place * scale), 0) for place in (left, top, right, bottom))  # type: ignore[return-value]


def _only(picture: Picture, places: Sequence[tuple[int, int, int, int]]) -> Picture:
    """The picture with nothing but what is in these places."""
    result = np.full_like(picture, _WHITE)
    for left, top, right, bottom in places:
        result[top:bottom, left:right] = picture[top:bottom, left:right]
    return result


def _sure_words(text: PageText, place: tuple[int, int, int, int]) -> list[Word]:
    """The words that stand in a place, none where the program doubts them."""
    left, top, right, bottom = place
    words = [
        word
        for word in text.words
        if left <= (word.left + word.right) / 2 <= right and top <= word.baseline - word.size / 4 <= bottom
    ]
    letters = sum(len(word.text) for word in words)
    sure = sum(len(word.text) * word.confidence for word in words) >= _SURE * letters
    return words if letters and sure else []


def _line(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
