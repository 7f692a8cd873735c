"""Reports published without an index of one's own: the same archive, the same addresses, nothing left behind."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from indexer.rebuild import rebuild
from tests.cluster.between import Between
from tests.cluster.nodes import Cluster
from tests.cluster.served import finished, our_indices, publishing
from tests.site_archive import write_reports

ALIAS = "of-reports"
OPTIONS = ("--engine-alias", ALIAS, "--shards", "1", "--replicas", "0")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands take for what they need only while they run."""
    folder = tmp_path / "passing"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def publish(node: Cluster, source: Path, kind: str = "--reports") -> str:
    status, said = finished(publishing(node, source, *OPTIONS, kind=kind))
    assert status == 0, said
    return said


def documents(node: Cluster) -> dict[str, tuple[int, int, str]]:
    """Id of an answer → the digest of all that is indexed of it, when it came, and its row."""
    assert node.ask("POST", f"/{ALIAS}/_refresh")[0] == 200
    status, value = node.ask("POST", f"/{ALIAS}/_search", {"size": 1000, "docvalue_fields": ["digest", "added"]})
    assert status == 200 and value["_shards"]["failed"] == 0
    return {
        hit["_id"]: (hit["fields"]["digest"][0], hit["fields"]["added"][0], hit["_source"]["row"])
        for hit in value["hits"]["hits"]
    }


def test_reports_are_published_as_their_index_is_and_leave_nothing(node: Cluster, place: Path, tmp_path: Path) -> None:
    reports, index = write_reports(tmp_path / "reports"), tmp_path / "index"
    rebuild(reports, index, jobs=1)
    publish(node, index, "--index")
    by_index = documents(node)
    publish(node, reports)
    assert len(by_index) == 7 and documents(node) == by_index
    assert list(place.iterdir()) == []


def test_addresses_and_dates_are_remembered_by_the_cluster(node: Cluster, place: Path, tmp_path: Path) -> None:
    reports = write_reports(tmp_path / "reports")
    publish(node, reports)
    before = documents(node)
    # A report that would be given the address of another, had the cluster forgotten whose it is.
    text = (reports / "2020" / "omsk.txt").read_text("utf-8").replace("онлайн режим", "зал ратуши")
    (reports / "2020" / "a-omsk.txt").write_text(text, encoding="utf-8")
    publish(node, reports)
    after = documents(node)
    # Their weights may be others, for these hang on how long all answers are on the average.
    assert {name: after[name][1:] for name in before} == {name: one[1:] for name, one in before.items()}
    assert len(after) == len(before) + 2


def test_reports_whose_publishing_is_ended_leave_nothing_anywhere(node: Cluster, place: Path, tmp_path: Path) -> None:
    reports = write_reports(tmp_path / "reports")
    publish(node, reports)
    before, there = documents(node), our_indices(node, ALIAS)
    (reports / "2022.txt").write_text((reports / "2021" / "omsk.txt").read_text("utf-8") + "Ещё.", encoding="utf-8")
    with Between(node.nodes[0], holding="/_bulk", after=0) as line:
        command = publishing(line, reports, *OPTIONS, kind="--reports")
        line.wait_held()
        command.send_signal(signal.SIGTERM)
        line.let_go()
        assert finished(command)[0] == 128 + signal.SIGTERM
    assert documents(node) == before and our_indices(node, ALIAS) == there
    assert list(place.iterdir()) == []


def test_a_folder_with_nothing_to_read_changes_nothing(node: Cluster, place: Path, tmp_path: Path) -> None:
    publish(node, write_reports(tmp_path / "reports"))
    there = our_indices(node, ALIAS)
    (tmp_path / "empty").mkdir()
    status, said = finished(publishing(node, tmp_path / "empty", *OPTIONS, kind="--reports"))
    assert status == 1 and "ни одного" in said and "Traceback" not in said, said
    assert our_indices(node, ALIAS) == there and list(place.iterdir()) == []


def test_many_reports_gone_at_once_are_asked_about(node: Cluster, place: Path, tmp_path: Path) -> None:
    reports = write_reports(tmp_path / "reports")
    publish(node, reports)
    before = documents(node)
    for path in (reports / "2021").iterdir():
        path.unlink()
    (reports / "2020" / "omsk.txt").unlink()
    (reports / "reports.toml").unlink()
    status, said = finished(publishing(node, reports, *OPTIONS, kind="--reports"))
    assert status == 1 and "3 отчёта из 4" in said and "--allow-shrink" in said, said
    assert documents(node) == before and list(place.iterdir()) == []
    status, said = finished(publishing(node, reports, *OPTIONS, "--allow-shrink", kind="--reports"))
    assert status == 0 and len(documents(node)) == 1, said
