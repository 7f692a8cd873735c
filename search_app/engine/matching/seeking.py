"""What loops have in common: how they look for a number in ascending ones, and go through bits that are set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints
from search_app.engine.matching.compiled import part


@part
def seek(numbers: Ints, low: int, last: int, sought: int | np.int64) -> int:
    """The first place from ``low`` on, before ``last``, whose number is not below the sought one; else ``last``.

    By ever longer steps, then by halves; the last sixteen one by one, which takes less than guessing their halves.
    """
    step = 16
    while low + step < last and numbers[low + step] < sought:
        low += step
        step *= 2
    high = min(low + step, last)
    while high - low > 16:
        middle = (low + high) >> 1
        if numbers[middle] < sought:
            low = middle + 1
        else:
            high = middle
    while low < high and numbers[low] < sought:
        low += 1
    return low


# Numbers that cannot be negative are made unsigned: a loop need not ask whether they are meant from the end.


@part
def set_bit(bits: NDArray[np.uint64], place: np.uint32) -> None:
    """Sets the bit at a place."""
    bits[place >> np.uint32(6)] |= np.uint64(1) << np.uint64(place & np.uint32(63))


@part
def clear_bit(bits: NDArray[np.uint64], place: np.uint32) -> None:
    """Clears the bit at a place."""
    bits[place >> np.uint32(6)] &= ~(np.uint64(1) << np.uint64(place & np.uint32(63)))


@part
def has_bit(bits: NDArray[np.uint64], place: np.uint32) -> bool:
    """Whether the bit at a place is set."""
    return bool((bits[place >> np.uint32(6)] >> np.uint64(place & np.uint32(63))) & np.uint64(1))


_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BIT = np.zeros(64, dtype=np.int32)
_BIT[[((1 << bit) * int(_DE_BRUIJN) % 2**64) >> 58 for bit in range(64)]] = np.arange(64)
"""Which bit of 64 a power of two is: its product with the constant has a place of its own in the upper six bits."""


@part
def bits_of(bits: NDArray[np.uint64], chunks: int, places: Ints) -> int:
    """Fills in the places of the bits that are set, ascending, and returns how many they are."""
    count = 0
    for chunk in range(chunks):
        left = bits[chunk]
        while left:
            lowest = left & (~left + np.uint64(1))
            places[count] = (chunk << 6) + _BIT[(lowest * _DE_BRUIJN) >> np.uint64(58)]
            count += 1
            left ^= lowest
    return count
