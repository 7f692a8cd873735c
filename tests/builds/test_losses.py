"""When many reports are gone at once, an update waits for a word; moved, copied and renamed ones are not gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer.builds.losses import losses
from indexer.builds.manifest import SourceEntry
from indexer.builds.store import Store
from tests.work_place import answered, run, write

CITIES = ("ОМСК", "ТОМСК", "ЧИТА", "БАРНАУЛ", "КРАСНОЯРСК", "ИРКУТСК", "ХАБАРОВСК", "ВЛАДИВОСТОК", "КЕМЕРОВО", "ЯКУТСК")


def entry(file: str, *ids: str, content: str | None = None) -> SourceEntry:
    return SourceEntry(file, file, "read", None, len(ids), ids=ids, content=content or "+".join(ids))


def archive(**folders: int) -> list[SourceEntry]:
    """So many reports of one file each in every folder; «root» is the reports folder itself."""
    return [
        entry(f"{'' if folder == 'root' else folder + '/'}{number}", f"{folder}-{number}")
        for folder, count in folders.items()
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("before", "after", "many"),
    [
        # one or two taken away by hand
        ({"a": 10, "b": 1}, {"a": 10}, False),
        ({"a": 2, "b": 2}, {"a": 2}, False),
        ({"a": 3}, {"a": 1}, False),
        # a folder of three and more
        ({"a": 100, "b": 3}, {"a": 100}, True),
        ({"a": 100, "b": 4}, {"a": 100, "b": 1}, False),
        # more than five and a tenth
        ({"a": 30, "b": 30}, {"a": 27, "b": 27}, False),
        ({"a": 30, "b": 20}, {"a": 27, "b": 17}, True),
        ({"a": 50}, {"a": 45}, False),
        ({"root": 59}, {"root": 53}, True),
        ({"root": 60}, {"root": 54}, False),
        # over half
        ({"root": 5}, {"root": 2}, True),
        ({"root": 4}, {"root": 2}, False),
        ({"root": 3}, {}, True),
        ({}, {"a": 5}, False),
    ],
)
def test_many(before: dict[str, int], after: dict[str, int], many: bool) -> None:
    assert losses(archive(**before), archive(**after)).are_many is many


def test_what_moved_or_has_a_copy_is_not_gone() -> None:
    before = [entry("2019/a", "x", content="1"), entry("2019/b", "y", content="2"), entry("2019/c", "z", content="3")]
    before.append(SourceEntry("2020/копия", "d", "duplicate", None, 0, ids=("x",), content="1"))
    now = [entry("новая/a", "x", content="1"), entry("b.docx", "other", content="2"), entry("2019/c", "z", content="9")]
    assert losses(before, now).count == 0
    assert losses(before, now[:2]).gone == {"2019": 1}
    assert losses(before, [before[-1]]).count == 3


def test_the_folders_are_named() -> None:
    found = losses(archive(a=3, b=4, root=2), archive(a=0, b=3, root=1))
    assert found.told == "5 отчётов из 9: папка «a» — все 3; в самой папке отчётов — 1 из 2; папка «b» — 1 из 4"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Four reports of 2019 and ten of 2020, indexed."""
    reports, index = tmp_path / "reports", tmp_path / "index"
    for year, count in ((2019, 4), (2020, 10)):
        for number, city in enumerate(CITIES[:count]):
            write(reports / str(year) / f"{number}.txt", answered(city, year, f"Открыт музей {city}."))
    assert run("rebuild", "--reports", reports, "--index", index).exit_code == 0
    return reports, index


def reports_in(index: Path) -> int:
    manifest = Store(index).status().current
    assert manifest is not None
    return manifest.reports


@pytest.mark.parametrize("way", ["gone", "emptied", "blank files"])
def test_a_folder_that_is_gone_stops_the_update_until_allowed(folders: tuple[Path, Path], way: str) -> None:
    reports, index = folders
    for file in list((reports / "2019").iterdir()):
        if way == "blank files":
            write(file, "")
        else:
            file.unlink()
    if way == "gone":
        (reports / "2019").rmdir()
    stamp = Store(index).current_dir().name
    told = run("update", "--reports", reports, "--index", index)
    assert (told.exit_code, told.stdout) == (1, "")
    assert "папка «2019» — все 4" in told.stderr and "--allow-shrink" in told.stderr
    assert told.stderr.strip().count("\n") == 0
    assert Store(index).current_dir().name == stamp and len(list((index / "builds").iterdir())) == 1
    assert run("update", "--allow-shrink", "--reports", reports, "--index", index).exit_code == 0
    assert reports_in(index) == 10


def test_a_folder_that_was_renamed_is_no_loss(folders: tuple[Path, Path]) -> None:
    reports, index = folders
    shutil.move(reports / "2019", reports / "архив 2019")
    told = run("update", "--reports", reports, "--index", index)
    assert told.exit_code == 0 and "новом нет" not in told.stdout


def test_a_rebuild_says_what_is_gone(folders: tuple[Path, Path]) -> None:
    reports, index = folders
    shutil.rmtree(reports / "2019")
    told = run("rebuild", "--reports", reports, "--index", index)
    assert told.exit_code == 0
    assert "В прежнем индексе были, в новом нет: 4 отчёта из 14: папка «2019» — все 4." in told.stdout


def test_a_single_file_may_go(folders: tuple[Path, Path]) -> None:
    reports, index = folders
    (reports / "2019" / "0.txt").unlink()
    assert run("update", "--reports", reports, "--index", index).exit_code == 0
    assert reports_in(index) == 13
