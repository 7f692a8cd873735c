"""Holds the engine of a cluster against the local one over an index: ``python -m tests.cluster.parity INDEX``.

A node is started, the index published to it, and judged queries asked of both engines, plain and in some of the
ways that readers narrow it. Printed: how many pages agree in what, the overlap of the first ten, and nDCG of both.
``--generated 30000`` asks over a made-up archive of so many answers, among them those of the sample, which the judged
queries are about; queries drawn from it are asked too.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import click

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.cluster.columns import fetch
from indexer.cluster.connection import Connection, address_of
from indexer.cluster.publishing import publish
from indexer.language.analysis import shared_analyzer
from indexer.model import Report
from indexer.rebuild import rebuild
from indexer.vocabulary import load
from search_app.engine.door import Engine, LocalEngine, open_cluster, open_engine
from search_app.engine.evaluation import evaluate, read_judgements
from search_app.request.model import SearchPage, SearchRequest
from tests import small_archive
from tests.benchmarks.generate import Archive
from tests.benchmarks.queries import draw_queries
from tests.cluster.nodes import Cluster

JUDGEMENTS = Path(__file__).parents[1] / "data" / "judgements.tsv"
SAMPLE = Path(__file__).parents[2] / "index_data" / "sample"
WAYS: tuple[dict[str, Any], ...] = (
    {},
    {"fold": True},
    {"page": 2, "fold": True},
    {"city": ("Омск", "Томск")},
    {"kind": ("problems",), "fold": True},
    {"year_from": 2018, "year_to": 2020, "sort": "newest"},
)
"""How a query is asked."""
OPERATORS = (
    "«ремонт дорог»", "«дети спорт школа»~8", "дорог*", "!дорог", "ремонт -дорог", "-дорог", "город:Омск ремонт",
    "год:2018..2020 школы", "ремонт ИЛИ строительство", "(ремонт ИЛИ строительство) школ", "раздел:ЖКХ тариф",
)  # fmt: skip
"""Asked besides the judged queries, most of which are plain words."""
COUNTED = ("total", "pages", "facets", "dropped", "understood", "by_meaning", "correction")


@dataclass
class Parity:
    """What agreed."""

    pages: int = 0
    agreed: Counter[str] = field(default_factory=Counter)
    overlaps: list[float] = field(default_factory=list)

    def add(self, here: SearchPage, there: SearchPage) -> None:
        """Compares two pages; tells of a difference on stderr."""
        self.pages += 1
        if unlike := [name for name in COUNTED if getattr(here, name) != getattr(there, name)]:
            print(here.request, *(f"{n}: {getattr(here, n)} ≠ {getattr(there, n)}" for n in unlike), file=sys.stderr)
        self.agreed.update(name for name in COUNTED if getattr(here, name) == getattr(there, name))
        first, second = ([replace(hit, score=None) for hit in page.hits] for page in (here, there))
        self.agreed["hits"] += first == second
        if first:
            self.overlaps.append(len({hit.id for hit in first} & {hit.id for hit in second}) / len(first))
            if first != second:
                print(here.request, f"hits: {self.overlaps[-1]:.2f} of them the same", file=sys.stderr)

    def lines(self) -> Iterator[str]:
        """What is printed."""
        yield f"{self.pages} pages; equal " + ", ".join(f"{name} {self.agreed[name]}" for name in (*COUNTED, "hits"))
        yield f"overlap of the first ten {sum(self.overlaps) / len(self.overlaps):.4f}, least {min(self.overlaps):.2f}"


def compared(here: Engine, there: Engine, queries: Sequence[str]) -> Parity:
    """Every query in every way, asked of both."""
    parity = Parity()
    for query in queries:
        for way in WAYS:
            request = SearchRequest(q=query, **way)
            parity.add(here.search(request, meaning=True), there.search(request, meaning=True))
    return parity


def made(folder: Path, answers: int) -> tuple[Path, list[str]]:
    """An index of the sample's answers among made-up ones, so many in all; and queries drawn from those."""
    rebuild(SAMPLE, folder / "sample", jobs=1)
    engine = open_engine(Store(folder / "sample").current_dir())
    real = [report for card in engine.cards() if (report := engine.report(card.id))]
    engine.close()
    names, rest = {report.id for report in real}, answers - sum(len(report.passages) for report in real)
    archive = Archive(work=folder)

    def others() -> Iterator[Report]:
        # Both have cities of the same names: of two reports with one id the sample's stays.
        return (report for report in archive.reports(rest) if report.id not in names)

    small_archive.publish(folder / "index", chain(real, others()), meaning=True)
    drawn = draw_queries(archive.reports(2000), shared_analyzer(load()))
    phrases = [f"«{query.text}»" for query in drawn.phrases[::3]]
    beginnings = [f"{query.text}*" for query in drawn.prefixes[::3]]
    return folder / "index", [*(query.text for query in drawn.plain[::5]), *phrases, *beginnings]


@click.command()
@click.argument("index", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("--generated", type=int, help="Makes an archive of so many answers instead.")
@click.option("--every", default=1, help="Compares the pages of one in so many queries; nDCG is of all.")
def main(index: Path | None, generated: int | None, every: int) -> None:
    """Compares both engines over INDEX, or over an archive made for it."""
    if (index is None) == (generated is None):
        raise click.UsageError("An index, or --generated: one of the two.")
    judged = read_judgements(JUDGEMENTS)
    with tempfile.TemporaryDirectory() as place, Cluster(Path(place) / "nodes", 1) as cluster:
        folder, drawn = Path(place), list[str]()
        if index is None:
            index, drawn = made(folder, generated or 0)
        queries = [*[*dict.fromkeys(one.query for one in judged), *drawn][::every], *OPERATORS]
        build = open_build(Store(index).current_dir())
        connection = Connection(address_of(cluster.urls[0]))
        named = publish(build, connection, shards=3, replicas=0)
        fetch(named.list_name, connection, folder / "columns")
        here, there = LocalEngine(build), open_cluster(folder / "columns", named.name, connection)
        print(f"{build.manifest.passages} answers, {len(queries)} queries", flush=True)
        print(*compared(here, there, queries).lines(), sep="\n", flush=True)
        figures = [evaluate(judged, engine).overall.ndcg for engine in (here, there)]
        print(f"nDCG@10 here {figures[0]:.4f}, there {figures[1]:.4f}")
        connection.close()
        build.close()


if __name__ == "__main__":
    sys.exit(main())
