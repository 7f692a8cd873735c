"""Where words stand: their places in the stream, and the passages that the places are in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.matching.compiled import FLOAT, FLOATS_OUT, INTS, INTS_OUT, LONG_ROWS, LONGS, compiled

BLOCK_BITS = 5
"""Blocks of 32 places seldom hold more than two zones; their table takes 4 MB for 250,000 passages."""

_K1 = np.float32(1.2)


@compiled(LONG_ROWS, LONGS, INTS)
def in_a_row(runs: NDArray[np.int64], begins: Longs, places: Ints) -> Ints:
    """Where the first of several words stands with the others right behind it, in order.

    A row of ``runs`` is where the places of a lemma begin and end; the lemmas of word ``n`` are the rows from
    ``begins[n]`` to ``begins[n + 1]``. Where the rarest word has several lemmas, each of them gives its own, ascending.
    """
    count = len(begins) - 1
    sizes = np.zeros(count, np.int64)
    for word in range(count):
        for run in range(begins[word], begins[word + 1]):
            sizes[word] += runs[run, 1] - runs[run, 0]
    order = np.arange(count)
    for first in range(count):
        for other in range(first + 1, count):
            if sizes[order[other]] < sizes[order[first]]:
                order[first], order[other] = order[other], order[first]
    rarest = order[0]
    found = np.empty(sizes[rarest], np.int32)
    size = 0
    for own in range(begins[rarest], begins[rarest + 1]):
        cursors = runs[:, 0].copy()
        for at in range(runs[own, 0], runs[own, 1]):
            start = places[at] - rarest
            complete = True
            for word in order[1:]:
                complete = False
                sought = start + word
                for run in range(begins[word], begins[word + 1]):
                    low, last = cursors[run], runs[run, 1]
                    step = 1
                    while low + step < last and places[low + step] < sought:
                        low += step
                        step *= 2
                    high = min(low + step, last)
                    while low < high:
                        middle = (low + high) // 2
                        if places[middle] < sought:
                            low = middle + 1
                        else:
                            high = middle
                    cursors[run] = low
                    if low < last and places[low] == sought:
                        complete = True
                        break
                if not complete:
                    break
            if complete:
                found[size] = start
                size += 1
    return found[:size]


@compiled(INTS, INTS, INTS, FLOAT, INTS_OUT, FLOATS_OUT)
def weigh(places: Ints, zones: Ints, firsts: Ints, weight: float, docs: Ints, impacts: Floats) -> int:
    """Fills in the passages of places that ascend, with what each gains; returns how many they are.

    ``firsts`` has the zone that the first place of each block belongs to.
    """
    count = 0
    place = 0
    while place < len(places):
        doc = -1
        frequency = np.float32(0)
        said = False
        while place < len(places):
            zone = firsts[places[place] >> BLOCK_BITS]
            while zones[zone + 1] <= places[place]:
                zone += 1
            if doc >= 0 and zone // 3 != doc:
                break
            doc = zone // 3
            in_heading = zone - doc * 3 == 2
            frequency += np.float32(0.5) if in_heading else np.float32(1)
            said = said or not in_heading
            place += 1
        gain = np.float32(weight) * frequency * (_K1 + np.float32(1)) / (frequency + _K1)
        docs[count] = doc
        impacts[count] = gain if said else -gain
        count += 1
    return count


@compiled(INTS, LONGS, INTS, LONGS, INTS, INTS, INTS_OUT, INTS_OUT)
def gather(
    forms: Ints,
    form_lemmas_start: Longs,
    form_lemmas: Ints,
    lemma_places_start: Longs,
    lemma_places: Ints,
    stream: Ints,
    owners: Ints,
    taken: Ints,
) -> Ints:
    """The places of the forms, each once, in no order: found among those of a lemma of each.

    ``owners`` of forms and ``taken`` lemmas are -1 all over, as they are left.
    """
    lemmas = np.empty(len(forms), np.int32)
    count, size = 0, np.int64(0)
    for form in forms:
        chosen = -1
        for at in range(form_lemmas_start[form], form_lemmas_start[form + 1]):
            if taken[form_lemmas[at]] >= 0:
                chosen = form_lemmas[at]
                break
        if chosen < 0:
            fewest = np.int64(0)
            for at in range(form_lemmas_start[form], form_lemmas_start[form + 1]):
                lemma = form_lemmas[at]
                own = lemma_places_start[lemma + 1] - lemma_places_start[lemma]
                if chosen < 0 or own < fewest:
                    chosen, fewest = lemma, own
            if chosen >= 0:
                taken[chosen] = 0
                lemmas[count] = chosen
                count += 1
                size += fewest
        owners[form] = chosen
    found = np.empty(size, np.int32)
    end = 0
    for lemma in lemmas[:count]:
        for at in range(lemma_places_start[lemma], lemma_places_start[lemma + 1]):
            if owners[stream[lemma_places[at]]] == lemma:
                found[end] = lemma_places[at]
                end += 1
        taken[lemma] = -1
    for form in forms:
        owners[form] = -1
    return found[:end]
