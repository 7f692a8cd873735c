"""Publishing is all or nothing, whatever happens to the writer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.builds.build import Build, open_build, verify
from indexer.builds.manifest import MANIFEST_FILE, read_manifest, write_manifest
from indexer.builds.store import Store
from indexer.errors import LockedError, NoBuildError, StoreError, VersionError
from search_app.server.served import ServedIndex
from tests.small_archive import REPORTS, make_reports, publish

ROOT = Path(__file__).parents[2]


def test_publish_keeps_one_previous_build_and_rolls_back(tmp_path: Path) -> None:
    stamps = []
    for count in (1, 2, 3):
        store = publish(tmp_path, make_reports(REPORTS[:count]))
        stamps.append(store.current_dir().name)
    assert {folder.name for folder in (tmp_path / "builds").iterdir()} == set(stamps[1:])
    assert (tmp_path / "CURRENT").read_text(encoding="utf-8").strip() == stamps[2]
    assert store.rollback() == stamps[1]
    assert store.status().current == read_manifest(tmp_path / "builds" / stamps[1])
    assert store.rollback() == stamps[2]


def test_nothing_there(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    with pytest.raises(NoBuildError, match="rebuild"):
        store.current_dir()
    with pytest.raises(NoBuildError):
        store.rollback()
    assert store.status().current is None
    assert not (tmp_path / "none").exists()


def test_a_folder_in_the_place_of_current_is_told(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(StoreError, match="на месте файла стоит папка"):
        publish(tmp_path, make_reports(REPORTS[:1]))


def test_second_writer_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.writing():
        with pytest.raises(LockedError, match="уже идёт"), Store(tmp_path).writing():
            pass
        with pytest.raises(LockedError), store.writing():
            pass
        other = subprocess.run([sys.executable, "-c", _TRY.format(folder=str(tmp_path))], cwd=ROOT, check=False)
        assert other.returncode == 3
    with store.writing():
        pass


_TRY = """
import sys
from pathlib import Path
from indexer.errors import LockedError
from indexer.builds.store import Store
try:
    with Store(Path({folder!r})).writing():
        pass
except LockedError:
    sys.exit(3)
"""


def test_unwritable_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="--index"), Store(file).writing():
        pass


def test_an_unpublished_draft_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.writing() as draft:
        (draft.folder / "half").write_text("x", encoding="utf-8")
        raise RuntimeError
    assert list((tmp_path / "builds").iterdir()) == []


def test_a_build_that_fails_its_probe_is_not_published(tmp_path: Path) -> None:
    store = publish(tmp_path, make_reports(REPORTS))
    before = store.current_dir()
    with pytest.raises(StoreError, match="не прошёл проверку"), store.writing() as draft:
        store.publish(draft, read_manifest(before), verify)
    assert store.current_dir() == before


@pytest.mark.parametrize("field", ["format_version", "analysis_version", "dictionary_version"])
def test_another_version_is_refused(tmp_path: Path, field: str) -> None:
    folder = publish(tmp_path, make_reports(REPORTS)).current_dir()
    manifest = read_manifest(folder)
    write_manifest(folder, replace(manifest, **{field: 99 if field == "format_version" else "99"}))  # type: ignore[arg-type]
    with pytest.raises(VersionError, match="rebuild"):
        open_build(folder)


@pytest.mark.parametrize("victim", [MANIFEST_FILE, "columns.json", "column-stream.npy", "passages.0.jsonl"])
def test_a_damaged_build_is_told(tmp_path: Path, victim: str) -> None:
    folder = publish(tmp_path, make_reports(REPORTS)).current_dir()
    (folder / victim).write_bytes(b"")
    with pytest.raises(StoreError):
        open_build(folder)


def test_the_server_notices_a_new_build_and_keeps_the_leased_one(tmp_path: Path) -> None:
    publish(tmp_path, make_reports(REPORTS[:1]))
    served = ServedIndex(tmp_path)
    with served.lease() as old:
        publish(tmp_path, make_reports(REPORTS[:2]))
        publish(tmp_path, make_reports(REPORTS[:3]))
        with served.lease() as new:
            assert new.manifest.reports == 3
        # Its folder is gone by now.
        assert old.report("r0") is not None
        assert len(old.cards()) == 1


_WRITER = """
import sys
from pathlib import Path
from tests.small_archive import REPORTS, make_reports, publish
publish(Path(sys.argv[1]), make_reports(REPORTS))
print("published", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("delay", [0.3, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2])
def test_a_killed_writer_leaves_the_old_build_serving(tmp_path: Path, delay: float) -> None:
    store = publish(tmp_path, make_reports(REPORTS[:2]))
    before = store.current_dir().name
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, env=os.environ
    )
    time.sleep(delay)
    writer.send_signal(signal.SIGKILL)
    output, _ = writer.communicate()
    build: Build = open_build(store.current_dir())
    assert build.stamp == before or build.manifest.reports == len(REPORTS)
    if b"published" not in output and build.stamp == before:
        assert build.manifest.reports == 2
    publish(tmp_path, make_reports(REPORTS[:3]))
    assert open_build(store.current_dir()).manifest.reports == 3
    assert len(list((tmp_path / "builds").iterdir())) == 2
