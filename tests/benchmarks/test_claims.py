"""The README's figures are read, and held against what a run writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.claims import README, Claim, claims_of, main, tables_of
from tests.benchmarks.run import Report


def a_run(claims: list[Claim], factor: float = 1.0) -> str:
    """What a run writes that measured the claimed figures."""
    report = Report()
    for section in dict.fromkeys(claim.section for claim in claims):
        own = [claim for claim in claims if claim.section == section]
        columns = list(dict.fromkeys(claim.column for claim in own))
        figures = {(claim.row, claim.column): float(claim.text.replace(",", "")) * factor for claim in own}
        report.say(f"### {section}")
        report.table(
            ["engine", *columns],
            [(row, *[figures[row, c] for c in columns]) for row in dict.fromkeys(claim.row for claim in own)],
        )
    return "\n".join(report.lines)


def test_every_figure_of_the_table_is_read() -> None:
    claims = claims_of(README.read_text(encoding="utf-8"))
    found = {(claim.section, claim.row) for claim in claims}
    engines = ("ours without texts and snippets", "tantivy", "SQLite FTS5", "Whoosh")
    assert {(section, row) for section in ("OR", "phrase", "prefix") for row in (*engines, "ours")} <= found
    assert {"From text files", "Opening"} < {section for section, _ in found}
    assert all(claim.text[0].isdigit() for claim in claims)


def test_a_run_with_the_same_figures_holds_them() -> None:
    claims = claims_of(README.read_text(encoding="utf-8"))
    assert all(claim.holds(tables_of(a_run(claims))) for claim in claims)
    assert all(claim.holds(tables_of(a_run(claims, 1.05))) for claim in claims)
    assert not any(claim.holds(tables_of(a_run(claims, 2.0))) for claim in claims)


def test_one_wrong_figure_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims = claims_of(README.read_text(encoding="utf-8"))
    run = tmp_path / "run.md"
    run.write_text(a_run(claims), encoding="utf-8")
    assert main([str(run)]) == 0
    run.write_text(a_run([replace(claims[0], text="9999"), *claims[1:]]), encoding="utf-8")
    assert main([str(run)]) == 1
    assert sum(line.startswith("≠") for line in capsys.readouterr().out.splitlines()) == 1
    run.write_text(a_run(claims[1:]), encoding="utf-8")
    assert main([str(run)]) == 1
