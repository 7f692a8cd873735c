"""Damages a build file by file: one bit at 5, 50 and 95 % of it, its first half alone, zeros instead of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.builds.store import Store
from indexer.builds.verification import index_faults
from indexer.errors import IndexerError
from tests.small_archive import REPORTS, make_reports, publish

PLACES = (5, 50, 95)


def damages(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name → the damaged content, of a file that is not empty."""
    for percent in PLACES:
        place = min(len(data) * percent // 100, len(data) - 1)
        yield f"bit at {percent} %", data[:place] + bytes([data[place] ^ 1 << percent % 8]) + data[place + 1 :]
    if len(data) > 1:
        yield "half", data[: len(data) // 2]
    if any(data):
        yield "zeros", bytes(len(data))


def flip_campaign(index: Path) -> tuple[int, list[str]]:
    """How many damages were tried, and those that ``verify`` passes."""
    for count in (len(REPORTS) - 1, len(REPORTS)):
        publish(index, make_reports(REPORTS[:count]), meaning=True)
    tried, undetected = 0, []
    files = [*sorted(Store(index).current_dir().iterdir()), index / "CURRENT", index / "PREVIOUS"]
    for path in files:
        data = path.read_bytes()
        for name, damaged in damages(data) if data else ():
            path.write_bytes(damaged)
            tried += 1
            if not _is_told(index):
                undetected.append(f"{path.name}: {name}")
        path.write_bytes(data)
    assert not _is_told(index)
    return tried, undetected


def _is_told(index: Path) -> bool:
    try:
        return any(True for _ in index_faults(index))
    except IndexerError:
        return True
