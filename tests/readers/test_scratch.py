"""Folders for a moment go with the run, and those of a run that was killed with the next one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from indexer.readers.scratch import folder_of_run, run_folder, scratch

_KILLED = """
import os
from indexer.readers.scratch import folder_of_run, scratch
with folder_of_run(), scratch() as folder:
    (folder / "report.doc").write_bytes(b"text")
    os._exit(9)
"""


@pytest.fixture(autouse=True)
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own, and no run that another test has not closed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("DOC_READER_SCRATCH", raising=False)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="there nobody can be asked whether he lives")
def test_what_a_killed_run_left_goes_with_the_next(aside: Path) -> None:
    (aside / "doc-reader-of-somebody").mkdir()
    (aside / f"doc-reader-{os.getppid()}-alive").mkdir()
    assert subprocess.run([sys.executable, "-c", _KILLED], check=False).returncode == 9  # noqa: S603
    assert len(list(aside.iterdir())) == 3
    with folder_of_run() as mine:
        assert {path.name for path in aside.iterdir()} == {
            "doc-reader-of-somebody", f"doc-reader-{os.getppid()}-alive", mine.name,
        }  # fmt: skip


def test_what_a_reader_needs_lies_in_the_folder_of_the_run(aside: Path) -> None:
    with folder_of_run() as mine:
        with scratch() as folder:
            assert folder.parent == mine == run_folder()
        assert not folder.exists()
        (mine / "left by a killed worker").mkdir()
    assert list(aside.iterdir()) == [] and run_folder() is None
    with scratch() as folder:
        assert folder.parent == aside
    assert list(aside.iterdir()) == []


def test_runs_that_end_in_another_order_leave_each_other_alone() -> None:
    first, second = folder_of_run(), folder_of_run()
    with first:
        inner = second.__enter__()
    assert run_folder() == inner
    second.__exit__(None, None, None)
    assert run_folder() is None
