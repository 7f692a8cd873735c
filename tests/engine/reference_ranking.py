"""The signals of the ranking said again in plain words, passage by passage."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from indexer.index.columns import K1, ZONE_WEIGHTS
from indexer.index.extracts import heading_of
from indexer.language.analysis import Analyzer
from indexer.language.forms import Form
from indexer.model import Report
from search_app.engine.matching.match import Concept
from search_app.engine.matching.ranking import COVERAGE_WEIGHT, EXACT_WEIGHT, GRAM_WEIGHT, NEAR_UP_TO, NEAR_WEIGHT


class RankingReference:
    """What passages gain over their BM25F score."""

    def __init__(self, reports: Sequence[Report], analyzer: Analyzer) -> None:
        self._zones: dict[str, list[list[Form]]] = {}
        for report in reports:
            for passage in report.passages:
                texts = (passage.text, passage.question or "", heading_of(report))
                self._zones[passage.id] = [[form for form, _, _ in analyzer.forms(text)] for text in texts]
        # One sign stands between zones, and counts.
        lengths = {identity: sum(len(zone) + 1 for zone in zones) for identity, zones in self._zones.items()}
        mean = max(1.0, sum(lengths.values()) / len(lengths))
        self._norms = {identity: 0.5 + 0.5 * length / mean for identity, length in lengths.items()}
        forms = [form for zones in self._zones.values() for zone in zones for form in zone]
        self._spellings = Counter(spelling for form in forms for spelling in form.exact)
        self._grams: Counter[str] = Counter()
        for spelling, count in self._spellings.items():
            for gram in grams(spelling):
                self._grams[gram] += count
        self._lemmas = Counter(
            lemma
            for zones in self._zones.values()
            for lemma in {lemma for zone in zones for form in zone for lemma, _ in form.lemmas}
        )

    def gains(self, identity: str, concepts: Sequence[Concept], lemmas: Sequence[str]) -> float:
        """What a passage gains; ``lemmas`` are the strings that the concepts' numbers stand for."""
        typed = {spelling for concept in concepts for spelling in concept.spellings}
        exact = self._bm25(identity, [(s, self._spellings[s]) for s in typed], lambda form: form.exact)
        asked = {gram for concept in concepts if concept.spellings for gram in grams(concept.spellings[0])}
        shared = self._bm25(identity, [(g, self._grams[g]) for g in asked], lambda form: grams(form.exact[0]))
        sought = [{lemmas[number] for number, _ in c.lemmas} for c in concepts if c.shown and c.lemmas]
        masses = [max(self._idf(self._lemmas[lemma]) for lemma in words) for words in sought]
        hits = [_hits(zone, sought) for zone in self._zones[identity]]
        near = _near(hits, masses) if 2 <= len(sought) <= NEAR_UP_TO else 0.0
        coverage = sum(masses[owner] for owner in {owner for zone in hits for _, owner in zone})
        return EXACT_WEIGHT * exact + GRAM_WEIGHT * shared + NEAR_WEIGHT * near + COVERAGE_WEIGHT * coverage

    def _bm25(self, identity: str, sought: Iterable[tuple[str, int]], things: Callable[[Form], Sequence[str]]) -> float:
        """BM25 of things that occur so often in the archive."""
        total = 0.0
        for thing, count in sought:
            frequency = sum(
                ZONE_WEIGHTS[number] * sum(things(form).count(thing) for form in zone)
                for number, zone in enumerate(self._zones[identity])
            )
            weight = self._idf(len(self._zones) * -math.expm1(-count / len(self._zones))) if count else 0.0
            total += weight * frequency * (K1 + 1) / (frequency + K1 * self._norms[identity])
        return total

    def _idf(self, frequency: float) -> float:
        return math.log1p((len(self._zones) - frequency + 0.5) / (frequency + 0.5))


def _hits(zone: Sequence[Form], sought: Sequence[set[str]]) -> list[tuple[int, int]]:
    """Where words of the query stand, and which: a word that is several of them is the last."""
    owners = [[n for n, words in enumerate(sought) if words & {w for w, _ in form.lemmas}] for form in zone]
    return [(place, own[-1]) for place, own in enumerate(owners) if own]


def _near(hits: Sequence[Sequence[tuple[int, int]]], masses: Sequence[float]) -> float:
    """Neighbouring words of the query, if they are different ones: the closer the better, saturated."""
    closeness = sum(
        min(masses[first], masses[second]) / (after - before) ** 2
        for zone in hits
        for (before, first), (after, second) in zip(zone, zone[1:], strict=False)
        if first != second
    )
    whole = sum(masses)
    return whole * closeness / (closeness + whole) if whole else 0.0


def grams(word: str) -> list[str]:
    """Four letters at a time, the word's borders included."""
    bounded = f"\2{word}\3".ljust(4, "\0")
    return [bounded[place : place + 4] for place in range(len(bounded) - 3)]
