"""The second look at the best passages: exact forms, letters of words, nearness; read from the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints
from search_app.engine.matching.looking import look
from search_app.engine.matching.match import Concept
from search_app.engine.matching.runs import forms_of_lemmas
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


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal adds to BM25F; zeros switch a signal off."""

    exact: float = EXACT_WEIGHT
    gram: float = GRAM_WEIGHT
    near: float = NEAR_WEIGHT
    coverage: float = COVERAGE_WEIGHT
    meaning: float = MEANING_WEIGHT

    @property
    def of_signals(self) -> Floats:
        """As the second look wants them."""
        return np.array((self.exact, self.gram, self.coverage, self.near), dtype=np.float32)


_USUAL = Weights()


def signals(
    docs: Ints, concepts: Sequence[Concept], build: Build, scratch: Scratch, weights: Weights | None = None
) -> Floats:
    """What each passage gains over its BM25F score, in the same order."""
    weights = weights or _USUAL
    gains = np.zeros(len(docs), dtype=np.float32)
    if not len(docs) or not concepts:
        return gains
    columns, idf = build.columns, build.columns.lemma_idf
    spellings = [concept.spellings for concept in concepts if concept.spellings]
    find = build.spellings.find
    typed = sorted({find(spelling) for of_word in spellings for spelling in of_word} - {-1}) if weights.exact else []
    grams = (
        [known_grams(word, build)[0] for word in dict.fromkeys(of_word[0] for of_word in spellings)]
        if weights.gram
        else []
    )
    shown = [c for c in concepts if c.shown and c.lemmas] if weights.near or weights.coverage else []
    masses = [max([idf.item(number) for number, _ in concept.lemmas]) for concept in shown]
    all_grams = np.concatenate(grams) if len(grams) > 1 else grams[0] if grams else _NONE
    look(
        docs,
        columns.stream,
        columns.zones,
        columns.doc_length,
        columns.form_spelling,
        columns.form_whole,
        columns.spelling_idf,
        columns.spelling_forms_start,
        columns.spelling_forms,
        columns.spelling_grams_start,
        columns.spelling_grams,
        columns.gram_idf,
        columns.gram_spellings_start,
        columns.gram_spellings,
        *forms_of_lemmas(build),
        np.array(typed, dtype=np.int64),
        all_grams,
        np.array([number for concept in shown for number, _ in concept.lemmas], dtype=np.int64),
        np.array([word for word, concept in enumerate(shown) for _ in concept.lemmas], dtype=np.int64),
        np.array(masses, dtype=np.float64),
        weights.of_signals,
        bool(weights.near) and 2 <= len(shown) <= NEAR_UP_TO,
        scratch.form_words,
        scratch.gram_places,
        scratch.form_bits,
        scratch.spelling_bits,
        np.empty(len(typed) + len(all_grams) + len(shown), dtype=np.float64),
        gains,
    )
    return gains


_NONE = np.empty(0, dtype=np.int64)
