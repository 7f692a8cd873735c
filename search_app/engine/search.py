"""A request and an open build in, a page of results out."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Floats, Ints, among
from search_app.engine.alike_cities import alike_cities
from search_app.engine.found.facet_values import facet_values
from search_app.engine.found.filling import BEST, COVERED, HARDLY, Filled, Ranked, below, in_turns, led
from search_app.engine.found.hits import Folded, fold_repeats, hits_of, sought_of
from search_app.engine.found.meaning import Flags, Sense, closeness, nearest, sense_of
from search_app.engine.marks.snippets import Sought
from search_app.engine.matching.compiled import compile_all, postponed
from search_app.engine.matching.counting import (
    EVERYTHING,
    Filters,
    Narrowed,
    count_facets,
    count_folded,
    docs_with,
    make_filters,
    narrow,
)
from search_app.engine.matching.match import Concept, Favoured, Matches, largest, match, said_by_none
from search_app.engine.matching.ranking import CANDIDATES, Weights, signals
from search_app.engine.matching.scratch import scratch_of
from search_app.engine.query.correction import correct
from search_app.engine.query.plan import Plan, make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.query.tree import QueryTree
from search_app.engine.query.words import query_words
from search_app.request.model import Correction, FacetValue, Hit, SearchPage, SearchRequest, Understood, Value

Facets = Mapping[str, tuple[FacetValue, ...]]
"""Facet → its values."""

HitsMaker = Callable[[Sequence[Ranked], Sought, Build, Folded | None, Container[int]], tuple[Hit, ...]]
"""Passages with their scores, what to mark in them, what was folded, which are there by meaning: `hits_of`."""

WISHES: Mapping[str, float] = {"city": 1.0, "year": 0.6, "kind": 0.5}
"""What a fulfilled wish adds, as a share of the best passage's score: the city named goes first, whatever else."""

ONLY_WISHES = 2.0
"""«Томск»: its own answers stand before those of others that speak of it a lot."""

HINT_MANY = "В запросе много незнакомых слов: опечатки искали только в первых из них."

_BLANK = np.float32(1e-3)
"""An answer that says nothing keeps this share of its score: it is last."""


def search(
    request: SearchRequest, build: Build, weights: Weights | None = None, *, meaning: bool = False
) -> SearchPage:
    """One page of the passages that a request asks for. Never raises for what a user can type.

    With ``meaning``, unless the request forbids it, passages near in meaning rank higher and fill up what is found.
    """
    found = _found(request, build, weights)
    narrowed, filters = _narrowed(request, found, build)
    sense = sense_for(request, found.tree, found.plan, build) if meaning else None
    meant = _Meant(sense, filters, found.plan.wishes) if sense else None
    page = _page(request, found.tree, found.plan, build, found.ranked, narrowed, weights, meant)
    correction = found.correction
    if correction is None:
        return page
    return replace(page, correction=correction, hints=page.hints if correction.whole else (*page.hints, HINT_MANY))


def counts_of_cities(
    request: SearchRequest, years: Iterable[int | None], build: Build
) -> Iterator[Mapping[Value, int]]:
    """For each of some years its cities with the answers of each that a request finds, whatever it says of both.

    At the cost of one search: what else narrows it does so once.
    """
    docs = _kept_of(replace(request, city=(), year=(), year_from=None, year_to=None), build)[0]
    for year in years:
        of_year = narrow(docs, make_filters(SearchRequest(year=(year,)), (), build), build).kept
        yield _counts(request, docs[of_year], EVERYTHING, build)["city"]


def total_of(request: SearchRequest, build: Build) -> int:
    """How many answers a search for the request finds: its `SearchPage.total` without the page."""
    docs, scores = _kept_of(request, build)
    return len(fold_repeats(docs, scores, build).docs) if request.fold else len(docs)


def _kept_of(request: SearchRequest, build: Build) -> tuple[Ints, Floats | None]:
    """The passages that a request finds, with first scores."""
    found = _found(request, build, None)
    return _kept(found.ranked, _narrowed(request, found, build)[0])


@dataclass(frozen=True, slots=True)
class _Found:
    """What a query finds, whatever is chosen of it."""

    correction: Correction | None
    tree: QueryTree
    plan: Plan
    ranked: _Ranked


def _found(request: SearchRequest, build: Build, weights: Weights | None) -> _Found:
    correction = None if request.as_typed else correct(request.q, build)
    tree = parse(correction.q if correction else request.q, build.vocabulary)
    plan = make_plan(tree, build, synonyms=request.synonyms)
    return _Found(correction, tree, plan, _ranked(request, tree, plan, build, weights))


def _narrowed(request: SearchRequest, found: _Found, build: Build) -> tuple[Narrowed, Filters]:
    filters = make_filters(request, found.plan.restrictions, build)
    return narrow(found.ranked.docs, filters, build), filters


def _counts(request: SearchRequest, docs: Ints, narrowed: Narrowed, build: Build) -> Mapping[str, Mapping[Value, int]]:
    return (count_folded if request.fold else count_facets)(docs, narrowed, build)


def numbers_of(request: SearchRequest, build: Build) -> Ints:
    """The passages that pass the filters of a request, whatever its words, in the order of browsing."""
    everything: Ints = build.remember("everything", lambda: np.arange(build.columns.passages, dtype=np.int32))
    kept = narrow(everything, make_filters(request, (), build), build).kept
    return everything if kept is None else everything[kept]


FEW = 10_000
"""Passages that loops go through as they are written while nobody waits for it: a query takes 18 ms at the median and
67 at p95; with 362 passages 3 and 15."""


def warm(build: Build, words: int = 4000) -> None:
    """Makes the first request as fast as later ones: understands the commonest words, asks one question.

    Takes half a second for the first build of a process and next to nothing for the following ones. Where this
    installation has never searched, loops are compiled for some seconds before; a small archive is searched meanwhile,
    so nothing is asked of it here.
    """
    waits = build.columns.passages > FEW or not postponed()
    if waits:
        compile_all()
    commonest = np.argsort(-build.columns.spelling_count, kind="stable")[:words].tolist()
    for number in commonest:
        build.analyzer.lemmas(build.spellings[number])
    if commonest and waits:
        asked = " ".join(build.spellings[number] for number in commonest[:2])
        search(SearchRequest(q=f"{asked} {asked[:3]}*", fold=True), build)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a query means, and what holds and is wished for what is found by it."""

    sense: Sense
    filters: Filters
    wishes: Sequence[Understood]


def sense_for(request: SearchRequest, tree: QueryTree, plan: Plan, build: Build) -> Sense | None:
    """What the query means, where that may matter: plain words, the most fitting first."""
    if not request.meaning or request.sort != "relevance" or not tree.plain or plan.any_of or plan.empty:
        return None
    hints = query_words().hints if any(wish.facet == "kind" for wish in plan.wishes) else {}
    # «планы Иркутска на 2020 год»: that plans are asked for is understood already, no answer is near to the word.
    return sense_of([concept for concept in plan.concepts if concept.lemma not in hints], build)


@dataclass(slots=True)
class _Ranked:
    """All matching passages, ascending, with first scores (``None`` when browsing)."""

    docs: Ints
    scores: Floats | None
    relaxed: bool = False
    shares: Floats | None = None
    """The share of the query that each has, where some may have too little."""
    most: float = 0.0
    """What words alone, without fulfilled wishes, gave the best of them."""


def _ranked(request: SearchRequest, tree: QueryTree, plan: Plan, build: Build, weights: Weights | None) -> _Ranked:
    if plan.empty:
        return _Ranked(browsed(tree, plan, build), None)
    favoured = _favoured(plan.wishes, build)
    matches = match(
        plan.concepts,
        plan.excluded,
        build.columns,
        any_of=plan.any_of,
        question=plan.question,
        favoured=favoured,
    )
    scores = with_wishes(matches, plan, build)
    most = float(matches.scores.max()) if len(matches.scores) else 0.0
    return _Ranked(matches.docs, scores, bool(plan.dropped) or matches.relaxed, matches.shares, most)


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


def browsed(tree: QueryTree, plan: Plan, build: Build) -> Ints:
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


def with_wishes(matches: Matches, plan: Plan, build: Build, best: float | None = None) -> Floats:
    """Scores with fulfilled wishes added and blank answers put last.

    ``best`` is the best score of all where these are but some of the matches.
    """
    columns = build.columns
    scores = matches.scores
    if not len(scores):
        return scores
    if plan.wishes:
        whole = (float(scores.max()) if best is None else best) * (ONLY_WISHES if plan.any_of else 1.0)
        scores = scores.copy()
        for facet, weight in WISHES.items():
            wanted = {wish.value for wish in plan.wishes if wish.facet == facet}
            if wanted:
                scores += np.float32(weight * whole) * _fulfilled(facet, wanted, matches.docs, build)
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


def browse(request: SearchRequest, tree: QueryTree, plan: Plan, build: Build, hits: HitsMaker) -> SearchPage:
    """One page of what a query without anything to look for leaves; ``hits`` makes the hits of it."""
    ranked = _Ranked(browsed(tree, plan, build), None)
    narrowed = narrow(ranked.docs, make_filters(request, plan.restrictions, build), build)
    return _page(request, tree, plan, build, ranked, narrowed, None, None, hits)


def _page(
    request: SearchRequest,
    tree: QueryTree,
    plan: Plan,
    build: Build,
    ranked: _Ranked,
    narrowed: Narrowed,
    weights: Weights | None,
    meant: _Meant | None,
    hits: HitsMaker = hits_of,
) -> SearchPage:
    every, scores = _kept(ranked, narrowed)
    folded = fold_repeats(every, scores, build) if request.fold else None
    docs, scores = (folded.docs, folded.scores) if folded is not None else (every, scores)
    total = len(docs)
    end = request.page * request.per_page
    sense = meant.sense if meant else None
    drawn = Drawn(sense, ranked.most) if sense else None
    best = ordered(request, docs, scores, plan.concepts, build, end, weights, drawn)
    filled = _filled(request, best, docs, ranked, build, meant) if meant else None
    chosen = filled.ranked if filled else best[end - request.per_page :]
    added: frozenset[int] = filled.added if filled else frozenset()
    dropped = _dropped(every, added, ranked, plan)
    sought = sought_of(plan.concepts, build)
    counts = _counts(request, ranked.docs, narrowed, build)
    return SearchPage(
        request=request,
        total=total,
        unfolded=len(every),
        pages=-(-(total + len(added)) // request.per_page),
        hits=hits(chosen, sought, build, folded, added),
        facets=facet_values(request, counts, build),
        relaxed=ranked.relaxed or bool(dropped),
        dropped=dropped,
        understood=tuple(plan.wishes),
        only_wishes=plan.any_of and bool(plan.wishes),
        synonyms=tuple(plan.synonyms),
        hints=(*tree.hints, *plan.hints),
        alike=alike_cities(request.like, build) if request.like else (),
        by_meaning=len(added),
        meaning=sense is not None,
    )


def _filled(
    request: SearchRequest, best: list[Ranked], docs: Ints, ranked: _Ranked, build: Build, meant: _Meant
) -> Filled | None:
    """The page with the nearest passages on it; ``None`` where the hits by words need none."""
    coverage = _coverage(best, ranked)
    if not meant.sense.speaks or (coverage >= COVERED and len(docs) >= request.per_page):
        return None
    near = _nearest(request, meant, build)
    if coverage >= COVERED:
        return below(best, near, request.per_page)
    mixed = led if coverage < HARDLY and meant.sense.common else in_turns
    return mixed(best, near, _those_among((*best, *near), docs), request.page, request.per_page)


def _those_among(ranked: Sequence[Ranked], docs: Ints) -> frozenset[int]:
    """Those of some passages that are among many, given ascending."""
    numbers = np.asarray([doc for doc, _ in ranked], dtype=np.int32)
    return frozenset(numbers[among(numbers, docs)].tolist())


def _coverage(best: Sequence[Ranked], ranked: _Ranked) -> float:
    """The share of the query that the one of the best hits has that has most of it."""
    if ranked.shares is None:
        return 1.0
    if not best:
        return 0.0
    docs = np.asarray([doc for doc, _ in best[:BEST]])
    return float(ranked.shares[np.searchsorted(ranked.docs, docs)].max())


def _nearest(request: SearchRequest, meant: _Meant, build: Build) -> list[Ranked]:
    """The passages nearest in meaning that pass the filters, repeated answers folded as the request wants it."""
    everything = build.remember("everything", lambda: np.arange(build.columns.passages, dtype=np.int32))
    allowed = of_the_named(meant.wishes, narrow(everything, meant.filters, build).kept, build)
    docs, scores = nearest(meant.sense, build, allowed)
    docs, scores = wished_first(docs, scores, meant.wishes, build)
    if request.fold:
        _, first = np.unique(build.columns.doc_group[docs], return_index=True)
        docs, scores = docs[np.sort(first)], scores[np.sort(first)]
    return list(zip(docs.tolist(), scores.tolist(), strict=True))


def of_the_named(wishes: Sequence[Understood], allowed: Flags | None, build: Build) -> Flags | None:
    """Those of the cities named: among so many that are near in meaning none of them might be."""
    cities = [wish.value for wish in wishes if wish.facet == "city"]
    of_cities = docs_with("city", cities, build) if cities else np.empty(0, dtype=np.int32)
    if not len(of_cities):
        return allowed
    named = np.zeros(build.columns.passages, dtype=np.bool_)
    named[of_cities] = True
    return named if allowed is None else named & allowed


def wished_first(docs: Ints, scores: Floats, wishes: Sequence[Understood], build: Build) -> tuple[Ints, Floats]:
    """The nearest with what fulfilled wishes for years and kinds add, as among the hits by words."""
    if not len(docs) or not wishes:
        return docs, scores
    best = float(scores.max())
    for facet, weight in WISHES.items():
        wanted = {wish.value for wish in wishes if wish.facet == facet}
        if wanted:
            scores = scores + np.float32(weight * best) * _fulfilled(facet, wanted, docs, build)
    order = np.lexsort((docs, -scores))
    return docs[order], scores[order]


def _dropped(docs: Ints, added: frozenset[int], ranked: _Ranked, plan: Plan) -> tuple[str, ...]:
    """What was given up: phrases that stand nowhere, and what none of the passages says, be they found by words
    (``docs``, repeated ones too) or ``added`` by meaning."""
    if not ranked.relaxed and not plan.loose:
        return ()
    if not len(docs):
        return tuple(dict.fromkeys(plan.dropped))
    asked = [concept for concept in plan.concepts if ranked.relaxed and concept.mass > 0 and not concept.required]
    shown = np.union1d(docs, np.asarray(sorted(added), dtype=np.int32)) if added else docs
    return tuple(dict.fromkeys([*plan.dropped, *said_by_none(shown, [*asked, *plan.loose])]))


def _kept(ranked: _Ranked, narrowed: Narrowed) -> tuple[Ints, Floats | None]:
    if narrowed.kept is None:
        return ranked.docs, ranked.scores
    scores = ranked.scores[narrowed.kept] if ranked.scores is not None else None
    return ranked.docs[narrowed.kept], scores


# Order


@dataclass(frozen=True, slots=True)
class Drawn:
    """What draws passages up at the second look."""

    sense: Sense
    most: float
    """The best score by words: of that it is a share."""


def ordered(
    request: SearchRequest,
    docs: Ints,
    scores: Floats | None,
    concepts: Sequence[Concept],
    build: Build,
    count: int,
    weights: Weights | None,
    drawn: Drawn | None,
) -> list[Ranked]:
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
    return _by_relevance(docs, scores, concepts, build, count, weights or Weights(), drawn)


def _by_relevance(
    docs: Ints,
    scores: Floats,
    concepts: Sequence[Concept],
    build: Build,
    count: int,
    weights: Weights,
    drawn: Drawn | None,
) -> list[Ranked]:
    """The best by first score are looked at again; behind them the rest as it is."""
    order = largest(scores, max(count, CANDIDATES))
    best, rest = order[:CANDIDATES], order[CANDIDATES:]
    gains = signals(docs[best], concepts, build, scratch_of(build), weights)
    if drawn is not None and len(best):
        most = min(drawn.most, float(scores[best[0]]))
        gains += np.float32(weights.meaning * most) * closeness(docs[best], drawn.sense, build)
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
