"""Runs of postings: which passages have a lemma, a form, words in a row or near each other, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, starts
from indexer.index.columns import Columns, form_tags
from search_app.engine.matching.scratch import scratch_of
from search_app.engine.matching.standing import BLOCK_BITS, in_a_row, split, unite

Number = TypeVar("Number", bound=np.integer)


@dataclass(frozen=True, slots=True)
class Run:
    """Passages, ascending, with what each gains."""

    docs: Ints
    impacts: Floats
    """Negative where the heading alone has it: the passage gains as much, but does not say it."""
    weight: float = 1.0
    at: int = -1
    """Where it begins among the postings of the columns; -1 where the arrays are its own."""

    @property
    def saying(self) -> Ints:
        """The passages that say it themselves."""
        return self.docs[self.impacts > 0]

    @property
    def says(self) -> bool:
        """Whether any passage says it."""
        return bool((self.impacts > 0).any())


def lemma_run(columns: Columns, lemma: int, weight: float = 1.0) -> Run:
    """The postings of a lemma."""
    begin, end = columns.lemma_start[lemma : lemma + 2].tolist()
    whole = weight * float(columns.lemma_idf[lemma])
    return Run(columns.lemma_docs[begin:end], columns.lemma_saturations[begin:end], whole, begin)


def lemma_places(columns: Columns, lemma: int) -> Ints:
    """The stream positions of a lemma, ascending."""
    return columns.lemma_places[columns.lemma_places_start[lemma] : columns.lemma_places_start[lemma + 1]]


def places_in_a_row(words: Sequence[Sequence[int]], build: Build) -> Ints:
    """Where the first of several words stands with the others right behind it, ascending; a word is any of its lemmas.

    Those of a common word are never joined, which would cost more than the whole search.
    """
    if not words or not all(words):
        return _NO_INTS
    columns, scratch = build.columns, scratch_of(build)
    sizes = [sum([_occurrences(lemma, columns) for lemma in word]) for word in words]
    rarest = sizes.index(min(sizes))
    found = np.empty(sizes[rarest], dtype=np.int32)
    count = in_a_row(
        np.array([0, *accumulate(map(len, words))], dtype=np.int64),
        np.array([lemma for word in words for lemma in word], dtype=np.int32),
        rarest,
        columns.lemma_places_start,
        columns.lemma_places,
        columns.lemma_place_before,
        columns.lemma_place_next,
        *forms_of_lemmas(build),
        tags_of_forms(build),
        columns.stream,
        scratch.fits_before,
        scratch.fits_next,
        scratch.form_marks,
        found,
    )
    return found[:count] if len(words[rarest]) == 1 else distinct(found[:count])


def _occurrences(lemma: int, columns: Columns) -> int:
    begin, end = columns.lemma_places_start[lemma : lemma + 2].tolist()
    return int(end - begin)


def places_near(words: Sequence[Sequence[int]], distance: int, columns: Columns) -> Ints:
    """Where the rarest of several words stands with all others within ``distance`` words, in the same zone."""
    order = sorted(([lemma_places(columns, lemma) for lemma in word] for word in words), key=_frequency)
    if not order or not _frequency(order[0]):
        return _NO_INTS
    anchors = _joined(order[0])
    for word in order[1:]:
        zone = np.searchsorted(columns.zones, anchors, side="right") - 1
        low = np.maximum(anchors - distance, columns.zones[zone])
        high = np.minimum(anchors + distance, columns.zones[zone + 1] - 1)
        near = np.zeros(len(anchors), dtype=np.bool_)
        for places in word:
            near |= np.searchsorted(places, low) < np.searchsorted(places, high, side="right")
        anchors = anchors[near]
    return anchors


def _frequency(word: Sequence[Ints]) -> int:
    return sum(map(len, word))


def _joined(word: Sequence[Ints]) -> Ints:
    """The positions of all lemmas of a word, ascending, each once."""
    return word[0] if len(word) == 1 else distinct(np.concatenate(word))


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """The different numbers, ascending: several times faster than `np.unique`, which hashes."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def split_by_lemma(build: Build, spellings: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """The lemmas all forms of which are spelled so, and the forms so spelled of the other lemmas; both ascending."""
    columns, scratch = build.columns, scratch_of(build)
    lemmas, forms = split(
        spellings,
        columns.spelling_count,
        columns.spelling_forms_start,
        columns.spelling_forms,
        columns.form_lemmas_start,
        columns.form_lemmas,
        columns.lemma_places_start,
        scratch.lemma_counts,
        scratch.lemma_places,
        scratch.written_lemmas,
        scratch.written_forms,
    )
    return np.sort(scratch.written_lemmas[:lemmas]), distinct(scratch.written_forms[:forms])


def united_run(
    build: Build, weight: float, *, places: Ints | None = None, forms: Ints | None = None, lemmas: Ints | None = None
) -> Run:
    """What passages gain from some places of the stream, forms and lemmas together: they weigh like one lemma."""
    columns, scratch = build.columns, scratch_of(build)
    count = unite(
        _NO_INTS if places is None else places,
        _NO_INTS if forms is None else forms,
        _NO_INTS if lemmas is None else lemmas,
        weight,
        columns.form_lemmas_start,
        columns.form_lemmas,
        columns.lemma_places_start,
        columns.lemma_places,
        columns.lemma_place_tags,
        *forms_of_lemmas(build),
        tags_of_forms(build),
        columns.lemma_start,
        columns.lemma_docs,
        columns.lemma_saturations,
        columns.stream,
        columns.zones,
        build.remember("first zones", lambda: _first_zones(columns)),
        scratch.form_owners,
        scratch.lemma_places,
        scratch.senses,
        scratch.chunk,
        scratch.often,
        scratch.gains,
        scratch.said,
        scratch.touched,
        scratch.written,
        scratch.written_gains,
    )
    return Run(scratch.written[:count].copy(), scratch.written_gains[:count].copy())


def _first_zones(columns: Columns) -> Ints:
    """The zone that the first position of each block of the stream belongs to: where looking for a zone begins."""
    blocks = np.arange(0, max(len(columns.stream), 1), 1 << BLOCK_BITS)
    found: Ints = (np.searchsorted(columns.zones, blocks, side="right") - 1).astype(np.int32)
    return found


_NO_INTS = np.empty(0, dtype=np.int32)


def forms_of_lemmas(build: Build) -> tuple[NDArray[np.int64], Ints]:
    """Where the forms of each lemma begin and end, and the forms."""
    return build.remember("forms of lemmas", lambda: _made_forms_of_lemmas(build.columns))


def tags_of_forms(build: Build) -> NDArray[np.uint8]:
    """The tag of each form, as it stands at the places of its lemmas."""
    return build.remember("tags of forms", lambda: _made_tags_of_forms(build.columns))


def _made_tags_of_forms(columns: Columns) -> NDArray[np.uint8]:
    tags = np.empty(len(columns.form_of_hash), dtype=np.uint8)
    tags[columns.form_of_hash] = form_tags(columns.form_hash)
    return tags


def _made_forms_of_lemmas(columns: Columns) -> tuple[NDArray[np.int64], Ints]:
    owners = np.repeat(np.arange(len(columns.form_spelling), dtype=np.int32), np.diff(columns.form_lemmas_start))
    order = np.argsort(columns.form_lemmas, kind="stable")
    return starts(np.bincount(columns.form_lemmas, minlength=len(columns.lemma_idf))), owners[order]
