"""Statements as weighed words: lemmas with the archive's idf, what else each word may be called, and a direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import overload

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, Longs, runs, starts
from indexer.meaning.model import DIMENSIONS
from search_app.engine.found.meaning import vectors_of
from search_app.engine.query.synonyms import SynonymTable, synonym_table
from search_app.engine.statements.reading import FAMILY, Codes, Known, Reader, Reading, WeighedWord, reader_of

__all__ = ["FAMILY", "SYNONYM", "Place", "Weighed", "WeighedWord", "learn", "weigh"]

SYNONYM = 0.85

_LONGEST_TERM = 5
_MOST_LOOKED_AT = 1_000
"""Statements whose words are remembered with where they stand."""
_MOST_WORDS = 400
"""Words of a statement that are looked at: a statement is a sentence, a hostile text is not."""


@dataclass(frozen=True, slots=True)
class Place:
    """A word's place in its statement."""

    word: int
    """Place among the words."""
    start: int
    end: int
    denied: bool
    """«не» stands right before it."""


@dataclass(frozen=True)
class Weighed:
    """Statements with their words. N statements, T places of words that tell something, W words, D dimensions."""

    texts: tuple[str, ...]
    words: tuple[WeighedWord, ...]
    rows: Sequence[Sequence[int]]
    """The words of each statement in their order, those that tell nothing among them."""
    places: Sequence[tuple[Place, ...]]
    """The same with where they stand."""
    starts: Longs
    """N + 1: where each statement begins in ``flow``."""
    flow: Ints
    """T: the telling words of the statements, each once for each statement."""
    weights: Floats
    """W"""
    masses: Floats
    """W: how much each word counts in the direction of a statement."""
    word_directions: NDArray[np.float32] | None
    """W × D at length one, zeros for a word without a meaning; ``None`` where the build has no vectors."""

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def directions(self) -> NDArray[np.float32] | None:
        """N × D at length one, weighted sums of the words'; ``None`` where the build has no vectors."""
        if self.word_directions is None:
            return None
        found = np.zeros((len(self), self.word_directions.shape[1]), dtype=np.float32)
        for place, (begin, end) in enumerate(zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)):
            own = self.flow[begin:end]
            found[place] = self.masses[own] @ self.word_directions[own]
        lengths = np.sqrt((found * found).sum(axis=1, keepdims=True))
        return np.asarray(found / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def telling(self, statement: int) -> list[WeighedWord]:
        """The telling words of a statement, each once."""
        return [self.words[word] for word in self.flow[self.starts[statement] : self.starts[statement + 1]].tolist()]

    def taken(self, statements: Sequence[int]) -> Weighed:
        """Some of the statements, with the words of all."""
        chosen = np.asarray(statements, dtype=np.int64)
        begins, ends = self.starts[chosen], self.starts[chosen + 1]
        return replace(
            self,
            texts=tuple(self.texts[place] for place in statements),
            rows=[self.rows[place] for place in statements],
            places=_Places(self.places.__getitem__, statements),
            starts=starts(ends - begins),
            flow=self.flow[runs(begins, ends)],
        )


class _Places(Sequence[tuple[Place, ...]]):
    """The places of words, made where they are looked at: of most statements nobody asks."""

    def __init__(self, of: Callable[[int], tuple[Place, ...]], statements: Sequence[int]) -> None:
        self._of, self._statements = of, statements

    def __len__(self) -> int:
        return len(self._statements)

    @overload
    def __getitem__(self, statement: int) -> tuple[Place, ...]: ...

    @overload
    def __getitem__(self, statement: slice) -> list[tuple[Place, ...]]: ...

    def __getitem__(self, statement: int | slice) -> tuple[Place, ...] | list[tuple[Place, ...]]:
        """Of one statement, or of several."""
        if isinstance(statement, slice):
            return [self._of(number) for number in self._statements[statement]]
        return self._of(self._statements[statement])


_Row = list[int]
"""The words of a statement in their order."""


class _Words:
    """Words by what they are, numbered as they come."""

    def __init__(self, reader: Reader, table: SynonymTable) -> None:
        self._reader, self._table = reader, table
        self._numbers: dict[tuple[str, Codes], int] = {}
        self._of_chunk: dict[str, tuple[int, ...]] = {}
        self._known: list[Known] = []

    def row(self, chunks: Iterable[str]) -> _Row:
        """The words of a statement."""
        words: list[int] = []
        of_chunk = self._of_chunk
        for chunk in chunks:
            words += of_chunk.get(chunk) or self._numbered(chunk)
        del words[_MOST_WORDS:]
        known = self._known
        begins = [place for place, word in enumerate(words) if known[word].reading.begins]
        return self._with_groups(words, begins) if begins else words

    def telling(self, row: _Row) -> list[int]:
        """The words that tell something, each once."""
        known = self._known
        return list(dict.fromkeys([word for word in row if known[word].word.weight > 0]))

    def only_used(self, rows: Sequence[_Row]) -> list[_Row]:
        """The rows by new numbers: a word that stands in a term of synonyms alone was numbered without them, too."""
        used = np.zeros(len(self._known), dtype=np.bool_)
        for row in rows:
            used[row] = True
        numbers = (np.cumsum(used) - 1).tolist()
        self._known = [self._known[word] for word in np.flatnonzero(used).tolist()]
        return [[numbers[word] for word in row] for row in rows]

    @property
    def words(self) -> list[WeighedWord]:
        """The words by their numbers."""
        return [known.word for known in self._known]

    @property
    def readings(self) -> list[Reading]:
        """What the build knows of each."""
        return [known.reading for known in self._known]

    def _numbered(self, chunk: str) -> tuple[int, ...]:
        found = self._of_chunk[chunk] = tuple([self._number(known) for known in self._reader.words(chunk)])
        return found

    def _number(self, known: Known) -> int:
        # By what it is: the reader may have forgotten the word in between and made it anew.
        what = known.word.lemma, known.others
        found = self._numbers.get(what)
        if found is None:
            found = self._numbers[what] = len(self._known)
            self._known.append(known)
        return found

    def _with_groups(self, words: _Row, begins: Sequence[int]) -> _Row:
        """The same with the synonym groups of words: those of the longest term from each place on."""
        found, end = list(words), 0
        for place in begins:
            if place < end:
                continue
            longest = min(self._table.longest(self._known[words[place]].word.lemma), _LONGEST_TERM)
            lemmas = [self._known[word].word.lemma for word in words[place : place + longest]]
            for length in range(len(lemmas), 0, -1):
                names = self._table.names(tuple(lemmas[:length]))
                if names:
                    end = place + length
                    groups = tuple((name, SYNONYM) for name in names)
                    for at in range(place, end):
                        known = self._known[words[at]]
                        found[at] = self._number(self._reader.known(known.word.lemma, (*known.others, *groups)))
                    break
        return found


def learn(words: Iterable[str], build: Build) -> None:
    """Looks at words before they are met in statements."""
    reader_of(build).learn(words)


def weigh(texts: Iterable[str], build: Build) -> Weighed:
    """The statements of ``texts``, one for each."""
    chosen, reader = tuple(texts), reader_of(build)
    words = _Words(reader, synonym_table(build))
    rows = words.only_used([words.row(chunks) for chunks in reader.chunks(chosen, _MOST_WORDS)])
    flow = [words.telling(row) for row in rows]
    masses, directions = _directions(words.readings, build)
    told = tuple(words.words)

    @lru_cache(maxsize=_MOST_LOOKED_AT)
    def places(statement: int) -> tuple[Place, ...]:
        row, spans = rows[statement], reader.spans(chosen[statement])
        denials = [False, *(told[word].lemma == "не" for word in row)]
        return tuple(Place(word, *span, denied) for word, span, denied in zip(row, spans, denials, strict=False))

    return Weighed(
        texts=chosen,
        words=told,
        rows=rows,
        places=_Places(places, range(len(chosen))),
        starts=starts(np.asarray([len(row) for row in flow], dtype=np.int64)),
        flow=np.asarray([word for row in flow for word in row], dtype=np.int32),
        weights=np.asarray([word.weight for word in told], dtype=np.float32),
        masses=masses,
        word_directions=directions,
    )


_FULL = 127 * 255
"""What a word that tells most is kept as."""


def _directions(readings: Sequence[Reading], build: Build) -> tuple[Floats, NDArray[np.float32] | None]:
    """How much each word counts, and its direction."""
    masses, vectors = np.zeros(len(readings), dtype=np.float32), vectors_of(build)
    if vectors is None:
        return masses, None
    words = np.zeros((len(readings), DIMENSIONS), dtype=np.float32)
    numbers = np.asarray([reading.number for reading in readings], dtype=np.int64)
    known = np.flatnonzero(numbers >= 0)
    told = vectors.directions[numbers[known]].astype(np.float32)
    told *= vectors.weights[numbers[known]].astype(np.float32)[:, None]
    lengths = np.sqrt(np.einsum("wd,wd->w", told, told))
    words[known] = told / np.where(lengths > 0, lengths, 1)[:, None]
    masses[known] = lengths / _FULL
    for place in np.flatnonzero(numbers < 0).tolist():
        direction = readings[place].direction
        if direction is not None:
            words[place], masses[place] = direction, readings[place].mass
    return masses, words
