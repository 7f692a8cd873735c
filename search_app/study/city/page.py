"""A city through the years: its slug and the table of its reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model import ReportCard
from indexer.vocabulary import City
from search_app.engine.door import Engine
from search_app.request.addresses import city_slug
from search_app.request.model import AlikeCity


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section: its reports by year, in the order of `CityPage.years`."""

    section: str | None
    cells: tuple[tuple[ReportCard, ...], ...]
    passages: int


@dataclass(frozen=True, slots=True)
class CityPage:
    """What the archive has of one city."""

    name: str
    city: City | None
    """``None`` for a city outside the vocabulary."""
    years: tuple[int | None, ...]
    """Oldest first, the unknown year last."""
    sections: tuple[SectionRow, ...]
    """The one with the most answers first."""
    reports: int
    passages: int
    alike: tuple[AlikeCity, ...]
    """The cities of the archive most like it."""


def city_page(slug: str, engine: Engine) -> CityPage | None:
    """The page of the city at ``slug``; ``None`` where the archive has no report of such a city."""
    # Each city's address is made once, not each report's: those are many thousands.
    cities = {card.city for card in engine.cards()}
    named = {city for city in cities if city and city_slug(city, engine.vocabulary) == slug}
    cards = [card for card in engine.cards() if card.city in named]
    if not cards or cards[0].city is None:
        return None
    name = cards[0].city
    years = tuple(sorted({card.year for card in cards}, key=lambda year: (year is None, year or 0)))
    return CityPage(
        name=name,
        city=engine.vocabulary.city(name),
        years=years,
        sections=_by_section(cards, years),
        reports=len(cards),
        passages=sum(card.passages for card in cards),
        alike=engine.alike_cities(name),
    )


def _by_section(cards: Iterable[ReportCard], years: tuple[int | None, ...]) -> tuple[SectionRow, ...]:
    by_section: dict[str | None, list[ReportCard]] = {}
    for card in cards:
        by_section.setdefault(card.section, []).append(card)
    rows = [
        SectionRow(
            section=section,
            cells=tuple(tuple(card for card in own if card.year == year) for year in years),
            passages=sum(card.passages for card in own),
        )
        for section, own in by_section.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.section is None, -row.passages, row.section or "")))
