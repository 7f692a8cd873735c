"""What the archive writes more of than it did, and what less: topics by their shares in early and in late years."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.engine.door import Engine
from search_app.request.addresses import search_url
from search_app.request.model import SearchRequest
from search_app.study.trends import Share

SHOWN = 5
"""Topics on each side."""
_FEWEST = 8
"""Answers on a topic in both spans together: fewer say nothing."""
_LEAST = 1.25
"""How many times a share must have grown or fallen to be told."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A topic whose share of answers has changed."""

    topic: str
    before: Share
    """In the early years."""
    after: Share
    times: float
    """The later share by the earlier one; infinite where nothing was written of it before."""


@dataclass(frozen=True, slots=True)
class Movers:
    """What grew and what fell between two spans of years."""

    early: tuple[int, int]
    late: tuple[int, int]
    grown: tuple[Mover, ...]
    fallen: tuple[Mover, ...]


def movers(engine: Engine) -> Movers | None:
    """Between the first half of the archive's years and the second; ``None`` where it has fewer than two years."""
    years = sorted(year for year in engine.facet_counts()["year"] if isinstance(year, int))
    if len(years) < 2:
        return None
    middle = len(years) // 2
    early, late = (years[0], years[middle - 1]), (years[middle], years[-1])
    before, after = _topics(early, engine), _topics(late, engine)
    none = Share(0, next(iter(before.values())).answers if before else 0, "")
    found = [mover for topic in after if (mover := _mover(topic, before.get(topic, none), after[topic]))]
    found.sort(key=lambda mover: (-mover.times, mover.topic))
    return Movers(
        early=early,
        late=late,
        grown=tuple(mover for mover in found if mover.times >= _LEAST)[:SHOWN],
        fallen=tuple(mover for mover in reversed(found) if mover.times <= 1 / _LEAST)[:SHOWN],
    )


def _topics(span: tuple[int, int], engine: Engine) -> dict[str, Share]:
    """Topic → its share of the answers of those years."""
    page = engine.search(SearchRequest(year_from=span[0], year_to=span[1], per_page=1))
    shares = (Share(one.count, page.total, search_url(_asked(str(one.value), span))) for one in page.facets["topic"])
    return {str(one.value): share for one, share in zip(page.facets["topic"], shares, strict=True) if one.value}


def _asked(topic: str, span: tuple[int, int]) -> SearchRequest:
    return SearchRequest(topic=(topic,), year_from=span[0], year_to=span[1])


def _mover(topic: str, before: Share, after: Share) -> Mover | None:
    if before.matches + after.matches < _FEWEST or not before.answers or not after.answers:
        return None
    was, has = before.matches / before.answers, after.matches / after.answers
    return Mover(topic, before, after, has / was if was else float("inf"))
