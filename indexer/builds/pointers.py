"""CURRENT and PREVIOUS: which build is served, and which one to return to; each replaced in one step.

PREVIOUS says of the build that is served, and of the one that was served before, what to return to from it. It is
written before CURRENT is: whichever of the two the disk has when a writer dies, the answer is right.
"""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from indexer.builds.manifest import MANIFEST_FILE
from indexer.errors import DamagedError, NoBuildError, not_opened

CURRENT = "CURRENT"
PREVIOUS = "PREVIOUS"
DRAFT = "draft-"

_STAMP = re.compile(r"[^\s/\\.][^\s/\\]{0,59}")
"""Not longer than the name of a folder may be on any system."""
_LEFT = re.compile(rf"({CURRENT}|{PREVIOUS}|PIN)\.([0-9]+\.)?new")
"""Half-written pointers of this program and of earlier versions."""
_REBUILD = "Постройте индекс заново: python -m indexer rebuild"


class Pointers:
    """The pointers of an index folder. Reading changes nothing; whoever writes holds the lock."""

    def __init__(self, index_dir: Path, builds: Path) -> None:
        self._index_dir = index_dir
        self._builds = builds

    def current(self) -> str:
        """The served build. Raises NoBuildError, DamagedError where CURRENT names none, ResourceError."""
        name = self._text(CURRENT)
        if name is None:
            raise NoBuildError(f"В папке «{self._index_dir}» ещё нет индекса. Постройте его: python -m indexer rebuild")
        if not self._is_build(name.strip()):
            raise DamagedError(f"Файл CURRENT в папке «{self._index_dir}» не называет готового индекса. {_REBUILD}")
        return name.strip()

    def previous(self) -> str | None:
        """The build to return to, if there is one. Raises ResourceError."""
        text, current = self._text(PREVIOUS), (self._text(CURRENT) or "").strip()
        if text is None:
            return None
        table = _table(text, current)
        named = table.get(current) if table else None
        if named and named != current and self._is_build(named):
            return named
        # What PREVIOUS says is lost; a build that is there can be returned to all the same.
        others = [name for name in self.finished() if name != current]
        return others[0] if others and (table is None or named) else None

    def finished(self) -> list[str]:
        """All finished builds, the newest first. Raises ResourceError."""
        try:
            names = [path.name for path in self._builds.iterdir() if not path.name.startswith(DRAFT)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise not_opened(self._index_dir, error) from error
        return sorted(filter(self._is_build, names), reverse=True)

    def faults(self) -> Iterator[str]:
        """A sentence for each pointer that does not say what it should. Raises ResourceError."""
        text, current = self._text(PREVIOUS), (self._text(CURRENT) or "").strip()
        table = _table(text, current) if text is not None else {}
        if table is None or any(not self._is_build(name) for name in (table.get(current),) if name):
            yield f"Файл PREVIOUS в папке «{self._index_dir}» не называет индекса, к которому можно вернуться."

    def switch(self, stamp: str, before: str | None) -> None:
        """Names another build as the served one, and the one to return to from it.

        Raises OSError; what was served is then served on, and what could be returned to still can.
        """
        current, previous = (self._text(CURRENT) or "").strip(), self.previous()
        rows = [(stamp, before)] if before else []
        if self._is_build(current) and current != stamp and previous:
            rows.append((current, previous))
        if rows:
            body = "".join(f"{one} {other}\n" for one, other in rows)
            write_atomically(self._index_dir / PREVIOUS, f"{body}{_check(body)}\n")
        write_atomically(self._index_dir / CURRENT, f"{stamp}\n")

    def has_leftovers(self) -> bool:
        """Whether dead writers left anything of pointers. Raises OSError."""
        return any(self._leftovers())

    def sweep(self) -> None:
        """Removes what dead writers left of pointers."""
        with suppress(OSError):
            for path in self._leftovers():
                path.unlink(missing_ok=True)

    def _leftovers(self) -> list[Path]:
        return [path for path in self._index_dir.iterdir() if _LEFT.fullmatch(path.name)]

    def _is_build(self, name: str) -> bool:
        if not _STAMP.fullmatch(name) or name.startswith(DRAFT):
            return False
        try:
            return (self._builds / name / MANIFEST_FILE).is_file()
        except OSError as error:
            raise not_opened(self._index_dir, error) from error

    def _text(self, pointer: str) -> str | None:
        """What stands in the file; ``None`` where there is none, nothing where it is no text."""
        try:
            return (self._index_dir / pointer).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (UnicodeDecodeError, IsADirectoryError):
            return ""
        except OSError as error:
            raise not_opened(self._index_dir, error) from error


def _table(text: str, current: str) -> Mapping[str, str] | None:
    """Build → the one to return to from it; ``None`` where the text is damaged."""
    lines = text.splitlines()
    if len(lines) == 1 and _STAMP.fullmatch(lines[0].strip()):  # as earlier versions wrote it
        return {current: lines[0].strip()}
    body = "".join(f"{line}\n" for line in lines[:-1])
    rows = [line.split(" ") for line in lines[:-1]]
    if not rows or text != f"{body}{_check(body)}\n" or any(len(row) != 2 for row in rows):
        return None
    return dict(rows)


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode('utf-8')):08x}"


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file in one step. Raises OSError; the file is then as it was."""
    aside = path.with_name(f"{path.name}.new")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk, where the system can; what was done is done all the same."""
    if sys.platform == "win32":  # Windows neither opens nor needs it
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
