"""Which passages satisfy a query, and how well: vectorised over the columns, no loop over passages.

A query is a list of *concepts*: a word with its lemmas and synonyms, a phrase, a group of alternatives. Each concept has
*runs*: sorted passage numbers with impacts. A passage has a concept when it is in one of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.columns import K1, ZONE_WEIGHTS, ZONES, Columns, Floats, Ints
from search_app.scratch import Scratch

EVERY_WORD_UP_TO = 2
"""Of one or two words a passage must have all…"""

SHARE = 0.5
"""…of more, words that carry this share of the query's weight (idf): see search_app/README.md."""

ENOUGH = 10
"""When fewer passages satisfy that, the share is lowered until so many do: a page of the nearest ones…"""

FLOOR = 0.2
"""…but not below this share, unless nothing at all would be left."""


@dataclass(frozen=True, slots=True)
class Run:
    """Passages, ascending, with what each gains."""

    docs: Ints
    impacts: Floats
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that the query asks for."""

    label: str
    """As typed."""
    runs: tuple[Run, ...]
    mass: float
    """How much of the query it is: its idf; 0 for words that no passage must have."""
    required: bool = False
    lemmas: tuple[tuple[int, float], ...] = ()
    """Lemma numbers that count as this concept, with their weights."""
    shown: bool = True
    """Whether it is worth highlighting and standing near others: «в», «как» are not."""
    spellings: tuple[str, ...] = ()
    """Typed spellings: for the exact-form and sub-word signals."""

    @property
    def frequency(self) -> int:
        """At most so many passages have it."""
        return sum(len(run.docs) for run in self.runs)


@dataclass(slots=True)
class Matches:
    """The passages that satisfy a query, ascending, with their scores."""

    docs: Ints
    scores: Floats
    relaxed: bool = False
    dropped: tuple[str, ...] = ()


def match(concepts: Sequence[Concept], excluded: Sequence[Concept], scratch: Scratch) -> Matches:
    """All passages that satisfy the minimum of the concepts and have nothing excluded.

    When none does, the minimum is lowered to what the best passages have and the rest is named as dropped.
    """
    required = [concept for concept in concepts if concept.required]
    counted = [concept for concept in concepts if concept.mass > 0 and not concept.required]
    whole = sum(concept.mass for concept in counted)
    share = 1.0 if len(counted) <= EVERY_WORD_UP_TO else SHARE
    least = whole * share * (1 - 1e-5)
    docs = _candidates(required, counted, concepts, least, scratch)
    found = _evaluated(docs, concepts, excluded, scratch)
    satisfied = found.masses >= least
    if not counted or np.count_nonzero(satisfied) >= ENOUGH:
        return Matches(found.docs[satisfied], found.scores[satisfied])
    return _relaxed(concepts, counted, excluded, least, whole, scratch)


def _relaxed(
    concepts: Sequence[Concept],
    counted: Sequence[Concept],
    excluded: Sequence[Concept],
    least: float,
    whole: float,
    scratch: Scratch,
) -> Matches:
    """The passages that have most of the query where too few have enough."""
    required = [concept for concept in concepts if concept.required]
    docs = _candidates(required, list(counted), list(counted), 0.0, scratch)
    found = _evaluated(docs, concepts, excluded, scratch)
    if not len(found.docs):
        return _without_required(concepts, counted, excluded, scratch)
    best = float(found.masses.max())
    lowered = float(np.partition(found.masses, -ENOUGH)[-ENOUGH]) if len(found.docs) > ENOUGH else 0.0
    lowered = min(least, best, max(lowered, whole * FLOOR)) * (1 - 1e-5)
    kept = found.masses >= lowered
    top = found.docs[found.masses >= best * (1 - 1e-5)]
    satisfied = best >= least
    dropped = () if satisfied else tuple(c.label for c in counted if not _has_any(c, top))
    return Matches(found.docs[kept], found.scores[kept], bool(dropped), dropped)


def _without_required(
    concepts: Sequence[Concept], counted: Sequence[Concept], excluded: Sequence[Concept], scratch: Scratch
) -> Matches:
    """A phrase that stands nowhere is dropped for its words' sake, if the query has others."""
    empty = Matches(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
    others = [concept for concept in counted if concept.runs]
    if not others or len(others) == len(concepts):
        return empty
    found = match(others, excluded, scratch)
    dropped = tuple(concept.label for concept in concepts if concept.mass > 0 and concept not in others)
    return Matches(found.docs, found.scores, True, (*dropped, *found.dropped))


def _has_any(concept: Concept, docs: Ints) -> bool:
    return any(len(np.intersect1d(run.docs, docs, assume_unique=True)) for run in concept.runs)


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
        docs = _union(min(required, key=lambda concept: concept.frequency).runs, scratch)
        return docs
    essential = _essential(counted, least) if counted else list(concepts)
    return _union([run for concept in essential for run in concept.runs], scratch)


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
        docs = docs[_presence(docs, concept, scratch)]
    scores = np.zeros(len(docs), dtype=np.float32)
    masses = np.zeros(len(docs), dtype=np.float32)
    for concept in concepts:
        if len(concept.runs) == 1:
            gains = _gains(docs, concept.runs[0], scratch)
        else:
            gains = np.zeros(len(docs), dtype=np.float32)
            for run in concept.runs:
                gains += _gains(docs, run, scratch)
        scores += gains
        if concept.mass > 0 and not concept.required:
            masses += (gains > 0) * np.float32(concept.mass)
    return _Found(docs, scores, masses)


def _presence(docs: Ints, concept: Concept, scratch: Scratch) -> NDArray[np.bool_]:
    present = np.zeros(len(docs), dtype=np.bool_)
    for run in concept.runs:
        present |= _gains(docs, run, scratch) > 0
    return present


def _gains(docs: Ints, run: Run, scratch: Scratch) -> Floats:
    """What each candidate gains from a run, 0 where it is not in it."""
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


_SEARCH_COST = 12
"""One binary search costs about as much as spreading and clearing so many postings."""


# Places


def lemma_run(columns: Columns, lemma: int, weight: float = 1.0) -> Run:
    """The postings of a lemma."""
    begin, end = columns.lemma_start[lemma], columns.lemma_start[lemma + 1]
    return Run(columns.lemma_docs[begin:end], columns.lemma_impacts[begin:end], weight)


def lemma_places(columns: Columns, lemma: int) -> Ints:
    """The stream positions of a lemma, ascending."""
    return columns.lemma_places[columns.lemma_places_start[lemma] : columns.lemma_places_start[lemma + 1]]


def places_of_lemmas(columns: Columns, lemmas: Sequence[int]) -> Ints:
    """The stream positions of any of the lemmas, ascending."""
    if not lemmas:
        return np.empty(0, dtype=np.int32)
    if len(lemmas) == 1:
        return lemma_places(columns, lemmas[0])
    return np.unique(np.concatenate([lemma_places(columns, lemma) for lemma in lemmas]))


def places_of_forms(columns: Columns, forms: Ints) -> Ints:
    """The stream positions of the forms, ascending: found among those of their lemmas."""
    lemmas: set[int] = set()
    for form in forms.tolist():
        found = columns.form_lemmas[columns.form_lemmas_start[form] : columns.form_lemmas_start[form + 1]].tolist()
        if found and not lemmas.intersection(found):
            lemmas.add(min(found, key=lambda lemma: len(lemma_places(columns, lemma))))
    places = places_of_lemmas(columns, sorted(lemmas))
    wanted = np.zeros(len(columns.form_spelling), dtype=np.bool_)
    wanted[forms] = True
    return places[wanted[columns.stream[places]]]


def places_in_a_row(positions: Sequence[Ints]) -> Ints:
    """Where the first of several words stands with the others right behind it, in order."""
    if not positions or any(len(places) == 0 for places in positions):
        return np.empty(0, dtype=np.int32)
    order = sorted(range(len(positions)), key=lambda word: len(positions[word]))
    starts = positions[order[0]] - order[0]
    for word in order[1:]:
        starts = starts[_contained(positions[word], starts + word)]
    return starts


def places_near(positions: Sequence[Ints], distance: int, columns: Columns) -> Ints:
    """Where the rarest of several words stands with all others within ``distance`` words, in the same zone."""
    if not positions or any(len(places) == 0 for places in positions):
        return np.empty(0, dtype=np.int32)
    order = sorted(positions, key=len)
    anchors = order[0]
    for places in order[1:]:
        zone = np.searchsorted(columns.zones, anchors, side="right") - 1
        low = np.maximum(anchors - distance, columns.zones[zone])
        high = np.minimum(anchors + distance, columns.zones[zone + 1] - 1)
        anchors = anchors[np.searchsorted(places, low) < np.searchsorted(places, high, side="right")]
    return anchors


def run_of_places(columns: Columns, places: Ints, weight_idf: float) -> Run:
    """Postings of whatever stands at the places, scored like a lemma of that idf."""
    if not len(places):
        return Run(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
    zone = np.searchsorted(columns.zones, places, side="right") - 1
    docs = (zone // ZONES).astype(np.int32)
    edges = np.flatnonzero(np.concatenate([[True], docs[1:] != docs[:-1]]))
    frequency = np.add.reduceat(np.asarray(ZONE_WEIGHTS, dtype=np.float32)[zone % ZONES], edges)
    impacts = np.float32(weight_idf) * frequency * (K1 + 1) / (frequency + K1)
    return Run(docs[edges], impacts.astype(np.float32))


def _contained(places: Ints, wanted: Ints) -> NDArray[np.bool_]:
    found = np.searchsorted(places, wanted)
    found[found == len(places)] = 0
    contained: NDArray[np.bool_] = places[found] == wanted
    return contained

