"""What a build says about itself: the manifest beside its index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from indexer.errors import StoreError

FORMAT_VERSION = 9
"""Changes with the files of a build or the meaning of what stands in them."""

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One file of the reports folder as it was when the build was written."""

    file: str
    digest: str | None
    status: str
    reason: str | None
    reports: int
    said: str = ""
    """Fingerprint of the operator's word on it."""
    content: str | None = None
    """Fingerprint of its reports' letters, alike for copies in other formats; ``None`` without reports."""
    ids: tuple[str, ...] = ()
    """Its reports' ids as the file alone gives them: before they were told from those of other files."""
    other_ids: tuple[str, ...] = ()
    """The ids they have where those were taken."""
    passages: int = 0
    unknown: tuple[str, ...] = ()
    """``city``, ``year`` and ``section``, once for each of its reports without it."""
    doubts: tuple[tuple[str, str], ...] = ()
    """Source and warning of reports that somebody should look at."""
    warned: int = 0
    """Reports with warnings."""
    sample: bool = False
    """Marked as made up for demonstration."""
    stamp: str = ""
    """Size, times and number on the disk when it was read: while they are the same, so is the content."""

    @property
    def given_ids(self) -> tuple[str, ...]:
        """The ids that its reports have in the build."""
        return self.other_ids or self.ids


@dataclass(frozen=True, slots=True)
class Manifest:
    """Versions, counts and sources of one build."""

    stamp: str
    created: str
    """ISO 8601, UTC."""
    format_version: int
    analysis_version: str
    dictionary_version: str
    vocabulary_version: str
    reports: int
    passages: int
    sample: bool
    """Some report is marked as made up for demonstration."""
    seconds: float
    sources: tuple[SourceEntry, ...] = ()
    settings: str = ""
    """Fingerprint of all that decides beside the files themselves how they are understood."""
    reading: str = ""
    """The part of ``settings`` that is the same for all files: versions of the program and its vocabulary."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """``city``, ``year``, ``section`` → reports without it."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest into a build's folder."""
    content = {part.name: getattr(manifest, part.name) for part in fields(manifest)}
    content["sources"] = list(map(_told, manifest.sources))
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # A line for each file: for whoever opens it in an editor.
    (folder / MANIFEST_FILE).write_text(text.replace('},{"file":', '},\n{"file":'), encoding="utf-8")


def _told(entry: SourceEntry) -> dict[str, Any]:
    """What an entry says; what is as it mostly is goes without saying."""
    found = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    return {name: value for name, value in found.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}


_ENTRY_FIELDS = tuple(part.name for part in fields(SourceEntry))
_DEFAULTS = {part.name: part.default for part in fields(SourceEntry) if part.default is not MISSING}


def read_manifest(folder: Path, *, sources: bool = True) -> Manifest:
    """The manifest of a build's folder, without its sources where they are not wanted: there are many.

    Raises StoreError when it is missing or damaged.
    """
    path = folder / MANIFEST_FILE
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        content["sources"] = tuple(map(_source_entry, content["sources"])) if sources else ()
        return Manifest(**content)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"Индекс в папке «{folder}» повреждён. Постройте его заново: python -m indexer rebuild"
        ) from error


def _source_entry(content: dict[str, Any]) -> SourceEntry:
    for name in ("ids", "other_ids", "unknown", "doubts"):
        if name in content:
            content[name] = tuple(tuple(value) if isinstance(value, list) else value for value in content[name])
    return SourceEntry(**content)
