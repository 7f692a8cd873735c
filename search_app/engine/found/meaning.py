"""What a query means as a direction, and which passages lie near it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, runs
from indexer.index.columns import ZONES
from indexer.index.vectors import Vectors, signs_of
from indexer.language.roots import root_of, spelled_alike
from indexer.meaning.model import tells, word_model
from search_app.engine.matching.match import Concept

GUESSED = 500
"""Passages with the most signs in common with the query: among them are the nearest, reckoned exactly."""

READ = 40
"""The nearest of them whose text is looked at part by part."""

PART = 20
"""Words of a part: about a sentence. The best part counts as much as the whole passage."""

_HALF = PART // 2
"""Words of half a part: parts overlap by half."""

_SOLID = np.float32(0.6 * 127 * 255)
"""What is added to a part's length, in weights of telling words: a part of one or two words is near by chance easily.
On the sample's judged queries .287 → .295, on those of the other archive no difference."""

_EACH = np.float32(0.6)
"""How much counts what each word of the query finds alone, beside the direction of all of them. A clear answer among
the first ten for 64 → 69 % of the sample's judged queries of meaning, 39 → 50 % of the other archive's; from .7 on the
judged queries of words lose answers."""

_WORDY = np.float32(50)
"""A passage of so many words must have them twice as near as an empty one: in a long one something is near any word."""

NEAR_WORD = 0.44
"""Words from this cosine on are neighbours: «псы» and «собаки», not «псы» and «улицы»."""

_MOST_WORDS = 60
"""Neighbours of a word that are looked at for those that the archive uses."""

_SHORTEST_OFFERED = 3

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sense:
    """What a query means."""

    direction: Floats
    """At length one."""
    speaks: bool
    """Whether a common word is among its words: names and numbers alone mean nothing that others could mean too."""
    common: bool
    """Whether all its words are common: of one that names somebody, the name is what it is about."""
    words: Floats | None = None
    """The directions of its words, each as long as its share of what they tell: words × directions."""


def vectors_of(build: Build) -> Vectors | None:
    """The vectors of a build where this installation has the model they are of."""
    model = word_model()
    return build.vectors if build.vectors and model and build.vectors.model == model.name else None


def sense_of(concepts: Sequence[Concept], build: Build) -> Sense | None:
    """What the words of a query mean together; ``None`` without a model, or where no word has a meaning."""
    vectors = vectors_of(build)
    shown = [c for c in concepts if c.shown and not c.companion and c.spellings]
    words = [concept.lemma for concept in shown if concept.lemma and tells(concept.lemma)]
    if vectors is None or not words:
        return None
    common = [_is_common(word, build) for word in words]
    each = np.stack([_of_word(word, known, vectors, build) for word, known in zip(words, common, strict=True)])
    total = each.sum(axis=0)
    length = float(np.linalg.norm(total))
    if not length:
        return None
    shares = each / np.float32(np.linalg.norm(each, axis=1).sum())
    return Sense(total / np.float32(length), any(common), all(common) and len(words) == len(shown), shares)


def sense_of_passage(doc: int, build: Build) -> Sense | None:
    """What a passage means; ``None`` without a model."""
    vectors = vectors_of(build)
    if vectors is None or not vectors.passages[doc].any():
        return None
    direction = vectors.passages[doc].astype(np.float32)
    return Sense(direction / np.float32(np.linalg.norm(direction)), True, True)


def _of_word(word: str, is_common: bool, vectors: Vectors, build: Build) -> Floats:
    """The weighted direction of a word. One that no build has is asked of the model, unless nobody knows it."""
    number = vectors.number_of(word, build.lemmas)
    if number >= 0:
        known: Floats = vectors.directions[number].astype(np.float32) * np.float32(vectors.weights[number])
        return known
    if not is_common:
        return np.zeros(vectors.directions.shape[1], dtype=np.float32)
    return _reckoned(word)


def direction_of(word: str, build: Build) -> tuple[Floats | None, float]:
    """The direction of a word at length one and how much it tells; ``None`` and 0 for one without a meaning.

    Only of a build that has vectors.
    """
    vectors = vectors_of(build)
    if vectors is None or not tells(word):
        return None, 0.0
    total = _of_word(word, _is_common(word, build), vectors, build)
    length = float(np.linalg.norm(total))
    return (total / np.float32(length), length / (127 * 255)) if length else (None, 0.0)


def _reckoned(word: str) -> Floats:
    """Loads the model into the process where it is not: a second and 120 MB, once."""
    model = word_model()
    assert model is not None
    directions, weights = model.vectors([word])
    found: Floats = directions[0].astype(np.float32) * np.float32(weights[0])
    return found


def _is_common(word: str, build: Build) -> bool:
    kept: tuple[bool] = build.remember(("common", word), lambda: (build.analyzer.is_common(word),))
    return kept[0]


def closeness(docs: Ints, sense: Sense, build: Build) -> Floats:
    """The cosine of each passage with the query."""
    assert build.vectors is not None
    return _cosines(build.vectors.passages[docs], sense.direction)


def nearest(sense: Sense, build: Build, allowed: Flags | None = None) -> tuple[Ints, Floats]:
    """The passages nearest to a query among the allowed ones, the nearest first, with their cosines.

    What counts is the cosine of the whole passage and of its best part, and how near it comes to each single word.
    """
    docs, whole = near_as_wholes(sense, build, allowed)
    found = whole + near_in_parts(docs, sense, build)
    order = np.lexsort((docs, -found))
    return docs[order], found[order]


def near_as_wholes(sense: Sense, build: Build, allowed: Flags | None) -> tuple[Ints, Floats]:
    """The allowed passages whose whole is nearest, with their cosines: those that are worth being read."""
    vectors = build.vectors
    assert vectors is not None
    docs = _alike(vectors.signs, sense.direction, GUESSED, allowed)
    docs = docs[~build.columns.doc_blank[docs]]
    whole = closeness(docs, sense, build)
    order = np.lexsort((docs, -whole))[:READ]
    return docs[order], whole[order]


def _alike(signs: NDArray[np.uint64], direction: Floats, count: int, allowed: Flags | None = None) -> Ints:
    """The places of the vectors that have the most signs in common with a direction, ascending."""
    own = signs_of(direction[None])[:, 0]
    distances = np.bitwise_count(signs[0] ^ own[0]).astype(np.uint16)
    for place in range(1, len(own)):
        distances += np.bitwise_count(signs[place] ^ own[place])
    if allowed is not None:
        distances[~allowed] = _FAR
    # A count of each distance tells the bound faster than any sorting.
    bound = int(np.searchsorted(np.cumsum(np.bincount(distances, minlength=_FAR)), min(count, len(distances))))
    found: Ints = np.flatnonzero(distances <= min(bound, _FAR - 1)).astype(np.int32)
    return found[: 2 * count]


_FAR = 1000
"""More than any distance."""


def _cosines(vectors: NDArray[np.int8], direction: Floats) -> Floats:
    found: Floats = vectors.astype(np.float32) @ direction
    return found / np.float32(127)


def near_in_parts(docs: Ints, sense: Sense, build: Build) -> Floats:
    """How near the texts of passages come to a query: the best part of each, and word by word."""
    assert build.vectors is not None
    text = _text_of(docs, build, build.vectors)
    return _best_parts(text, sense, build.vectors) + _word_by_word(text, sense, build.vectors)


class _Text(NamedTuple):
    """The words of some passages, one after the other."""

    lemmas: NDArray[np.int64]
    weights: Floats
    """0 where there is no word."""
    begins: NDArray[np.int64]
    """Of each passage's words."""
    lengths: NDArray[np.int64]


def _text_of(docs: Ints, build: Build, vectors: Vectors) -> _Text:
    """The words of the answers, without question and heading."""
    zones = build.columns.zones
    begins, ends = zones[docs.astype(np.int64) * ZONES], zones[docs.astype(np.int64) * ZONES + 1]
    lengths = (ends - begins).astype(np.int64)
    lemmas, weights = _lemmas_at(runs(begins, ends), build, vectors)
    return _Text(lemmas, weights, np.cumsum(lengths) - lengths, lengths)


def _best_parts(text: _Text, sense: Sense, vectors: Vectors) -> Floats:
    """The cosine of each passage's best part, less for a part that says little: parts overlap by half."""
    passages = len(text.lengths)
    if not len(text.lemmas):
        return np.zeros(passages, dtype=np.float32)
    halves = np.maximum(1, -(-text.lengths // _HALF))
    sums = _half_sums(text, halves, vectors)
    owners = np.repeat(np.arange(passages), halves)
    pairs = sums.copy()
    joined = np.flatnonzero(owners[1:] == owners[:-1])
    pairs[joined] += sums[joined + 1]
    lengths = np.sqrt((pairs * pairs).sum(axis=1))
    cosines = (pairs @ sense.direction) / (lengths + _SOLID)
    return np.maximum.reduceat(cosines, np.cumsum(halves) - halves).astype(np.float32)


def _half_sums(text: _Text, halves: NDArray[np.int64], vectors: Vectors) -> Floats:
    """The weighted sums of the words of each half of a part: of whole numbers, so exact whatever their order."""
    begins = runs(np.zeros(len(halves), dtype=np.int64), halves) * _HALF + np.repeat(text.begins, halves)
    ends = np.minimum(begins + _HALF, np.repeat(text.begins + text.lengths, halves))
    places = begins[:, None] + np.arange(_HALF)
    within = places < ends[:, None]
    places[~within] = 0
    directions = vectors.directions[text.lemmas[places]].astype(np.float32)
    # A product of stacked matrices takes a quarter of what sums of stretches take.
    sums: Floats = np.matmul((text.weights[places] * within)[:, None, :], directions)[:, 0]
    return sums


def _word_by_word(text: _Text, sense: Sense, vectors: Vectors) -> Floats:
    """How near each passage comes to the query's words, each by its nearest word, less for a long passage."""
    if sense.words is None or not len(text.lemmas):
        return np.zeros(len(text.lengths), dtype=np.float32)
    lemmas, places = np.unique(text.lemmas, return_inverse=True)
    cosines = _cosines(vectors.directions[lemmas], sense.words.T)[places]
    cosines[text.weights == 0] = 0
    nearest_words = np.maximum.reduceat(cosines, text.begins, axis=0).sum(axis=1)
    found: Floats = _EACH * nearest_words / (1 + text.lengths.astype(np.float32) / _WORDY)
    return found


def _lemmas_at(places: NDArray[np.int64], build: Build, vectors: Vectors) -> tuple[NDArray[np.int64], Floats]:
    """The likeliest lemma at each stream position and its weight, 0 where there is no word."""
    columns = build.columns
    forms = columns.stream[places]
    begins = columns.form_lemmas_start[forms]
    some = columns.form_lemmas_start[forms + 1] > begins
    lemmas = np.where(some, columns.form_lemmas[np.where(some, begins, 0)], 0).astype(np.int64)
    return lemmas, vectors.weights[lemmas].astype(np.float32) * some


def closely(text: str, others: Sequence[str], build: Build) -> Floats | None:
    """The cosine of a sentence with each of the others, each read as a whole; ``None`` without a model."""
    model = word_model()
    if vectors_of(build) is None or model is None:
        return None
    found = model.sentences([text, *others])
    cosines: Floats = found[1:] @ found[0]
    return cosines


def words_near(words: Iterable[str], build: Build, limit: int, *, reckon: bool = True) -> tuple[tuple[str, int], ...]:
    """Lemmas of the archive that mean what one of the words means, with the answers that have them, the nearest first.

    None of the same root: those the search finds anyway. None spelled alike («пандус» and «пандемия»): a model of
    pieces of words takes them for near. Unless ``reckon``, words without a vector are passed over.
    """
    vectors = vectors_of(build)
    if vectors is None:
        return ()
    asked = [word for word in dict.fromkeys(words) if _names_a_thing(word, build)]
    if not reckon:
        asked = [word for word in asked if vectors.number_of(word, build.lemmas) >= 0]
    roots = {root_of(word) for word in asked}
    found: dict[str, tuple[float, int]] = {}
    for word in asked:
        for lemma, cosine, count in _neighbours(word, vectors, build):
            known = root_of(lemma) in roots or spelled_alike(word, lemma)
            if not known and cosine > found.get(lemma, (0.0, 0))[0]:
                found[lemma] = cosine, count
    best = sorted(found, key=lambda lemma: (-found[lemma][0], lemma))
    return tuple((lemma, found[lemma][1]) for lemma in best[:limit])


def _names_a_thing(word: str, build: Build) -> bool:
    """Nouns alone are offered: what a verb or an adjective means depends on what stands beside it."""
    return len(word) >= _SHORTEST_OFFERED and build.analyzer.is_noun(word) and _is_common(word, build)


def _neighbours(word: str, vectors: Vectors, build: Build) -> list[tuple[str, float, int]]:
    """Lemmas near a word with their cosines and frequencies."""
    direction = _of_word(word, True, vectors, build)
    length = float(np.linalg.norm(direction))
    if not length:
        return []
    lemmas = len(build.lemmas)
    numbers = _alike(vectors.word_signs[:, :lemmas], direction, _MOST_WORDS)
    cosines = _cosines(vectors.directions[numbers], direction / np.float32(length))
    counts = build.columns.lemma_start[numbers + 1] - build.columns.lemma_start[numbers]
    return [
        (build.lemmas[number], cosine, count)
        for number, cosine, count in zip(numbers.tolist(), cosines.tolist(), counts.tolist(), strict=True)
        if cosine >= NEAR_WORD and count and _names_a_thing(build.lemmas[number], build)
    ]
