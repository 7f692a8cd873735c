"""What `verify` finds: files that changed; with ``--deep`` files that no longer agree, though every checksum does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.builds.manifest import MANIFEST_FILE, SourceEntry, read_manifest, write_manifest
from indexer.builds.pointers import Pointers
from indexer.builds.store import Store
from indexer.builds.sums import file_sum, sums_of
from indexer.builds.verification import build_faults, index_faults
from indexer.rebuild import current_rules
from tests.faults.flips import damages
from tests.small_archive import REPORTS, make_reports, publish, reseal
from tests.work_place import answered, run, write

DATES = ("doc_added", "report_added")
"""They stand nowhere else."""


def test_every_file_is_in_the_manifest(tmp_path: Path) -> None:
    folder = publish(tmp_path, make_reports(REPORTS), meaning=True).current_dir()
    files = read_manifest(folder).files
    assert {*files, MANIFEST_FILE} == {path.name for path in folder.iterdir()}
    assert all(file_sum(folder / name) == found for name, found in files.items())
    assert list(index_faults(tmp_path, deep=True)) == []


def test_files_that_disagree_are_told(tmp_path: Path) -> None:
    """One bit of each column, and checksums made to fit."""
    folder = publish(tmp_path, make_reports(REPORTS), meaning=True).current_dir()
    silent = []
    for path in sorted(folder.glob("*.npy")):
        data = path.read_bytes()
        name = path.stem.removeprefix("column-")
        if name.startswith(DATES) or len(data) == 128:
            continue
        path.write_bytes(list(damages(data))[2][1])
        reseal(folder)
        if not any(True for _ in build_faults(folder, deep=True)):
            silent.append(path.name)
        path.write_bytes(data)
    reseal(folder)
    assert list(build_faults(folder, deep=True)) == []
    # What a word's direction and weight are only the model knows.
    assert set(silent) <= {"meaning-weights.npy"}


def test_a_text_that_changed_is_told(tmp_path: Path) -> None:
    folder = publish(tmp_path, make_reports(REPORTS)).current_dir()
    texts = folder / "passages.0.jsonl"
    texts.write_bytes(texts.read_bytes().replace("парад".encode(), "салют".encode()))
    assert [fault for fault in index_faults(tmp_path) if "passages.0.jsonl" in fault]
    reseal(folder)
    assert list(index_faults(tmp_path)) == []
    assert [fault for fault in index_faults(tmp_path, deep=True) if "stream" in fault]


def test_the_command(tmp_path: Path) -> None:
    write(tmp_path / "reports/omsk.txt", answered())
    index, place = tmp_path / "index", ("--index", tmp_path / "index", "--reports", tmp_path / "reports")
    assert run("rebuild", *place).exit_code == 0
    assert run("verify", "--index", index).exit_code == 0
    victim = Store(index).current_dir() / "column-stream.npy"
    victim.write_bytes(list(damages(victim.read_bytes()))[0][1])
    told = run("verify", "--deep", "--index", index)
    assert told.exit_code == 1
    (sentence,) = told.stdout.splitlines()
    assert "column-stream.npy" in sentence and sentence.endswith(".")
    mended = run("update", *place)
    assert (
        mended.exit_code == 0 and "Прежний индекс повреждён" in mended.stdout and "column-stream.npy" in mended.stdout
    )
    # What was damaged is nothing to return to.
    assert run("verify", "--deep", "--index", index).exit_code == 0
    assert run("rollback", "--index", index).exit_code == 1
    assert run("verify", "--index", tmp_path / "none").exit_code == 1


def test_a_damaged_previous_build_is_not_returned_to(tmp_path: Path) -> None:
    for count in (1, 2):
        store = publish(tmp_path, make_reports(REPORTS[:count]))
    previous, current = store.previous_dir(), store.current_dir()
    assert previous is not None
    (previous / "column-stream.npy").write_bytes(b"")
    told = run("rollback", "--index", tmp_path)
    assert told.exit_code == 1 and "Вернуться нельзя" in told.stderr
    assert store.current_dir() == current and store.pin() is None


@pytest.mark.parametrize("left", ["", "garbage", "a b\n", "a b\n00000000\n"])
def test_a_damaged_previous_loses_no_build(tmp_path: Path, left: str) -> None:
    for count in (1, 2):
        store = publish(tmp_path, make_reports(REPORTS[:count]))
    previous = store.previous_dir()
    (tmp_path / "PREVIOUS").write_text(left, encoding="utf-8")
    assert store.previous_dir() == previous
    assert list(Pointers(tmp_path, tmp_path / "builds").faults())


def test_previous_as_earlier_versions_wrote_it(tmp_path: Path) -> None:
    for count in (1, 2):
        store = publish(tmp_path, make_reports(REPORTS[:count]))
    previous = store.previous_dir()
    assert previous is not None
    (tmp_path / "PREVIOUS").write_text(f"{previous.name}\n", encoding="utf-8")
    assert store.previous_dir() == previous and list(index_faults(tmp_path)) == []


def test_a_build_by_older_rules_is_sound_and_read_anew(tmp_path: Path) -> None:
    write(tmp_path / "reports/omsk-2019.txt", answered(text="Открыт музей истории города, в нём три зала."))
    write(tmp_path / "reports/omsk-2020.txt", answered(year=2020, text="Открыт музей истории города, в нём три зала."))
    place = ("--index", tmp_path / "index", "--reports", tmp_path / "reports", "--jobs", "1")
    assert run("rebuild", *place).exit_code == 0
    folder = Store(tmp_path / "index").current_dir()
    manifest = read_manifest(folder)
    assert manifest.rules == current_rules()
    # As another program, which found no repeats, would have made it.
    groups = np.load(folder / "column-doc_group.npy")
    np.save(folder / "column-doc_group.npy", np.arange(len(groups), dtype=groups.dtype))
    for rules in ({**manifest.rules, "repeats": "0"}, {}):
        sums = sums_of(folder, None, {}, MANIFEST_FILE)
        older = replace(manifest, rules=rules, reading=f"older {rules}", settings=f"older {rules}", files=sums)
        write_manifest(folder, older)
        told = run("verify", "--deep", "--index", tmp_path / "index")
        assert told.exit_code == 0 and "построен по другим правилам" in told.stdout and "поиск повторов" in told.stdout
    assert "чтение файлов" in told.stdout
    updated = run("update", *place)
    assert updated.exit_code == 0 and "поиск повторов" in updated.stdout and "прочитаны заново" in updated.stdout
    assert run("verify", "--deep", "--index", tmp_path / "index").stdout.startswith("Индекс цел: файлы те же")
    assert "по другим правилам" not in run("update", *place).stdout


def test_a_manifest_without_its_sources_is_otherwise_the_same(tmp_path: Path) -> None:
    folder = publish(tmp_path, make_reports(REPORTS)).current_dir()
    odd = SourceEntry('«],"settings":"sources":[».txt', None, "failed", '"],"settings":', 0)
    write_manifest(folder, replace(read_manifest(folder), sources=(odd, odd)))
    whole = read_manifest(folder)
    assert whole.sources == (odd, odd)
    assert read_manifest(folder, sources=False) == replace(whole, sources=())
