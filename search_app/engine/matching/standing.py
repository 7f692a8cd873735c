"""Where words stand: their places in the stream, and the passages that the places are in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.matching.compiled import (
    BITS_OUT,
    BYTES_OUT,
    FLOAT,
    FLOATS,
    FLOATS_OUT,
    INT_ROWS_OUT,
    INTS,
    INTS_OUT,
    LONG_ROWS_OUT,
    LONGS,
    compiled,
    part,
)
from search_app.engine.matching.scratch import CHUNK
from search_app.engine.matching.seeking import bits_of, seek

BLOCK_BITS = 5
"""Blocks of 32 places seldom hold more than two zones; their table takes 4 MB for 250,000 passages."""

PLACE, ZONE, LIMIT = range(3)
"""Rows of a chunk: places of the stream, the zone that their block begins in, and where that zone ends."""

_K1 = np.float32(1.2)

AT, END, BEGIN = range(3)
"""Columns of the places of a lemma: where looking has come to, where they end and begin."""

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int32]
Bits = NDArray[np.uint64]


@compiled(LONG_ROWS_OUT, LONGS, LONGS, INTS, INTS_OUT)
def in_a_row(runs: NDArray[np.int64], begins: Longs, order: Longs, places: Ints, found: Ints) -> int:
    """Fills in where the first of several words stands with the others right behind it, and returns how often.

    A row of ``runs`` is the places of a lemma; the lemmas of word ``n`` are the rows from ``begins[n]`` to
    ``begins[n + 1]``; ``order`` has the words, the rarest first. Where that has several lemmas, each of them gives its
    own, ascending.
    """
    size = 0
    rarest = order[0]
    for own in range(begins[rarest], begins[rarest + 1]):
        for run in range(len(runs)):
            runs[run, AT] = runs[run, BEGIN]
        for at in range(runs[own, BEGIN], runs[own, END]):
            start = places[at] - rarest
            complete = True
            for number in range(1, len(order)):
                complete = _stands(runs, begins, order[number], places, start + order[number])
                if not complete:
                    break
            if complete:
                found[size] = start
                size += 1
    return size


@part
def _stands(runs: NDArray[np.int64], begins: Longs, word: int, places: Ints, sought: int) -> bool:
    """Whether one of the lemmas of a word stands at a place."""
    for run in range(begins[word], begins[word + 1]):
        low = seek(places, runs[run, AT], runs[run, END], sought)
        runs[run, AT] = low
        if low < runs[run, END] and places[low] == sought:
            return True
    return False


@compiled(
    INTS, INTS, INTS, FLOAT, LONGS, INTS, LONGS, INTS, LONGS, INTS, FLOATS, INTS, INTS, INTS, INTS_OUT, INTS_OUT,
    INT_ROWS_OUT, FLOATS_OUT, FLOATS_OUT, BYTES_OUT, BITS_OUT, INTS_OUT, FLOATS_OUT,
)  # fmt: skip
def unite(
    places: Ints,
    forms: Ints,
    lemmas: Ints,
    weight: float,
    form_lemmas_start: Longs,
    form_lemmas: Ints,
    lemma_places_start: Longs,
    lemma_places: Ints,
    lemma_start: Longs,
    lemma_docs: Ints,
    saturations: Floats,
    stream: Ints,
    zones: Ints,
    firsts: Ints,
    owners: Ints,
    taken: Ints,
    chunk: Rows,
    often: Floats,
    gains: Floats,
    said: Bytes,
    touched: Bits,
    docs: Ints,
    impacts: Floats,
) -> int:
    """Fills in the passages of places, forms and whole lemmas together, with what each gains; returns how many.

    What stands at the places and the forms weigh like one lemma. ``firsts`` has the zone that the first place of each
    block belongs to. ``owners`` of forms and ``taken`` lemmas are -1 all over, the others from ``often`` to ``touched``
    zero, as they are left.
    """
    for begin in range(0, len(places), CHUNK):
        count = min(len(places) - begin, CHUNK)
        for at in range(count):
            chunk[PLACE, at] = places[begin + at]
        _note(chunk, count, zones, firsts, often, said, touched)
    for at in range(len(forms)):
        form = forms[at]
        owners[form] = _owner(form, form_lemmas_start, form_lemmas, lemma_places_start, taken)
    for at in range(len(forms)):
        lemma = owners[forms[at]]
        if lemma >= 0 and taken[lemma] >= 0:
            taken[lemma] = -1
            begin, end = lemma_places_start[lemma], lemma_places_start[lemma + 1]
            while begin < end:
                last = min(begin + CHUNK, end)
                count = 0
                for place in range(begin, last):
                    # No branch: so the processor fetches many places at once.
                    chunk[PLACE, count] = lemma_places[place]
                    count += owners[stream[lemma_places[place]]] == lemma
                _note(chunk, count, zones, firsts, often, said, touched)
                begin = last
    for at in range(len(forms)):
        owners[forms[at]] = -1
    for at in range(len(lemmas)):
        for place in range(lemma_start[lemmas[at]], lemma_start[lemmas[at] + 1]):
            doc = lemma_docs[place]
            gains[doc] += abs(saturations[place])
            said[doc] |= saturations[place] > 0
            touched[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)
    count = bits_of(touched, len(touched), docs)
    for at in range(count):
        doc = docs[at]
        gain = weight * (gains[doc] + often[doc] * (_K1 + np.float32(1)) / (often[doc] + _K1))
        impacts[at] = gain if said[doc] else -gain
        often[doc] = gains[doc] = said[doc] = 0
        touched[doc >> 6] = np.uint64(0)
    return count


@part
def _note(chunk: Rows, count: int, zones: Ints, firsts: Ints, often: Floats, said: Bytes, touched: Bits) -> None:
    """Notes how often passages have one of the places; in a heading it counts half and is not said."""
    # Two more without a branch: what is far away is fetched before anything waits for it.
    for at in range(count):
        chunk[ZONE, at] = firsts[chunk[PLACE, at] >> BLOCK_BITS]
    for at in range(count):
        chunk[LIMIT, at] = zones[chunk[ZONE, at] + 1]
    for at in range(count):
        place, zone = chunk[PLACE, at], chunk[ZONE, at]
        if chunk[LIMIT, at] <= place:
            zone += 1
            while zones[zone + 1] <= place:
                zone += 1
        doc = zone // 3
        touched[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)
        if zone - doc * 3 == 2:
            often[doc] += np.float32(0.5)
        else:
            often[doc] += np.float32(1)
            said[doc] = 1


@part
def _owner(form: int, form_lemmas_start: Longs, form_lemmas: Ints, lemma_places_start: Longs, taken: Ints) -> int:
    """The lemma among whose places those of a form are looked for: one taken already, else the rarest; -1 for none."""
    chosen, fewest = -1, 0
    for at in range(form_lemmas_start[form], form_lemmas_start[form + 1]):
        lemma: int = form_lemmas[at]
        if taken[lemma] >= 0:
            return lemma
        own = lemma_places_start[lemma + 1] - lemma_places_start[lemma]
        if chosen < 0 or own < fewest:
            chosen, fewest = lemma, own
    if chosen >= 0:
        taken[chosen] = 0
    return chosen
