"""Which passages of some kinds may speak of what a statement speaks of: by its words, and by its direction."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Longs
from search_app.engine.found.meaning import Sense, nearest, vectors_of
from search_app.engine.matching.runs import Run, lemma_run
from search_app.engine.query.synonyms import synonym_table, term_run
from search_app.engine.statements.weighing import FAMILY, SYNONYM, Weighed, WeighedWord

_FAMILY_MEMBERS = 8
"""Words of a large family that are looked for, the most frequent ones."""

_BY_MEANING = 20

Flags = NDArray[np.bool_]


def seek(
    statement: Weighed, weights: Floats, kinds: Collection[str], but: Collection[str], build: Build, most: int
) -> list[int]:
    """Numbers of the passages most likely to speak of a statement: the best by words, then the nearest by meaning.

    ``statement`` is the only one of its set, ``weights`` tell how much each of its words counts; ``but`` are cities
    that are left out. Of answers repeated over the years the newest stands for all.
    """
    allowed = _allowed(tuple(kinds), but, build)
    scores = np.zeros(build.columns.passages, dtype=np.float32)
    for place, word in enumerate(statement.words):
        if weights[place] > 0:
            _gain(scores, word, np.float32(weights[place]), build)
    scores[~allowed] = 0
    chosen = _best(scores, most).tolist()
    return list(dict.fromkeys([*chosen, *_near(statement, allowed, build)]))


def _allowed(kinds: tuple[str, ...], but: Collection[str], build: Build) -> Flags:
    of_kind: Flags = build.remember(("answers of", kinds), lambda: _of_kinds(kinds, build))
    if not but:
        return of_kind
    columns = build.columns
    left_out = np.asarray([city in but for city in build.values["city"]], dtype=np.bool_)
    by_report = ~left_out[columns.report_city]
    found: Flags = of_kind & by_report[columns.doc_report]
    return found


def _of_kinds(kinds: Collection[str], build: Build) -> Flags:
    """The answers to questions of some kinds, of those repeated over the years the newest, none that says nothing."""
    columns = build.columns
    kept = np.asarray([kind in kinds for kind in build.values["kind"]], dtype=np.bool_)
    leads = columns.doc_group == np.arange(columns.passages, dtype=np.int32)
    found: Flags = kept[columns.class_kind][columns.doc_class] & leads & ~columns.doc_blank
    return found


def _gain(scores: Floats, word: WeighedWord, weight: np.float32, build: Build) -> None:
    """Adds to the scores of the passages that have a word or what stands for it the best they gain from any of them."""
    best = np.zeros(len(scores), dtype=np.float32)
    for run, value in _runs(word, build):
        # What the heading alone has is no word of the answer.
        best[run.docs] = np.maximum(best[run.docs], run.impacts * np.float32(value))
    best *= weight
    scores += best


def _runs(word: WeighedWord, build: Build) -> Iterator[tuple[Run, float]]:
    for code, value in word.codes:
        if code.startswith("/"):
            yield from ((lemma_run(build.columns, number), FAMILY) for number in _family(code[1:], build))
        elif code.startswith("="):
            for lemmas in synonym_table(build).terms(code):
                run = term_run(lemmas, build)
                if run is not None:
                    yield run, SYNONYM
        else:
            number = build.lemmas.find(code)
            if number >= 0:
                yield lemma_run(build.columns, number), value


def _family(root: str, build: Build) -> list[int]:
    columns, number = build.columns, build.roots.find(root)
    if number < 0:
        return []
    members = columns.root_lemmas[columns.root_lemmas_start[number] : columns.root_lemmas_start[number + 1]]
    frequencies = columns.lemma_start[members + 1] - columns.lemma_start[members]
    found: list[int] = members[np.argsort(-frequencies, kind="stable")[:_FAMILY_MEMBERS]].tolist()
    return found


def _best(scores: Floats, most: int) -> Longs:
    some = np.flatnonzero(scores > 0)
    if len(some) > most:
        some = some[np.argpartition(-scores[some], most)[:most]]
    return some[np.lexsort((some, -scores[some]))]


def _near(statement: Weighed, allowed: Flags, build: Build) -> list[int]:
    if vectors_of(build) is None or statement.directions is None or not statement.directions[0].any():
        return []
    docs, _ = nearest(Sense(statement.directions[0], True, True), build, allowed)
    found: list[int] = docs[:_BY_MEANING].tolist()
    return found
