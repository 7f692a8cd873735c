"""Several processes that do the same work, watched by the one that started them: one that dies is replaced."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType

_TO_END = {signal.SIGTERM, signal.SIGINT}

_PATIENCE = 5.0
"""Seconds that a process is given to end before it is killed."""

_SHORT_LIFE = 2.0
"""A process that lives shorter than so many seconds would die again: its successor waits as long."""


def supported() -> bool:
    """Whether this system can split a process in two; Windows cannot."""
    return hasattr(os, "fork")


MOST_USUAL = 4
"""Processes that are started unasked: each has a hundred megabytes and more of its own."""


def usual() -> int:
    """How many processes suit the machine: one for each core that this process may use."""
    if not supported():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_USUAL)


def supervise(work: Callable[[int], None], count: int, died: Callable[[int], None]) -> None:
    """Does ``work`` in so many processes until interrupted (Ctrl+C, SIGTERM), then ends them all.

    ``work`` is told which of the processes it is, from 0 on. ``died`` is told the exit code of each one that ended by
    itself before another takes its place. Call it before any thread is started. Whatever this process has in memory,
    the others share as long as they leave it as it is.
    """
    before = signal.signal(signal.SIGTERM, _interrupt_once())
    watched = _Watched(work)
    try:
        while True:
            watched.fill(count)
            for code in watched.ended():
                died(code)
    except KeyboardInterrupt:
        pass
    finally:
        watched.end()
        with _held_back():
            signal.signal(signal.SIGTERM, before)


def read_past_an_end(code: int) -> bool:
    """Whether a process was ended because it read past the end of a mapped file; Windows has no such signal."""
    return hasattr(signal, "SIGBUS") and code == -signal.SIGBUS


def _interrupt_once() -> Callable[[int, FrameType | None], None]:
    """What a signal does: it interrupts; whoever has begun to end is not interrupted again."""
    asked = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise KeyboardInterrupt

    return interrupt


@contextlib.contextmanager
def _held_back() -> Iterator[None]:
    """Signals to end wait until afterwards: while their handlers are exchanged Python would complain of them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Watched:
    """The running processes."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self._work = work
        self._context = multiprocessing.get_context("fork")
        self._started: dict[ForkProcess, tuple[int, float]] = {}
        """Each with its place and the moment it was started."""
        # Nothing is ever written: the reading end closes when this process is gone, however it went.
        self._reading, self._writing = os.pipe()

    def fill(self, count: int) -> None:
        """Starts as many as are missing."""
        for place in set(range(count)) - {place for place, _ in self._started.values()}:
            process = self._context.Process(target=self._child, args=(place,))
            with _held_back():
                process.start()
                self._started[process] = (place, time.monotonic())

    def ended(self) -> list[int]:
        """Waits until some have ended; returns their exit codes."""
        wait([process.sentinel for process in self._started])
        codes: list[int] = []
        for process in [process for process in self._started if not process.is_alive()]:
            _, begun = self._started.pop(process)
            if time.monotonic() - begun < _SHORT_LIFE:
                time.sleep(_SHORT_LIFE)
            codes.append(process.exitcode or 0)
        return codes

    def end(self) -> None:
        """Ends all."""
        for process in self._started:
            process.terminate()
        until = time.monotonic() + _PATIENCE
        for process in self._started:
            process.join(max(until - time.monotonic(), 0))
            if process.is_alive():
                process.kill()
                process.join()

    def _child(self, place: int) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Ctrl+C reaches all processes of a terminal; the one that watches tells the others.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TO_END)
        os.close(self._writing)
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        self._work(place)

    def _end_with_parent(self) -> None:
        with contextlib.suppress(OSError):
            os.read(self._reading, 1)
        sys.stderr.flush()
        os._exit(1)
