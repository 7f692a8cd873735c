"""Passages as hits: repeated answers folded, found words marked, reports named."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, among
from indexer.language.spelling import normal_form
from search_app.engine.marks.snippets import Sought, find_marks, snippet
from search_app.engine.marks.spotting import Spots, marks_of, spotted
from search_app.engine.matching.counting import first_of_group
from search_app.engine.matching.match import Concept
from search_app.engine.matching.tallying import raise_first
from search_app.engine.ties.echoes import likeness_of
from search_app.request.addresses import passage_url
from search_app.request.model import Hit, Repeat

# Repeats


@dataclass(slots=True)
class Folded:
    """Passages of which repeated answers are one."""

    docs: Ints
    scores: Floats | None
    found: Ints
    """The passages before they were folded, ascending."""

    def followers(self, docs: Sequence[int], build: Build) -> dict[int, list[int]]:
        """The others of each leading passage's group among the matches, newest first; none for those alone."""
        groups: _Groups = build.remember("groups", lambda: _groups(build.columns.doc_group))
        # A few groups are looked up among many passages: those of all passages would be a column of them.
        met: dict[int, list[int]] = {}
        for doc, members in groups.of(docs, build.columns.doc_group):
            first, *others = members[among(members, self.found)].tolist() or [None]
            if first == doc and others:
                met[doc] = others
        return met


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of several passages."""

    docs: Ints
    """Passages, group after group, newest first."""
    leaders: Ints
    """The group of each, ascending."""

    def of(self, docs: Sequence[int], doc_group: Ints) -> Iterator[tuple[int, Ints]]:
        """Of each passage that is not alone all those of its group, itself among them."""
        leaders = doc_group[list(docs)]
        begins, ends = (self.leaders.searchsorted(leaders, side=side).tolist() for side in ("left", "right"))
        return ((doc, self.docs[begin:end]) for doc, begin, end in zip(docs, begins, ends, strict=True) if begin < end)


def _groups(doc_group: Ints) -> _Groups:
    several = np.flatnonzero(np.bincount(doc_group, minlength=len(doc_group))[doc_group] > 1).astype(np.int32)
    docs = several[np.argsort(doc_group[several], kind="stable")]
    return _Groups(docs, doc_group[docs])


def fold_repeats(docs: Ints, scores: Floats | None, build: Build) -> Folded:
    """One passage for each group of repeated answers: the newest among those found, with the group's best score."""
    # Passages are numbered newest first, so the first of a group is its newest.
    first = first_of_group(docs, build)
    leading = first == np.arange(len(docs), dtype=np.int32)
    if scores is not None:
        best = scores.copy()
        raise_first(first, best)
        scores = best[leading]
    return Folded(docs[leading], scores, docs)


# Hits


def sought_of(concepts: Sequence[Concept], build: Build) -> Sought:
    """What to mark in texts."""
    shown = [concept for concept in concepts if concept.shown]
    exact = [concept for concept in shown if not concept.lemmas]
    typed = [spelling for concept in exact for spelling in concept.spellings]
    return Sought(
        lemmas=frozenset(build.lemmas[n] for c in shown for n in (*(number for number, _ in c.lemmas), *c.akin)),
        spellings=frozenset(spelling for spelling in typed if not spelling.endswith("*")),
        prefixes=tuple(normal_form(spelling[:-1]) for spelling in typed if spelling.endswith("*")),
    )


def hits_of(
    ranked: Sequence[tuple[int, float | None]],
    sought: Sought,
    build: Build,
    folded: Folded | None = None,
    by_meaning: Container[int] = frozenset(),
) -> tuple[Hit, ...]:
    """Passages with their scores as hits; those ``by_meaning`` are told to be that."""
    docs = [doc for doc, _ in ranked]
    spots = spotted(docs, sought, build)
    followers = folded.followers(docs, build) if folded else {}
    columns = build.columns
    told = (columns.doc_report, columns.doc_print, columns.doc_added)
    reports, prints, added = (column[docs].tolist() for column in told)
    return tuple(
        [
            _hit(_Found(doc, score, by_meaning, *rest), sought, found, build, followers.get(doc, ()))
            for (doc, score), found, *rest in zip(ranked, spots, reports, prints, added, strict=True)
        ]
    )


class _Found(NamedTuple):
    """A passage that was found, by the columns."""

    doc: int
    score: float | None
    by_meaning: Container[int]
    report: int
    fingerprint: int
    added: int


def _hit(found: _Found, sought: Sought, spots: Spots | None, build: Build, followers: Sequence[int]) -> Hit:
    passage = build.texts.said(found.doc)
    report = _report(found.report, build)
    marks = marks_of(passage.text, spots) if spots is not None else None
    if marks is None:
        marks = find_marks(passage.text, sought, build.analyzer)
    return Hit(
        passage.id,
        passage_url(report.id, passage.position),
        report.id,
        passage.position,
        report.city,
        report.year,
        report.section,
        passage.kind,
        passage.question,
        tuple(passage.topics),
        report.source,
        None if found.score is None else round(found.score, 4),
        snippet(passage.text, marks),
        passage.text,
        f"{found.fingerprint:08x}",
        found.added,
        tuple([_repeat(follower, found.doc, build) for follower in followers]),
        "meaning" if found.doc in found.by_meaning else "words",
    )


class _ReportOfHit(NamedTuple):
    """What a hit tells of its report."""

    id: str
    city: str | None
    year: int | None
    section: str | None
    source: str


def _report(number: int, build: Build) -> _ReportOfHit:
    """A report by its number; reports are few, so what has been read of one is kept."""

    def read() -> _ReportOfHit:
        report = build.texts.report(number)
        return _ReportOfHit(report.id, report.city, report.year, report.section, report.source)

    return build.remember(("report of hit", number), read)


def _repeat(doc: int, leader: int, build: Build) -> Repeat:
    passage, report = build.texts.said(doc), _report(int(build.columns.doc_report[doc]), build)
    return Repeat(passage.id, report.year, passage_url(report.id, passage.position), likeness_of(doc, leader, build))
