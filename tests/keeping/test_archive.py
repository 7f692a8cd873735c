"""Backup and restore: what must be kept is kept, and no archive does harm."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.cli import main
from indexer.keeping import archive as archives
from indexer.keeping.archive import LIST, ArchiveError, take_in
from indexer.keeping.moving import Moving
from indexer.rebuild import rebuild

GOOD = "ОМСК\n\n1. Что наиболее значительное удалось сделать в 2019 году?\n\nОткрыт {}.\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """Reports and an index, with a report that came and went: its id must stay taken."""
    reports, index = tmp_path / "reports", tmp_path / "index"
    (reports / "2019").mkdir(parents=True)
    (reports / "2019" / "а.txt").write_text(GOOD.format("музей"), encoding="utf-8")
    (reports / "2019" / "б.txt").write_text(GOOD.format("театр"), encoding="utf-8")
    (reports / "reports.toml").write_text('[[file]]\npath = "2019/б.txt"\nsection = "жкх"\n', encoding="utf-8")
    (reports / "в.txt").write_text(GOOD.format("стадион"), encoding="utf-8")
    rebuild(reports, index, jobs=1)
    (reports / "2019" / "а.txt").unlink()
    rebuild(reports, index, jobs=1)
    (index / "counts").mkdir()
    with sqlite3.connect(index / "counts" / "queries.sqlite") as file:
        file.execute("CREATE TABLE asked (query TEXT)")
        file.execute("INSERT INTO asked VALUES ('парк')")
    (index / "recognised").mkdir()
    (index / "recognised" / "ab.txt").write_text("текст скана", encoding="utf-8")
    return reports, index


def ids(index: Path) -> dict[str, str]:
    build = open_build(Store(index).current_dir())
    return {card.id: build.texts.report(build.report_number(card.id) or 0).source for card in build.cards()}


def test_all_that_cannot_be_made_anew_moves(place: tuple[Path, Path], tmp_path: Path) -> None:
    reports, index = place
    archive = tmp_path / "копия.zip"
    told = run("export", archive, "--reports", reports, "--index", index)
    assert told.exit_code == 0, told.output
    assert "3 файла отчётов" in told.stdout and "3 отчётов" in told.stdout
    there, new = tmp_path / "new" / "reports", tmp_path / "new" / "index"
    # As the service's own folders are made beforehand.
    (new / "counts").mkdir(parents=True)
    there.mkdir()
    told = run("import", archive, "--reports", there, "--index", new)
    assert told.exit_code == 0, told.output
    files = {path.relative_to(reports): path.read_bytes() for path in reports.rglob("*") if path.is_file()}
    assert files == {path.relative_to(there): path.read_bytes() for path in there.rglob("*") if path.is_file()}
    assert (new / "recognised" / "ab.txt").read_text(encoding="utf-8") == "текст скана"
    with sqlite3.connect(new / "counts" / "queries.sqlite") as file:
        assert file.execute("SELECT query FROM asked").fetchall() == [("парк",)]
    rebuild(there, new, jobs=1)
    assert ids(new) == ids(index)
    # The id of the report that went is not given to another one.
    (there / "г.txt").write_text(GOOD.format("каток и лыжная база у леса"), encoding="utf-8")
    rebuild(there, new, jobs=1)
    assert ids(new)["omsk-2019-bez-razdela-3"] == "г.txt" and "omsk-2019-bez-razdela" not in ids(new)
    assert not list(tmp_path.rglob("*.new")) and not list(tmp_path.rglob(".import-*"))
    assert not list((new / "builds").glob("imported-*"))


def test_a_second_export_replaces_the_first(place: tuple[Path, Path], tmp_path: Path) -> None:
    for _ in range(2):
        assert run("export", tmp_path / "a.zip", "--reports", place[0], "--index", place[1]).exit_code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert packed.testzip() is None


def test_nothing_is_overwritten(place: tuple[Path, Path], tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    assert run("export", archive, "--reports", place[0], "--index", place[1]).exit_code == 0
    told = run("import", archive, "--reports", place[0], "--index", tmp_path / "new")
    assert told.exit_code == 1 and "не пуста" in told.stderr
    told = run("import", archive, "--reports", tmp_path / "new", "--index", place[1])
    assert told.exit_code == 1 and "CURRENT" in told.stderr
    assert not (tmp_path / "new").exists()


def test_faults_of_an_export_are_sentences(place: tuple[Path, Path], tmp_path: Path) -> None:
    reports, index = place
    for archive, folder, words in (
        (reports / "a.zip", reports, "примут за отчёт|приняли бы за отчёт"),
        (tmp_path / "no" / "a.zip", reports, "не записан"),
        (tmp_path / "a.zip", tmp_path / "нет", "нет"),
    ):
        told = run("export", archive, "--reports", folder, "--index", index)
        assert told.exit_code == 1 and any(word in told.stderr for word in words.split("|"))
        assert "Traceback" not in told.output and told.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="links and such names are of POSIX")
def test_what_cannot_go_in_is_told(place: tuple[Path, Path], tmp_path: Path) -> None:
    reports, index = place
    (reports / "ссылка.txt").symlink_to("/etc/hostname")
    (reports / "a:b.txt").write_text("x", encoding="utf-8")
    told = run("export", tmp_path / "a.zip", "--reports", reports, "--index", index)
    assert told.exit_code == 1
    assert "ссылка.txt: это ссылка" in told.stderr and "a:b.txt" in told.stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert len([name for name in packed.namelist() if name.startswith("reports/")]) == 3


def entry(name: str, content: bytes, **changes: Any) -> dict[str, Any]:
    told = {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "mtime": 10**18}
    return told | changes


def made(files: dict[str, bytes], listed: Any = None, **head: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
        listing = [entry(name, content) for name, content in files.items()] if listed is None else listed
        packed.writestr(LIST, json.dumps({"format": 1, "files": listing} | head))
    return buffer.getvalue()


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        info = zipfile.ZipInfo("reports/a.txt")
        info.external_attr = 0o120777 << 16
        packed.writestr(info, b"/etc/passwd")
        packed.writestr(LIST, json.dumps({"format": 1, "files": [entry("reports/a.txt", b"/etc/passwd")]}))
    return buffer.getvalue()


NAMES = (
    *("../a", "reports/../../a", "/etc/a", "reports//a", "reports/./a", "C:/a", "reports/C:a", "reports\\..\\a"),
    *("reports/", "index/CURRENT", "index/builds/x/manifest.json", "index/history.json/../x", "reports/a\x00b"),
    *("other/a", "reports/" + "я" * 200, "reports/nul\n", "index/recognised/../CURRENT"),
)
HOSTILE: dict[str, Callable[[], bytes]] = {
    **{f"name {name[:30]!r}": lambda name=name: made({name: b"x"}) for name in NAMES},
    "no list": lambda: b"PK\x05\x06" + bytes(18),
    "no zip": lambda: b"not a zip at all",
    "empty": lambda: b"",
    "cut": lambda: made({"reports/a.txt": b"x" * 999})[:-30],
    "link": linked,
    "unlisted": lambda: made({"reports/a.txt": b"x", "reports/b.txt": b"y"}, [entry("reports/a.txt", b"x")]),
    "missing": lambda: made({}, [entry("reports/a.txt", b"x")]),
    "listed twice": lambda: made({"reports/a.txt": b"x"}, [entry("reports/a.txt", b"x")] * 2),
    "longer than told": lambda: made({"reports/a.txt": b"xy"}, [entry("reports/a.txt", b"x")]),
    "shorter than told": lambda: made({"reports/a.txt": b"x"}, [entry("reports/a.txt", b"x", bytes=2)]),
    "other content": lambda: made({"reports/a.txt": b"y"}, [entry("reports/a.txt", b"x")]),
    "negative": lambda: made({"reports/a.txt": b"x"}, [entry("reports/a.txt", b"x", bytes=-1)]),
    "no number": lambda: made({"reports/a.txt": b"x"}, [entry("reports/a.txt", b"x", bytes="1")]),
    "bomb": lambda: made({"reports/a.txt": bytes(150 * 1024 * 1024)}),
    "too much": lambda: made({"reports/a.txt": b"x"}, [entry("reports/a.txt", b"x", bytes=10**15)]),
    "list of nothing": lambda: made({}, 7),
    "deep list": lambda: made({}, json.loads("[" * 500 + "]" * 500)),
    "other format": lambda: made({"reports/a.txt": b"x"}, format=99),
    "file and folder": lambda: made({"reports/a": b"x", "reports/a/b": b"y"}),
    "memory of rubbish": lambda: made({"reports/a.txt": b"x", "index/history.json": b"{"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_does_nothing(tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    (root / "reports").mkdir(parents=True)
    (tmp_path / "a.zip").write_bytes(HOSTILE[name]())
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ArchiveError) as told:
        take_in(tmp_path / "a.zip", root / "reports", root / "index")
    assert str(told.value).endswith((".", "ПАПКА"))
    after = [path for path in sorted(tmp_path.rglob("*")) if path != root / "index"]
    assert after == before


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="нет"):
        take_in(tmp_path / "нет.zip", tmp_path / "r", tmp_path / "i")


def test_an_import_that_died_while_moving_is_ended_by_the_next(place: tuple[Path, Path], tmp_path: Path) -> None:
    archive, there, new = tmp_path / "a.zip", tmp_path / "new" / "reports", tmp_path / "new" / "index"
    assert run("export", archive, "--reports", place[0], "--index", place[1]).exit_code == 0
    arguments = ("import", archive, "--reports", there, "--index", new)
    assert run(*arguments).exit_code == 0
    whole = {path for path in (tmp_path / "new").rglob("*") if path.name != "LOCK"}
    # As it is when a process is killed: some of it is in its place, the rest aside, and a file says that all is whole.
    (there / ".import").mkdir()
    (there / "2019").rename(there / ".import" / "2019")
    moving = Moving(there, new)
    moving.begin("another archive", {})
    refused = run("import", tmp_path / "none.zip", "--reports", there, "--index", new)
    assert refused.exit_code == 1 and "none.zip» нет" in refused.stderr
    assert {path for path in (tmp_path / "new").rglob("*") if path.name != "LOCK"} == whole
    refused = run(*arguments)
    assert refused.exit_code == 1 and "не пуста" in refused.stderr


def test_what_a_dead_import_left_half_unpacked_goes(place: tuple[Path, Path], tmp_path: Path) -> None:
    archive, there, new = tmp_path / "a.zip", tmp_path / "new" / "reports", tmp_path / "new" / "index"
    assert run("export", archive, "--reports", place[0], "--index", place[1]).exit_code == 0
    (there / ".import").mkdir(parents=True)
    (there / ".import" / "half.txt").write_text("поло", encoding="utf-8")
    assert run("import", archive, "--reports", there, "--index", new).exit_code == 0
    assert not list((tmp_path / "new").rglob("half.txt")) and not list((tmp_path / "new").rglob(".import"))


def test_a_file_that_breaks_off_is_left_out_and_told(
    place: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, read = tmp_path / "a.zip", archives._read

    def broken(path: Path) -> Any:
        if path.name == "в.txt":
            raise OSError(5, "read")
        return read(path)

    monkeypatch.setattr(archives, "_read", broken)
    told = run("export", archive, "--reports", place[0], "--index", place[1])
    assert told.exit_code == 1 and "reports/в.txt: не читается, диск отвечает ошибкой ввода-вывода" in told.stderr
    assert run("import", archive, "--reports", tmp_path / "r", "--index", tmp_path / "i").exit_code == 0
    assert not (tmp_path / "r" / "в.txt").exists() and (tmp_path / "r" / "2019" / "б.txt").exists()


@pytest.mark.skipif(os.name != "posix", reason="tells dead processes from living ones as POSIX does")
def test_what_a_killed_export_left_goes(place: tuple[Path, Path], tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    for process in (dead.stdout.strip(), os.getppid()):
        (tmp_path / f"a.zip.{process}.new").write_bytes(b"half")
    assert run("export", tmp_path / "a.zip", "--reports", place[0], "--index", place[1]).exit_code == 0
    assert [path.name for path in tmp_path.glob("*.new")] == [f"a.zip.{os.getppid()}.new"]
