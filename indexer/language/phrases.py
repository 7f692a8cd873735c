"""Weighted lemma phrases of the vocabulary found in texts: what topics and sections are told by; topics, too."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from indexer.language.analysis import Analyzer
from indexer.language.spelling import MAX_CHUNK
from indexer.vocabulary import Phrase, Vocabulary

Lemmas = Sequence[tuple[str, ...]]
"""The lemmas at each position of a text."""


_MOST_KNOWN = 300_000
"""Spellings remembered, 0.2 KB each: twenty years of reports have 250,000, and few of them are common."""
_TELLS_NOTHING: tuple[tuple[str, ...], ...] = ((),)


class LemmaReader:
    """Texts as lemmas by position, each spelling looked up once; lemmas that no phrase has are left out."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._known = _Spellings(analyzer)

    def watch(self, lemmas: Iterable[str]) -> None:
        """From now on these lemmas are told, too."""
        self._known.telling.update(lemmas)
        self._known.clear()

    def lemmas(self, text: str) -> Lemmas:
        """The plausible lemmas of every position of the text, in order: those that are watched."""
        return list(chain.from_iterable(map(self._known.__getitem__, self._analyzer.chunks(text))))


class _Spellings(dict[str, Lemmas]):
    """Chunk → the telling lemmas at its positions; ``[]`` looks unseen chunks up."""

    def __init__(self, analyzer: Analyzer) -> None:
        super().__init__()
        self.telling: set[str] = set()
        self._analyzer = analyzer

    def __missing__(self, chunk: str) -> Lemmas:
        positions = self._analyzer.readings(chunk)
        found = tuple(tuple(filter(self.telling.__contains__, lemmas)) for lemmas in positions)
        if found == _TELLS_NOTHING:
            # Nearly all are like this: one object for them keeps the table small.
            found = _TELLS_NOTHING
        if len(chunk) <= MAX_CHUNK:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[chunk] = found
        return found


class PhraseMatcher:
    """Counts whose phrases stand in a text: the words next to each other, in any form, in their order."""

    def __init__(self, owners: Mapping[str, Iterable[Phrase]], reader: LemmaReader) -> None:
        """``reader`` is the one that reads the texts."""
        self._phrases: list[tuple[str, float]] = []
        self._by_first: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for owner, phrases in owners.items():
            for phrase in phrases:
                self._by_first.setdefault(phrase.words[0], []).append((phrase.words[1:], len(self._phrases)))
                self._phrases.append((owner, phrase.weight))
                reader.watch(phrase.words)

    def sums(self, lemmas: Lemmas) -> dict[str, float]:
        """Owner → the sum of the weights of its distinct phrases in the text."""
        found: dict[str, float] = {}
        for number in dict.fromkeys(number for _, _, number in self._places(lemmas)):
            owner, weight = self._phrases[number]
            found[owner] = found.get(owner, 0.0) + weight
        return found

    def told(self, lemmas: Lemmas) -> dict[str, list[tuple[float, int, int]]]:
        """Owner → its phrases in the text: weight, position and length of the first.

        A repeated phrase weighs by the logarithm of its number.
        """
        first: dict[int, tuple[int, int]] = {}
        counts: Counter[int] = Counter()
        for start, length, number in self._places(lemmas):
            first.setdefault(number, (start, length))
            counts[number] += 1
        found: dict[str, list[tuple[float, int, int]]] = {}
        for number, count in counts.items():
            owner, weight = self._phrases[number]
            found.setdefault(owner, []).append((weight * (1 + math.log(count)), *first[number]))
        return found

    def longest(self, lemmas: Lemmas) -> str | None:
        """The owner of the heaviest phrase in the text; of equally heavy ones the longest, then the first.

        What stands within another phrase is only a part of it: «физическая культура» names no «культура».
        """
        found: list[tuple[float, int, int, int]] = []
        end, widest = 0, (0, 0)
        for start, length, number in sorted(self._places(lemmas), key=lambda place: (place[0], -place[1])):
            if start + length > end:
                end, widest = start + length, (start, length)
            if (start, length) == widest:
                found.append((self._phrases[number][1], length, -start, number))
        return self._phrases[max(found)[3]][0] if found else None

    def without(self, lemmas: Lemmas) -> Lemmas:
        """The text with the positions of all phrases emptied."""
        hidden = {at for start, length, _ in self._places(lemmas) for at in range(start, start + length)}
        return [() if at in hidden else readings for at, readings in enumerate(lemmas)]

    def _places(self, lemmas: Lemmas) -> Iterator[tuple[int, int, int]]:
        """Start, length and number of every phrase that stands in the text."""
        phrases = self._by_first
        behind = len(lemmas) - 1
        begun = [(start, lemma) for start, readings in enumerate(lemmas) for lemma in readings if lemma in phrases]
        for start, lemma in begun:
            for rest, number in phrases[lemma]:
                # Nearly always the second word already differs.
                if not rest or (start < behind and rest[0] in lemmas[start + 1] and _follows(lemmas, start + 1, rest)):
                    yield start, 1 + len(rest), number


def _follows(lemmas: Lemmas, position: int, rest: Sequence[str]) -> bool:
    if position + len(rest) > len(lemmas):
        return False
    return all(word in lemmas[position + offset] for offset, word in enumerate(rest))


ENOUGH = 2.0
"""One unmistakable phrase weighs this much; doubtful ones must come together."""


class TopicFinder:
    """Finds the topics of texts."""

    def __init__(self, vocabulary: Vocabulary, reader: LemmaReader) -> None:
        self._reader = reader
        self._matcher = PhraseMatcher({topic.name: topic.phrases for topic in vocabulary.topics}, reader)

    def topics(self, text: str) -> tuple[str, ...]:
        """Names of the topics whose phrases weigh enough in the text, the heaviest first."""
        sums = self._matcher.sums(self._reader.lemmas(text))
        found = sorted(
            ((weight, name) for name, weight in sums.items() if weight >= ENOUGH), key=lambda x: (-x[0], x[1])
        )
        return tuple(name for _, name in found)
