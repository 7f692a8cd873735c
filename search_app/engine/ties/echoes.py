"""Answers that repeat others over the years: how alike two are, and all groups of the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, Longs, runs
from indexer.language.gists import Gists, likeness
from search_app.engine.matching.counting import make_filters, narrow
from search_app.request.model import SearchRequest

T = TypeVar("T")


def likeness_of(doc: int, other: int, build: Build) -> float:
    """How nearly two answers of a group say the same, 0…1; 1 for the same text."""
    prints = build.columns.doc_print
    if prints[doc] == prints[other]:
        return 1.0
    earlier, later = max(doc, other), min(doc, other)
    return build.remember(("likeness", earlier, later), lambda: _reckoned(earlier, later, build))


def likeness_of_texts(earlier: tuple[str, int | None], later: tuple[str, int | None], build: Build) -> float:
    """The same of two texts, each with the year of its report."""
    gists = gists_of(build)
    return likeness(gists.gist(*earlier), gists.gist(*later))


def gists_of(build: Build) -> Gists:
    """What makes gists of texts; the words that it has seen are kept."""
    return build.remember("gists", lambda: Gists(build.analyzer))


def _reckoned(earlier: int, later: int, build: Build) -> float:
    first, second = ((build.passage(doc).text, build.report_of(doc).year) for doc in (earlier, later))
    return likeness_of_texts(first, second, build)


class Repeated(NamedTuple):
    """An answer said in several years."""

    numbers: tuple[int, ...]
    """Handles of the answers, newest first."""
    years: tuple[int, ...]
    """Of their reports, each once, newest first."""
    kind: str


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some of what is asked for, and how much there is."""

    total: int
    kinds: Mapping[str, int]
    """Kind of question → how many there would be of it."""
    found: tuple[T, ...]


def repeats(wanted: SearchRequest, begin: int, end: int, build: Build) -> Slice[Repeated]:
    """The groups of answers said in several years, from one place to another: those said in most years first, of
    these the latest. Only city, section and kind narrow them.
    """
    found: _Groups = build.remember("groups of repeats", lambda: _groups(build))
    leaders = found.docs[found.begins[:-1]]
    chosen, kinds = _chosen(leaders, wanted, build)
    shown = [_repeated(found, place, build) for place in chosen[begin:end].tolist()]
    return Slice(len(chosen), kinds, tuple(shown))


def newcomers(year: int, wanted: SearchRequest, begin: int, end: int, build: Build) -> Slice[int]:
    """The answers of a year that are said for the first time, where the question was answered in an earlier year."""
    columns = build.columns
    first_of_group, first_of_bucket = build.remember("first years", lambda: _first_years(build))
    new = (_years(build) == year) & ~columns.doc_blank & (first_of_group == year) & (first_of_bucket < year)
    docs = np.flatnonzero(new).astype(np.int32)
    chosen, kinds = _chosen(docs, wanted, build)
    return Slice(len(chosen), kinds, tuple(docs[chosen[begin:end]].tolist()))


def _chosen(docs: Ints, wanted: SearchRequest, build: Build) -> tuple[Longs, dict[str, int]]:
    """The places of the passages that pass, and the counts that each kind would give."""
    narrowed = narrow(docs, make_filters(SearchRequest(city=wanted.city, section=wanted.section), (), build), build)
    kept = np.arange(len(docs)) if narrowed.kept is None else np.flatnonzero(narrowed.kept)
    names = [str(name) for name in build.values["kind"]]
    kinds = build.columns.class_kind[build.columns.doc_class[docs[kept]]]
    counts = np.bincount(kinds, minlength=len(names)).tolist()
    if wanted.kind:
        kept = kept[np.isin(kinds, [place for place, name in enumerate(names) if name in wanted.kind])]
    return kept, {name: count for name, count in zip(names, counts, strict=True) if count}


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of answers said in several years, those said in most years first."""

    begins: Longs
    """Where each group's answers begin in ``docs``, and the end of the last."""
    docs: Ints
    """Passages, group after group, newest first."""


_UNKNOWN = np.iinfo(np.int32).max
"""A year that is not known: it is never the first."""


def _years(build: Build) -> Ints:
    """The year of each passage."""
    values = [year if isinstance(year, int) else _UNKNOWN for year in build.values["year"]]
    years: Ints = np.asarray(values, dtype=np.int32)[build.columns.report_year][build.columns.doc_report]
    return years


def _groups(build: Build) -> _Groups:
    leaders, years = build.columns.doc_group, _years(build)
    told = np.flatnonzero((np.bincount(leaders, minlength=len(leaders))[leaders] > 1) & (years != _UNKNOWN))
    told = told[~build.columns.doc_blank[told]]
    docs = told[np.lexsort((told, leaders[told]))]
    if not len(docs):
        return _Groups(np.zeros(1, dtype=np.int64), docs.astype(np.int32))
    begins = np.flatnonzero(np.concatenate([[True], np.diff(leaders[docs]) != 0]))
    ends = np.append(begins[1:], len(docs))
    # Newest first, so a year begins wherever it differs from the one before.
    another = np.concatenate([[True], np.diff(years[docs]) != 0])
    another[begins] = True
    distinct = np.add.reduceat(another.astype(np.int64), begins)
    several = np.flatnonzero(distinct > 1)
    order = several[np.lexsort((docs[begins[several]], -years[docs[begins[several]]], -distinct[several]))]
    sizes = (ends - begins)[order]
    return _Groups(np.concatenate([[0], np.cumsum(sizes)]), docs[runs(begins[order], ends[order])].astype(np.int32))


def _repeated(found: _Groups, place: int, build: Build) -> Repeated:
    docs = found.docs[found.begins[place] : found.begins[place + 1]].tolist()
    years = build.values["year"]
    reports = build.columns.report_year[build.columns.doc_report[docs]].tolist()
    kind = build.values["kind"][int(build.columns.class_kind[build.columns.doc_class[docs[0]]])]
    return Repeated(tuple(docs), tuple(dict.fromkeys(int(str(years[year])) for year in reports)), str(kind))


def _first_years(build: Build) -> tuple[Ints, Ints]:
    """For each passage the first year of its group and that of its bucket."""
    columns, years = build.columns, _years(build)
    groups = np.full(columns.passages, _UNKNOWN, dtype=np.int32)
    np.minimum.at(groups, columns.doc_group, years)
    _, places = np.unique(columns.doc_bucket, return_inverse=True)
    buckets = np.full(columns.passages, _UNKNOWN, dtype=np.int32)
    np.minimum.at(buckets, places[~columns.doc_blank], years[~columns.doc_blank])
    return groups[columns.doc_group], buckets[places]
