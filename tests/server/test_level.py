"""A quiet site through updates: with each new build the old one is let go, and nothing that is open gets more."""

from __future__ import annotations

import http.client
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from indexer.rebuild import rebuild, update
from tests.waiting import PATIENCE, until
from tests.web.test_cli import children, handles, holder, serving
from tests.work_place import answered, write

UPDATES = 12
_SETTLED = 2
"""Updates until all has been used once."""
_CITIES = ("ОМСК", "ТОМСК", "ЧИТА", "БАРНАУЛ", "КЕМЕРОВО", "ЯКУТСК")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see what is open")
def test_what_is_open_stays_level(tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    for number in range(40):
        write(reports / f"{number}.txt", answered(_CITIES[number % 6], 2010 + number // 6, f"Построен мост {number}."))
    rebuild(reports, index, jobs=1)
    level: dict[int, Counter[str]] = {}
    with serving((reports, index), "--processes", "2", "--log", "off") as (server, address):
        until(lambda: len(children(server.pid)) == 2)
        port, processes = int(address.rsplit(":", 1)[1].rstrip("/")), children(server.pid)
        for number in range(UPDATES):
            write(reports / "7.txt", answered("ТОМСК", 2011, f"Открыт музей номер {100 + number}."))
            assert update(reports, index, jobs=1) is not None
            for process in processes:
                ask(process, processes, port)
                if number < _SETTLED:
                    level[process] = opened(process)
                else:
                    until(lambda: opened(process) <= level[process])  # noqa: B023  # asked for at once
        assert children(server.pid) == processes


def ask(process: int, processes: set[int], port: int) -> None:
    """Lets that process answer what the new build is needed for."""
    others: list[http.client.HTTPConnection] = []
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        others.append(connection)
        connection.connect()
        client = connection.sock
        until(lambda: holder(client, processes) is not None)  # noqa: B023  # asked for at once
        if holder(client, processes) == process:
            break
    for path in ("/search?q=%D0%BC%D0%BE%D1%81%D1%82", "/health"):
        connection.request("GET", path)
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 200
    assert json.loads(told)["reports"] == 40
    for one in others:
        one.close()


def opened(process: int) -> Counter[str]:
    """Files that a process has open or mapped, whatever build they are of: how many of each name."""
    maps = [line.split(None, 5) for line in Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()]
    mapped = [f"mapped {row[5]}" for row in maps if len(row) > 5 and "/builds/" in row[5]]
    names = [name for name in handles(process) if not name.startswith("socket:")]
    return Counter(re.sub(r"/builds/[^/]+/|\[\d+\]|\.\d+(?=\.jsonl)| \(deleted\)", "", name) for name in names + mapped)
