"""Arrays in files: written whole, or filled where they stay."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

_PIECE = 1 << 20


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Writes an array as `numpy.save` does, which forgets why a disk took only half of it. Raises OSError."""
    whole = np.ascontiguousarray(array)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(whole))
        file.write(whole.reshape(-1).view(np.uint8))  # type: ignore[arg-type]


def mapped_array(path: Path, shape: tuple[int, ...], kind: type[Number]) -> NDArray[Number]:
    """An array of zeros in a new file of that name, mapped. Raises OSError.

    Its room on the disk is taken first: a full disk would else end the process at the first value that is written, with
    a signal that no program can answer.
    """
    if 0 in shape:  # which cannot be mapped
        empty: NDArray[Number] = np.zeros(shape, dtype=kind)
        save_array(path, empty)
        return empty
    mapped: NDArray[Number] = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
    with path.open("r+b") as file:
        _take_room(file, path.stat().st_size - mapped.nbytes, mapped.nbytes)
    # A memmap is slower to slice than the plain array over the same memory.
    return mapped.view(np.ndarray)


def _take_room(file: IO[bytes], begin: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), begin, size)
        return
    file.seek(begin)
    for left in range(size, 0, -_PIECE):
        file.write(bytes(min(left, _PIECE)))
