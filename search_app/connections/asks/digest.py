"""What cities ask for in chosen years: themes with their requests, what is alone, and how it was in other years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from search_app.connections.asks.comparing import compared
from search_app.connections.asks.items import KINDS, Ask, asked_at, asked_in
from search_app.engine.door import Engine
from search_app.request.model import SearchRequest

MOST_BESIDE = 3000
"""Answers of other years that are looked at for what was asked before and since."""

Cell = tuple[str | None, int | None]


@dataclass(frozen=True, slots=True)
class Theme:
    """Requests of the chosen years that ask for the same thing."""

    title: str
    asks: tuple[Ask, ...]
    """Newest year first."""
    elsewhere: tuple[Ask, ...] = ()
    """Those of other years that ask for it, too."""

    @property
    def all_years(self) -> tuple[int, ...]:
        """Years, chosen or not, in which it was asked for."""
        return _years((*self.asks, *self.elsewhere))

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
    continued: tuple[Theme, ...]
    """Of what is alone, the requests that go on with one of the years before; each is a theme of itself."""
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
    def single(self) -> tuple[Ask, ...]:
        """What is alone and goes on with nothing."""
        known = {id(theme.asks[0]) for theme in self.continued}
        return tuple(ask for ask in self.alone if id(ask) not in known)

    @property
    def held(self) -> int:
        """How many requests a digest holds, those of other years and those that went out of use among them."""
        beside = sum(len(theme.elsewhere) for theme in (*self.themes, *self.continued))
        return len(self.asks) + beside + sum(len(theme.asks) for theme in self.gone)

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
    years, others = _beside(request, engine)
    found = compared(chosen.asks, others, engine)
    themes: list[Theme] = []
    continued: list[Theme] = []
    for group in found.groups:
        theme, year = Theme(group.title, group.asks, group.elsewhere), group.asks[0].year or 0
        if len(group.asks) > 1:
            themes.append(theme)
        elif min(_years(group.elsewhere), default=year) < year:
            continued.append(theme)
    last = max(_years(chosen.asks), default=0)
    gone = [Theme(group.title, group.asks) for group in found.gone]
    # By what they are, not by what they say: to hash ten thousand requests takes longer than all of this.
    shared = {id(ask) for theme in themes for ask in theme.asks}
    return Digest(
        asks=chosen.asks,
        themes=tuple(sorted(themes, key=_order)),
        alone=tuple([ask for ask in chosen.asks if id(ask) not in shared]),
        continued=tuple(sorted(continued, key=_order)),
        blank=chosen.blank,
        gone=tuple(sorted((theme for theme in gone if theme.years and theme.years[0] < last), key=_order)),
        compared_years=years,
        cells=_cells((*chosen.asks, *others)),
        left=found.left,
    )


def _years(asks: Iterable[Ask]) -> tuple[int, ...]:
    return tuple(sorted({ask.year for ask in asks if ask.year is not None}))


def _order(theme: Theme) -> tuple[int, int, str]:
    return -len(theme.cities), -len(theme.asks), theme.title


def _by_name(name: str) -> str:
    return name.lower().replace("ё", "е")


def _beside(request: SearchRequest, engine: Engine) -> tuple[tuple[int, ...], tuple[Ask, ...]]:
    """Other years under the same filters, the nearest ones, as many as may be looked at, and their requests."""
    if not request.year and request.year_from is None and request.year_to is None:
        return (), ()
    bare = replace(request, year=(), year_from=None, year_to=None, kind=request.kind or KINDS)
    chosen = set(engine.years_at(engine.numbers(replace(request, kind=bare.kind))))
    numbers = engine.numbers(bare)
    years = engine.years_at(numbers)
    last = max((year for year in chosen if year is not None), default=None)
    looked = _looked_at(Counter(year for year in years if year is not None and year not in chosen), last)
    of_year: dict[int | None, list[int]] = {year: [] for year in looked}
    for number, year in zip(numbers, years, strict=True):
        if year in of_year:
            of_year[year].append(number)
    found = asked_at(chain.from_iterable(of_year.values()), engine)
    return tuple(sorted(looked)), found.asks


def _looked_at(answers: Mapping[int, int], last: int | None) -> list[int]:
    """Other years, given how many answers each has, that are looked at beside the chosen ones up to the ``last``."""
    room, looked = MOST_BESIDE, list[int]()
    # The years before tell what is new; those after, whether it went on.
    for year in sorted(answers, key=lambda year: (year > (last or 0), abs(year - (last or year)))):
        room -= answers[year]
        if room < 0:
            break
        looked.append(year)
    return looked


def _cells(asks: Iterable[Ask]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for ask in asks:
        found[ask.city, ask.year] = found.get((ask.city, ask.year), 0) + 1
    return found
