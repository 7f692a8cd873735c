"""Words of a running text with what stands around them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from indexer.report.names import WORD, fold

_SENTENCE_BEGIN = re.compile(r"(?:^|[.!?…:;]\s+|\n\s*)(?:[-–—•*▪]\s*|\d{1,3}[.)]\s*|[а-яё]\)\s*)?$")
_BACK = 12
"""Letters before a word that tell whether a sentence begins with it."""
_BLANK_GAP = re.compile(r"[\s«„“\"(]*")
_DOTTED_GAP = re.compile(r"\.[\s«„“\"]*")
_LONGEST_ABBREVIATION = 5
JOINED = re.compile(r"[-‑–](?<=[а-яё][-‑–])[А-ЯЁ]")
"""Words that may have to come apart."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word at offsets ``[start, end)``."""

    folded: str
    start: int
    end: int
    capital: bool
    dotted: bool
    """A full stop stands right behind it."""
    after_digit: bool
    """A number stands before it: «2019 г.»"""


class Running:
    """A text as words, looked at one by one as they are asked for."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        """``spans`` are the offsets of the words."""
        self.text = text
        self._spans = spans
        self._known: dict[int, Word] = {}

    def __len__(self) -> int:
        return len(self._spans)

    def word(self, place: int) -> Word:
        """The word at a place from 0."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._word(*self._spans[place])
        return known

    def folded(self, place: int, number: int) -> list[str]:
        """Up to ``number`` words from a place on, as they are compared."""
        return [fold(self.text[start:end]) for start, end in self._spans[place : place + number]]

    def _word(self, start: int, end: int) -> Word:
        text = self.text
        return Word(
            folded=fold(text[start:end]),
            start=start,
            end=end,
            capital=text[start].isupper(),
            dotted=text[end : end + 1] == ".",
            after_digit=text[max(0, start - 2) : start].rstrip()[-1:].isdigit(),
        )

    def gap(self, place: int) -> str:
        """What stands between the word before and this one."""
        return self.text[self._spans[place - 1][1] if place else 0 : self._spans[place][0]]

    def before(self, place: int) -> Word | None:
        """The word right before, in the same sentence: blanks, an opening quote or an abbreviation's stop between."""
        if place < 1:
            return None
        word, gap = self.word(place - 1), self.gap(place)
        abbreviated = len(word.folded) <= _LONGEST_ABBREVIATION and _DOTTED_GAP.fullmatch(gap)
        return word if "\n" not in gap and (_BLANK_GAP.fullmatch(gap) or abbreviated) else None

    def after(self, place: int) -> Word | None:
        """The word right behind, with nothing but blanks between."""
        if place + 1 >= len(self) or self.gap(place + 1).strip(" \t\u00a0"):
            return None
        return self.word(place + 1)

    def begins_sentence(self, place: int) -> bool:
        """Whether a sentence or an item of a list begins with the word."""
        start = self._spans[place][0]
        return bool(_SENTENCE_BEGIN.search(self.text[max(0, start - _BACK) : start]))

    def in_quotes(self, place: int, length: int) -> bool:
        """Whether these words and nothing else stand in quotation marks."""
        start, end = self._spans[place][0], self._spans[place + length - 1][1]
        return self.text[max(0, start - 1) : start] in tuple('«„“"') and self.text[end : end + 1] in tuple('»”“"')

    def is_initial(self, place: int) -> bool:
        """«Томский А. А.»: a single capital with a full stop."""
        if place >= len(self):
            return False
        word = self.word(place)
        return word.capital and word.dotted and word.end - word.start == 1 and not self.gap(place).strip()


def word_spans(text: str, names: Container[str]) -> list[tuple[int, int]]:
    """The offsets of the words; «Омск–Томск» comes apart where all its parts are ``names``."""
    if not JOINED.search(text):
        return [match.span() for match in WORD.finditer(text)]
    return [span for match in WORD.finditer(text) for span in _parts(match, names)]


def _parts(match: re.Match[str], names: Container[str]) -> Iterator[tuple[int, int]]:
    # «Улан-Удэ–Чита» comes apart at the dash, «Томск-Омск» at the hyphen.
    parts = re.split("–" if "–" in match[0] else "[-‑]", match[0])
    if len(parts) < 2 or fold(match[0]) in names or not all(fold(part) in names for part in parts):
        yield match.span()
        return
    start = match.start()
    for part in parts:
        yield start, start + len(part)
        start += len(part) + 1
