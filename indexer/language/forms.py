"""What stands at one position of a text."""

from __future__ import annotations

from dataclasses import dataclass

Readings = tuple[tuple[str, float], ...]
"""Lemmas with their probabilities, the likeliest first."""


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
