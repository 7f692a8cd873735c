"""What a million, ten and a hundred million answers would take, reckoned from what a run measured per answer.

    python -m tests.benchmarks.scale          # writes the tables into deploy/cluster/README.md, the plot beside it

The figures of the page come from ``deploy/cluster/measured.json`` (written by ``tests.benchmarks.cluster``) and from
here, and nowhere else: a test holds the page against them.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.plot import log_plot

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "deploy" / "cluster" / "README.md"
MEASURED = ROOT / "deploy" / "cluster" / "measured.json"
PLOT = ROOT / "deploy" / "cluster" / "measured.svg"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SIZES = (1_000_000, 10_000_000, 100_000_000)

COPIES = 2
"""Each part stands on two machines."""
BUILDS = 2
"""The new index is loaded beside the served one, which stays for the way back."""
FILLED = 0.75
"""Of a disk that may be used: at 85 % the nodes take no more, and parts that grow together need room."""
SHARD = 30e9
"""Bytes of a part: they are moved and mended whole; the makers advise 10 to 50 GB."""
MACHINE_MEMORY, MACHINE_HEAP, MACHINE_SYSTEM = 64e9, 24e9, 4e9
MACHINE_DISK = 2e12
"""A usual server for rent or purchase; with others the numbers of machines change in proportion."""
LEAST_MACHINES = 3
"""Fewer cannot decide who leads when one is gone."""


@dataclass(frozen=True, slots=True)
class PerAnswer:
    """What one answer takes, from the largest run."""

    local_bytes: float
    local_seconds: float
    primary_bytes: float
    """In the cluster, one copy, all that is published."""
    searched_bytes: float
    """Of these what searching reads all the time; the rest are the texts, read for what is shown."""
    publish_seconds: float
    site_bytes: float
    """Memory of the site in front of a cluster, beyond what it takes with any archive."""
    site_base: float
    """What it takes with any archive."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What an archive takes."""

    answers: int
    local_disk: float
    local_hours: float
    disk: float
    memory: float
    shards: int
    machines: int
    site_memory: float
    hours: float


def per_answer(runs: Sequence[dict[str, Any]]) -> PerAnswer:
    """What an answer takes in the largest of the runs; two runs at least."""
    least, run = (pick(runs, key=lambda one: one["answers"]) for pick in (min, max))
    local, cluster, answers = run["local"], run["cluster"], run["answers"]
    site = (cluster["site_bytes"] - least["cluster"]["site_bytes"]) / (answers - least["answers"])
    return PerAnswer(
        local["bytes"] / answers,
        local["cpu_seconds"] / answers,
        cluster["primary_bytes"] / answers,
        cluster["searched_bytes"] / answers,
        cluster["cpu_seconds"] / answers,
        max(0.0, site),
        cluster["site_bytes"] - max(0.0, site) * answers,
    )


def needs(answers: int, each: PerAnswer) -> Needs:
    """What an archive of so many answers takes: all in proportion, so by the measured machine's own speed."""
    disk = answers * each.primary_bytes * COPIES * BUILDS / FILLED
    memory = answers * each.searched_bytes * COPIES
    by_memory = memory / (MACHINE_MEMORY - MACHINE_HEAP - MACHINE_SYSTEM)
    machines = max(LEAST_MACHINES, math.ceil(by_memory), math.ceil(disk / MACHINE_DISK))
    shards = max(LEAST_MACHINES, math.ceil(answers * each.primary_bytes / SHARD))
    return Needs(
        answers,
        answers * each.local_bytes * BUILDS,
        answers * each.local_seconds / 3600,
        disk,
        memory,
        shards,
        machines,
        answers * each.site_bytes + each.site_base,
        answers * each.publish_seconds / 3600,
    )


# The page


def tables(measured: dict[str, Any]) -> str:
    """The tables of the page, in Markdown."""
    runs = sorted(measured["runs"], key=lambda one: int(one["answers"]))
    each = per_answer(runs)
    return "\n\n".join(
        [
            f"Измерено {measured['date']}: {measured['machine']}. Работа — время одного ядра, у кластера вместе с "
            "работой узлов; на диске — одна копия. Страниц ждут восемь читателей без пауз, и все делят эти ядра.",
            _table(
                ("ответов", "где", "построить или загрузить", "на диске, МБ", "память сайта, МБ"),
                [row for run in runs for row in _run_rows(run)],
            ),
            _table(
                ("ответов", "где", "страница: работа, мс", "ждут, мс (половина / 95 %)", "страниц в секунду"),
                [row for run in runs for row in _page_rows(run)],
            ),
            f"![Страницы: работа и ожидание по числу ответов]({PLOT.name})",
            f"На один ответ (по архиву в {_number(max(run['answers'] for run in runs))}): "
            f"на диске одной машины {_kilo(each.local_bytes)} КБ; "
            f"в кластере {_kilo(each.primary_bytes)} КБ в одной копии, из них {_kilo(each.searched_bytes)} КБ читает "
            f"поиск, остальное — тексты; загрузка {_number(each.publish_seconds * 1000)} мс работы. "
            "Архив в сто раз больший может вести себя иначе, а памяти сайта по этому не предсказать.",
            _table(
                ("", *(f"{_number(size / 1e6)} млн ответов" for size in SIZES)),
                _needs_rows([needs(size, each) for size in SIZES]),
            ),
        ]
    )


_SIDES = (("одна машина", "local", "bytes"), ("кластер", "cluster", "primary_bytes"))


def _run_rows(run: dict[str, Any]) -> list[list[str]]:
    return [
        [
            _number(run["answers"]),
            name,
            f"{_number(run[side]['cpu_seconds'])} с",
            _number(run[side][size] / 1e6),
            _number(run[side]["site_bytes"] / 1e6),
        ]
        for name, side, size in _SIDES
    ]


def _page_rows(run: dict[str, Any]) -> list[list[str]]:
    return [
        [
            _number(run["answers"]),
            name,
            _number(run[side]["page_cpu_ms"]),
            f"{_number(run[side]['median_ms'])} / {_number(run[side]['p95_ms'])}",
            _number(run[side]["pages_a_second"]),
        ]
        for name, side, _ in _SIDES
    ]


def plot(measured: dict[str, Any]) -> str:
    """Work for a page and the wait for it by the number of answers, as SVG."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for run in sorted(measured["runs"], key=lambda one: int(one["answers"])):
        for name, side, _ in _SIDES:
            for title, figure in (("работа", "page_cpu_ms"), ("ждут", "median_ms")):
                lines.setdefault(f"{name}: {title}", []).append((run["answers"], run[side][figure]))
    return log_plot("Страница при восьми читателях", "ответов", "мс", lines)


def _needs_rows(found: Sequence[Needs]) -> list[list[str]]:
    rows = {
        "одна машина: место на диске, ГБ": [need.local_disk / 1e9 for need in found],
        "одна машина: построить индекс, часов работы ядра": [need.local_hours for need in found],
        "кластер: место на всех дисках, ГБ": [need.disk / 1e9 for need in found],
        "кластер: память под файлы, которые читает поиск, ГБ": [need.memory / 1e9 for need in found],
        "кластер: частей (`--shards`)": [need.shards for need in found],
        "кластер: машин по 64 ГБ памяти и 2 ТБ диска": [need.machines for need in found],
        "кластер: загрузить всё, часов работы ядра": [need.hours for need in found],
    }
    return [[name, *map(_number, values)] for name, values in rows.items()]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _kilo(size: float) -> str:
    return _number(size / 1e3)


def _number(value: float) -> str:
    """Two digits that count, Russian comma, blanks between thousands."""
    if value and abs(value) < 100:
        digits = max(0, 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{digits}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
    return f"{round(value, 2 - len(str(int(value)))) if value >= 1000 else value:,.0f}".replace(",", " ")


def written(page: str, measured: dict[str, Any]) -> str:
    """The page with the tables of these measures."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(measured)}\n\n{END}{after}"


def main() -> int:
    """Writes the page anew."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), measured), encoding="utf-8")
    PLOT.write_text(f"{plot(measured)}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
