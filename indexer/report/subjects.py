"""What an answer speaks of beyond its words: topics, other cities and how it speaks of them, what it asks for."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

from indexer.language.analysis import Analyzer
from indexer.language.phrases import LemmaReader, TopicFinder
from indexer.model import Passage, Report
from indexer.report.asks import Asks
from indexer.report.cities import CityRules
from indexer.report.mentions import MentionFinder
from indexer.report.remarks import Remarks
from indexer.vocabulary import Vocabulary


class Depth(IntEnum):
    """How closely the answers are looked at: it is most of the work, and who only lists files needs none of it."""

    OUTLINE = 0
    """Whose reports, and their answers."""
    NAMED = 1
    """Also the topics of the answers, and the cities that they mention."""
    WHOLE = 2
    """Also how they speak of these cities, and what they ask for: all that an index holds."""


class Subjects:
    """Looks at the answers of reports. Holds the vocabulary's rules compiled."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer, reader: LemmaReader, cities: CityRules) -> None:
        """``reader`` and ``cities`` are those that the section and the city were told with."""
        self._topics = TopicFinder(vocabulary, reader)
        self._remarks = Remarks(MentionFinder(vocabulary, analyzer, cities), vocabulary.connections)
        self._asks = Asks(vocabulary.connections, analyzer)

    def told(self, report: Report, depth: Depth) -> Report:
        """The report with what its answers speak of."""
        if depth == Depth.OUTLINE:
            return report
        look = self._named if depth == Depth.NAMED else self._whole
        return replace(report, passages=tuple(look(passage, report.city) for passage in report.passages))

    def _named(self, passage: Passage, city: str | None) -> Passage:
        topics = () if passage.blank else self._topics.topics(passage.text)
        mentions = self._remarks.cities(passage.text, city)
        return replace(passage, topics=topics, mentions=mentions) if topics or mentions else passage

    def _whole(self, passage: Passage, city: str | None) -> Passage:
        text = passage.text
        topics = () if passage.blank else self._topics.topics(text)
        remarks = self._remarks.of(text, city, passage.kind)
        asks = () if passage.blank else self._asks.places(text, passage.kind)
        if not (topics or remarks or asks):
            return passage
        mentions = tuple(remark.city for remark in remarks)
        return replace(passage, topics=topics, mentions=mentions, remarks=remarks, asks=asks)
