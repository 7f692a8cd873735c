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
    return tuple(
        [
            _hit(doc, score, sought, found, build, followers.get(doc, ()), "meaning" if doc in by_meaning else "words")
            for (doc, score), found in zip(ranked, spots, strict=True)
        ]
    )


def _hit(
    doc: int,
    score: float | None,
    sought: Sought,
    spots: Spots | None,
    build: Build,
    followers: Sequence[int],
    by: str,
) -> Hit:
    passage = build.passage(doc)
    report = _report_of(doc, build)
    marks = marks_of(passage.text, spots) if spots is not None else None
    if marks is None:
        marks = find_marks(passage.text, sought, build.analyzer)
    return Hit(
        id=passage.id,
        url=passage_url(report.id, passage.position),
        report_id=report.id,
        position=passage.position,
        city=report.city,
        year=report.year,
        section=report.section,
        kind=passage.kind,
        question=passage.question,
        topics=passage.topics,
        source=report.source,
        score=None if score is None else round(score, 4),
        snippet=snippet(passage.text, marks),
        text=passage.text,
        repeats=tuple([_repeat(follower, doc, build) for follower in followers]),
        by=by,
        fingerprint=f"{int(build.columns.doc_print[doc]):08x}",
        added=int(build.columns.doc_added[doc]),
    )


class _ReportOfHit(NamedTuple):
    """What a hit tells of its report."""

    id: str
    city: str | None
    year: int | None
    section: str | None
    source: str


def _report_of(doc: int, build: Build) -> _ReportOfHit:
    """The report of a passage; reports are few, so what has been read of one is kept."""

    def read() -> _ReportOfHit:
        report = build.report_of(doc)
        return _ReportOfHit(report.id, report.city, report.year, report.section, report.source)

    return build.remember(("report of hit", int(build.columns.doc_report[doc])), read)


def _repeat(doc: int, leader: int, build: Build) -> Repeat:
    passage, report = build.passage(doc), _report_of(doc, build)
    return Repeat(passage.id, report.year, passage_url(report.id, passage.position), likeness_of(doc, leader, build))
