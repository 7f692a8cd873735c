"""The scoring said again in plain words, passage by passage: what the columns must agree with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from indexer.index.columns import HEADING, K1, ZONE_B, ZONE_WEIGHTS
from indexer.index.extracts import heading_of
from indexer.language.analysis import Analyzer
from indexer.model import Report


class Reference:
    """BM25F over text, question and heading of every passage."""

    def __init__(self, reports: Sequence[Report], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._zones: dict[str, list[list[tuple[str, ...]]]] = {}
        for report in reports:
            for passage in report.passages:
                zones = (passage.text, passage.question or "", heading_of(report))
                self._zones[passage.id] = [self._read(zone) for zone in zones]
        self._means = [self._mean(zone) for zone in range(3)]
        self._frequency: Counter[str] = Counter()
        for zones in self._zones.values():
            self._frequency.update({lemma for zone in zones for position in zone for lemma in position})

    def _read(self, text: str) -> list[tuple[str, ...]]:
        return [tuple(lemma for lemma, _ in form.lemmas) for form, _, _ in self._analyzer.forms(text)]

    def _mean(self, zone: int) -> float:
        filled = [len(zones[zone]) for zones in self._zones.values() if zones[zone]]
        # Means are taken to a sixty-fourth of an octave.
        return 2.0 ** (round(math.log2(sum(filled) / len(filled)) * 64) / 64) if filled else 1.0

    def idf(self, lemma: str) -> float:
        """Lucene's idf."""
        count = self._frequency[lemma]
        return math.log(1 + (len(self._zones) - count + 0.5) / (count + 0.5))

    def impacts(self, lemma: str) -> dict[str, float]:
        """Passage → what it gains from a lemma; negative where its heading alone has it."""
        found: defaultdict[str, float] = defaultdict(float)
        for identity, zones in self._zones.items():
            for number, zone in enumerate(zones):
                norm = 1 - ZONE_B[number] + ZONE_B[number] * len(zone) / self._means[number]
                found[identity] += sum(lemma in position for position in zone) * ZONE_WEIGHTS[number] / norm
        return {
            identity: self.idf(lemma) * frequency * (K1 + 1) / (frequency + K1) * self._said(lemma, identity)
            for identity, frequency in found.items()
            if frequency
        }

    def _said(self, lemma: str, identity: str) -> int:
        own = self._zones[identity][:HEADING]
        return 1 if any(lemma in position for zone in own for position in zone) else -1

    def phrase(self, lemmas: Sequence[str]) -> set[str]:
        """Passages with the lemmas next to each other in one zone."""
        return {
            identity
            for identity, zones in self._zones.items()
            for zone in zones
            for start in range(len(zone) - len(lemmas) + 1)
            if all(lemma in zone[start + place] for place, lemma in enumerate(lemmas))
        }
