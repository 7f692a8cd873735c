"""Weighted lemma phrases of the vocabulary found in texts: what topics and sections are told by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from indexer.analysis import Analyzer
from indexer.vocabulary import Phrase

Lemmas = Sequence[tuple[str, ...]]
"""The lemmas at each position of a text."""


_MOST_KNOWN = 30_000
"""Spellings remembered; the common ones come back at once after a clearing."""


class LemmaReader:
    """Texts as lemmas by position, each spelling looked up once."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._known: dict[str, tuple[tuple[str, ...], ...]] = {}

    def lemmas(self, text: str) -> Lemmas:
        """All plausible lemmas of every position of the text, in order."""
        found: list[tuple[str, ...]] = []
        for chunk in self._analyzer.chunks(text):
            positions = self._known.get(chunk)
            if positions is None:
                forms = self._analyzer.chunk(chunk)
                positions = tuple(tuple(lemma for lemma, _ in form.lemmas) for form in forms)
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[chunk] = positions
            found.extend(positions)
        return found


class PhraseMatcher:
    """Counts whose phrases stand in a text: the words next to each other, in any form, in their order."""

    def __init__(self, owners: Mapping[str, Iterable[Phrase]]) -> None:
        self._phrases: list[tuple[str, float]] = []
        self._by_first: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for owner, phrases in owners.items():
            for phrase in phrases:
                self._by_first.setdefault(phrase.words[0], []).append((phrase.words[1:], len(self._phrases)))
                self._phrases.append((owner, phrase.weight))

    def sums(self, lemmas: Lemmas) -> dict[str, float]:
        """Owner → the sum of the weights of its distinct phrases in the text."""
        found: dict[str, float] = {}
        for number in self._matched(lemmas):
            owner, weight = self._phrases[number]
            found[owner] = found.get(owner, 0.0) + weight
        return found

    def scores(self, lemmas: Lemmas) -> dict[str, float]:
        """Owner → its weights summed, a repeated phrase counting by the logarithm of its number."""
        found: dict[str, float] = {}
        for number, count in self._matched(lemmas).items():
            owner, weight = self._phrases[number]
            found[owner] = found.get(owner, 0.0) + weight * (1 + math.log(count))
        return found

    def longest(self, lemmas: Lemmas) -> str | None:
        """The owner of the heaviest phrase in the text; of equally heavy ones the longest, then the first."""
        found = [(self._phrases[number][1], length, -start, number) for start, length, number in self._places(lemmas)]
        return self._phrases[max(found)[3]][0] if found else None

    def without(self, lemmas: Lemmas) -> Lemmas:
        """The text with the positions of all phrases emptied."""
        hidden = {at for start, length, _ in self._places(lemmas) for at in range(start, start + length)}
        return [() if at in hidden else readings for at, readings in enumerate(lemmas)]

    def _matched(self, lemmas: Lemmas) -> Counter[int]:
        return Counter(number for _, _, number in self._places(lemmas))

    def _places(self, lemmas: Lemmas) -> Iterator[tuple[int, int, int]]:
        """Start, length and number of every phrase that stands in the text."""
        for start, readings in enumerate(lemmas):
            for lemma in readings:
                for rest, number in self._by_first.get(lemma, ()):
                    if _follows(lemmas, start + 1, rest):
                        yield start, 1 + len(rest), number


def _follows(lemmas: Lemmas, position: int, rest: Sequence[str]) -> bool:
    if position + len(rest) > len(lemmas):
        return False
    return all(word in lemmas[position + offset] for offset, word in enumerate(rest))
