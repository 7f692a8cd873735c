"""How an answer speaks of other cities: of each the most telling statement, with its place and tone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from indexer.language.analysis import Analyzer
from indexer.language.statements import statements
from indexer.model import NEUTRAL, Remark
from indexer.report.cities import CityRules
from indexer.report.mentions import Mention, MentionFinder
from indexer.report.names import CityNames
from indexer.report.tones import ToneJudge
from indexer.vocabulary import ConnectionWords, Vocabulary


class Remarks:
    """Finds mentions and judges them."""

    def __init__(self, finder: MentionFinder, words: ConnectionWords) -> None:
        self._finder = finder
        self._judge = ToneJudge(words)

    def cities(self, text: str, own: str | None) -> tuple[str, ...]:
        """The cities of these remarks, without judging them."""
        return tuple(dict.fromkeys(mention.name for mention in self._finder.mentions(text, own)))

    def of(self, text: str, own: str | None, kind: str) -> tuple[Remark, ...]:
        """One remark for each city that an answer of the city ``own`` mentions, in order of appearance.

        Of several statements about a city the first that judges it counts, else the first.
        """
        found = self._finder.mentions(text, own)
        if not found:
            return ()
        chosen: dict[str, Remark] = {}
        for remark in self._judged(text, found, kind):
            known = chosen.setdefault(remark.city, remark)
            if known.tone == NEUTRAL and remark.tone != NEUTRAL:
                chosen[remark.city] = remark
        return tuple(chosen.values())

    def _judged(self, text: str, mentions: Sequence[Mention], kind: str) -> Iterator[Remark]:
        starts = [mention.start for mention in mentions]
        for statement in statements(text):
            named = mentions[bisect_left(starts, statement.start) : bisect_left(starts, statement.end)]
            if not named:
                continue
            spans = [(mention.start - statement.start, mention.end - statement.start) for mention in named]
            tones = self._judge.tones(statement.text, statement.lead, spans, kind)
            for mention, tone in zip(named, tones, strict=True):
                yield Remark(mention.name, tone, statement.start, statement.end)


def remarks_of(vocabulary: Vocabulary, analyzer: Analyzer) -> Remarks:
    """What reads remarks with the words of a vocabulary."""
    names = CityNames(vocabulary.cities, vocabulary.report.city_titles)
    return Remarks(MentionFinder(vocabulary, analyzer, CityRules(vocabulary, analyzer, names)), vocabulary.connections)
