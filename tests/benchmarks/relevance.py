"""nDCG@10 on public retrieval sets, through the product's own writer and search call.

    python -m tests.benchmarks.relevance FOLDER…

Each folder holds ``passages.jsonl`` and ``queries.jsonl`` ({"id", "text"}) and ``qrels.tsv`` (qid, pid, rel). Beside
the whole, the table shows what is left when a signal is switched off, and what meaning finds without any words: by
vectors of words, as the product has them, and by the model's own vectors of whole passages, which it has no time for.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.meaning.model import word_model
from indexer.model import Passage, Report
from search_app.engine.found.meaning import nearest, sense_of
from search_app.engine.matching.ranking import Weights
from search_app.engine.query.plan import make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.search import search
from search_app.request.model import SearchRequest
from tests.small_archive import temporary_build

DEPTH = 10

Queries = list[tuple[str, Mapping[str, int]]]

VARIANTS: Mapping[str, tuple[Weights, bool, bool]] = {
    "all signals and meaning": (Weights(), True, True),
    "all signals, words alone": (Weights(), True, False),
    "without akin words": (Weights(), False, False),
    "without sub-words": (Weights(gram=0.0), True, False),
    "without exact forms": (Weights(exact=0.0), True, False),
    "without nearness and coverage": (Weights(near=0.0, coverage=0.0), True, False),
    "lemmas alone": (Weights(0.0, 0.0, 0.0, 0.0), False, False),
}
"""Name → weights of the second look, whether words that look akin are searched too, and whether meaning is."""

Found = Sequence[str]


def main(folders: list[str]) -> None:
    """Prints a table for each folder."""
    for name in folders:
        folder = Path(name)
        queries = read_queries(folder)
        with temporary_build(read_passages(folder), meaning=True) as build:
            print(f"{folder.name}: {build.manifest.passages} passages, {len(queries)} queries")
            for variant, (weights, akin, meaning) in VARIANTS.items():
                started = time.perf_counter()
                with akin_words(on=akin):
                    ndcg, recall = measure(build, queries, weights, meaning=meaning)
                taken = (time.perf_counter() - started) / len(queries) * 1000
                print(f"  {variant:30} nDCG@10 {ndcg:.4f}  R@10 {recall:.4f}  {taken:.2f} ms")
            if build.vectors is not None:
                print_meaning_alone(build, folder, queries)


def print_meaning_alone(build: Build, folder: Path, queries: Queries) -> None:
    """Two lines of the table: nothing but the nearest, by vectors of words and by those of whole passages."""
    for name, found in (
        ("meaning alone, of words", by_words(build, queries)),
        ("meaning alone, of whole texts", by_whole_texts(folder, queries)),
    ):
        ndcg, recall = marks(queries, found)
        print(f"  {name:30} nDCG@10 {ndcg:.4f}  R@10 {recall:.4f}")


def by_words(build: Build, queries: Queries) -> Iterator[Found]:
    """The passages nearest to each query, as the product reckons them."""
    for text, _ in queries:
        sense = sense_of(make_plan(parse(text, build.vocabulary), build, synonyms=False).concepts, build)
        docs = nearest(sense, build)[0][:DEPTH].tolist() if sense else []
        yield [build.texts.passage_id(doc) for doc in docs]


def by_whole_texts(folder: Path, queries: Queries) -> Iterator[Found]:
    """The same by the model's own vectors of the passages and queries: some tens a second."""
    rows = list(read_rows(folder / "passages.jsonl"))
    passages, asked = whole([row["text"] for row in rows]), whole([text for text, _ in queries])
    for cosines in asked @ passages.T:
        yield [rows[place]["id"] for place in np.argsort(-cosines, kind="stable")[:DEPTH].tolist()]


def whole(texts: Sequence[str], at_once: int = 16) -> NDArray[np.float32]:
    """The model's vectors of texts, which are encoded with others of their length."""
    model = word_model()
    assert model is not None
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    found: dict[int, NDArray[np.float32]] = {}
    for begin in range(0, len(order), at_once):
        chosen = order[begin : begin + at_once]
        found.update(zip(chosen, model.encoded([texts[place] for place in chosen]), strict=True))
    return np.stack([found[place] for place in range(len(texts))])


@contextmanager
def akin_words(*, on: bool) -> Iterator[None]:
    """Searches without the words that look akin to the typed ones."""
    if on:
        yield
    else:
        words: dict[object, object] = {}  # without what is known of them with akin ones
        plan = "search_app.engine.query.plan"
        with patch(f"{plan}.akin_lemmas", lambda *_: ()), patch(f"{plan}.shelf", lambda *_: words):
            yield


def measure(build: Build, queries: Queries, weights: Weights, *, meaning: bool = False) -> tuple[float, float]:
    """Mean nDCG@10 (gain = grade) and recall@10."""

    def searched() -> Iterator[Found]:
        for text, _ in queries:
            request = SearchRequest(q=text, per_page=DEPTH, as_typed=True, synonyms=False)
            yield [hit.id for hit in search(request, build, weights, meaning=meaning).hits]

    return marks(queries, searched())


def marks(queries: Queries, answers: Iterator[Found]) -> tuple[float, float]:
    """Mean nDCG@10 (gain = grade) and recall@10 of what was found for each query."""
    gains = recalls = 0.0
    for (_, relevant), found in zip(queries, answers, strict=True):
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
