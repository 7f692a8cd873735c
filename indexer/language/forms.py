"""What stands at one position of a text, and what is kept of a lemma."""

from __future__ import annotations

from dataclasses import dataclass

Readings = tuple[tuple[str, float], ...]
"""Lemmas with their probabilities, the likeliest first."""

LIKELY = 0.25
"""The probability from which a reading behind the first counts where statements are compared."""


@dataclass(frozen=True, slots=True)
class Form:
    """What stands at one position of a text, whatever surrounds it."""

    key: str
    """Names the form: two positions with the same key are alike in everything."""
    exact: tuple[str, ...]
    """Spellings (lower case, ё→е) that count as exact here: the word's, and the compound's that begins here."""
    lemmas: Readings
    """All that the position is found by."""
    start: int
    """Offsets within the chunk."""
    end: int
    asked: Readings | None = None
    """What it stands for in a query where that is less: «131-ФЗ» is found by 131, but does not look for it."""

    @property
    def sought(self) -> Readings:
        """The readings that a query with this form looks for."""
        return self.lemmas if self.asked is None else self.asked


_PARTS = ("", *"NOUN ADJF ADJS COMP VERB INFN PRTF PRTS GRND NUMR ADVB NPRO PRED PREP CONJ PRCL INTJ".split())
"""OpenCorpora's parts of speech; a build keeps their places, so new ones go behind them."""
_PLACES = {part: place for place, part in enumerate(_PARTS)}
_COMMON = 0x80


def fact_of(part: str, common: bool) -> int:
    """What an index keeps of a lemma beside its name, in one byte: reading it is quicker than asking the dictionary."""
    return _PLACES.get(part, 0) | (_COMMON if common else 0)


def part_of(fact: int) -> str:
    """The part of speech that a byte tells."""
    return _PARTS[fact & ~_COMMON]


def is_common(fact: int) -> bool:
    """Whether a byte tells of a common word: no name, and known to the dictionary."""
    return bool(fact & _COMMON)
