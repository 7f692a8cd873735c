"""The second look at the best passages: exact forms, letters of words, nearness; read from the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, runs
from indexer.index.arrays.strings import grams_of
from indexer.index.columns import K1, ZONE_WEIGHTS, ZONES, Columns
from search_app.engine.matching.match import Concept
from search_app.engine.matching.runs import distinct
from search_app.engine.matching.scratch import Scratch

CANDIDATES = 30
"""So many of the best are looked at again: xquad_ru .9660 with 30 as with 80, tydi_ru .8637, with 40 .8641."""

EXACT_WEIGHT = 0.2
GRAM_WEIGHT = 0.2
NEAR_WEIGHT = 0.2
COVERAGE_WEIGHT = 0.1
MEANING_WEIGHT = 0.6
"""Of the best first score: what a passage gains that lies in the very direction of the query."""

NEAR_UP_TO = 4
"""Words of a query: in longer ones, questions, nearness only disturbs (tydi_ru loses .1 points by it)."""

_B = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal adds to BM25F; zeros switch a signal off."""

    exact: float = EXACT_WEIGHT
    gram: float = GRAM_WEIGHT
    near: float = NEAR_WEIGHT
    coverage: float = COVERAGE_WEIGHT
    meaning: float = MEANING_WEIGHT


@dataclass(frozen=True, slots=True)
class _Window:
    """The tokens of the candidates, one after the other."""

    places: NDArray[np.int64]
    """Stream positions."""
    forms: Ints
    """Distinct forms, ascending; the gap between zones is one of them."""
    inverse: NDArray[np.int32]
    """The place in ``forms`` of each token."""
    zones: NDArray[np.int32]
    """The zone of each token, counted over all candidates."""


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The few tokens of a window that have to do with the query."""

    places: NDArray[np.int64]
    forms: NDArray[np.int32]
    zones: NDArray[np.int32]
    owners: NDArray[np.int32]
    """Which candidate each belongs to."""
    weights: Floats
    """The weight of each token's zone."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which distinct form of a window counts for which of the sought things, ascending by form."""

    forms: NDArray[np.integer]
    slots: NDArray[np.integer]
    idf: Floats
    """Of each sought thing."""


def signals(
    docs: Ints, concepts: Sequence[Concept], build: Build, scratch: Scratch, weights: Weights | None = None
) -> Floats:
    """What each passage gains over its BM25F score, in the same order."""
    weights = weights or Weights()
    columns = build.columns
    gains = np.zeros(len(docs), dtype=np.float32)
    if not len(docs) or not concepts:
        return gains
    window = _window(docs, columns, scratch)
    exact = _exact(window, concepts, build, scratch) if weights.exact else None
    grams = _sub_words(window, concepts, columns, scratch) if weights.gram else None
    shown = [concept for concept in concepts if concept.shown and concept.lemmas]
    of_form = _concept_of_forms(window, shown, columns, scratch) if weights.near or weights.coverage else None
    tokens = _tokens(window, [pairs.forms for pairs in (exact, grams) if pairs is not None], of_form)
    norms = 1 - _B + _B * columns.doc_length[docs]
    for weight, pairs in ((weights.exact, exact), (weights.gram, grams)):
        if pairs is not None:
            gains += weight * _bm25(tokens, pairs, len(window.forms), norms)
    if of_form is not None and shown:
        near, coverage = _near(tokens, of_form, shown, columns, len(docs))
        gains += weights.near * near + weights.coverage * coverage
    return gains


def largest(scores: Floats, count: int) -> NDArray[np.int64]:
    """The places of the ``count`` largest scores, descending; equal ones by place."""
    if count >= len(scores):
        return np.argsort(-scores, kind="stable")
    groups = len(scores) // _GROUP
    # The largest of each group are scores too: the last wanted of them bounds the last wanted of all from below.
    some = scores[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0) if groups > count else scores
    bound = np.partition(some, len(some) - count)[len(some) - count]
    places = np.flatnonzero(scores >= bound)
    return places[np.argsort(-scores[places], kind="stable")][:count]


_GROUP = 32


def _window(docs: Ints, columns: Columns, scratch: Scratch) -> _Window:
    borders = columns.zones[docs.astype(np.int64)[:, None] * ZONES + np.arange(ZONES + 1)]
    lengths = np.diff(borders).ravel()
    places = runs(borders[:, 0], borders[:, ZONES])
    zones = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    stream = columns.stream.take(places)
    forms = distinct(stream)
    table = scratch.form_places
    table[forms] = np.arange(len(forms), dtype=np.int32)
    return _Window(places, forms, table.take(stream), zones)


def _tokens(window: _Window, sought: Sequence[NDArray[np.integer]], of_form: NDArray[np.int32] | None) -> _Tokens:
    """The tokens of the sought forms and of those that belong to a concept."""
    wanted = np.zeros(len(window.forms), dtype=np.bool_) if of_form is None else of_form >= 0
    for forms in sought:
        wanted[forms] = True
    chosen = np.flatnonzero(wanted.take(window.inverse))
    zones = window.zones.take(chosen)
    owners = zones // ZONES
    weights = _WEIGHTS.take(zones - owners * ZONES)
    return _Tokens(window.places.take(chosen), window.inverse.take(chosen), zones, owners, weights)


_WEIGHTS = np.asarray(ZONE_WEIGHTS, dtype=np.float32)


def _exact(window: _Window, concepts: Sequence[Concept], build: Build, scratch: Scratch) -> _Pairs | None:
    """Spellings as typed."""
    columns = build.columns
    numbers = np.asarray(
        sorted({build.spellings.find(s) for c in concepts for s in c.spellings} - {-1}), dtype=np.int64
    )
    if not len(numbers):
        return None
    begins, ends = columns.spelling_forms_start[numbers], columns.spelling_forms_start[numbers + 1]
    forms = columns.spelling_forms[runs(begins, ends)]
    slots = np.repeat(np.arange(len(numbers)), ends - begins)
    places, here = _present(forms, window, scratch)
    here = here[np.argsort(places[here], kind="stable")]
    return _Pairs(places[here], slots[here], columns.spelling_idf[numbers])


def _present(forms: Ints, window: _Window, scratch: Scratch) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The places that forms may have in the window, and which of them are there."""
    # The table still holds places of earlier windows: a form is here only where its place agrees.
    places = scratch.form_places[forms]
    places[(places < 0) | (places >= len(window.forms))] = 0
    return places, np.flatnonzero(window.forms[places] == forms)


def _sub_words(window: _Window, concepts: Sequence[Concept], columns: Columns, scratch: Scratch) -> _Pairs | None:
    """The character 4-grams of the words."""
    grams = _known_grams(sorted({concept.spellings[0] for concept in concepts if concept.spellings}), columns)
    if not len(grams):
        return None
    table = scratch.gram_places
    table[grams] = np.arange(len(grams), dtype=np.int32)
    own = columns.form_spelling.take(window.forms)
    begins = columns.spelling_grams_start.take(own)
    # The gap, -1, has none: its end would lie before its beginning.
    ends = np.maximum(columns.spelling_grams_start.take(own + 1), begins)
    slots = table.take(columns.spelling_grams.take(runs(begins, ends)))
    table[grams] = -1
    hits = np.flatnonzero(slots >= 0)
    forms = np.searchsorted(np.cumsum(ends - begins), hits, side="right")
    return _Pairs(forms, slots[hits], columns.gram_idf[grams])


def _known_grams(spellings: Sequence[str], columns: Columns) -> NDArray[np.int64]:
    """The numbers of the grams of some words, ascending, without those that the archive has not."""
    packed = distinct(grams_of(spellings)[0])
    places = np.searchsorted(columns.grams, packed)
    places[places == len(columns.grams)] = 0
    known: NDArray[np.int64] = places[columns.grams[places] == packed] if len(columns.grams) else places[:0]
    return known


def _bm25(tokens: _Tokens, pairs: _Pairs, forms: int, norms: Floats) -> Floats:
    """BM25 of sought things that so many distinct forms stand for."""
    counts = np.bincount(pairs.forms, minlength=forms)
    of_token = counts.take(tokens.forms)
    begins = (np.cumsum(counts) - counts).take(tokens.forms)
    spread = pairs.slots[runs(begins, begins + of_token)]
    repeated = np.repeat(np.arange(len(of_token)), of_token)
    size = len(pairs.idf)
    cells = tokens.owners.take(repeated) * size + spread
    frequency = np.bincount(cells, weights=tokens.weights.take(repeated), minlength=len(norms) * size)
    frequency = frequency.reshape(len(norms), size)
    scores: Floats = ((frequency * (K1 + 1) / (frequency + K1 * norms[:, None])) @ pairs.idf).astype(np.float32)
    return scores


def _near(
    tokens: _Tokens, of_form: NDArray[np.int32], shown: Sequence[Concept], columns: Columns, passages: int
) -> tuple[Floats, Floats]:
    """How close different words of the query stand to each other, and what share of the query is present."""
    masses = np.asarray([max(float(columns.lemma_idf[number]) for number, _ in c.lemmas) for c in shown])
    near = np.zeros(passages, dtype=np.float32)
    concepts = of_form.take(tokens.forms)
    hits = np.flatnonzero(concepts >= 0)
    found = concepts[hits]
    coverage = _coverage(tokens.owners[hits], found, masses, passages)
    if not 2 <= len(shown) <= NEAR_UP_TO or len(hits) < 2:
        return near, coverage
    places, zones = tokens.places[hits], tokens.zones[hits]
    pair = (found[1:] != found[:-1]) & (zones[1:] == zones[:-1])
    distance = (places[1:] - places[:-1])[pair].astype(np.float64)
    least = np.minimum(masses[found[1:][pair]], masses[found[:-1][pair]])
    closeness = np.bincount(zones[:-1][pair] // ZONES, weights=least / distance**2, minlength=passages)
    # Saturates like a term's frequency: ten close pairs are hardly more than five.
    whole = float(masses.sum())
    near = (whole * closeness / (closeness + whole)).astype(np.float32)
    return near, coverage


def _coverage(
    owners: NDArray[np.int32], found: NDArray[np.int32], masses: NDArray[np.float64], passages: int
) -> Floats:
    cells = owners * len(masses) + found
    present = np.bincount(cells, minlength=passages * len(masses)).reshape(passages, len(masses)) > 0
    shares: Floats = (present @ masses).astype(np.float32)
    return shares


def _concept_of_forms(
    window: _Window, shown: Sequence[Concept], columns: Columns, scratch: Scratch
) -> NDArray[np.int32]:
    """The concept that each form of the window belongs to, -1 for none."""
    table = scratch.lemma_places
    lemmas = [number for concept in shown for number, _ in concept.lemmas]
    for place, concept in enumerate(shown):
        for number, _ in concept.lemmas:
            table[number] = place
    begins, ends = columns.form_lemmas_start.take(window.forms), columns.form_lemmas_start.take(window.forms + 1)
    concepts = table.take(columns.form_lemmas.take(runs(begins, ends)))
    table[lemmas] = -1
    of_form = np.full(len(window.forms), -1, dtype=np.int32)
    # Most forms belong to no concept.
    hits = np.flatnonzero(concepts >= 0)
    owners = np.searchsorted(np.cumsum(ends - begins), hits, side="right")
    np.maximum.at(of_form, owners, concepts[hits])
    return of_form
