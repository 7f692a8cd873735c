"""A request and an archive in a cluster in, a page of results out: found there, looked at again here.

The cluster finds, counts and gives the candidates. The few best are then read as a small build, and the local engine's
code orders, folds and marks them: what a reader sees first does not depend on which engine found it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace

import numpy as np
from markupsafe import escape

from indexer.builds.build import Build
from indexer.errors import ClusterError
from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.alike_cities import alike_cities
from search_app.engine.cross import Cell, of_year
from search_app.engine.found.facet_values import facet_values
from search_app.engine.found.filling import BEST, COVERED, HARDLY, Filled, Ranked, below, in_turns, led
from search_app.engine.found.hits import Folded, fold_repeats, sought_of
from search_app.engine.found.meaning import Sense, near_as_wholes, near_in_parts
from search_app.engine.marking import Marker, marker_of
from search_app.engine.marks.snippets import Sought
from search_app.engine.matching.counting import make_filters, narrow
from search_app.engine.matching.making import LocalRuns
from search_app.engine.matching.match import Concept, Matches, evaluated, said_by_none
from search_app.engine.matching.ranking import CANDIDATES, Weights
from search_app.engine.opensearch.asked import AskedRuns, over
from search_app.engine.opensearch.finding import Counted, Finder, Places
from search_app.engine.opensearch.mirror import Mirror
from search_app.engine.opensearch.showing import shown
from search_app.engine.opensearch.view import View
from search_app.engine.query.correction import correct
from search_app.engine.query.plan import Plan, make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.query.tree import QueryTree
from search_app.engine.search import (
    HINT_MANY,
    Drawn,
    browse,
    of_the_named,
    ordered,
    sense_for,
    wished_first,
    with_wishes,
)
from search_app.request.model import Correction, FacetValue, Hit, SearchPage, SearchRequest

SPARE = 10
"""Candidates beyond those that the local engine looks at again: the cluster knows scores to a thousandth."""

DEEPEST = 50_000
"""Answers that a page may lie behind: the clusters' limit, see `indexer/cluster/settings.json`."""


def search_cluster(
    request: SearchRequest, mirror: Mirror, weights: Weights | None = None, *, meaning: bool = False
) -> SearchPage:
    """One page of the passages that a request asks for. Raises EngineGone where the cluster does not answer."""
    correction, tree, plan = planned(request, mirror)
    if plan.empty and not plan.excluded:
        return browse(request, tree, plan, mirror, shown)
    page = _Page(request, tree, plan, mirror, weights or Weights(), meaning).page()
    if correction is None:
        return page
    return replace(page, correction=correction, hints=page.hints if correction.whole else (*page.hints, HINT_MANY))


def planned(request: SearchRequest, mirror: Mirror) -> tuple[Correction | None, QueryTree, Plan]:
    """What was meant by the query, and the plan of it in the cluster's terms."""
    correction = None if request.as_typed else correct(request.q, mirror)
    tree = parse(correction.q if correction else request.q, mirror.vocabulary)
    return correction, tree, make_plan(tree, mirror, synonyms=request.synonyms, runs=AskedRuns(mirror))


def counts(request: SearchRequest, years: tuple[FacetValue, ...], mirror: Mirror) -> dict[Cell, int]:
    """City and year → answers, each the number that following the cell gives; empty cells are left out."""
    if not years:
        return {}
    asked = [of_year(request, year) for year in years]
    _, tree, plan = planned(request, mirror)
    if plan.empty and not plan.excluded:
        every = [browse(one, tree, plan, mirror, no_hits).facets for one in asked]
    else:
        first = Finder(asked[0], plan, mirror)
        every = [facet_values(one, Finder(one, plan, mirror, first.found).counted().counts, mirror) for one in asked]
    return {
        (city.value, year.value): city.count
        for year, facets in zip(years, every, strict=True)
        for city in facets.get("city", ())
        if city.count
    }


def no_hits(
    _ranked: Sequence[Ranked], _sought: Sought, _build: Build, _folded: Folded | None, _near: Container[int]
) -> tuple[Hit, ...]:
    """Nothing to show: only counts are wanted."""
    return ()


def marker(query: str, mirror: Mirror) -> Marker:
    """Marks what ``query`` looks for; without a query nothing."""
    if not query:
        return escape
    plan = make_plan(parse(query, mirror.vocabulary), mirror, runs=AskedRuns(mirror))
    return marker_of(sought_of(plan.concepts, mirror), mirror)


@dataclass(frozen=True, slots=True)
class _Looked:
    """Candidates looked at again."""

    view: View
    concepts: list[Concept]
    docs: Ints
    """Numbers in the view of those that stand for themselves and their repeats, ascending."""
    scores: Floats
    shares: Floats | None
    """Of all passages of the view."""
    most: float
    """The best score by words alone."""


class _Page:
    def __init__(
        self, request: SearchRequest, tree: QueryTree, plan: Plan, mirror: Mirror, weights: Weights, meaning: bool
    ) -> None:
        self._request, self._tree, self._plan, self._mirror = request, tree, plan, mirror
        self._weights = weights
        self._sense = sense_for(request, tree, plan, mirror) if meaning else None
        self._end = request.page * request.per_page
        if self._end > DEEPEST:
            raise ClusterError(f"Дальше {DEEPEST}-го ответа результаты не листаются: уточните запрос.")
        self._finder = Finder(request, plan, mirror, places=self._places())

    @property
    def _by_score(self) -> bool:
        return self._request.sort == "relevance" and not self._plan.empty

    def _places(self) -> Places:
        """Where candidates stand: on the first pages all that are looked at again, and some to spare."""
        begin = self._end - self._request.per_page
        if self._by_score and begin < CANDIDATES:
            return Places(0, max(self._end, CANDIDATES) + SPARE)
        if not self._by_score and self._request.fold:
            return Places(0, self._end, alone=True)
        return Places(begin, self._end)

    def page(self) -> SearchPage:
        """The page asked for."""
        request, plan, found = self._request, self._plan, self._finder.found
        counted = self._finder.counted()
        looked, best = self._best(counted)
        filled = self._filled(looked, best, counted)
        chosen = filled.ranked if filled else best[self._end - request.per_page :]
        added: frozenset[int] = filled.added if filled else frozenset()
        dropped = self._dropped(counted, added)
        return SearchPage(
            request=request,
            total=counted.total,
            unfolded=counted.unfolded,
            pages=-(-(counted.total + len(added)) // request.per_page),
            hits=self._hits(chosen, added),
            facets=facet_values(request, counted.counts, self._mirror),
            relaxed=found.relaxed or bool(dropped),
            dropped=dropped,
            understood=tuple(plan.wishes),
            only_wishes=plan.any_of and bool(plan.wishes),
            synonyms=tuple(plan.synonyms),
            hints=(*self._tree.hints, *plan.hints),
            alike=alike_cities(request.like, self._mirror) if request.like else (),
            by_meaning=len(added),
            meaning=self._sense is not None,
        )

    def _dropped(self, counted: Counted, added: Collection[int]) -> tuple[str, ...]:
        """What was given up: phrases that stand nowhere, and what none says of all that is found or ``added``."""
        plan, found = self._plan, self._finder.found
        if not found.relaxed and not plan.loose:
            return ()
        unsaid = self._unsaid(counted.silent, added) if counted.unfolded else ()
        return tuple(dict.fromkeys([*plan.dropped, *unsaid]))

    def _unsaid(self, concepts: Sequence[Concept], added: Collection[int]) -> tuple[str, ...]:
        """The labels of those concepts that none of the passages added says either."""
        if not concepts or not added:
            return tuple(concept.label for concept in concepts)
        view = View(self._mirror, sorted(added))
        makers = LocalRuns(view)
        everything = np.arange(len(view.numbers), dtype=np.int32)
        return said_by_none(everything, [over(concept, makers) for concept in concepts])

    # The best

    def _best(self, counted: Counted) -> tuple[_Looked, list[Ranked]]:
        """The best up to the end of the page, numbered as the archive does, at least those of the page."""
        begin = self._end - self._request.per_page
        if not self._by_score:
            return self._in_order(counted, begin)
        deep = begin >= CANDIDATES
        numbers = self._finder.best(self._places())
        looked = self._looked(numbers)
        drawn = Drawn(self._sense, looked.most) if self._sense and not deep else None
        weights = Weights(0.0, 0.0, 0.0, 0.0, 0.0) if deep else self._weights
        count = self._end - begin if deep else self._end
        found = ordered(self._request, looked.docs, looked.scores, looked.concepts, looked.view, count, weights, drawn)
        best = self._of_archive(found, looked.view)
        # Of what lies before a deep page nothing is asked: its places are filled so that the page is the last of them.
        return looked, [*([(-1, None)] * begin if deep else []), *best]

    def _in_order(self, counted: Counted, begin: int) -> tuple[_Looked, list[Ranked]]:
        """The same in an order that has nothing to do with scores: repeated answers are ordered here."""
        if not self._request.fold:
            return self._sorted(self._finder.best(self._places()), begin)
        alone = self._finder.best(self._places())
        _, first = np.unique(self._mirror.columns.doc_group[counted.repeated], return_index=True)
        merged = np.unique(np.concatenate([alone, counted.repeated[first]]))
        columns = self._mirror.columns
        ranks = {"oldest": columns.oldest_rank, "added": columns.added_rank}.get(self._request.sort)
        order = np.argsort(merged if ranks is None else ranks[merged], kind="stable")[begin : self._end]
        return self._sorted(merged[order], begin)

    def _sorted(self, numbers: Longs, begin: int) -> tuple[_Looked, list[Ranked]]:
        looked = self._looked(numbers)
        scores: dict[int, float] = {}
        if not self._plan.empty:
            scores = dict(zip(looked.view.numbers[looked.docs].tolist(), looked.scores.tolist(), strict=True))
        return looked, [*[(-1, None)] * begin, *[(number, scores.get(number)) for number in numbers.tolist()]]

    def _looked(self, numbers: Longs) -> _Looked:
        """The passages with their exact scores, and what repeats them."""
        plan, fold = self._plan, self._request.fold
        members = self._finder.matching_of(numbers) if fold else np.unique(numbers)
        top = self._finder.found.top
        # The best by words alone is the measure of wishes, be it among these or not.
        view = View(self._mirror, members if top is None else [*members.tolist(), top])
        makers = LocalRuns(view)
        concepts = [over(concept, makers) for concept in plan.concepts]
        everything = np.arange(len(view.numbers), dtype=np.int32)
        scores, masses = evaluated(everything, concepts, view.columns)
        most = float(scores.max()) if len(scores) else 0.0
        docs = view.places(members)
        scores = with_wishes(Matches(docs, scores[docs]), plan, view, most or None)
        minimum = self._finder.found.minimum
        shares = masses / np.float32(minimum.whole) if self._finder.found.some_lack and minimum.whole else None
        folded = fold_repeats(docs, scores, view) if fold else None
        if folded is not None and folded.scores is not None:
            return _Looked(view, concepts, folded.docs, folded.scores, shares, most)
        return _Looked(view, concepts, docs, scores, shares, most)

    def _of_archive(self, ranked: Sequence[Ranked], view: View) -> list[Ranked]:
        return [(int(view.numbers[doc]), score) for doc, score in ranked]

    # What is near in meaning

    def _filled(self, looked: _Looked, best: list[Ranked], counted: Counted) -> Filled | None:
        """The page with the nearest passages on it; ``None`` where the hits by words need none."""
        sense, request = self._sense, self._request
        if sense is None or not sense.speaks:
            return None
        coverage = self._coverage(looked, best)
        if coverage >= COVERED and counted.total >= request.per_page:
            return None
        docs, whole = self._near(sense)
        if coverage >= COVERED:
            return below(best, self._nearest(docs, whole, sense), request.per_page)
        # Asked before the nearest are looked at: their texts come with the answer.
        matched = self._finder.matched(docs.astype(np.int64))
        mixed = led if coverage < HARDLY and sense.common else in_turns
        words = self._from_the_first(best)
        found = self._found_by(words, matched)
        return mixed(words, self._nearest(docs, whole, sense), found, request.page, request.per_page)

    def _from_the_first(self, best: list[Ranked]) -> list[Ranked]:
        """All hits by words up to the end of the page, also those that a deep page has not asked for."""
        if not best or best[0][0] >= 0:
            return best
        begin = self._end - self._request.per_page
        return [*((int(number), None) for number in self._finder.best(Places(0, begin))), *best[begin:]]

    def _coverage(self, looked: _Looked, best: Sequence[Ranked]) -> float:
        if looked.shares is None:
            return 1.0
        first = [doc for doc, _ in best[:BEST] if doc >= 0]
        if not first:
            return 0.0
        return float(looked.shares[looked.view.places(first)].max())

    def _near(self, sense: Sense) -> tuple[Ints, Floats]:
        """The passages nearest in meaning that pass the filters, and how near they are as wholes."""
        request, plan, mirror = self._request, self._plan, self._mirror
        everything = mirror.remember("everything", lambda: np.arange(mirror.columns.passages, dtype=np.int32))
        filters = make_filters(request, plan.restrictions, mirror)
        allowed = of_the_named(plan.wishes, narrow(everything, filters, mirror).kept, mirror)
        return near_as_wholes(sense, mirror, allowed)

    def _nearest(self, docs: Ints, whole: Floats, sense: Sense) -> list[Ranked]:
        """The same with their parts looked at, the nearest first, repeated answers folded as the request wants it."""
        request, plan, mirror = self._request, self._plan, self._mirror
        view = View(mirror, docs)
        found = whole + near_in_parts(view.places(docs), sense, view)
        order = np.lexsort((docs, -found))
        docs, scores = wished_first(docs[order], found[order], plan.wishes, mirror)
        if request.fold:
            _, first = np.unique(mirror.columns.doc_group[docs], return_index=True)
            docs, scores = docs[np.sort(first)], scores[np.sort(first)]
        return list(zip(docs.tolist(), scores.tolist(), strict=True))

    def _found_by(self, words: Sequence[Ranked], matched: Longs) -> frozenset[int]:
        """What the words found too: of repeated answers the one that stands for them."""
        members = matched
        if self._request.fold:
            _, first = np.unique(self._mirror.columns.doc_group[members], return_index=True)
            members = members[first]
        return frozenset([*members.tolist(), *(doc for doc, _ in words)])

    # Hits

    def _hits(self, chosen: Sequence[Ranked], by_meaning: Container[int]) -> tuple[Hit, ...]:
        folded = None
        if self._request.fold:
            members = self._finder.matching_of(np.asarray([doc for doc, _ in chosen], dtype=np.int64))
            folded = fold_repeats(members.astype(np.int32), None, self._mirror)
        return shown(chosen, sought_of(self._plan.concepts, self._mirror), self._mirror, folded, by_meaning)
