"""Facets over the columns: which passages pass the chosen values, and how many each value would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, runs
from search_app.engine.alike_cities import alike_cities
from search_app.engine.query.tree import Restriction
from search_app.request.model import FACETS, SearchRequest, Value

REPORT_FACETS = ("city", "year", "section", "region", "size")

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """What each facet lets pass: a flag per report or per class; ``None`` where everything passes."""

    facets: Mapping[str, Flags | None]
    always: Sequence[tuple[str, Flags]]
    """Restrictions typed into the query: no facet is counted without them."""


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
    if request.like:
        always.append(("city", _flags("city", [city.name for city in alike_cities(request.like, build)], build)))
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


def docs_with(facet: str, values: Sequence[Value], build: Build) -> Ints:
    """The passages that have one of the values of a facet, ascending."""
    everything = np.arange(build.columns.passages, dtype=np.int32)
    return everything[_spread(facet, _flags(facet, values, build), everything, build)]


def count_facets(docs: Ints, narrowed: Narrowed, build: Build) -> dict[str, dict[Value, int]]:
    """Facet → value → passages, each facet without its own filter; values without passages are left out."""
    counted: dict[str, dict[Value, int]] = {}
    tallies: dict[tuple[int, bool], _Tally] = {}
    for facet in FACETS:
        kept = narrowed.without[facet]
        of_reports = facet in REPORT_FACETS
        tally = tallies.get((id(kept), of_reports))
        if tally is None:
            tally = tallies[id(kept), of_reports] = _tally(docs if kept is None else docs[kept], of_reports, build)
        counted[facet] = _named(facet, _value_counts(facet, tally, build), build)
    return counted


def count_folded(docs: Ints, narrowed: Narrowed, build: Build) -> dict[str, dict[Value, int]]:
    """The same where answers repeated over the years count once for each value that one of them has."""
    counted: dict[str, dict[Value, int]] = {}
    parts: dict[int, tuple[_Groups, _Tally, _Tally]] = {}
    for facet in FACETS:
        kept = narrowed.without[facet]
        if id(kept) not in parts:
            groups = _groups(docs if kept is None else docs[kept], build)
            parts[id(kept)] = (groups, _tally(groups.first, True, build), _tally(groups.first, False, build))
        groups, by_report, by_class = parts[id(kept)]
        counts = _value_counts(facet, by_report if facet in REPORT_FACETS else by_class, build)
        varied = np.flatnonzero(_varied(facet, build).take(build.columns.doc_group.take(groups.repeated)))
        if len(varied):
            several = groups.repeated[varied]
            once = _tally(several[groups.is_first[varied]], facet in REPORT_FACETS, build)
            counts = counts + _counts_of_repeated(facet, several, build) - _value_counts(facet, once, build)
        counted[facet] = _named(facet, counts, build)
    return counted


def first_of_group(docs: Ints, build: Build) -> Ints:
    """For each passage the place of the first one of its group of repeated answers."""
    groups = build.columns.doc_group[docs]
    # Written backwards, so that the first is what stays; only what has been written is read.
    table = np.empty(build.columns.passages, dtype=np.int32)
    table[groups[::-1]] = np.arange(len(docs) - 1, -1, -1, dtype=np.int32)
    found: Ints = table[groups]
    return found


@dataclass(frozen=True, slots=True)
class _Groups:
    """Passages by groups of repeated answers."""

    first: Ints
    """One passage of each group."""
    repeated: Ints
    """Those that are not alone in their group…"""
    is_first: Flags
    """…and which of them are in ``first``."""


def _groups(docs: Ints, build: Build) -> _Groups:
    places = np.arange(len(docs), dtype=np.int32)
    first = first_of_group(docs, build)
    leading = first == places
    repeated = ~leading
    repeated[first[repeated]] = True
    return _Groups(docs[leading], docs[repeated], leading[repeated])


def _varied(facet: str, build: Build) -> Flags:
    """For each group whether its passages may differ in a facet; most are the same but for the year."""
    return build.remember(("varied", facet), lambda: _made_varied(facet, build))


def _made_varied(facet: str, build: Build) -> Flags:
    columns = build.columns
    owners = columns.doc_report if facet in REPORT_FACETS else columns.doc_class
    values = build.report_values(facet)[owners] if facet in REPORT_FACETS else owners
    some = np.empty(columns.passages, dtype=values.dtype)
    some[columns.doc_group] = values
    flags = np.zeros(columns.passages, dtype=np.bool_)
    flags[columns.doc_group[some[columns.doc_group] != values]] = True
    return flags


def _counts_of_repeated(facet: str, docs: Ints, build: Build) -> NDArray[np.int64]:
    """Groups per value."""
    columns = build.columns
    groups = columns.doc_group[docs]
    if facet in REPORT_FACETS:
        values = build.report_values(facet)[columns.doc_report[docs]]
    elif facet == "kind":
        values = columns.class_kind[columns.doc_class[docs]]
    else:
        classes = columns.doc_class[docs]
        begins, ends = columns.class_topics_start[classes], columns.class_topics_start[classes + 1]
        groups = np.repeat(groups, ends - begins)
        values = columns.class_topics[runs(begins, ends)]
    size = max(len(build.values[facet]), 1)
    # Sorting is faster than `np.unique`, which hashes.
    pairs = np.sort(groups.astype(np.int64) * size + values)
    pairs = pairs[np.concatenate([pairs[:1] == pairs[:1], pairs[1:] != pairs[:-1]])]
    return np.bincount(pairs % size, minlength=len(build.values[facet]))


@dataclass(frozen=True, slots=True)
class _Tally:
    """Passages by report or by class: of few passages the owner of each, of many the count of each owner."""

    owners: Ints
    counts: NDArray[np.int64] | None
    """Over all reports or classes; ``None`` where the owners are looked at one by one."""


def _tally(docs: Ints, of_reports: bool, build: Build) -> _Tally:
    columns = build.columns
    owners = (columns.doc_report if of_reports else columns.doc_class)[docs]
    size = len(columns.report_city) if of_reports else len(columns.class_kind)
    # Summing up over all owners costs about as much as looking at a quarter as many passages one by one.
    if len(docs) * _LOOKING_COST < size:
        return _Tally(owners, None)
    return _Tally(owners, np.bincount(owners, minlength=size))


_LOOKING_COST = 4


def _value_counts(facet: str, tally: _Tally, build: Build) -> NDArray[np.int64]:
    """Counts per report or class summed up per value."""
    columns = build.columns
    if facet == "topic":
        return _topic_counts(tally, build)
    size = len(build.values[facet])
    values = columns.class_kind if facet == "kind" else build.report_values(facet)
    if tally.counts is None:
        return np.bincount(values[tally.owners], minlength=size)
    return np.bincount(values, weights=tally.counts, minlength=size).astype(np.int64)


def _topic_counts(tally: _Tally, build: Build) -> NDArray[np.int64]:
    columns = build.columns
    size = len(build.values["topic"])
    if tally.counts is None:
        begins, ends = columns.class_topics_start[tally.owners], columns.class_topics_start[tally.owners + 1]
        return np.bincount(columns.class_topics[runs(begins, ends)], minlength=size)
    classes, edges, topics = build.remember("classes by topic", lambda: _classes_by_topic(build))
    counts = np.zeros(size, dtype=np.int64)
    if len(topics):
        counts[topics] = np.add.reduceat(tally.counts[classes], edges)
    return counts


def _classes_by_topic(build: Build) -> tuple[NDArray[np.int64], NDArray[np.int64], Ints]:
    """The classes of each topic, one topic after the other; where each topic begins; the topics."""
    columns = build.columns
    order = np.argsort(columns.class_topics, kind="stable")
    owners = np.repeat(np.arange(len(columns.class_kind)), np.diff(columns.class_topics_start))
    topics, edges = np.unique(columns.class_topics[order], return_index=True)
    return owners[order], edges, topics


def _named(facet: str, counts: NDArray[np.int64], build: Build) -> dict[Value, int]:
    values, places = build.values[facet], np.flatnonzero(counts)
    return dict(zip(map(values.__getitem__, places.tolist()), counts[places].tolist(), strict=True))


def _flags(facet: str, chosen: Sequence[Value], build: Build) -> Flags:
    """Per report or class: whether it has one of the values."""
    columns = build.columns
    wanted = np.asarray([value in chosen for value in build.values[facet]], dtype=np.bool_)
    if facet in REPORT_FACETS:
        return _picked(wanted, build.report_values(facet))
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
