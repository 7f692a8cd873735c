"""Requests of chosen years compared with each other and with those of other years: groups, and what went out of use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from search_app.connections.asks.items import Ask
from search_app.connections.asks.matter import Matters, Table, matters, sameness
from search_app.connections.asks.themes import SAME, joined
from search_app.connections.asks.titles import best_of, title_of
from search_app.engine.door import Engine, WordPairs, word_pairs

MOST_COMPARED = 1500
"""Different requests that are compared with each other at once, the newest ones: a million pairs."""
MOST_ELSEWHERE = 1000
"""Different requests of other years that the chosen ones are compared with, the nearest years first."""
MOST_GONE = 600
"""Different requests of the years before among which those are sought that went out of use."""

_AGREED = "Конференция нужна (без подробностей)"
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that ask for the same thing."""

    title: str
    """Blank where one request stands alone: nobody reads it."""
    asks: tuple[Ask, ...]
    elsewhere: tuple[Ask, ...] = ()
    """Those of other years that ask for it, too."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it."""

    groups: tuple[Group, ...]
    """Of the chosen ones; whatever is in none stands alone."""
    gone: tuple[Group, ...]
    """Of the others, those of several requests that none of the chosen ones asks for."""
    left: int
    """Different chosen requests that were too many to be compared."""


@dataclass(frozen=True, slots=True)
class _Different:
    """Requests of different words, each with all that say it."""

    keys: list[str]
    """What tells each from the others."""
    same: list[list[Ask]]
    matters: Matters


def compared(asks: Sequence[Ask], others: Sequence[Ask], engine: Engine) -> Compared:
    """The chosen requests and, beside them, those of other years."""
    all_own, all_others = _by_words(asks), _by_words(others)
    own, beside = _different(_first(all_own, MOST_COMPARED), _first(all_others, MOST_ELSEWHERE), engine)
    pairs = word_pairs(own.matters.weighed, own.matters.weighed)
    table = sameness(own.matters, own.matters, pairs)
    groups = joined(table)
    linked = _linked(groups, own, beside, pairs)
    found = [
        _group(group, own, table, [ask for one in linked.get(place, ()) for ask in beside.same[one]], engine)
        for place, group in enumerate(groups)
    ]
    found += [
        Group(_title(same, [1.0] * len(same), engine), tuple(same))
        for same in islice(all_own.values(), MOST_COMPARED, None)
        if len(same) > 1
    ]
    known = {one for ones in linked.values() for one in ones}
    gone = [place for place in range(len(beside.same)) if place not in known][:MOST_GONE]
    return Compared(tuple(found), tuple(_gone(gone, beside, pairs, engine)), max(0, len(all_own) - MOST_COMPARED))


_Same = dict[str, list[Ask]]
"""Requests of the same words, by what tells them from the others; in their order."""


def _by_words(asks: Iterable[Ask]) -> _Same:
    found: _Same = {}
    for ask in asks:
        found.setdefault(_key(ask), []).append(ask)
    return found


def _first(same: _Same, most: int) -> _Same:
    return dict(islice(same.items(), most))


def _different(own: _Same, beside: _Same, engine: Engine) -> tuple[_Different, _Different]:
    """Both with the words of both: so these are weighed and compared once."""
    first = [asks[0] for asks in (*own.values(), *beside.values())]
    found = matters([ask.text for ask in first], [ask.kind for ask in first], engine)
    return (
        _Different(list(own), list(own.values()), found.taken(range(len(own)))),
        _Different(list(beside), list(beside.values()), found.taken(range(len(own), len(first)))),
    )


def _linked(
    groups: Sequence[Sequence[int]], own: _Different, beside: _Different, pairs: WordPairs
) -> Mapping[int, list[int]]:
    """Group → those of other years that ask for the same, each with the group that it is most like."""
    if not own.same or not beside.same:
        return {}
    likeness = sameness(own.matters, beside.matters, pairs)
    means = likeness[[group[0] for group in groups]]
    for place, group in enumerate(groups):
        if len(group) > 1:
            means[place] = likeness[list(group)].mean(axis=0)
    # What says the same in the same words belongs to it, however wide the group has become.
    exact = {own.keys[one]: place for place, group in enumerate(groups) for one in group}
    nearest = means.argmax(axis=0).tolist()
    found: dict[int, list[int]] = {}
    for one, key in enumerate(beside.keys):
        place = exact.get(key, nearest[one])
        if key in exact or means[place, one] >= SAME:
            found.setdefault(place, []).append(one)
    return found


def _key(ask: Ask) -> str:
    return _AGREED if ask.bare else " ".join(_LETTERS.findall(ask.text.lower().replace("ё", "е")))


def _group(group: Sequence[int], own: _Different, table: Table, elsewhere: Sequence[Ask], engine: Engine) -> Group:
    asks = [ask for one in group for ask in own.same[one]]
    if len(asks) == 1 and not elsewhere:
        return Group("", tuple(asks))
    inner = table[np.ix_(list(group), list(group))].mean(axis=1).tolist()
    values = [value for one, value in zip(group, inner, strict=True) for _ in own.same[one]]
    return Group(_title(asks, values, engine), tuple(sorted(asks, key=_order)), tuple(elsewhere))


def _order(ask: Ask) -> tuple[int, str, str]:
    return -(ask.year or 0), (ask.city or "").lower().replace("ё", "е"), ask.passage_id


def _gone(places: Sequence[int], beside: _Different, pairs: WordPairs, engine: Engine) -> Iterable[Group]:
    same = [beside.same[place] for place in places]
    different = _Different([beside.keys[place] for place in places], same, beside.matters.taken(places))
    table = sameness(different.matters, different.matters, pairs)
    for group in joined(table):
        if sum(len(same[one]) for one in group) > 1:
            yield _group(group, different, table, (), engine)


def _title(asks: Sequence[Ask], likeness: Sequence[float], engine: Engine) -> str:
    best = asks[best_of([ask.text for ask in asks], likeness)]
    return _AGREED if best.bare else title_of(best.text, engine.vocabulary)
