"""The words of texts as a build knows them: of those that stand in its columns no dictionary is asked."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import runs
from indexer.language.dictionary import short_adjective
from indexer.language.forms import LIKELY, Form, part_of
from indexer.language.roots import root_of
from search_app.engine.found.meaning import direction_of, vectors_of
from search_app.engine.query.synonyms import synonym_table
from search_app.engine.query.words import query_words

READING = 0.9
"""What a less likely reading of a word counts: «дорог» is mostly «дорога»."""

FAMILY = 0.75
"""«строить» and «строительство»."""

_SILENT = frozenset({"PREP", "CONJ", "PRCL", "NPRO", "INTJ", "PRED"})
"""Parts of speech that tell nothing alone."""

_SHORTEST = 2
_MOST_KNOWN = 60_000
"""Words remembered for a build, some tens of megabytes."""
_MOST_STAYING = 50_000

Codes = tuple[tuple[str, float], ...]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word within a chunk."""

    lemma: str
    others: Codes
    """Its other readings, and what they count."""
    start: int
    """Offsets within the chunk."""
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a build knows of a lemma."""

    weight: float
    """Its idf; 0 for what tells nothing alone."""
    part: str
    codes: Codes
    number: int
    """That of the lemma in the archive, -1 for one that it has not."""
    begins: bool
    """Whether a term of the synonyms may begin with it."""
    direction: NDArray[np.float32] | None = None
    """Of a lemma that the archive has not."""
    mass: float = 0.0


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word as it stands in some statements, whatever its form."""

    lemma: str
    weight: float
    """The archive's idf; 0 for what tells nothing alone."""
    part: str
    """pymorphy3's part of speech, blank where unknown: NOUN, ADJF, INFN, VERB, NUMB…"""
    codes: Codes
    """All that the word may be recognised by, and what that counts: itself, other readings, synonyms, its family."""


@dataclass(frozen=True, slots=True)
class Known:
    """A word with all that a build knows of it: made once for all forms of the same readings."""

    word: WeighedWord
    reading: Reading
    others: Codes
    """Its other readings and, where it stands in such a term, its synonyms."""


class Reader:
    """Reads the words of one build and remembers them. Safe to share between threads."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._pieces: dict[str, tuple[Piece, ...]] = {}
        self._readings: dict[str, Reading] = {}
        self._words: dict[tuple[str, Codes], Known] = {}
        self._of_chunk: dict[str, tuple[Known, ...]] = {}
        self._staying = 0, 0, 0, 0
        """How many pieces, readings, words and chunks, the first of all, are never forgotten."""
        self._begins = synonym_table(build).beginnings
        self._degrees = frozenset(build.vocabulary.connections["statements"]["degrees"])

    def chunks(self, texts: Iterable[str], most: int) -> list[list[str]]:
        """The chunks of texts, at most so many of each, all of which are known from now on."""
        found = [self._meant(self._build.analyzer.chunks(text)[:most]) for text in texts]
        self._learn({chunk for chunks in found for chunk in chunks if chunk not in self._pieces})
        return found

    def _meant(self, chunks: list[str]) -> list[str]:
        """The chunks with the adjective in place of what only looks like a noun: «аренда слишком дорога»."""
        if not self._degrees.isdisjoint(chunks):
            for place in range(1, len(chunks)):
                if chunks[place - 1] in self._degrees:
                    chunks[place] = short_adjective(chunks[place]) or chunks[place]
        return chunks

    def learn(self, chunks: Iterable[str]) -> None:
        """Looks at the commonest chunks beforehand; they stay known."""
        for found in self.chunks(chunks, 1):
            for chunk in found:
                self.words(chunk)
        pieces = min(len(self._pieces), _MOST_STAYING)
        self._staying = pieces, len(self._readings), len(self._words), len(self._of_chunk)

    def pieces(self, chunk: str) -> tuple[Piece, ...]:
        """The words of a chunk."""
        # What was learned may have been forgotten in between.
        return self._pieces.get(chunk) or tuple(map(_of_form, self._build.analyzer.chunk(chunk)))

    def words(self, chunk: str) -> tuple[Known, ...]:
        """The words of a chunk with what is known of them."""
        found = self._of_chunk.get(chunk)
        if found is None:
            pieces = self.pieces(chunk)
            found = self._of_chunk[chunk] = tuple([self.known(piece.lemma, piece.others) for piece in pieces])
        return found

    def known(self, lemma: str, others: Codes) -> Known:
        """A word by its lemma and what else it may be called."""
        found = self._words.get((lemma, others))
        if found is None:
            reading = self.reading(lemma)
            word = WeighedWord(lemma, reading.weight, reading.part, (*reading.codes, *others))
            found = self._words.setdefault((lemma, others), Known(word, reading, others))
        return found

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the words of a text stand."""
        for chunk, start in self._build.analyzer.chunk_spans(text):
            for piece in self.pieces(chunk):
                yield start + piece.start, start + piece.end

    def reading(self, lemma: str) -> Reading:
        """What the build knows of a lemma."""
        found = self._readings.get(lemma)
        if found is None:
            number = self._build.lemmas.find(lemma)
            if number >= 0:
                self._read([number])
            else:
                self._readings[lemma] = self._read_anew(lemma)
            found = self._readings[lemma]
        return found

    def _learn(self, chunks: Collection[str]) -> None:
        if len(self._pieces) > _MOST_KNOWN or len(self._readings) > _MOST_KNOWN:
            self._forget()
        keys = {chunk: key for chunk in chunks if (key := self._build.analyzer.key_of_plain(chunk)) is not None}
        numbers = dict(zip(keys, self._build.forms_of(list(keys.values())), strict=True))
        known = {chunk: number for chunk, number in numbers.items() if number >= 0}
        self._pieces.update(self._known(known))
        for chunk in chunks:
            if chunk not in known:
                self._pieces[chunk] = tuple(map(_of_form, self._build.analyzer.chunk(chunk)))

    def _forget(self) -> None:
        """Forgets all but the commonest chunks: those that every page meets would be looked at again and again."""
        pieces, readings, words, of_chunk = self._staying
        # Others may still be reading in the old ones, or writing there.
        self._of_chunk = _first(self._of_chunk, of_chunk)
        self._words = _first(self._words, words)
        self._readings = _first(self._readings, readings)
        self._pieces = _first(self._pieces, pieces)

    def _known(self, forms: dict[str, int]) -> dict[str, tuple[Piece, ...]]:
        """Chunks of a single word whose forms the archive has."""
        columns, lemmas = self._build.columns, self._build.lemmas
        numbers = np.asarray(list(forms.values()), dtype=np.int64)
        begins, ends = columns.form_lemmas_start[numbers], columns.form_lemmas_start[numbers + 1]
        places = runs(begins, ends)
        owners = np.repeat(np.arange(len(numbers)), ends - begins)
        likely = columns.form_likely[places] == 1
        chosen = columns.form_lemmas[places[likely]]
        self._read(np.unique(chosen).tolist())
        names = [lemmas[number] for number in chosen.tolist()]
        edges = np.searchsorted(owners[likely], np.arange(len(numbers) + 1)).tolist()
        told = (names[begin:end] for begin, end in zip(edges, edges[1:], strict=False))
        return {chunk: (_piece(own, 0, len(chunk)),) for chunk, own in zip(forms, told, strict=True)}

    def _read(self, numbers: Sequence[int]) -> None:
        """Remembers lemmas of the archive."""
        columns, roots = self._build.columns, self._build.roots
        chosen = np.asarray(numbers, dtype=np.int64)
        facts = zip(
            numbers,
            columns.lemma_idf[chosen].tolist(),
            columns.lemma_fact[chosen].tolist(),
            columns.lemma_root[chosen].tolist(),
            strict=True,
        )
        for number, idf, fact, root in facts:
            lemma = self._build.lemmas[number]
            if lemma not in self._readings:
                self._readings[lemma] = self._reading(lemma, idf, part_of(fact), roots[root], number)

    def _read_anew(self, lemma: str) -> Reading:
        build = self._build
        rarest = math.log1p((build.columns.passages + 0.5) / 0.5)
        direction, mass = direction_of(lemma, build) if vectors_of(build) is not None else (None, 0.0)
        return self._reading(lemma, rarest, build.analyzer.part_of_speech(lemma), root_of(lemma), -1, direction, mass)

    def _reading(
        self,
        lemma: str,
        idf: float,
        part: str,
        root: str,
        number: int,
        direction: NDArray[np.float32] | None = None,
        mass: float = 0.0,
    ) -> Reading:
        silent = part in _SILENT or len(lemma) < _SHORTEST or lemma in query_words().light
        codes = ((lemma, 1.0),) if lemma.isdigit() else ((lemma, 1.0), (f"/{root}", FAMILY))
        return Reading(0.0 if silent else idf, part, codes, number, lemma in self._begins, direction, mass)


def _first(kept: dict[K, V], most: int) -> dict[K, V]:
    """What was put there first."""
    return dict(list(kept.items())[:most])


def _of_form(form: Form) -> Piece:
    likely = [lemma for place, (lemma, share) in enumerate(form.lemmas) if not place or share >= LIKELY]
    return _piece(likely, form.start, form.end)


def _piece(lemmas: Sequence[str], start: int, end: int) -> Piece:
    return Piece(lemmas[0], tuple((other, READING) for other in lemmas[1:]), start, end)


def reader_of(build: Build) -> Reader:
    """The reader of a build, made when it is first asked for."""
    found: Reader = build.remember("statement words", lambda: Reader(build))
    return found
