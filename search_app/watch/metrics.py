"""Figures for Prometheus, by prometheus-client; without that package there are none.

Several processes write to files in one folder (the package's multiprocess mode), so that whichever process is asked
tells of all. Figures of the build and of memory are looked up when they are asked for.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_STATUS = "/proc/{}/status"


@dataclass(frozen=True, slots=True)
class Served:
    """What is told of the build."""

    serving: bool
    age: float = 0.0
    reports: int = 0
    passages: int = 0
    damaged: int | None = None
    """Builds that were found damaged and are not served; ``None`` where nobody has looked."""


def available() -> bool:
    """Whether the package is installed."""
    return importlib.util.find_spec("prometheus_client") is not None


def for_processes() -> None:
    """Makes the figures of several processes one; to be called before they are split off."""
    if os.environ.get(_FOLDER):
        return
    folder = tempfile.mkdtemp(prefix="search-metrics-")
    os.environ[_FOLDER] = folder
    atexit.register(_remove, folder, os.getpid())


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


class Metrics:
    """The figures of one application. Raises ImportError where the package is missing."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = CollectorRegistry()
        self._requests = Counter(
            "search_requests",
            "Requests by page, method and status",
            ("page", "method", "status"),
            registry=self._registry,
        )
        self._latency = Histogram(
            "search_request_seconds", "Seconds of a request", ("page",), buckets=_SECONDS, registry=self._registry
        )
        self._errors = Counter(
            "search_errors", "Requests that ended in an error of the program", registry=self._registry
        )

    def note(self, page: str, method: str, status: int, seconds: float) -> None:
        """Counts a request. ``page`` is one of few: the name of an endpoint, never an address."""
        known = method if method in ("GET", "HEAD", "POST") else "other"
        self._requests.labels(page, known, str(status)).inc()
        self._latency.labels(page).observe(seconds)
        if status == 500:
            self._errors.inc()

    def text(self, served: Served) -> tuple[bytes, str]:
        """All figures and their content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess

        registry: CollectorRegistry = self._registry
        if os.environ.get(_FOLDER):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        whole = CollectorRegistry()
        whole.register(_Now(served))
        return generate_latest(registry) + generate_latest(whole), CONTENT_TYPE_LATEST


class _Now:
    """Figures that are what they are at this moment."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def collect(self) -> Iterator[Metric]:
        """The figures, as the package asks for them."""
        from prometheus_client.core import GaugeMetricFamily

        served = self._served
        yield GaugeMetricFamily("search_serving", "Whether a build is served", float(served.serving))
        if served.damaged is not None:
            yield GaugeMetricFamily("search_builds_damaged", "Builds found damaged", float(served.damaged))
        if served.serving:
            yield GaugeMetricFamily("search_build_age_seconds", "Seconds since the build was made", served.age)
            yield GaugeMetricFamily("search_reports", "Reports in the build", float(served.reports))
            yield GaugeMetricFamily("search_passages", "Answers in the build", float(served.passages))
        memory = GaugeMetricFamily("search_memory_bytes", "Resident memory of a process", labels=["process"])
        for process, resident in _memory():
            memory.add_metric([str(process)], resident)
        yield memory


def _memory() -> Iterator[tuple[int, float]]:
    """Process → bytes resident, of this process and, where several serve, of its siblings; nothing without /proc."""
    own = os.getpid()
    processes = {own}
    if os.environ.get(_FOLDER):
        parent = os.getppid()
        try:
            told = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:
            told = ""
        processes |= {int(child) for child in told.split()}
    for process in sorted(processes):
        try:
            status = Path(_STATUS.format(process)).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        resident = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        if resident:
            yield process, float(resident[0].split()[1]) * 1024
