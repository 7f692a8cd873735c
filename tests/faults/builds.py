"""What writes or switches builds, with faults: old or new is served and can be returned to, nothing is left over."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.builds.verification import build_faults
from tests.faults.apart import warm
from tests.faults.campaign import Campaign
from tests.work_place import answered, write

_EXPECTED = re.compile(
    r"(index|reports)|reports/[a-z]+\.txt|index/(CURRENT|PREVIOUS|LOCK|PIN|builds|builds/[^/]+(/[^/]+)?"
    r"|dumps|dumps/[0-9]{8}T[0-9]{6}-[0-9a-f]{6}(/[^/]+)?)"
)


class _BuildCampaign(Campaign):
    """A served build, one to return to, and changed reports."""

    moment = 0
    """When the builds before were written."""

    def __init__(self, folder: Path) -> None:
        self._known: dict[object, list[str]] = {}
        """What the builds before hold, by what the system says of their files: they need not be looked at again."""
        super().__init__(folder)

    def prepare(self) -> None:
        """Two builds of two reports; then another text, and a report more."""
        write(self.before / "reports/omsk.txt", answered())
        for text in ("Открыт театр.", "Построен мост."):
            write(self.before / "reports/tomsk.txt", answered("ТОМСК", 2020, text))
            warm([self._command("rebuild", self.before)])
        self.moment = int(time.time())
        time.sleep(1.1)  # A date of a report is a second.
        write(self.before / "reports/tomsk.txt", answered("ТОМСК", 2020, "Проложена дорога."))
        write(self.before / "reports/chita.txt", answered("ЧИТА", 2021, "Посажен лес."))

    def judged(self, code: int, said: str, state: object, word: str) -> Iterator[str]:
        """Whoosh does not pass on why a folder cannot be listed, and takes for missing what it cannot look at."""
        found = next((told for told in ("не прошёл проверку", "ввода-вывода") if told in said), word)
        yield from super().judged(code, said, state, found)

    def arguments(self) -> list[str]:
        """The command of that name."""
        return self._command(self.name, self.place)

    def watched(self) -> Path:
        """The index: a report that cannot be read is skipped, and told in the summary."""
        return self.place / "index"

    def _command(self, name: str, place: Path) -> list[str]:
        index = ["--index", str(place / "index")]
        return [name, *index] if name == "rollback" else [name, *index, *_reports(place)]

    def state(self, place: Path) -> tuple[list[str], list[str]]:
        """What is served and what can be returned to: ids and texts, and which reports are remembered from before.

        Every file is what was written.
        """
        store = Store(place / "index")
        previous = store.previous_dir()
        assert previous is not None, "nothing to return to"
        return self._held(store.current_dir()), self._held(previous)

    def _held(self, folder: Path) -> list[str]:
        known = _seen(folder)
        if folder.is_relative_to(self.before):
            self._known[known] = self._read(folder)
        return self._known.get(known) or self._read(folder)

    def _read(self, folder: Path) -> list[str]:
        faults = list(build_faults(folder))
        assert not faults, faults
        build = open_build(folder)
        passages = [build.passage(number) for number in range(build.columns.passages)]
        reports = [f"{card.id} {'old' if card.added <= self.moment else 'new'}" for card in build.cards()]
        build.close()
        return [*reports, *(f"{passage.id} {passage.text}" for passage in passages)]

    def left(self) -> Iterator[str]:
        """Anything but two builds, their pointers, the lock and the pin."""
        index = self.place / "index"
        names = [path.relative_to(self.place).as_posix() for path in self.place.rglob("*")]
        builds, unnamed = list((index / "builds").iterdir()), Store(index).status().unnamed
        left = [name for name in names if not _EXPECTED.fullmatch(name) or name.endswith(".new")]
        if left or len(builds) > 2 or unnamed:
            yield f"left over: {left}, {len(builds)} builds, {unnamed} bytes"


def _seen(folder: Path) -> object:
    """Files with their numbers, sizes and moments of writing."""
    files = sorted((path.name, path.stat()) for path in folder.rglob("*") if path.is_file())
    return tuple((name, stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in files)


def _reports(place: Path) -> list[str]:
    return ["--reports", str(place / "reports"), "--jobs", "1"]


class RebuildCampaign(_BuildCampaign):
    """All files anew."""

    name = "rebuild"


class UpdateCampaign(_BuildCampaign):
    """What has changed."""

    name = "update"


class RollbackCampaign(_BuildCampaign):
    """Back to the build before."""

    name = "rollback"

    def again(self) -> list[list[str]]:
        """The pin goes, an update follows."""
        release = ["rollback", "--release", "--index", str(self.place / "index")]
        return [release, self._command("update", self.place)]


class DumpCampaign(_BuildCampaign):
    """The archive as files for programs; the build is there already."""

    name = "dump"

    def prepare(self) -> None:
        """Nothing has changed but that a dump is wanted; that of the build before is there."""
        super().prepare()
        warm([[*self._command("update", self.before), "--dump"]])
        write(self.before / "reports/tomsk.txt", answered("ТОМСК", 2020, "Проложена улица."))
        warm([self._command("update", self.before)])

    def arguments(self) -> list[str]:
        """An update that finds nothing to do."""
        return [*self._command("update", self.place), "--dump"]

    def watched(self) -> Path:
        """What has to do with dumps alone."""
        return self.place / "index" / "dumps"

    def state(self, place: Path) -> tuple[list[str], list[str]]:
        """What is served, and what is dumped of it."""
        served, _ = super().state(place)
        folder = place / "index" / "dumps" / Store(place / "index").current_dir().name
        assert not folder.exists() or (folder / "index.json").is_file(), "half a dump"
        return served, sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def left(self) -> Iterator[str]:
        """Besides, dumps of builds that are gone."""
        yield from super().left()
        dumps = [path.name for path in (self.place / "index/dumps").iterdir() if path.is_dir()]
        if not set(dumps) <= {path.name for path in (self.place / "index/builds").iterdir()}:
            yield f"left over: {dumps}"
