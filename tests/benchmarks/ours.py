"""The product in the benchmark: built by its own writer, asked by its own search call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from indexer.builds.build import Build, open_build, verify
from indexer.builds.manifest import FORMAT_VERSION, Manifest
from indexer.builds.store import Store
from indexer.index.writer import write_build
from indexer.language.analysis import ANALYSIS_VERSION, Analyzer
from indexer.model import Report
from indexer.vocabulary import load
from search_app.engine.found.hits import sought_of
from search_app.engine.marks.snippets import snippet
from search_app.engine.marks.spotting import marks_of, spotted
from search_app.engine.matching.counting import count_facets, make_filters, narrow
from search_app.engine.matching.match import largest, match
from search_app.engine.matching.ranking import CANDIDATES, Weights, signals
from search_app.engine.matching.scratch import scratch_of
from search_app.engine.query.plan import make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.search import search
from search_app.request.model import SearchPage, SearchRequest
from tests.benchmarks.generate import Archive
from tests.benchmarks.measure import memory_of
from tests.benchmarks.peers.base import AND, DEEP, OFFSET, PHRASE, PREFIX, TOP, YEAR
from tests.benchmarks.queries import Query

STAGES = ("plan", "match", "facets", "rank and the rest", "texts", "snippets")


@dataclass(frozen=True, slots=True)
class Written:
    """How a build was written."""

    passages: int
    reports: int
    seconds: float
    """Of `write_build` alone: neither the making of the reports nor verifying and publishing."""
    publishing: float
    """Seconds of verifying, syncing and publishing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a build opens in a fresh process, and what it takes there."""

    seconds: float
    first_query: float
    memory: dict[str, int]
    """After all queries."""


def write_index(index_dir: Path, work: Path, passages: int) -> Written:
    """Writes a made-up archive into an index folder and publishes it."""
    vocabulary = load()
    analyzer = Analyzer(vocabulary)
    reports = _Timed(Archive(vocabulary, work, asks=True).reports(passages))
    store = Store(index_dir)
    with store.writing() as draft:
        started = time.perf_counter()
        counts = write_build(draft.folder, reports, analyzer)
        seconds = time.perf_counter() - started - reports.seconds
        manifest = Manifest(
            stamp="",
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            format_version=FORMAT_VERSION,
            analysis_version=ANALYSIS_VERSION,
            dictionary_version=analyzer.dictionary_version,
            vocabulary_version=vocabulary.version,
            reports=counts.reports,
            passages=counts.passages,
            sample=True,
            seconds=seconds,
        )
        started = time.perf_counter()
        store.publish(draft, manifest, verify)
    return Written(counts.passages, counts.reports, seconds, time.perf_counter() - started)


class _Timed:
    """Reports, and the time it took to make them."""

    def __init__(self, reports: Iterable[Report]) -> None:
        self._reports = iter(reports)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Report]:
        while True:
            started = time.perf_counter()
            report = next(self._reports, None)
            self.seconds += time.perf_counter() - started
            if report is None:
                return
            yield report


def open_index(index_dir: Path) -> Build:
    """The published build."""
    return open_build(Store(index_dir).current_dir())


def open_and_ask(index_dir: Path, queries: Sequence[Query]) -> Opened:
    """Opens a build, asks every query once; to be run in a fresh process."""
    folder = Store(index_dir).current_dir()
    # Dictionary and vocabulary are opened once per process, whatever the size of the archive.
    load()
    started = time.perf_counter()
    build = open_build(folder)
    opened = time.perf_counter()
    search(request_of(queries[0], ""), build)
    asked = time.perf_counter()
    for query in queries:
        search(request_of(query, ""), build)
    return Opened(opened - started, asked - opened, memory_of())


def request_of(query: Query, semantics: str) -> SearchRequest:
    """The request for a query, as a user would type it; anything but the three named semantics is plain words."""
    text = {AND: f"({query.text})", PHRASE: f"«{query.text}»", PREFIX: f"{query.text}*"}.get(semantics, query.text)
    page = OFFSET // TOP + 1 if semantics == DEEP else 1
    return SearchRequest(q=text, per_page=TOP, sort="newest" if semantics == YEAR else "relevance", page=page)


def ask(query: Query, semantics: str, build: Build) -> SearchPage:
    """The whole request: analysis, matches, ranking, all facets, texts, snippets."""
    return search(request_of(query, semantics), build)


def core(query: Query, semantics: str, build: Build, weights: Weights | None = None) -> list[int]:
    """What the peers do and no more: top 10 with the ranking signals, all facet counts, but no texts and snippets."""
    request = request_of(query, semantics)
    plan = make_plan(parse(request.q, build.vocabulary), build)
    found = match(plan.concepts, plan.excluded, build.columns)
    count_facets(found.docs, narrow(found.docs, make_filters(request, plan.restrictions, build), build), build)
    if semantics == YEAR:
        # Passages are numbered newest first.
        return [int(doc) for doc in found.docs[:TOP]]
    first = OFFSET if semantics == DEEP else 0
    order = largest(found.scores, max(CANDIDATES, first + TOP))
    best = order[:CANDIDATES]
    scores, docs = found.scores[best], found.docs[best]
    final = scores + signals(docs, plan.concepts, build, scratch_of(build), weights)
    ranked = np.concatenate([docs[np.argsort(-final)], found.docs[order[CANDIDATES:]]])
    return [int(doc) for doc in ranked[first : first + TOP]]


def stages(query: Query, build: Build) -> dict[str, float]:
    """Seconds that each stage of a plain query takes; ranking is what the other stages leave of the whole."""
    request = request_of(query, "")
    marks = [time.perf_counter()]
    plan = make_plan(parse(request.q, build.vocabulary), build)
    marks.append(time.perf_counter())
    found = match(plan.concepts, plan.excluded, build.columns)
    marks.append(time.perf_counter())
    count_facets(found.docs, narrow(found.docs, make_filters(request, plan.restrictions, build), build), build)
    marks.append(time.perf_counter())
    page = search(request, build)
    marks.append(time.perf_counter())
    docs = [build.number_of(hit.id) or 0 for hit in page.hits]
    texts = [build.passage(doc).text for doc in docs]
    marks.append(time.perf_counter())
    for text, spots in zip(texts, spotted(docs, sought_of(plan.concepts, build), build), strict=True):
        snippet(text, marks_of(text, spots or {}) or ())
    marks.append(time.perf_counter())
    planned, matched, counted, whole, read, cut = (
        after - before for before, after in zip(marks, marks[1:], strict=False)
    )
    rest = max(whole - planned - matched - counted - read - cut, 0.0)
    return dict(zip(STAGES, (planned, matched, counted, rest, read, cut), strict=True))
