"""The dump from the command line, and what happens to it when writers die, race or find no room."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main
from indexer.errors import StoreError
from indexer.keeping import dump as dumping
from indexer.keeping.dump import Dump, find_dump, write_dump
from tests.site_archive import write_reports


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    reports, index = write_reports(tmp_path / "reports"), tmp_path / "index"
    told = run("rebuild", "--reports", reports, "--index", index, "--dump")
    assert told.exit_code == 0 and "passages.jsonl.gz" in told.stdout
    return reports, index


def stamp(index: Path) -> str:
    return (index / "CURRENT").read_text(encoding="utf-8").strip()


def test_each_build_has_its_dump_and_old_ones_go(place: tuple[Path, Path]) -> None:
    reports, index = place
    first = stamp(index)
    for number in range(3):
        (reports / f"{number}.txt").write_text(f"ОМСК\n\n1. Что удалось сделать в 201{number} году?\n\nОткрыт парк.\n")
        assert run("update", "--reports", reports, "--index", index, "--dump").exit_code == 0
    assert find_dump(index, stamp(index)) and find_dump(index, first) is None
    kept = {folder.name for folder in (index / "dumps").iterdir()}
    assert kept <= {folder.name for folder in (index / "builds").iterdir()}


def test_a_fresh_index_gets_the_dump_it_lacks(place: tuple[Path, Path]) -> None:
    reports, index = place
    shutil.rmtree(index / "dumps")
    told = CliRunner().invoke(main, ["update", "--reports", str(reports), "--index", str(index)], env={"DUMP": "1"})
    assert told.exit_code == 0 and find_dump(index, stamp(index))
    assert run("update", "--reports", reports, "--index", index).exit_code == 0


def test_without_the_wish_there_is_none(tmp_path: Path) -> None:
    reports = write_reports(tmp_path / "reports")
    assert run("rebuild", "--reports", reports, "--index", tmp_path / "index").exit_code == 0
    assert not (tmp_path / "index" / "dumps").exists()


def test_no_room_costs_the_dump_alone(place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    _, index = place
    shutil.rmtree(index / "dumps")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(dumping, "_write", full)
    with pytest.raises(StoreError, match="не хватает места"):
        write_dump(index)
    assert list((index / "dumps").iterdir()) == [] and run("status", "--index", index).exit_code == 0


def test_what_a_dead_writer_left_goes(place: tuple[Path, Path]) -> None:
    _, index = place
    shutil.rmtree(index / "dumps" / stamp(index))
    (index / "dumps" / "draft-x-1").mkdir()
    os.utime(index / "dumps" / "draft-x-1", (10**9, 10**9))
    (index / "dumps" / stamp(index)).mkdir()  # Without a list it is none.
    write_dump(index)
    assert [folder.name for folder in (index / "dumps").iterdir()] == [stamp(index)]


def test_two_writers_give_one_dump(place: tuple[Path, Path]) -> None:
    _, index = place
    shutil.rmtree(index / "dumps")
    found: list[Dump] = []
    writers = [threading.Thread(target=lambda: found.append(write_dump(index))) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(found) == 2 and found[0].files == found[1].files
    assert [folder.name for folder in (index / "dumps").iterdir()] == [stamp(index)]
