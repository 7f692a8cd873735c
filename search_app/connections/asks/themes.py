"""Requests that ask for the same thing joined into themes: by average likeness, the most alike first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_app.connections.asks.matter import Matters, Table, sameness

Floats = NDArray[np.float64]

SAME = 0.38
"""Average likeness from which two groups ask for the same;
chosen on tests/data/asks.tsv over three archives whose word weights differ."""
LEAST = 0.2
"""Below this likeness two requests are looked at no more."""


def grouped(found: Matters) -> list[list[int]]:
    """The requests in groups, each in order; single ones are groups of one. The same requests, the same groups."""
    return joined(sameness(found, found))


def joined(table: Table) -> list[list[int]]:
    """Groups by average likeness: the pair of groups most alike is joined as long as it is alike enough."""
    count = len(table)
    sums = np.where(table >= LEAST, table, 0).astype(np.float64)
    np.fill_diagonal(sums, 0)
    sizes = np.ones(count)
    members: list[list[int]] = [[place] for place in range(count)]
    best = sums.max(axis=1) if count else np.zeros(0)
    where = sums.argmax(axis=1) if count else np.zeros(0, dtype=np.int64)
    while count:
        first = int(best.argmax())
        if best[first] < SAME:
            break
        second = int(where[first])
        first, second = min(first, second), max(first, second)
        sums[first] += sums[second]
        sums[:, first] += sums[:, second]
        sizes[first] += sizes[second]
        sums[second] = sums[:, second] = 0
        sums[first, first] = 0
        members[first] += members[second]
        members[second] = []
        best[second] = 0
        _look_again(sums, sizes, best, where, first, second)
    return [sorted(group) for group in members if group]


def _look_again(sums: Floats, sizes: Floats, best: Floats, where: NDArray[np.int64], first: int, second: int) -> None:
    """Sets right which group is nearest to each, after the second group has gone into the first."""
    row = sums[first] / (sizes[first] * sizes)
    best[first], where[first] = row.max(), row.argmax()
    stale = np.flatnonzero(((where == first) | (where == second)) & (best > 0))
    for place in stale.tolist():
        if place != first:
            own = sums[place] / (sizes[place] * sizes)
            best[place], where[place] = own.max(), own.argmax()
    nearer = np.flatnonzero(row > best)
    best[nearer], where[nearer] = row[nearer], first
