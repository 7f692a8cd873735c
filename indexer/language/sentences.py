"""Sentences of a text: razdel's rules, in time that grows with the text and not with its square."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from razdel.segmenters.sentenize import BULLET_SIZE, SentSegmenter, SentSplit
from razdel.substring import Substring

_SEEN = BULLET_SIZE + 1
"""Letters from the beginning of a sentence that razdel's rules ask for: whether it is a list's mark and no more."""


class _Segmenter(SentSegmenter):  # type: ignore[misc]
    """Razdel copies a sentence at every stop within it; here its pieces are joined once, when it has ended."""

    def segment(self, parts: Iterator[Any]) -> Iterator[str]:
        """The sentences, with the blanks around them."""
        pieces = [next(parts, "")]
        beginning = pieces[0]
        for split in parts:
            right = next(parts)
            if _goes_on(split.right) or _joins(split.left, split.delimiter, split.right, beginning[:_SEEN]):
                pieces += (split.delimiter, right)
                if len(beginning) < _SEEN:
                    beginning += split.delimiter + right
            else:
                yield "".join((*pieces, split.delimiter))
                pieces = [right]
                beginning = right
        yield "".join(pieces)


_segmenter = _Segmenter()


def _goes_on(right: str) -> bool:
    """Razdel's first rules, which tell most stops: no blank behind it, nothing, or a word in small letters."""
    first = right.split(None, 1)[:1]
    return not first or not right[0].isspace() or (first[0].isalpha() and first[0].islower())


@lru_cache(maxsize=4096)
def _joins(left: str, delimiter: str, right: str, beginning: str) -> bool:
    """Whether a sentence goes on behind a stop: told by some letters on both sides, and by its beginning.

    Remembered, for razdel asks a dozen rules, and a line of initials or abbreviations repeats itself.
    """
    split = SentSplit(left, delimiter, right)
    split.buffer = beginning
    return bool(_segmenter.join(split))


def sentences(text: str) -> Iterable[Substring]:
    """The sentences of a text, each with its ``start``, ``stop`` and ``text``."""
    found: Iterable[Substring] = _segmenter(text)
    return found
