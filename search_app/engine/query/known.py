"""What is known of a single typed word: found out once, for the same words are asked for again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indexer.builds.build import Build

_MOST = 2000
"""Words kept: each with the runs of its lemmas takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A word in plain sight."""

    lemma: str
    """The likeliest."""
    may_end_place: bool
    """Whether the name of a city or a region may end with it."""


def known_word(text: str, build: Build) -> KnownWord:
    """What is known of a word as it was typed."""
    known: dict[str, KnownWord] = shelf("known words", build)
    found = known.get(text)
    if found is None:
        found = known[text] = KnownWord(build.analyzer.first_lemma(text), build.vocabulary.may_end_place(text))
    return found


def shelf(name: str, build: Build) -> dict[Any, Any]:
    """A table that goes with a build, emptied when it is full."""
    table: dict[Any, Any] = build.remember(("shelf", name), dict)
    if len(table) >= _MOST:
        table.clear()
    return table
