"""Facets over the columns: which passages pass the chosen values, and how many each value would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, Longs, starts
from search_app.engine.alike_cities import alike_cities
from search_app.engine.matching.scratch import scratch_of
from search_app.engine.matching.tallying import find_first, tally, tally_repeated
from search_app.engine.query.tree import Restriction
from search_app.request.model import FACETS, SearchRequest, Value

CITY_FACETS = ("region", "size")
"""What follows from the city."""

REPORT_FACETS = ("city", "year", "section", *CITY_FACETS)

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


_NOTHING_CHOSEN = Filters(dict.fromkeys(FACETS), ())
EVERYTHING = Narrowed(None, dict.fromkeys(FACETS))
"""What nothing narrows."""


def make_filters(request: SearchRequest, restrictions: Sequence[Restriction], build: Build) -> Filters:
    """The filters of a request and of what its query restricts."""
    if not (restrictions or request.narrows):
        return _NOTHING_CHOSEN
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
    if filters is _NOTHING_CHOSEN:
        return EVERYTHING
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
    return _counted(docs, narrowed, _tallied, build)


def count_folded(docs: Ints, narrowed: Narrowed, build: Build) -> dict[str, dict[Value, int]]:
    """The same where answers repeated over the years count once for each value that one of them has."""
    return _counted(docs, narrowed, _tallied_once, build)


def _counted(
    docs: Ints, narrowed: Narrowed, tallied: Callable[[Ints, _Values, Build], Longs], build: Build
) -> dict[str, dict[Value, int]]:
    values: _Values = build.remember("values of facets", lambda: _values(build))
    found: dict[int, Mapping[str, dict[Value, int]]] = {}
    counted: dict[str, dict[Value, int]] = {}
    for facet in FACETS:
        kept = narrowed.without[facet]
        named = found.get(id(kept))
        if named is None:
            counts = tallied(docs if kept is None else docs[kept], values, build)
            named = found[id(kept)] = values.named(counts)
        counted[facet] = named[facet]
    return counted


def first_of_group(docs: Ints, build: Build) -> Ints:
    """For each passage the place of the first one of its group of repeated answers."""
    first = np.empty(len(docs), dtype=np.int32)
    find_first(docs, build.columns.doc_group, scratch_of(build).written, first)
    return first


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of all facets, numbered through."""

    of_facets: Sequence[tuple[str, Sequence[Value], int, int]]
    """Each facet with its values, and from where to where these are numbered."""
    owner_start: Longs
    of_owners: Ints
    """The values of each report, then the kind and the topics of each class: the owners of values."""
    value_start: Longs
    owners: Ints
    """Whose each value is: reports and classes, of a facet that goes by cities the values that are cities."""

    def named(self, counts: Longs) -> dict[str, dict[Value, int]]:
        """Facet → value → its count, values without any left out."""
        told: list[int] = counts.tolist()
        return {
            facet: dict(compress(zip(names, told[begin:end], strict=True), told[begin:end]))
            for facet, names, begin, end in self.of_facets
        }


def _values(build: Build) -> _Values:
    columns = build.columns
    begins = starts(np.asarray([len(build.values[facet]) for facet in FACETS])).tolist()
    first = dict(zip(FACETS, begins, strict=False))
    reports, classes = len(columns.report_city), len(columns.class_kind)
    numbers = reports + np.arange(classes)
    of_report = {facet: build.report_values(facet) + first[facet] for facet in REPORT_FACETS}
    of_reports = {facet: np.stack([np.arange(reports), values]) for facet, values in of_report.items()}
    of_classes = [
        np.stack([numbers, columns.class_kind + first["kind"]]),
        np.stack([np.repeat(numbers, np.diff(columns.class_topics_start)), columns.class_topics + first["topic"]]),
    ]
    # A few dozen cities are gone through faster than all their reports.
    cities = reports + classes + of_report["city"]
    of_cities = {facet: np.unique(np.stack([cities, of_report[facet]]), axis=1) for facet in CITY_FACETS}
    owners, values = np.concatenate([*of_reports.values(), *of_classes], axis=1)
    owners_of_values, owned = np.concatenate([*(of_reports | of_cities).values(), *of_classes], axis=1)
    return _Values(
        [(facet, build.values[facet], *begins[at : at + 2]) for at, facet in enumerate(FACETS)],
        *_grouped(values, owners, reports + classes),
        *_grouped(owners_of_values, owned, begins[-1]),
    )


def _grouped(members: Longs, groups: Longs, count: int) -> tuple[Longs, Ints]:
    """Where the members of each group begin, and the members, one group behind the other."""
    order = np.argsort(groups, kind="stable")
    return starts(np.bincount(groups, minlength=count)), members[order].astype(np.int32)


def _tallied(docs: Ints, values: _Values, build: Build) -> Longs:
    counts = np.zeros(len(values.value_start) - 1, dtype=np.int64)
    _tally(docs, values, build, counts)
    return counts


def _tallied_once(docs: Ints, values: _Values, build: Build) -> Longs:
    columns = build.columns
    counts = np.zeros(len(values.value_start) - 1, dtype=np.int64)
    alone = np.empty(len(docs), dtype=np.int32)
    count = tally_repeated(
        docs,
        first_of_group(docs, build),
        columns.doc_report,
        columns.doc_class,
        len(columns.report_city),
        values.owner_start,
        values.of_owners,
        np.full(len(docs), -1, dtype=np.int32),
        np.full(len(counts), -1, dtype=np.int32),
        alone,
        counts,
    )
    _tally(alone[:count], values, build, counts)
    return counts


def _tally(docs: Ints, values: _Values, build: Build, counts: Longs) -> None:
    columns, scratch = build.columns, scratch_of(build)
    tally(
        docs,
        columns.doc_report,
        columns.doc_class,
        len(columns.report_city),
        values.owner_start,
        values.of_owners,
        values.value_start,
        values.owners,
        scratch.by_owner,
        counts,
    )


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
