"""The second look at the best passages: exact forms, letters of words, nearness; read from the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, runs, slices, starts
from indexer.index.columns import K1, ZONE_WEIGHTS, ZONES, Columns
from search_app.engine.matching.match import Concept
from search_app.engine.matching.runs import distinct
from search_app.engine.matching.scratch import Scratch
from search_app.engine.query.expansion import known_grams

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
class _Asked:
    """What is looked for in the passages: things in a row, each stood for by some forms of the archive."""

    exact: NDArray[np.int64]
    """Typed spellings: the first of the things."""
    grams: NDArray[np.int64]
    """The character 4-grams of the words: the next ones."""
    shown: Sequence[Concept]
    """Words that have lemmas: the last ones."""

    @property
    def things(self) -> int:
        """How many there are in all."""
        return len(self.exact) + len(self.grams) + len(self.shown)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The few tokens of the passages that have to do with the query, in order."""

    places: NDArray[np.int64]
    """Stream positions."""
    zones: NDArray[np.int64]
    """The zone of each, counted over all passages."""
    forms: Ints
    """Distinct forms."""
    inverse: NDArray[np.int32]
    """The place in ``forms`` of each token."""
    of_form: NDArray[np.int32]
    """The word of the query that each form is, -1 for none."""


def signals(
    docs: Ints, concepts: Sequence[Concept], build: Build, scratch: Scratch, weights: Weights | None = None
) -> Floats:
    """What each passage gains over its BM25F score, in the same order."""
    weights = weights or Weights()
    columns = build.columns
    if not len(docs) or not concepts:
        return np.zeros(len(docs), dtype=np.float32)
    asked = _asked(concepts, build, weights)
    tokens = _tokens(docs, asked, build, scratch)
    frequency = _frequency(tokens, asked, columns, len(docs))
    counted = len(asked.exact) + len(asked.grams)
    gains = np.zeros(len(docs))
    if counted:
        idf = [weights.exact * columns.spelling_idf[asked.exact], weights.gram * columns.gram_idf[asked.grams]]
        norms = K1 * (1 - _B + _B * columns.doc_length[docs])
        found = frequency[:, :counted]
        gains += (found * (K1 + 1) / (found + norms[:, None])) @ np.concatenate(idf)
    if asked.shown:
        masses = np.asarray([max(float(columns.lemma_idf[number]) for number, _ in c.lemmas) for c in asked.shown])
        gains += weights.coverage * ((frequency[:, counted:] > 0) @ masses)
        if weights.near and 2 <= len(masses) <= NEAR_UP_TO:
            gains += weights.near * _near(tokens, masses, len(docs))
    return gains.astype(np.float32)


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


def _asked(concepts: Sequence[Concept], build: Build, weights: Weights) -> _Asked:
    typed = {build.spellings.find(spelling) for concept in concepts for spelling in concept.spellings}
    words = {concept.spellings[0] for concept in concepts if concept.spellings}
    known = [known_grams(word, build)[0] for word in words] if weights.gram else []
    return _Asked(
        exact=np.asarray(sorted(typed - {-1}), dtype=np.int64) if weights.exact else _NONE,
        grams=distinct(np.concatenate(known)) if known else _NONE,
        shown=[c for c in concepts if c.shown and c.lemmas] if weights.near or weights.coverage else [],
    )


_NONE = np.empty(0, dtype=np.int64)


def _tokens(docs: Ints, asked: _Asked, build: Build, scratch: Scratch) -> _Tokens:
    """The tokens of the passages that are, or share letters with, something asked for."""
    columns = build.columns
    borders = columns.zones[docs.astype(np.int64)[:, None] * ZONES + np.arange(ZONES + 1)]
    begins, ends = borders[:, 0], borders[:, ZONES]
    stream = slices(columns.stream, begins, ends)
    words = _marked_forms(asked, build, scratch)
    hits = _with_letters(stream, asked, columns, scratch)
    found = stream.take(hits)
    forms = distinct(found)
    scratch.form_places[forms] = np.arange(len(forms), dtype=np.int32)
    of_form = scratch.form_words.take(forms)
    scratch.form_words[words] = -1
    zones = (borders[:, 1:] - borders[:, :-1]).cumsum().searchsorted(hits, side="right")
    before = (ends - begins).cumsum() - ends
    return _Tokens(
        places=hits - before.take(zones // ZONES),
        zones=zones,
        forms=forms,
        inverse=scratch.form_places.take(found),
        of_form=np.where(of_form < len(asked.shown), of_form, -1),
    )


def _marked_forms(asked: _Asked, build: Build, scratch: Scratch) -> Ints:
    """Marks the forms of the words with the number of the word, those that are only typed with one behind the last."""
    columns, table = build.columns, scratch.form_words
    marked = [columns.spelling_forms[:0]]
    if len(asked.exact):
        starts_of = columns.spelling_forms_start
        marked = [slices(columns.spelling_forms, starts_of[asked.exact], starts_of[asked.exact + 1])]
        table[marked[0]] = len(asked.shown)
    begun, forms = forms_of_lemmas(build)
    for place, concept in enumerate(asked.shown):
        for number, _ in concept.lemmas:
            own = forms[begun[number] : begun[number + 1]]
            # A form that is several words of the query is the last of them.
            table[own] = place
            marked.append(own)
    return np.concatenate(marked)


def _with_letters(stream: Ints, asked: _Asked, columns: Columns, scratch: Scratch) -> NDArray[np.int64]:
    """The places of the tokens that are marked or share letters with the words; all, where that is told sooner."""
    marked = scratch.form_words.take(stream) >= 0
    if not len(asked.grams):
        return np.flatnonzero(marked)
    begins, ends = columns.gram_spellings_start[asked.grams], columns.gram_spellings_start[asked.grams + 1]
    if int((ends - begins).sum()) > len(stream) * _LOOKING_COST:
        return np.arange(len(stream))
    alike = slices(columns.gram_spellings, begins, ends)
    table = scratch.marked_spellings
    table[alike.astype(np.intp)] = True  # twice as fast as by narrower numbers
    marked |= table.take(columns.form_spelling.take(stream))
    table.fill(False)
    return np.flatnonzero(marked)


_LOOKING_COST = 4
"""To look at all letters of a token costs about as much as to mark so many spellings."""


def forms_of_lemmas(build: Build) -> tuple[NDArray[np.int64], Ints]:
    """Where the forms of each lemma begin and end, and the forms."""
    return build.remember("forms of lemmas", lambda: _made_forms_of_lemmas(build.columns))


def _made_forms_of_lemmas(columns: Columns) -> tuple[NDArray[np.int64], Ints]:
    owners = np.repeat(np.arange(len(columns.form_spelling), dtype=np.int32), np.diff(columns.form_lemmas_start))
    order = np.argsort(columns.form_lemmas, kind="stable")
    return starts(np.bincount(columns.form_lemmas, minlength=len(columns.lemma_idf))), owners[order]


def _frequency(tokens: _Tokens, asked: _Asked, columns: Columns, passages: int) -> NDArray[np.float64]:
    """How often each passage has each of the things, by the weights of the zones."""
    forms, things = _pairs(tokens, asked, columns)
    counts = np.bincount(forms, minlength=len(tokens.forms))
    ends = counts.cumsum().take(tokens.inverse)
    of_token = counts.take(tokens.inverse)
    owners = tokens.zones // ZONES
    weights = _WEIGHTS.take(tokens.zones - owners * ZONES).repeat(of_token)
    cells = (owners * asked.things).repeat(of_token) + things.take(runs(ends - of_token, ends))
    found = np.bincount(cells, weights=weights, minlength=passages * asked.things)
    return found.astype(np.float64, copy=False).reshape(passages, asked.things)


_WEIGHTS = np.asarray(ZONE_WEIGHTS, dtype=np.float64)


def _pairs(tokens: _Tokens, asked: _Asked, columns: Columns) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Which form counts for which thing, by the place of the form; twice where a form has the same letters twice."""
    exact, grams = len(asked.exact), len(asked.grams)
    words = np.flatnonzero(tokens.of_form >= 0)
    if not exact + grams:
        return words, tokens.of_form[words]
    own = columns.form_spelling.take(tokens.forms)
    # Few spellings are typed, so each is compared with all.
    spelled = (asked.exact == own[:, None]) | (asked.exact == columns.form_whole.take(tokens.forms)[:, None])
    typed_forms, typed = np.nonzero(spelled)
    alike_forms, alike = _sharing(own, asked.grams, columns)
    forms = np.concatenate([typed_forms, alike_forms, words])
    things = np.concatenate([typed, exact + alike, exact + grams + tokens.of_form[words]])
    order = np.argsort(forms, kind="stable")
    return forms[order], things[order]


def _sharing(
    spellings: Ints, grams: NDArray[np.int64], columns: Columns
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of some spellings have which of the grams."""
    if not len(grams):
        return _NONE, _NONE
    begins = columns.spelling_grams_start.take(spellings)
    # The gap, -1, has none: its end would lie before its beginning.
    ends = np.maximum(columns.spelling_grams_start.take(spellings + 1), begins)
    theirs = columns.spelling_grams.take(runs(begins, ends))
    places = grams.searchsorted(theirs)
    places[places == len(grams)] = 0
    hits = np.flatnonzero(grams.take(places) == theirs)
    return (ends - begins).cumsum().searchsorted(hits, side="right"), places[hits]


def _near(tokens: _Tokens, masses: NDArray[np.float64], passages: int) -> NDArray[np.float64]:
    """How close different words of the query stand to each other."""
    words = tokens.of_form.take(tokens.inverse)
    hits = np.flatnonzero(words >= 0)
    found, places, zones = words[hits], tokens.places[hits], tokens.zones[hits]
    pair = np.flatnonzero((found[1:] != found[:-1]) & (zones[1:] == zones[:-1]))
    distance = places[pair + 1] - places[pair]
    least = np.minimum(masses[found[pair + 1]], masses[found[pair]])
    closeness = np.bincount(zones[pair] // ZONES, weights=least / distance**2.0, minlength=passages)
    # Saturates like a term's frequency: ten close pairs are hardly more than five.
    whole = float(masses.sum())
    return whole * closeness / (closeness + whole)
