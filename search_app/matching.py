"""Which passages satisfy a query, and how well: vectorised over the columns, no loop over passages.

A query is a list of *concepts*: a word with its lemmas and synonyms, a phrase, a group of alternatives. Each concept
has *runs*: sorted passage numbers with impacts. A passage has a concept when it is in one of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import Floats, Ints
from indexer.columns import K1, ZONE_WEIGHTS, ZONES, Columns
from search_app.scratch import Scratch

Number = TypeVar("Number", bound=np.integer)

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


@dataclass(slots=True)
class Matches:
    """The passages that satisfy a query, ascending, with their scores."""

    docs: Ints
    scores: Floats
    relaxed: bool = False
    dropped: tuple[str, ...] = ()


def match(
    concepts: Sequence[Concept],
    excluded: Sequence[Concept],
    scratch: Scratch,
    *,
    any_of: bool = False,
    question: bool = False,
    favoured: Ints | None = None,
) -> Matches:
    """All passages that satisfy the minimum of the concepts and have nothing excluded.

    When too few do, the minimum is lowered to what the best passages have and the rest is named as dropped. With
    ``any_of`` one concept is enough, as it is for the ``favoured`` passages: those of the city that was named.
    A ``question`` has enough passages later than a few words have.
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
    if not counted or any_of or np.count_nonzero(satisfied) >= enough:
        matches = Matches(found.docs[satisfied], found.scores[satisfied])
    else:
        matches = _relaxed(concepts, counted, excluded, least, enough, scratch)
    if favoured is None or not counted:
        return matches
    return _with_favoured(matches, favoured, concepts, excluded, scratch)


def _with_favoured(
    matches: Matches, favoured: Ints, concepts: Sequence[Concept], excluded: Sequence[Concept], scratch: Scratch
) -> Matches:
    """The matches and those favoured passages that have at least one of the words."""
    others = favoured[~np.isin(favoured, matches.docs, assume_unique=True)]
    found = _evaluated(others, concepts, excluded, scratch)
    some = found.masses > 0
    docs = np.concatenate([matches.docs, found.docs[some]])
    order = np.argsort(docs, kind="stable")
    scores = np.concatenate([matches.scores, found.scores[some]])[order]
    return Matches(docs[order], scores, matches.relaxed, matches.dropped)


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
    short = found.docs[kept & (found.masses < least)]
    dropped = _dropped(counted, short, scratch) if len(short) else ()
    return Matches(found.docs[kept], found.scores[kept], bool(dropped), dropped)


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


def _dropped(counted: Sequence[Concept], short: Ints, scratch: Scratch) -> tuple[str, ...]:
    """The words that most of the passages below the minimum do without; if none, the one that most do without."""
    absent = [(float(np.mean(~_presence(short, concept, scratch))), concept.label) for concept in counted]
    most = max(share for share, _ in absent)
    return tuple(dict.fromkeys(label for share, label in absent if share >= max(most, 0.01) or share > 0.5))


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
        gains = _summed(docs, concept.runs, scratch)
        if gains is not None:
            scores += gains
        if concept.weak:
            akin = _summed(docs, concept.weak, scratch)
            if akin is not None:
                scores += akin
                share = np.where(akin > 0, np.float32(WEAK_SHARE), np.float32(0))
                shares = share if gains is None else np.where(gains > 0, np.float32(1), share)
                if concept.mass > 0 and not concept.required:
                    masses += shares * np.float32(concept.mass)
        elif gains is not None and concept.mass > 0 and not concept.required:
            masses += (gains > 0) * np.float32(concept.mass)
    return _Found(docs, scores, masses)


def _summed(docs: Ints, runs: Sequence[Run], scratch: Scratch) -> Floats | None:
    """What each candidate gains from all of the runs together; ``None`` without runs."""
    total: Floats | None = None
    for run in runs:
        gains = _gains(docs, run, scratch)
        total = gains if total is None else total + gains
    return total


def united_run(runs: Sequence[Run]) -> Run:
    """One run with what a passage gains from all of the runs together: hundreds cost too much to be asked singly."""
    if len(runs) == 1:
        return runs[0]
    docs = np.concatenate([run.docs for run in runs])
    gains = np.bincount(docs, weights=np.concatenate([run.impacts * np.float32(run.weight) for run in runs]))
    # No impact is zero.
    found = np.flatnonzero(gains != 0)
    return Run(found.astype(np.int32), gains[found].astype(np.float32))


def _presence(docs: Ints, concept: Concept, scratch: Scratch) -> NDArray[np.bool_]:
    runs = (*concept.runs, *concept.weak)
    if len(runs) == 1:
        return _gains(docs, runs[0], scratch) > 0
    present = np.zeros(len(docs), dtype=np.bool_)
    for run in runs:
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


_SEARCH_COST = 7
"""One binary search costs about as much as spreading and clearing so many postings."""


# Places


def lemma_run(columns: Columns, lemma: int, weight: float = 1.0) -> Run:
    """The postings of a lemma."""
    begin, end = columns.lemma_start[lemma], columns.lemma_start[lemma + 1]
    whole = weight * float(columns.lemma_idf[lemma])
    return Run(columns.lemma_docs[begin:end], columns.lemma_saturations[begin:end], whole)


def lemma_places(columns: Columns, lemma: int) -> Ints:
    """The stream positions of a lemma, ascending."""
    return columns.lemma_places[columns.lemma_places_start[lemma] : columns.lemma_places_start[lemma + 1]]


def places_of_lemmas(columns: Columns, lemmas: Sequence[int]) -> list[Ints]:
    """The stream positions of each of the lemmas, ascending."""
    return [lemma_places(columns, lemma) for lemma in lemmas]


def places_of_forms(columns: Columns, forms: Ints, scratch: Scratch) -> Ints:
    """The stream positions of the forms, each once, in no order: found among those of their lemmas."""
    table = scratch.form_owners
    lemmas: dict[int, None] = {}
    for form in forms.tolist():
        found = columns.form_lemmas[columns.form_lemmas_start[form] : columns.form_lemmas_start[form + 1]].tolist()
        chosen = [lemma for lemma in found if lemma in lemmas]
        if found and not chosen:
            chosen = [min(found, key=lambda lemma: len(lemma_places(columns, lemma)))]
            lemmas[chosen[0]] = None
        if found:
            table[form] = chosen[0]
    parts = []
    for lemma in lemmas:
        places = lemma_places(columns, lemma)
        parts.append(places[table.take(columns.stream.take(places)) == lemma])
    table[forms] = -1
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)


def places_in_a_row(words: Sequence[Sequence[Ints]]) -> Ints:
    """Where the first of several words stands with the others right behind it, in order.

    Each word is given by the positions of each of its lemmas: joining those of a common word would cost more than the
    whole search.
    """
    if not words or any(not _frequency(places) for places in words):
        return np.empty(0, dtype=np.int32)
    order = sorted(range(len(words)), key=lambda word: _frequency(words[word]))
    starts = _joined(words[order[0]]) - order[0]
    for word in order[1:]:
        starts = starts[_contained(words[word], starts + word)]
    return starts


def places_near(words: Sequence[Sequence[Ints]], distance: int, columns: Columns) -> Ints:
    """Where the rarest of several words stands with all others within ``distance`` words, in the same zone."""
    if not words or any(not _frequency(places) for places in words):
        return np.empty(0, dtype=np.int32)
    order = sorted(words, key=_frequency)
    anchors = _joined(order[0])
    for word in order[1:]:
        zone = np.searchsorted(columns.zones, anchors, side="right") - 1
        low = np.maximum(anchors - distance, columns.zones[zone])
        high = np.minimum(anchors + distance, columns.zones[zone + 1] - 1)
        near = np.zeros(len(anchors), dtype=np.bool_)
        for places in word:
            near |= np.searchsorted(places, low) < np.searchsorted(places, high, side="right")
        anchors = anchors[near]
    return anchors


def _frequency(word: Sequence[Ints]) -> int:
    return sum(map(len, word))


def _joined(word: Sequence[Ints]) -> Ints:
    """The positions of all lemmas of a word, ascending, each once."""
    return word[0] if len(word) == 1 else distinct(np.concatenate(word))


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """The different numbers, ascending: several times faster than `np.unique`, which hashes."""
    ordered = np.sort(numbers)
    found: NDArray[Number] = ordered[np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])]
    return found


def first_zones(columns: Columns) -> Ints:
    """The zone that the first position of each block of the stream belongs to: where `zones_of` begins to look."""
    blocks = np.arange(0, max(len(columns.stream), 1), 1 << _BLOCK_BITS)
    found: Ints = (np.searchsorted(columns.zones, blocks, side="right") - 1).astype(np.int32)
    return found


_BLOCK_BITS = 5
"""Blocks of 32 positions seldom hold more than two zones; their table takes 4 MB for 250,000 passages."""


def zones_of(places: Ints, columns: Columns, firsts: Ints | None) -> Ints:
    """The zone of each of the positions: by the table of `first_zones` several times faster than by searching."""
    if firsts is None:
        return (np.searchsorted(columns.zones, places, side="right") - 1).astype(np.int32)
    zones: Ints = firsts.take(places >> _BLOCK_BITS)
    ends = columns.zones[1:]
    behind = np.flatnonzero(ends.take(zones) <= places)
    while len(behind):
        zones[behind] += 1
        behind = behind[ends.take(zones.take(behind)) <= places.take(behind)]
    return zones


def run_of_places(columns: Columns, places: Ints, weight_idf: float, firsts: Ints | None = None) -> Run:
    """Postings of whatever stands at the places, scored like a lemma of that idf; ``firsts`` as for `zones_of`."""
    if not len(places):
        return Run(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
    zone = zones_of(places, columns, firsts)
    owners = zone // ZONES
    weights = np.asarray(ZONE_WEIGHTS, dtype=np.float32).take(zone - owners * ZONES)
    docs, frequency = _summed_up(owners, weights, columns.passages)
    impacts = np.float32(weight_idf) * frequency * (K1 + 1) / (frequency + K1)
    return Run(docs, impacts.astype(np.float32))


def _summed_up(docs: Ints, weights: Floats, passages: int) -> tuple[Ints, Floats]:
    """The different passages, ascending, with the sums of their weights, all of which are positive."""
    if len(docs) * _SORTING_COST > passages:
        sums = np.bincount(docs, weights=weights)
        found = np.flatnonzero(sums > 0)
        return found.astype(np.int32), sums[found].astype(np.float32)
    order = np.argsort(docs, kind="stable")
    docs = docs[order]
    edges = np.flatnonzero(np.concatenate([[True], docs[1:] != docs[:-1]]))
    return docs[edges], np.add.reduceat(weights[order], edges)


_SORTING_COST = 16
"""To sort a posting costs as much as to look through so many passages."""


def _contained(word: Sequence[Ints], wanted: Ints) -> NDArray[np.bool_]:
    """Which of the wanted positions a word has, by any of its lemmas."""
    contained = np.zeros(len(wanted), dtype=np.bool_)
    for places in word:
        if len(places):
            found = np.searchsorted(places, wanted)
            found[found == len(places)] = 0
            contained |= places[found] == wanted
    return contained
