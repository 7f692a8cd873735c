"""Which passages satisfy a query, and how well: vectorised over the columns, no loop over passages.

A query is a list of *concepts*: a word with its lemmas and synonyms, a phrase, a group of alternatives. Each concept
has *runs*: sorted passage numbers with impacts. A passage has a concept when it is in one of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints
from search_app.engine.matching.runs import Run
from search_app.engine.matching.scratch import Scratch

EVERY_WORD_UP_TO = 2
"""Of one or two words a passage must have all…"""

SHARE = 0.5
"""…of more, words that carry this share of the query's weight (idf): see search_app/README.md."""

ENOUGH = {1: 5, 2: 5, 3: 5}
ENOUGH_FOR_MANY = 30
"""When fewer passages satisfy that, the share is lowered until so many do, by the number of words. The second is for
more than three words and for questions: there the right answer often lacks half of the words (measured on tydi_ru:
nDCG@10 .860 with 5 for short questions, .863 with 30)."""

WEAK_SHARE = 0.4
"""What a weak run counts of its concept's mass."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that the query asks for."""

    label: str
    """As typed."""
    runs: tuple[Run, ...]
    mass: float
    """How much of the query it is: its idf; 0 for words that no passage must have."""
    required: bool = False
    weak: tuple[Run, ...] = ()
    """Words that only look akin («провести» for «проведение»): having them is half of having the concept."""
    lemma: str | None = None
    """The likeliest lemma, of a plain word."""
    lemmas: tuple[tuple[int, float], ...] = ()
    """Lemma numbers that count as this concept, with their weights."""
    akin: tuple[int, ...] = ()
    """Lemma numbers of the weak runs and of synonyms."""
    companion: bool = False
    """Only belongs to a wish: «в … году», «город …»."""
    shown: bool = True
    """Whether it is worth highlighting and standing near others: «в», «как» are not."""
    spellings: tuple[str, ...] = ()
    """Typed spellings: for the exact-form and sub-word signals."""

    @property
    def frequency(self) -> int:
        """At most so many passages have it."""
        return sum(len(run.docs) for run in (*self.runs, *self.weak))


@dataclass(frozen=True, slots=True)
class Favoured:
    """Passages of the city that was named, ascending."""

    docs: Ints
    by_heading: bool = False
    """The kind of question was named too: a word in the heading is enough."""


@dataclass(slots=True)
class Matches:
    """The passages that satisfy a query, ascending, with their scores."""

    docs: Ints
    scores: Floats
    relaxed: bool = False
    """Some of them do not have enough of the words."""
    shares: Floats | None = None
    """The share of the query that each has, where some may have too little."""


def match(
    concepts: Sequence[Concept],
    excluded: Sequence[Concept],
    scratch: Scratch,
    *,
    any_of: bool = False,
    question: bool = False,
    favoured: Favoured | None = None,
) -> Matches:
    """All passages that satisfy the minimum of the concepts and have nothing excluded.

    When too few do, the minimum is lowered to what the best passages have. With
    ``any_of`` one concept is enough where too few have all, as it is for the ``favoured`` passages: those of the city
    that was named. A ``question`` has enough passages later than a few words have.
    """
    required = [concept for concept in concepts if concept.required]
    counted = [concept for concept in concepts if concept.mass > 0 and not concept.required]
    whole = sum(concept.mass for concept in counted)
    share = 1.0 if len(counted) <= EVERY_WORD_UP_TO else SHARE
    least = whole * share * (1 - 1e-5)
    if any_of and counted:
        least = min(concept.mass for concept in counted) * (1 - 1e-5)
    essential = [] if required else _essential(counted, least) or list(concepts)
    docs = _union(_rarest(required) if required else _all_runs(essential), scratch)
    found = _evaluated(docs, concepts, excluded, scratch)
    satisfied = found.masses >= least
    enough = ENOUGH_FOR_MANY if question else ENOUGH.get(len(counted), ENOUGH_FOR_MANY)
    if any_of and np.count_nonzero(everything := found.masses >= whole * (1 - 1e-5)) >= ENOUGH[1]:
        satisfied = everything
    if not counted or any_of or np.count_nonzero(satisfied) >= enough:
        matches = Matches(found.docs[satisfied], found.scores[satisfied])
    else:
        if not required:
            found = _having_most(found, len(essential), concepts, counted, excluded, least, enough, scratch)
        matches = _relaxed(found, counted, least, enough, bool(required))
    if favoured is None or not counted:
        return matches
    return _with_favoured(matches, favoured, concepts, excluded, scratch)


def _with_favoured(
    matches: Matches, favoured: Favoured, concepts: Sequence[Concept], excluded: Sequence[Concept], scratch: Scratch
) -> Matches:
    """The matches and those favoured passages that have at least one of the words.

    Where a kind of question was named too («проблемы благоустройства Красноярска»), the heading may have the word: the
    city's answers to that question are asked for.
    """
    others = favoured.docs[~np.isin(favoured.docs, matches.docs, assume_unique=True)]
    found = _evaluated(others, concepts, excluded, scratch)
    some = found.masses > 0
    if favoured.by_heading:
        some |= _in_heading(found.docs, concepts, scratch)
    docs = np.concatenate([matches.docs, found.docs[some]])
    order = np.argsort(docs, kind="stable")
    scores = np.concatenate([matches.scores, found.scores[some]])[order]
    shares = matches.shares
    if shares is not None:
        whole = np.float32(sum(concept.mass for concept in concepts if not concept.required))
        shares = np.concatenate([shares, found.masses[some] / whole])[order]
    return Matches(docs[order], scores, matches.relaxed, shares)


def _in_heading(docs: Ints, concepts: Sequence[Concept], scratch: Scratch) -> NDArray[np.bool_]:
    """Which passages have one of the counted words at least in their heading."""
    runs = [run for concept in concepts if concept.mass > 0 for run in concept.runs]
    found = np.zeros(len(docs), dtype=np.bool_)
    found[_postings(docs, [runs], scratch).places] = True
    return found


def _relaxed(found: _Found, counted: Sequence[Concept], least: float, enough: int, required: bool) -> Matches:
    """The passages that have most of the query where too few have enough."""
    if not len(found.docs):
        return Matches(found.docs, found.scores)
    best = float(found.masses.max())
    lowered = float(np.partition(found.masses, -enough)[-enough]) if len(found.docs) > enough else 0.0
    # A passage with none of the words (only light ones) is no match, unless it has what is required.
    lowered = max(min(least, best, lowered) * (1 - 1e-5), 0.0 if required else 1e-6)
    kept = found.masses >= lowered
    masses = found.masses[kept]
    whole = sum(concept.mass for concept in counted)
    return Matches(found.docs[kept], found.scores[kept], bool(np.any(masses < least)), masses / np.float32(whole))


def _having_most(
    found: _Found,
    looked_at: int,
    concepts: Sequence[Concept],
    counted: Sequence[Concept],
    excluded: Sequence[Concept],
    least: float,
    enough: int,
    scratch: Scratch,
) -> _Found:
    """A part of the passages that has at least the ``enough`` with the most of the query.

    Step by step, for with every step down more common words have to be looked through; ``found`` are the passages of
    so many rarest ones.
    """
    for bound in (*(least * step for step in _STEPS), 0.0):
        # Masses are summed up in single precision: a passage just at the bound must not be missed.
        essential = _essential(counted, bound * (1 - 1e-4))
        if len(essential) > looked_at:
            looked_at = len(essential)
            found = _evaluated(_union(_all_runs(essential), scratch), concepts, excluded, scratch)
        if np.count_nonzero(found.masses >= bound * (1 + 1e-4)) >= enough:
            break
    return found


_STEPS = (0.6, 0.3)
"""Shares of the minimum tried before all passages with any of the words are looked at."""


def evaluated(docs: Ints, concepts: Sequence[Concept], scratch: Scratch) -> tuple[Floats, Floats]:
    """The scores and masses of passages that are known to satisfy a query."""
    free = [replace(concept, required=False) if concept.required else concept for concept in concepts]
    found = _evaluated(docs, free, (), scratch)
    counted = [concept for concept in concepts if concept.required]
    if not counted or not len(docs):
        return found.scores, found.masses
    return found.scores, _evaluated(docs, [c for c in concepts if not c.required], (), scratch).masses


def said_by_none(docs: Ints, concepts: Sequence[Concept], scratch: Scratch) -> tuple[str, ...]:
    """The labels of the concepts that none of the passages says."""
    found = _postings(docs, [(*concept.runs, *concept.weak) for concept in concepts], scratch)
    absent = [concept.label for place, concept in enumerate(concepts) if not len(found.saying(place, place + 1))]
    return tuple(dict.fromkeys(absent))


@dataclass(slots=True)
class _Found:
    docs: Ints
    scores: Floats
    masses: Floats


def _rarest(required: Sequence[Concept]) -> Sequence[Run]:
    return min(required, key=lambda concept: concept.frequency).runs


def _all_runs(concepts: Sequence[Concept]) -> list[Run]:
    return [run for concept in concepts for run in (*concept.runs, *concept.weak)]


def _essential(counted: Sequence[Concept], least: float) -> list[Concept]:
    """The rarest concepts, the passages of which are all that can satisfy the minimum.

    Common words whose masses together stay below it cannot satisfy it alone.
    """
    by_frequency = sorted(counted, key=lambda concept: -concept.frequency)
    spare = 0.0
    for place, concept in enumerate(by_frequency):
        spare += concept.mass
        if spare >= least:
            return by_frequency[place:]
    return by_frequency


def _union(runs: Sequence[Run], scratch: Scratch) -> Ints:
    """The passages of the runs, ascending."""
    if len(runs) == 1:
        return runs[0].docs
    marks = scratch.marks
    marks[np.concatenate([_NO_INTS, *[run.docs for run in runs]]).astype(np.intp)] = True
    found = np.flatnonzero(marks)
    marks[found] = False
    return found.astype(np.int32)


def _evaluated(docs: Ints, concepts: Sequence[Concept], excluded: Sequence[Concept], scratch: Scratch) -> _Found:
    """Scores and masses of the candidates; those without a required or with an excluded concept are gone."""
    if len(concepts) == 1 and not excluded and _is_all_of(docs, concepts[0]):
        return _whole(concepts[0])
    groups = [group for concept in concepts for group in (concept.runs, concept.weak)]
    # What is excluded comes last: it scores nothing.
    found = _postings(docs, [*groups, _all_runs(excluded)], scratch)
    masses = np.zeros(len(docs), dtype=np.float32)
    kept = None
    for place, concept in enumerate(concepts):
        if concept.required:
            has = np.zeros(len(docs), dtype=np.bool_)
            has[found.saying(2 * place, 2 * place + 2)] = True
            kept = has if kept is None else kept & has
        elif concept.mass > 0:
            masses += _masses(concept, found, place, len(docs))
    if excluded:
        kept = np.ones(len(docs), dtype=np.bool_) if kept is None else kept
        kept[found.saying(len(groups), len(groups) + 1)] = False
    scores = found.scores(len(groups), len(docs))
    if kept is None or kept.all():
        return _Found(docs, scores, masses)
    return _Found(docs[kept], scores[kept], masses[kept])


def _is_all_of(docs: Ints, concept: Concept) -> bool:
    return len(concept.runs) == 1 and not concept.weak and concept.runs[0].docs is docs


def _whole(concept: Concept) -> _Found:
    """All that the only run of a concept has: a phrase, a rare word."""
    run = concept.runs[0]
    says = run.impacts > 0
    scores = np.abs(run.impacts) * np.float32(run.weight)
    if concept.required and not says.all():
        return _Found(run.docs[says], scores[says], np.zeros(np.count_nonzero(says), dtype=np.float32))
    mass = 0.0 if concept.required else concept.mass
    return _Found(run.docs, scores, says * np.float32(mass))


def _masses(concept: Concept, found: _Postings, place: int, candidates: int) -> Floats:
    """What each candidate has of a concept's mass."""
    masses = np.zeros(candidates, dtype=np.float32)
    mass = np.float32(concept.mass)
    if concept.weak:
        masses[found.saying(2 * place + 1, 2 * place + 2)] = np.float32(WEAK_SHARE) * mass
    masses[found.saying(2 * place, 2 * place + 1)] = mass
    return masses


@dataclass(frozen=True, slots=True)
class _Postings:
    """What the candidates gain, group of runs by group of runs."""

    places: NDArray[np.integer]
    """Which candidate each posting is of."""
    gains: Floats
    """Negative where the heading alone has it."""
    bounds: Sequence[int]
    """Where each group begins, and where the last ends."""
    said: NDArray[np.integer]
    """Those places that have it in their text or their question…"""
    said_bounds: Sequence[int]
    """…and where each group begins among them."""

    def saying(self, first: int, end: int) -> NDArray[np.integer]:
        """The candidates that say something of the groups ``[first, end)``."""
        return self.said[self.said_bounds[first] : self.said_bounds[end]]

    def scores(self, groups: int, candidates: int) -> Floats:
        """What each candidate gains from the first so many groups together."""
        end = self.bounds[groups]
        gains = np.abs(self.gains[:end])
        return np.bincount(self.places[:end], weights=gains, minlength=candidates).astype(np.float32)


def _postings(docs: Ints, groups: Sequence[Sequence[Run]], scratch: Scratch) -> _Postings:
    """The postings of the runs that are of the candidates."""
    most = len(docs) * _SEARCH_COST
    parts = [[run if len(run.docs) <= most else _narrowed(run, docs) for run in group] for group in groups]
    runs = [run for part in parts for run in part]
    bounds: Sequence[int] = list(accumulate((sum([len(run.docs) for run in part]) for part in parts), initial=0))
    places = _places(np.concatenate([_NO_INTS, *[run.docs for run in runs]]), docs, scratch)
    gains = np.concatenate([_NO_FLOATS, *[run.impacts * np.float32(run.weight) for run in runs]])
    if places.min(initial=0) < 0:
        kept = np.flatnonzero(places >= 0)
        places, gains, bounds = places[kept], gains[kept], kept.searchsorted(bounds).tolist()
    if gains.min(initial=1) > 0:
        return _Postings(places, gains, bounds, places, bounds)
    said = np.flatnonzero(gains > 0)
    return _Postings(places, gains, bounds, places[said], said.searchsorted(bounds).tolist())


def _places(wanted: Ints, docs: Ints, scratch: Scratch) -> Ints:
    """Where each wanted passage stands among the candidates, -1 for none."""
    table, at = scratch.places, docs.astype(np.intp)
    table[at] = scratch.numbers[: len(docs)]
    places: Ints = table.take(wanted)
    table[at] = -1
    return places


_NO_INTS = np.empty(0, dtype=np.int32)
_NO_FLOATS = np.empty(0, dtype=np.float32)


def _narrowed(run: Run, docs: Ints) -> Run:
    """What a long run has of the candidates."""
    places = np.searchsorted(run.docs, docs)
    places[places == len(run.docs)] = 0
    places = places[run.docs[places] == docs]
    return Run(run.docs[places], run.impacts[places], run.weight)


_SEARCH_COST = 7
"""One binary search costs about as much as looking up so many postings."""
