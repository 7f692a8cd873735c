"""An hour in the life of the site: mixed load, an update every 20 seconds, a worker killed every 30.

    python -m tests.campaigns.soak [--minutes 60]

No answer but the expected ones; memory, handles and mapped files level at the end. Of the slowest answers it is told
what they waited for: the site's own log says how long it worked on them, the system how long its processes stood ready
and no processor was free. Reads /proc: Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import heapq
import http.client
import json
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
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from urllib.parse import quote

from indexer.folders import DEFAULT_SAMPLE

UPDATES, KILLS, SAMPLES = 20.0, 30.0, 5.0
"""Seconds between two."""
CLIENTS = 6
_PROCESSES = 2
_PATIENCE = 180.0
"""Seconds until a client gives an answer up; on a machine with other things to do an export takes long."""
_TOLD = 8
"""Slow answers that are told of."""
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
    serving: int
    """Processes that have a build open: one that was killed is missed until another stands in its place."""
    worked: float
    """Seconds of a processor that the processes living now have had."""
    ready: float
    """Seconds that they were ready to work, and no processor was free."""


class Site:
    """The site under test, its index and its reports."""

    def __init__(self, folder: Path, index: Path | None = None, reports: Path | None = None) -> None:
        """Serves an ``index`` that is there, or makes one of the sample."""
        self.reports, self.index = reports or folder / "reports", index or folder / "index"
        self.log = folder / "site.log"
        if index is None:
            shutil.copytree(DEFAULT_SAMPLE, self.reports)
            self.command(["indexer", "rebuild", "--jobs", "1"])
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "search_app", "--port", "0", "--processes", str(_PROCESSES),
             "--log", "json", *self.folders()],
            stdout=subprocess.PIPE, stderr=self.log.open("w"), text=True,
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
            sum(bool(one[2]) for one in held),
            sum(one[3][0] for one in held), sum(one[3][1] for one in held),
        )  # fmt: skip


def _of_process(pid: int) -> tuple[int, int, list[str], tuple[float, float]] | None:
    """Bytes, handles, mapped files of builds, seconds at work and ready for it; ``None`` where it has just gone."""
    with contextlib.suppress(OSError, StopIteration):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        memory = next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
        maps = [
            line.split(None, 5)[5] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "/builds/" in line
        ]
        times = [0.0, 0.0]
        for task in Path(f"/proc/{pid}/task").iterdir():
            worked, ready, _ = (task / "schedstat").read_text().split()
            times = [times[0] + int(worked) / 1e9, times[1] + int(ready) / 1e9]
        handles = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  # only how many
        return memory, handles, maps, (times[0], times[1])
    return None


class Slow(NamedTuple):
    """How long an answer was waited for."""

    seconds: float
    path: str
    ended: float
    """Seconds since 1970."""
    again: bool
    """It had to be asked for again, because the process that took it was killed."""


class Client(threading.Thread):
    """Asks for one thing after the other until told to stop."""

    def __init__(self, site: Site, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._site, self._stop_asked, self._chance = site, stop, random.Random(number)
        self._known: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []
        self.retried = 0
        self.slowest: list[Slow] = []

    def run(self) -> None:
        """Keeps a connection for a while, as browsers do."""
        connection = self._connection()
        while not self._stop_asked.is_set():
            path = self._path()
            started, retried = time.monotonic(), self.retried
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
            self._note(Slow(time.monotonic() - started, path, time.time(), self.retried > retried))
            if self._chance.random() < 0.05:
                connection.close()
                connection = self._connection()

    def _note(self, slow: Slow) -> None:
        self.slowest = heapq.nlargest(_TOLD, (*self.slowest, slow))

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=_PATIENCE)

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


def changes(site: Site) -> Iterator[None]:
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
    retried = sum(client.retried for client in clients)
    print(f"answers {dict(statuses)}, asked again {retried}")
    _explain(heapq.nlargest(_TOLD, (slow for client in clients for slow in client.slowest)), site.log)
    print(f"for each second at work its processes waited {_starved(samples):.1f} s for a processor")
    return [*faults[:20], *_uneven(samples)]


def _explain(slowest: Sequence[Slow], log: Path) -> None:
    """Tells what the slowest answers waited for, as far as the site's log knows."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    answers = [line for line in lines if "ms" in line]
    for slow in slowest:
        own = [
            line["ms"] / 1000
            for line in answers
            if line["path"] == slow.path.partition("?")[0] and abs(_seconds(line) - slow.ended) < 1 + slow.seconds / 2
        ]
        known = f"the site worked on it for {max(own):.1f} s at most" if own else "not in the log"
        again = ", asked again" if slow.again else ""
        print(f"slow: {slow.seconds:.1f} s {slow.path.partition('?')[0]}{again}; {known}")
    every = sorted(line["ms"] for line in answers)
    if every:
        marks = {share: every[int(share * (len(every) - 1))] for share in (0.5, 0.95, 0.99, 1)}
        print("the site's own time, ms:", ", ".join(f"{share:.0%} {ms:,.0f}" for share, ms in marks.items()))


def _seconds(line: dict[str, Any]) -> float:
    return datetime.fromisoformat(line["time"]).timestamp()


def _watched(site: Site, until: float) -> tuple[list[Sample], list[str]]:
    coming, samples, failed = changes(site), list[Sample](), list[str]()
    due = dict.fromkeys(("update", "kill", "sample"), time.monotonic())
    while (now := time.monotonic()) < until:
        if now >= due["update"]:
            due["update"] = now + UPDATES
            try:
                next(coming)
            except subprocess.CalledProcessError as fault:
                failed.append(f"update: {fault.stderr[-300:]}")
                coming = changes(site)
        # On a busy machine another one takes long to start; with nobody left every reader would be cut off.
        if now >= due["kill"] and site.sample().serving == _PROCESSES:
            due["kill"] = now + KILLS
            for victim in site.workers()[:1]:
                os.kill(victim, signal.SIGKILL)
        if now >= due["sample"]:
            due["sample"] = now + SAMPLES
            samples.append(site.sample())
        time.sleep(0.2)
    return samples, failed


def _uneven(samples: Sequence[Sample]) -> list[str]:
    """What has grown from the second quarter of the time to the last one, where all processes were there."""
    samples = [sample for sample in samples if sample.serving == _PROCESSES] or samples
    quarter = len(samples) // 4
    faults = []
    for name, share, more in (("memory", 1.2, 20 << 20), ("handles", 1.1, 40), ("maps", 1.1, 40), ("builds", 1.0, 1)):
        before = statistics.median(getattr(one, name) for one in samples[quarter : 2 * quarter] or samples)
        after = statistics.median(getattr(one, name) for one in samples[-quarter:] or samples)
        print(f"{name}: {before:,.0f} → {after:,.0f}, at most {max(getattr(one, name) for one in samples):,.0f}")
        if after > before * share + more:
            faults.append(f"{name} grew from {before:,.0f} to {after:,.0f}")
    return faults


def _starved(samples: Sequence[Sample]) -> float:
    """How many seconds the site stood ready for each second that it worked."""
    worked = [max(b.worked - a.worked, 0) for a, b in pairwise(samples)]
    ready = [max(b.ready - a.ready, 0) for a, b in pairwise(samples)]
    return sum(ready) / max(sum(worked), 0.001)


def main() -> None:
    """Exits 1 if anything was not as it should be."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10)
    options = arguments.parse_args()
    with running() as site:
        faults = soak(site, options.minutes)
        log = site.log.read_text("utf-8")
        faults += [line for line in log.splitlines() if "Traceback" in line or "Error" in line][:10]
    ended(faults)


@contextlib.contextmanager
def running(index: Path | None = None, reports: Path | None = None) -> Iterator[Site]:
    """A site in a folder of its own, or over an ``index`` that is there, until this ends."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        site = Site(Path(folder), index, reports)
        try:
            yield site
        finally:
            site.process.terminate()
            site.process.wait(30)


def ended(faults: Sequence[str]) -> NoReturn:
    """Tells the faults and exits, with 1 if there are any."""
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
