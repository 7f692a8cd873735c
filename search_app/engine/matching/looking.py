"""The second look at passages: how often each has what is asked for, and how near its words stand, in one loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.matching.compiled import (
    BITS_OUT,
    DOUBLES,
    DOUBLES_OUT,
    FLOATS,
    FLOATS_OUT,
    INTS,
    INTS_OUT,
    LONGS,
    compiled,
    part,
)
from search_app.engine.matching.seeking import has_bit, set_bit

_K1 = np.float32(1.2)
_B = np.float32(0.5)
_LOOKING_COST = 40
"""To look at all letters of a token costs about as much as to mark so many spellings."""

Bits = NDArray[np.uint64]
Doubles = NDArray[np.float64]


@compiled(
    INTS, INTS, INTS, FLOATS, INTS, INTS, FLOATS, LONGS, INTS, LONGS, INTS, FLOATS, LONGS, INTS, LONGS, INTS,
    LONGS, LONGS, LONGS, LONGS, DOUBLES, FLOATS, "b1", INTS_OUT, INTS_OUT, BITS_OUT, BITS_OUT, DOUBLES_OUT, FLOATS_OUT,
)  # fmt: skip
def look(
    docs: Ints,
    stream: Ints,
    zones: Ints,
    lengths: Floats,
    form_spelling: Ints,
    form_whole: Ints,
    spelling_idf: Floats,
    spelling_forms_start: Longs,
    spelling_forms: Ints,
    spelling_grams_start: Longs,
    spelling_grams: Ints,
    gram_idf: Floats,
    gram_spellings_start: Longs,
    gram_spellings: Ints,
    forms_start: Longs,
    forms: Ints,
    exact: Longs,
    grams: Longs,
    lemmas: Longs,
    words: Longs,
    masses: Doubles,
    weights: Floats,
    near: bool,
    word_of_form: Ints,
    place_of_gram: Ints,
    some: Bits,
    near_by: Bits,
    found: Doubles,
    gains: Floats,
) -> None:
    """Fills in what each passage gains.

    Asked for are ``exact`` spellings, ``grams`` and words with ``masses``: ``words`` tells the word of each of the
    ``lemmas``, the forms of which begin at ``forms_start``. ``weights`` are those of spellings, grams, words, nearness.
    ``found`` has room for as much as is asked for. The tables of forms and grams are -1 all over, the bits of the forms
    and the spellings that are worth a look 0, as they are left.
    """
    for place in range(len(lemmas)):
        # A form that is several words of the query is the last of them.
        _mark(forms, forms_start, lemmas[place], some)
        for at in range(forms_start[lemmas[place]], forms_start[lemmas[place] + 1]):
            word_of_form[forms[at]] = words[place]
    for place in range(len(exact)):
        _mark(spelling_forms, spelling_forms_start, exact[place], some)
    tokens, alike = 0, 0
    for number in range(len(docs)):
        tokens += zones[docs[number] * 3 + 3] - zones[docs[number] * 3]
    for place in range(len(grams)):
        place_of_gram[grams[place]] = len(exact) + place
        alike += gram_spellings_start[grams[place] + 1] - gram_spellings_start[grams[place]]
    every = alike > tokens * _LOOKING_COST
    for place in range(0 if every else len(grams)):
        _mark(gram_spellings, gram_spellings_start, grams[place], near_by)
    counted = len(exact) + len(grams)
    whole = 0.0
    for word in range(len(masses)):
        whole += masses[word]
    for number in range(len(docs)):
        doc = docs[number]
        for place in range(len(found)):
            found[place] = 0.0
        closeness = 0.0
        for zone in range(3):
            weight = 0.5 if zone == 2 else 1.0
            last, last_place = -1, 0
            for at in range(zones[doc * 3 + zone], zones[doc * 3 + zone + 1]):
                form = stream[at]
                spelling = form_spelling[form]
                if spelling < 0:
                    continue
                if not (every or has_bit(near_by, np.uint32(spelling)) or has_bit(some, np.uint32(form))):
                    continue
                for place in range(len(exact)):
                    if exact[place] == spelling or exact[place] == form_whole[form]:
                        found[place] += weight
                if len(grams):
                    for gram in range(spelling_grams_start[spelling], spelling_grams_start[spelling + 1]):
                        place = place_of_gram[spelling_grams[gram]]
                        if place >= 0:
                            found[place] += weight
                word = word_of_form[form]
                if word >= 0:
                    found[counted + word] += weight
                    if last >= 0 and last != word:
                        distance = float(at - last_place)
                        closeness += min(masses[word], masses[last]) / (distance * distance)
                    last, last_place = word, at
        norm = _K1 * ((np.float32(1) - _B) + _B * lengths[doc])
        gain = _gain(found, norm, exact, spelling_idf, weights[0], 0) + _gain(
            found, norm, grams, gram_idf, weights[1], len(exact)
        )
        for word in range(len(masses)):
            if found[counted + word] > 0:
                gain += weights[2] * masses[word]
        if near:
            # Saturates like a term's frequency: ten close pairs are hardly more than five.
            gain += weights[3] * (whole * closeness / (closeness + whole))
        gains[number] = gain
    for place in range(len(lemmas)):
        for at in range(forms_start[lemmas[place]], forms_start[lemmas[place] + 1]):
            word_of_form[forms[at]] = -1
    for place in range(len(grams)):
        place_of_gram[grams[place]] = -1
    for at in range(len(some)):
        some[at] = np.uint64(0)
    for at in range(len(near_by)):
        near_by[at] = np.uint64(0)


@part
def _mark(numbers: Ints, begins: Longs, of: int, bits: Bits) -> None:
    """Sets the bits of all numbers of one."""
    for at in range(begins[of], begins[of + 1]):
        set_bit(bits, np.uint32(numbers[at]))


@part
def _gain(found: Doubles, norm: float, asked: Longs, idf: Floats, weight: float, begin: int) -> float:
    """What a passage gains by what it has of what is asked for."""
    gain = 0.0
    for place in range(len(asked)):
        often = found[begin + place]
        if often > 0:
            gain += often * 2.2 / (often + norm) * (weight * idf[asked[place]])
    return gain
