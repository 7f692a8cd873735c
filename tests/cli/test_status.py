"""``status``: whether the index fits and is fresh, what it lacks, and what can be gone back to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import __version__
from indexer.builds.manifest import MANIFEST_FILE, read_manifest, write_manifest
from indexer.builds.store import Store
from tests.work_place import answered, make_place, run, state, write

Folders = tuple[str | Path, ...]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "reports/2019/омск.txt", answered())
    write(tmp_path / "reports/2019/пусто.txt", "  ")
    write(tmp_path / "reports/2020/томск.txt", answered("ТОМСК", 2020))
    return tmp_path


@pytest.fixture
def options(folder: Path) -> Folders:
    """The options that name reports and index; the index is built."""
    named = ("--reports", folder / "reports", "--index", folder / "index")
    assert run("rebuild", *named).exit_code == 0
    return named


def test_a_fresh_index(options: Folders) -> None:
    found = state(*options)
    assert (found["ok"], found["fits"], found["fresh"], found["pinned"], found["previous"]) == (
        True,
        True,
        True,
        None,
        None,
    )
    assert found["version"] == __version__
    assert found["build"]["files"] == {"read": 2, "empty": 1} and found["build"]["reports"] == 2
    assert found["build"]["bytes"] > 1000 and found["build"]["created"].endswith("+00:00")
    assert [(file["file"], file["status"]) for file in found["skipped"]] == [("2019/пусто.txt", "empty")]
    told = run("status", *options)
    assert told.exit_code == 0
    for words in ("2 отчёта", "открывается: да", "Свежий", "2019/пусто.txt: ", "Без раздела: 2 отчёта"):
        assert words in told.stdout


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        (lambda reports: write(reports / "новый.txt", answered("ЧИТА")), (1, 0, 0, False)),
        (lambda reports: write(reports / "2019/омск.txt", answered(text="Открыт театр.")), (0, 1, 0, False)),
        (lambda reports: (reports / "2020/томск.txt").unlink(), (0, 0, 1, False)),
        (lambda reports: write(reports / "reports.toml", 'note = "Замечание."'), (0, 0, 0, True)),
        (lambda reports: (reports / "2020/томск.txt").rename(reports / "томск.txt"), (1, 0, 1, False)),
    ],
)
def test_a_stale_index(
    folder: Path, options: Folders, change: Callable[[Path], object], changes: tuple[int, int, int, bool]
) -> None:
    change(folder / "reports")
    found = state(*options)
    assert found["fresh"] is False and tuple(found["changes"].values()) == changes
    told = run("status", *options)
    assert told.exit_code == 0 and "Устарел" in told.stdout and "python -m indexer update" in told.stdout
    assert run("update", *options).exit_code == 0
    assert state(*options)["fresh"] is True and state(*options)["previous"]["reports"] == 2
    assert "python -m indexer rollback" in run("status", *options).stdout


@pytest.mark.parametrize("missing", ["folder", "index"])
def test_no_index(tmp_path: Path, missing: str) -> None:
    index = tmp_path / "index"
    if missing == "index":
        index.mkdir()
    told = run("status", "--index", index)
    assert told.exit_code == 1 and "ещё нет индекса" in told.stderr and "rebuild" in told.stderr
    as_json = run("status", "--index", index, "--json")
    assert as_json.exit_code == 1
    found = json.loads(as_json.stdout)
    assert (found["ok"], found["build"], found["fits"]) == (False, None, None)
    assert index.exists() is (missing == "index") and not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("field", ["format_version", "analysis_version", "dictionary_version"])
def test_an_index_of_another_version(folder: Path, options: Folders, field: str) -> None:
    build = Store(folder / "index").current_dir()
    manifest = read_manifest(build)
    write_manifest(build, replace(manifest, **{field: 99 if field == "format_version" else "99"}))  # type: ignore[arg-type]
    told = run("status", *options)
    assert told.exit_code == 1 and "открывается: нет" in told.stdout and "другой версией" in told.stderr
    assert json.loads(run("status", "--json", *options).stdout)["fits"] is False


@pytest.mark.parametrize("victim", [MANIFEST_FILE, "columns.json"])
def test_a_damaged_index(folder: Path, options: Folders, victim: str) -> None:
    (Store(folder / "index").current_dir() / victim).write_bytes(b"{")
    told = run("status", *options)
    assert told.exit_code == 1 and "повреждён" in told.stderr and "Traceback" not in told.output
    assert json.loads(run("status", "--json", *options).stdout)["ok"] is False


def test_a_damaged_previous_index_hides_nothing(folder: Path, options: Folders) -> None:
    first = Store(folder / "index").current_dir()
    run("rebuild", *options)
    (first / MANIFEST_FILE).write_bytes(b"")
    found = state(*options)
    assert found["ok"] is True and found["previous"] is None


def test_a_reports_folder_that_is_away(folder: Path, options: Folders) -> None:
    (folder / "reports").rename(folder / "away")
    told = run("status", *options)
    assert told.exit_code == 0 and "Сравнить с отчётами нельзя. " in told.stdout
    assert state(*options)["fresh"] is None and "нет" in state(*options)["not_compared"]


def test_the_sample_is_called_so_and_is_stale_once_there_are_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_place(tmp_path))
    run("rebuild")
    told = run("status")
    assert ", образец, построен" in told.stdout and "Свежий: совпадает с образцом" in told.stdout
    assert state()["build"]["sample"] is True
    write(Path("index_data/reports/мой.txt"), answered())
    assert "отдаётся образец, а читать пора папку «index_data/reports»" in run("status").stdout
    assert state()["fresh"] is False


def test_status_changes_nothing(folder: Path, options: Folders) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    run("status", *options)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_file_that_broke_the_draft_is_told(folder: Path, options: Folders) -> None:
    (folder / "index/builds/draft-1").mkdir()
    assert "Незаконченных построений: 1" in run("status", *options).stdout
