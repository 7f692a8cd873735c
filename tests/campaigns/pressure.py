"""Connections made to hold the site up, and others who ask: how long do these wait?

    python -m tests.campaigns.pressure [--index DIR --reports DIR] [--seconds 60]

A thousand connections that have asked once and stay, three hundred that say nothing, three hundred with half a
request, twenty who have asked for a file of thousands of answers and do not take it; whoever is let go comes again.
Beside them a few readers ask for pages, each on a new connection. The same readers alone, before, tell what the machine
itself makes them wait. Reads /proc: Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import socket
import statistics
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .soak import Site, ended, running

IDLE, SILENT, HALF, SLEEPING, READERS = 1000, 300, 300, 20, 4
_AGAIN = 30
"""Connections that come again between two looks, a tenth of a second or more: a thousand requests at once are another
matter, and whoever comes behind them waits for them."""
_WORST = 1.0
"""Seconds that a reader may wait for a page, on a machine that has the processor for it."""
_PATIENCE = 60.0
_PAGES = ("/", "/search?q={q}", "/health", "/api/search?q={q}", "/search?q={q}&sort=newest", "/api/suggest?q={q}")
_WORDS = ("мост", "дороги", "благоустройство", "опыт города", "ЖКХ")
_EXPORT = "/export.csv?q={q}"


def _request(path: str, closing: bool = False) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: site\r\n{'Connection: close' if closing else 'X-Stays: yes'}\r\n\r\n".encode()


def _path(pattern: str, number: int) -> str:
    return pattern.format(q=quote(_WORDS[number % len(_WORDS)]))


@dataclass(frozen=True, slots=True)
class Answer:
    """How long one answer was waited for."""

    seconds: float
    path: str
    status: int
    """0 where none came."""
    asked: float
    """When, on the clock of `time.monotonic`."""


class Crowd(threading.Thread):
    """The connections that hold the site up: made once, and again whenever they are let go."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port, self._poll = port, select.epoll()
        self._open: dict[int, tuple[socket.socket, bytes, bool]] = {}
        self._gone: deque[tuple[bytes, bool]] = deque()
        self._wanted: list[tuple[bytes, bool]] = [
            *[(_request("/health"), True)] * IDLE,
            *[(b"", True)] * SILENT,
            *[(b"GET / HTTP/1.1\r\nHost: site\r\nX-", True)] * HALF,
            *[(_request(_path(_EXPORT, number)), False) for number in range(SLEEPING)],
        ]
        self.over = threading.Event()
        self.complete = threading.Event()
        self.answered, self.renewed = 0, 0

    def run(self) -> None:
        """Until told that it is over."""
        for sent, takes in self._wanted:
            self._connect(sent, takes)
        while not self.over.is_set():
            for handle, events in self._poll.poll(0.2):
                self._seen(handle, events)
            for sent, takes in [self._gone.popleft() for _ in range(min(len(self._gone), _AGAIN))]:
                self._connect(sent, takes)
                self.renewed += 1
            self.over.wait(0.1)
            if self.answered >= IDLE:
                self.complete.set()
        for one, _, _ in self._open.values():
            one.close()

    def _connect(self, sent: bytes, takes: bool) -> None:
        with contextlib.suppress(OSError):
            one = socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE)
            one.sendall(sent)
            one.setblocking(False)
            self._open[one.fileno()] = (one, sent, takes)
            self._poll.register(one, select.EPOLLIN if takes else select.EPOLLHUP)

    def _seen(self, handle: int, events: int) -> None:
        one, sent, takes = self._open[handle]
        with contextlib.suppress(OSError):
            if takes and not events & (select.EPOLLHUP | select.EPOLLERR) and one.recv(65536):
                self.answered += 1
                return
        del self._open[handle]
        one.close()
        self._gone.append((sent, takes))


def ask(port: int, path: str) -> Answer:
    """One page on a connection of its own."""
    began, received = time.monotonic(), b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as one:
        one.sendall(_request(path, closing=True))
        received = b"".join(iter(lambda: one.recv(1 << 20), b""))
    status = int(received[9:12]) if received.startswith(b"HTTP/1.1 ") else 0
    return Answer(time.monotonic() - began, path, status, began)


def read(port: int, goes_on: Callable[[], bool]) -> list[Answer]:
    """What some readers, one page after the other, have waited for as long as it goes on."""
    found: list[Answer] = []

    def reader(number: int) -> None:
        while goes_on():
            found.append(ask(port, _path(_PAGES[number % len(_PAGES)], number)))
            number += 1
            time.sleep(0.05)

    readers = [threading.Thread(target=reader, args=(7 * number,)) for number in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    return found


def _told(name: str, answers: Sequence[Answer], share: float) -> list[str]:
    waits = sorted(answer.seconds * 1000 for answer in answers)
    worst = max(answers, key=lambda answer: answer.seconds)
    print(
        f"{name}: {len(answers)} answers {dict(Counter(answer.status for answer in answers))}, ms: "
        f"median {statistics.median(waits):.0f}, 99 % {waits[int(0.99 * (len(waits) - 1))]:.0f}, "
        f"worst {waits[-1]:.0f} ({worst.path}, asked {worst.asked - min(one.asked for one in answers):.0f} s after the "
        f"first); load {os.getloadavg()[0]:.1f}, "
        f"the site waited {share:.1f} s for a processor for each second at work",
        flush=True,
    )
    faults = [f"{name}: {answer.path}: {answer.status}" for answer in answers if answer.status != 200]
    if worst.seconds > _WORST * (1 + share):
        faults.append(f"{name}: {worst.path} took {worst.seconds:.2f} s")
    return faults


@contextlib.contextmanager
def _share_waited(site: Site) -> Iterator[Callable[[], float]]:
    before = site.sample()

    def share() -> float:
        after = site.sample()
        return max(after.ready - before.ready, 0) / max(after.worked - before.worked, 0.001)

    yield share


def pressure(site: Site, seconds: float) -> list[str]:
    """So long alone, so long with the crowd; what was not as it should be, a sentence each."""
    for number in range(READERS * len(_PAGES) * len(_WORDS)):
        ask(site.port, _path(_PAGES[number % len(_PAGES)], number))
    faults = []
    until = time.monotonic() + seconds / 3
    with _share_waited(site) as share:
        faults += _told("alone", read(site.port, lambda: time.monotonic() < until), share())
    crowd = Crowd(site.port)
    crowd.start()
    with _share_waited(site) as share:
        # Who comes behind a thousand requests waits for them: that is told, and no fault.
        _told("while they come", read(site.port, lambda: not crowd.complete.is_set()), share())
    until = time.monotonic() + seconds
    with _share_waited(site) as share:
        faults += _told("while they stay", read(site.port, lambda: time.monotonic() < until), share())
    crowd.over.set()
    crowd.join()
    print(f"let go and come again: {crowd.renewed}")
    return faults


def main() -> None:
    """Exits 1 if a reader waited for too long, or got no page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--index", type=Path, help="an index that is there already; else one of the sample is built")
    arguments.add_argument("--reports", type=Path)
    options = arguments.parse_args()
    with running(options.index, options.reports) as site:
        faults = pressure(site, options.seconds)
    ended(faults[:20])


if __name__ == "__main__":
    main()
