"""Which passages satisfy a query, and how well: vectorised over the columns, no loop over passages.

A query is a list of *concepts*: a word with its lemmas and synonyms, a phrase, a group of alternatives. Each concept
has *runs*: sorted passage numbers with impacts. A passage has a concept when it is in one of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    docs = _candidates(required, counted, concepts, least, scratch)
    found = _evaluated(docs, concepts, excluded, scratch)
    satisfied = found.masses >= least
    enough = ENOUGH_FOR_MANY if question else ENOUGH.get(len(counted), ENOUGH_FOR_MANY)
    if any_of and np.count_nonzero(everything := found.masses >= whole * (1 - 1e-5)) >= ENOUGH[1]:
        satisfied = everything
    if not counted or any_of or np.count_nonzero(satisfied) >= enough:
        matches = Matches(found.docs[satisfied], found.scores[satisfied])
    else:
        matches = _relaxed(concepts, counted, excluded, least, enough, scratch)
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
    found = np.zeros(len(docs), dtype=np.bool_)
    for concept in concepts:
        for run in concept.runs if concept.mass > 0 else ():
            found |= _gains(docs, run, scratch) != 0
    return found


def _relaxed(
    concepts: Sequence[Concept],
    counted: Sequence[Concept],
    excluded: Sequence[Concept],
    least: float,
    enough: int,
    scratch: Scratch,
) -> Matches:
    """The passages that have most of the query where too few have enough."""
    required = [concept for concept in concepts if concept.required]
    found = _having_most(concepts, counted, excluded, least, enough, scratch)
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
    concepts: Sequence[Concept],
    counted: Sequence[Concept],
    excluded: Sequence[Concept],
    least: float,
    enough: int,
    scratch: Scratch,
) -> _Found:
    """A part of the passages that has at least the ``enough`` with the most of the query.

    Step by step, for with every step down more common words have to be looked through.
    """
    required = [concept for concept in concepts if concept.required]
    bounds = [least * step for step in _STEPS] if not required else []
    for bound in (*bounds, 0.0):
        # Masses are summed up in single precision: a passage just at the bound must not be missed.
        docs = _candidates(required, counted, counted, bound * (1 - 1e-4), scratch)
        found = _evaluated(docs, concepts, excluded, scratch)
        if np.count_nonzero(found.masses >= bound * (1 + 1e-4)) >= enough:
            break
    return found


_STEPS = (0.6, 0.3)
"""Shares of the minimum tried before all passages with any of the words are looked at."""


def said_by_none(docs: Ints, concepts: Sequence[Concept], scratch: Scratch) -> tuple[str, ...]:
    """The labels of the concepts that none of the passages says."""
    absent = [concept.label for concept in concepts if not _presence(docs, concept, scratch).any()]
    return tuple(dict.fromkeys(absent))


@dataclass(slots=True)
class _Found:
    docs: Ints
    scores: Floats
    masses: Floats


def _candidates(
    required: Sequence[Concept],
    counted: Sequence[Concept],
    concepts: Sequence[Concept],
    least: float,
    scratch: Scratch,
) -> Ints:
    """A superset of the passages that can satisfy the minimum, ascending.

    Common words whose masses together stay below the minimum cannot satisfy it alone: only the passages of the rest,
    the essential concepts, need to be looked at.
    """
    if required:
        return _union(min(required, key=lambda concept: concept.frequency).runs, scratch)
    essential = _essential(counted, least) if counted else list(concepts)
    return _union([run for concept in essential for run in (*concept.runs, *concept.weak)], scratch)


def _essential(counted: Sequence[Concept], least: float) -> list[Concept]:
    by_frequency = sorted(counted, key=lambda concept: -concept.frequency)
    spare = 0.0
    for place, concept in enumerate(by_frequency):
        spare += concept.mass
        if spare >= least:
            return by_frequency[place:]
    return by_frequency


def _union(runs: Sequence[Run], scratch: Scratch) -> Ints:
    if not runs:
        return np.empty(0, dtype=np.int32)
    if len(runs) == 1:
        return runs[0].docs
    marks = scratch.marks
    for run in runs:
        marks[run.docs] = True
    docs = np.flatnonzero(marks).astype(np.int32)
    marks[docs] = False
    return docs


def _evaluated(docs: Ints, concepts: Sequence[Concept], excluded: Sequence[Concept], scratch: Scratch) -> _Found:
    """Scores and masses of the candidates; those without a required or with an excluded concept are gone."""
    for concept in excluded:
        docs = docs[~_presence(docs, concept, scratch)]
    for concept in sorted((c for c in concepts if c.required), key=lambda c: c.frequency):
        present = _presence(docs, concept, scratch)
        # The same array, not a copy: the concept that the candidates come from need not be looked up again.
        docs = docs if present.all() else docs[present]
    scores = np.zeros(len(docs), dtype=np.float32)
    masses = np.zeros(len(docs), dtype=np.float32)
    for concept in concepts:
        said = _added(docs, concept.runs, scores, scratch)
        akin = _added(docs, concept.weak, scores, scratch)
        if concept.mass <= 0 or concept.required:
            continue
        if akin is not None:
            share = akin * np.float32(WEAK_SHARE)
            masses += (share if said is None else np.where(said, np.float32(1), share)) * np.float32(concept.mass)
        elif said is not None:
            masses += said * np.float32(concept.mass)
    return _Found(docs, scores, masses)


def _added(docs: Ints, runs: Sequence[Run], scores: Floats, scratch: Scratch) -> NDArray[np.bool_] | None:
    """Adds to the scores what each candidate gains from the runs; which ones say it, ``None`` without runs."""
    said: NDArray[np.bool_] | None = None
    for run in runs:
        gains = _gains(docs, run, scratch)
        said = gains > 0 if said is None else said | (gains > 0)
        scores += np.abs(gains)
    return said


def _presence(docs: Ints, concept: Concept, scratch: Scratch) -> NDArray[np.bool_]:
    """Which passages say it, in their text or their question."""
    runs = (*concept.runs, *concept.weak)
    if len(runs) == 1:
        return _gains(docs, runs[0], scratch) > 0
    present = np.zeros(len(docs), dtype=np.bool_)
    for run in runs:
        present |= _gains(docs, run, scratch) > 0
    return present


def _gains(docs: Ints, run: Run, scratch: Scratch) -> Floats:
    """What each candidate gains from a run: 0 where it is not in it, negative where its heading alone has it."""
    if run.docs is docs:
        gains = run.impacts
    elif len(docs) * _SEARCH_COST < len(run.docs):
        places = np.searchsorted(run.docs, docs)
        places[places == len(run.docs)] = 0
        gains = run.impacts[places] * (run.docs[places] == docs)
    else:
        scratch.impacts[run.docs] = run.impacts
        gains = scratch.impacts[docs]
        scratch.impacts[run.docs] = 0.0
    return gains if run.weight == 1.0 else gains * np.float32(run.weight)


_SEARCH_COST = 7
"""One binary search costs about as much as spreading and clearing so many postings."""


# Places
