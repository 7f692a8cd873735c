"""What is told of reports.toml: rules that no file answers to, cities that no list has; the rest of it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.builds.store import Store
from indexer.intake.nearest import nearest_city, nearest_file
from indexer.vocabulary import load
from tests.work_place import answered, run, write

FILES = ("2021/Отчёт Омск.docx", "2021/томск.txt", "2020/чита/доклад.odt", "архив 2019.zip")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "reports/2019/отчёт.txt", answered("Отчёт управления"))
    return tmp_path / "reports"


def ruled(folder: Path, rule: str, where: str = "reports.toml") -> tuple[list[str], dict[str, Any]]:
    """The remarks, and the report as it is understood."""
    write(folder / where, f"[[file]]\n{rule}\n")
    told = run("check", "--json", "--reports", folder)
    assert told.exit_code == 0, told.stderr
    found = json.loads(told.stdout)
    return found["remarks"], found["files"][0]["reports"][0]


@pytest.mark.parametrize(
    ("pattern", "nearest"),
    [
        ("2021/отчет омск.docx", "2021/Отчёт Омск.docx"),
        ("2021/ОТЧЁТ ОМСК.DOCX", "2021/Отчёт Омск.docx"),
        ("2021/отчет*.docx", "2021/Отчёт Омск.docx"),
        ("томск.txt", "2021/томск.txt"),
        ("2020/томск.txt", "2021/томск.txt"),
        ("2021/томкс.txt", "2021/томск.txt"),
        ("2020/чита/доклад.doc", "2020/чита/доклад.odt"),
        ("архив 2019.zip/омск.docx", "архив 2019.zip"),
        ("*.pdf", None),
        ("совсем другое", None),
        ("о.txt", None),
    ],
)
def test_the_nearest_file(pattern: str, nearest: str | None) -> None:
    assert nearest_file(pattern, FILES) == nearest


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Томкс", "Томск"),
        ("Новосибриск", "Новосибирск"),
        ("Владивосток-сити", "Владивосток"),
        ("Кемиров", "Кемерово"),
        ("Орёлград-на-Луне", None),
    ],
)
def test_the_nearest_city(name: str, nearest: str | None) -> None:
    assert nearest_city(name, load()) == nearest


@pytest.mark.parametrize("where", ["reports.toml", "2019/reports.toml"])
def test_a_rule_without_a_file_is_told_and_the_others_hold(folder: Path, where: str) -> None:
    own = "2019/" if where == "reports.toml" else ""
    remarks, report = ruled(
        folder, f'path = "{own}отчет.txt"\nyear = 2001\n[[file]]\npath = "{own}отчёт.txt"\ncity = "Чита"', where
    )
    (remark,) = remarks
    assert remark.startswith(f"{where}, строка 2: ") and "«2019/отчет.txt»" in remark and "«2019/отчёт.txt»" in remark
    assert (report["city"], report["year"]) == ("Чита", 2019)


def test_a_city_of_no_list_is_told_and_not_applied(folder: Path) -> None:
    remarks, report = ruled(folder, 'path = "2019/*"\ncity = "Томкс"\nyear = 2001')
    (remark,) = remarks
    assert remark.startswith("reports.toml, строка 3: ") and "Томкс" in remark and "ближайший — Томск" in remark
    assert "new_city = true" in remark
    assert (report["city"], report["year"]) == (None, 2001)


@pytest.mark.parametrize(
    ("city", "known"),
    [
        ("Новоград", "Новоград"),
        ("г. Новоград", "Новоград"),
        ("город Новый Град", "Новый Град"),
        ("Новый Град", "Новый Град"),
        ("томск", "Томск"),
        ("г. Улан-Удэ", "Улан-Удэ"),
    ],
)
def test_a_new_city_is_taken_as_it_is_written(folder: Path, city: str, known: str) -> None:
    remarks, report = ruled(folder, f'path = "2019/*"\ncity = "{city}"\nnew_city = true')
    assert (remarks, report["city"]) == ([], known)


@pytest.mark.parametrize(
    ("rule", "line", "word"),
    [
        ('path = "*"\ngorod = "Омск"', 3, "gorod"),
        ('path = "*"\nnew_city = true', 3, "new_city"),
        ('path = "*"\ncity = "Омск"\nnew_city = "да"', 4, "new_city"),
        ('city = "Омск"', 1, "path"),
        ('path = "2019\\отчёт.txt"', 2, "пишите «/»"),
        ("path = отчёт.txt", 2, "в кавычках"),
        ('path = "отчёт.txt', 2, "не закрыты кавычки"),
        ('path = "*"\npath = "*"', 3, "повторён"),
        ('path "*"', 2, "знака «=»"),
    ],
)
@pytest.mark.parametrize("command", ["check", "rebuild", "update"])
def test_what_contradicts_itself_ends_the_command(
    folder: Path, tmp_path: Path, command: str, rule: str, line: int, word: str
) -> None:
    write(folder / "reports.toml", f"[[file]]\n{rule}\n")
    index = () if command == "check" else ("--index", tmp_path / "index")
    told = run(command, "--reports", folder, *index)
    assert (told.exit_code, told.stdout) == (1, "")
    assert f"reports.toml, строка {line}: " in told.stderr and word in told.stderr
    assert not any(english in told.stderr for english in ("Expected", "Invalid", "Illegal", "Unterminated", "Cannot"))


def test_every_command_tells_the_remarks(folder: Path, tmp_path: Path) -> None:
    write(folder / "reports.toml", '[[file]]\npath = "2019/отчет.txt"\ncity = "Томкс"\n')
    index = ("--reports", folder, "--index", tmp_path / "index")
    for command in (("check", *index[:2]), ("rebuild", *index), ("update", *index)):
        told = run(*command)
        assert told.exit_code == 0
        assert "Замечания к reports.toml: 2." in told.stdout
        assert "ближайшее имя — «2019/отчёт.txt»" in told.stdout and "ближайший — Томск" in told.stdout
    assert "ближайший — Томск" in run("status", *index).stdout
    assert run("rebuild", "--strict", *index).exit_code == 1
    assert Store(tmp_path / "index").status().current is not None


def test_a_listed_city_and_a_matched_mask_are_no_remarks(folder: Path) -> None:
    remarks, report = ruled(folder, 'path = "*/отч?т.*"\ncity = "омска"\nsection = "жкх"')
    assert (remarks, report["city"]) == ([], "Омск")
