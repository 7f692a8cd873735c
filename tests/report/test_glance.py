"""The glance at a paragraph: a long word of every stretch, and no letter looked at twice."""

from __future__ import annotations

import re

import pytest

from indexer.model import Block
from indexer.report import glance


class _Counting:
    """A pattern that counts the letters it goes through."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern, self.letters = pattern, 0

    def search(self, text: str, start: int) -> re.Match[str] | None:
        found = self._pattern.search(text, start)
        self.letters += (found.start() if found else len(text)) - start
        return found


@pytest.mark.parametrize("text", ["1.1.1." * 5_000, "слово " * 5_000, "слово" + " 1" * 20_000 + " слово"])
def test_no_letter_is_looked_at_twice(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    counting = _Counting(glance._LONG_WORD)
    monkeypatch.setattr(glance, "_LONG_WORD", counting)
    assert len(glance.glances([Block(text)], lambda word: True)) == 1
    assert counting.letters <= len(text)


def test_one_word_of_every_stretch() -> None:
    text = "да " * 100 + "мостовая дорога " + "да " * 500 + "школа"
    assert glance.glances([Block(text)], lambda word: word != "школа") == [(1, 2)]
