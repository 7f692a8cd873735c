"""The served build as the next one finds it: what may be kept of it, and whether it is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from indexer.builds.manifest import FORMAT_VERSION, Manifest, read_manifest
from indexer.builds.store import Store
from indexer.builds.sums import wrong_sums
from indexer.errors import DamagedError, NoBuildError, not_opened


class Served(NamedTuple):
    """What CURRENT names."""

    folder: Path | None
    """Where what is kept of it can be taken from: ``None`` where that is not known to be what was written."""
    manifest: Manifest | None
    """``None`` where there is none, or none that can be read."""
    damage: str | None = None
    """A sentence, where the build is not what was written: nothing can be kept of it then."""


def served_build(store: Store) -> Served:
    """The served build, every file of it held against its checksum. Raises ResourceError."""
    try:
        folder = store.current_dir()
        manifest = read_manifest(folder)
    except NoBuildError:
        return Served(None, None)
    except DamagedError as error:
        return Served(None, None, str(error))
    if manifest.format_version != FORMAT_VERSION:
        return Served(None, manifest)
    damage = _damage(folder, manifest)
    return Served(None if damage else folder, manifest, damage)


def _damage(folder: Path, manifest: Manifest) -> str | None:
    try:
        faults = wrong_sums(folder, manifest.files)
    except OSError as error:
        raise not_opened(folder, error) from error
    return next(iter(faults.values()), None)
