"""A short run of the fuzzer, always the same; and all that it ever found."""

from __future__ import annotations

from pathlib import Path

import pytest

from .fuzz import CRASHERS, TARGETS, attempt, held


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_few_cases(name: str) -> None:
    assert attempt(name, 40, 1) is None


@pytest.mark.parametrize("file", sorted(CRASHERS.glob("*-*")), ids=lambda file: file.name)
def test_crashers(file: Path) -> None:
    held(TARGETS[file.name.partition("-")[0]][1], file.read_bytes())
