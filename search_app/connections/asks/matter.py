"""How much two requests ask for the same: words of the frame weigh little, and other acts are other requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.language.patterns import Patterns
from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine, Weighed, WordPairs, likeness

FRAME, WEAK = 0.2, 0.4
"""What words of the frame («провести семинар по …») and of nearly every request («город») keep of their weight."""
BY_WORDS = 0.7
"""The share of words in likeness; the rest is the direction of meaning."""
OTHER_ACT, LAW_OR_NOT = 0.8, 0.7
"""What likeness keeps where one asks for another act, and where only one wants the law changed."""

_USUAL = {"discussion": "share", "training": "teach", "conference": "meet"}
"""What an answer to the question asks for where it does not say."""

Table = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matters:
    """Requests weighed by what they are about, with the acts that they ask for."""

    weighed: Weighed
    acts: NDArray[np.uint8]
    """One bit for each act."""

    def taken(self, requests: Sequence[int]) -> Matters:
        """Some of the requests, with the words of all."""
        return Matters(self.weighed.taken(requests), self.acts[np.asarray(requests, dtype=np.int64)])


def matters(texts: Sequence[str], kinds: Sequence[str], engine: Engine) -> Matters:
    """Requests with the kinds of the questions that they answer."""
    weighed = _about_the_matter(engine.weigh(texts), engine.vocabulary)
    return Matters(weighed, _acts(weighed, kinds, engine.vocabulary))


def sameness(first: Matters, second: Matters, pairs: WordPairs | None = None) -> Table:
    """Every one of the first with every one of the second, 0…1; ``pairs`` are those of their words, where known."""
    found = likeness(first.weighed, second.weighed, pairs)
    # Both ways: one word of a long request («наставник») is not what that is about. The lesser of the two would part
    # a short request from the same one told at length.
    words: Table = found.covered * found.covering
    np.sqrt(words, out=words)
    if first.weighed.directions is not None:
        words *= BY_WORDS
        words += (1 - BY_WORDS) * np.maximum(found.cosine, 0)
    words *= _factors(first.acts, second.acts)
    return words


def _about_the_matter(weighed: Weighed, vocabulary: Vocabulary) -> Weighed:
    """The same with the weights of frame words cut, also in the directions of the statements."""
    kept = _lemmas(vocabulary).kept
    weights = weighed.weights * np.asarray([kept(word.lemma) for word in weighed.words], dtype=np.float32)
    return replace(weighed, weights=weights, masses=weights)


class _Lemmas:
    """What the vocabulary says of lemmas; remembered. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = vocabulary.connections["asks"]
        self._frame, self._weak = Patterns(words["frame"]), Patterns(words["weak"])
        acts = vocabulary.connections["acts"]
        self.bits = {act: 1 << place for place, act in enumerate(acts)}
        self._patterns = [(self.bits[act], Patterns(own)) for act, own in acts.items()]
        self.kept = lru_cache(maxsize=_MOST_KNOWN)(self._kept)
        """What a word keeps of its weight."""
        self.acts = lru_cache(maxsize=_MOST_KNOWN)(self._acts)
        """The acts that a word asks for, a bit each."""

    def _kept(self, lemma: str) -> float:
        return FRAME if self._frame(lemma) else WEAK if self._weak(lemma) else 1.0

    def _acts(self, lemma: str) -> int:
        return sum(bit for bit, fits in self._patterns if fits(lemma))


_MOST_KNOWN = 60_000


@lru_cache(maxsize=4)
def _lemmas(vocabulary: Vocabulary) -> _Lemmas:
    return _Lemmas(vocabulary)


def _acts(weighed: Weighed, kinds: Sequence[str], vocabulary: Vocabulary) -> NDArray[np.uint8]:
    lemmas = _lemmas(vocabulary)
    of_word = [lemmas.acts(word.lemma) for word in weighed.words]
    usual = {kind: lemmas.bits[act] for kind, act in _USUAL.items()}
    found = []
    for row, kind in zip(weighed.rows, kinds, strict=True):
        asked = 0
        for word in row:
            asked |= of_word[word]
        found.append(asked or usual.get(kind, 0))
    return np.asarray(found, dtype=np.uint8)


def _factors(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Table:
    # Of each two sets of acts once: there are few.
    kinds, places = np.unique(first, return_inverse=True)
    their_kinds, their_places = np.unique(second, return_inverse=True)
    one, other = kinds[:, None], their_kinds[None, :]
    law = np.uint8(1)  # The first act of the vocabulary.
    apart = (one != 0) & (other != 0) & ((one & other) == 0)
    found = np.where(apart, np.where((one & law) != (other & law), LAW_OR_NOT, OTHER_ACT), 1.0).astype(np.float32)
    factors: Table = found[places][:, their_places]
    return factors
