"""Four times the text takes about four times the work, whatever stands in it: hostile patterns at two sizes.

What grows with the square takes sixteen times as long; the bound between lies far from both. A busy machine may spoil
a measurement, not five in a row: what grows with the square fails each.
"""

from __future__ import annotations

import pytest

from .containers import CONTAINERS
from .growth import TOKENS, Pattern, seconds_of, understood

SMALL, LARGE = 15_000, 60_000
MOST = 9.0
SLACK = 0.35
"""Seconds in which nothing is measured."""

TRIES = 5

PATTERNS = [
    *(Pattern((token,), "", 0) for token in ("1.1.1.", "))))", "лист-", "слово-", "(((", "|||", "0123456789", "а")),
    *(Pattern((token,), " ", 0) for token in ("?", "« »", "г. г. г.", "А. Б. В.", "вопрос", "--- ", "в 2021 году")),
    *(Pattern((token,), ". ", 0) for token in ("вопрос", "Вопрос 1", "Омск", "т. д.")),
    *(Pattern((token,), " ", 60, "-") for token in ("лист", "вопрос", "СЛОВО", "12")),
    *(Pattern((token,), "", 1) for token in ("вопрос", "Вопрос 1.", "лист-", "1.", "*", "# Омск", "Построено:")),
    *(Pattern((token,), " ", 60) for token in ("ул. Омская", "Зима, Мирный,", "г. Урюпинск", "«Омская", "<p>", "&lt;")),
    *(Pattern((token,), "", 0) for token in TOKENS if "\n" in token),
    Pattern(("abc", "Омск", "-->"), "\n\n", 10_000),
    Pattern(("Омск", "Томск"), "\n", 0),
]


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Dictionary and vocabulary are opened once, and not measured."""
    understood("Омск\nЧто удалось сделать в 2021 году?\nПостроен мост.".encode())


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_text(pattern: Pattern) -> None:
    assert_linear(pattern, "txt")


@pytest.mark.parametrize("name", sorted(CONTAINERS.keys() - {"txt", "cp1251"}))
@pytest.mark.parametrize("pattern", PATTERNS[::6], ids=str)
def test_other_formats(pattern: Pattern, name: str) -> None:
    assert_linear(pattern, name)


def assert_linear(pattern: Pattern, name: str) -> None:
    large, small = (CONTAINERS[name](pattern.text(size)) for size in (LARGE, SMALL))
    assert any(is_linear(large, small) for _ in range(TRIES))


def is_linear(large: bytes, small: bytes) -> bool:
    seconds = seconds_of(large)
    return seconds <= SLACK or seconds < MOST * min(seconds_of(small) for _ in range(2)) + SLACK
