"""Reading shared between machines gives what one machine gives, byte for byte; parts that do not fit are refused."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.builds.store import Store
from indexer.errors import DamagedError, StoreError
from indexer.rebuild import read_part, rebuild, rebuild_joined, share_of
from tests.site_archive import write_reports

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
PARTS = 3
OF_A_BUILD = ("manifest.json", "columns.json")
"""They hold the stamp."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports with a copy, a second file of the same city, year and section, and one that is no report."""
    folder = write_reports(tmp_path_factory.mktemp("parts") / "reports")
    shutil.copy(folder / "2020" / "omsk.txt", folder / "2020" / "copy of omsk.txt")
    text = (folder / "2020" / "omsk.txt").read_text(encoding="utf-8")
    (folder / "2021" / "omsk again.txt").write_text(text.replace("штаба", "комиссии"), encoding="utf-8")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 nothing")
    return folder


@pytest.fixture(scope="module")
def parts(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("read")
    found = [read_part(reports, folder, share_of(f"{part}/{PARTS}"), jobs=1) for part in range(1, PARTS + 1)]
    assert sum(count for _, count in found) == 7
    return [path for path, _ in found]


def files_of(index: Path) -> Iterator[tuple[str, bytes]]:
    folder = Store(index).current_dir()
    for path in sorted(folder.iterdir()):
        # Whoosh names its files by chance.
        if path.name not in OF_A_BUILD and "MAIN" not in path.name:
            yield path.name, path.read_bytes().replace(folder.name.encode(), b"")


def told_of(index: Path) -> tuple[object, ...]:
    """What the manifest says of the files but for their stamps, which are empty while a file is seconds old."""
    manifest = Store(index).status().current
    assert manifest
    return [replace(entry, stamp="") for entry in manifest.sources], manifest.settings, manifest.unknown


def test_joined_parts_are_the_build_of_one_machine(reports: Path, parts: list[Path], tmp_path: Path) -> None:
    rebuild(reports, tmp_path / "one", jobs=1, now=MOMENT)
    rebuild_joined(parts[::-1], tmp_path / "joined", now=MOMENT)
    assert dict(files_of(tmp_path / "joined")) == dict(files_of(tmp_path / "one"))
    assert told_of(tmp_path / "joined") == told_of(tmp_path / "one")


def test_all_parts_are_needed(parts: list[Path], tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="не хватает: 2"):
        rebuild_joined([parts[0], parts[2]], tmp_path)
    with pytest.raises(StoreError, match="по одной"):
        rebuild_joined([*parts, parts[0]], tmp_path)


def test_parts_of_another_folder_do_not_fit(reports: Path, parts: list[Path], tmp_path: Path) -> None:
    shutil.copytree(reports, tmp_path / "other")
    (tmp_path / "other" / "more.txt").write_text("ОМСК\nЧто сделано в 2020 году?\nМост.", encoding="utf-8")
    other, _ = read_part(tmp_path / "other", tmp_path / "read", share_of(f"2/{PARTS}"), jobs=1)
    with pytest.raises(StoreError, match="не от одного чтения"):
        rebuild_joined([parts[0], other, parts[2]], tmp_path / "joined")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_part_that_is_cut_off_is_refused(share: float, parts: list[Path], tmp_path: Path) -> None:
    cut = tmp_path / parts[0].name
    lines = gzip.decompress(parts[0].read_bytes()).splitlines(keepends=True)
    cut.write_bytes(gzip.compress(b"".join(lines[: max(1, int(len(lines) * share))])))
    with pytest.raises(DamagedError, match="не дописана"):
        rebuild_joined([cut, *parts[1:]], tmp_path / "joined")


@pytest.mark.parametrize("told", ["", "3", "0/8", "9/8", "1/0", "a/b", "1/100000", "1/2/3"])
def test_a_share_that_means_nothing(told: str) -> None:
    with pytest.raises(StoreError, match="не понята"):
        share_of(told)
