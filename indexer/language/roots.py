"""Families of lemmas: what is left of a word without derivational endings, verbal prefixes and alternations.

Crude on purpose: a family only adds a light signal, and whole words always count more.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import indexer.vocabulary
from indexer.vocabulary import read_toml


@dataclass(frozen=True, slots=True)
class RootRules:
    """The tables of ``roots.toml``."""

    endings: tuple[str, ...]
    """The longest first."""
    reflexive: tuple[str, ...]
    prefixes: tuple[str, ...]
    verb_endings: tuple[str, ...]
    consonants: dict[str, str]
    """Letter → the first of its group."""
    dropped: str
    doubled: tuple[str, ...]
    """Pairs of letters that alternate with the second alone."""
    least: int
    least_without_prefix: int
    apart: dict[str, str]
    """Lemma → the first of its family, of words that only look akin to others."""


@functools.cache
def root_rules() -> RootRules:
    """The rules, read once per process. Raises VocabularyError on a fault in the file."""
    assert indexer.vocabulary.__file__
    file = read_toml(Path(indexer.vocabulary.__file__).parent / "roots.toml")
    suffixes, prefixes = file.table("suffixes"), file.table("prefixes")
    consonants, limits = file.table("consonants"), file.table("limits")
    by_length = functools.partial(sorted, key=lambda text: -len(text))
    return RootRules(
        endings=tuple(by_length(suffixes.texts("endings"))),
        reflexive=suffixes.texts("reflexive"),
        prefixes=tuple(by_length(prefixes.texts("verbal"))),
        verb_endings=prefixes.texts("verb_endings"),
        consonants={letter: group[0] for group in consonants.texts("groups") for letter in group},
        dropped="".join(consonants.texts("dropped")),
        doubled=consonants.texts("doubled"),
        least=limits.whole("least"),
        least_without_prefix=limits.whole("least_without_prefix"),
        apart={
            lemma: family.split()[0] for family in file.table("apart").texts("families") for lemma in family.split()
        },
    )


def root_of(lemma: str) -> str:
    """The root of a lemma, the same for the words of one family; the lemma itself where none can be told."""
    rules = root_rules()
    if lemma in rules.apart:
        return rules.apart[lemma]
    if not lemma.isalpha() or not "а" <= lemma[0] <= "я":
        return lemma
    word = _without(lemma, rules.reflexive, rules.least + 2)
    root = _without(word, rules.endings, rules.least - 1)
    if word.endswith(rules.verb_endings):
        root = _without_prefix(root, rules)
    if len(root) > rules.least and root[-1] in rules.dropped:
        root = root[:-1]
    if len(root) < rules.least:
        return lemma
    if root.endswith(rules.doubled):
        root = root[:-2] + root[-1]
    return root[:-1] + rules.consonants.get(root[-1], root[-1])


def _without(word: str, endings: tuple[str, ...], least: int) -> str:
    ending = next((e for e in endings if word.endswith(e) and len(word) - len(e) >= least), "")
    return word.removesuffix(ending)


def _without_prefix(root: str, rules: RootRules) -> str:
    prefix = next(
        (p for p in rules.prefixes if root.startswith(p) and len(root) - len(p) >= rules.least_without_prefix), ""
    )
    return root.removeprefix(prefix)


_BEGINNING = 3
"""Letters at the beginning that make two words look alike."""
_ALIKE = 0.7
"""Share of letters that two words have in common in the same order, from which on they look alike."""


def spelled_alike(one: str, other: str) -> bool:
    """Whether two words look alike, be they of one family («тепло», «теплосеть») or not («отопление», «потепление»)."""
    return (
        one[:_BEGINNING] == other[:_BEGINNING]
        or one in other
        or other in one
        or SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
    )
