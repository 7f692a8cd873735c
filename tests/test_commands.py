"""The commands of the write side as an operator meets them: results, faults, exit codes, and being killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.builds.manifest import read_manifest
from indexer.builds.store import Store
from indexer.cli import main
from search_app.server.served import ServedIndex

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "index_data" / "sample"
GOOD = "ОМСК\n\n1. Что наиболее значительное удалось сделать в 2019 году?\n\nОткрыт музей.\n"
LETTERS_OF_TRACEBACK = ("Traceback", "Error(", "Exception")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "omsk.txt").write_text(GOOD, encoding="utf-8")
    return reports


def assert_one_sentence(result: Result, *words: str, code: int = 1) -> None:
    assert result.exit_code == code
    told = result.stderr.strip()
    assert told.count("\n") == 0 and told.endswith((".", "rebuild", "check", "ПАПКА")), told
    assert not any(sign in told for sign in LETTERS_OF_TRACEBACK)
    for word in words:
        assert word in told


def test_rebuild_indexes_the_good_files_and_names_the_bad_ones(folder: Path, tmp_path: Path) -> None:
    (folder / "blank.txt").write_text(" \n\n", encoding="utf-8")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    result = run("rebuild", "--reports", folder, "--index", tmp_path / "index")
    assert result.exit_code == 0
    assert "1 файл из 3" in result.stdout and "1 отчёт" in result.stdout
    assert "blank.txt: " in result.stdout and "picture.txt: " in result.stdout
    strict = run("rebuild", "--strict", "--reports", folder, "--index", tmp_path / "index")
    assert strict.exit_code == 1 and "Индекс построен" in strict.stdout


def test_a_file_that_was_read_in_part_was_not_passed_over(folder: Path) -> None:
    (folder / "torn.txt").write_text(GOOD.replace("ОМСК", "ТОМСК").replace("музей", "м�зей"), encoding="utf-8")
    told = run("check", "--reports", folder).stdout
    assert "Прочитано не полностью: 1 файл.\n  torn.txt: В тексте утрачены буквы (1)" in told
    assert "Пропущено" not in told and "Непрочитанные" not in told
    assert "прочитанных не полностью, исправьте" in told
    (folder / "blank.txt").write_text(" ", encoding="utf-8")
    told = run("check", "--reports", folder).stdout
    assert "Пропущено: 1 файл.\n  blank.txt: " in told and "Прочитано не полностью: 1 файл.\n  torn.txt: " in told


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(run("rebuild", "--reports", tmp_path / "нет", "--index", tmp_path / "i"), "нет", "--reports")
    assert not (tmp_path / "i").exists()


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    assert_one_sentence(run("rebuild", "--reports", tmp_path / "reports", "--index", tmp_path / "i"), "ни одного")


def test_nothing_readable_leaves_the_old_index(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert run("rebuild", "--reports", folder, "--index", index).exit_code == 0
    before = (index / "CURRENT").read_text(encoding="utf-8")
    (folder / "omsk.txt").write_text("  ", encoding="utf-8")
    assert_one_sentence(run("rebuild", "--reports", folder, "--index", index), "прежний индекс оставлен")
    assert (index / "CURRENT").read_text(encoding="utf-8") == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_index_folder_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert_one_sentence(run("rebuild", "--reports", folder, "--index", closed / "index"), "closed")


def test_an_index_folder_that_is_a_file_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("", encoding="utf-8")
    assert_one_sentence(run("rebuild", "--reports", folder, "--index", tmp_path / "index"), "index")


def test_a_faulty_reports_toml_is_named_with_its_line(folder: Path, tmp_path: Path) -> None:
    (folder / "reports.toml").write_text('[[file]]\npath = "omsk.txt"\nyear = 1021\n', encoding="utf-8")
    assert_one_sentence(run("check", "--reports", folder), "reports.toml, строка 3")


def test_the_operators_word_wins(folder: Path) -> None:
    (folder / "reports.toml").write_text(
        'sample = true\n[[file]]\npath = "om*.txt"\ncity = "г. Томск"\nyear = 2001\nsection = "жкх"\n', encoding="utf-8"
    )
    (file,) = json.loads(run("check", "--json", "--reports", folder).stdout)["files"]
    (report,) = file["reports"]
    assert (report["city"], report["year"], report["section"]) == ("Томск", 2001, "Жилищно-коммунальное хозяйство")
    assert "reports.toml" in report["evidence"]["city"]


def test_copies_are_told_and_given_once(folder: Path) -> None:
    shutil.copy(folder / "omsk.txt", folder / "копия.txt")
    (folder / "ещё.txt").write_bytes(GOOD.replace("\n", "\r\n").encode("cp1251"))
    files = json.loads(run("check", "--json", "--reports", folder).stdout)["files"]
    assert [(file["file"], file["status"]) for file in files] == [
        ("omsk.txt", "read"), ("ещё.txt", "duplicate"), ("копия.txt", "duplicate"),
    ]  # fmt: skip
    assert all("omsk.txt" in file["reason"] and file["reports"] == [] for file in files[1:])


def test_what_is_not_read_of_a_copy_is_told_too(folder: Path, tmp_path: Path) -> None:
    """Also after an update that leaves it alone."""
    lines = "".join(f"<p>{line}</p>" for line in GOOD.splitlines())
    page = f"<html><body>{lines}<iframe src='приложение.docx'></iframe></body></html>"
    (folder / "страница.html").write_text(page, encoding="utf-8")
    index = tmp_path / "index"
    said = []
    for number, command in enumerate(("rebuild", "update", "update")):
        (folder / "ещё один.txt").write_text(GOOD.replace("музей", f"театр {number}"), encoding="utf-8")
        run(command, "--reports", folder, "--index", index)
        sources = read_manifest(Store(index).current_dir()).sources
        said.append(next(source.reason for source in sources if source.file == "страница.html"))
    (checked,) = [
        file["reason"]
        for file in json.loads(run("check", "--json", "--reports", folder).stdout)["files"]
        if file["file"] == "страница.html"
    ]
    assert {*said} == {checked}
    assert checked.startswith("Повторяет файл «omsk.txt»: прочитано то же самое. На странице показан другой файл")


def test_one_file_is_understood_as_in_the_folder(folder: Path) -> None:
    (folder / "tomsk").mkdir()
    (folder / "tomsk" / "omsk.txt").write_text(GOOD.replace("музей", "театр"), encoding="utf-8")
    files = json.loads(run("check", "--json", "--reports", folder).stdout)["files"]
    assert [file["reports"][0]["id"] for file in files] == ["omsk-2019-bez-razdela", "omsk-2019-bez-razdela-2"]
    for file in files:
        told = run("passages", folder / file["file"], "--json", "--reports", folder)
        assert json.loads(told.stdout) == file


def test_passages_of_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(run("passages", tmp_path / "нет.txt", "--reports", tmp_path), "нет.txt")


def test_wrong_usage_is_exit_code_2(tmp_path: Path) -> None:
    assert run("rebuild", "--jobs", "none").exit_code == 2
    assert run("wrong").exit_code == 2


def test_status_rollback_and_update(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert_one_sentence(run("status", "--index", index), "ещё нет индекса")
    assert_one_sentence(run("rollback", "--index", index))
    run("rebuild", "--reports", folder, "--index", index)
    first = (index / "CURRENT").read_text(encoding="utf-8")
    assert "свежий" in run("update", "--reports", folder, "--index", index).stdout
    (folder / "tomsk.txt").write_text(GOOD.replace("ОМСК", "ТОМСК"), encoding="utf-8")
    assert "2 отчёта" in run("update", "--reports", folder, "--index", index).stdout
    assert (index / "CURRENT").read_text(encoding="utf-8") != first
    assert "2 отчёта" in run("status", "--index", index).stdout
    assert run("rollback", "--index", index).exit_code == 0
    assert (index / "CURRENT").read_text(encoding="utf-8") == first


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(GOOD, encoding="utf-8")
    try:
        (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    except OSError:
        pytest.skip("this system makes no links")
    files = json.loads(run("check", "--json", "--reports", folder).stdout)["files"]
    assert [(file["file"], file["status"]) for file in files] == [("link.txt", "failed"), ("omsk.txt", "read")]


@pytest.mark.skipif(os.name == "nt", reason="Windows forbids these names")
def test_odd_names_are_no_obstacle(folder: Path) -> None:
    for name in ('кавычки "и\nперенос".txt', "ё" * 120 + ".txt", "~$omsk.txt", ".скрытый.txt"):
        (folder / name).write_text(GOOD, encoding="utf-8")
    result = run("check", "--reports", folder)
    assert result.exit_code == 0 and "3 из 3" not in result.stdout
    files = json.loads(run("check", "--json", "--reports", folder).stdout)["files"]
    assert len(files) == 3


def passages_served(index: Path) -> int:
    with ServedIndex(index).lease() as build:
        return build.manifest.passages


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_killed_rebuild_leaves_the_old_index_and_the_next_one_succeeds(tmp_path: Path) -> None:
    index = tmp_path / "index"
    command = [sys.executable, "-m", "indexer", "rebuild", "--reports", str(SAMPLE), "--index", str(index)]
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    whole = time.monotonic() - started
    passages, stamp = passages_served(index), (index / "CURRENT").read_text(encoding="utf-8")
    for eighth in range(1, 9):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
            time.sleep(whole * eighth / 9)
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        assert passages_served(index) == passages
        if writer.returncode == -signal.SIGKILL and eighth == 1:
            assert (index / "CURRENT").read_text(encoding="utf-8") == stamp
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert passages_served(index) == passages
    assert len(list((index / "builds").iterdir())) <= 2, "drafts of dead writers are swept"
