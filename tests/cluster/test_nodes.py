"""What the tests of failures stand on: nodes die, stand still and come back as they are told to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.fixtures import need_cluster
from tests.cluster.nodes import Cluster, Node, wait

COPIES = {"settings": {"number_of_shards": 3, "number_of_replicas": 1, "index.unassigned.node_left.delayed_timeout": 0}}


def _load(cluster: Cluster, count: int) -> None:
    assert cluster.ask("PUT", "/letters", COPIES)[0] == 200
    # A node may be lost without harm only once every shard has its copy.
    cluster.wait_status("green")
    for number in range(count):
        assert cluster.ask("PUT", f"/letters/_doc/{number}", {"number": number})[0] == 201
    assert cluster.ask("POST", "/letters/_refresh")[1]["_shards"]["failed"] == 0


def _count(cluster: Cluster) -> int:
    found: int = cluster.ask("POST", "/letters/_count")[1]["count"]
    return found


def test_a_killed_node_loses_nothing_and_comes_back(cluster: Cluster) -> None:
    _load(cluster, 50)
    cluster.manager().kill()
    cluster.wait_status("green", nodes=2)
    assert _count(cluster) == 50
    cluster.start()
    assert _count(cluster) == 50


def test_a_held_node_is_given_up_and_taken_back(cluster: Cluster) -> None:
    _load(cluster, 10)
    held = next(node for node in cluster.nodes if node is not cluster.manager())
    others = [node for node in cluster.nodes if node is not held]
    held.hold()
    wait("two nodes", lambda: [node.members() for node in others] == [2, 2])
    held.go_on()
    cluster.wait_status("green")
    assert _count(cluster) == 10


def test_a_disk_in_memory_is_small_and_its_own(tmp_path: Path) -> None:
    need_cluster()
    if not Node.can_have_memory_disk():
        pytest.skip("this system lets no one mount a disk of his own")
    with Cluster(tmp_path, 1) as one:
        one.nodes[0].kill()
        one.nodes[0].memory_disk = 64 << 20
        one.start()
        value = one.told("/_nodes/stats/fs")
        (stats,) = value["nodes"].values()
        assert stats["fs"]["total"]["total_in_bytes"] == 64 << 20


STARTS_AND_WAITS = """
import pathlib, sys, time
from tests.cluster.nodes import Cluster
with Cluster(pathlib.Path(sys.argv[1]), 1) as one:
    one.nodes[0].hold()
    print(one.nodes[0].pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word for it is Linux's")
def test_nodes_die_with_whoever_started_them_even_held(tmp_path: Path) -> None:
    need_cluster()
    starter = subprocess.Popen([sys.executable, "-c", STARTS_AND_WAITS, str(tmp_path)], stdout=subprocess.PIPE)
    assert starter.stdout
    node = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    wait("the node is gone", lambda: not _runs(node))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    return state != "Z"
