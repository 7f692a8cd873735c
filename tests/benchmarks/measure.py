"""Time, memory and size, in seconds and bytes."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")

_LOOK_EVERY = 0.1
"""Seconds between two looks at the memory of running processes."""


@dataclass(frozen=True, slots=True)
class Times:
    """A sample of seconds."""

    seconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Milliseconds that this share of the sample stays under."""
        return float(np.quantile(self.seconds, share)) * 1e3 if self.seconds else float("nan")

    @property
    def median(self) -> float:
        """Milliseconds."""
        return self.quantile(0.5)

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return self.quantile(0.95)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return self.quantile(0.99)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that the work took, and what it gave."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def apart(work: Callable[..., Result], *arguments: Any) -> tuple[Result, int]:
    """What the work gives in a fresh process of its own, and the most memory that process and its children took."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        future = pool.submit(work, *arguments)
        with _MemoryWatch(next(iter(pool._processes))) as watch:
            result = future.result()
    return result, watch.peak


def run_watched(command: Sequence[str], folder: Path) -> tuple[float, int, str]:
    """Seconds, peak memory of the whole family of processes, and output of a command. Raises CalledProcessError."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        with _MemoryWatch(process.pid) as watch:
            output, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(command), output)
    return time.perf_counter() - started, watch.peak, output


class _MemoryWatch:
    """Looks at a process and its children now and then; what they share counts once (PSS)."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0

    def __enter__(self) -> _MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_EVERY):
            self.peak = max(self.peak, sum(memory_of(pid)["Pss"] for pid in family(self._pid)))


def memory_of(pid: int | str = "self") -> dict[str, int]:
    """``Rss``, ``Pss`` and ``Private_Dirty`` of a process in bytes; zeros where there is none any more."""
    found = dict.fromkeys(("Rss", "Pss", "Private_Dirty"), 0)
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return found
    for line in lines:
        name, value = line.split(":", 1)
        if name in found:
            found[name] = int(value.split()[0]) * 1024
    return found


def worked(processes: Sequence[int]) -> float:
    """Processor seconds that processes have taken so far."""
    ticks = 0
    for pid in processes:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


_TURN, _MOST_TURNS, _AT_REST = 2.0, 450, 0.05
"""Seconds between two looks, how often is looked, the share of a processor that is needed at rest."""


def wait_for_rest(processes: Sequence[int]) -> None:
    """Waits until processes do next to nothing: beside its first pages a site works out what others will ask for.

    Raises RuntimeError where they do not come to rest.
    """
    for _ in range(_MOST_TURNS):
        before = worked(processes)
        time.sleep(_TURN)
        if worked(processes) - before < _AT_REST * _TURN:
            return
    raise RuntimeError("the site does not come to rest")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for parent in found:
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found.extend(map(int, tasks.read_text(encoding="ascii").split()))
            except OSError:
                # Gone between two looks.
                continue
    return found


def size_of(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def free_caches() -> None:
    """Writes out what is still to be written: otherwise the next measurement pays for it."""
    os.sync()
