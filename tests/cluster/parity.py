"""Holds the engine of a cluster against the local one over an index: ``python -m tests.cluster.parity INDEX``.

A node is started, the index published to it, and every judged query asked of both engines, plain and in some of the
ways that readers narrow it. Printed: how many pages agree in what, the overlap of the first ten, and nDCG of both.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.cluster.columns import fetch
from indexer.cluster.connection import Connection, address_of
from indexer.cluster.publishing import publish
from search_app.engine.door import Engine, LocalEngine, open_cluster
from search_app.engine.evaluation import evaluate, read_judgements
from search_app.request.model import SearchPage, SearchRequest
from tests.cluster.nodes import Cluster

JUDGEMENTS = Path(__file__).parents[1] / "data" / "judgements.tsv"
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
        """Compares two pages."""
        self.pages += 1
        self.agreed.update(name for name in COUNTED if getattr(here, name) == getattr(there, name))
        first, second = ([replace(hit, score=None) for hit in page.hits] for page in (here, there))
        self.agreed["hits"] += first == second
        if first:
            self.overlaps.append(len({hit.id for hit in first} & {hit.id for hit in second}) / len(first))

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


@click.command()
@click.argument("index", type=click.Path(path_type=Path, exists=True))
@click.option("--every", default=1, help="Asks one in so many judged queries.")
def main(index: Path, every: int) -> None:
    """Compares both engines over INDEX."""
    judged = read_judgements(JUDGEMENTS)
    queries = [*dict.fromkeys(one.query for one in judged[::every]), *OPERATORS]
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder) / "nodes", 1) as cluster:
        build = open_build(Store(index).current_dir())
        connection = Connection(address_of(cluster.urls[0]))
        named = publish(build, connection, shards=3, replicas=0)
        fetch(named.list_name, connection, Path(folder) / "columns")
        here, there = LocalEngine(build), open_cluster(Path(folder) / "columns", named.name, connection)
        print(f"{build.manifest.passages} answers", *compared(here, there, queries).lines(), sep="\n", flush=True)
        figures = [evaluate(judged[::every], engine).overall.ndcg for engine in (here, there)]
        print(f"nDCG@10 here {figures[0]:.4f}, there {figures[1]:.4f}")
        connection.close()
        build.close()


if __name__ == "__main__":
    sys.exit(main())
