"""Who mentions a city, and whom it mentions: other cities' names in answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine
from search_app.request.addresses import city_url, passage_url
from search_app.wording.labels import value_label

LINKS = 5
SHOWN = 12
"""Newest places shown of each of the most mentioned cities; of the others one, or seventy cities fill the page."""


@dataclass(frozen=True, slots=True)
class Place:
    """One answer with a mention."""

    year: str
    url: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """The other city with the answers that make the tie."""

    city: str
    city_url: str
    count: int
    newest: tuple[Place, ...]

    @property
    def more(self) -> int:
        """Answers beyond those linked."""
        return self.count - len(self.newest)


def mentioned_in(name: str, engine: Engine) -> tuple[Mentions, ...]:
    """The cities that the answers of the city called ``name`` mention, the most mentioned first."""
    return _mentions(engine.mentioned_by_city(name), engine)


def mentioning(name: str, engine: Engine) -> tuple[Mentions, ...]:
    """The other cities whose answers mention the city called ``name``."""
    return _mentions(engine.mentions_of_city(name), engine)


def _mentions(found: Mapping[str, Sequence[int]], engine: Engine) -> tuple[Mentions, ...]:
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0].replace("ё", "е")))
    return tuple(
        Mentions(
            city=value_label("city", city or None, engine.vocabulary),
            city_url=_url(city, engine.vocabulary, engine),
            count=len(numbers),
            newest=tuple(_place(number, engine) for number in numbers[: LINKS if rank < SHOWN else 1]),
        )
        for rank, (city, numbers) in enumerate(ordered)
    )


def _url(city: str, vocabulary: Vocabulary, engine: Engine) -> str:
    """The page of a city; blank where the archive has no report of it."""
    return city_url(city, vocabulary) if engine.facet_counts()["city"].get(city) else ""


def _place(number: int, engine: Engine) -> Place:
    passage, report, _ = engine.answer_at(number)
    return Place(value_label("year", report.year, engine.vocabulary), passage_url(report.id, passage.position))
