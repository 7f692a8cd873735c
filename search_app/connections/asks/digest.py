"""What cities ask for in chosen years: themes with their requests, what is alone, and how it was in other years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from search_app.connections.asks.items import KINDS, Ask, Asked, asked_in
from search_app.connections.asks.matter import matters, sameness
from search_app.connections.asks.themes import both_ways, joined
from search_app.connections.asks.titles import best_of, title_of
from search_app.engine.door import Engine
from search_app.request.model import SearchRequest

MOST_COMPARED = 3000
"""Different requests that are compared with each other at once, the newest ones; ten million pairs."""
MOST_BESIDE = 4000
"""Answers of other years that are looked at for what was asked before and since."""

Cell = tuple[str | None, int | None]

_AGREED = "Конференция нужна (без подробностей)"
_NOT_LETTERS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Theme:
    """Requests of the chosen years that ask for the same thing."""

    title: str
    asks: tuple[Ask, ...]
    """Newest year first."""
    all_years: tuple[int, ...]
    """Years, chosen or not, in which it was asked for."""

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities that ask, by name."""
        return tuple(sorted({ask.city for ask in self.asks if ask.city}, key=_by_name))

    @property
    def years(self) -> tuple[int, ...]:
        """The chosen years in which they ask."""
        return tuple(sorted({ask.year for ask in self.asks if ask.year is not None}))


@dataclass(frozen=True, slots=True)
class Digest:
    """What cities ask for."""

    asks: tuple[Ask, ...]
    """All requests of the chosen years."""
    themes: tuple[Theme, ...]
    """Those that most cities ask for first."""
    alone: tuple[Ask, ...]
    """What is in no theme."""
    blank: int
    """Answers that ask for nothing."""
    gone: tuple[Theme, ...]
    """Themes of the years before that nobody asks for in the chosen ones; with their own requests."""
    compared_years: tuple[int, ...]
    """Other years that were looked at."""
    cells: Mapping[Cell, int]
    """City and year → requests: of all years that were looked at."""
    left: int
    """Different requests that were too many to be compared: they stand alone, whatever they ask for."""

    @property
    def total(self) -> int:
        """How many requests there are."""
        return len(self.asks)

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities that ask, by name."""
        return tuple(sorted({ask.city for ask in self.asks if ask.city}, key=_by_name))

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which they ask."""
        return tuple(sorted({ask.year for ask in self.asks if ask.year is not None}))


def digest(request: SearchRequest, engine: Engine) -> Digest:
    """What the answers that pass the filters ask for."""
    chosen = asked_in(request, engine)
    beside = _beside(request, engine)
    within = {(ask.passage_id, ask.text) for ask in chosen.asks}
    others = [ask for ask in beside.asks if (ask.passage_id, ask.text) not in within]
    pool = [*chosen.asks, *others]
    groups, titles, left = _grouped(pool, engine)
    count = len(chosen.asks)
    themes: list[Theme] = []
    alone: list[int] = []
    gone: list[Theme] = []
    last = max((ask.year for ask in chosen.asks if ask.year is not None), default=None)
    for group, title in zip(groups, titles, strict=True):
        own = [place for place in group if place < count]
        years = tuple(sorted({year for place in group if (year := pool[place].year) is not None}))
        if len(own) > 1:
            themes.append(Theme(title, tuple(pool[place] for place in own), years))
        else:
            alone += own
        if not own and len(group) > 1 and last is not None and min(years, default=last) < last:
            gone.append(Theme(title, tuple(pool[place] for place in group), years))
    return Digest(
        asks=chosen.asks,
        themes=tuple(sorted(themes, key=_order)),
        alone=tuple(pool[place] for place in sorted(alone)),
        blank=chosen.blank,
        gone=tuple(sorted(gone, key=_order)),
        compared_years=tuple(sorted({ask.year for ask in others if ask.year is not None})),
        cells=_cells(pool),
        left=left,
    )


def _order(theme: Theme) -> tuple[int, int, str]:
    return -len(theme.cities), -len(theme.asks), theme.title


def _by_name(name: str) -> str:
    return name.lower().replace("ё", "е")


def _beside(request: SearchRequest, engine: Engine) -> Asked:
    """The requests of other years under the same filters; none where they would be too many."""
    if not request.year and request.year_from is None and request.year_to is None:
        return Asked((), 0)
    whole = replace(request, year=(), year_from=None, year_to=None, kind=request.kind or KINDS)
    if len(engine.numbers(whole)) > MOST_BESIDE:
        return Asked((), 0)
    return asked_in(whole, engine)


def _cells(asks: Iterable[Ask]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for ask in asks:
        found[ask.city, ask.year] = found.get((ask.city, ask.year), 0) + 1
    return found


def _grouped(asks: Sequence[Ask], engine: Engine) -> tuple[list[list[int]], list[str], int]:
    """Groups of requests with their titles, and how many different ones were left out of the comparison."""
    same: dict[str, list[int]] = {}
    for place, ask in enumerate(asks):
        key = _AGREED if ask.bare else _NOT_LETTERS.sub(" ", ask.text.lower().replace("ё", "е")).strip()
        same.setdefault(key, []).append(place)
    different = list(same.values())
    compared = different[:MOST_COMPARED]
    texts = [asks[places[0]].text for places in compared]
    found = matters(texts, [asks[places[0]].kind for places in compared], engine)
    table = both_ways(sameness(found, found))
    groups, titles = [], []
    for group in joined(table):
        groups.append(sorted(place for one in group for place in compared[one]))
        inner = table[np.ix_(group, group)].mean(axis=1).tolist()
        best = group[best_of([texts[one] for one in group], inner)]
        agreed = asks[compared[best][0]].bare
        titles.append(_AGREED if agreed else title_of(texts[best], engine.vocabulary))
    for places in different[MOST_COMPARED:]:
        groups.append(places)
        titles.append(title_of(asks[places[0]].text, engine.vocabulary))
    return groups, titles, max(0, len(different) - MOST_COMPARED)
