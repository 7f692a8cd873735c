"""What a query finds in the cluster: its candidates in order, how many there are, what each value would give."""

from __future__ import annotations

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
    silent: tuple[str, ...]
    """Labels of the concepts asked about that none of them says."""
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


class Finder:
    """Asks the cluster about one request. Raises EngineGone wherever it does not answer."""

    def __init__(self, request: SearchRequest, plan: Plan, mirror: Mirror, found: Found | None = None) -> None:
        """``found`` is what satisfies the plan, where that is known from another request."""
        self._request, self._plan, self._mirror = request, plan, mirror
        self._narrowing: Narrowing = narrowing_of(request, plan.restrictions, mirror)
        self.found = found or self._found()

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
        answer = self._mirror.connection.search(
            self._mirror.index, body | ({"aggs": aggregations} if aggregations else {})
        )
        hits, found = answer["hits"]["hits"], answer.get("aggregations", {})
        counts = {name: int(told["doc_count"]) for name, told in found.items()}
        top = self._mirror.numbers([hit["fields"]["hash"][0] for hit in hits]).tolist()
        most = float(hits[0]["_score"]) if hits else 0.0
        return _Look(most, top[0] if top else None, **counts)

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

    def counted(self, silent: Sequence[Concept]) -> Counted:
        """Counts of all that passes; ``silent`` are concepts that perhaps none of them says."""
        fold, mirror = self._request.fold, self._mirror
        alone: list[Clause] = [{"term": {"alone": True}}] if fold else []
        kept = {"bool": {"filter": self._narrowing.without()}}
        aggregations = counting(self._narrowing, mirror, alone)
        aggregations["kept"] = {"filter": kept, "aggs": {"alone": {"filter": {"term": {"alone": True}}}}}
        for place, concept in enumerate(silent):
            aggregations[f"said {place}"] = {"filter": {"bool": {"filter": [kept, having(concept)]}}}
        if fold:
            aggregations["repeated"] = _repeated(0, 1)
        body = {"size": 0, "query": self.found.matching, "aggs": aggregations, "track_total_hits": False}
        answer = mirror.connection.search(mirror.index, body)["aggregations"]
        repeated = np.empty(0, dtype=np.int32)
        unfolded, total = int(answer["kept"]["doc_count"]), int(answer["kept"]["alone"]["doc_count"])
        counts: Counts = counts_in(answer, mirror)
        if fold:
            docs = self._repeated_docs(answer["repeated"])
            narrowed = narrow(docs, make_filters(self._request, self._plan.restrictions, mirror), mirror)
            counts = _added(counts, count_folded(docs, narrowed, mirror))
            repeated = docs if narrowed.kept is None else docs[narrowed.kept]
            total += len(np.unique(mirror.columns.doc_group[repeated]))
        labels = [one.label for at, one in enumerate(silent) if not answer[f"said {at}"]["doc_count"]]
        return Counted(unfolded, total if fold else unfolded, counts, tuple(dict.fromkeys(labels)), repeated)

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

    def best(self, begin: int, end: int, *, alone: bool = False) -> Longs:
        """The passages from one place to another in the order asked for, as far as the cluster knows it.

        Of each group of repeated answers, where they are to be folded, the one with the best score (see `matching_of`);
        with ``alone`` none of them.
        """
        most = self.found.most * (ONLY_WISHES if self._plan.any_of else 1.0)
        body: dict[str, Any] = {
            "from": begin,
            "size": end - begin,
            "query": scored(self._plan, self.found.matching, most),
            "sort": self._sort(),
            "track_scores": True,
            "track_total_hits": False,
            **_NO_SOURCE,
        }
        if self._narrowing.any:
            body["post_filter"] = {"bool": {"filter": self._narrowing.without()}}
        if alone:
            body["query"] = {"bool": {"must": [body["query"]], "filter": [{"term": {"alone": True}}]}}
        elif self._request.fold:
            body["collapse"] = {"field": "group"}
        return self._numbers(body)

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
        columns = self._mirror.columns
        alone = self._mirror.alone[numbers]
        leaders = np.unique(columns.doc_group[numbers[~alone]]).tolist()
        if not leaders:
            return np.unique(numbers)
        groups = {"terms": {"group": [self._mirror.hash_of(leader) for leader in leaders]}}
        return np.unique(np.concatenate([numbers[alone], self._having(groups)]))

    def matched(self, numbers: Longs) -> Longs:
        """Those of some passages that match and pass, with what repeats them."""
        if not len(numbers):
            return numbers
        columns = self._mirror.columns
        alone = {"terms": {"hash": [self._mirror.hash_of(number) for number in numbers.tolist()]}}
        leaders = np.unique(columns.doc_group[numbers]).tolist()
        groups = {"terms": {"group": [self._mirror.hash_of(leader) for leader in leaders]}}
        return np.unique(self._having({"bool": {"should": [alone, groups]}}))

    def _having(self, clause: Clause) -> Longs:
        clauses = [self.found.matching, *self._narrowing.without(), clause]
        query = {"bool": {"filter": clauses}}
        body = {"size": _MOST_OF_GROUPS, "query": query, "track_total_hits": False, **_NO_SOURCE}
        return self._numbers(body)

    def _numbers(self, body: Mapping[str, Any]) -> Longs:
        hits = self._mirror.connection.search(self._mirror.index, body)["hits"]["hits"]
        return self._mirror.numbers([hit["fields"]["hash"][0] for hit in hits])


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
