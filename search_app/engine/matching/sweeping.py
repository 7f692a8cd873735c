"""The passages of runs of postings with what they gain and say: one sweep over the archive, window by window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints
from search_app.engine.matching.compiled import (
    FLOAT,
    FLOAT_ROWS,
    FLOATS,
    FLOATS_OUT,
    INT,
    INTS,
    INTS_OUT,
    LONG_ROWS,
    compiled,
)

BEGIN, END, OWN, THING, NEEDED = range(5)
"""Columns of a run's row: where its postings begin and end, whether in the arrays of its own or in those of the lemmas,
the thing that it is of (from 2 on), whether a passage needs that thing."""

EXCLUDED = -1
"""As ``NEEDED``: a passage must not say it."""

WEIGHT, MASS = range(2)
"""Columns of the second table: what an impact is multiplied with, how much of the query saying it is."""

_WINDOW = 4096
"""Passages looked at together: what is noted of them fits into a processor's nearest cache."""

_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BIT = np.zeros(64, dtype=np.int32)
_BIT[[((1 << bit) * int(_DE_BRUIJN) % 2**64) >> 58 for bit in range(64)]] = np.arange(64)
"""Which bit of 64 a power of two is: its product with the constant has a place of its own in the upper six bits."""

_LOOKING_COST = 8
"""To look for a passage in a run costs about as much as to go through so many postings."""


@compiled(LONG_ROWS, FLOAT_ROWS, INT, INT, INTS, FLOATS, INTS, FLOATS, INT, INTS_OUT, FLOATS_OUT, FLOATS_OUT)
def sweep(
    runs: NDArray[np.int64],
    worth: Floats,
    leading: int,
    needed: int,
    lemma_docs: Ints,
    lemma_impacts: Floats,
    own_docs: Ints,
    own_impacts: Floats,
    passages: int,
    docs: Ints,
    scores: Floats,
    masses: Floats,
) -> int:
    """Fills in the passages of the first ``leading`` runs, ascending, and returns how many they are.

    Of the other runs only what they have of those passages counts. All runs of a thing are to follow each other: the
    first one that says it gives the mass. Impacts are negative where a passage does not say it. A passage without one
    of the ``needed`` things, or with an excluded one, is left out.
    """
    cursors = runs[:, BEGIN].copy()
    state = np.zeros(_WINDOW, np.int32)  # 0: not met yet; 1: met; else the last thing said
    gains = np.zeros(_WINDOW, np.float64)
    said = np.zeros(_WINDOW, np.float32)
    has = np.zeros(_WINDOW, np.int32)
    touched = np.zeros(_WINDOW // 64, np.uint64)
    places = np.empty(_WINDOW, np.int32)
    found = 0
    base = np.int64(0)
    while base < passages:
        nearest = np.int64(passages)
        for run in range(leading):
            if cursors[run] < runs[run, END]:
                first = own_docs[cursors[run]] if runs[run, OWN] else lemma_docs[cursors[run]]
                nearest = min(nearest, np.int64(first))
        if nearest >= passages:
            break
        base = nearest - nearest % _WINDOW
        end = base + _WINDOW
        for run in range(leading):
            of_docs = own_docs if runs[run, OWN] else lemma_docs
            impacts = own_impacts if runs[run, OWN] else lemma_impacts
            weight, mass, thing, need = worth[run, WEIGHT], worth[run, MASS], runs[run, THING], runs[run, NEEDED]
            place, last = cursors[run], runs[run, END]
            while place < last and of_docs[place] < end:
                at = of_docs[place] - base
                gain = impacts[place] * weight
                touched[at >> 6] |= np.uint64(1) << np.uint64(at & 63)
                gains[at] += abs(gain)
                if state[at] == 0:
                    state[at] = 1
                if gain > 0 and state[at] != thing:
                    state[at] = thing
                    said[at] += mass
                    has[at] += need
                place += 1
            cursors[run] = place
        count = 0
        for chunk in range(_WINDOW // 64):
            bits = touched[chunk]
            touched[chunk] = 0
            while bits:
                lowest = bits & (~bits + np.uint64(1))
                places[count] = chunk * 64 + _BIT[(lowest * _DE_BRUIJN) >> np.uint64(58)]
                count += 1
                bits ^= lowest
        for run in range(leading, len(runs)):
            of_docs = own_docs if runs[run, OWN] else lemma_docs
            impacts = own_impacts if runs[run, OWN] else lemma_impacts
            weight, mass, thing, need = worth[run, WEIGHT], worth[run, MASS], runs[run, THING], runs[run, NEEDED]
            place, last = cursors[run], runs[run, END]
            one_by_one = count * _LOOKING_COST * (passages - base) < (last - place) * _WINDOW
            for number in range(count if one_by_one else 1):
                # The first posting from a passage on: by ever longer steps, then by halves.
                sought = base + places[number]
                step = 1
                low = place
                while low + step < last and of_docs[low + step] < sought:
                    low += step
                    step *= 2
                high = min(low + step, last)
                while low < high:
                    middle = (low + high) // 2
                    if of_docs[middle] < sought:
                        low = middle + 1
                    else:
                        high = middle
                place = low
                until = sought + 1 if one_by_one else end
                while place < last and of_docs[place] < until:
                    at = of_docs[place] - base
                    if state[at]:
                        gain = impacts[place] * weight
                        if need != EXCLUDED:
                            gains[at] += abs(gain)
                        if gain > 0 and state[at] != thing:
                            state[at] = thing
                            said[at] += mass
                            has[at] += need if need != EXCLUDED else -len(runs) - 1
                    place += 1
                if place >= last:
                    break
            cursors[run] = place
        for number in range(count):
            at = places[number]
            if has[at] >= needed:
                docs[found] = base + at
                scores[found] = gains[at]
                masses[found] = said[at]
                found += 1
            state[at] = 0
            gains[at] = 0.0
            said[at] = 0.0
            has[at] = 0
        base = end
    return found


@compiled(INTS_OUT, FLOATS_OUT, FLOATS_OUT, FLOAT)
def keep(docs: Ints, scores: Floats, masses: Floats, least: float) -> int:
    """Moves the passages that have the mass to the front; returns how many they are."""
    kept = 0
    for place in range(len(docs)):
        if masses[place] >= least:
            docs[kept], scores[kept], masses[kept] = docs[place], scores[place], masses[place]
            kept += 1
    return kept


@compiled(FLOATS, FLOAT)
def having(masses: Floats, least: float) -> int:
    """How many of the passages have the mass."""
    found = 0
    for place in range(len(masses)):
        if masses[place] >= least:
            found += 1
    return found


@compiled(FLOATS, INT)
def least_of_most(masses: Floats, count: int) -> float:
    """The ``count``-th largest mass; 0 where there are no more than so many."""
    if len(masses) <= count:
        return 0.0
    most = np.full(count, -1.0, np.float32)  # ascending
    for mass in masses:
        if mass > most[0]:
            place = 0
            while place + 1 < count and most[place + 1] < mass:
                most[place] = most[place + 1]
                place += 1
            most[place] = mass
    return float(most[0])


@compiled(INTS, INTS, FLOATS)
def says_any(docs: Ints, run_docs: Ints, impacts: Floats) -> bool:
    """Whether any of the passages says what the run is of; both are ascending."""
    short, long = (docs, run_docs) if len(docs) < len(run_docs) else (run_docs, docs)
    begin = 0
    for place in range(len(short)):
        low, high = begin, len(long)
        step = 1
        while low + step < high and long[low + step] < short[place]:
            low += step
            step *= 2
        high = min(low + step, high)
        while low < high:
            middle = (low + high) // 2
            if long[middle] < short[place]:
                low = middle + 1
            else:
                high = middle
        begin = low
        if begin == len(long):
            return False
        if long[begin] == short[place] and impacts[place if len(docs) >= len(run_docs) else begin] > 0:
            return True
    return False
