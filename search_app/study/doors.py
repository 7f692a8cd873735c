"""Where a query leads besides its hits: a city's page, a report, a topic; whether that city tells it that year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from indexer.model import ReportCard
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url, short_url
from search_app.request.model import SearchPage
from search_app.wording.labels import value_label
from search_app.wording.numbers import year_spans

MOST_REPORTS = 6
MOST_CITIES = 6


@dataclass(frozen=True, slots=True)
class Doors:
    """The box above the hits."""

    links: tuple[Link, ...]
    note: str
    """What the archive does not have; blank where nothing is missing."""


def doors(page: SearchPage, engine: Engine) -> Doors | None:
    """The doors of a search; ``None`` where it has none."""
    cities = [wish.value for wish in page.understood if wish.facet == "city" and isinstance(wish.value, str)]
    years = [wish.value for wish in page.understood if wish.facet == "year" and isinstance(wish.value, int)]
    links: list[Link] = []
    if page.only_wishes:
        links += _reports(cities, years, engine)
        links += _answers(page, cities, engine)
        links += [Link(f"{name}: все годы", city_url(name, engine.vocabulary)) for name in cities[:MOST_CITIES]]
    links += _subjects(page, engine)
    note = _note(page, cities, years, engine) if len(cities) == 1 and years else ""
    return Doors(tuple(links), note) if links or note else None


def _cards(cities: list[str], years: list[int], engine: Engine) -> list[ReportCard]:
    return [card for card in engine.cards() if card.city in cities and card.year in years]


def _reports(cities: list[str], years: list[int], engine: Engine) -> Iterator[Link]:
    """«Омск 2020»: the reports themselves, unless they are too many to choose from."""
    cards = _cards(cities, years, engine)
    for card in cards if len(cards) <= MOST_REPORTS else ():
        section = f", {card.section}" if card.section else ""
        yield Link(f"{card.city}, отчёт за {card.year} год{section}", f"/reports/{card.id}")


def _answers(page: SearchPage, cities: list[str], engine: Engine) -> Iterator[Link]:
    """«проблемы Омска»: that city's answers to the question, year beside year."""
    kinds = [str(wish.value) for wish in page.understood if wish.facet == "kind"]
    if len(cities) == len(kinds) == 1 and kinds[0] in {place.kind for place in engine.answers_of_city(cities[0])}:
        label = value_label("kind", kinds[0], engine.vocabulary)
        yield Link(
            f"{cities[0]}, «{label}»: годы рядом",
            f"{city_url(cities[0], engine.vocabulary)}?{urlencode({'kind': kinds[0]})}",
        )


def _subjects(page: SearchPage, engine: Engine) -> Iterator[Link]:
    """A query that is the name of a topic or of a section of work."""
    query = page.correction.q if page.correction else page.request.q
    known = engine.facet_counts()
    topic, section = engine.vocabulary.find_topic(query), engine.vocabulary.find_section(query)
    if topic is not None and known["topic"].get(topic.name):
        yield Link(f"Тема «{topic.name}»: все ответы", short_url("topic", topic.name, engine.vocabulary))
    if section is not None and known["section"].get(section.title):
        yield Link(f"Раздел «{section.title}»: все ответы", short_url("section", section.title, engine.vocabulary))


def _note(page: SearchPage, cities: list[str], years: list[int], engine: Engine) -> str:
    """Whether the city that was named tells it in the years that were named."""
    spans = year_spans(years)
    when = f"{spans} {'год' if len(years) == 1 else 'годы'}"
    if not _cards(cities, years, engine):
        return f"{cities[0]}: отчётов за {when} в архиве нет."
    asked = replace(page.request, city=(cities[0],), year=tuple(years), page=1, per_page=1)
    if page.only_wishes or engine.search(asked).total:
        return ""
    return f"{cities[0]}: в отчётах за {when} такого ответа нет."
