"""Which reports stand beside a report: the years before and after, the other cities of the year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model import ReportCard


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Reports beside one report."""

    previous: ReportCard | None = None
    """Same city and section, the nearest year before."""
    next: ReportCard | None = None
    """Same city and section, the nearest year after."""
    same_year: tuple[ReportCard, ...] = ()
    """Same year and section, other cities, in the order of the cards."""


def neighbours(report_id: str, cards: Iterable[ReportCard]) -> Neighbours:
    """The neighbours of the report among ``cards``; none where its city or year is unknown."""
    every = tuple(cards)
    own = next((card for card in every if card.id == report_id), None)
    if own is None or own.year is None:
        return Neighbours()
    section = [card for card in every if card.section == own.section and card.year is not None]
    same_city = [card for card in section if card.city == own.city and own.city is not None]
    return Neighbours(
        previous=max((card for card in same_city if _year(card) < own.year), key=_year, default=None),
        next=min((card for card in same_city if _year(card) > own.year), key=_year, default=None),
        same_year=tuple(card for card in section if card.year == own.year and card.city != own.city),
    )


def _year(card: ReportCard) -> int:
    return card.year or 0
