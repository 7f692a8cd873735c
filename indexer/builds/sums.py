"""Length and checksum of the files of a build: reckoned once, when they are written, kept for files that are linked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

_THREADS = 2
"""Hashing leaves other threads alone; a disk is not faster with more."""
_PIECE = 1 << 20

Item = TypeVar("Item")
Found = TypeVar("Found")


class FileSum(NamedTuple):
    """What a file is known by."""

    size: int
    """Bytes."""
    digest: str
    """SHA-256, hexadecimal: processors have a command for it, so that it takes no longer than reading."""


def sums_of(folder: Path, earlier: Path | None, known: Mapping[str, FileSum], besides: str) -> dict[str, FileSum]:
    """The sums of all files of a folder by name, ``besides`` aside. Raises OSError.

    A file that stands in the ``earlier`` folder too, linked, keeps what is ``known`` of it and is not read.
    """

    def sum_of(path: Path) -> FileSum:
        if earlier and path.name in known and _is_same(path, earlier / path.name):
            return known[path.name]
        return file_sum(path)

    names = sorted(path for path in folder.iterdir() if path.is_file() and path.name != besides)
    return {path.name: found for path, found in zip(names, _at_once(sum_of, names), strict=True)}


def file_sum(path: Path) -> FileSum:
    """The sum of a file as it is. Raises OSError."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return FileSum(size, digest.hexdigest())


def wrong_lengths(folder: Path, sums: Mapping[str, FileSum]) -> dict[str, str]:
    """File → a sentence, for each that is missing or has another length. Raises OSError where it cannot be told."""
    found = {name: _length_fault(folder / name, known.size) for name, known in sums.items()}
    return {name: fault for name, fault in found.items() if fault}


def wrong_sums(folder: Path, sums: Mapping[str, FileSum]) -> dict[str, str]:
    """File → a sentence, for each that is not what was written. Raises OSError where it cannot be told."""
    found = wrong_lengths(folder, sums)
    whole = [name for name in sums if name not in found]
    for name, now in zip(whole, _at_once(lambda name: file_sum(folder / name), whole), strict=True):
        if now != sums[name]:
            found[name] = f"Содержимое файла {name} изменилось после записи: контрольная сумма не сходится."
    return found


def _length_fault(path: Path, size: int) -> str | None:
    try:
        now = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return f"Файла {path.name} нет."
    return f"Длина файла {path.name} — {now} байт вместо {size}." if now != size else None


def _at_once(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, items))


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
