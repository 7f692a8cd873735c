"""Passages as hits: repeated answers folded, found words marked, reports named."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints
from indexer.language.spelling import normal_form
from search_app.engine.marks.snippets import Sought, find_marks, snippet
from search_app.engine.marks.spotting import Spots, marks_of, spotted
from search_app.engine.matching.counting import first_of_group
from search_app.engine.matching.match import Concept
from search_app.engine.matching.scratch import scratch_of
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
    leaders: Ints
    """The leading passage of each of the others…"""
    others: Ints
    """…that are behind one, newest first."""

    def followers(self, docs: Sequence[int], build: Build) -> dict[int, list[int]]:
        """The others of each leading passage's group among the matches, newest first; none for those alone."""
        marks = scratch_of(build).marks
        wanted = list(docs)
        marks[wanted] = True
        chosen = np.flatnonzero(marks.take(self.leaders))
        marks[wanted] = False
        found: dict[int, list[int]] = {}
        for leader, other in zip(self.leaders[chosen].tolist(), self.others[chosen].tolist(), strict=True):
            found.setdefault(leader, []).append(other)
        return found


def fold_repeats(docs: Ints, scores: Floats | None, build: Build) -> Folded:
    """One passage for each group of repeated answers: the newest among those found, with the group's best score."""
    # Passages are numbered newest first, so the first of a group is its newest.
    first = first_of_group(docs, build)
    leading = first == np.arange(len(docs), dtype=np.int32)
    behind = np.flatnonzero(~leading)
    leaders = first[behind]
    if scores is not None:
        best = scores.copy()
        raise_first(first, best)
        scores = best[leading]
    return Folded(docs[leading], scores, docs[leaders], docs[behind])


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
