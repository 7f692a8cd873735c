"""The values that the rooms of the site hand to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FACETS = ("city", "year", "topic", "kind", "section", "region", "size")
"""Facet names, in the order they are shown."""

NONE_VALUE = "none"
"""What stands in the URL for «не определено»; in a request it is ``None``."""

MAX_PER_PAGE = 100
DEFAULT_PER_PAGE = 10

Value = str | int | None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked. Facet values are canonical; ``None`` in them means «не определено»."""

    q: str = ""
    city: tuple[str | None, ...] = ()
    year: tuple[int | None, ...] = ()
    topic: tuple[str | None, ...] = ()
    kind: tuple[str | None, ...] = ()
    section: tuple[str | None, ...] = ()
    region: tuple[str | None, ...] = ()
    """Federal subjects."""
    size: tuple[str | None, ...] = ()
    """Ids of bands of cities by population."""
    like: str = ""
    """The name of a city: only answers of the cities most like it."""
    year_from: int | None = None
    year_to: int | None = None
    sort: str = "relevance"
    """``relevance``, ``newest``, ``oldest`` (by the year reported) or ``added`` (what came last first)."""
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE
    as_typed: bool = False
    """Switches spelling and layout correction off."""
    synonyms: bool = True
    meaning: bool = True
    """Passages near in meaning rank higher and fill up what is found, where whoever searches wants that at all."""
    fold: bool = False
    """Answers repeated over the years are one hit (``repeats=fold``)."""
    view: str = "list"
    """How the page lays the results out: ``list``, ``cities`` (grouped) or ``matrix`` (city × year)."""

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen besides the words."""
        chosen = self.city or self.year or self.topic or self.kind or self.section or self.region or self.size
        return bool(chosen or self.like) or self.year_from is not None or self.year_to is not None

    def selected(self, facet: str) -> tuple[Value, ...]:
        """The chosen values of one facet of `FACETS`."""
        values: tuple[Value, ...] = getattr(self, facet)
        return values


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same answer in another year's report."""

    id: str
    year: int | None
    url: str
    likeness: float = 1.0
    """0…1; 1 for the same text."""


@dataclass(slots=True)
class Hit:
    """One passage found; not frozen, like the values of facets."""

    id: str
    url: str
    """``/reports/<report id>#p<position>``"""
    report_id: str
    position: int
    city: str | None
    year: int | None
    section: str | None
    kind: str
    question: str | None
    topics: tuple[str, ...]
    source: str
    score: float | None
    """``None`` when browsing without a query."""
    snippet: str
    """HTML-escaped; only ``<mark>`` is ours."""
    text: str
    """The whole passage, plain."""
    fingerprint: str = ""
    """Of the text."""
    added: int = 0
    """When the archive first had the text: seconds since 1970, UTC."""
    repeats: tuple[Repeat, ...] = ()
    by: str = "words"
    """What found it: ``words`` or ``meaning`` alone."""


@dataclass(slots=True)
class FacetValue:
    """One value of a facet with the number of passages it would give.

    Not frozen, which would make it take thrice as long to create: a page has hundreds.
    """

    value: Value
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """The query that was searched instead of the typed one, and why (``spelling`` or ``layout``)."""

    q: str
    reason: str
    whole: bool = True
    """All its unknown words were looked at, not only the first."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A city, year or kind named in plain words: it ranks, it never filters."""

    facet: str
    value: Value
    label: str = ""
    group: str = ""
    """What named it together with others: «Кузбасс»."""


@dataclass(frozen=True, slots=True)
class AlikeCity:
    """A city of the archive that is like another one."""

    name: str
    region: str
    population: int
    why: tuple[str, ...]
    """Russian phrases: «тот же регион», «близкое население»."""


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that were searched beside the typed one."""

    term: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results: all that a presenter needs."""

    request: SearchRequest
    total: int
    pages: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxed: bool = False
    dropped: tuple[str, ...] = ()
    unfolded: int = 0
    """How many there are with every repeat counted."""
    correction: Correction | None = None
    understood: tuple[Understood, ...] = ()
    only_wishes: bool = False
    """Nothing was asked for but what is understood: «Омск 2020»."""
    synonyms: tuple[Synonym, ...] = ()
    alike: tuple[AlikeCity, ...] = ()
    """The cities that ``request.like`` stands for, the most alike first."""
    hints: tuple[str, ...] = field(default=())
    """Russian sentences about how an odd query was read."""
    by_meaning: int = 0
    """Answers added, on all pages, that are near in meaning but have the words too little or not at all."""
    meaning: bool = False
    """Whether the meaning of the query was looked at."""
