"""What a PDF page is made of: how much of it pictures cover, how many letters are printed, how many signs drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from indexer.readers.pdf_glyphs import BLANKS, Box, Glyph

_MAX_OBJECTS = 20_000
_DRAWN_LETTERS = 300
"""Paths on a page without text from which they are letters that were turned into outlines."""
_SOME_PICTURE = 0.03
"""Share of a page without text that pictures cover, from which they may hold text; a coat of arms does not."""
_MOSTLY_PICTURE = 0.5
"""Share of a page with a little text from which the page is a picture."""
_FEW_LETTERS = 200
"""Letters on a page that is a picture up to which they are a stamp, a number, a caption."""
_GUESSED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Looks:
    """A page's pictures and text, counted."""

    picture: float = 0.0
    """Share of the page that pictures cover, 0 to 1."""
    paths: int = 0
    outlined: int = 0
    """Rows of letters that are drawn and neither printed nor read."""
    letters: int = 0
    unmapped: int = 0
    """Signs of which the file does not say what they mean, and PDFium only guesses."""

    @property
    def is_guessed(self) -> bool:
        """Much of the text is a guess, and may be right all the same."""
        return self.unmapped > _GUESSED_SHARE * self.letters

    def is_picture(self, letters: int) -> bool:
        """The page shows text that is not there as text; ``letters`` of its own are not a mere stamp."""
        if self.letters == 0:
            return self.is_scan or self.paths >= _DRAWN_LETTERS or self.outlined > 0
        if letters == 0 and self.outlined:
            return True  # all but the number of the page
        return self.picture >= _MOSTLY_PICTURE and letters < _FEW_LETTERS

    @property
    def is_scan(self) -> bool:
        """Pictures may hold the text, not drawings."""
        return self.picture >= _SOME_PICTURE


def looks_of(page: Any, page_box: Box, glyphs: Sequence[Glyph], outlined: int = 0) -> Looks:
    """The looks of a page with these characters and so many drawn rows that nobody has read."""
    boxes: set[tuple[int, int, int, int]] = set()
    paths = 0
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING]
    for number, thing in enumerate(page.get_objects(filter=kinds, max_depth=3)):
        if number > _MAX_OBJECTS:
            break
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = map(round, thing.get_bounds())
            boxes.add((left, bottom, right, top))
        else:
            paths += 1
    printed = [glyph for glyph in glyphs if glyph.text not in BLANKS]
    return Looks(_covered(boxes, page_box), paths, outlined, len(printed), sum(glyph.unmapped for glyph in printed))


def _covered(boxes: set[tuple[int, int, int, int]], page_box: Box) -> float:
    """The share of the page that the boxes cover; scanners cut a page into stripes."""
    left, bottom, right, top = page_box
    whole = max((right - left) * (top - bottom), 1.0)
    total = 0.0
    for box in boxes:
        wide = min(box[2], right) - max(box[0], left)
        high = min(box[3], top) - max(box[1], bottom)
        total += max(wide, 0.0) * max(high, 0.0)
    return min(total / whole, 1.0)
