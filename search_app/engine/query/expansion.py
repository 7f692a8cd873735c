"""Words of the archive that look akin to a word: derivations that no lemma unites, and names with a slip in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import runs
from indexer.index.arrays.strings import grams_of
from indexer.language.roots import root_of

LIKENESS = 0.5
"""Shared share of the grams' idf from which two words count as akin (measured: .35 costs, .6 gains little)."""

FAMILY = 1.0
"""The likeness of words with the same root."""

MOST = 8
"""Akin spellings looked at."""


def akin_lemmas(build: Build, spelling: str, lemma: str) -> tuple[tuple[int, float], ...]:
    """Lemmas of the same family as this one and of spellings that look like this one, with their likeness (to 1)."""
    return build.remember(("akin", spelling), lambda: _akin(build, spelling, lemma))


def akin_spellings(build: Build, spelling: str, least: float = LIKENESS, most: int = MOST) -> list[tuple[int, float]]:
    """Numbers of the spellings that share at least that part of their grams' idf with this one."""
    columns = build.columns
    grams, unknown = known_grams(spelling, build)
    if not len(grams):
        return []
    weights = columns.gram_idf[grams]
    # Grams that the archive does not have weigh as the rarest.
    whole = float(weights.sum()) + unknown * float(columns.gram_idf.max())
    # What shares enough must have one of the rarer grams: the commonest, together lighter than the bound, can wait.
    order = np.argsort(weights)
    spare = np.searchsorted(np.cumsum(weights[order]), whole * least)
    rare = grams[order[spare:]]
    begins, ends = columns.gram_spellings_start[rare], columns.gram_spellings_start[rare + 1]
    candidates = np.unique(columns.gram_spellings[runs(begins, ends)])
    return _likest(build, grams, weights, whole, candidates, least, most)


def known_grams(spelling: str, build: Build) -> tuple[NDArray[np.int64], int]:
    """The numbers of a spelling's grams, ascending, and how many more it has that the archive has not."""
    return build.remember(("grams", spelling), lambda: _known_grams(spelling, build.columns.grams))


def _known_grams(spelling: str, grams: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    packed = np.unique(grams_of([spelling])[0])
    places = np.searchsorted(grams, packed)
    places[places == len(grams)] = 0
    known = places[grams[places] == packed] if len(grams) else places[:0]
    return known, len(packed) - len(known)


def _likest(
    build: Build,
    grams: NDArray[Any],
    weights: NDArray[Any],
    whole: float,
    candidates: NDArray[Any],
    least: float,
    most: int,
) -> list[tuple[int, float]]:
    columns = build.columns
    begins, ends = columns.spelling_grams_start[candidates], columns.spelling_grams_start[candidates + 1]
    theirs = columns.spelling_grams[runs(begins, ends)]
    owners = np.repeat(np.arange(len(candidates)), ends - begins)
    place = np.searchsorted(grams, theirs)
    place[place == len(grams)] = 0
    shared = np.bincount(owners, weights=weights[place] * (grams[place] == theirs), minlength=len(candidates))
    sums = np.bincount(owners, weights=columns.gram_idf[theirs], minlength=len(candidates))
    likeness = shared / np.maximum(sums, whole)
    best = np.argsort(-likeness, kind="stable")[:most]
    return [(int(candidates[number]), float(likeness[number])) for number in best if likeness[number] >= least]


def _akin(build: Build, spelling: str, lemma: str) -> tuple[tuple[int, float], ...]:
    columns = build.columns
    found = dict.fromkeys(_family(build, lemma), FAMILY)
    for number, likeness in akin_spellings(build, spelling):
        start, end = columns.spelling_forms_start[number : number + 2]
        for form in columns.spelling_forms[start:end].tolist():
            for other in columns.form_lemmas[columns.form_lemmas_start[form] : columns.form_lemmas_start[form + 1]]:
                found[int(other)] = max(likeness, found.get(int(other), 0.0))
    return tuple(found.items())


def _family(build: Build, lemma: str) -> list[int]:
    """The lemmas with the same root, the most frequent ones of a large family."""
    columns = build.columns
    root = build.roots.find(root_of(lemma))
    if root < 0:
        return []
    members = columns.root_lemmas[columns.root_lemmas_start[root] : columns.root_lemmas_start[root + 1]]
    frequencies = columns.lemma_start[members + 1] - columns.lemma_start[members]
    found: list[int] = members[np.argsort(-frequencies, kind="stable")[:MOST]].tolist()
    return found
