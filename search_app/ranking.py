"""The second look at the best passages: exact forms, letters of words, nearness; read from the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import runs
from indexer.build import Build
from indexer.columns import K1, ZONE_WEIGHTS, ZONES, Columns, Floats, Ints
from indexer.strings import grams_of
from search_app.matching import Concept, distinct
from search_app.scratch import Scratch

CANDIDATES = 40
"""So many of the best are looked at again: xquad_ru .9660 with 40 as with 80, tydi_ru .8641 instead of .8637."""

EXACT_WEIGHT = 0.2
GRAM_WEIGHT = 0.2
NEAR_WEIGHT = 0.2
COVERAGE_WEIGHT = 0.1

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


@dataclass(frozen=True, slots=True)
class _Window:
    """The tokens of the candidates, one after the other."""

    places: NDArray[np.int64]
    """Stream positions."""
    owners: NDArray[np.int64]
    """Which candidate each belongs to."""
    forms: Ints
    """Distinct forms, ascending; the gap between zones is one of them."""
    inverse: NDArray[np.int32]
    """The place in ``forms`` of each token."""
    weights: Floats
    """The weight of each token's zone."""
    zones: NDArray[np.int32]
    """The zone of each token, counted over all candidates."""


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
    norms = 1 - _B + _B * columns.doc_length[docs]
    if weights.exact:
        gains += weights.exact * _exact(window, concepts, build, norms, scratch)
    if weights.gram:
        gains += weights.gram * _sub_words(window, concepts, build, scratch, norms)
    if weights.near or weights.coverage:
        near, coverage = _near(window, concepts, columns, scratch, len(docs))
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
    owners = np.repeat(np.arange(len(docs)), borders[:, ZONES] - borders[:, 0])
    weights = np.repeat(np.tile(np.asarray(ZONE_WEIGHTS, dtype=np.float32), len(docs)), lengths)
    tokens = columns.stream[places]
    forms = distinct(tokens)
    table = scratch.form_places
    table[forms] = np.arange(len(forms), dtype=np.int32)
    return _Window(places, owners, forms, table[tokens], weights, zones)


def _exact(window: _Window, concepts: Sequence[Concept], build: Build, norms: Floats, scratch: Scratch) -> Floats:
    """BM25 over spellings as typed."""
    columns = build.columns
    numbers = np.asarray(
        sorted({build.spellings.find(s) for c in concepts for s in c.spellings} - {-1}), dtype=np.int64
    )
    if not len(numbers):
        return np.zeros(len(norms), dtype=np.float32)
    begins, ends = columns.spelling_forms_start[numbers], columns.spelling_forms_start[numbers + 1]
    forms = columns.spelling_forms[runs(begins, ends)]
    slots = np.repeat(np.arange(len(numbers)), ends - begins)
    # The table still holds places of earlier windows: a form is here only where its place agrees.
    places = scratch.form_places[forms]
    places[(places < 0) | (places >= len(window.forms))] = 0
    here = np.flatnonzero(window.forms[places] == forms)
    here = here[np.argsort(places[here], kind="stable")]
    return _bm25(window, _Pairs(places[here], slots[here]), columns.spelling_idf[numbers], norms)


def _sub_words(window: _Window, concepts: Sequence[Concept], build: Build, scratch: Scratch, norms: Floats) -> Floats:
    """BM25 over the character 4-grams of the words."""
    columns = build.columns
    grams = _known_grams(sorted({concept.spellings[0] for concept in concepts if concept.spellings}), columns)
    if not len(grams):
        return np.zeros(len(norms), dtype=np.float32)
    table = scratch.gram_places
    table[grams] = np.arange(len(grams), dtype=np.int32)
    own = columns.form_spelling[window.forms]
    begins = columns.spelling_grams_start[own]
    # The gap, -1, has none: its end would lie before its beginning.
    ends = np.maximum(columns.spelling_grams_start[own + 1], begins)
    slots = table[columns.spelling_grams[runs(begins, ends)]]
    table[grams] = -1
    hits = np.flatnonzero(slots >= 0)
    forms = np.repeat(np.arange(len(own)), ends - begins)[hits]
    return _bm25(window, _Pairs(forms, slots[hits]), columns.gram_idf[grams], norms)


def _known_grams(spellings: Sequence[str], columns: Columns) -> NDArray[np.int64]:
    """The numbers of the grams of some words, ascending, without those that the archive has not."""
    packed = distinct(grams_of(spellings)[0])
    places = np.searchsorted(columns.grams, packed)
    places[places == len(columns.grams)] = 0
    known: NDArray[np.int64] = places[columns.grams[places] == packed] if len(columns.grams) else places[:0]
    return known


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which distinct form counts for which of the sought things, ascending by form."""

    forms: NDArray[np.integer]
    slots: NDArray[np.integer]


def _bm25(window: _Window, pairs: _Pairs, idf: Floats, norms: Floats) -> Floats:
    """BM25 of sought things that distinct forms stand for."""
    counts = np.bincount(pairs.forms, minlength=len(window.forms))
    starts = np.concatenate([[0], np.cumsum(counts)])
    chosen = np.flatnonzero(counts[window.inverse])
    forms = window.inverse[chosen]
    spread = pairs.slots[runs(starts[forms], starts[forms + 1])]
    repeated = np.repeat(chosen, counts[forms])
    cells = window.owners[repeated] * len(idf) + spread
    frequency = np.bincount(cells, weights=window.weights[repeated], minlength=len(norms) * len(idf))
    frequency = frequency.reshape(len(norms), len(idf))
    scores: Floats = ((frequency * (K1 + 1) / (frequency + K1 * norms[:, None])) @ idf).astype(np.float32)
    return scores


def _near(
    window: _Window, concepts: Sequence[Concept], columns: Columns, scratch: Scratch, passages: int
) -> tuple[Floats, Floats]:
    """How close different words of the query stand to each other, and what share of the query is present."""
    shown = [concept for concept in concepts if concept.shown and concept.lemmas]
    masses = np.asarray([max(float(columns.lemma_idf[number]) for number, _ in c.lemmas) for c in shown])
    near = np.zeros(passages, dtype=np.float32)
    if not shown:
        return near, near
    owner_of_token = _concept_of_tokens(window, shown, columns, scratch)
    hits = np.flatnonzero(owner_of_token >= 0)
    coverage = _coverage(window, owner_of_token, hits, masses, passages)
    if not 2 <= len(shown) <= NEAR_UP_TO or len(hits) < 2:
        return near, coverage
    found = owner_of_token[hits]
    places, zones = window.places[hits], window.zones[hits]
    pair = (found[1:] != found[:-1]) & (zones[1:] == zones[:-1])
    distance = (places[1:] - places[:-1])[pair].astype(np.float64)
    least = np.minimum(masses[found[1:][pair]], masses[found[:-1][pair]])
    closeness = np.bincount(zones[:-1][pair] // ZONES, weights=least / distance**2, minlength=passages)
    # Saturates like a term's frequency: ten close pairs are hardly more than five.
    whole = float(masses.sum())
    near = (whole * closeness / (closeness + whole)).astype(np.float32)
    return near, coverage


def _coverage(
    window: _Window,
    owner_of_token: NDArray[np.int32],
    hits: NDArray[np.int64],
    masses: NDArray[np.float64],
    passages: int,
) -> Floats:
    cells = window.owners[hits] * len(masses) + owner_of_token[hits]
    present = np.bincount(cells, minlength=passages * len(masses)).reshape(passages, len(masses)) > 0
    shares: Floats = (present @ masses).astype(np.float32)
    return shares


def _concept_of_tokens(
    window: _Window, shown: Sequence[Concept], columns: Columns, scratch: Scratch
) -> NDArray[np.int32]:
    """The concept that each token of the candidates belongs to, -1 for none."""
    table = scratch.lemma_places
    lemmas = [number for concept in shown for number, _ in concept.lemmas]
    for place, concept in enumerate(shown):
        for number, _ in concept.lemmas:
            table[number] = place
    begins, ends = columns.form_lemmas_start[window.forms], columns.form_lemmas_start[window.forms + 1]
    concepts = table[columns.form_lemmas[runs(begins, ends)]]
    table[lemmas] = -1
    of_form = np.full(len(window.forms), -1, dtype=np.int32)
    # Most forms belong to no concept.
    hits = np.flatnonzero(concepts >= 0)
    owners = np.searchsorted(np.cumsum(ends - begins), hits, side="right")
    np.maximum.at(of_form, owners, concepts[hits])
    return of_form[window.inverse]
