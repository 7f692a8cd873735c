"""Everything in one run: ours and the peers side by side, the site under load, growth; a table of ratios at the end.

    python -m tests.benchmarks.run --passages 300000

Writes ``tests/benchmarks/results/<date>.md`` with a plot beside it. Needs some 5 GB on disk at 300,000 passages.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click

from indexer.builds.build import Build
from indexer.language.analysis import shared_analyzer
from indexer.vocabulary import load
from tests.benchmarks import ours, web
from tests.benchmarks.generate import WORK, Archive
from tests.benchmarks.kinds import ask_kinds
from tests.benchmarks.measure import (
    Times,
    apart,
    family,
    free_caches,
    memory_of,
    run_watched,
    size_of,
    timed,
    wait_for_rest,
)
from tests.benchmarks.peers import PEERS, MissingPeerError, Peer
from tests.benchmarks.peers.base import OR, PHRASE, PREFIX, SEMANTICS
from tests.benchmarks.plot import Line, log_plot
from tests.benchmarks.queries import Query, QuerySet, draw_queries
from tests.benchmarks.relevance import VARIANTS, akin_words
from tests.benchmarks.rows import read_rows, write_rows

OURS = "ours"
CORE = "ours without texts and snippets"
RESULTS = WORK.parent
GROWTH = (10_000, 30_000, 100_000, 300_000, 1_000_000)
GROWTH_PEERS = ("tantivy", "SQLite FTS5")
"""Plain Whoosh at a million passages would take an hour."""
QUERIES_FROM = 20_000
"""Passages that queries are drawn from: the beginning of the archive, the same at every size."""
ROUNDS = 3
SLOW_QUERIES = 40
"""Plain Whoosh is asked the first so many queries once: half a second each is enough to see it."""
CHECKED = 20
REQUESTS = 400


@dataclass(slots=True)
class Report:
    """Lines of the Markdown file, said on the terminal as they come."""

    lines: list[str] = field(default_factory=list)

    def say(self, line: str = "") -> None:
        """One line of Markdown."""
        click.echo(line)
        self.lines.append(line)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table; figures to the right."""
        self.say()
        self.say(f"| {' | '.join(head)} |")
        self.say(f"|---{'|---:' * (len(head) - 1)}|")
        for row in rows:
            self.say(f"| {' | '.join(_shown(cell) for cell in row)} |")
        self.say()


@dataclass(frozen=True, slots=True)
class Bench:
    """What all measurements share."""

    work: Path
    passages: int
    queries: QuerySet
    report: Report

    @property
    def index(self) -> Path:
        """The index folder of the product."""
        return self.work / "index"


# Building


def build_ours(bench: Bench, passages: int, index: Path) -> tuple[ours.Written, int]:
    """Writes the archive into an empty index folder; what came of it and the peak memory."""
    shutil.rmtree(index, ignore_errors=True)
    free_caches()
    return apart(ours.write_index, index, bench.work, passages)


def build_peer(name: str, folder: Path, rows: Path) -> float:
    """Seconds that a peer takes to build; to be run in a process of its own. Raises MissingPeerError."""
    peer = PEERS[name](folder)
    seconds, _ = timed(lambda: peer.build(read_rows(rows)))
    peer.close()
    return seconds


def ask_all(name: str, folder: Path, queries: Sequence[Query]) -> tuple[float, int]:
    """Seconds to open a peer, and memory after it answered every query; to be run in a process of its own."""
    peer = PEERS[name](folder)
    seconds, _ = timed(peer.open)
    for query in queries:
        peer.ask(query.lemmas, OR)
    memory = sum(memory_of(pid)["Pss"] for pid in family(peer.pid()))
    peer.close()
    return seconds, memory


def lemma_rows(bench: Bench, passages: int) -> Path:
    """The file that peers are built from."""
    path = bench.work / "rows.tsv"
    write_rows(path, Archive(work=bench.work).reports(passages), shared_analyzer(load()))
    return path


def build_peers(bench: Bench, names: Sequence[str], passages: int) -> Iterator[tuple[str, float, int, int]]:
    """Name, seconds, peak memory and bytes on disk of each peer that can run here."""
    rows = lemma_rows(bench, passages)
    for name in names:
        folder = bench.work / "peers" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        free_caches()
        try:
            seconds, peak = apart(build_peer, name, folder, rows)
        except MissingPeerError as error:
            bench.report.say(f"{name} is left out: {error}.")
            continue
        yield name, seconds, peak, size_of(folder)


# Asking


@contextmanager
def opened(bench: Bench, names: Sequence[str]) -> Iterator[dict[str, Peer]]:
    """The built peers, ready to be asked."""
    peers = {name: PEERS[name](bench.work / "peers" / name) for name in names}
    for peer in peers.values():
        peer.open()
    try:
        yield peers
    finally:
        for peer in peers.values():
            peer.close()


def check_peers(peers: dict[str, Peer], queries: Sequence[Query]) -> None:
    """Totals and counts of all peers must be equal before anything is timed. Raises RuntimeError."""
    for query in queries[:CHECKED]:
        answers = {name: peer.ask(query.lemmas, OR) for name, peer in peers.items()}
        first, *others = answers.items()
        for name, answer in others:
            for facet in ("total", "cities", "years", "topics"):
                if getattr(answer, facet) != getattr(first[1], facet):
                    raise RuntimeError(f"«{query.text}»: {facet} of {name} differ from those of {first[0]}")


def race(build: Build, peers: dict[str, Peer], queries: Sequence[Query], semantics: str) -> dict[str, Times]:
    """Times of every engine, asked in turn, query by query; the first round only warms up."""
    engines: dict[str, Callable[[Query], object]] = {
        OURS: lambda query: ours.ask(query, semantics, build),
        CORE: lambda query: ours.core(query, semantics, build),
    }
    for name, peer in peers.items():
        engines[name] = _asking(peer, semantics)
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(ROUNDS + 1):
        for number, query in enumerate(queries):
            for name, engine in engines.items():
                slow = name == "Whoosh"
                if slow and (turn != 1 or number >= SLOW_QUERIES):
                    continue
                taken, _ = timed(lambda ask=engine, asked=query: ask(asked))  # type: ignore[misc]
                if turn:
                    seconds[name].append(taken)
    return {name: Times(tuple(taken)) for name, taken in seconds.items()}


def _asking(peer: Peer, semantics: str) -> Callable[[Query], object]:
    return lambda query: peer.ask(query.lemmas, semantics)


# The parts of a run


def part_building(bench: Bench, names: Sequence[str]) -> list[str]:
    """Build times, sizes, memory. Returns the peers that were built."""
    written, peak = build_ours(bench, bench.passages, bench.index)
    rows: list[tuple[object, ...]] = [(OURS, written.seconds, 1.0, _mega(size_of(bench.index)), _mega(peak))]
    built = []
    for name, seconds, memory, size in build_peers(bench, names, bench.passages):
        built.append(name)
        rows.append((name, seconds, seconds / written.seconds, _mega(size), _mega(memory)))
    bench.report.say("## Writing the index")
    bench.report.say()
    bench.report.say(
        f"{written.passages:,} passages of {written.reports:,} reports. Ours begins with text and stores it; the peers "
        f"begin with ready lemmas and store none. Verifying and publishing took ours {written.publishing:.1f} s more. "
        "Memory of ours includes the generator's; that of PostgreSQL's server is not seen here."
    )
    bench.report.table(["engine", "s", "× ours", "MB on disk", "MB at peak"], rows)
    return built


def part_opening(bench: Bench, names: Sequence[str]) -> None:
    """Opening in a fresh process, and the memory that all queries leave there."""
    found, _ = apart(ours.open_and_ask, bench.index, bench.queries.plain)
    rows: list[tuple[object, ...]] = [(OURS, found.seconds * 1e3, _mega(found.memory["Pss"]))]
    for name in names:
        asked = bench.queries.plain[: SLOW_QUERIES if name == "Whoosh" else None]
        (seconds, memory), _ = apart(ask_all, name, bench.work / "peers" / name, asked)
        rows.append((name, seconds * 1e3, _mega(memory)))
    bench.report.say("## Opening")
    bench.report.say()
    bench.report.say(
        f"The first query took ours {found.first_query * 1e3:.1f} ms; of its memory "
        f"{_mega(found.memory['Private_Dirty'])} MB are its own, the rest are mapped files that all processes share."
    )
    bench.report.table(["engine", "opens in, ms", "MB after all queries"], rows)


def part_queries(bench: Bench, names: Sequence[str]) -> None:
    """The race, query class by query class, and where our time goes."""
    build = ours.open_index(bench.index)
    sets = {PHRASE: bench.queries.phrases, PREFIX: bench.queries.prefixes}
    with opened(bench, names) as peers:
        check_peers(peers, bench.queries.plain)
        bench.report.say("## Top 10 with the counts of all facets over all matches, ms")
        bench.report.say()
        bench.report.say(
            "Ours is the whole request: analysis, ranking with all signals, five facets, texts and snippets; plain "
            "words are its default (`OR` of the peers). The peers: BM25, three facets, passage numbers. "
            f"Before the race the counts of all peers were equal on {CHECKED} queries."
        )
        for semantics in SEMANTICS:
            times = race(build, peers, sets.get(semantics, bench.queries.plain), semantics)
            base = times[OURS]
            bench.report.say(f"\n### {semantics}")
            bench.report.table(
                ["engine", "median", "p95", "p99", "median × ours", "p95 × ours"],
                [(name, t.median, t.p95, t.p99, t.median / base.median, t.p95 / base.p95) for name, t in times.items()],
            )
    part_signals(bench, build)
    part_stages(bench, build)


def part_signals(bench: Bench, build: Build) -> None:
    """What the signals of search quality cost, asked in turn; their worth is told by `tests.benchmarks.relevance`."""
    # What the core measures has no part for meaning.
    variants = {name: (weights, akin) for name, (weights, akin, meaning) in VARIANTS.items() if not meaning}
    seconds: dict[str, list[float]] = {variant: [] for variant in variants}
    for turn in range(ROUNDS + 1):
        for query in bench.queries.plain:
            for variant, (weights, akin) in variants.items():
                with akin_words(on=akin):
                    taken, _ = timed(lambda q=query, w=weights: ours.core(q, OR, build, w))  # type: ignore[misc]
                if turn:
                    seconds[variant].append(taken)
    bench.report.say("### What each signal costs, plain words, without texts and snippets, ms")
    times = {variant: Times(tuple(taken)) for variant, taken in seconds.items()}
    bench.report.table(["variant", "median", "p95"], [(name, t.median, t.p95) for name, t in times.items()])


def part_stages(bench: Bench, build: Build) -> None:
    """Where the time of a plain query goes."""
    taken = [ours.stages(query, build) for _ in range(ROUNDS) for query in bench.queries.plain]
    bench.report.say("### Where our time goes, plain words, ms")
    times = {stage: Times(tuple(found[stage] for found in taken)) for stage in ours.STAGES}
    bench.report.table(["stage", "median", "p95"], [(stage, t.median, t.p95) for stage, t in times.items()])


def part_files(bench: Bench) -> None:
    """A rebuild from text files, and an update after one new report."""
    files, index = bench.work / "files", bench.work / "index-of-files"
    for folder in (files, index):
        shutil.rmtree(folder, ignore_errors=True)
    count = Archive(work=bench.work).write(files, bench.passages)
    size = size_of(files)
    free_caches()
    command = [sys.executable, "-m", "indexer"]
    options = ["--reports", str(files), "--index", str(index)]
    rebuilt, peak, output = run_watched([*command, "rebuild", *options], Path.cwd())
    added = next(files.rglob("*.txt"))
    added.with_name(f"new-{added.name}").write_text(
        added.read_text(encoding="utf-8") + "\nДобавлено.\n", encoding="utf-8"
    )
    updated, update_peak, _ = run_watched([*command, "update", *options], Path.cwd())
    bench.report.say("## From text files")
    bench.report.table(
        ["command", "s", "files/s", "MB at peak, all processes"],
        [
            (f"rebuild of {count:,} files, {_mega(size)} MB", rebuilt, count / rebuilt, _mega(peak)),
            ("update after one new file", updated, "", _mega(update_peak)),
        ],
    )
    bench.report.say("```\n" + output.strip()[-1500:] + "\n```")
    shutil.rmtree(index, ignore_errors=True)


def part_kinds(bench: Bench) -> None:
    """Every kind of page, first and again, in a process of its own."""
    kinds, _ = apart(ask_kinds, bench.index, bench.queries)
    bench.report.say("## Every kind of page, ms of processor")
    bench.report.say()
    bench.report.say(
        "The whole application without a network, one thread; up to 20 addresses of a kind, each asked thrice."
    )
    head = ["page", "first, median", "first, worst", "again, median", "again, p95", "kB at most"]
    figures = [(k.name, k.first.median, k.first.quantile(1), k.again.median, k.again.p95, k.bytes / 1e3) for k in kinds]
    bench.report.table(head, figures)


def part_web(bench: Bench) -> None:
    """Pages and API over HTTP: one client and eight, one process and two that share an address."""
    rows: list[tuple[object, ...]] = []
    memory: list[str] = []
    kinds = (("pages", web.pages(bench.queries.plain)), ("API", web.api(bench.queries.plain)))
    for processes in (1, 2):
        with web.serving(bench.index, processes) as server:
            for kind, paths in kinds:
                # Each process is to have met the words before, and to have done what it does beside its first pages.
                web.load([server.port], paths, 8 * processes, 2 * len(paths))
                wait_for_rest(family(server.pid))
                for clients in (1, 8):
                    found = web.load([server.port], paths, clients, REQUESTS)
                    figures = (found.times.median, found.times.p95, found.times.p99, found.rate, found.errors)
                    rows.append((f"{kind}, {processes}", clients, *figures))
            memory += map(_told_memory, family(server.pid))
    bench.report.say("## Over HTTP, ms")
    bench.report.table(["what, processes", "clients", "median", "p95", "p99", "answers/s", "errors"], rows)
    bench.report.say(
        f"Memory of the server alone, then of a supervisor and its two processes: {'; '.join(memory)}. "
        "What is not a process's own are mapped files, which all share.\n"
    )


def _told_memory(pid: int) -> str:
    memory = memory_of(pid)
    return f"{_mega(memory['Rss'])} MB resident, {_mega(memory['Private_Dirty'])} MB its own"


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured at one size."""

    passages: int
    written: ours.Written
    opened: ours.Opened
    peak: int
    size: int
    times: dict[str, Times]


def part_growth(bench: Bench, name: str, names: Sequence[str]) -> None:
    """Time and memory at growing sizes, as a table and two plots."""
    found = [grown(bench, size, names) for size in GROWTH if size <= bench.passages]
    if not found:
        bench.report.say(f"Growth begins at {GROWTH[0]:,} passages.")
        return
    engines = list(found[0].times)
    bench.report.say("## Growth, plain words, ms")
    bench.report.table(
        ["passages", "write, s", "MB at peak", "MB on disk", "opens in, ms"]
        + [f"{engine}, {figure}" for engine in engines for figure in ("median", "p95")],
        [_growth_row(g) for g in found],
    )
    answers = {
        f"{engine}, {figure}": [(g.passages, getattr(g.times[engine], figure)) for g in found]
        for engine in engines
        for figure in ("median", "p95")
    }
    building = {
        "write, s": [(g.passages, g.written.seconds) for g in found],
        "memory at peak, GB": [(g.passages, g.peak / 1e9) for g in found],
        "on disk, GB": [(g.passages, g.size / 1e9) for g in found],
    }
    _plot(bench, f"{name}-answers.svg", "Answer to plain words with facets", "ms", answers)
    _plot(bench, f"{name}-building.svg", "Writing the index", "s, GB", building)


def grown(bench: Bench, passages: int, names: Sequence[str]) -> Grown:
    """Builds and asks ours and some peers at one size."""
    index = bench.work / "index-growth"
    written, peak = build_ours(bench, passages, index)
    opened_ours, _ = apart(ours.open_and_ask, index, bench.queries.plain)
    built = [name for name, *_ in build_peers(bench, names, passages)]
    with opened(bench, built) as peers:
        times = race(ours.open_index(index), peers, bench.queries.plain, OR)
    size = size_of(index)
    shutil.rmtree(index, ignore_errors=True)
    return Grown(passages, written, opened_ours, peak, size, times)


def _growth_row(g: Grown) -> list[object]:
    times = [value for t in g.times.values() for value in (t.median, t.p95)]
    return [f"{g.passages:,}", g.written.seconds, _mega(g.peak), _mega(g.size), g.opened.seconds * 1e3, *times]


def _plot(bench: Bench, file: str, title: str, unit: str, lines: Mapping[str, Line]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / file).write_text(log_plot(title, "passages", unit, lines), encoding="utf-8")
    bench.report.say(f"![{title}]({file})")


def _mega(size: int) -> int:
    return round(size / 1e6)


def _shown(cell: object) -> str:
    if not isinstance(cell, float):
        return f"{cell:,}" if isinstance(cell, int) else str(cell)
    return f"{cell:,.0f}" if cell >= 100 else f"{cell:.1f}" if cell >= 10 else f"{cell:.2f}"


PARTS = ("building", "opening", "queries", "kinds", "web", "files", "growth")


@click.command()
@click.option("--passages", default=300_000, show_default=True)
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Only these parts; all by default.")
@click.option("--peer", "names", multiple=True, type=click.Choice(list(PEERS)), help="Only these peers.")
@click.option("--work", default=WORK, type=click.Path(path_type=Path), show_default=True, help="Where big files go.")
def main(passages: int, parts: tuple[str, ...], names: tuple[str, ...], work: Path) -> None:
    """Measures the product and its peers."""
    work.mkdir(parents=True, exist_ok=True)
    archive = Archive(work=work)
    queries = draw_queries(archive.reports(min(passages, QUERIES_FROM)), shared_analyzer(load()))
    bench = Bench(work, passages, queries, Report())
    now = datetime.now()  # noqa: DTZ005 - the reader's own clock
    stamp = f"{now:%Y-%m-%d-%H%M}"
    bench.report.say(f"# Benchmark of {now:%Y-%m-%d %H:%M}, {passages:,} passages")
    bench.report.say(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}.\n")
    wanted = set(parts or PARTS)
    try:
        asked = names or list(PEERS)
        # Growth builds for itself; whatever else is measured needs what is built.
        built = part_building(bench, asked) if wanted != {"growth"} else asked
        if "opening" in wanted:
            part_opening(bench, built)
        if "queries" in wanted:
            part_queries(bench, built)
        if "kinds" in wanted:
            part_kinds(bench)
        if "web" in wanted:
            part_web(bench)
        if "files" in wanted:
            part_files(bench)
        if "growth" in wanted:
            part_growth(bench, stamp, [name for name in built if name in GROWTH_PEERS])
    finally:
        RESULTS.mkdir(parents=True, exist_ok=True)
        path = RESULTS / f"{stamp}.md"
        path.write_text("\n".join(bench.report.lines) + "\n", encoding="utf-8")
        click.echo(f"Written: {path}")


if __name__ == "__main__":
    main()
