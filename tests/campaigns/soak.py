"""An hour in the life of the site: mixed load, an update every 20 seconds, a worker killed every 30.

    python -m tests.campaigns.soak [--minutes 60]

No answer but the expected ones; memory, handles and mapped files level at the end. Reads /proc: Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.site_archive import write_reports

from .damage import REPORTS

UPDATES, KILLS, SAMPLES = 20.0, 30.0, 5.0
"""Seconds between two."""
CLIENTS = 6
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_REPORT = re.compile(rb'href="(/reports/[a-z0-9-]+)')

PAGES = (
    "/", "/search", "/search?q={q}", "/search?q={q}&view=matrix", "/search?q={q}&view=cities", "/health", "/help",
    "/search?q={q}&sort=newest", "/api/search?q={q}", "/api/search?q={q}&per_page=100", "/api/suggest?q={q}",
    "/trends?q={q}", "/cities/omsk", "/new", "/about", "/basket", "/feed.atom?q={q}", "/openapi.json",
)  # fmt: skip
EXPORTS = ("/export.csv?q={q}", "/export.json?q={q}", "/export.xlsx?q={q}", "/export.docx?q={q}", "/trends.csv?q={q}")
WORDS = ("мост", "дороги", "благоустройство", "мост OR дороги", "онлйан", "«проблемы города»", "ghbdtn", "опыт", "ЖКХ")
EXPECTED = {200, 302, 304, 404}
"""404: reports come and go with the updates."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What all processes of the site hold at one time."""

    memory: int
    """Bytes; what is shared is counted in parts."""
    handles: int
    maps: int
    """Mapped files of builds."""
    builds: int
    """Different builds among them."""


class Site:
    """The site under test, its index and its reports."""

    def __init__(self, folder: Path) -> None:
        self.reports, self.index = write_reports(folder / "reports"), folder / "index"
        shutil.copytree(REPORTS / "archive", self.reports / "archive")
        self.command(["indexer", "rebuild", "--jobs", "1"])
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "search_app", "--port", "0", "--processes", "2", *self.folders()],
            stdout=subprocess.PIPE, stderr=(folder / "site.log").open("w"), text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.port = int(next(found[1] for line in self.process.stdout if (found := _ADDRESS.search(line))))

    def folders(self) -> list[str]:
        """Where everything is, as parameters."""
        return ["--reports", str(self.reports), "--index", str(self.index)]

    def command(self, words: Sequence[str]) -> None:
        """Runs a command of ours to its end. Raises CalledProcessError."""
        subprocess.run(
            [sys.executable, "-m", *words, *self.folders()], check=True, capture_output=True, text=True, timeout=600
        )

    def workers(self) -> list[int]:
        """The processes that serve."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def sample(self) -> Sample:
        """What the site holds now."""
        found = [_of_process(pid) for pid in (self.process.pid, *self.workers())]
        held = [one for one in found if one is not None]
        return Sample(
            sum(one[0] for one in held), sum(one[1] for one in held), sum(len(one[2]) for one in held),
            len({re.sub(r".*/builds/([^/]+)/.*", r"\1", path) for one in held for path in one[2]}),
        )  # fmt: skip


def _of_process(pid: int) -> tuple[int, int, list[str]] | None:
    """Bytes, handles and mapped files of builds; ``None`` where the process has just gone."""
    with contextlib.suppress(OSError, StopIteration):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        memory = next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
        maps = [
            line.split(None, 5)[5] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "/builds/" in line
        ]
        return memory, len(os.listdir(f"/proc/{pid}/fd")), maps  # noqa: PTH208  # only how many
    return None


class Client(threading.Thread):
    """Asks for one thing after the other until told to stop."""

    def __init__(self, site: Site, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._site, self._stop_asked, self._chance = site, stop, random.Random(number)
        self._known: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []
        self.retried = 0
        self.slowest = 0.0

    def run(self) -> None:
        """Keeps a connection for a while, as browsers do."""
        connection = self._connection()
        while not self._stop_asked.is_set():
            path = self._path()
            started = time.monotonic()
            try:
                connection = self._ask(connection, path)
            except (OSError, http.client.HTTPException):
                # Its worker was killed: the next one must answer.
                self.retried += 1
                time.sleep(0.2)
                try:
                    connection = self._ask(self._connection(), path)
                except (OSError, http.client.HTTPException) as fault:
                    self.faults.append(f"{path}: {fault!r}")
                    connection = self._connection()
            self.slowest = max(self.slowest, time.monotonic() - started)
            if self._chance.random() < 0.05:
                connection.close()
                connection = self._connection()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)

    def _path(self) -> str:
        if self._known and self._chance.random() < 0.2:
            return self._chance.choice(self._known) + self._chance.choice(("", "", "/source"))
        pages = EXPORTS if self._chance.random() < 0.1 else PAGES
        return self._chance.choice(pages).format(q=quote(self._chance.choice(WORDS)))

    def _ask(self, connection: http.client.HTTPConnection, path: str) -> http.client.HTTPConnection:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"} if self._chance.random() < 0.3 else {})
        answer = connection.getresponse()
        body = answer.read()
        self.statuses[answer.status] += 1
        if answer.status not in EXPECTED:
            self.faults.append(f"{path}: {answer.status}")
        self._known = [found.decode() for found in _REPORT.findall(body)][:20] or self._known
        return connection


def _changes(site: Site) -> Iterator[None]:
    """Updates of the archive, for ever: a report comes, changes, goes."""
    folder, number = site.reports / "soak", 0
    folder.mkdir(exist_ok=True)
    while True:
        number += 1
        file = folder / f"{number % 7}.txt"
        if number % 3 == 0 and file.exists():
            file.unlink()
        else:
            asked = f"Что удалось сделать в {2000 + number % 20} году?"
            file.write_text(f"Омск\n{asked}\nПостроен мост номер {number}, отремонтированы дороги.", "utf-8")
        site.command(["indexer", "update", "--jobs", "1"])
        yield


def soak(site: Site, minutes: float) -> list[str]:
    """Runs for so long; what was not as it should be, a sentence each."""
    stop = threading.Event()
    clients = [Client(site, number, stop) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    samples, failed = _watched(site, time.monotonic() + 60 * minutes)
    stop.set()
    for client in clients:
        client.join(60)
    statuses: Counter[int] = sum((client.statuses for client in clients), Counter())
    faults = [*failed, *(fault for client in clients for fault in client.faults)]
    retried, slowest = sum(client.retried for client in clients), max(client.slowest for client in clients)
    print(f"answers {dict(statuses)}, asked again {retried}, slowest {slowest:.1f} s")
    return [*faults[:20], *_uneven(samples)]


def _watched(site: Site, until: float) -> tuple[list[Sample], list[str]]:
    changes, samples, failed = _changes(site), [], []
    due = dict.fromkeys(("update", "kill", "sample"), time.monotonic())
    while (now := time.monotonic()) < until:
        if now >= due["update"]:
            due["update"] = now + UPDATES
            try:
                next(changes)
            except subprocess.CalledProcessError as fault:
                failed.append(f"update: {fault.stderr[-300:]}")
                changes = _changes(site)
        if now >= due["kill"]:
            due["kill"] = now + KILLS
            for victim in site.workers()[:1]:
                os.kill(victim, signal.SIGKILL)
        if now >= due["sample"]:
            due["sample"] = now + SAMPLES
            samples.append(site.sample())
        time.sleep(0.2)
    return samples, failed


def _uneven(samples: Sequence[Sample]) -> list[str]:
    """What has grown from the second quarter of the time to the last one."""
    quarter = len(samples) // 4
    faults = []
    for name, share, more in (("memory", 1.2, 20 << 20), ("handles", 1.1, 40), ("maps", 1.1, 40), ("builds", 1.0, 1)):
        before = statistics.median(getattr(one, name) for one in samples[quarter : 2 * quarter] or samples)
        after = statistics.median(getattr(one, name) for one in samples[-quarter:] or samples)
        print(f"{name}: {before:,.0f} → {after:,.0f}, at most {max(getattr(one, name) for one in samples):,.0f}")
        if after > before * share + more:
            faults.append(f"{name} grew from {before:,.0f} to {after:,.0f}")
    return faults


def main() -> None:
    """Exits 1 if anything was not as it should be."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        site = Site(Path(folder))
        try:
            faults = soak(site, options.minutes)
        finally:
            site.process.terminate()
            site.process.wait(30)
        log = (Path(folder) / "site.log").read_text()
        faults += [line for line in log.splitlines() if "Traceback" in line or "Error" in line][:10]
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
