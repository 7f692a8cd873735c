"""Judged sets of connections are found by their columns and measured."""

from __future__ import annotations

from pathlib import Path

from indexer.builds.build import Build
from search_app.connections.evaluation import measured_sets
from search_app.connections.measure import Figure, Measure, Measured, share
from search_app.engine.door import Engine, LocalEngine

COLUMNS = ("text", "wanted")


def _measured(rows: list[dict[str, str]], _: Engine) -> Measured:
    good = [row for row in rows if row["text"].isupper() == (row["wanted"] == "1")]
    failures = tuple(row["text"] for row in rows if row not in good)
    return Measured((share("верно", len(good), len(rows)),), failures)


def test_a_set_is_known_by_its_columns(tmp_path: Path, build: Build) -> None:
    (tmp_path / "b.tsv").write_text("# a comment\ntext\twanted\nДА\t1\nнет\t0\nДа\t1\nНЕТ \t1\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text("text\tother\nДА\t1\n", encoding="utf-8")
    (tmp_path / "c.tsv").write_bytes(b"text\twanted\n\xff\t1\n")
    measure = Measure("Заглавные", COLUMNS, _measured)  # type: ignore[arg-type]
    assert list(measured_sets(tmp_path, LocalEngine(build), [measure])) == [
        ("b.tsv", "Заглавные", Measured((Figure("верно", 0.75, 4),), ("Да",)))
    ]


def test_of_nothing_nothing_went_wrong() -> None:
    assert share("верно", 0, 0) == Figure("верно", 1.0, 0)
