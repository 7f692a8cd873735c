"""Backups written and taken in, with faults: the archive before or the new one; nothing in its place, or all of it."""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults.apart import warm
from tests.faults.campaign import Campaign
from tests.work_place import answered, write


class _BackupCampaign(Campaign):
    """Reports, a memory, counts and recognised texts."""

    def _kept(self, place: Path) -> list[str]:
        """Makes all that a backup holds; the parameters that name it."""
        write(place / "reports/omsk.txt", answered())
        write(place / "reports/2020/tomsk.txt", answered("ТОМСК", 2020, "Открыт театр."))
        folders = ["--reports", str(place / "reports"), "--index", str(place / "index")]
        warm([["rebuild", *folders, "--jobs", "1"]])
        write(place / "index/recognised/ab.txt", "текст скана")
        (place / "index/counts").mkdir()
        with sqlite3.connect(place / "index/counts/queries.sqlite") as file:
            file.execute("CREATE TABLE asked (query TEXT)")
        return folders

    def _folders(self) -> list[str]:
        return ["--reports", str(self.place / "reports"), "--index", str(self.place / "index")]


class ExportCampaign(_BackupCampaign):
    """A backup in the place of an earlier one."""

    name = "export"

    def prepare(self) -> None:
        """The earlier backup lacks a report."""
        folders = self._kept(self.before)
        (self.before / "backup").mkdir()
        warm([["export", str(self.before / "backup/a.zip"), *folders]])
        write(self.before / "reports/chita.txt", answered("ЧИТА", 2021, "Посажен лес."))

    def arguments(self) -> list[str]:
        """Over the earlier one."""
        return ["export", str(self.place / "backup/a.zip"), *self._folders()]

    def state(self, place: Path) -> list[str]:
        """The files of the archive, all of them whole."""
        with zipfile.ZipFile(place / "backup/a.zip") as packed:
            assert packed.testzip() is None
            return sorted(name for name in packed.namelist())

    def is_told(self, code: int, said: str) -> bool:
        """A file that could not be read is named, and does not cost the others."""
        return code == 1 and "Не вошло" in said

    def judged(self, code: int, said: str, state: object, word: str) -> Iterator[str]:
        """A file that was left out is told as that."""
        if self.is_told(code, said) and word in said and "Traceback" not in said:
            return
        yield from super().judged(code, said, state, word)

    def left(self) -> Iterator[str]:
        """Anything but the archive."""
        names = [path.name for path in (self.place / "backup").iterdir()]
        if names != ["a.zip"] or self.state(self.place) != self.new:
            yield f"left over: {names}"


class ImportCampaign(_BackupCampaign):
    """A backup set up in empty folders."""

    name = "import"

    def prepare(self) -> None:
        """Empty folders as a service makes them beforehand, and a backup."""
        folders = self._kept(self.folder / "source")
        (self.before / "reports").mkdir()
        (self.before / "index/counts").mkdir(parents=True)
        warm([["export", str(self.folder / "a.zip"), *folders]])

    def arguments(self) -> list[str]:
        """Out of the backup."""
        archive = next(folder for folder in (self.folder, self.folder.parent) if (folder / "a.zip").is_file())
        return ["import", str(archive / "a.zip"), *self._folders()]

    def again(self) -> list[list[str]]:
        """Nothing, where all of it is there."""
        whole = self.state(self.place) == self.new and not self._asides()
        return [] if whole else [self.arguments()]

    def is_told(self, code: int, said: str) -> bool:
        """The next import ends what this one began; who is killed cannot say so."""
        return code < 0 or "развёрнут не до конца" in said

    def state(self, place: Path) -> list[str]:
        """Every file with its checksum, but what is aside."""
        files = [path for path in place.rglob("*") if path.is_file() and path.name != "LOCK"]
        shown = {path: path.relative_to(place) for path in files}
        return sorted(
            f"{'/'.join(part for part in name.parts if not part.startswith('imported-'))}"
            f" {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path, name in shown.items()
            if not any(part.startswith(".import") for part in name.parts)
        )

    def left(self) -> Iterator[str]:
        """Anything but what the backup holds."""
        if self._asides() or self.state(self.place) != self.new:
            yield f"left over: {self._asides()}, {self.state(self.place)}"

    def _asides(self) -> list[str]:
        return [path.name for path in self.place.rglob("*") if path.name.lower().startswith((".import", "import."))]
