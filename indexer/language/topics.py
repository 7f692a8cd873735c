"""Which topics of the vocabulary a passage is about."""

from __future__ import annotations

from indexer.language.phrases import LemmaReader, PhraseMatcher
from indexer.vocabulary import Vocabulary

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
