"""Steps over whole arrays that numpy has no name for."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]

Number = TypeVar("Number", bound=np.generic)


def runs(begins: NDArray[Any], ends: NDArray[Any]) -> Longs:
    """The whole numbers of all ranges ``[begin, end)``, one range after the other."""
    lengths = ends - begins
    edges = lengths.cumsum(dtype=np.int64)
    numbers: Longs = np.arange(int(edges[-1]) if len(edges) else 0, dtype=np.int64)
    numbers += (begins + lengths - edges).repeat(lengths)
    return numbers


def slices(values: NDArray[Number], begins: NDArray[Any], ends: NDArray[Any]) -> NDArray[Number]:
    """What stands at the ranges ``[begin, end)``, one range after the other: for few long ones faster than `runs`."""
    bounds = zip(begins.tolist(), ends.tolist(), strict=True)
    return np.concatenate([values[:0], *[values[begin:end] for begin, end in bounds]])


def starts(counts: NDArray[Any]) -> Longs:
    """Where each of some runs of these lengths begins, and where the last ends: one value more than runs."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def joined(parts: list[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    """The parts one behind the other, an empty array without parts."""
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def among(sought: Ints, numbers: Ints) -> NDArray[np.bool_]:
    """Which of a few numbers are among many ascending ones."""
    if not len(numbers):
        return np.zeros(len(sought), dtype=np.bool_)
    found: NDArray[np.bool_] = numbers.take(numbers.searchsorted(sought), mode="clip") == sought
    return found


def renumbered(places: Ints, numbers: Ints) -> Ints:
    """Each place replaced by its new number; -1 stays."""
    if not len(numbers):
        return places
    found: Ints = np.where(places >= 0, numbers[places], -1).astype(np.int32)
    return found
