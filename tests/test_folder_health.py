"""`check` for many files: only the trouble, a table for Excel, a ready reports.toml, totals by reason."""

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main

GOOD = """Отчёт администрации города {city} за 2019 год
Организационная работа

1. Что наиболее значительное удалось сделать в 2019 году?
Построен планетарий на двести мест.
2. Какие задачи планируется решить в 2020 году?
Открыть оранжерею на набережной.
"""
NAMELESS = GOOD.replace("города {city} ", "")
RUBBISH = "Жбжцых шдхфъ эщмкп ръфыщ цхжпт кдмщз вбфлщ гшщкз хъэйц мждлр щзхкв пъыжф оэщцк лдхгщ" * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good reports, one of which nobody knows whose it is, one of rubbish, an empty one, files of Windows."""
    files = {
        "tomsk.txt": GOOD.format(city="Томска"), "omsk.txt": GOOD.format(city="Омска"), "2019/a[1].txt": NAMELESS,
        "=rubbish.txt": RUBBISH, "void.txt": "  ", "desktop.ini": "[.ShellClassInfo]", "x.crdownload": "PK",
        "~WRL0003.tmp": GOOD.format(city="Томска"), "page.html": f"<html><body><pre>{GOOD.format(city='Бийска')}",
        "page_files/ad.html": "<html><body>Реклама",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", "--jobs", "1", "--reports", str(folder), *options])


def test_files_of_windows_are_counted_and_never_reports(folder: Path) -> None:
    told = json.loads(check(folder, "--json").stdout)
    assert [file["file"] for file in told["files"]] == [
        "2019/a[1].txt", "=rubbish.txt", "omsk.txt", "page.html", "tomsk.txt", "void.txt",
    ]  # fmt: skip
    assert told["passed_over"] == ["desktop.ini", "page_files/ad.html", "x.crdownload", "~WRL0003.tmp"]
    assert "4 служебных файла Windows" in check(folder).stdout


def test_only_trouble(folder: Path) -> None:
    shown = check(folder, "--problems").stdout.split("Показано только")[0]
    assert all(name in shown for name in ("a[1].txt", "=rubbish.txt", "void.txt"))
    assert not any(name in shown for name in ("omsk.txt", "tomsk.txt"))
    files = json.loads(check(folder, "--problems", "--json").stdout)["files"]
    assert [file["file"] for file in files] == ["2019/a[1].txt", "=rubbish.txt", "void.txt"]


def test_only_trouble_by_default_where_files_are_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tomsk.txt" in check(folder).stdout
    monkeypatch.setattr("indexer.cli.PROBLEMS_FROM", 6)
    assert "tomsk.txt" not in check(folder).stdout
    assert "tomsk.txt" in check(folder, "--all").stdout


def test_totals_by_reason(folder: Path) -> None:
    (folder / "other.txt").write_text(RUBBISH + " жщ", encoding="utf-8")
    assert "2 файла: Текст нечитаем: словарю известны …" in check(folder).stdout


def test_a_table_for_excel(folder: Path) -> None:
    text = check(folder, "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert text.startswith("\ufeff")
    assert {row["Файл"]: (row["Состояние"], row["Город"], row["Ответов"]) for row in rows} == {
        "2019/a[1].txt": ("прочитан", "", "2"), "'=rubbish.txt": ("не прочитан", "", "0"),
        "omsk.txt": ("прочитан", "Омск", "2"), "page.html": ("прочитан", "Бийск", "2"),
        "tomsk.txt": ("прочитан", "Томск", "2"), "void.txt": ("пустой", "", "0"),
    }  # fmt: skip
    assert len(list(csv.reader(io.StringIO(check(folder, "--csv", "--problems").stdout), delimiter=";"))) == 4


def test_a_ready_reports_toml(folder: Path) -> None:
    snippet = check(folder, "--suggest").stdout
    assert tomllib.loads(snippet)["file"] == [{"path": "2019/a[[]1].txt"}]
    completed = snippet.replace('# city = "…"', 'city = "Омск"')
    (folder / "reports.toml").write_text(completed, encoding="utf-8")
    files = json.loads(check(folder, "--json").stdout)["files"]
    assert files[0]["reports"][0]["city"] == "Омск"


@pytest.mark.parametrize("options", [("--json", "--csv"), ("--csv", "--suggest")])
def test_one_form_at_a_time(folder: Path, options: tuple[str, ...]) -> None:
    assert check(folder, *options).exit_code == 2
