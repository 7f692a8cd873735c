"""Where words, rows of words and beginnings of words stand: places in the stream, and the passages they are in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Ints, Longs
from indexer.index.columns import HEADING, ZONES
from search_app.engine.matching.compiled import (
    BITS_OUT,
    BYTES,
    BYTES_OUT,
    FLOAT,
    FLOATS,
    FLOATS_OUT,
    INT,
    INT_ROWS_OUT,
    INTS,
    INTS_OUT,
    LONGS,
    compiled,
    part,
)
from search_app.engine.matching.scratch import CHUNK
from search_app.engine.matching.seeking import bits_of, clear_bit, set_bit

BLOCK_BITS = 5
"""Blocks of 32 places seldom hold more than two zones; their table takes 4 MB for 250,000 passages."""

ZONE, LIMIT = range(2)
"""Rows of a chunk: of places of the stream the zone that their block begins in, and where that zone ends."""

SOUGHT, OTHER = np.uint8(1), np.uint8(2)
"""What a tag says of a place: a form that is sought stands there, another one does; maybe both."""

_K1 = np.float32(1.2)

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int32]
Bits = NDArray[np.uint64]


@compiled(
    LONGS, INTS, INT, LONGS, INTS, BYTES, BYTES, LONGS, INTS, BYTES, INTS, BYTES_OUT, BYTES_OUT, BYTES_OUT,
    INTS_OUT,
)  # fmt: skip
def in_a_row(
    begins: Longs,
    lemmas: Ints,
    rarest: int,
    lemma_places_start: Longs,
    lemma_places: Ints,
    before_tags: Bytes,
    next_tags: Bytes,
    lemma_forms_start: Longs,
    lemma_forms: Ints,
    form_tags: Bytes,
    stream: Ints,
    fits_before: Bytes,
    fits_next: Bytes,
    marks: Bytes,
    found: Ints,
) -> int:
    """Fills in where the first of several words stands with the others right behind it, and returns how often.

    The lemmas of word ``n`` are those from ``begins[n]`` to ``begins[n + 1]``. Where the ``rarest`` word has several,
    each of them gives its own, ascending. ``marks`` of forms are zero all over, as they are left.
    """
    size, words = 0, len(begins) - 1
    _fit(fits_before, begins, lemmas, rarest - 1, lemma_forms_start, lemma_forms, form_tags)
    _fit(fits_next, begins, lemmas, rarest + 1, lemma_forms_start, lemma_forms, form_tags)
    for own in range(begins[rarest], begins[rarest + 1]):
        for at in range(lemma_places_start[lemmas[own]], lemma_places_start[lemmas[own] + 1]):
            start = lemma_places[at] - rarest
            if fits_before[before_tags[at]] and fits_next[next_tags[at]] and 0 <= start <= len(stream) - words:
                found[size] = start
                size += 1
    # The stream tells at once what stands beside a place: it is looked up faster than among a common word's places.
    # Word by word and without a branch, so much of it is fetched together.
    for word in range(words):
        _mark(begins, lemmas, word, 1, lemma_forms_start, lemma_forms, marks)
        kept = 0
        for at in range(size):
            start = found[at]
            found[kept] = start
            kept += marks[stream[start + word]]
        size = kept
        _mark(begins, lemmas, word, 0, lemma_forms_start, lemma_forms, marks)
    return size


@part
def _fit(
    fitting: Bytes,
    begins: Longs,
    lemmas: Ints,
    word: int,
    lemma_forms_start: Longs,
    lemma_forms: Ints,
    form_tags: Bytes,
) -> None:
    """Fills in which tags a word's forms have: 1 where one has it; any fits where the row has no such word."""
    anything = not 0 <= word < len(begins) - 1
    for tag in range(len(fitting)):
        fitting[tag] = anything
    for own in range(0 if anything else begins[word], 0 if anything else begins[word + 1]):
        for at in range(lemma_forms_start[lemmas[own]], lemma_forms_start[lemmas[own] + 1]):
            fitting[form_tags[lemma_forms[at]]] = 1


@part
def _mark(
    begins: Longs, lemmas: Ints, word: int, mark: int, lemma_forms_start: Longs, lemma_forms: Ints, marks: Bytes
) -> None:
    """Marks the forms of a word's lemmas."""
    for own in range(begins[word], begins[word + 1]):
        for at in range(lemma_forms_start[lemmas[own]], lemma_forms_start[lemmas[own] + 1]):
            marks[lemma_forms[at]] = mark


@compiled(LONGS, INTS, LONGS, INTS, LONGS, INTS, LONGS, INTS_OUT, INTS_OUT, INTS_OUT, INTS_OUT)
def split(
    spellings: Longs,
    spelling_count: Ints,
    spelling_forms_start: Longs,
    spelling_forms: Ints,
    form_lemmas_start: Longs,
    form_lemmas: Ints,
    lemma_places_start: Longs,
    counts: Ints,
    counted: Ints,
    lemmas: Ints,
    forms: Ints,
) -> tuple[int, int]:
    """Fills in the lemmas that stand nowhere but in one of the spellings, and the forms so spelled of other lemmas.

    Returns how many they are. ``counts`` of lemmas are zero all over, what they were ``counted`` for last -1, as they
    are left.
    """
    met = 0
    for at in range(len(spellings)):
        for place in range(spelling_forms_start[spellings[at]], spelling_forms_start[spellings[at] + 1]):
            form = spelling_forms[place]
            for own in range(form_lemmas_start[form], form_lemmas_start[form + 1]):
                lemma = form_lemmas[own]
                if counted[lemma] < 0:
                    lemmas[met] = lemma
                    met += 1
                # A spelling counts once for each lemma that one of its forms has.
                if counted[lemma] != at:
                    counted[lemma] = at
                    counts[lemma] += spelling_count[spellings[at]]
    partly = 0
    for at in range(len(spellings)):
        for place in range(spelling_forms_start[spellings[at]], spelling_forms_start[spellings[at] + 1]):
            form, whole = spelling_forms[place], True
            for own in range(form_lemmas_start[form], form_lemmas_start[form + 1]):
                whole &= _all_of(form_lemmas[own], counts, lemma_places_start)
            forms[partly] = form
            partly += not whole
    kept = 0
    for at in range(met):
        lemma = lemmas[at]
        lemmas[kept] = lemma
        kept += _all_of(lemma, counts, lemma_places_start)
        counts[lemma], counted[lemma] = 0, -1
    return kept, partly


@part
def _all_of(lemma: int, counts: Ints, lemma_places_start: Longs) -> bool:
    """Whether a lemma was counted wherever it stands."""
    return bool(counts[lemma] >= lemma_places_start[lemma + 1] - lemma_places_start[lemma])


@compiled(
    INTS, INTS, INTS, FLOAT, LONGS, INTS, LONGS, INTS, BYTES, LONGS, INTS, BYTES, LONGS, INTS, FLOATS, INTS, INTS, INTS,
    INTS_OUT, INTS_OUT, BYTES_OUT, INT_ROWS_OUT, FLOATS_OUT, FLOATS_OUT, BYTES_OUT, BITS_OUT, INTS_OUT, FLOATS_OUT,
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
    lemma_place_tags: Bytes,
    lemma_forms_start: Longs,
    lemma_forms: Ints,
    form_tags: Bytes,
    lemma_start: Longs,
    lemma_docs: Ints,
    saturations: Floats,
    stream: Ints,
    zones: Ints,
    firsts: Ints,
    owners: Ints,
    taken: Ints,
    senses: Bytes,
    chunk: Rows,
    often: Floats,
    gains: Floats,
    said: Bytes,
    touched: Bits,
    docs: Ints,
    impacts: Floats,
) -> int:
    """Fills in the passages of places, forms and whole lemmas together, with what each gains; returns how many.

    What stands at the places and the forms weighs like one lemma. ``firsts`` has the zone that the first place of each
    block belongs to. ``owners`` of forms and ``taken`` lemmas are -1 all over, the others from ``often`` to ``touched``
    zero, as they are left.
    """
    for begin in range(0, len(places), CHUNK):
        _note(places, begin, min(begin + CHUNK, len(places)), chunk, zones, firsts, often, said, touched)
    for at in range(len(forms)):
        form = forms[at]
        owners[form] = _owner(form, form_lemmas_start, form_lemmas, lemma_places_start, taken)
    for at in range(len(forms)):
        lemma = owners[forms[at]]
        if lemma >= 0 and taken[lemma] >= 0:
            taken[lemma] = -1
            _tell(senses, lemma, lemma_forms_start, lemma_forms, form_tags, owners)
            _note_sought(
                lemma, lemma_start, lemma_docs, lemma_places_start, lemma_places, lemma_place_tags, senses, stream,
                owners, zones, often, said, touched,
            )  # fmt: skip
    for at in range(len(forms)):
        owners[forms[at]] = -1
    for at in range(len(lemmas)):
        for place in range(lemma_start[lemmas[at]], lemma_start[lemmas[at] + 1]):
            doc = np.uint32(lemma_docs[place])
            gains[doc] += abs(saturations[place])
            said[doc] |= saturations[place] > 0
            set_bit(touched, doc)
    count = bits_of(touched, len(touched), docs)
    for at in range(count):
        doc = np.uint32(docs[at])
        gain = weight * (gains[doc] + often[doc] * (_K1 + np.float32(1)) / (often[doc] + _K1))
        impacts[at] = gain if said[doc] else -gain
        often[doc] = gains[doc] = said[doc] = 0
        clear_bit(touched, doc)
    return count


@part
def _note(
    places: Ints,
    begin: int,
    end: int,
    chunk: Rows,
    zones: Ints,
    firsts: Ints,
    often: Floats,
    said: Bytes,
    touched: Bits,
) -> None:
    """Notes how often passages have one of the places; in a heading it counts half and is not said."""
    # Two loops without a branch: what is far away is fetched before anything waits for it.
    for at in range(end - begin):
        chunk[ZONE, at] = firsts[places[begin + at] >> BLOCK_BITS]
    for at in range(end - begin):
        chunk[LIMIT, at] = zones[chunk[ZONE, at] + 1]
    for at in range(end - begin):
        place, zone = places[begin + at], chunk[ZONE, at]
        if chunk[LIMIT, at] <= place:
            zone += 1
            while zones[zone + 1] <= place:
                zone += 1
        doc = np.uint32(zone // ZONES)
        set_bit(touched, doc)
        if zone % ZONES == HEADING:
            often[doc] += np.float32(0.5)
        else:
            often[doc] += np.float32(1)
            said[doc] = 1


@part
def _tell(
    senses: Bytes, lemma: int, lemma_forms_start: Longs, lemma_forms: Ints, form_tags: Bytes, owners: Ints
) -> None:
    """Fills in what each tag says of a place of the lemma."""
    for tag in range(len(senses)):
        senses[tag] = 0
    for at in range(lemma_forms_start[lemma], lemma_forms_start[lemma + 1]):
        senses[form_tags[lemma_forms[at]]] |= SOUGHT if owners[lemma_forms[at]] == lemma else OTHER


@part
def _note_sought(
    lemma: int,
    lemma_start: Longs,
    lemma_docs: Ints,
    lemma_places_start: Longs,
    lemma_places: Ints,
    lemma_place_tags: Bytes,
    senses: Bytes,
    stream: Ints,
    owners: Ints,
    zones: Ints,
    often: Floats,
    said: Bytes,
    touched: Bits,
) -> None:
    """Notes how often the lemma's passages have it in a form that is sought, place by place beside its postings."""
    posting, end, heading, doc = lemma_start[lemma] - 1, 0, 0, np.uint32(0)
    for at in range(lemma_places_start[lemma], lemma_places_start[lemma + 1]):
        place = lemma_places[at]
        if place >= end:
            posting += 1
            doc = np.uint32(lemma_docs[posting])
            first = doc * np.uint32(ZONES)
            heading, end = zones[first + np.uint32(HEADING)], zones[first + np.uint32(ZONES)]
        sense = senses[lemma_place_tags[at]]
        if sense == SOUGHT or (sense == SOUGHT | OTHER and owners[stream[place]] == lemma):
            set_bit(touched, doc)
            often[doc] += np.float32(1) if place < heading else np.float32(0.5)
            said[doc] |= place < heading


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
