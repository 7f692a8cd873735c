"""A request and an open build in, a page of results out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints
from indexer.language.spelling import normal_form
from search_app.engine.marks.snippets import Sought, find_marks, snippet
from search_app.engine.marks.spotting import Spots, marks_of, spotted
from search_app.engine.matching.counting import (
    Narrowed,
    count_facets,
    count_folded,
    docs_with,
    first_of_group,
    make_filters,
    narrow,
)
from search_app.engine.matching.match import Concept, Favoured, Matches, match, said_by_none
from search_app.engine.matching.ranking import CANDIDATES, Weights, largest, signals
from search_app.engine.matching.scratch import scratch_of
from search_app.engine.query.correction import correct
from search_app.engine.query.plan import Plan, make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.query.tree import QueryTree
from search_app.request.addresses import passage_url
from search_app.request.model import FACETS, FacetValue, Hit, Repeat, SearchPage, SearchRequest, Understood, Value

WISHES: Mapping[str, float] = {"city": 1.0, "year": 0.6, "kind": 0.5}
"""What a fulfilled wish adds, as a share of the best passage's score: the city named goes first, whatever else."""

_ONLY_WISHES = 2.0
"""«Томск»: its own answers stand before those of others that speak of it a lot."""

_BLANK = np.float32(1e-3)
"""An answer that says nothing keeps this share of its score: it is last."""


def search(request: SearchRequest, build: Build, weights: Weights | None = None) -> SearchPage:
    """One page of the passages that a request asks for. Never raises for what a user can type."""
    correction = None if request.as_typed else correct(request.q, build)
    tree = parse(correction.q if correction else request.q, build.vocabulary)
    plan = make_plan(tree, build, synonyms=request.synonyms)
    ranked = _ranked(request, tree, plan, build, weights)
    filters = make_filters(request, plan.restrictions, build)
    narrowed = narrow(ranked.docs, filters, build)
    page = _page(request, tree, plan, build, ranked, narrowed, weights)
    return replace(page, correction=correction) if correction else page


def warm(build: Build, words: int = 4000) -> None:
    """Makes the first request as fast as later ones: understands the commonest words, asks one question.

    Takes a quarter of a second for the first build of a process and next to nothing for the following ones.
    """
    commonest = np.argsort(-build.columns.spelling_count, kind="stable")[:words].tolist()
    for number in commonest:
        build.analyzer.lemmas(build.spellings[number])
    if commonest:
        asked = " ".join(build.spellings[number] for number in commonest[:2])
        search(SearchRequest(q=f"{asked} {asked[:3]}*", fold=True), build)


@dataclass(slots=True)
class _Ranked:
    """All matching passages, ascending, with first scores (``None`` when browsing)."""

    docs: Ints
    scores: Floats | None
    relaxed: bool = False


def _ranked(request: SearchRequest, tree: QueryTree, plan: Plan, build: Build, weights: Weights | None) -> _Ranked:
    if plan.empty:
        return _Ranked(_browsed(tree, plan, build), None)
    favoured = _favoured(plan.wishes, build)
    matches = match(
        plan.concepts,
        plan.excluded,
        scratch_of(build),
        any_of=plan.any_of,
        question=plan.question,
        favoured=favoured,
    )
    return _Ranked(matches.docs, _with_wishes(matches, plan, build), bool(plan.dropped) or matches.relaxed)


def _favoured(wishes: Sequence[Understood], build: Build) -> Favoured | None:
    """The passages of the city named, of the year and to the question named too; ``None`` without a city."""
    named = {facet: [wish.value for wish in wishes if wish.facet == facet] for facet in WISHES}
    if not named["city"]:
        return None
    docs = docs_with("city", named["city"], build)
    for facet in ("year", "kind"):
        if named[facet]:
            docs = np.intersect1d(docs, docs_with(facet, named[facet], build), assume_unique=True)
    return Favoured(docs, bool(named["kind"]))


def _browsed(tree: QueryTree, plan: Plan, build: Build) -> Ints:
    """What is shown without anything to look for: the archive, or nothing when only signs were typed."""
    if tree.text and not plan.excluded and not plan.restrictions:
        return np.empty(0, dtype=np.int32)
    everything = np.arange(build.columns.passages, dtype=np.int32)
    if not plan.excluded:
        return everything
    away = np.zeros(len(everything), dtype=np.bool_)
    for concept in plan.excluded:
        for run in concept.runs:
            away[run.saying] = True
    return everything[~away]


def _with_wishes(matches: Matches, plan: Plan, build: Build) -> Floats:
    """Scores with fulfilled wishes added and blank answers put last."""
    columns = build.columns
    scores = matches.scores
    if not len(scores):
        return scores
    if plan.wishes:
        best = float(scores.max()) * (_ONLY_WISHES if plan.any_of else 1.0)
        scores = scores.copy()
        for facet, weight in WISHES.items():
            wanted = {wish.value for wish in plan.wishes if wish.facet == facet}
            if wanted:
                scores += np.float32(weight * best) * _fulfilled(facet, wanted, matches.docs, build)
    blank = np.flatnonzero(columns.doc_blank[matches.docs])
    if not len(blank):
        return scores
    scores = scores.copy()
    scores[blank] *= _BLANK
    return scores


def _fulfilled(facet: str, wanted: set[Value], docs: Ints, build: Build) -> Floats:
    columns = build.columns
    values = np.asarray([value in wanted for value in build.values[facet]], dtype=np.float32)
    if facet == "kind":
        return values[columns.class_kind][columns.doc_class[docs]]
    places: Ints = columns.report_city if facet == "city" else columns.report_year
    return values[places][columns.doc_report[docs]]


def _page(
    request: SearchRequest,
    tree: QueryTree,
    plan: Plan,
    build: Build,
    ranked: _Ranked,
    narrowed: Narrowed,
    weights: Weights | None,
) -> SearchPage:
    docs, scores = _kept(ranked, narrowed)
    unfolded = len(docs)
    folded = _folds(docs, scores, build) if request.fold else None
    if folded is not None:
        docs, scores = folded.docs, folded.scores
    dropped = _dropped(docs, ranked, plan, build)
    total = len(docs)
    pages = -(-total // request.per_page)
    begin = (request.page - 1) * request.per_page
    chosen = _ordered(request, docs, scores, plan.concepts, build, begin + request.per_page, weights)[begin:]
    sought = sought_of(plan.concepts, build)
    counts = (count_folded if request.fold else count_facets)(ranked.docs, narrowed, build)
    return SearchPage(
        request=request,
        total=total,
        unfolded=unfolded,
        pages=pages,
        hits=hits_of(chosen, sought, build, folded),
        facets=_facets(request, counts, build),
        relaxed=ranked.relaxed or bool(dropped),
        dropped=dropped,
        understood=tuple(plan.wishes),
        only_wishes=plan.any_of and bool(plan.wishes),
        synonyms=tuple(plan.synonyms),
        hints=(*tree.hints, *plan.hints),
    )


def _dropped(docs: Ints, ranked: _Ranked, plan: Plan, build: Build) -> tuple[str, ...]:
    """What was given up: phrases that stand nowhere, and what none of the passages shown says."""
    if not ranked.relaxed and not plan.loose:
        return ()
    if not len(docs):
        return tuple(dict.fromkeys(plan.dropped))
    asked = [concept for concept in plan.concepts if ranked.relaxed and concept.mass > 0 and not concept.required]
    return tuple(dict.fromkeys([*plan.dropped, *said_by_none(docs, [*asked, *plan.loose], scratch_of(build))]))


def _kept(ranked: _Ranked, narrowed: Narrowed) -> tuple[Ints, Floats | None]:
    if narrowed.kept is None:
        return ranked.docs, ranked.scores
    scores = ranked.scores[narrowed.kept] if ranked.scores is not None else None
    return ranked.docs[narrowed.kept], scores


# Order


def _ordered(
    request: SearchRequest,
    docs: Ints,
    scores: Floats | None,
    concepts: Sequence[Concept],
    build: Build,
    count: int,
    weights: Weights | None,
) -> list[tuple[int, float | None]]:
    """The first ``count`` passages in the order asked for, with their scores."""
    if scores is None or request.sort != "relevance":
        if request.sort in ("oldest", "added"):
            columns = build.columns
            ranks = (columns.oldest_rank if request.sort == "oldest" else columns.added_rank)[docs]
            order = _smallest(ranks, count)
        else:
            order = np.arange(min(count, len(docs)))
        found = scores[order].tolist() if scores is not None else [None] * len(order)
        return list(zip(docs[order].tolist(), found, strict=True))
    return _by_relevance(docs, scores, concepts, build, count, weights)


def _by_relevance(
    docs: Ints, scores: Floats, concepts: Sequence[Concept], build: Build, count: int, weights: Weights | None
) -> list[tuple[int, float | None]]:
    """The best by first score are looked at again; behind them the rest as it is."""
    order = largest(scores, max(count, CANDIDATES))
    best, rest = order[:CANDIDATES], order[CANDIDATES:]
    gains = signals(docs[best], concepts, build, scratch_of(build), weights)
    gains[build.columns.doc_blank[docs[best]]] = 0.0
    final = scores[best] + gains
    again = np.lexsort((docs[best], -final))
    places = np.concatenate([best[again], rest])
    found = np.concatenate([final[again], scores[rest]])
    return list(zip(docs[places][:count].tolist(), found[:count].tolist(), strict=True))


def _smallest(keys: Ints | Floats, count: int) -> NDArray[Any]:
    """The places of the ``count`` smallest keys, ascending; equal keys by place."""
    if count < len(keys):
        limit = np.partition(keys, count - 1)[count - 1]
        places = np.flatnonzero(keys <= limit)
        return places[np.argsort(keys[places], kind="stable")][:count]
    return np.argsort(keys, kind="stable")


# Repeats


@dataclass(slots=True)
class _Folded:
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


def _folds(docs: Ints, scores: Floats | None, build: Build) -> _Folded:
    """One passage for each group of repeated answers: the newest among those found, with the group's best score."""
    # Passages are numbered newest first, so the first of a group is its newest.
    first = first_of_group(docs, build)
    leading = first == np.arange(len(docs), dtype=np.int32)
    behind = np.flatnonzero(~leading)
    leaders = first[behind]
    if scores is not None:
        best = scores.copy()
        np.maximum.at(best, leaders, scores[behind])
        scores = best[leading]
    return _Folded(docs[leading], scores, docs[leaders], docs[behind])


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
    ranked: Sequence[tuple[int, float | None]], sought: Sought, build: Build, folded: _Folded | None = None
) -> tuple[Hit, ...]:
    """Passages with their scores as hits."""
    docs = [doc for doc, _ in ranked]
    spots = spotted(docs, sought, build)
    followers = folded.followers(docs, build) if folded else {}
    return tuple(
        [
            _hit(doc, score, sought, found, build, followers.get(doc, ()))
            for (doc, score), found in zip(ranked, spots, strict=True)
        ]
    )


def _hit(
    doc: int, score: float | None, sought: Sought, spots: Spots | None, build: Build, followers: Sequence[int]
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
        fingerprint=f"{int(build.columns.doc_print[doc]):08x}",
        added=int(build.columns.doc_added[doc]),
        repeats=tuple([_repeat(follower, build) for follower in followers]),
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


def _repeat(doc: int, build: Build) -> Repeat:
    passage, report = build.passage(doc), _report_of(doc, build)
    return Repeat(passage.id, report.year, passage_url(report.id, passage.position))


# Facets


def _facets(
    request: SearchRequest, counts: Mapping[str, Mapping[Value, int]], build: Build
) -> dict[str, tuple[FacetValue, ...]]:
    return {facet: _facet(facet, request.selected(facet), counts[facet], build) for facet in FACETS}


def _facet(facet: str, selected: Sequence[Value], counts: Mapping[Value, int], build: Build) -> tuple[FacetValue, ...]:
    """Values with passages and the selected ones; by count, then label (years: newest first)."""
    shown = {**dict.fromkeys(selected, 0), **counts}
    if facet == "year":
        years = sorted(shown, key=lambda value: -value if isinstance(value, int) else 0)
        return tuple(
            [FacetValue(year, facet_label(facet, year, build), shown[year], year in selected) for year in years]
        )
    labels: dict[Value, tuple[str, str]] = build.remember(("labels", facet), dict)
    if not labels.keys() >= shown.keys():
        labels.update({value: _label(facet, value, build) for value in shown})
    rows = sorted([(-count, *labels[value], value) for value, count in shown.items()], key=itemgetter(0, 1))
    return tuple([FacetValue(value, label, -count, value in selected) for count, _, label, value in rows])


def _label(facet: str, value: Value, build: Build) -> tuple[str, str]:
    """What values are ordered by, and what a reader sees."""
    label = facet_label(facet, value, build)
    return normal_form(label), label


def facet_label(facet: str, value: Value, build: Build) -> str:
    """What a reader sees for a facet's value."""
    if value is None:
        return "не определено"
    if facet == "kind":
        kind = build.vocabulary.kind(str(value))
        return kind.label if kind else str(value)
    return str(value)
