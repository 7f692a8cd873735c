"""«Что стало с задачами»: city × pair of years, the share of tasks told as done; counted in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field

from indexer.errors import IndexerError
from search_app.connections.outcomes.plans import plan_years, plans
from search_app.engine.door import Engine

WAITED = 0.15
"""Seconds that the first reader waits for what is counted first: a small archive is done by then."""

BREATH = 0.002
"""Seconds of rest at least between cities and years: as long as the work took, so that half of a core is left."""


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A city's tasks of one year: those that could be looked up, and how many are told as done, at least in part."""

    year: int
    tasks: int
    done: int
    partly: int

    @property
    def share(self) -> int:
        """Percent told as done, at least in part."""
        return round(100 * (self.done + self.partly) / self.tasks)


@dataclass(frozen=True, slots=True)
class PlanTable:
    """What has been counted so far."""

    years: tuple[int, ...]
    """Newest first."""
    rows: tuple[tuple[str, dict[int, PlanCell]], ...]
    """City and its cells by year."""
    waiting: int
    """Cities that are still to be counted."""


Lease = Callable[[], AbstractContextManager[Engine]]
"""Gives what is served now, to be used until the end of the block."""


@dataclass(slots=True)
class _Counting:
    stamp: str
    cities: Sequence[str]
    rows: dict[str, dict[int, PlanCell]] = field(default_factory=dict)
    thread: threading.Thread = field(init=False)

    @property
    def waiting(self) -> int:
        return len(self.cities) - len(self.rows)

    @property
    def broken_off(self) -> bool:
        return self.waiting > 0 and not self.thread.is_alive()


class PlanCounting:
    """Counts the served build once, in a thread of its own, begun when the table is first asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counting: _Counting | None = None

    def table(self, engine: Engine, lease: Lease) -> PlanTable:
        """The table as far as it is counted; what has broken off is begun anew."""
        with self._guard:
            counting = self._counting
            if counting is None or counting.stamp != engine.stamp or counting.broken_off:
                counting = self._counting = _begin(engine, lease)
        counting.thread.join(WAITED)
        rows = dict(counting.rows)
        years = sorted({year for cells in rows.values() for year in cells}, reverse=True)
        ready = tuple((city, rows[city]) for city in sorted(rows, key=_by_name) if rows[city])
        return PlanTable(tuple(years), ready, len(counting.cities) - len(rows))


def _begin(engine: Engine, lease: Lease) -> _Counting:
    cities = sorted({card.city for card in engine.cards() if card.city}, key=_by_name)
    counting = _Counting(engine.stamp, cities)
    counting.thread = threading.Thread(target=_count, args=(counting, lease), name="plans", daemon=True)
    counting.thread.start()
    return counting


def _count(counting: _Counting, lease: Lease) -> None:
    """City by city, each with a lease of its own: a build that another one has replaced is not held for a table."""
    with suppress(IndexerError):
        for city in counting.cities:
            with lease() as engine:
                if engine.stamp != counting.stamp:
                    return
                counting.rows[city] = _cells(city, engine)


def _cells(city: str, engine: Engine) -> dict[int, PlanCell]:
    cells = {}
    for year in plan_years(city, engine):
        began = time.monotonic()
        cell = _cell(city, year, engine)
        if cell is not None:
            cells[year] = cell
        time.sleep(max(BREATH, time.monotonic() - began))
    return cells


def _cell(city: str, year: int, engine: Engine) -> PlanCell | None:
    found = plans(city, year, None, engine)
    looked = sum(item.looked for item in found.items)
    return PlanCell(year, looked, found.count("done"), found.count("partly")) if looked else None


def _by_name(city: str) -> str:
    return city.replace("ё", "е")
