"""Statements as weighed words: lemmas with the archive's idf, what else each word may be called, and a direction."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, Longs
from indexer.language.roots import root_of
from indexer.meaning.model import DIMENSIONS
from search_app.engine.found.meaning import direction_of, vectors_of
from search_app.engine.query.synonyms import SynonymTable, synonym_table
from search_app.engine.query.words import query_words

READING = 0.9
"""What a less likely reading of a word counts: «дорог» is mostly «дорога»."""

SYNONYM = 0.85
FAMILY = 0.75
"""«строить» and «строительство»."""

_LONGEST_TERM = 5
_SILENT = frozenset({"PREP", "CONJ", "PRCL", "NPRO", "INTJ", "PRED"})
"""Parts of speech that tell nothing alone."""

_LEAST_READING = 0.25
_MOST_WORDS = 400
"""Words of a statement that are looked at: a statement is a sentence, a hostile text is not."""


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word as it stands in some statements, whatever its form."""

    lemma: str
    weight: float
    """The archive's idf; 0 for what tells nothing alone."""
    part: str
    """pymorphy3's part of speech, blank where unknown: NOUN, ADJF, INFN, VERB, NUMB…"""
    codes: tuple[tuple[str, float], ...]
    """All that the word may be recognised by, and what that counts: itself, other readings, synonyms, its family."""


@dataclass(frozen=True, slots=True)
class Place:
    """A word's place in its statement."""

    word: int
    """Place among the words."""
    start: int
    end: int
    denied: bool
    """«не» stands right before it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Statements with their words. N statements, T places of words that tell something, W words, D dimensions."""

    texts: tuple[str, ...]
    words: tuple[WeighedWord, ...]
    places: tuple[tuple[Place, ...], ...]
    """The words of each statement, those that tell nothing among them."""
    starts: Longs
    """N + 1: where each statement begins in ``flow``."""
    flow: Ints
    """T: the telling words of the statements, each once for each statement."""
    weights: Floats
    """W"""
    word_directions: NDArray[np.float32] | None
    """W × D at length one, zeros for a word without a meaning; ``None`` where the build has no vectors."""
    directions: NDArray[np.float32] | None
    """N × D at length one; ``None`` where the build has no vectors."""

    def __len__(self) -> int:
        return len(self.texts)

    def telling(self, statement: int) -> list[WeighedWord]:
        """The telling words of a statement, each once."""
        return [self.words[word] for word in self.flow[self.starts[statement] : self.starts[statement + 1]].tolist()]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a build knows of a lemma."""

    weight: float
    part: str
    codes: tuple[tuple[str, float], ...]
    direction: NDArray[np.float32] | None
    mass: float


class _Words:
    """Words by what they are, numbered as they come."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._known: dict[str, _Reading] = build.remember("statement words", dict)
        self._numbers: dict[tuple[str, tuple[tuple[str, float], ...]], int] = {}
        self.words: list[WeighedWord] = []
        self.readings: list[_Reading] = []

    def number(self, lemma: str, more: tuple[tuple[str, float], ...]) -> int:
        found = self._numbers.get((lemma, more))
        if found is None:
            reading = self._reading(lemma)
            found = self._numbers[lemma, more] = len(self.words)
            self.words.append(WeighedWord(lemma, reading.weight, reading.part, (*reading.codes, *more)))
            self.readings.append(reading)
        return found

    def _reading(self, lemma: str) -> _Reading:
        found = self._known.get(lemma)
        if found is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            found = self._known[lemma] = _reading_of(lemma, self._build)
        return found


_MOST_KNOWN = 60_000
"""Lemmas remembered for a build: some hundred megabytes with their directions."""


def weigh(texts: Iterable[str], build: Build) -> Weighed:
    """The statements of ``texts``, one for each."""
    chosen = tuple(texts)
    words, table = _Words(build), synonym_table(build)
    places = tuple(_places(text, words, table, build) for text in chosen)
    rows = [_telling(row, words) for row in places]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    flow = np.asarray([word for row in rows for word in row], dtype=np.int32)
    word_directions, directions = _directions(words.readings, rows, build)
    return Weighed(
        texts=chosen,
        words=tuple(words.words),
        places=places,
        starts=starts,
        flow=flow,
        weights=np.asarray([word.weight for word in words.words], dtype=np.float32),
        word_directions=word_directions,
        directions=directions,
    )


def _telling(places: Sequence[Place], words: _Words) -> list[int]:
    return list(dict.fromkeys(place.word for place in places if words.words[place.word].weight > 0))


def _places(text: str, words: _Words, table: SynonymTable, build: Build) -> tuple[Place, ...]:
    forms = [found for found, _ in zip(build.analyzer.forms(text), range(_MOST_WORDS), strict=False)]
    lemmas = [form.lemmas[0][0] for form, _, _ in forms]
    groups = _groups(lemmas, table)
    found = []
    for place, (form, start, end) in enumerate(forms):
        others = [(lemma, READING) for lemma, share in form.lemmas[1:] if share >= _LEAST_READING]
        more = (*others, *((group, SYNONYM) for group in groups[place]))
        denied = place > 0 and lemmas[place - 1] == "не"
        found.append(Place(words.number(lemmas[place], more), start, end, denied))
    return tuple(found)


def _groups(lemmas: Sequence[str], table: SynonymTable) -> list[tuple[str, ...]]:
    """The names of the synonym groups that the words at each place belong to: the longest term from each place on."""
    found: list[tuple[str, ...]] = [()] * len(lemmas)
    place = 0
    while place < len(lemmas):
        for length in range(min(_LONGEST_TERM, len(lemmas) - place), 0, -1):
            names = table.names(tuple(lemmas[place : place + length]))
            if names:
                found[place : place + length] = [names] * length
                break
        else:
            length = 1
        place += length
    return found


def _reading_of(lemma: str, build: Build) -> _Reading:
    number = build.lemmas.find(lemma)
    part = build.analyzer.part_of_speech(lemma)
    idf = float(build.columns.lemma_idf[number]) if number >= 0 else math.log1p((build.columns.passages + 0.5) / 0.5)
    silent = part in _SILENT or len(lemma) < _SHORTEST or lemma in query_words().light
    direction, mass = direction_of(lemma, build) if vectors_of(build) is not None else (None, 0.0)
    codes = ((lemma, 1.0),) if lemma.isdigit() else ((lemma, 1.0), (f"/{root_of(lemma)}", FAMILY))
    return _Reading(0.0 if silent else idf, part, codes, direction, mass)


_SHORTEST = 2


def _directions(
    readings: Sequence[_Reading], rows: Sequence[Sequence[int]], build: Build
) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
    """The directions of the words and those of the statements, weighted sums of their words'."""
    if vectors_of(build) is None:
        return None, None
    words = np.zeros((len(readings), DIMENSIONS), dtype=np.float32)
    for place, reading in enumerate(readings):
        if reading.direction is not None:
            words[place] = reading.direction
    masses = np.asarray([reading.mass for reading in readings], dtype=np.float32)
    statements = np.zeros((len(rows), DIMENSIONS), dtype=np.float32)
    for place, row in enumerate(rows):
        if row:
            statements[place] = masses[row] @ words[row]
    return words, _at_length_one(statements)


def _at_length_one(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    found: NDArray[np.float32] = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found
