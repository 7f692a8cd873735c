"""A plan as queries of the cluster: what satisfies it, how well, what narrows it, how many each value would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer.builds.surroundings import DERIVED
from indexer.cluster.terms import facet_term
from indexer.index.arrays.steps import Longs
from search_app.engine.alike_cities import alike_cities
from search_app.engine.matching.match import ENOUGH, ENOUGH_FOR_MANY, EVERY_WORD_UP_TO, SHARE, WEAK_SHARE, Concept
from search_app.engine.opensearch.asked import Clause, any_of, anywhere, having, saying, scores_of
from search_app.engine.opensearch.mirror import Mirror
from search_app.engine.query.plan import Plan
from search_app.engine.query.tree import Restriction
from search_app.engine.search import WISHES
from search_app.request.model import FACETS, SearchRequest, Value

ROUNDING = 1e-5
"""Masses are summed up in single precision."""
LEAST_MASS = 1e-6

Clauses = Sequence[Clause]


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a plan demands of a passage beside what it requires."""

    counted: tuple[Concept, ...]
    whole: float
    least: float
    enough: int

    @property
    def by_mass(self) -> bool:
        """Whether any words are counted at all."""
        return bool(self.counted)


def minimum_of(plan: Plan) -> Minimum:
    """The minimum as `search_app.engine.matching.match` has it."""
    counted = tuple(concept for concept in plan.concepts if concept.mass > 0 and not concept.required)
    whole = sum(concept.mass for concept in counted)
    least = whole * (1.0 if len(counted) <= EVERY_WORD_UP_TO else SHARE)
    if plan.any_of and counted:
        least = min(concept.mass for concept in counted)
    enough = ENOUGH_FOR_MANY if plan.question else ENOUGH.get(len(counted), ENOUGH_FOR_MANY)
    return Minimum(counted, whole, least * (1 - ROUNDING), enough)


def with_mass(counted: Sequence[Concept], least: float) -> Clause:
    """The passages that have words of at least this mass."""
    if all(concept.mass * (1 - WEAK_SHARE) > sum(c.mass for c in counted) - least for concept in counted):
        # Nothing may be missing, so nothing need be added up.
        return {"bool": {"filter": [saying(concept.runs) for concept in counted]}}
    return {"function_score": {"query": {"bool": {"should": masses(counted)}}, "min_score": least}}


def masses(counted: Iterable[Concept]) -> list[Clause]:
    """Clauses whose scores are what a passage has of each concept's mass."""
    return [
        {"dis_max": {"queries": [_weighing(saying(c.runs), c.mass), _weighing(saying(c.weak), WEAK_SHARE * c.mass)]}}
        if c.weak
        else _weighing(saying(c.runs), c.mass)
        for c in counted
    ]


def _weighing(clause: Clause, boost: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": boost}}


def required(plan: Plan) -> tuple[list[Clause], list[Clause]]:
    """What a passage must have and what it must not."""
    must = [having(concept) for concept in plan.concepts if concept.required]
    return must, [having(concept) for concept in plan.excluded]


def satisfying(plan: Plan, minimum: Minimum, least: float) -> Clause:
    """The passages that have enough, and of the city that was named all that have anything."""
    must, but = required(plan)
    if minimum.by_mass:
        enough = with_mass(minimum.counted, least) if least > 0 else None
        favoured = _favoured(plan, minimum)
        if enough is not None:
            must.append(any_of([enough, favoured]) if favoured else enough)
    elif not must and plan.concepts:
        must.append(anywhere([run for concept in plan.concepts for run in (*concept.runs, *concept.weak)]))
    return {"bool": {"filter": must, "must_not": but}}


def _favoured(plan: Plan, minimum: Minimum) -> Clause | None:
    """The passages of the city named, of the year and to the question named too, that have one of the words."""
    named = {facet: [facet_term(w.value) for w in plan.wishes if w.facet == facet] for facet in WISHES}
    if not named["city"]:
        return None
    words = [having(concept) for concept in minimum.counted]
    if named["kind"]:
        words.append(anywhere([run for concept in _of_mass(plan) for run in concept.runs]))
    chosen = [{"terms": {facet: values}} for facet, values in named.items() if values]
    return {"bool": {"filter": [*chosen, any_of(words)]}}


def _of_mass(plan: Plan) -> list[Concept]:
    return [concept for concept in plan.concepts if concept.mass > 0]


def scored(plan: Plan, matching: Clause, best: float = 0.0) -> Clause:
    """The matching passages with their gains; with what fulfilled wishes add where the ``best`` score is known."""
    gains = [clause for concept in plan.concepts for clause in scores_of(concept)]
    for facet, weight in WISHES.items():
        wanted = [facet_term(wish.value) for wish in plan.wishes if wish.facet == facet]
        if wanted and best > 0:
            gains.append(_weighing({"terms": {facet: wanted}}, weight * best))
    return {"bool": {"filter": [matching], "should": gains}}


_SLICE = 10_000


def everyone(clause: Clause, mirror: Mirror) -> Longs:
    """All passages that satisfy a clause, in no order."""
    hashes: list[int] = []
    while True:
        body: dict[str, Any] = {
            "size": _SLICE,
            "query": {"bool": {"filter": clause}},
            "sort": [{"hash": "asc"}],
            "_source": False,
            "track_total_hits": False,
        }
        if hashes:
            body["search_after"] = [hashes[-1]]
        hits = mirror.connection.search(mirror.index, body)["hits"]["hits"]
        hashes += [hit["sort"][0] for hit in hits]
        if len(hits) < _SLICE:
            return mirror.numbers(hashes)


# What narrows


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What each facet lets pass, and what no facet is counted without."""

    facets: Mapping[str, Clause]
    always: tuple[Clause, ...]

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.facets or self.always)

    def without(self, facet: str | None = None) -> list[Clause]:
        """All clauses but those of one facet."""
        return [*self.always, *(clause for name, clause in self.facets.items() if name != facet)]


def narrowing_of(request: SearchRequest, restrictions: Sequence[Restriction], mirror: Mirror) -> Narrowing:
    """The filters of a request and of what its query restricts."""
    facets: dict[str, Clause] = {}
    for facet in FACETS:
        chosen = request.selected(facet)
        clauses = [with_values(facet, chosen, mirror)] if chosen else []
        if facet == "year" and (request.year_from is not None or request.year_to is not None):
            clauses.append(_in_range(request.year_from, request.year_to, mirror))
        if clauses:
            facets[facet] = clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}
    always = [_restricted(restriction, mirror) for restriction in restrictions]
    if request.like:
        always.append(with_values("city", [city.name for city in alike_cities(request.like, mirror)], mirror))
    return Narrowing(facets, tuple(always))


def with_values(facet: str, values: Sequence[Value], mirror: Mirror) -> Clause:
    """The passages with one of the values; of a facet that follows from the city by the cities that have it."""
    if facet in DERIVED:
        wanted = set(values)
        chosen = [city for city, value in _by_city(facet, mirror).items() if value in wanted]
        return {"terms": {"city": [facet_term(city) for city in chosen]}}
    return {"terms": {facet: [facet_term(value) for value in values]}}


def _by_city(facet: str, mirror: Mirror) -> Mapping[Value, Value]:
    """City → what follows from it."""

    def made() -> dict[Value, Value]:
        cities, values = mirror.values["city"], mirror.values[facet]
        pairs = np.unique(np.stack([mirror.columns.report_city, mirror.report_values(facet)]), axis=1)
        return {cities[city]: values[value] for city, value in pairs.T.tolist()}

    return mirror.remember(("by city", facet), made)


def _in_range(low: int | None, high: int | None, mirror: Mirror) -> Clause:
    inside = [
        year
        for year in mirror.values["year"]
        if isinstance(year, int) and (low is None or year >= low) and (high is None or year <= high)
    ]
    return {"terms": {"year": [facet_term(year) for year in inside]}}


def _restricted(restriction: Restriction, mirror: Mirror) -> Clause:
    if restriction.values:
        return with_values(restriction.facet, restriction.values, mirror)
    return _in_range(restriction.low, restriction.high, mirror)


# How many


def counting(narrowing: Narrowing, mirror: Mirror, only: Clauses = ()) -> dict[str, Any]:
    """Aggregations that count the values of every facet, each without its own filter, among what passes ``only``."""
    return {facet: _counted(facet, [*narrowing.without(facet), *only], mirror) for facet in FACETS}


def _counted(facet: str, clauses: Clauses, mirror: Mirror) -> dict[str, Any]:
    stored = "city" if facet in DERIVED else facet
    terms = {"terms": {"field": stored, "size": len(mirror.values[stored]) + 1}}
    return {"filter": {"bool": {"filter": list(clauses)}}, "aggs": {"values": terms}}


def counts_in(found: Mapping[str, Any], mirror: Mirror) -> dict[str, dict[Value, int]]:
    """Facet → value → passages, from the answer to `counting`."""
    return {facet: _counts(facet, found[facet]["values"]["buckets"], mirror) for facet in FACETS}


def _counts(facet: str, buckets: Iterable[Mapping[str, Any]], mirror: Mirror) -> dict[Value, int]:
    stored = "city" if facet in DERIVED else facet
    values: Mapping[str, Value] = mirror.remember(
        ("values", stored), lambda: {facet_term(value): value for value in mirror.values[stored]}
    )
    counted = {values[bucket["key"]]: int(bucket["doc_count"]) for bucket in buckets}
    if facet not in DERIVED:
        return counted
    by_city, summed = _by_city(facet, mirror), dict[Value, int]()
    for city, count in counted.items():
        summed[by_city[city]] = summed.get(by_city[city], 0) + count
    return summed
