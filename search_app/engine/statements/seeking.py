"""Which passages of some kinds may speak of what a statement speaks of: by its words, and by its direction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Longs
from search_app.engine.found.meaning import Sense, nearest, vectors_of
from search_app.engine.matching.making import LocalRuns, RunMaker
from search_app.engine.matching.runs import Run
from search_app.engine.query.synonyms import synonym_table, term_run
from search_app.engine.statements.weighing import FAMILY, SYNONYM, Weighed, WeighedWord

_FAMILY_MEMBERS = 8
"""Words of a large family that are looked for, the most frequent ones."""

BY_MEANING = 20

Flags = NDArray[np.bool_]


def seek(
    statement: Weighed, weights: Floats, kinds: Collection[str], but: Collection[str], build: Build, most: int
) -> list[int]:
    """Numbers of the passages most likely to speak of a statement: the best by words, then the nearest by meaning.

    ``statement`` is the only one of its set, ``weights`` tell how much each of its words counts; ``but`` are cities
    that are left out. Of answers repeated over the years the newest stands for all.
    """
    allowed = allowed_docs(kinds, but, build)
    makers = LocalRuns(build)
    words = [list(runs_of(word, build, makers)) if weights[at] > 0 else [] for at, word in enumerate(statement.words)]
    scores = scored(words, weights, build)
    scores[~allowed] = 0
    chosen = best_of(scores, most).tolist()
    sense = sense_of_statement(statement, build)
    near = nearest(sense, build, allowed)[0][:BY_MEANING].tolist() if sense else []
    return list(dict.fromkeys([*chosen, *near]))


Words = Sequence[Sequence[tuple[Run, float]]]
"""For each word of a statement the runs of what stands for it, with what each counts."""


def scored(words: Words, weights: Floats, build: Build) -> Floats:
    """What each passage gains by the words of a statement: by each the best it gains from what stands for that."""
    scores = np.zeros(build.columns.passages, dtype=np.float32)
    for place, runs in enumerate(words):
        best = np.zeros(len(scores), dtype=np.float32)
        for run, value in runs:
            # What the heading alone has is no word of the answer.
            best[run.docs] = np.maximum(best[run.docs], run.impacts * np.float32(value))
        scores += best * np.float32(weights[place])
    return scores


def allowed_docs(kinds: Collection[str], but: Collection[str], build: Build) -> Flags:
    """Which passages are of the kinds, not of the cities ``but``, say something, and stand for what repeats them."""
    chosen = tuple(kinds)
    of_kind: Flags = build.remember(("answers of", chosen), lambda: _of_kinds(chosen, build))
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


def runs_of(word: WeighedWord, build: Build, makers: RunMaker) -> Iterator[tuple[Run, float]]:
    """The runs of a word and of what stands for it, with what each counts."""
    for code, value in word.codes:
        if code.startswith("/"):
            yield from ((makers.lemma(number), FAMILY) for number in _family(code[1:], build))
        elif code.startswith("="):
            for lemmas in synonym_table(build).terms(code):
                run = term_run(lemmas, build, makers)
                if run is not None:
                    yield run, SYNONYM
        else:
            number = build.lemmas.find(code)
            if number >= 0:
                yield makers.lemma(number), value


def _family(root: str, build: Build) -> list[int]:
    columns, number = build.columns, build.roots.find(root)
    if number < 0:
        return []
    members = columns.root_lemmas[columns.root_lemmas_start[number] : columns.root_lemmas_start[number + 1]]
    frequencies = columns.lemma_start[members + 1] - columns.lemma_start[members]
    found: list[int] = members[np.argsort(-frequencies, kind="stable")[:_FAMILY_MEMBERS]].tolist()
    return found


def best_of(scores: Floats, most: int) -> Longs:
    """The places of the best scores, the best first; none without a score."""
    some = np.flatnonzero(scores > 0)
    if len(some) > most:
        some = some[np.argpartition(-scores[some], most)[:most]]
    return some[np.lexsort((some, -scores[some]))]


def sense_of_statement(statement: Weighed, build: Build) -> Sense | None:
    """What the only statement of a set means; ``None`` where that cannot be told."""
    if vectors_of(build) is None or statement.directions is None or not statement.directions[0].any():
        return None
    return Sense(statement.directions[0], True, True)
