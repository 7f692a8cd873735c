"""How much statements say of what others say: by words, synonyms and akin words, and by direction of meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Floats, Longs, runs, starts
from search_app.engine.statements.weighing import Place, Weighed

NEAR = 0.25
"""Words from this cosine on say the same thing a little: «псы» and «собаки», not «псы» and «улицы»."""

NEAR_COUNTS = 0.4
"""What a word at that cosine counts; at a cosine of one it is as good as a synonym."""

_NEAREST_COUNTS = 0.85

Table = NDArray[np.float32]


@dataclass(frozen=True)
class WordPairs:
    """Which words stand for which others, and how much, 0…1: ascending by that, some pairs more than once."""

    words: Longs
    others: Longs
    values: Floats
    count: int
    """How many words there are, those that stand for none among them."""

    both_ways: bool = False
    """Whether the others are the same words: what stands for another one is stood for by it."""
    _met: dict[int, tuple[Weighed, Table]] = field(default_factory=dict)

    def turned(self, count: int) -> WordPairs:
        """The same of the others, of which there are so many."""
        return self if self.both_ways else WordPairs(self.others, self.words, self.values, count)

    def met(self, owners: Weighed) -> Table:
        """Words × statements: how well each is met by the best word of each statement; remembered."""
        known = self._met.get(id(owners))
        if known is None:
            known = self._met[id(owners)] = owners, _best(self, owners)
        return known[1]

    def of(self, word: int) -> dict[int, float]:
        """Other words → how much the word stands for them."""
        begin, end = self._edges[word : word + 2].tolist()
        places = self._by_word[begin:end]
        return dict(zip(self.others[places].tolist(), self.values[places].tolist(), strict=True))

    @cached_property
    def _by_word(self) -> Longs:
        return np.argsort(self.words, kind="stable")

    @cached_property
    def _edges(self) -> Longs:
        return np.searchsorted(self.words[self._by_word], np.arange(self.count + 1))


@dataclass(frozen=True)
class Likeness:
    """Two sets of statements compared, every one of the first (N) with every one of the second (M)."""

    first: Weighed
    second: Weighed
    pairs: WordPairs

    @cached_property
    def met(self) -> Table:
        """Words of the first × M: how well each is met by the best word of each statement of the second."""
        return self.pairs.met(self.second)

    @cached_property
    def covered(self) -> Table:
        """N × M: the share of the weight of the first's words that the second meets."""
        return _shares(self.first, self.met)

    @cached_property
    def covering(self) -> Table:
        """N × M: the share of the weight of the second's words that the first meets."""
        if self.first is self.second:
            return self.covered.T
        found: Table = _shares(self.second, self.pairs.turned(len(self.second.words)).met(self.first)).T
        return found

    @cached_property
    def cosine(self) -> Table:
        """N × M, zeros where the build has no vectors."""
        if self.first.directions is None or self.second.directions is None:
            return np.zeros((len(self.first), len(self.second)), dtype=np.float32)
        found: Table = self.first.directions @ self.second.directions.T
        return found

    @property
    def nearness(self) -> Table:
        """N × M, 0…1: how much nearer in meaning than statements that have nothing to do with each other."""
        return np.interp(self.cosine, *_NEARNESS).astype(np.float32)

    @cached_property
    def alike(self) -> Table:
        """N × M, 0…1: 1 for statements of the same words. What both say of each other, words before meaning."""
        both = np.sqrt(self.covered * self.covering)
        if self.first.directions is None or self.second.directions is None:
            return np.asarray(both, dtype=np.float32)
        found: Table = _BY_WORDS * both + (1 - _BY_WORDS) * np.maximum(self.cosine, 0)
        return found

    def shared(self, first: int, second: int, least: float = 0.5) -> tuple[tuple[Place, Place, float], ...]:
        """Places of a statement of the first with the best place of one of the second, where one stands for the other.

        In the order of the first; words that tell nothing are left out.
        """
        pairs = []
        others = [place for place in self.second.places[second] if self.second.weights[place.word] > 0]
        for place in self.first.places[first]:
            if not others or self.first.weights[place.word] <= 0:
                continue
            known = self.pairs.of(place.word)
            values = [known.get(other.word, 0.0) for other in others]
            best = max(range(len(values)), key=values.__getitem__)
            if values[best] >= least:
                pairs.append((place, others[best], values[best]))
        return tuple(pairs)


_BY_WORDS = 0.7
_NEARNESS = ((-0.4, 0.08, 0.19, 0.30, 0.39, 1.0), (0.0, 0.38, 0.51, 0.60, 0.67, 1.0))
"""Cosines of statements and their nearness: on the scale that the weights of connections were fitted on. Half of all
pairs of statements lie below .08, one of a thousand above .39."""


def likeness(first: Weighed, second: Weighed, pairs: WordPairs | None = None) -> Likeness:
    """Every statement of the first compared with every one of the second, both weighed by the same engine.

    ``pairs`` are those of the words, where they are known: of statements `taken` from one set.
    """
    return Likeness(first, second, word_pairs(first, second) if pairs is None else pairs)


def word_pairs(first: Weighed, second: Weighed) -> WordPairs:
    """Which words of the first stand for which of the second."""
    found = [_by_meaning(first, second), _by_codes(first, second)]
    words, others, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(values, kind="stable")
    return WordPairs(words[order], others[order], values[order], len(first.words), first is second)


_Pairs = tuple[Longs, Longs, Floats]
"""Words, others, and how much one stands for the other."""


def _by_codes(first: Weighed, second: Weighed) -> _Pairs:
    """By what both may be recognised by."""
    numbers: dict[str, int] = {}
    words, codes, values = _coded(first, numbers)
    others, their_codes, their_values = (words, codes, values) if first is second else _coded(second, numbers)
    order = np.argsort(their_codes, kind="stable")
    begins, ends = (np.searchsorted(their_codes[order], codes, side=side) for side in ("left", "right"))
    met = order[runs(begins, ends)]
    counts = ends - begins
    return np.repeat(words, counts), others[met], np.minimum(np.repeat(values, counts), their_values[met])


def _coded(weighed: Weighed, numbers: dict[str, int]) -> _Pairs:
    """The codes of all words as numbers: the word, the code, what it counts."""
    told = [(place, code, value) for place, word in enumerate(weighed.words) for code, value in word.codes]
    places = np.asarray([place for place, _, _ in told], dtype=np.int64)
    codes = np.asarray([numbers.setdefault(code, len(numbers)) for _, code, _ in told], dtype=np.int64)
    return places, codes, np.asarray([value for _, _, value in told], dtype=np.float32)


_ROWS = 512
"""Words compared with all others at once: bounds the memory."""


def _by_meaning(first: Weighed, second: Weighed) -> _Pairs:
    """By direction."""
    if first.word_directions is None or second.word_directions is None:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    same = first.words is second.words
    own = _with_meaning(first)
    theirs = own if same else _with_meaning(second)
    directions = first.word_directions[own]
    their_directions = directions if same else second.word_directions[theirs]
    found: list[_Pairs] = [(own[:0], theirs[:0], np.empty(0, np.float32))]
    for begin in range(0, len(own), _ROWS):
        # Of a set with itself each two words are compared once.
        after = begin if same else 0
        cosines = directions[begin : begin + _ROWS] @ their_directions[after:].T
        words, others = np.nonzero(cosines >= NEAR)
        near = cosines[words, others]
        words, others = words + begin, others + after
        found.append((words, others, near))
        if same:
            once = others >= begin + _ROWS
            found.append((others[once], words[once], near[once]))
    words, others, near = (np.concatenate(parts) for parts in zip(*found, strict=True))
    slope = (_NEAREST_COUNTS - NEAR_COUNTS) / (1 - NEAR)
    return own[words], theirs[others], (NEAR_COUNTS + (near - NEAR) * slope).astype(np.float32)


def _with_meaning(weighed: Weighed) -> Longs:
    """The words that have a direction; numbers and abbreviations have no synonyms."""
    assert weighed.word_directions is not None
    told = np.asarray([word.lemma.isalpha() for word in weighed.words], dtype=np.bool_)
    return np.flatnonzero(told & weighed.word_directions.any(axis=1))


def _best(pairs: WordPairs, owners: Weighed) -> Table:
    """Words × statements: the best value of each word among the words of each statement."""
    found = np.zeros((pairs.count, len(owners)), dtype=np.float32)
    order = np.argsort(owners.flow, kind="stable")
    having = np.repeat(np.arange(len(owners)), np.diff(owners.starts))[order]
    of_word = starts(np.bincount(owners.flow, minlength=len(owners.words)))
    begins, ends = of_word[pairs.others], of_word[pairs.others + 1]
    cells = np.repeat(pairs.words * len(owners), ends - begins) + having[runs(begins, ends)]
    # They come by value: the last one that is written to a cell is the best.
    found.reshape(-1)[cells] = np.repeat(pairs.values, ends - begins)
    return found


def _shares(owners: Weighed, met: Table) -> Table:
    """Statements × columns of ``met``: the mean of their words' values, weighted by the words' weights."""
    found = np.zeros((len(owners), met.shape[1]), dtype=np.float32)
    for statement, (begin, end) in enumerate(zip(owners.starts[:-1].tolist(), owners.starts[1:].tolist(), strict=True)):
        words = owners.flow[begin:end]
        total = float(owners.weights[words].sum())
        if total:
            found[statement] = owners.weights[words] @ met[words] / total
    return found
