"""Which passages satisfy a query, and how well.

A query is a list of *concepts*: a word with its lemmas and synonyms, a phrase, a group of alternatives. Each concept
has *runs*: sorted passage numbers with impacts. A passage has a concept when it is in one of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, Longs
from indexer.index.columns import Columns
from search_app.engine.matching.runs import Run
from search_app.engine.matching.scratch import window_of_thread
from search_app.engine.matching.sweeping import (
    EXCLUDED,
    NEEDED,
    OWN,
    Rows,
    choose_most,
    meet,
    sweep,
)

EVERY_WORD_UP_TO = 2
"""Of one or two words a passage must have all…"""

SHARE = 0.5
"""…of more, words that carry this share of the query's weight (idf): see search_app/README.md."""

ENOUGH = {1: 5, 2: 5, 3: 5}
ENOUGH_FOR_MANY = 30
"""When fewer passages satisfy that, the share is lowered until so many do, by the number of words. The second is for
more than three words and for questions: there the right answer often lacks half of the words (measured on tydi_ru:
nDCG@10 .860 with 5 for short questions, .863 with 30)."""

FEW = 5000
"""Of more passages that rare words lead to, those with too little of the query are let go of early."""

WEAK_SHARE = 0.4
"""What a weak run counts of its concept's mass."""


@dataclass(frozen=True)
class Concept:
    """One thing that the query asks for; that of a plain word is kept, with what is found out of it."""

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

    @cached_property
    def frequency(self) -> int:
        """At most so many passages have it."""
        return sum([len(run.docs) for run in (*self.runs, *self.weak)])

    @cached_property
    def own(self) -> tuple[Run, ...]:
        """The runs that do not lie in the columns."""
        return tuple([run for run in (*self.runs, *self.weak) if run.at < 0])

    @cached_property
    def table(self) -> tuple[Rows, Floats]:
        """Its runs as rows of a sweep, the weak ones last; of its `own` as if they stood one behind the other."""
        need, mass = (1, 0.0) if self.required else (0, max(self.mass, 0.0))
        worth = [(run.weight, mass) for run in self.runs]
        worth += [(run.weight, WEAK_SHARE * mass) for run in self.weak]
        return _rows_of((*self.runs, *self.weak), need), np.array(worth, dtype=np.float32).reshape(-1, 2)


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
    columns: Columns,
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
    least = whole * share * _NEARLY
    if any_of and counted:
        least = min(concept.mass for concept in counted) * _NEARLY
    essential = [] if required else _essential(counted, least) or list(concepts)
    # Where few passages are looked at, those that have less may be needed, and to let go of them gains nothing.
    bounded = not any_of and sum([concept.frequency for concept in essential]) > FEW
    found = _evaluated(essential, concepts, excluded, columns, least=least * _NEARLY if bounded else 0.0)
    enough = ENOUGH_FOR_MANY if question else ENOUGH.get(len(counted), ENOUGH_FOR_MANY)
    if any_of and found.having(whole * _NEARLY) >= ENOUGH[1]:
        least = whole * _NEARLY
    if not counted or any_of or found.having(least) >= enough:
        found = found.kept(least)
        matches = Matches(found.docs, found.scores)
    else:
        if bounded:
            found = _evaluated(essential, concepts, excluded, columns)
        if not required:
            found = _having_most(found, len(essential), concepts, counted, excluded, least, enough, columns)
        matches = _relaxed(found, counted, least, enough, bool(required))
    if favoured is None or not counted:
        return matches
    return _with_favoured(matches, favoured, concepts, excluded, columns)


_NEARLY = 1 - 1e-5
"""Masses are summed up in single precision."""


def _with_favoured(
    matches: Matches, favoured: Favoured, concepts: Sequence[Concept], excluded: Sequence[Concept], columns: Columns
) -> Matches:
    """The matches and those favoured passages that have at least one of the words.

    Where a kind of question was named too («проблемы благоустройства Красноярска»), the heading may have the word: the
    city's answers to that question are asked for.
    """
    others = favoured.docs[~np.isin(favoured.docs, matches.docs, assume_unique=True)]
    found = _evaluated([], concepts, excluded, columns, others)
    some = found.masses > 0
    if favoured.by_heading:
        some |= _in_heading(found.docs, concepts, columns)
    docs = np.concatenate([matches.docs, found.docs[some]])
    order = np.argsort(docs, kind="stable")
    scores = np.concatenate([matches.scores, found.scores[some]])[order]
    shares = matches.shares
    if shares is not None:
        whole = np.float32(sum(concept.mass for concept in concepts if not concept.required))
        shares = np.concatenate([shares, found.masses[some] / whole])[order]
    return Matches(docs[order], scores, matches.relaxed, shares)


def _in_heading(docs: Ints, concepts: Sequence[Concept], columns: Columns) -> NDArray[np.bool_]:
    """Which passages have one of the counted words at least in their heading."""
    words = [replace(concept, weak=(), required=False) for concept in concepts if concept.mass > 0]
    # No impact is zero.
    found: NDArray[np.bool_] = _evaluated([], words, (), columns, docs).scores > 0
    return found


def _relaxed(found: _Found, counted: Sequence[Concept], least: float, enough: int, required: bool) -> Matches:
    """The passages that have most of the query where too few have enough."""
    if not len(found.docs):
        return Matches(found.docs, found.scores)
    best = float(found.masses.max())
    lowered = _least_of_most(found.masses, enough)
    # A passage with none of the words (only light ones) is no match, unless it has what is required.
    lowered = max(min(least, best, lowered) * _NEARLY, 0.0 if required else 1e-6)
    kept = found.kept(lowered)
    whole = sum(concept.mass for concept in counted)
    return Matches(kept.docs, kept.scores, bool(np.any(kept.masses < least)), kept.masses / np.float32(whole))


def _least_of_most(masses: Floats, count: int) -> float:
    """The ``count``-th largest mass; 0 where there are no more than so many."""
    if len(masses) <= count:
        return 0.0
    return float(_most(masses, count)[0])


def largest(scores: Floats, count: int) -> Longs:
    """The places of the ``count`` largest scores, descending; equal ones by place."""
    if count >= len(scores):
        return np.argsort(-scores, kind="stable")
    places = np.flatnonzero(scores >= _most(scores, count)[0])
    return places[np.argsort(-scores[places], kind="stable")][:count]


def _most(scores: Floats, count: int) -> Floats:
    """The ``count`` largest scores, the least of them first."""
    most = np.full(count, -np.inf, dtype=np.float32)
    choose_most(scores, most)
    return most


def _having_most(
    found: _Found,
    looked_at: int,
    concepts: Sequence[Concept],
    counted: Sequence[Concept],
    excluded: Sequence[Concept],
    least: float,
    enough: int,
    columns: Columns,
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
            found = _evaluated(essential, concepts, excluded, columns)
        if found.having(bound * (1 + 1e-4)) >= enough:
            break
    return found


_STEPS = (0.6, 0.3)
"""Shares of the minimum tried before all passages with any of the words are looked at."""


def evaluated(docs: Ints, concepts: Sequence[Concept], columns: Columns) -> tuple[Floats, Floats]:
    """The scores and masses of passages that are known to satisfy a query."""
    free = [replace(concept, required=False) if concept.required else concept for concept in concepts]
    found = _evaluated([], free, (), columns, docs)
    if len(docs) and any(concept.required for concept in concepts):
        counted = [concept for concept in concepts if not concept.required]
        return found.scores, _evaluated([], counted, (), columns, docs).masses
    return found.scores, found.masses


def said_by_none(docs: Ints, concepts: Sequence[Concept]) -> tuple[str, ...]:
    """The labels of the concepts that none of the passages says."""
    absent = [
        concept.label for concept in concepts if not any(_says_any(docs, run) for run in (*concept.runs, *concept.weak))
    ]
    return tuple(dict.fromkeys(absent))


def _says_any(docs: Ints, run: Run) -> bool:
    """Whether any of the passages says what the run is of."""
    few, many = sorted((docs, run.saying), key=len)
    return meet(few, many)


@dataclass(slots=True)
class _Found:
    docs: Ints
    scores: Floats
    masses: Floats

    def having(self, least: float) -> int:
        """How many have so much of the query."""
        return int(np.count_nonzero(self.masses >= np.float32(least)))

    def kept(self, least: float) -> _Found:
        """Those that have so much of the query."""
        kept = self.masses >= np.float32(least)
        return self if kept.all() else _Found(self.docs[kept], self.scores[kept], self.masses[kept])


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


def _evaluated(
    leading: Sequence[Concept],
    concepts: Sequence[Concept],
    excluded: Sequence[Concept],
    columns: Columns,
    docs: Ints | None = None,
    least: float = 0.0,
) -> _Found:
    """Scores and masses of the candidates; those without a required or with an excluded concept are gone.

    Others may be gone too that have less than the ``least`` mass.

    Candidates are ``docs``, else the passages of the leading concepts, else those of the rarest one that is required.
    """
    alone = _only_run(concepts) if docs is None and not excluded else None
    if alone is not None:
        return _found_by(alone, concepts[0])
    sweeping = _Sweeping(columns)
    required = [concept for concept in concepts if concept.required]
    rarest = min(required, key=_frequency, default=None) if docs is None else None
    if docs is not None:
        sweeping.add_run(Run(docs, np.full(len(docs), -0.0, dtype=np.float32)))
        sweeping.lead(1, len(docs))
    elif rarest is not None:
        sweeping.add(rarest)
        sweeping.lead(len(rarest.runs), sum([len(run.docs) for run in rarest.runs]))
    else:
        for concept in leading:
            sweeping.add(concept)
        sweeping.lead(sweeping.rows, sum([concept.frequency for concept in leading]))
    # A word that is asked for twice may be the same concept twice, and counts twice.
    added = [id(concept) for concept in ((rarest,) if rarest else leading)]
    following = []
    for concept in concepts:
        if id(concept) in added:
            added.remove(id(concept))
        else:
            following.append(concept)
    # The rarest first: what lacks it need not be looked for among the common ones.
    for concept in sorted(following, key=_frequency):
        sweeping.add(concept)
    for concept in excluded:
        sweeping.exclude(concept)
    return sweeping.found(least)


def _only_run(concepts: Sequence[Concept]) -> Run | None:
    """The run that is all that is asked for; ``None`` where there are others."""
    if len(concepts) > 1 or not concepts or concepts[0].weak or len(concepts[0].runs) != 1:
        return None
    return concepts[0].runs[0]


def _found_by(run: Run, concept: Concept) -> _Found:
    """What one run finds: a phrase or a beginning of words has been united already."""
    said, mass = run.impacts > 0, np.float32(0 if concept.required else max(concept.mass, 0.0))
    docs, scores = run.docs, np.abs(run.impacts) * np.float32(run.weight)
    if concept.required and not said.all():
        docs, scores, said = docs[said], scores[said], said[said]
    return _Found(docs, scores, said * mass)


def _frequency(concept: Concept) -> int:
    return concept.frequency


def _rows_of(runs: Sequence[Run], need: int) -> Rows:
    """The rows of one thing's runs; those of its own stand one behind the other."""
    rows, own_end = [], 0
    for run in runs:
        length = len(run.docs)
        begin = run.at if run.at >= 0 else own_end
        rows.append((begin, begin + length, run.at < 0, 0, need))
        own_end += length if run.at < 0 else 0
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


class _Sweeping:
    """The runs of a sweep, concept by concept."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._tables: list[Rows] = []
        self._worth: list[Floats] = []
        self._own: list[Run] = []
        self._own_end = 0
        self._ends: list[int] = []
        self._masses: list[float] = []
        self._needs: list[int] = []
        self._leading = 0
        self._most = 0
        self.rows = 0
        """Added so far."""

    def lead(self, rows: int, passages: int) -> None:
        """The candidates are those of the first rows: so many passages at most."""
        self._leading, self._most = rows, min(passages, self._columns.passages)

    def add(self, concept: Concept) -> None:
        """The runs of a concept, the weak ones last."""
        rows, worth = concept.table
        self._add(rows, worth, concept.own, concept.mass, required=concept.required)

    def add_run(self, run: Run) -> None:
        """A run that nothing is gained by."""
        self._add(_rows_of((run,), 0), _NO_WORTH, (run,))

    def exclude(self, concept: Concept) -> None:
        """The runs of what a passage must not say."""
        rows, worth = concept.table
        excluded = rows.copy()
        excluded[:, NEEDED] = EXCLUDED
        self._add(excluded, worth, concept.own)

    def _add(self, rows: Rows, worth: Floats, own: Sequence[Run], mass: float = 0.0, *, required: bool = False) -> None:
        if own:
            if self._own_end:
                rows = rows.copy()
                rows[:, :2] += self._own_end * rows[:, OWN : OWN + 1]
            self._own += own
            self._own_end += sum([len(run.docs) for run in own])
        self._tables.append(rows)
        self._worth.append(worth)
        self.rows += len(rows)
        self._ends.append(self.rows)
        self._masses.append(0.0 if required else max(mass, 0.0))
        self._needs.append(required)

    def found(self, least: float) -> _Found:
        """What a sweep finds, but what has less than the ``least`` mass if that is seen in time."""
        if not self._tables:
            return _Found(_NO_INTS, _NO_FLOATS, _NO_FLOATS)
        own_docs, own_impacts = _NO_INTS, _NO_FLOATS
        if len(self._own) == 1:
            own_docs, own_impacts = self._own[0].docs, self._own[0].impacts
        elif self._own:
            own_docs = np.concatenate([run.docs for run in self._own])
            own_impacts = np.concatenate([run.impacts for run in self._own])
        columns, window = self._columns, window_of_thread()
        so_far = list(accumulate(self._masses))
        things = [(so_far[-1] - mass, needed) for mass, needed in zip(so_far, accumulate(self._needs), strict=True)]
        docs = np.empty(self._most, dtype=np.int32)
        scores, masses = np.empty(self._most, dtype=np.float32), np.empty(self._most, dtype=np.float32)
        count = sweep(
            np.concatenate(self._tables),
            np.concatenate(self._worth),
            np.array(self._ends, dtype=np.int64),
            np.array(things, dtype=np.float32),
            self._leading,
            least,
            columns.lemma_docs,
            columns.lemma_saturations,
            own_docs,
            own_impacts,
            columns.passages,
            window.notes,
            window.touched,
            window.places,
            docs,
            scores,
            masses,
        )
        return _Found(docs[:count], scores[:count], masses[:count])


_NO_WORTH = np.array(((1.0, 0.0),), dtype=np.float32)
_NO_INTS = np.empty(0, dtype=np.int32)
_NO_FLOATS = np.empty(0, dtype=np.float32)
