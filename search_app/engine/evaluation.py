"""Judgements in, measures of the ranking out: nDCG@10, MRR@10, success, recall, per type of query."""

from __future__ import annotations

import csv
import json
import math
import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from indexer.errors import IndexerError
from search_app.engine.door import Engine
from search_app.engine.matching.ranking import Weights
from search_app.request.model import FACETS, SearchRequest

DEPTH = 10

_COLUMNS = ("query_id", "type", "query", "passage_id", "relevance")


class JudgementsError(IndexerError):
    """The file of judgements cannot be read; names file and line."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One query with the passages that answer it."""

    id: str
    type: str
    query: str
    filters: str = ""
    """Parameters of ``/search`` beside ``q``, joined by ``&``."""
    relevant: Mapping[str, int] = field(default_factory=dict)
    """Passage id → grade, above 0."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over queries, 0…1."""

    queries: int
    ndcg: float
    mrr: float
    success1: float
    success3: float
    success10: float
    recall: float
    zero: int
    """Queries that found nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one query fared."""

    judged: Judged
    found: tuple[str, ...]
    ndcg: float
    rank: int | None
    """Of the first relevant passage among the first `DEPTH`, from 1."""
    recall: float
    total: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured in one run."""

    overall: Measures
    types: Mapping[str, Measures]
    outcomes: tuple[Outcome, ...]


def read_judgements(path: Path) -> tuple[Judged, ...]:
    """The judged queries of a TSV file (``#`` begins a comment) or of a JSON list of the same fields.

    Raises JudgementsError, naming file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise JudgementsError(f"Файл оценок «{path}» не читается: проверьте имя и кодировку (нужна UTF-8).") from error
    return _from_json(text, path) if path.suffix == ".json" else _from_tsv(text, path)


def evaluate(
    judged: Sequence[Judged], engine: Engine, *, meaning: bool = True, weights: Weights | None = None
) -> Evaluation:
    """Searches for every query as a visitor would and measures what came."""
    outcomes = tuple(_outcome(query, engine, meaning, weights) for query in judged)
    types: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        types.setdefault(outcome.judged.type, []).append(outcome)
    return Evaluation(_measures(outcomes), {name: _measures(found) for name, found in types.items()}, outcomes)


@dataclass(frozen=True, slots=True)
class Paired:
    """How the same queries fared in two runs."""

    queries: int
    better: int
    worse: int
    difference: float
    """Of the mean nDCG, second run less first…"""
    low: float
    high: float
    """…and its interval of 95 %, by the bootstrap."""
    good: tuple[float, float]
    """Share of the queries with a clear answer (grade 2 and more) among the first `DEPTH`, in both runs."""


def paired(first: Evaluation, second: Evaluation) -> dict[str, Paired]:
    """The differences of two runs over the same queries, by type, and «overall»."""
    pairs = list(zip(first.outcomes, second.outcomes, strict=True))
    by_type: dict[str, list[tuple[Outcome, Outcome]]] = {}
    for pair in pairs:
        by_type.setdefault(pair[0].judged.type, []).append(pair)
    return {name: _paired(found) for name, found in (by_type | {"overall": pairs}).items() if found}


def _paired(pairs: Sequence[tuple[Outcome, Outcome]]) -> Paired:
    gains = [after.ndcg - before.ndcg for before, after in pairs]
    draw = random.Random(len(gains))
    means = sorted(statistics.fmean(draw.choices(gains, k=len(gains))) for _ in range(_DRAWS))
    return Paired(
        queries=len(gains),
        better=sum(gain > _SAME for gain in gains),
        worse=sum(gain < -_SAME for gain in gains),
        difference=statistics.fmean(gains),
        low=means[int(_DRAWS * 0.025)],
        high=means[int(_DRAWS * 0.975)],
        good=(_good(before for before, _ in pairs), _good(after for _, after in pairs)),
    )


_DRAWS = 2000
_SAME = 1e-9
_CLEAR = 2
"""The grade from which an answer is clearly about the query."""


def _good(outcomes: Iterable[Outcome]) -> float:
    return statistics.fmean(
        any(outcome.judged.relevant.get(identity, 0) >= _CLEAR for identity in outcome.found) for outcome in outcomes
    )


def save(evaluation: Evaluation, path: Path) -> None:
    """Keeps the measures for the next run to compare with."""
    content = {
        "overall": asdict(evaluation.overall),
        "types": {name: asdict(measures) for name, measures in evaluation.types.items()},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def load_saved(path: Path) -> dict[str, Measures] | None:
    """The measures of the last run by type, «overall» among them; ``None`` when there are none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        saved = {name: Measures(**measures) for name, measures in content["types"].items()}
        return {**saved, "overall": Measures(**content["overall"])}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def request_of(judged: Judged) -> SearchRequest:
    """The request that a visitor would send."""
    asked = parse_qs(judged.filters.replace("+", "%2B"), keep_blank_values=False)
    values: dict[str, tuple[str | int | None, ...]] = {}
    for facet in FACETS:
        found = [None if value == "none" else value for value in asked.get(facet, [])]
        values[facet] = tuple(int(v) if facet == "year" and v is not None else v for v in found)
    return SearchRequest(
        q=judged.query,
        per_page=DEPTH,
        year_from=_whole(asked.get("year_from")),
        year_to=_whole(asked.get("year_to")),
        **values,  # type: ignore[arg-type]
    )


def _whole(values: list[str] | None) -> int | None:
    return int(values[0]) if values and values[0].isdigit() else None


def _outcome(judged: Judged, engine: Engine, meaning: bool, weights: Weights | None) -> Outcome:
    page = engine.search(request_of(judged), weights, meaning=meaning)
    found = tuple(hit.id for hit in page.hits)
    grades = [judged.relevant.get(identity, 0) for identity in found]
    rank = next((place for place, grade in enumerate(grades, 1) if grade > 0), None)
    recall = sum(grade > 0 for grade in grades) / min(len(judged.relevant), DEPTH) if judged.relevant else 0.0
    return Outcome(judged, found, _ndcg(grades, judged.relevant.values()), rank, recall, page.total)


def _ndcg(grades: Sequence[int], all_grades: Iterable[int]) -> float:
    ideal = _dcg(sorted(all_grades, reverse=True)[:DEPTH])
    return _dcg(grades) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    """Gain 2^grade − 1, discount log2(rank + 1): Burges et al. 2005."""
    return sum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def _measures(outcomes: Sequence[Outcome]) -> Measures:
    count = len(outcomes)

    def mean(values: Iterable[float]) -> float:
        return round(sum(values) / count, 4) if count else 0.0

    def success(depth: int) -> float:
        return mean(float(o.rank is not None and o.rank <= depth) for o in outcomes)

    return Measures(
        queries=count,
        ndcg=mean(outcome.ndcg for outcome in outcomes),
        mrr=mean(1 / outcome.rank if outcome.rank else 0.0 for outcome in outcomes),
        success1=success(1),
        success3=success(3),
        success10=success(DEPTH),
        recall=mean(outcome.recall for outcome in outcomes),
        zero=sum(outcome.total == 0 for outcome in outcomes),
    )


def _from_json(text: str, path: Path) -> tuple[Judged, ...]:
    try:
        rows = json.loads(text)
        return _grouped([({name: str(row.get(name, "")) for name in (*_COLUMNS, "filters")}, 0) for row in rows], path)
    except (ValueError, AttributeError, TypeError) as error:
        raise JudgementsError(f"Файл оценок «{path}»: ожидался список объектов JSON.") from error


def _from_tsv(text: str, path: Path) -> tuple[Judged, ...]:
    numbered = [(line, number) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]
    if not numbered:
        raise JudgementsError(f"Файл оценок «{path}» пуст: добавьте строки по образцу tests/data/judgements.tsv.")
    lines = [line for line, _ in numbered]
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if not set(_COLUMNS) <= set(reader.fieldnames or ()):
        raise JudgementsError(f"Файл оценок «{path}», строка {numbered[0][1]}: нужны столбцы {', '.join(_COLUMNS)}.")
    rows = [
        ({key: value or "" for key, value in row.items() if key}, numbered[n][1]) for n, row in enumerate(reader, 1)
    ]
    return _grouped(rows, path)


def _grouped(rows: Sequence[tuple[dict[str, str], int]], path: Path) -> tuple[Judged, ...]:
    found: dict[str, Judged] = {}
    relevant: dict[str, dict[str, int]] = {}
    for row, line in rows:
        if not row["relevance"].isdigit():
            raise JudgementsError(f"Файл оценок «{path}», строка {line}: оценка должна быть целым числом от 0.")
        identity = row["query_id"]
        relevant.setdefault(identity, {})
        judged = Judged(identity, row["type"], row["query"], row.get("filters", ""), relevant[identity])
        found.setdefault(identity, judged)
        if int(row["relevance"]) > 0:
            relevant[identity][row["passage_id"]] = int(row["relevance"])
    return tuple(found.values())
