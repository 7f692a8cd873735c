"""The requests of the answers that pass some filters: which statements ask was told when the reports were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from indexer.model import ASKING_KINDS as KINDS
from indexer.model import KIND_CONFERENCE
from indexer.vocabulary import Vocabulary
from search_app.connections.cutting import asks
from search_app.engine.door import Engine, FoundAnswer
from search_app.request.addresses import passage_url
from search_app.request.model import SearchRequest

__all__ = ["KINDS", "Ask", "Asked", "asked_in", "asks_of"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, as it stands in an answer: thousands are made for a page, and most of them nobody reads."""

    answer: FoundAnswer
    place: tuple[int, int]
    """Where it stands in the answer's text, ``[start, end)``."""
    bare: bool
    """A mere «да» to the question whether a conference is worth holding."""

    @property
    def text(self) -> str:
        """As it stands there, without what separates it from the next."""
        start, end = self.place
        return self.answer.passage.text[start:end].rstrip(" ;,")

    @property
    def passage_id(self) -> str:
        """Of the answer."""
        return self.answer.passage.id

    @property
    def fingerprint(self) -> str:
        """Of the answer's text."""
        return self.answer.passage.fingerprint

    @property
    def url(self) -> str:
        """Of the answer in its report."""
        return passage_url(self.answer.report.id, self.answer.passage.position)

    @property
    def city(self) -> str | None:
        """Who asks."""
        return self.answer.report.city

    @property
    def year(self) -> int | None:
        """The reported year."""
        return self.answer.report.year

    @property
    def section(self) -> str | None:
        """Of the report."""
        return self.answer.report.section

    @property
    def file(self) -> str:
        """The report's source."""
        return self.answer.report.source

    @property
    def kind(self) -> str:
        """Of the question that is answered."""
        return self.answer.passage.kind

    @property
    def question(self) -> str | None:
        """That question."""
        return self.answer.passage.question


@dataclass(frozen=True, slots=True)
class Asked:
    """What some answers ask for."""

    asks: tuple[Ask, ...]
    blank: int
    """Answers that ask for nothing."""


def asked_in(request: SearchRequest, engine: Engine) -> Asked:
    """All requests of the answers that pass the filters, newest year first."""
    kinds = tuple(kind for kind in request.kind if kind in KINDS) or KINDS
    return asked_at(engine.numbers(replace(request, kind=kinds)), engine)


def asked_at(numbers: Iterable[int], engine: Engine) -> Asked:
    """All requests of the answers behind some handles, in their order."""
    found: list[Ask] = []
    blank = 0
    for answer in engine.answers_at(numbers):
        own = asks_of(answer, engine.vocabulary)
        found += own
        blank += not own
    return Asked(tuple(found), blank)


def asks_of(answer: FoundAnswer, vocabulary: Vocabulary) -> list[Ask]:
    """The requests of one answer."""
    passage = answer.passage
    if passage.blank:
        return []
    if passage.kind != KIND_CONFERENCE:
        return [Ask(answer, place, bare=False) for place in passage.asks]
    is_yes = asks(vocabulary).is_yes
    return [Ask(answer, (start, end), bare=is_yes(passage.text[start:end])) for start, end in passage.asks]
