"""What the archive's cities say of other cities: found, counted and summed up over the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, Longs, runs
from indexer.model import TONES, Passage, Remark, Report
from indexer.report.remarks import remarks_of
from search_app.engine.matching.counting import make_filters, narrow
from search_app.request.mentions import MentionsRequest
from search_app.request.model import SearchRequest, Value


class Spoken(NamedTuple):
    """One city that an answer mentions."""

    passage: Passage
    report: Report
    remark: Remark

    @property
    def sentence(self) -> str:
        """The statement that speaks of the city."""
        return self.passage.text[self.remark.start : self.remark.end]


class Tie(NamedTuple):
    """From which city to which, in what tone."""

    city: Value
    mentioned: str
    tone: str


class Tallies(NamedTuple):
    """Mentions counted."""

    ties: Mapping[Tie, int]
    topics: Mapping[tuple[str, Value], int]
    """Mentioned city and topic → mentions."""
    newest: Mapping[str, int]
    """Mentioned city → handle of the newest answer that mentions it."""


def mentioned_cities(build: Build) -> tuple[str, ...]:
    """The cities that are mentioned at all."""
    return tuple(str(name) for name in build.values["mentioned"])


def remarks_in(text: str, own: str | None, kind: str, build: Build) -> tuple[Remark, ...]:
    """What a text of the city ``own`` would be understood to say of other cities."""
    judge = build.remember("remarks", lambda: remarks_of(build.vocabulary, build.analyzer))
    return judge.of(text, own, kind)


def remarks(wanted: MentionsRequest, build: Build) -> tuple[int, tuple[Spoken, ...]]:
    """How many mentions there are, and those of the page asked for: newest year first, as browsing goes."""
    docs, counts, _ = _found(wanted, build)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    begin = (wanted.page - 1) * wanted.per_page
    end = min(begin + wanted.per_page, total)
    if begin >= total:
        return total, ()
    first, last = np.searchsorted(ends, [begin, end - 1], side="right").tolist()
    skipped = begin - (int(ends[first - 1]) if first else 0)
    found = [spoken for doc in docs[first : last + 1].tolist() for spoken in _spoken(doc, wanted, build)]
    return total, tuple(found[skipped : skipped + end - begin])


def tallies(wanted: MentionsRequest, build: Build) -> Tallies:
    """All mentions that are asked for, whatever the page, counted."""
    columns = build.columns
    docs, counts, chosen = _found(wanted, build)
    sets = columns.doc_remarks[docs]
    entries = runs(columns.remarks_start[sets], columns.remarks_start[sets + 1])
    kept = chosen[entries]
    owners = np.repeat(docs, columns.remarks_start[sets + 1] - columns.remarks_start[sets])[kept]
    entries = entries[kept]
    mentioned = columns.remarks_city[entries].astype(np.int64)
    ties = _counted(
        [columns.report_city[columns.doc_report[owners]], mentioned, columns.remarks_tone[entries]],
        [len(build.values["city"]), len(build.values["mentioned"]), len(TONES)],
    )
    classes = columns.doc_class[owners]
    begins, stops = columns.class_topics_start[classes], columns.class_topics_start[classes + 1]
    topics = _counted(
        [np.repeat(mentioned, stops - begins), columns.class_topics[runs(begins, stops)]],
        [len(build.values["mentioned"]), len(build.values["topic"])],
    )
    names = mentioned_cities(build)
    seen, first = np.unique(mentioned, return_index=True)
    return Tallies(
        {Tie(build.values["city"][key[0]], names[key[1]], TONES[key[2]]): count for key, count in ties},
        {(names[key[0]], build.values["topic"][key[1]]): count for key, count in topics},
        {names[place]: int(owners[at]) for place, at in zip(seen.tolist(), first.tolist(), strict=True)},
    )


def _found(wanted: MentionsRequest, build: Build) -> tuple[Ints, Longs, NDArray[np.bool_]]:
    """The passages with mentions that are asked for, how many each has, and which of the sets' entries are meant."""
    columns = build.columns
    chosen = _chosen(wanted, build)
    in_sets = np.concatenate([[0], np.cumsum(chosen, dtype=np.int64)])[columns.remarks_start]
    counts = np.diff(in_sets)[columns.doc_remarks]
    docs = np.flatnonzero(counts).astype(np.int32)
    asked = SearchRequest(city=wanted.city, year=wanted.year, section=wanted.section, kind=wanted.kind)
    kept = narrow(docs, make_filters(asked, (), build), build).kept
    docs = docs if kept is None else docs[kept]
    return docs, counts[docs], chosen


def _chosen(wanted: MentionsRequest, build: Build) -> NDArray[np.bool_]:
    columns = build.columns
    chosen = np.ones(len(columns.remarks_city), dtype=np.bool_)
    if wanted.mentioned:
        named = np.asarray([name in wanted.mentioned for name in build.values["mentioned"]], dtype=np.bool_)
        chosen &= named[columns.remarks_city] if len(named) else False
    if wanted.tone:
        chosen &= np.isin(columns.remarks_tone, [TONES.index(tone) for tone in wanted.tone])
    return chosen


def _spoken(doc: int, wanted: MentionsRequest, build: Build) -> Iterator[Spoken]:
    passage, report = build.passage(doc), build.report_of(doc)
    for remark in passage.remarks:
        if (not wanted.mentioned or remark.city in wanted.mentioned) and (
            not wanted.tone or remark.tone in wanted.tone
        ):
            yield Spoken(passage, report, remark)


def _counted(keys: list[NDArray[np.integer]], sizes: list[int]) -> Iterator[tuple[list[int], int]]:
    """How often each combination of keys occurs."""
    packed = np.zeros(len(keys[0]), dtype=np.int64)
    for key, size in zip(keys, sizes, strict=True):
        packed = packed * max(size, 1) + key
    found, counts = np.unique(packed, return_counts=True)
    for value, count in zip(found.tolist(), counts.tolist(), strict=True):
        parts: list[int] = []
        for size in reversed(sizes):
            value, part = divmod(value, max(size, 1))
            parts.insert(0, part)
        yield parts, count
