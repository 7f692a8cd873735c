"""How much statements say of what others say: by words, synonyms and akin words, and by direction of meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import runs
from search_app.engine.statements.weighing import Place, Weighed

NEAR = 0.25
"""Words from this cosine on say the same thing a little: «псы» and «собаки», not «псы» and «улицы»."""

NEAR_COUNTS = 0.4
"""What a word at that cosine counts; at a cosine of one it is as good as a synonym."""

_NEAREST_COUNTS = 0.85

Table = NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """Two sets of statements compared, every one of the first (N) with every one of the second (M)."""

    first: Weighed
    second: Weighed
    words: Table
    """Words of the first × words of the second: how much one stands for the other, 0…1."""

    @cached_property
    def met(self) -> Table:
        """Words of the first × M: how well each is met by the best word of each statement of the second."""
        return _best(self.words, self.second)

    @cached_property
    def covered(self) -> Table:
        """N × M: the share of the weight of the first's words that the second meets."""
        return _shares(self.first, self.met)

    @cached_property
    def covering(self) -> Table:
        """N × M: the share of the weight of the second's words that the first meets."""
        if self.first is self.second:
            return self.covered.T
        found: Table = _shares(self.second, _best(self.words.T, self.first)).T
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
            values = [float(self.words[place.word, other.word]) for other in others]
            best = max(range(len(values)), key=values.__getitem__)
            if values[best] >= least:
                pairs.append((place, others[best], values[best]))
        return tuple(pairs)


_BY_WORDS = 0.7
_NEARNESS = ((-0.4, 0.08, 0.19, 0.30, 0.39, 1.0), (0.0, 0.38, 0.51, 0.60, 0.67, 1.0))
"""Cosines of statements and their nearness: on the scale that the weights of connections were fitted on. Half of all
pairs of statements lie below .08, one of a thousand above .39."""


def likeness(first: Weighed, second: Weighed) -> Likeness:
    """Every statement of the first compared with every one of the second, both weighed by the same engine."""
    return Likeness(first, second, _words(first, second))


def _words(first: Weighed, second: Weighed) -> Table:
    found = _by_meaning(first, second)
    by_code: dict[str, list[tuple[int, float]]] = {}
    for place, word in enumerate(second.words):
        for code, value in word.codes:
            by_code.setdefault(code, []).append((place, value))
    for place, word in enumerate(first.words):
        row = found[place]
        for code, value in word.codes:
            for other, its in by_code.get(code, ()):
                row[other] = max(row[other], min(value, its))
    return found


def _by_meaning(first: Weighed, second: Weighed) -> Table:
    if first.word_directions is None or second.word_directions is None:
        return np.zeros((len(first.words), len(second.words)), dtype=np.float32)
    cosines = first.word_directions @ second.word_directions.T
    slope = (_NEAREST_COUNTS - NEAR_COUNTS) / (1 - NEAR)
    found: Table = np.where(cosines >= NEAR, NEAR_COUNTS + (cosines - NEAR) * slope, 0).astype(np.float32)
    # Numbers and abbreviations have no synonyms.
    found[[not word.lemma.isalpha() for word in first.words]] = 0
    found[:, [not word.lemma.isalpha() for word in second.words]] = 0
    return found


def _best(words: Table, owners: Weighed) -> Table:
    """Rows × statements: the best value of each row among the words of each statement.

    Few words stand for each other: only those that do are looked at, in the statements that have them.
    """
    found = np.zeros((len(words), len(owners)), dtype=np.float32)
    rows, columns = np.nonzero(words)
    order = np.argsort(owners.flow, kind="stable")
    having = np.repeat(np.arange(len(owners)), np.diff(owners.starts))[order]
    edges = np.searchsorted(owners.flow[order], np.arange(words.shape[1] + 1))
    begins, ends = edges[columns], edges[columns + 1]
    cells = np.repeat(rows * len(owners), ends - begins) + having[runs(begins, ends)]
    np.maximum.at(found.reshape(-1), cells, np.repeat(words[rows, columns], ends - begins))
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
