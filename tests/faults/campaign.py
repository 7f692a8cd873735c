"""Calls that touch the disk fail one after the other: what is there afterwards, what is said, what is left over.

A warm process splits for each fault: a child runs a command with the fault, another one the same command without.

Every class of calls has its turn (what is asked, of which kind of file, by which lines of our code), with each fault
that makes sense there, at its first, middle and last call; calls that rename, link or make folders at every one. A
process is killed at calls that change the disk alone: between two of them the disk is the same. Folders that look
alike after a fault, name by name, are tidied up once. All calls one by one were 33,800 points and a day; the classes
are some 5,000, which two processors do in less than half an hour.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.apart import HUNG, calls_of, run_apart, side_by_side, warm
from tests.faults.injection import (
    ASKS_FOR_A_HANDLE,
    ASKS_FOR_A_RIGHT,
    ASKS_FOR_SPACE,
    CHANGES,
    KILL,
    NAMES,
    Injector,
    Kind,
    Point,
)

WORDS = {"space": "места", "io": "ввода-вывода", "right": "прав", "handles": "слишком много файлов"}
"""Fault → what the sentence has to say."""
_ASKED = {KILL: CHANGES, "space": ASKS_FOR_SPACE, "right": ASKS_FOR_A_RIGHT, "handles": ASKS_FOR_A_HANDLE}

Fault = tuple[Point, str]
_TOLD_EVERY = 100


@dataclass(slots=True)
class Outcome:
    """What a campaign found."""

    calls: int = 0
    kinds: int = 0
    points: int = 0
    faults: list[str] = field(default_factory=list)
    """A line for each thing that must not be."""


class Campaign(ABC):
    """One command with faults at its calls."""

    name: str

    def __init__(self, folder: Path) -> None:
        """Makes what the command finds, and lists what it asks of the disk."""
        self.folder = folder
        self.before, self.place = folder / "before", folder / "place"
        self.before.mkdir(parents=True)
        self.prepare()
        self._tidied: set[object] = set()
        self.old = self.state(self.before)
        self.fresh()
        warm([self.arguments()])
        self.fresh()
        assert run_apart(self.arguments(), folder, Injector(str(self.watched()), None, KILL)) == 0
        self.calls = calls_of(folder)
        self.new = self.state(self.place)

    @abstractmethod
    def prepare(self) -> None:
        """Puts into ``before`` what the command finds."""

    @abstractmethod
    def arguments(self) -> list[str]:
        """The command."""

    def again(self) -> list[list[str]]:
        """What an operator does after it failed."""
        return [self.arguments()]

    def watched(self) -> Path:
        """The folder below which calls fail."""
        return self.place

    @abstractmethod
    def state(self, place: Path) -> object:
        """What counts in a place. Raises whatever it likes where that is lost."""

    @abstractmethod
    def left(self) -> Iterator[str]:
        """What there is in the place, after the next success, that should not be."""

    def shape(self, state: object) -> object:
        """Places of one shape are tidied up alike."""
        return (repr(state), tuple(sorted(self._shown(path) for path in self.place.rglob("*"))))

    # Points

    def faults(self, every: int = 1) -> list[Fault]:
        """Points and faults that make sense at them, each ``every``-th."""
        turns: dict[Kind, list[int]] = defaultdict(list)
        for kind, turn in self.calls:
            turns[kind].append(turn)
        found = [
            (Point(kind, turn), fault)
            for kind, all_turns in turns.items()
            for turn in (all_turns if kind.call in NAMES else _few(all_turns))
            for fault in (KILL, *WORDS)
            if kind.call in _ASKED.get(fault, {kind.call})
        ]
        return found[::every]

    def run(self, every: int = 1, jobs: int = 1, part: tuple[float, float] = (0, 1)) -> Outcome:
        """The command at each of these points, or at a ``part`` of them, in so many processes at once."""
        faults = self.faults(every)
        faults = faults[int(part[0] * len(faults)) : int(part[1] * len(faults))]
        told = side_by_side(lambda job: self._told_in(job, faults[job::jobs]), jobs, self.folder)
        return Outcome(len(self.calls), len({point.kind for point in self.calls}), len(faults), told)

    def _told_in(self, job: int, faults: Sequence[Fault]) -> Iterator[str]:
        self.place, self.folder = self.folder / f"place-{job}", self.folder / f"said-{job}"
        self.folder.mkdir(exist_ok=True)
        for number, (point, fault) in enumerate(faults):
            if number % _TOLD_EVERY == 0:
                print(f"{self.name}: {number} of {len(faults)} points", file=sys.__stderr__, flush=True)
            name = f"{self.name}, {fault} at {point.kind}, turn {point.turn}"
            yield from (f"{name}: {found}" for found in self._at(point, fault))
        shutil.rmtree(self.place)

    def _at(self, point: Point, fault: str) -> Iterator[str]:
        self.fresh()
        witness = self.folder / "came"
        witness.unlink(missing_ok=True)
        code = run_apart(self.arguments(), self.folder, Injector(str(self.watched()), point, fault, witness))
        said = self.said()
        if not witness.exists():
            yield "the call does not come any more"
        try:
            state = self.state(self.place)
        except Exception as error:
            yield f"lost: {error!r}; said: {said[-300:]}"
            return
        if code == HUNG:
            yield "hangs"
        elif fault != KILL:
            yield from self.judged(code, said, state, WORDS[fault])
        if state not in (self.old, self.new) and not self.is_told(code, said):
            yield f"neither as before nor done: {state}"
        shape = self.shape(state)
        if shape not in self._tidied:
            self._tidied.add(shape)
            yield from self._repeated()
            yield from self.left()

    def is_told(self, code: int, said: str) -> bool:
        """Whether the command says that it has done a part."""
        return False

    def judged(self, code: int, said: str, state: object, word: str) -> Iterator[str]:
        """Whether what is said is true, and one sentence."""
        if code not in (0, 1) or "Traceback" in said:
            yield f"exit code {code}, said: {said[-600:]}"
        elif code == 1:
            if len(said.strip().splitlines()) != 1 or word not in said:
                yield f"said: {said}"
            if state == self.new:
                yield "failed, it says, and is done"
        elif state == self.old:
            yield "done, it says, and is not"

    def _repeated(self) -> Iterator[str]:
        for arguments in self.again():
            code = run_apart(arguments, self.folder)
            if code != 0:
                yield f"{arguments[0]} afterwards: exit code {code}: {self.said()}"

    def said(self) -> str:
        """What the last command said on stderr, but how far it had come: that depends on the machine."""
        lines = (self.folder / "stderr").read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("Прочитано: "))

    def fresh(self) -> None:
        """Puts the place back as it was."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.before, self.place, copy_function=_put)

    def _shown(self, path: Path) -> str:
        name = re.sub(r"\d{8}T\d{6}-[0-9a-f]{6}", "…", path.relative_to(self.place).as_posix())
        return re.sub(r"\.\d+\b|-\d+\b|[0-9a-f]{8}$", "…", name)


def _put(source: str, target: str) -> None:
    """Files of builds are never written again, so a second name does; what writes them all the same is found out."""
    if "/builds/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _few(turns: Sequence[int]) -> list[int]:
    return sorted({turns[0], turns[len(turns) // 2], turns[-1]})


def campaigns() -> dict[str, Any]:
    """Name → the class of a campaign."""
    from tests.faults.backups import ExportCampaign, ImportCampaign
    from tests.faults.builds import DumpCampaign, RebuildCampaign, RollbackCampaign, UpdateCampaign

    found = (RebuildCampaign, UpdateCampaign, RollbackCampaign, DumpCampaign, ExportCampaign, ImportCampaign)
    return {one.name: one for one in found}
