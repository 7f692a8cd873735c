"""The requests of the answers that pass some filters: which statements ask was told when the reports were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from indexer.model import ASKING_KINDS as KINDS
from indexer.model import KIND_CONFERENCE, Passage
from indexer.vocabulary import Vocabulary
from search_app.connections.cutting import asks
from search_app.engine.door import Engine, FoundAnswer
from search_app.request.addresses import passage_url
from search_app.request.model import SearchRequest

__all__ = ["KINDS", "Ask", "Asked", "asked_in", "asks_of"]


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
    question: str | None
    file: str
    answer: Passage = field(compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        """Of the answer's text; few ask for it."""
        return self.answer.fingerprint


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
    passage, report = answer.passage, answer.report
    if passage.blank:
        return []
    texts = [passage.text[start:end].rstrip(" ;,") for start, end in passage.asks]
    return [
        Ask(
            passage_id=passage.id,
            url=passage_url(report.id, passage.position),
            city=report.city,
            year=report.year,
            section=report.section,
            kind=passage.kind,
            text=text,
            bare=passage.kind == KIND_CONFERENCE and asks(vocabulary).is_yes(text),
            question=passage.question,
            file=report.source,
            answer=passage,
        )
        for text in texts
    ]
