"""A city through the years: its slug and its reports."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from indexer.build import Build, ReportCard
from indexer.vocabulary import City, Vocabulary


@dataclass(frozen=True, slots=True)
class CityPage:
    """What the page of one city shows."""

    name: str
    city: City | None
    """``None`` for a city outside the vocabulary."""
    years: tuple[tuple[int | None, tuple[ReportCard, ...]], ...]
    """Newest first, the unknown year last; the reports of a year by section."""
    reports: int
    passages: int


def city_slug(name: str, vocabulary: Vocabulary) -> str:
    """The last part of the city's address; an unlisted city is addressed by its name."""
    city = vocabulary.city(name)
    return city.slug if city else name


def city_url(name: str, vocabulary: Vocabulary) -> str:
    """The address of the city's page."""
    return f"/cities/{quote(city_slug(name, vocabulary), safe='')}"


def city_page(slug: str, build: Build) -> CityPage | None:
    """The page of the city at ``slug``; ``None`` where the archive has no report of such a city."""
    cards = [card for card in build.cards() if card.city and city_slug(card.city, build.vocabulary) == slug]
    if not cards or cards[0].city is None:
        return None
    name = cards[0].city
    return CityPage(
        name=name,
        city=build.vocabulary.city(name),
        years=_by_year(cards),
        reports=len(cards),
        passages=sum(card.passages for card in cards),
    )


def _by_year(cards: list[ReportCard]) -> tuple[tuple[int | None, tuple[ReportCard, ...]], ...]:
    ordered = sorted(cards, key=lambda card: (-(card.year or 0), card.section or "\uffff", card.id))
    return tuple((year, tuple(run)) for year, run in groupby(ordered, key=lambda card: card.year))
