"""One machine and a cluster of three nodes side by side: loading, size, pages. All of it stands on this one machine.

Work is told in seconds of processors, which a busy machine does not falsify; waiting times are kept beside it.

    python -m tests.benchmarks.cluster --passages 10000 --passages 30000 --passages 100000

Writes a table and a plot into ``tests/benchmarks/results``; with ``--keep`` also what ``deploy/cluster/README.md``
reckons with (``tests.benchmarks.scale``).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from indexer.language.analysis import shared_analyzer
from indexer.vocabulary import load
from tests.benchmarks import ours, scale, web
from tests.benchmarks.generate import WORK, Archive
from tests.benchmarks.measure import apart, family, memory_of, size_of, wait_for_rest, worked
from tests.benchmarks.queries import draw_queries
from tests.cluster.jars import install
from tests.cluster.nodes import Cluster

RESULTS = WORK.parent
CLIENTS, REQUESTS = 8, 200
WARMING = 400
"""Pages before it is measured: nodes compile what they do often, as a server that runs for months has done long ago."""
STORED = ("fdt", "fdx", "fdm")
"""Files of Lucene with stored texts; all others are read by searching."""


def measured_local(index: Path, work: Path, passages: int, paths: list[str]) -> dict[str, Any]:
    """The archive on one machine."""
    shutil.rmtree(index, ignore_errors=True)
    before = _of_children()
    built, _ = apart(ours.write_index, index, work, passages)
    work_done = _of_children() - before
    with web.serving(index, processes=2) as server:
        pages = _load(server, paths)
        memory = sum(memory_of(pid)["Pss"] for pid in family(server.pid))
    waited = built.seconds + built.publishing
    return {
        "cpu_seconds": work_done,
        "seconds": waited,
        "bytes": size_of(index),
        "site_bytes": memory,
        **pages,
    }


def measured_cluster(index: Path, paths: list[str]) -> dict[str, Any]:
    """The same build in three nodes, each part twice."""
    with TemporaryDirectory() as place, Cluster(Path(place), 3, lasting=True) as cluster:
        nodes = [node.pid for node in cluster.nodes if node.pid]
        begun, before = time.perf_counter(), _of_children() + worked(nodes)
        command = [sys.executable, "-m", "indexer", "publish", "--to", cluster.url, "--index", str(index)]
        subprocess.run([*command, "--shards", "3", "--replicas", "1"], check=True, stdout=subprocess.DEVNULL)
        seconds, work_done = time.perf_counter() - begun, _of_children() + worked(nodes) - before
        cluster.wait_status("green")
        sizes = _sizes(cluster)
        with _serving(cluster) as server:
            pages = _load(server, paths, nodes)
            memory = sum(memory_of(pid)["Pss"] for pid in family(server.pid))
        resident = sum(memory_of(pid)["Rss"] for pid in nodes)
    return {
        "cpu_seconds": work_done,
        "seconds": seconds,
        **sizes,
        "site_bytes": memory,
        "nodes_bytes": resident,
        **pages,
    }


def _of_children() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sizes(cluster: Cluster) -> dict[str, int]:
    """Bytes of one copy of all that was published, and of these what searching reads."""
    cluster.ask("POST", "/opyt*/_flush?force=true&wait_if_ongoing=true", patience=300)
    _, value = cluster.ask("GET", "/opyt*/_stats/store,segments?include_segment_file_sizes=true")
    primaries = value["_all"]["primaries"]
    files = primaries["segments"]["file_sizes"]
    stored = sum(sizes["size_in_bytes"] for name, sizes in files.items() if name in STORED)
    whole = primaries["store"]["size_in_bytes"]
    return {"primary_bytes": whole, "searched_bytes": whole - stored}


@contextmanager
def _serving(cluster: Cluster) -> Iterator[web.Server]:
    before = os.environ.get("SEARCH_ENGINE")
    os.environ["SEARCH_ENGINE"] = cluster.url
    try:
        with TemporaryDirectory() as nothing, web.serving(Path(nothing), processes=2) as server:
            yield server
    finally:
        os.environ.pop("SEARCH_ENGINE")
        if before is not None:
            os.environ["SEARCH_ENGINE"] = before


def _load(server: web.Server, paths: list[str], nodes: Sequence[int] = ()) -> dict[str, Any]:
    web.load([server.port], paths, CLIENTS, WARMING)
    site = family(server.pid)
    wait_for_rest(site)
    busy = [*site, *nodes]
    before = worked(busy)
    found = web.load([server.port], paths, CLIENTS, REQUESTS)
    work_done = (worked(busy) - before) / len(found.times.seconds)
    if found.errors:
        raise click.ClickException(f"{found.errors} of {REQUESTS} pages failed")
    return {
        "page_cpu_ms": 1000 * work_done,
        "median_ms": found.times.median,
        "p95_ms": found.times.p95,
        "pages_a_second": found.rate,
    }


@click.command()
@click.option("--passages", "sizes", multiple=True, type=int, default=(10_000, 30_000, 100_000), help="Two at least.")
@click.option("--keep", is_flag=True, help="Also what the page of deploy/cluster reckons with.")
@click.option("--work", default=WORK, type=click.Path(path_type=Path), show_default=True, help="Where big files go.")
def main(sizes: tuple[int, ...], keep: bool, work: Path) -> None:
    """Measures one machine and a cluster."""
    install()
    work.mkdir(parents=True, exist_ok=True)
    RESULTS.mkdir(parents=True, exist_ok=True)
    queries = draw_queries(Archive(work=work).reports(20_000), shared_analyzer(load()))
    paths = web.pages(queries.plain)
    now = datetime.now()  # noqa: DTZ005 - the reader's own clock
    told = f"все три узла, сайт и читатели — на одной машине с {os.cpu_count()} ядрами"
    measured: dict[str, Any] = {"date": f"{now:%d.%m.%Y}", "machine": told, "runs": []}
    for size in sizes:
        index = work / "index-cluster"
        local = measured_local(index, work, size, paths)
        measured["runs"].append({"answers": size, "local": local, "cluster": measured_cluster(index, paths)})
        stamp = RESULTS / f"{now:%Y-%m-%d-%H%M}-cluster"
        stamp.with_suffix(".json").write_text(json.dumps(measured, indent=1, ensure_ascii=False), encoding="utf-8")
        stamp.with_suffix(".svg").write_text(scale.plot(measured), encoding="utf-8")
        if len(measured["runs"]) > 1:
            stamp.with_suffix(".md").write_text(f"{scale.tables(measured)}\n", encoding="utf-8")
            click.echo(scale.tables(measured))
    if keep:
        text = json.dumps(measured, indent=1, ensure_ascii=False) + "\n"
        scale.MEASURED.write_text(text, encoding="utf-8")
        scale.main()


if __name__ == "__main__":
    main()
