"""A sample of the campaigns of ``make faults``: nothing is lost, nothing is left, nothing is told untruly."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.builds.store import Store
from indexer.builds.verification import index_faults
from tests.faults.apart import run_apart
from tests.faults.campaign import campaigns
from tests.faults.flips import flip_campaign
from tests.work_place import answered, run, write

POINTS = 9
"""Of each command: every k-th. All of them take half an hour."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="each fault has a process of its own")


def test_every_damaged_file_is_told(tmp_path: Path) -> None:
    tried, undetected = flip_campaign(tmp_path)
    assert undetected == [] and tried > 400


@needs_fork
@pytest.mark.parametrize("command", campaigns())
def test_faults_here_and_there(tmp_path: Path, command: str) -> None:
    campaign = campaigns()[command](tmp_path / command)
    # Different points in each release of the program: their number changes.
    outcome = campaign.run(every=len(campaign.faults()) // POINTS)
    assert outcome.points >= POINTS and outcome.faults == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An index on a disk of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@needs_fork
def test_a_full_disk_is_one_sentence(small_disk: Path, tmp_path: Path) -> None:
    reports, index, codes = tmp_path / "reports", small_disk / "index", set()
    write(reports / "omsk.txt", answered())
    for filled in range(0, 1_900_000, 150_000):
        shutil.rmtree(index, ignore_errors=True)
        (small_disk / "ballast").write_bytes(bytes(filled))
        arguments = ["rebuild", "--index", str(index), "--reports", str(reports), "--jobs", "1"]
        codes.add(code := run_apart(arguments, tmp_path))
        told = (tmp_path / "stderr").read_text(encoding="utf-8")
        if code:
            assert code == 1 and "не хватает места на диске" in told and len(told.strip().splitlines()) == 1
            assert list((index / "builds").iterdir()) == []
        else:
            assert list(index_faults(index)) == []
    assert codes == {0, 1}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    write(tmp_path / "reports/omsk.txt", answered())
    arguments = ("rebuild", "--index", tmp_path / "index", "--reports", tmp_path / "reports", "--jobs", "1")
    assert run(*arguments).exit_code == 0
    (tmp_path / "index/builds").chmod(0o500)
    told = run(*arguments)
    (tmp_path / "index/builds").chmod(0o700)
    assert told.exit_code == 1 and "нет прав доступа" in told.stderr
    assert list(index_faults(tmp_path / "index")) == []


def test_the_next_update_tidies_up(tmp_path: Path) -> None:
    write(tmp_path / "reports/omsk.txt", answered())
    index, place = tmp_path / "index", ("--index", tmp_path / "index", "--reports", tmp_path / "reports")
    assert run("rebuild", *place, "--jobs", "1").exit_code == 0
    write(index / "builds/draft-1/half", "x" * 100)
    write(index / "builds/20200101T000000-abcdef/manifest.json", "{}")
    write(index / "CURRENT.123.new", "x")
    assert Store(index).status().unnamed == 102
    assert "Лишнее" in run("status", *place).stdout
    assert run("update", *place).exit_code == 0
    assert Store(index).status().unnamed == 0
    assert {path.name for path in index.iterdir()} == {"CURRENT", "LOCK", "builds"}


def test_updates_take_no_more_room_than_a_rebuild(tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    place = ("--index", index, "--reports", reports, "--jobs", "1")
    for number in range(25):
        write(reports / f"{number}.txt", answered(year=2000 + number, text=f"Открыт музей номер {number}."))
    assert run("rebuild", *place).exit_code == 0
    rebuilt = Store(index).status().size
    for number in range(6):
        write(reports / f"{number}.txt", answered(year=2000 + number, text=f"Построена школа номер {number}."))
        assert run("update", *place).exit_code == 0
        assert Store(index).status().size < 1.5 * rebuilt
        assert list(index_faults(index)) == []
