"""Files that were unpacked aside move to their places; whoever dies while they do is followed by one that ends it.

Everything lies in a folder beside its place first. From the moment that a file says so, all of it is whole and only
moves; that file is removed when nothing is left to move.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.builds.lock import LOCK_FILE, Lock
from indexer.builds.pointers import write_atomically

_ASIDE, _JOURNAL = ".import", "IMPORT"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a call that has died was moving."""

    archive: str
    """What tells its archive from others."""
    contents: Mapping[str, Any]


class Moving:
    """The folders of one import; whoever uses it holds the lock."""

    def __init__(self, reports_dir: Path, index_dir: Path) -> None:
        self._reports, self._index = reports_dir, index_dir
        self.of_reports, self.of_index = reports_dir / _ASIDE, index_dir / _ASIDE
        self._journal = index_dir / _JOURNAL
        self.has_begun = False
        """Files are on their way: what is aside must stay."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other writers away. Raises OSError, and LockedError while there is one.

        An index folder that was made for that and got nothing goes again.
        """
        made = [folder for folder in (self._index, *self._index.parents) if not folder.exists()]
        self._index.mkdir(parents=True, exist_ok=True)
        try:
            with Lock(self._index):
                yield
        finally:
            with suppress(OSError):
                if made and [path.name for path in self._index.iterdir()] == [LOCK_FILE]:
                    (self._index / LOCK_FILE).unlink()
                    for folder in made:
                        folder.rmdir()

    def begin(self, archive: str, contents: Mapping[str, Any]) -> None:
        """What is aside is whole; from now on it moves. Raises OSError."""
        told = {"archive": archive, "contents": contents}
        write_atomically(self._journal, json.dumps(told, ensure_ascii=False) + "\n")
        self.has_begun = True

    def resumed(self) -> Earlier | None:
        """What a dead call was moving, which is ended now; else all that it left aside goes. Raises OSError."""
        self._journal.with_name(f"{_JOURNAL}.new").unlink(missing_ok=True)
        try:
            told = json.loads(self._journal.read_text(encoding="utf-8"))
            earlier = Earlier(str(told["archive"]), dict(told["contents"]))
        except FileNotFoundError:
            self.give_up()
            return None
        except (ValueError, KeyError, TypeError):
            earlier = Earlier("", {})
        self.has_begun = True
        self.end()
        return earlier

    def end(self) -> None:
        """Moves what is aside, the reports last: an archive is there when they are. Raises OSError."""
        for aside, place in ((self.of_index, self._index), (self.of_reports, self._reports)):
            for found in sorted(aside.iterdir()) if aside.is_dir() else ():
                if (place / found.name).is_dir():
                    (place / found.name).rmdir()  # Made beforehand, and empty.
                os.replace(found, place / found.name)
            if aside.is_dir():
                aside.rmdir()
        self._journal.unlink()
        self.has_begun = False

    def give_up(self) -> None:
        """Removes what is aside, unless it is on its way."""
        if not self.has_begun:
            for aside in (self.of_reports, self.of_index):
                shutil.rmtree(aside, ignore_errors=True)
