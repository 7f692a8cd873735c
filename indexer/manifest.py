"""What a build says about itself: the manifest beside its index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.errors import StoreError

FORMAT_VERSION = 5
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
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a build's folder. Raises StoreError when it is missing or damaged."""
    path = folder / MANIFEST_FILE
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        content["sources"] = tuple(map(_source_entry, content["sources"]))
        return Manifest(**content)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"Индекс в папке «{folder}» повреждён. Постройте его заново: python -m indexer rebuild"
        ) from error


def _source_entry(content: dict[str, Any]) -> SourceEntry:
    return SourceEntry(**{**content, "ids": tuple(content.get("ids", ()))})
