"""A build of each earlier format: refused with the sentence, its ids kept by the next build.

``tests/data/formats`` holds an index folder of each, written by the program of that time from the two reports below.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from indexer.builds.build import open_build
from indexer.builds.manifest import FORMAT_VERSION, read_manifest
from indexer.builds.store import Store
from indexer.builds.verification import index_faults
from search_app import create_app
from tests.work_place import answered, run, state, write

FORMATS = sorted(
    (Path(__file__).parents[1] / "data" / "formats").glob("format-*.tar.xz"),
    key=lambda path: (len(path.name), path.name),
)
SENTENCE = "Индекс построен другой версией программы или словаря. Постройте его заново: python -m indexer rebuild"


@pytest.fixture(params=FORMATS, ids=lambda path: path.name.split(".")[0])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An index folder of an earlier format."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path / "index", filter="data")
    write(tmp_path / "reports/omsk.txt", answered(text="Открыт музей."))
    write(tmp_path / "reports/tomsk.txt", answered("ТОМСК", 2020, "Построен мост."))
    return tmp_path / "index"


def test_there_is_one_of_every_format() -> None:
    # The second and the eighth never left their branches.
    assert [path.name.split(".")[0] for path in FORMATS] == [
        f"format-{number}" for number in (1, *range(3, 8), *range(9, FORMAT_VERSION))
    ]


def test_an_earlier_format_is_refused_and_replaced(old: Path) -> None:
    assert read_manifest(Store(old).current_dir()).format_version < FORMAT_VERSION
    told = run("verify", "--index", old)
    assert (told.exit_code, told.stderr.strip()) == (1, SENTENCE)
    assert state("--index", old, "--reports", old.parent / "reports")["fault"] == SENTENCE
    answer = create_app({"INDEX_DIR": str(old), "REPORTS_DIR": str(old)}).test_client().get("/")
    assert answer.status_code == 503 and SENTENCE in answer.text
    assert run("update", "--index", old, "--reports", old.parent / "reports", "--jobs", "1").exit_code == 0
    assert list(index_faults(old, deep=True)) == []
    build = open_build(Store(old).current_dir())
    assert [build.passage(number).text for number in range(2)] == ["Построен мост.", "Открыт музей."]
    assert run("rollback", "--index", old).stderr.strip() == SENTENCE
