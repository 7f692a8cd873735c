"""The served build as the next one finds it: what may be kept of it, and whether it is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from indexer.builds.manifest import FORMAT_VERSION, Manifest, read_manifest
from indexer.builds.store import Store
from indexer.builds.sums import wrong_sums
from indexer.errors import DamagedError, NoBuildError, StoreError, not_opened

_OF_VECTORS = ("meaning", "lemmas.")
"""How the names of the files begin that vectors of words are taken from."""


class Served(NamedTuple):
    """What CURRENT names."""

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
        return Served(None)
    except DamagedError as error:
        return Served(None, str(error))
    return Served(manifest, _damage(folder, manifest))


def vectors_folder(store: Store) -> Path | None:
    """The served build, if vectors of words can be taken from it."""
    try:
        folder = store.current_dir()
        files = read_manifest(folder, sources=False).files
        wanted = {name: found for name, found in files.items() if name.startswith(_OF_VECTORS)}
        return folder if wanted and not wrong_sums(folder, wanted) else None
    except (StoreError, OSError):
        return None


def _damage(folder: Path, manifest: Manifest) -> str | None:
    if manifest.format_version != FORMAT_VERSION:
        return None
    try:
        faults = wrong_sums(folder, manifest.files)
    except OSError as error:
        raise not_opened(folder, error) from error
    return next(iter(faults.values()), None)
