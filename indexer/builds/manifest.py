"""What a build says about itself: the manifest beside its index."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from indexer.builds.sums import FileSum
from indexer.errors import VersionError, not_opened

FORMAT_VERSION = 12
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
    rules: Mapping[str, str] = field(default_factory=dict)
    """Set of rules → its version that the build was made by; none in builds of earlier programs."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """``city``, ``year``, ``section`` → reports without it."""
    files: Mapping[str, FileSum] = field(default_factory=dict)
    """Every other file of the build by name, with its length and checksum; its own checksum ends the manifest."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest into a build's folder."""
    content = {part.name: getattr(manifest, part.name) for part in fields(manifest)}
    content["sources"] = list(map(entry_told, manifest.sources))
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # A line for each file: for whoever opens it in an editor.
    body = text.removesuffix("}").replace('},{"file":', '},\n{"file":').encode("utf-8", "replace")
    own = hashlib.sha256(body).hexdigest()
    (folder / MANIFEST_FILE).write_bytes(body + f',\n"own":"{own}"}}\n'.encode("ascii"))


def entry_told(entry: SourceEntry) -> dict[str, Any]:
    """What an entry says; what is as it mostly is goes without saying."""
    found = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    return {name: value for name, value in found.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}


_ENTRY_FIELDS = tuple(part.name for part in fields(SourceEntry))
_KNOWN_OF_ENTRY = frozenset(_ENTRY_FIELDS)
_DEFAULTS = {part.name: part.default for part in fields(SourceEntry) if part.default is not MISSING}


def read_manifest(folder: Path, *, sources: bool = True) -> Manifest:
    """The manifest of a build's folder, without its sources where they are not wanted: there are many.

    That of a build of another format is read as far as this program knows it. Raises DamagedError when it is missing or
    not what was written, ResourceError when it cannot be read at the moment.
    """
    try:
        data = (folder / MANIFEST_FILE).read_bytes()
        content: dict[str, Any] = json.loads(data if sources else _without_sources(data))
        if not _is_whole(data) and content["format_version"] == FORMAT_VERSION:
            raise ValueError
        return _manifest(content, sources)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError) as error:
        raise not_opened(folder, error, MANIFEST_FILE) from error


_BEGIN, _END = b'"sources":[', b'],"settings":'
"""Around the entries: no string has them, for in one a quotation mark stands behind a backslash."""


def _without_sources(data: bytes) -> bytes:
    """The manifest's bytes without its entries: to understand these takes ten times as long as all else of it."""
    begin, end = data.find(_BEGIN), data.find(_END)
    return data[: begin + len(_BEGIN)] + data[end:] if 0 <= begin < end else data


_OWN = re.compile(rb',\n"own":"([0-9a-f]{64})"\}\n\Z')
_LONGEST_END = 100
"""Bytes in which the end of a manifest stands."""


def _is_whole(data: bytes) -> bool:
    """Whether a manifest has its own checksum, as it was written. Raises ValueError where that does not fit."""
    found = _OWN.search(data, max(0, len(data) - _LONGEST_END))
    if found and hashlib.sha256(memoryview(data)[: found.start()]).hexdigest().encode("ascii") != found[1]:
        raise ValueError("own checksum")
    return found is not None


def _manifest(content: Mapping[str, Any], sources: bool) -> Manifest:
    known = {part.name for part in fields(Manifest)}
    found = {name: value for name, value in content.items() if name in known}
    found["sources"] = tuple(map(entry_from, content["sources"])) if sources else ()
    found["files"] = {name: FileSum(int(size), str(digest)) for name, (size, digest) in found.get("files", {}).items()}
    return Manifest(**found)


def check_versions(
    manifest: Manifest, analysis_version: str | None = None, dictionary_version: str | None = None
) -> None:
    """Raises VersionError when this program cannot serve the build; ``None`` leaves a version unchecked."""
    same = (
        manifest.format_version == FORMAT_VERSION
        and analysis_version in (None, manifest.analysis_version)
        and dictionary_version in (None, manifest.dictionary_version)
    )
    if not same:
        raise VersionError(
            "Индекс построен другой версией программы или словаря. Постройте его заново: python -m indexer rebuild"
        )


def entry_from(content: dict[str, Any]) -> SourceEntry:
    """The entry that `entry_told` told."""
    for name in ("ids", "other_ids", "unknown", "doubts"):
        if name in content:
            content[name] = tuple(tuple(value) if isinstance(value, list) else value for value in content[name])
    return SourceEntry(**{name: value for name, value in content.items() if name in _KNOWN_OF_ENTRY})
