"""The passages of runs of postings with what they gain and say: one sweep over the archive, window by window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.matching.compiled import (
    BITS_OUT,
    DOUBLE_ROWS_OUT,
    FLOAT,
    FLOAT_ROWS,
    FLOATS,
    FLOATS_OUT,
    INT,
    INTS,
    INTS_OUT,
    LONG_ROWS_OUT,
    LONGS,
    compiled,
    part,
)
from search_app.engine.matching.scratch import WINDOW
from search_app.engine.matching.seeking import bits_of, clear_bit, has_bit, seek, set_bit

BEGIN, END, OWN, THING, NEEDED = range(5)
"""Columns of a run's row: where its postings begin and end, whether in the arrays of its own or in those of the lemmas,
the thing that it is of (from 2 on; a sweep puts it there), whether a passage needs that thing."""

REST, NEEDS = range(2)
"""Columns of a thing's row: how much of the query the things behind it are, how many up to it a passage needs."""

EXCLUDED = -1
"""As ``NEEDED``: a passage must not say it."""

WEIGHT, MASS = range(2)
"""Columns of the second table: what an impact is multiplied with, how much of the query saying it is."""

STATE, GAIN, SAID, HAS = range(4)
"""Columns of the window: 0 where a passage is not met yet, 1 where it is, else the last thing it says; what it gains,
how much of the query it says, how many of the needed things."""

_LOOKING_COST = 8
"""To look for a passage in a run costs about as much as to go through so many postings."""

Rows = NDArray[np.int64]
Doubles = NDArray[np.float64]
Bits = NDArray[np.uint64]


@compiled(
    LONG_ROWS_OUT, FLOAT_ROWS, LONGS, FLOAT_ROWS, INT, FLOAT, INTS, FLOATS, INTS, FLOATS, INT, DOUBLE_ROWS_OUT,
    BITS_OUT, INTS_OUT, INTS_OUT, FLOATS_OUT, FLOATS_OUT,
)  # fmt: skip
def sweep(
    runs: Rows,
    worth: Floats,
    ends: Longs,
    things: Floats,
    leading: int,
    least: float,
    lemma_docs: Ints,
    lemma_impacts: Floats,
    own_docs: Ints,
    own_impacts: Floats,
    passages: int,
    window: Doubles,
    touched: Bits,
    places: Ints,
    docs: Ints,
    scores: Floats,
    masses: Floats,
) -> int:
    """Fills in the passages of the first ``leading`` runs, ascending, and returns how many they are.

    Of the other runs only what they have of those passages counts. The runs of a thing follow each other up to one of
    the ``ends``: the first one that says it gives the mass. Impacts are negative where a passage does not say it. What
    cannot have the ``least`` mass any more, lacks a needed thing or has an excluded one, is let go after each thing:
    things had better come the rarest first. The beginnings of ``runs`` move on to their ends.
    """
    found, first = 0, 0
    for thing in range(len(ends)):
        for run in range(first, ends[thing]):
            runs[run, THING] = thing + 2
        first = ends[thing]
    while True:
        nearest = passages
        for run in range(leading):
            if runs[run, BEGIN] < runs[run, END]:
                begin = own_docs[runs[run, BEGIN]] if runs[run, OWN] else lemma_docs[runs[run, BEGIN]]
                nearest = min(nearest, begin)
        if nearest >= passages:
            return found
        base = nearest - nearest % WINDOW
        for run in range(leading):
            if runs[run, OWN]:
                _lead(runs, worth, run, base, own_docs, own_impacts, window, touched)
            else:
                _lead(runs, worth, run, base, lemma_docs, lemma_impacts, window, touched)
        count = bits_of(touched, WINDOW >> 6, places)
        for run in range(leading - 1, len(runs)):
            if count and run >= leading:
                left = (runs[run, END] - runs[run, BEGIN]) * WINDOW
                singly = count * _LOOKING_COST * (passages - base) < left
                if runs[run, OWN]:
                    _follow(runs, worth, run, base, own_docs, own_impacts, window, touched, places, count, singly)
                else:
                    _follow(runs, worth, run, base, lemma_docs, lemma_impacts, window, touched, places, count, singly)
            thing = runs[run, THING] - 2
            if run + 1 == ends[thing]:
                count = _fitting(window, touched, places, count, least - things[thing, REST], things[thing, NEEDS])
        for number in range(count):
            at = np.uint32(places[number])
            docs[found] = base + at
            scores[found] = window[at, GAIN]
            masses[found] = window[at, SAID]
            found += 1
            clear_bit(touched, at)
            window[at, STATE] = window[at, GAIN] = window[at, SAID] = window[at, HAS] = 0.0


@part
def _fitting(window: Doubles, touched: Bits, places: Ints, count: int, least: float, needs: float) -> int:
    """Lets go of the passages that say too little or lack something; returns how many are left."""
    kept = 0
    for number in range(count):
        at = np.uint32(places[number])
        if window[at, SAID] >= least and window[at, HAS] >= needs:
            places[kept] = at
            kept += 1
        else:
            clear_bit(touched, at)
            window[at, STATE] = window[at, GAIN] = window[at, SAID] = window[at, HAS] = 0.0
    return kept


@part
def _lead(
    runs: Rows, worth: Floats, run: int, base: int, docs: Ints, impacts: Floats, window: Doubles, touched: Bits
) -> None:
    """Notes what a leading run has of the window's passages."""
    weight, mass, thing, need = worth[run, WEIGHT], worth[run, MASS], runs[run, THING], runs[run, NEEDED]
    place, last, end = runs[run, BEGIN], runs[run, END], base + WINDOW
    while place < last and docs[place] < end:
        at = np.uint32(docs[place] - base)
        gain = impacts[place] * weight
        set_bit(touched, at)
        window[at, GAIN] += abs(gain)
        if gain > 0 and window[at, STATE] != thing:
            window[at, STATE] = thing
            window[at, SAID] += mass
            window[at, HAS] += need
        elif window[at, STATE] == 0:
            window[at, STATE] = 1.0
        place += 1
    runs[run, BEGIN] = place


@part
def _follow(
    runs: Rows,
    worth: Floats,
    run: int,
    base: int,
    docs: Ints,
    impacts: Floats,
    window: Doubles,
    touched: Bits,
    places: Ints,
    count: int,
    singly: bool,
) -> None:
    """Adds what another run has of the passages met, looking for each of them ``singly`` or going through the run."""
    weight, mass, thing, need = worth[run, WEIGHT], worth[run, MASS], runs[run, THING], runs[run, NEEDED]
    place, last = runs[run, BEGIN], runs[run, END]
    for number in range(count if singly else 1):
        sought = base + places[number]
        place = seek(docs, place, last, sought)
        end = sought + 1 if singly else base + WINDOW
        while place < last and docs[place] < end:
            at = np.uint32(docs[place] - base)
            if has_bit(touched, at):
                gain = impacts[place] * weight
                if need != EXCLUDED:
                    window[at, GAIN] += abs(gain)
                if gain > 0 and window[at, STATE] != thing:
                    window[at, STATE] = thing
                    window[at, SAID] += mass
                    window[at, HAS] += need if need != EXCLUDED else -len(runs) - 1
            place += 1
        if place >= last:
            break
    runs[run, BEGIN] = place


@compiled(FLOATS, FLOATS_OUT)
def choose_most(scores: Floats, most: Floats) -> None:
    """Fills in the largest over those that stand there, the least of them first: a heap, each has two larger below."""
    for at in range(len(scores)):
        score = scores[at]
        if score > most[0]:
            place = 0
            while place * 2 + 1 < len(most):
                below = place * 2 + 1
                if below + 1 < len(most) and most[below + 1] < most[below]:
                    below += 1
                if most[below] >= score:
                    break
                most[place] = most[below]
                place = below
            most[place] = score


@compiled(INTS, INTS)
def meet(few: Ints, many: Ints) -> bool:
    """Whether ascending numbers have one in common with others."""
    at = 0
    for place in range(len(few)):
        at = seek(many, at, len(many), np.int64(few[place]))
        if at == len(many):
            return False
        if many[at] == few[place]:
            return True
    return False
