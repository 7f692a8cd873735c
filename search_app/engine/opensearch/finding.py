"""What a query finds in the cluster: its candidates in order, how many there are, what each value would give."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from indexer.index.arrays.steps import Ints, Longs
from search_app.engine.matching.counting import count_folded, make_filters, narrow
from search_app.engine.matching.match import ENOUGH, Concept
from search_app.engine.opensearch.asked import Clause, having
from search_app.engine.opensearch.mirror import Mirror
from search_app.engine.opensearch.queries import (
    LEAST_MASS,
    ROUNDING,
    Minimum,
    Narrowing,
    counting,
    counts_in,
    masses,
    minimum_of,
    narrowing_of,
    required,
    satisfying,
    scored,
    with_mass,
)
from search_app.engine.query.plan import Plan
from search_app.engine.search import ONLY_WISHES
from search_app.request.model import FACETS, SearchRequest, Value

_REPEATED_AT_ONCE = 50_000
"""Passages of groups of repeated answers that one question brings: below the limit of a cluster for its counts."""
_MOST_PARTS = 40
_NO_SOURCE: Mapping[str, Any] = {"_source": False, "docvalue_fields": ["hash"]}
_MOST_OF_GROUPS = 5000

Counts = Mapping[str, Mapping[Value, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """What satisfies a plan, whatever is chosen of it."""

    plan: Plan
    minimum: Minimum
    matching: Clause
    relaxed: bool
    some_lack: bool
    """Some may have too little: shares of the query matter."""
    most: float
    """The best score by words alone, as the cluster reckons it…"""
    top: int | None
    """…and the passage that has it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are."""

    unfolded: int
    total: int
    counts: Counts
    silent: tuple[Concept, ...]
    """The concepts asked about that none of them says."""
    repeated: Ints
    """Those of them that belong to groups of repeated answers, where these are folded."""


class _Look(NamedTuple):
    """A first look at what matches."""

    most: float
    top: int | None
    enough: int = 0
    everything: int = 0
    below: int = 0
    """How many of those that match have too little."""


class Places(NamedTuple):
    """From which to which place the best are wanted."""

    begin: int
    end: int
    alone: bool = False
    """Without the repeated ones, which are ordered elsewhere."""


class Finder:
    """Asks the cluster about one request. Raises EngineGone wherever it does not answer.

    What is wanted in any case is asked for together with the first look: a page waits for one answer instead of three.
    """

    def __init__(
        self,
        request: SearchRequest,
        plan: Plan,
        mirror: Mirror,
        found: Found | None = None,
        places: Places | None = None,
    ) -> None:
        """``found`` is what satisfies the plan, where that is known from another request; ``places`` are those that
        `best` will be asked for."""
        self._request, self._plan, self._mirror = request, plan, mirror
        self._narrowing: Narrowing = narrowing_of(request, plan.restrictions, mirror)
        self._places = places
        self._ahead: dict[str, Any] = {}
        """Answers that came with a first look, by what was asked."""
        self._members: dict[int, Longs] = {}
        """Passages that match, by the leader of their group."""
        self.found = found or self._found()

    def _answer(self, body: Mapping[str, Any]) -> Any:
        """The answer to a search, be it there already."""
        found = self._ahead.pop(_key(body), None)
        return found or self._mirror.connection.search(self._mirror.index, body)

    # What satisfies

    def _found(self) -> Found:
        plan, minimum = self._plan, minimum_of(self._plan)
        matching = satisfying(plan, minimum, minimum.least)
        looked = self._looked(minimum, matching)
        some_lack = False
        if plan.any_of and looked.everything >= ENOUGH[1]:
            matching = satisfying(plan, minimum, minimum.whole * (1 - ROUNDING))
            looked = self._looked(minimum, matching)
        elif minimum.by_mass and not plan.any_of and looked.enough < minimum.enough:
            least = self._lowered(minimum)
            matching = satisfying(plan, minimum, least)
            looked = self._looked(minimum, matching, least)
            some_lack = looked.top is not None
        relaxed = bool(plan.dropped) or (some_lack and looked.below > 0)
        return Found(plan, minimum, matching, relaxed, some_lack, looked.most, looked.top)

    def _looked(self, minimum: Minimum, matching: Clause, lowered: float = 0.0) -> _Look:
        """The best, and how many have how much."""
        plan = self._plan
        must, but = required(plan)
        aggregations: dict[str, Any] = {}
        if minimum.by_mass:
            bounds = {"enough": minimum.least, "everything": minimum.whole * (1 - ROUNDING)}
            for name, bound in bounds.items():
                clause = {"bool": {"filter": [*must, with_mass(minimum.counted, bound)], "must_not": but}}
                aggregations[name] = {"filter": clause}
            satisfied = [with_mass(minimum.counted, lowered)] if lowered > 0 else []
            few = {"bool": {"filter": satisfied, "must_not": [with_mass(minimum.counted, minimum.least)]}}
            aggregations["below"] = {"filter": few}
        body: dict[str, Any] = {"size": 1, "query": scored(plan, matching), "track_total_hits": False, **_NO_SOURCE}
        rest = self._wanted_too(matching, lowered=lowered > 0)
        bodies = [body | ({"aggs": aggregations} if aggregations else {}), *rest]
        answer, *others = self._mirror.connection.searches(self._mirror.index, bodies)
        self._ahead = dict(zip(map(_key, rest), others, strict=True))
        hits, found = answer["hits"]["hits"], answer.get("aggregations", {})
        counts = {name: int(told["doc_count"]) for name, told in found.items()}
        top = self._mirror.numbers([hit["fields"]["hash"][0] for hit in hits]).tolist()
        most = float(hits[0]["_score"]) if hits else 0.0
        return _Look(most, top[0] if top else None, **counts)

    def _wanted_too(self, matching: Clause, *, lowered: bool) -> list[dict[str, Any]]:
        """What a page will most likely be made of, if this is what matches."""
        if self._places is None:
            return []
        bodies = [self._counting(matching, self._perhaps_silent(lowered=lowered))]
        if not self._plan.wishes:
            bodies.append(self._bests(matching, self._places, 0.0))
        return bodies

    def _lowered(self, minimum: Minimum) -> float:
        """The mass that the best passages have where too few have enough."""
        must, but = required(self._plan)
        body = {
            "size": minimum.enough,
            "query": {"bool": {"filter": must, "must_not": but, "should": masses(minimum.counted)}},
            "_source": False,
            "track_total_hits": False,
        }
        hits = self._mirror.connection.search(self._mirror.index, body)["hits"]["hits"]
        bound = float(hits[-1]["_score"]) if len(hits) == minimum.enough else 0.0
        bound = min(minimum.least, bound) * (1 - ROUNDING)
        return max(bound, 0.0 if must else LEAST_MASS)

    # How many

    def _perhaps_silent(self, *, lowered: bool) -> list[Concept]:
        """The concepts that perhaps nothing says of what is found; last those that may be missing in any case."""
        plan = self._plan
        if self._places is None:
            return []
        asked = [concept for concept in plan.concepts if concept.mass > 0 and not concept.required]
        return [*(asked if lowered or plan.dropped else ()), *plan.loose]

    def counted(self) -> Counted:
        """Counts of all that passes."""
        fold, mirror = self._request.fold, self._mirror
        silent = self._perhaps_silent(lowered=self.found.some_lack)
        answer = self._answer(self._counting(self.found.matching, silent))["aggregations"]
        repeated = np.empty(0, dtype=np.int32)
        unfolded, total = int(answer["kept"]["doc_count"]), int(answer["kept"]["alone"]["doc_count"])
        counts: Counts = counts_in(answer, mirror)
        if fold:
            docs = self._repeated_docs(answer["repeated"])
            narrowed = narrow(docs, make_filters(self._request, self._plan.restrictions, mirror), mirror)
            counts = _added(counts, count_folded(docs, narrowed, mirror))
            repeated = docs if narrowed.kept is None else docs[narrowed.kept]
            total += len(np.unique(mirror.columns.doc_group[repeated]))
        first = 0 if self.found.relaxed else len(silent) - len(self._plan.loose)
        none = tuple(one for at, one in enumerate(silent) if at >= first and not answer[f"said {at}"]["doc_count"])
        return Counted(unfolded, total if fold else unfolded, counts, none, repeated)

    def _counting(self, matching: Clause, silent: Sequence[Concept]) -> dict[str, Any]:
        fold, mirror = self._request.fold, self._mirror
        alone: list[Clause] = [{"term": {"alone": True}}] if fold else []
        kept = {"bool": {"filter": self._narrowing.without()}}
        aggregations = counting(self._narrowing, mirror, alone)
        aggregations["kept"] = {"filter": kept, "aggs": {"alone": {"filter": {"term": {"alone": True}}}}}
        for place, concept in enumerate(silent):
            aggregations[f"said {place}"] = {"filter": {"bool": {"filter": [kept, having(concept)]}}}
        if fold:
            aggregations["repeated"] = _repeated(0, 1)
        return {"size": 0, "query": matching, "aggs": aggregations, "track_total_hits": False}

    def _repeated_docs(self, answer: Mapping[str, Any]) -> Ints:
        """The matching passages of groups of repeated answers, whatever is chosen, ascending."""
        mirror, many = self._mirror, int(answer["doc_count"])
        parts = -(-many // (_REPEATED_AT_ONCE // 2)) if many > _REPEATED_AT_ONCE else 1
        hashes = [bucket["key"] for bucket in answer["hashes"]["buckets"]] if parts == 1 else []
        for part in range(parts if parts > 1 else 0):
            asked = {"repeated": _repeated(part, parts)}
            body = {"size": 0, "query": self.found.matching, "aggs": asked, "track_total_hits": False}
            found = mirror.connection.search(mirror.index, body)["aggregations"]["repeated"]["hashes"]
            hashes += [bucket["key"] for bucket in found["buckets"]]
        return np.sort(mirror.numbers(hashes)).astype(np.int32)

    # The best

    def best(self, places: Places) -> Longs:
        """The passages from one place to another in the order asked for, as far as the cluster knows it.

        Of each group of repeated answers, where they are to be folded, the one with the best score (see `matching_of`).
        """
        return self._numbers(self._answer(self._bests(self.found.matching, places, self.found.most)))

    def _bests(self, matching: Clause, places: Places, most: float) -> dict[str, Any]:
        best = most * (ONLY_WISHES if self._plan.any_of else 1.0) if self._plan.wishes else 0.0
        body: dict[str, Any] = {
            "from": places.begin,
            "size": places.end - places.begin,
            "query": scored(self._plan, matching, best),
            "sort": self._sort(),
            "track_scores": True,
            "track_total_hits": False,
            **_NO_SOURCE,
        }
        if self._narrowing.any:
            body["post_filter"] = {"bool": {"filter": self._narrowing.without()}}
        if places.alone:
            body["query"] = {"bool": {"must": [body["query"]], "filter": [{"term": {"alone": True}}]}}
        elif self._request.fold:
            body["collapse"] = {"field": "group"}
        return body

    def _sort(self) -> list[Any]:
        browsing: list[Any] = [{"newest": "asc"}, {"rest": "asc"}]
        orders: dict[str, list[Any]] = {
            "newest": browsing,
            "oldest": [{"oldest": "asc"}, {"rest": "asc"}],
            "added": [{"added": "desc"}, *browsing],
        }
        by_score = browsing if self._plan.empty else [{"blank": "asc"}, "_score", *browsing]
        return orders.get(self._request.sort, by_score)

    def matching_of(self, numbers: Longs) -> Longs:
        """All passages that match and pass of the groups of repeated answers that these are of; ascending.

        Those that repeat nothing are taken at their word.
        """
        alone = self._mirror.alone[numbers]
        leaders = np.unique(self._mirror.columns.doc_group[numbers[~alone]]).astype(np.int64)
        unknown = np.asarray([leader for leader in leaders.tolist() if leader not in self._members], dtype=np.int64)
        if len(unknown):
            texts = [*numbers.tolist(), *self._mirror.repeats_of(unknown).tolist()]
            found = self._having(self._of_groups(unknown), texts)
            groups = self._mirror.columns.doc_group[found]
            self._members |= {leader: found[groups == leader] for leader in unknown.tolist()}
        known = [self._members[leader] for leader in leaders.tolist()]
        return np.unique(np.concatenate([numbers[alone], *known]))

    def matched(self, numbers: Longs) -> Longs:
        """Those of some passages that match and pass, with what repeats them."""
        if not len(numbers):
            return numbers
        alone = {"terms": {"hash": [self._mirror.hash_of(number) for number in numbers.tolist()]}}
        leaders = np.unique(self._mirror.columns.doc_group[numbers]).astype(np.int64)
        return np.unique(self._having({"bool": {"should": [alone, self._of_groups(leaders)]}}, numbers.tolist()))

    def _of_groups(self, leaders: Longs) -> Clause:
        return {"terms": {"group": [self._mirror.hash_of(leader) for leader in leaders.tolist()]}}

    def _having(self, clause: Clause, shown: Sequence[int]) -> Longs:
        """The passages that match and pass, and satisfy a clause; the texts of those ``shown`` next come with them."""
        clauses = [self.found.matching, *self._narrowing.without(), clause]
        query = {"bool": {"filter": clauses}}
        body = {"size": _MOST_OF_GROUPS, "query": query, "track_total_hits": False, **_NO_SOURCE}
        return self._numbers(self._mirror.contents.along(body, shown))

    def _numbers(self, answer: Mapping[str, Any]) -> Longs:
        return self._mirror.numbers([hit["fields"]["hash"][0] for hit in answer["hits"]["hits"]])


def _key(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


def _repeated(part: int, parts: int) -> dict[str, Any]:
    terms: dict[str, Any] = {"field": "hash", "size": _REPEATED_AT_ONCE}
    if parts > 1:
        terms["include"] = {"partition": part, "num_partitions": parts}
    return {"filter": {"term": {"alone": False}}, "aggs": {"hashes": {"terms": terms}}}


def _added(first: Counts, second: Counts) -> Counts:
    found: dict[str, dict[Value, int]] = {}
    for facet in FACETS:
        found[facet] = dict(first[facet])
        for value, count in second[facet].items():
            found[facet][value] = found[facet].get(value, 0) + count
    return found
