"""Facets over the columns: which passages pass the chosen values, and how many each value would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.build import Build
from indexer.columns import Ints
from search_app.model import FACETS, SearchRequest, Value
from search_app.query import Restriction

REPORT_FACETS = ("city", "year", "section")

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """What each facet lets pass: a flag per report or per class; ``None`` where everything passes."""

    facets: Mapping[str, Flags | None]
    always: Sequence[tuple[str, Flags]]
    """Restrictions typed into the query: no facet is counted without them."""

    def passing(self, docs: Ints, build: Build) -> tuple[Ints | slice, Mapping[str, Flags]]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The passages that pass every filter, and those that pass all filters but one facet's own."""

    kept: Flags | None
    """Over the passages asked about; ``None`` when all pass."""
    without: Mapping[str, Flags | None]
    """The same without the filter of one facet."""


def make_filters(request: SearchRequest, restrictions: Sequence[Restriction], build: Build) -> Filters:
    """The filters of a request and of what its query restricts."""
    facets: dict[str, Flags | None] = {}
    for facet in FACETS:
        chosen = request.selected(facet)
        flags = _flags(facet, chosen, build) if chosen else None
        if facet == "year" and (request.year_from is not None or request.year_to is not None):
            in_range = _in_range(request.year_from, request.year_to, build)
            flags = in_range if flags is None else flags & in_range
        facets[facet] = flags
    always = [(restriction.facet, _restriction_flags(restriction, build)) for restriction in restrictions]
    return Filters(facets, always)


def narrow(docs: Ints, filters: Filters, build: Build) -> Narrowed:
    """Which of the passages pass."""
    flags: dict[str, Flags] = {}
    for facet, allowed in filters.facets.items():
        if allowed is not None:
            flags[facet] = _spread(facet, allowed, docs, build)
    always: Flags | None = None
    for facet, allowed in filters.always:
        always = _both(always, _spread(facet, allowed, docs, build))
    kept = always
    for passed in flags.values():
        kept = _both(kept, passed)
    without: dict[str, Flags | None] = {}
    for facet in FACETS:
        rest = always
        for other, passed in flags.items():
            if other != facet:
                rest = _both(rest, passed)
        without[facet] = rest if facet in flags else kept
    return Narrowed(kept, without)


def count_facets(docs: Ints, narrowed: Narrowed, build: Build) -> dict[str, dict[Value, int]]:
    """Facet → value → passages, each facet without its own filter; values without passages are left out."""
    counted: dict[str, dict[Value, int]] = {}
    by_report: dict[int, NDArray[np.int64]] = {}
    by_class: dict[int, NDArray[np.int64]] = {}
    for facet in FACETS:
        kept = narrowed.without[facet]
        cache, owners, size = (
            (by_report, build.columns.doc_report, len(build.columns.report_city))
            if facet in REPORT_FACETS
            else (by_class, build.columns.doc_class, len(build.columns.class_kind))
        )
        counts = cache.get(id(kept))
        if counts is None:
            chosen = docs if kept is None else docs[kept]
            counts = cache[id(kept)] = np.bincount(owners[chosen], minlength=size)
        counted[facet] = _by_value(facet, counts, build)
    return counted


def count_folded(docs: Ints, narrowed: Narrowed, build: Build) -> dict[str, dict[Value, int]]:
    """The same where answers repeated over the years count once for each value that one of them has."""
    columns = build.columns
    counted: dict[str, dict[Value, int]] = {}
    for facet in FACETS:
        kept = narrowed.without[facet]
        chosen = docs if kept is None else docs[kept]
        groups = columns.doc_group[chosen]
        if facet in REPORT_FACETS:
            values = getattr(columns, f"report_{facet}")[columns.doc_report[chosen]]
        elif facet == "kind":
            values = columns.class_kind[columns.doc_class[chosen]]
        else:
            classes = columns.doc_class[chosen]
            lengths = np.diff(columns.class_topics_start)[classes]
            groups = np.repeat(groups, lengths)
            starts = columns.class_topics_start[classes]
            values = columns.class_topics[_runs(starts, starts + lengths)]
        size = max(len(build.values[facet]), 1)
        pairs = np.unique(groups.astype(np.int64) * size + values)
        counts = np.bincount(pairs % size, minlength=size)
        counted[facet] = _named(facet, counts, build)
    return counted


def _runs(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    from indexer.inversion import runs

    return runs(begins, ends)


def _by_value(facet: str, counts: NDArray[np.int64], build: Build) -> dict[Value, int]:
    """Counts per report or class summed up per value."""
    columns = build.columns
    size = len(build.values[facet])
    if facet in REPORT_FACETS:
        summed = np.bincount(getattr(columns, f"report_{facet}"), weights=counts, minlength=size)
    elif facet == "kind":
        summed = np.bincount(columns.class_kind, weights=counts, minlength=size)
    else:
        spread = np.repeat(counts, np.diff(columns.class_topics_start))
        summed = np.bincount(columns.class_topics, weights=spread, minlength=size)
    return _named(facet, summed.astype(np.int64), build)


def _named(facet: str, counts: NDArray[np.int64], build: Build) -> dict[Value, int]:
    values = build.values[facet]
    return {values[place]: int(counts[place]) for place in np.flatnonzero(counts).tolist()}


def _flags(facet: str, chosen: Sequence[Value], build: Build) -> Flags:
    """Per report or class: whether it has one of the values."""
    columns = build.columns
    wanted = np.asarray([value in chosen for value in build.values[facet]], dtype=np.bool_)
    if facet in REPORT_FACETS:
        return _picked(wanted, getattr(columns, f"report_{facet}"))
    if facet == "kind":
        return _picked(wanted, columns.class_kind)
    owners = np.repeat(np.arange(len(columns.class_kind)), np.diff(columns.class_topics_start))
    flags = np.zeros(len(columns.class_kind), dtype=np.bool_)
    flags[owners[_picked(wanted, columns.class_topics)]] = True
    return flags


def _picked(wanted: Flags, places: Ints) -> Flags:
    picked: Flags = wanted[places] if len(wanted) else np.zeros(len(places), dtype=np.bool_)
    return picked


def _in_range(low: int | None, high: int | None, build: Build) -> Flags:
    inside = [
        isinstance(year, int) and (low is None or year >= low) and (high is None or year <= high)
        for year in build.values["year"]
    ]
    return _picked(np.asarray(inside, dtype=np.bool_), build.columns.report_year)


def _restriction_flags(restriction: Restriction, build: Build) -> Flags:
    if restriction.values:
        return _flags(restriction.facet, restriction.values, build)
    return _in_range(restriction.low, restriction.high, build)


def _spread(facet: str, allowed: Flags, docs: Ints, build: Build) -> Flags:
    owners = build.columns.doc_report if facet in REPORT_FACETS else build.columns.doc_class
    passed: Flags = allowed[owners[docs]]
    return passed


def _both(first: Flags | None, second: Flags) -> Flags:
    return second if first is None else first & second
