"""What is known of a single typed word: found out once, for the same words are asked for again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indexer.builds.build import Build
from search_app.engine.query.words import query_words

_MOST = 2000
"""Words kept: each with the runs of its lemmas takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A word in plain sight."""

    lemma: str
    """The likeliest."""
    may_end_place: bool
    """Whether the name of a city or a region may end with it."""
    light: bool
    """A word of every sentence: «в», «как»."""
    denies: bool
    """«не хватает»"""
    may_wish: bool
    """Whether it may name a kind of question, a place or years, alone or with others; of most words it is known that
    they do not."""


def known_word(text: str, build: Build) -> KnownWord:
    """What is known of a word as it was typed."""
    known: dict[str, KnownWord] = shelf("known words", build)
    found = known.get(text)
    if found is None:
        found = known[text] = _known(text, build)
    return found


def _known(text: str, build: Build) -> KnownWord:
    words, lemma = query_words(), build.analyzer.first_lemma(text)
    may_end_place = build.vocabulary.may_end_place(text)
    # What begins with a digit may be a year, with a capital a city that is in no list.
    may_wish = (
        may_end_place
        or text[:1].isdigit()
        or text[:1].isupper()
        or lemma in words.named
        or lemma in words.denied
        or lemma in words.span_words
    )
    return KnownWord(lemma, may_end_place, lemma in words.light, lemma in words.denials, may_wish)


def shelf(name: str, build: Build) -> dict[Any, Any]:
    """A table that goes with a build, emptied when it is full."""
    table: dict[Any, Any] = build.remember(("shelf", name), dict)
    if len(table) >= _MOST:
        table.clear()
    return table
