"""The sample stands in for an empty folder of the operator's, and for nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.builds.store import Store
from search_app import create_app
from tests.site_archive import WholeClient
from tests.work_place import SAMPLE_TOML, answered, make_place, run, state, write

REPORTS = Path("index_data/reports")
INDEX = Path("index_data")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(make_place(tmp_path))
    return tmp_path


def served() -> tuple[bool, int]:
    """Whether it is the sample, and how many reports there are."""
    manifest = Store(INDEX).status().current
    assert manifest is not None
    return manifest.sample, manifest.reports


@pytest.mark.parametrize("command", ["rebuild", "update"])
@pytest.mark.parametrize("left", [(), (".gitkeep",), ("reports.toml", "~$отчёт.docx"), ("2021/.DS_Store",)])
def test_the_sample_stands_in_for_an_empty_folder(command: str, left: tuple[str, ...]) -> None:
    for name in left:
        write(REPORTS / name, "")
    told = run(command)
    assert told.exit_code == 0
    assert "Читается образец «index_data/sample»" in told.stdout and "index_data/reports" in told.stdout
    assert served() == (True, 2)


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_the_first_own_file_puts_the_sample_out(command: str) -> None:
    run("rebuild")
    write(REPORTS / "мой.txt", answered(text="Настоящий музей."))
    told = run(command)
    assert told.exit_code == 0
    assert "Читается папка «index_data/reports»." in told.stdout and "Образец больше не отдаётся" in told.stdout
    assert served() == (False, 1)
    assert "Образец" not in run(command).stdout


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_an_emptied_folder_does_not_bring_the_sample_back(command: str) -> None:
    own = write(REPORTS / "мой.txt", answered())
    assert run("rebuild").exit_code == 0
    own.unlink()
    told = run(command)
    assert (told.exit_code, told.stdout) == (1, "")
    assert "index_data/reports" in told.stderr and "--reports index_data/sample" in told.stderr
    assert served() == (False, 1)
    assert state()["fresh"] is None
    assert run("rebuild", "--reports", "index_data/sample").exit_code == 0
    assert served() == (True, 2)


def test_an_emptied_folder_brings_the_sample_back_when_that_is_allowed() -> None:
    own = write(REPORTS / "мой.txt", answered())
    run("rebuild")
    own.unlink()
    assert run("update", "--allow-shrink").exit_code == 0
    assert served() == (True, 2)


@pytest.mark.parametrize("command", ["rebuild", "update", "check"])
@pytest.mark.parametrize("by_variable", [False, True])
@pytest.mark.parametrize("exists", [False, True])
def test_nothing_stands_in_for_a_folder_that_was_named(command: str, by_variable: bool, exists: bool) -> None:
    if exists:
        REPORTS.mkdir()
    told = run(command, REPORTS_DIR=str(REPORTS)) if by_variable else run(command, "--reports", REPORTS)
    assert (told.exit_code, told.stdout) == (1, "")
    assert not (INDEX / "builds").exists()


def test_nothing_readable_of_ones_own_leaves_the_old_index() -> None:
    run("rebuild")
    write(REPORTS / "пусто.txt", " ")
    assert run("rebuild").exit_code == 1
    assert served() == (True, 2)


@pytest.mark.parametrize("kind", ["file", "broken link"])
def test_what_is_no_folder_is_told_and_not_taken_for_an_empty_one(kind: str) -> None:
    if kind == "file":
        write(REPORTS, "")
    elif os.name == "nt":
        pytest.skip("links need rights")
    else:
        REPORTS.symlink_to("/нет/такого/диска")
    told = run("update")
    assert told.exit_code == 1 and "не папка" in told.stderr
    assert not (INDEX / "builds").exists()


def test_a_copied_mark_brands_nothing() -> None:
    write(REPORTS / "reports.toml", SAMPLE_TOML)
    write(REPORTS / "2021/reports.toml", "sample = true\n")
    write(REPORTS / "2021/мой.txt", answered())
    told = run("rebuild")
    assert "reports.toml, строка 1: «sample = true» действует только в папке образца" in told.stdout
    assert "2021/reports.toml, строка 1" in told.stdout
    assert served() == (False, 1)


def test_copies_of_the_sample_among_own_files_are_read_anew_as_own() -> None:
    run("rebuild")
    for name in ("reports.toml", "2019/omsk.txt", "2020/tomsk.txt"):
        write(REPORTS / name, Path("index_data/sample", name).read_text(encoding="utf-8"))
    assert "Образец больше не отдаётся" in run("update").stdout
    assert served() == (False, 2)


def test_the_site_calls_only_the_sample_made_up_and_gives_its_files() -> None:
    app = create_app({"INDEX_DIR": str(INDEX), "REPORTS_DIR": str(REPORTS)})
    app.test_client_class = WholeClient
    run("rebuild")
    with app.test_client() as client:
        assert "Демонстрационный архив" in client.get("/").text
        assert "Выдуманный" in client.get("/reports/omsk-2019-bez-razdela/source").text
    write(REPORTS / "2019/omsk.txt", answered(text="Настоящий музей."))
    run("update")
    with app.test_client() as client:
        assert "Демонстрационный архив" not in client.get("/").text
        assert "Настоящий" in client.get("/reports/omsk-2019-bez-razdela/source").text


def test_one_file_of_the_sample_is_understood_in_its_place() -> None:
    told = run("passages", "index_data/sample/2019/omsk.txt")
    assert told.exit_code == 0 and told.stdout.startswith("Файл: 2019/omsk.txt")


def test_without_any_sample_the_missing_folder_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr("indexer.folders._HOME", tmp_path / "elsewhere")
    told = run("rebuild")
    assert told.exit_code == 1 and "Создайте её" in told.stderr
