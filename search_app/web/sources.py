"""The source file of a report on the disk: only files the build was made from, only inside the reports folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def listed_file(source: str, files: Iterable[str]) -> str | None:
    """The file of the manifest that ``source`` is, or, for an archive's member, lies in; ``None`` if unlisted."""
    listed = set(files)
    path = PurePosixPath(source)
    candidates = (source, *(str(parent) for parent in path.parents))
    return next((name for name in candidates if name in listed), None)


def locate(folder: Path, file: str) -> Path | None:
    """Where ``file`` (relative, with ``/``, NFC) lies; ``None`` if it is gone, no plain file, or outside ``folder``."""
    try:
        return _located(folder.resolve(), file)
    except OSError:  # no right to look, or gone while looking
        return None


def _located(root: Path, file: str) -> Path | None:
    place = root
    for part in PurePosixPath(file).parts:
        step = _child(place, part)
        if step is None:
            return None
        place = step
    place = place.resolve()
    return place if place.is_relative_to(root) and place.is_file() else None


def _child(folder: Path, name: str) -> Path | None:
    """The entry of ``folder`` called ``name`` up to Unicode normal form: some systems store «й» as two signs."""
    if name in ("", "/", "..", "."):
        return None
    direct = folder / name
    if direct.exists():
        return direct
    if not folder.is_dir():
        return None
    return next((entry for entry in folder.iterdir() if unicodedata.normalize("NFC", entry.name) == name), None)
