"""Nodes die, stand still, fill up and are exchanged: no wrong answer, none lost, and all is well again by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.between import Between
from tests.cluster.nodes import Cluster, wait
from tests.cluster.served import (
    ASKED,
    Readers,
    Said,
    asked,
    finished,
    loaded_half,
    made_archive,
    others,
    our_indices,
    published,
    publishing,
    right_answers,
    served_index,
    site_on,
    told_plainly,
)

long = pytest.mark.skipif(not os.environ.get("CLUSTER_FAILURES"), reason="long: make cluster-failures")
"""What takes minutes each on a small machine; run by hand before a release."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of 2,500 answers."""
    return made_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later build of 3,000 answers."""
    return made_archive(tmp_path_factory.mktemp("newer"), answers=30)


@pytest.fixture
def port(cluster: Cluster, index: Path, tmp_path: Path) -> Iterator[int]:
    """The port of a site in front of three nodes with the archive."""
    published(cluster, index)
    cluster.wait_status("green")
    with site_on(cluster, tmp_path) as port:
        yield port


def _all_right(port: int, right: dict[str, Said]) -> bool:
    return all(asked(port, path) == said for path, said in right.items())


# Reading


def test_any_node_may_die_unnoticed(cluster: Cluster, port: int) -> None:
    right = right_answers(port)
    with Readers(port, right) as readers:
        for number in range(len(cluster.nodes)):
            readers.more()
            cluster.nodes[number].kill()
            readers.more()
            cluster.start()
        readers.more()
    assert readers.wrong == [] and readers.refused == []


@long
def test_nodes_are_exchanged_one_after_the_other_unnoticed(cluster: Cluster, port: int) -> None:
    right = right_answers(port)
    with Readers(port, right) as readers:
        cluster.roll(lambda _: readers.more(10))
        readers.more()
    assert readers.wrong == [] and readers.refused == []


@long
@pytest.mark.parametrize("leads", [True, False], ids=["the one that leads", "another one"])
def test_a_node_that_stands_still_makes_no_answer_wrong(cluster: Cluster, port: int, leads: bool) -> None:
    right = right_answers(port)
    manager = cluster.manager()
    held = manager if leads else others(cluster, manager)[0]
    with Readers(port, right) as readers:
        readers.more(10)
        held.hold()
        wait("it is given up", lambda: [node.members() for node in others(cluster, held)] == [2, 2])
        readers.more()
        assert _all_right(port, right)
        held.go_on()
        cluster.wait_status("green")
        readers.more()
    assert readers.wrong == []
    assert _all_right(port, right)


@long
def test_a_slow_node_makes_no_answer_wrong(cluster: Cluster, port: int) -> None:
    right = right_answers(port)
    with Readers(port, right) as readers:
        for _ in range(15):
            cluster.nodes[1].hold()
            time.sleep(0.4)
            cluster.nodes[1].go_on()
            time.sleep(0.1)
        readers.more()
    assert readers.wrong == [] and readers.refused == []


@long
def test_with_two_nodes_gone_or_all_the_site_says_so_and_comes_back(cluster: Cluster, port: int) -> None:
    right = right_answers(port)
    for node in cluster.nodes[:2]:
        node.kill()
    for path in ASKED:
        said = asked(port, path)
        assert said == right[path] or (said.status == 503 and told_plainly(said)), (path, said)
    cluster.nodes[2].kill()
    for path in ("/api/search?q=дороги", "/search?q=дороги", "/"):
        said = asked(port, path)
        assert said.status == 503 and told_plainly(said), (path, said)
    cluster.start()
    wait("the site answers again by itself", lambda: _all_right(port, right))


@long
def test_parts_without_a_copy_are_refused_never_left_out(cluster: Cluster, index: Path, tmp_path: Path) -> None:
    published(cluster, index, "--shards", "3", "--replicas", "0")
    with site_on(cluster, tmp_path) as port:
        right = right_answers(port)
        cluster.nodes[0].kill()
        wait("the others have noticed", lambda: [node.members() for node in cluster.nodes[1:]] == [2, 2])
        refused = 0
        for path in ASKED:
            said = asked(port, path)
            assert said == right[path] or (said.status == 503 and told_plainly(said)), (path, said)
            refused += said.status == 503
        assert refused
        cluster.start()
        wait("the site answers again by itself", lambda: _all_right(port, right))


# Publishing


@pytest.fixture
def old(cluster: Cluster, index: Path) -> str:
    """The index that three nodes serve before another build is published."""
    published(cluster, index)
    cluster.wait_status("green")
    return served_index(cluster)


def _answers(cluster: Cluster) -> int:
    """How many answers stand under the archive's name."""
    status, value = cluster.ask("POST", "/opyt/_count")
    assert status == 200 and value["_shards"]["failed"] == 0, value
    return int(value["count"])


@pytest.mark.parametrize("leads", [True, False], ids=["the one that leads", "another one"])
def test_a_node_dies_while_an_archive_is_published(cluster: Cluster, old: str, newer: Path, leads: bool) -> None:
    before = our_indices(cluster)
    manager = cluster.manager()
    dying = manager if leads else others(cluster, manager)[0]
    command = publishing(cluster, newer, "--anew")
    wait("it is being loaded", lambda: loaded_half(cluster, before, command))
    dying.kill()
    status, said = finished(command)
    if status:  # Told, and what was served is served still; the same command finishes the work.
        assert served_index(cluster) == old and "кластер" in said.lower() and "Traceback" not in said, said
        published(cluster, newer, "--anew")
    cluster.start()
    assert served_index(cluster) != old and _answers(cluster) == 3000


@long
def test_a_node_stands_still_while_an_archive_is_published(cluster: Cluster, old: str, newer: Path) -> None:
    before = our_indices(cluster)
    held = others(cluster, cluster.manager())[0]
    command = publishing(cluster, newer, "--anew")
    wait("it is being loaded", lambda: loaded_half(cluster, before, command))
    held.hold()
    status, said = finished(command)
    held.go_on()
    cluster.wait_status("green")
    if status:
        assert served_index(cluster) == old and "кластер" in said.lower() and "Traceback" not in said, said
        published(cluster, newer, "--anew")
    assert served_index(cluster) != old and _answers(cluster) == 3000


def test_a_publisher_that_dies_changes_nothing_and_the_next_one_finishes(
    cluster: Cluster, old: str, newer: Path
) -> None:
    with Between(cluster.nodes[0], holding="/_bulk", after=2) as line:
        command = publishing(line, newer)
        line.wait_held()
        command.send_signal(signal.SIGKILL)
        assert finished(command)[0] == -signal.SIGKILL
    assert served_index(cluster) == old and _answers(cluster) == 2500
    published(cluster, newer)
    new = served_index(cluster)
    assert new != old and _answers(cluster) == 3000
    # The served one, the one before for the way back, and what belongs to both.
    assert {index for index in our_indices(cluster) if "-p-" in index} == {new, old}
    status, said = finished(publishing(cluster, newer, "--rollback"))
    assert status == 0 and served_index(cluster) == old and _answers(cluster) == 2500, said


@long
def test_full_disks_refuse_a_new_archive_and_serve_the_old_one(cluster: Cluster, old: str, newer: Path) -> None:
    # Wanted free: more than any disk has. The nodes look every ten seconds at the soonest.
    wanted = {"low": "900tb", "high": "890tb", "flood_stage": "880tb"}
    watermarks = {f"cluster__routing__allocation__disk__watermark__{name}": size for name, size in wanted.items()}
    cluster.set(cluster__info__update__interval="10s", cluster__routing__allocation__disk__threshold_enabled=True)
    cluster.set(**watermarks)
    wait("no index may be made any more", lambda: _takes_no_index(cluster))
    status, said = finished(publishing(cluster, newer, "--anew"))
    assert status == 1 and "Traceback" not in said and "нет места" in said, said
    assert served_index(cluster) == old and _answers(cluster) == 2500
    cluster.set(cluster__routing__allocation__disk__threshold_enabled=False, **dict.fromkeys(watermarks))
    # The nodes take back by themselves what they forbade; not here, where they no longer look at their disks.
    cluster.set(cluster__blocks__create_index=None)
    cluster.ask("PUT", "/opyt-columns/_settings", {"index.blocks.read_only_allow_delete": None})
    published(cluster, newer, "--anew")
    assert served_index(cluster) != old and _answers(cluster) == 3000


def _takes_no_index(cluster: Cluster) -> bool:
    _, value = cluster.ask("GET", "/_cluster/settings?flat_settings=true")
    return value["persistent"].get("cluster.blocks.create_index") == "true"


@long
def test_disks_that_fill_while_an_archive_is_published(cluster: Cluster, old: str, newer: Path) -> None:
    before = our_indices(cluster)
    with Between(cluster.nodes[0], holding="/_bulk", after=2) as line:
        command = publishing(line, newer, "--anew")
        line.wait_held()
        (new,) = our_indices(cluster) - before
        # What a node does whose disk is full, see the settings disk.watermark.flood_stage.
        full = cluster.ask("PUT", f"/{new}/_settings", {"index.blocks.read_only_allow_delete": True})
        assert full == (200, {"acknowledged": True})
        line.let_go()
        status, said = finished(command)
    assert status == 1 and "Traceback" not in said and "нет места" in said, said
    assert served_index(cluster) == old and _answers(cluster) == 2500 and our_indices(cluster) == before
