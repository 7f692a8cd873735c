"""Answers to the four questions about wishes, cut into the sentences and list items that ask for something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.language.statements import LEAD, Statement, statements
from indexer.vocabulary import Vocabulary
from search_app.connections.patterns import Patterns
from search_app.engine.door import Engine, FoundAnswer
from search_app.request.addresses import passage_url
from search_app.request.model import SearchRequest

KINDS = ("help", "discussion", "training", "conference")
"""The questions whose answers ask."""

_TOPICS = ("discussion", "training")
"""Here every item is a wish: nobody writes «просим обсудить» before each."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FINITE = frozenset(("VERB", "PRTS", "ADJS", "PRED"))


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, as it stands in an answer."""

    passage_id: str
    url: str
    city: str | None
    year: int | None
    section: str | None
    kind: str
    text: str
    bare: bool
    """A mere «да» to the question whether a conference is worth holding."""
    fingerprint: str
    """Of the answer's text."""
    question: str | None
    file: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What some answers ask for."""

    asks: tuple[Ask, ...]
    blank: int
    """Answers that ask for nothing."""


def asked_in(request: SearchRequest, engine: Engine) -> Asked:
    """All requests of the answers that pass the filters, newest year first."""
    kinds = tuple(kind for kind in request.kind if kind in KINDS) or KINDS
    asks: list[Ask] = []
    blank = 0
    for number in engine.numbers(replace(request, kind=kinds)):
        found = asks_of(engine.answer_at(number), engine.vocabulary)
        asks += found
        blank += not found
    return Asked(tuple(asks), blank)


def asks_of(answer: FoundAnswer, vocabulary: Vocabulary) -> list[Ask]:
    """The requests of one answer."""
    passage, report = answer.passage, answer.report
    if passage.blank:
        return []
    judge = _judge(vocabulary)
    return [
        Ask(
            passage_id=passage.id,
            url=passage_url(report.id, passage.position),
            city=report.city,
            year=report.year,
            section=report.section,
            kind=passage.kind,
            text=statement.text.strip(),
            bare=passage.kind == "conference" and judge.is_yes(statement.text),
            fingerprint=passage.fingerprint,
            question=passage.question,
            file=report.source,
        )
        for statement in judge.asking(passage.text, passage.kind)
    ]


@lru_cache(maxsize=4)
def _judge(vocabulary: Vocabulary) -> _Judge:
    return _Judge(vocabulary, shared_analyzer(vocabulary))


class _Judge:
    """Tells what asks from what does not."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer) -> None:
        words = vocabulary.connections["asks"]
        self._asks_outright = Patterns(words["outright"])
        self._asks = Patterns(words["asking"])
        self._tells = Patterns(words["telling"])
        self._affirms = Patterns(words["affirming"])
        self._denies = Patterns((*words["denying"], *words["affirming"]))
        self._part = lru_cache(maxsize=20_000)(analyzer.part_of_speech)

    def is_yes(self, text: str) -> bool:
        """Whether a text says «да» and nothing else."""
        return self._is_yes(_words(text))

    def asking(self, text: str, kind: str) -> Sequence[Statement]:
        """The statements of an answer that ask for something; all that say something where none is seen to ask."""
        found = [(one, _words(one.text)) for one in statements(text) if one.kind != LEAD]
        said = [(one, words) for one, words in found if words and not self._is_no(words)]
        more = [(one, words) for one, words in said if not self._is_yes(words)]
        if not more:
            return [one for one, _ in said[:1]] if kind == "conference" else []
        chosen = [one for one, words in more if self._is_ask(one, words, kind)]
        if chosen:
            return chosen
        # «Да. Барнаул готов принять участников у себя.»
        return [one for one, _ in (said[:1] if kind == "conference" and len(said) > len(more) else self._told(more))]

    def _told(self, said: Iterable[tuple[Statement, list[str]]]) -> list[tuple[Statement, list[str]]]:
        """What is left when nothing asks outright, but for thanks."""
        return [(one, words) for one, words in said if not any(map(self._tells, words))]

    def _is_yes(self, words: list[str]) -> bool:
        return all(map(self._affirms, words))

    def _is_no(self, words: list[str]) -> bool:
        return all(map(self._denies, words)) and not self._is_yes(words)

    def _is_ask(self, one: Statement, words: list[str], kind: str) -> bool:
        outright = any(map(self._asks_outright, words))
        if any(map(self._tells, words)):
            return outright
        if outright or any(map(self._asks, words)) or (one.lead and any(map(self._asks, _words(one.lead)))):
            return True
        if kind not in _TOPICS and "не" in words:
            return False  # «Одному городу это не по силам.»
        parts = [self._part(word) for word in words]
        # «Провести учение», «Как убирать снег», «Обмен исходным кодом»; not «Нынешние отчёты несопоставимы».
        return kind in _TOPICS or "INFN" in parts or not any(part in _FINITE for part in parts)


def _words(text: str) -> list[str]:
    return [word.lower().replace("ё", "е") for word in _WORD.findall(text)]
