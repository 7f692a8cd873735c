"""The page «Когда нужен кластер» says what was measured and what follows from it, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.benchmarks.scale import (
    BUILDS,
    COPIES,
    FILLED,
    LEAST_MACHINES,
    MEASURED,
    PAGE,
    PLOT,
    Needs,
    _number,
    needs,
    per_answer,
    plot,
    tables,
    written,
)


def _run(answers: int) -> dict[str, Any]:
    pages = {"page_cpu_ms": 10.0, "median_ms": 40.0, "p95_ms": 90.0, "pages_a_second": 25.0}
    return {
        "answers": answers,
        "local": {"cpu_seconds": answers / 1000, "bytes": answers * 2000, "site_bytes": 10**8, **pages},
        "cluster": {
            "cpu_seconds": answers / 500,
            "primary_bytes": answers * 3000,
            "searched_bytes": answers * 1000,
            "site_bytes": 10**8 + answers * 500,
            **pages,
        },
    }


def _needs(answers: int) -> Needs:
    return needs(answers, per_answer([_run(1000), _run(2000)]))


def test_needs_grow_in_proportion_but_not_below_three_machines() -> None:
    small, large = _needs(1_000_000), _needs(100_000_000)
    assert (small.machines, small.shards) == (LEAST_MACHINES, LEAST_MACHINES)
    assert large.disk == pytest.approx(100 * small.disk) == pytest.approx(1e8 * 3000 * COPIES * BUILDS / FILLED)
    assert large.shards == 10 and large.machines == 6  # 200 GB that searching reads, 36 GB of cache a machine
    assert small.site_memory == pytest.approx(10**8 + 1e6 * 500)
    assert small.hours == pytest.approx(2000 / 3600)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.0123, "0,012"), (1.5, "1,5"), (45, "45"), (123.4, "123"), (1_234_567, "1 200 000")]
)
def test_figures_are_said_as_exactly_as_they_are_known(value: float, text: str) -> None:
    assert _number(value) == text


def test_tables_name_every_run_and_size() -> None:
    said = tables({"date": "1.1.2026", "machine": "тест", "runs": [_run(2000), _run(1000)]})
    assert said.index("| 1 000 | одна машина") < said.index("| 2 000 | кластер")
    assert "100 млн ответов" in said and "| 1 000 | кластер | 10 | 40 / 90 | 25 |" in said


@pytest.mark.skipif(not MEASURED.exists(), reason="no run is kept")
def test_the_page_says_what_was_measured() -> None:
    page, measured = PAGE.read_text(encoding="utf-8"), json.loads(MEASURED.read_text(encoding="utf-8"))
    assert written(page, measured) == page
    assert PLOT.read_text(encoding="utf-8") == f"{plot(measured)}\n"
