"""Which passages satisfy a query, against the rule said in plain words, on runs of postings made at random."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.index.columns import Columns
from search_app.engine.matching.match import ENOUGH, ENOUGH_FOR_MANY, SHARE, WEAK_SHARE, Concept, match, said_by_none
from search_app.engine.matching.runs import Run

PASSAGES = 60

Postings = dict[int, float]


COLUMNS = cast(
    Columns,
    SimpleNamespace(
        passages=PASSAGES,
        lemma_docs=np.empty(0, dtype=np.int32),
        lemma_saturations=np.empty(0, dtype=np.float32),
    ),
)
"""All runs have postings of their own."""


def run_of(postings: Postings, weight: float) -> Run:
    docs = sorted(postings)
    impacts = np.asarray([postings[doc] for doc in docs], dtype=np.float32)
    return Run(np.asarray(docs, dtype=np.int32), impacts, weight)


IMPACTS = st.sampled_from((0.5, 1.0, 2.0, -0.5, -1.0))
"""Negative where the heading alone has the word."""
RARE = st.dictionaries(st.integers(0, PASSAGES - 1), IMPACTS, max_size=4)
COMMON = st.dictionaries(st.integers(0, PASSAGES - 1), IMPACTS, min_size=30, max_size=PASSAGES)
RUNS = st.lists(st.builds(run_of, RARE | COMMON, st.sampled_from((0.5, 1.0))), max_size=3).map(tuple)


@st.composite
def concepts(draw: st.DrawFn) -> Concept:
    return Concept(
        label=draw(st.sampled_from("абвг")),
        runs=draw(RUNS),
        weak=draw(RUNS),
        mass=draw(st.sampled_from((0.0, 1.0, 2.0, 4.0))),
        required=draw(st.integers(0, 5)) == 0,
    )


def says(doc: int, runs: Sequence[Run]) -> bool:
    return any(doc in run.saying for run in runs)


def score(doc: int, asked: Sequence[Concept]) -> float:
    found = [(run, np.flatnonzero(run.docs == doc)) for c in asked for run in (*c.runs, *c.weak)]
    return sum(abs(float(run.impacts[place[0]])) * run.weight for run, place in found if len(place))


def mass(doc: int, asked: Sequence[Concept]) -> float:
    shares = ((c.mass, 1.0 if says(doc, c.runs) else WEAK_SHARE if says(doc, c.weak) else 0.0) for c in asked)
    return sum(whole * share for whole, share in shares)


def expected(asked: Sequence[Concept], away: Sequence[Concept]) -> dict[int, float]:
    required = [c for c in asked if c.required]
    counted = [c for c in asked if c.mass > 0 and not c.required]
    # Of what must be there, the words that only look akin do not lead to a passage.
    rarest = min(required, key=lambda c: c.frequency).runs if required else ()
    led = [doc for doc in range(PASSAGES) if not required or any(doc in run.docs for run in rarest)]
    fit = [doc for doc in led if all(says(doc, (*c.runs, *c.weak)) for c in required)]
    fit = [doc for doc in fit if not any(says(doc, (*c.runs, *c.weak)) for c in away)]
    if not counted:
        some = [run for c in asked for run in (*c.runs, *c.weak)]
        return {d: score(d, asked) for d in fit if required or any(d in run.docs for run in some)}
    whole = sum(c.mass for c in counted)
    least = whole * (1.0 if len(counted) <= 2 else SHARE)
    enough = ENOUGH.get(len(counted), ENOUGH_FOR_MANY)
    masses = {doc: mass(doc, counted) for doc in fit}
    if sum(found >= least - 1e-3 for found in masses.values()) < enough:
        best = sorted(masses.values(), reverse=True)
        least = min(least, best[0], best[enough - 1] if len(best) > enough else 0.0) if best else least
        least = max(least, 0.0 if required else 1e-2)
    return {doc: score(doc, asked) for doc in fit if masses[doc] >= least - 1e-3}


@settings(deadline=None, max_examples=300)
@given(st.lists(concepts(), min_size=1, max_size=5), st.lists(concepts(), max_size=1))
def test_matches_are_those_of_the_rule(asked: list[Concept], away: list[Concept]) -> None:
    found = match(asked, away, COLUMNS)
    assert dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True)) == pytest.approx(expected(asked, away))
    assert found.docs.tolist() == sorted(found.docs.tolist())


@settings(deadline=None)
@given(st.lists(concepts(), min_size=1, max_size=3))
def test_what_is_asked_for_twice_counts_twice(asked: list[Concept]) -> None:
    twice = [*asked, asked[0]]
    found = match(twice, (), COLUMNS)
    assert dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True)) == pytest.approx(expected(twice, ()))


@settings(deadline=None)
@given(st.lists(concepts(), min_size=1, max_size=4), st.sets(st.integers(0, PASSAGES - 1)))
def test_what_none_says(asked: list[Concept], shown: set[int]) -> None:
    docs = np.asarray(sorted(shown), dtype=np.int32)
    missing = [c.label for c in asked if not any(says(doc, (*c.runs, *c.weak)) for doc in shown)]
    assert said_by_none(docs, asked) == tuple(dict.fromkeys(missing))
