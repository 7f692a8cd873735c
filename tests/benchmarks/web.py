"""The site under load: clients on the same machine, so that they take their share of its cores too."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.measure import Times
from tests.benchmarks.queries import Query

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_START_SECONDS = 60
_MOST_SECONDS = 20.0
"""A load ends after so long even if not all requests were made."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running site."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Load:
    """What clients met."""

    times: Times
    errors: int
    rate: float
    """Answers a second."""


@contextmanager
def serving(index_dir: Path, processes: int = 1) -> Iterator[Server]:
    """``python -m search_app`` on a free port of the loopback; stopped at the end."""
    command = [sys.executable, "-u", "-m", "search_app", "--port", "0", "--index", str(index_dir)]
    command += ["--processes", str(processes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout
            found = next((match for line in process.stdout if (match := _ADDRESS.search(line))), None)
            if found is None:
                raise RuntimeError("the site did not start")
            yield Server(int(found[1]), process.pid)
        finally:
            process.terminate()
            process.wait(_START_SECONDS)


def pages(queries: Sequence[Query]) -> list[str]:
    """Addresses of result pages."""
    return [f"/search?{urlencode({'q': query.text})}" for query in queries]


def api(queries: Sequence[Query]) -> list[str]:
    """Addresses of the same in JSON."""
    return [f"/api/search?{urlencode({'q': query.text})}" for query in queries]


def load(ports: Sequence[int], paths: Sequence[str], clients: int, requests: int) -> Load:
    """So many clients in all, in turn at each server, each with one connection and without pauses."""
    begun = time.perf_counter()
    workers = [
        _Client(ports[number % len(ports)], paths, number, requests // clients, begun + _MOST_SECONDS)
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - begun
    times = [taken for worker in workers for taken in worker.seconds]
    return Load(Times(tuple(times)), sum(worker.errors for worker in workers), len(times) / seconds)


class _Client(threading.Thread):
    def __init__(self, port: int, paths: Sequence[str], number: int, requests: int, deadline: float) -> None:
        super().__init__()
        self._port, self._paths, self._number = port, paths, number
        self._requests, self._deadline = requests, deadline
        self.seconds: list[float] = []
        self.errors = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        for turn in range(self._requests):
            if time.perf_counter() > self._deadline:
                break
            # Each client begins elsewhere: all asking the same at once would be too kind to caches.
            path = self._paths[(turn + self._number * 37) % len(self._paths)]
            started = time.perf_counter()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                self.errors += answer.status != 200 or not body
            except OSError:
                self.errors += 1
                connection.close()
            self.seconds.append(time.perf_counter() - started)
        connection.close()
