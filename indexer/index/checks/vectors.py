"""Vectors held against words and columns: those of passages are summed up once more."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexer.index.arrays.steps import Ints
from indexer.index.vectors import Vectors, signs_of, summed_up
from indexer.index.words import Words


def vector_faults(vectors: Vectors, words: Words, stream: Ints, zones: Ints) -> Iterator[str]:
    """A sentence for each array that does not follow from the vectors of the words."""
    if not vectors.others.is_whole():
        yield "Таблица слов, у которых есть вектор, но нет ответов, не читается."
    if not np.array_equal(signs_of(vectors.directions), vectors.word_signs):
        yield "Знаки векторов слов не те, что у самих векторов."
    passages, signs = summed_up(words, stream, zones, vectors.directions, vectors.weights)
    if not np.array_equal(passages, vectors.passages):
        yield "Векторы ответов не те, что следуют из векторов их слов."
    if not np.array_equal(signs, vectors.signs):
        yield "Знаки векторов ответов не те, что у самих векторов."
