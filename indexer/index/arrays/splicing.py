"""Long arrays with some values taken out and others put in: copied in long pieces into the place where they stay.

The arrays are runs of ascending numbers, a run for each lemma, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints, Longs

Number = TypeVar("Number", bound=np.generic)

_AT_ONCE = 1 << 16
"""Values changed in one go: they fit into a processor's cache, so that changing costs little more than copying."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """Where numbers go: range by range, all of a range by the same distance."""

    ends: Longs
    """The end of each range, ascending; a range begins where the one before ends."""
    distances: Ints

    def of(self, numbers: Ints) -> Ints:
        """The new numbers; each is to lie in one of the ranges."""
        moved: Ints = numbers + self.distances[np.searchsorted(self.ends, numbers, side="right")]
        return moved


@dataclass(frozen=True, slots=True)
class Splice:
    """How a long array changes."""

    removed: Longs
    """The places of the values taken out, ascending."""
    at: Longs
    """Before which place each new value is put in, ascending."""

    def grown(self, length: int) -> int:
        """The length of an array of that length afterwards."""
        return length - len(self.removed) + len(self.at)

    def fill(
        self, spliced: NDArray[Number], old: NDArray[Number], new: NDArray[Number], shifts: Shifts | None = None
    ) -> None:
        """Fills ``spliced`` with the old values that stay, shifted if told so, and the new ones."""
        end = 0
        for begin, stop, first, last in self._pieces(len(old)):
            spliced[end : end + last - first] = new[first:last]
            end += last - first
            for part in parts(slice(begin, stop)):
                values = old[part]
                spliced[end : end + len(values)] = values if shifts is None else shifts.of(values)  # type: ignore[arg-type]
                end += len(values)

    def _pieces(self, length: int) -> Iterator[tuple[int, int, int, int]]:
        """In order: the new values ``[first, last)``, behind them the old ones ``[begin, stop)``."""
        bounds = np.unique(np.concatenate([[0], self.at, self.removed, self.removed + 1, [length]]))
        begins, stops = bounds, np.append(bounds[1:], length)
        stops = np.where(np.isin(begins, self.removed), begins, stops)
        first, last = (np.searchsorted(self.at, begins, side=side) for side in ("left", "right"))
        yield from zip(begins.tolist(), stops.tolist(), first.tolist(), last.tolist(), strict=True)


def parts(whole: slice) -> Iterator[slice]:
    """A range in parts of bounded length."""
    for begin in range(whole.start, whole.stop, _AT_ONCE):
        yield slice(begin, min(begin + _AT_ONCE, whole.stop))


def places_in(begins: Longs, values: Ints, runs: Ints, sought: NDArray[np.integer]) -> Longs:
    """Where in the values each of the sought ones stands or would stand: within the run that is named with it.

    ``begins`` is where each run begins, and the end of the last; the pairs are to be ascending by run.
    """
    found = np.empty(len(sought), dtype=np.int64)
    edges = np.append(np.flatnonzero(np.diff(runs, prepend=-1)), len(runs)).tolist()
    for first, last in zip(edges, edges[1:], strict=False):
        begin, end = begins[runs[first]], begins[runs[first] + 1]
        found[first:last] = begin + np.searchsorted(values[begin:end], sought[first:last])
    return found
