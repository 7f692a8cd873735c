"""nDCG@10 on public retrieval sets, through the product's own writer and search call.

    python -m tests.benchmarks.relevance FOLDER…

Each folder holds ``passages.jsonl`` and ``queries.jsonl`` ({"id", "text"}) and ``qrels.tsv`` (qid, pid, rel). Beside
the whole, the table shows what is left when a signal is switched off.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from indexer.builds.build import Build
from indexer.model import Passage, Report
from search_app.engine.matching.ranking import Weights
from search_app.engine.search import search
from search_app.request.model import SearchRequest
from tests.small_archive import temporary_build

DEPTH = 10

Queries = list[tuple[str, Mapping[str, int]]]

VARIANTS: Mapping[str, tuple[Weights, bool]] = {
    "all signals": (Weights(), True),
    "without akin words": (Weights(), False),
    "without sub-words": (Weights(gram=0.0), True),
    "without exact forms": (Weights(exact=0.0), True),
    "without nearness and coverage": (Weights(near=0.0, coverage=0.0), True),
    "lemmas alone": (Weights(0.0, 0.0, 0.0, 0.0), False),
}
"""Name → weights of the second look, and whether words that look akin are searched too."""


def main(folders: list[str]) -> None:
    """Prints a table for each folder."""
    for name in folders:
        folder = Path(name)
        queries = read_queries(folder)
        with temporary_build(read_passages(folder)) as build:
            print(f"{folder.name}: {build.manifest.passages} passages, {len(queries)} queries")
            for variant, (weights, akin) in VARIANTS.items():
                started = time.perf_counter()
                with akin_words(on=akin):
                    ndcg, recall = measure(build, queries, weights)
                taken = (time.perf_counter() - started) / len(queries) * 1000
                print(f"  {variant:30} nDCG@10 {ndcg:.4f}  R@10 {recall:.4f}  {taken:.2f} ms")


@contextmanager
def akin_words(*, on: bool) -> Iterator[None]:
    """Searches without the words that look akin to the typed ones."""
    if on:
        yield
    else:
        with patch("search_app.engine.query.plan.akin_lemmas", lambda *_: ()):
            yield


def measure(build: Build, queries: Queries, weights: Weights) -> tuple[float, float]:
    """Mean nDCG@10 (gain = grade) and recall@10."""
    gains = recalls = 0.0
    for text, relevant in queries:
        request = SearchRequest(q=text, per_page=DEPTH, as_typed=True, synonyms=False)
        found = [hit.id for hit in search(request, build, weights).hits]
        ideal = dcg(sorted(relevant.values(), reverse=True)[:DEPTH])
        gains += dcg([relevant.get(identity, 0) for identity in found]) / ideal
        recalls += sum(identity in relevant for identity in found) / min(len(relevant), DEPTH)
    return gains / len(queries), recalls / len(queries)


def dcg(grades: list[int]) -> float:
    """Discounted cumulative gain."""
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


def read_passages(folder: Path) -> Iterator[Report]:
    """Each passage as a report of its own."""
    for row in read_rows(folder / "passages.jsonl"):
        passage = Passage(id=row["id"], position=1, kind="other", question=None, text=row["text"])
        yield Report(row["id"], row["id"], None, None, None, (passage,))


def read_queries(folder: Path) -> Queries:
    """The queries that have relevant passages."""
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, {})[passage] = int(grade)
    return [(row["text"], relevant[row["id"]]) for row in read_rows(folder / "queries.jsonl") if row["id"] in relevant]


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


if __name__ == "__main__":
    main(sys.argv[1:])
