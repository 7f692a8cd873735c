"""Queries of one to five words, phrases and beginnings of words, drawn from the archive itself; always the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.language.analysis import Analyzer
from indexer.model import Report
from tests.benchmarks.rows import Lemmas

BANDS = ((0.05, 0.30), (0.005, 0.05), (0.0005, 0.005), (0.00005, 0.0005))
"""Shares of passages that a word stands in: from «город» to a word of one letter in ten thousand."""

PLAIN, PHRASES, PREFIXES = 200, 60, 60
_SAMPLED = 2000
"""Passages that words are drawn from: the bands are then those of the whole archive, near enough."""
_WORD = re.compile(r"[а-яё]{3,}", re.IGNORECASE)
_LEAST = 5
"""Words of fewer passages of the sampled ones' archive are typing slips, not queries."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query: as a user types it, and its lemmas for the peers."""

    words: tuple[str, ...]
    lemmas: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words with blanks between."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class QuerySet:
    """All queries of a run."""

    plain: tuple[Query, ...]
    phrases: tuple[Query, ...]
    """Adjacent words of some passage."""
    prefixes: tuple[Query, ...]
    """One beginning of a word each, in words and lemmas alike."""


def draw_queries(reports: Iterable[Report], analyzer: Analyzer) -> QuerySet:
    """Queries drawn from the given reports; a few thousand passages are enough."""
    return _Drawing(reports, analyzer).queries()


class _Drawing:
    def __init__(self, reports: Iterable[Report], analyzer: Analyzer) -> None:
        self._lemmas = Lemmas(analyzer)
        self._random = np.random.default_rng(5)
        self._texts = [passage.text for report in reports for passage in report.passages]
        self._of_word: dict[str, str] = {}
        frequencies: Counter[str] = Counter()
        for text in self._texts:
            frequencies.update({lemma for word in _WORD.findall(text) if (lemma := self._lemma(word))})
        self._shares = {lemma: count / len(self._texts) for lemma, count in frequencies.items() if count >= _LEAST}

    def queries(self) -> QuerySet:
        picked = self._random.permutation(len(self._texts))[:_SAMPLED].tolist()
        texts = [self._texts[number] for number in picked]
        return QuerySet(
            plain=tuple(self._plain(texts, 1 + number % 5, number // 5 % 2 == 0) for number in range(PLAIN)),
            phrases=tuple(self._phrase(texts, 2 + number % 2) for number in range(PHRASES)),
            prefixes=tuple(self._prefix(texts, 3 + number % 3) for number in range(PREFIXES)),
        )

    def _lemma(self, word: str) -> str:
        """The only lemma of a word; nothing for a compound."""
        lemma = self._of_word.get(word)
        if lemma is None:
            found = self._lemmas.of(word)
            lemma = self._of_word[word] = found[0] if len(found) == 1 else ""
        return lemma

    def _plain(self, texts: Sequence[str], size: int, together: bool) -> Query:
        """Words of different bands; ``together`` of one passage, as those who look for something real type them."""
        while True:
            source = self._any(texts) if together else " ".join(self._any(texts) for _ in range(6))
            words = [self._banded(source, BANDS[int(self._random.integers(len(BANDS)))]) for _ in range(size)]
            found = tuple(dict.fromkeys(word.lower() for word in words if word))
            lemmas = tuple(self._lemma(word) for word in found)
            if len(set(lemmas)) == size:
                return Query(found, lemmas)

    def _banded(self, text: str, band: tuple[float, float]) -> str:
        """Any word of a text whose frequency lies within the band; nothing if there is none."""
        low, high = band
        words = [word for word in _WORD.findall(text) if low <= self._shares.get(self._lemma(word), 0.0) < high]
        return self._any(words) if words else ""

    def _phrase(self, texts: Sequence[str], size: int) -> Query:
        while True:
            words = self._any(texts).split()
            start = int(self._random.integers(max(len(words) - size, 1)))
            run = [word.lower() for word in words[start : start + size]]
            lemmas = tuple(self._lemma(word) for word in run if _WORD.fullmatch(word))
            if len(lemmas) == size and all(lemma in self._shares for lemma in lemmas):
                return Query(tuple(run), lemmas)

    def _prefix(self, texts: Sequence[str], letters: int) -> Query:
        while True:
            word = self._any(_WORD.findall(self._any(texts)) or [""])
            lemma = self._lemma(word)
            if len(lemma) > letters and word.lower().startswith(lemma[:letters]) and lemma in self._shares:
                return Query((lemma[:letters],), (lemma[:letters],))

    def _any(self, choices: Sequence[str]) -> str:
        return choices[int(self._random.integers(len(choices)))]
