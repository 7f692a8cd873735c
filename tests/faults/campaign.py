"""Every call that touches the index folder fails once: what is served afterwards, what is said, what is left over.

A warm process splits for each fault: the child runs a command with the fault, another one the same command without.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.builds.verification import build_faults
from indexer.cli import main
from indexer.language.analysis import shared_analyzer
from indexer.meaning.model import word_model
from indexer.vocabulary import load
from tests.faults.injection import (
    ASKS_FOR_A_HANDLE,
    ASKS_FOR_A_RIGHT,
    ASKS_FOR_SPACE,
    KILL,
    Injector,
)
from tests.work_place import answered, write

COMMANDS = ("rebuild", "update", "rollback")
WORDS = {"space": "места", "io": "ввода-вывода", "right": "прав", "handles": "слишком много файлов"}
"""Fault → what the sentence has to say."""
_ASKED = {"space": ASKS_FOR_SPACE, "right": ASKS_FOR_A_RIGHT, "handles": ASKS_FOR_A_HANDLE}
_TRACEBACK = 99
_EXPECTED = re.compile(r"CURRENT|PREVIOUS|LOCK|PIN|builds|builds/[^/]+(/[^/]+)?")


@dataclass(slots=True)
class Outcome:
    """What a campaign found."""

    points: int = 0
    faults: list[str] = field(default_factory=list)
    """A line for each thing that must not be."""


class Campaign:
    """One command with faults at its calls."""

    def __init__(self, folder: Path, command: str) -> None:
        """Builds the archive that the command finds: a served build, one to return to, and changed reports."""
        self.folder, self.command = folder, command
        self.reports, self.before, self.index = folder / "reports", folder / "before", folder / "index"
        _warm()
        write(self.reports / "omsk.txt", answered())
        for text in ("Открыт театр.", "Построен мост."):
            write(self.reports / "tomsk.txt", answered("ТОМСК", 2020, text))
            assert run_apart(self._arguments("rebuild", self.before), folder) == 0
        write(self.reports / "tomsk.txt", answered("ТОМСК", 2020, "Проложена дорога."))
        write(self.reports / "chita.txt", answered("ЧИТА", 2021, "Посажен лес."))
        self.old = _state(self.before)
        self.calls = self._listed()
        self.new = _state(self.index)

    def points(self, every: int = 1) -> Iterator[tuple[int, str]]:
        """Places and faults that make sense at them, each ``every``-th."""
        found = [
            (place, fault)
            for place, call in enumerate(self.calls, 1)
            for fault in (KILL, *WORDS)
            if call in _ASKED.get(fault, {call})
        ]
        yield from found[::every]

    def run(self, every: int = 1) -> Outcome:
        """The command at each of these points."""
        outcome = Outcome()
        for place, fault in self.points(every):
            outcome.points += 1
            name = f"{self.command}, {fault} at {place} ({self.calls[place - 1]})"
            outcome.faults += [f"{name}: {found}" for found in self._at(place, fault)]
        return outcome

    def _at(self, place: int, fault: str) -> Iterator[str]:
        self._fresh()
        code = run_apart(
            self._arguments(self.command, self.index), self.folder, Injector(str(self.index), place, fault)
        )
        said = (self.folder / "stderr").read_text(encoding="utf-8")
        try:
            state = _state(self.index)
        except Exception as error:
            yield f"lost: {error!r}"
            return
        if state not in (self.old, self.new):
            yield f"neither old nor new is served, or nothing to return to: {state}"
        if fault != KILL:
            yield from self._told(code, said, state, WORDS[fault])
        yield from self._left()

    def _told(self, code: int, said: str, state: object, word: str) -> Iterator[str]:
        if code not in (0, 1) or "Traceback" in said:
            yield f"exit code {code}, said: {said[-600:]}"
        elif code == 1:
            if len(said.strip().splitlines()) != 1 or word not in said:
                yield f"said: {said}"
            if state == self.new:
                yield "failed, it says, and is done"
        elif state == self.old:
            yield "done, it says, and is not"

    def _left(self) -> Iterator[str]:
        """What is there after the next success that should not be."""
        for command in ("release", "update") if self.command == "rollback" else (self.command,):
            code = run_apart(self._arguments(command, self.index), self.folder)
            if code != 0:
                yield f"{command} afterwards: exit code {code}: {(self.folder / 'stderr').read_text(encoding='utf-8')}"
        names = [path.relative_to(self.index).as_posix() for path in self.index.rglob("*")]
        builds = list((self.index / "builds").iterdir())
        left = [name for name in names if not _EXPECTED.fullmatch(name) or name.endswith(".new")]
        unnamed = Store(self.index).status().unnamed
        if left or len(builds) > 2 or unnamed:
            yield f"left over: {left}, {len(builds)} builds, {unnamed} bytes"

    def _listed(self) -> list[str]:
        """The calls of the command, when nothing fails."""
        self._fresh()
        injector = Injector(str(self.index), 0, KILL)
        assert run_apart(self._arguments(self.command, self.index), self.folder, injector, self.folder / "calls") == 0
        return (self.folder / "calls").read_text(encoding="utf-8").split()

    def _fresh(self) -> None:
        shutil.rmtree(self.index, ignore_errors=True)
        shutil.copytree(self.before, self.index)

    def _arguments(self, command: str, index: Path) -> list[str]:
        place = ["--index", str(index)]
        if command == "release":
            return ["rollback", "--release", *place]
        return (
            [command, *place]
            if command == "rollback"
            else [command, *place, "--reports", str(self.reports), "--jobs", "1"]
        )


def _warm() -> None:
    """What every child would else load anew."""
    shared_analyzer(load())
    model = word_model()
    if model is not None:
        model.vectors(["дорога"])


def _state(index: Path) -> tuple[list[str], list[str]]:
    """The texts that are served and those that can be returned to; every file of them is what was written."""
    store = Store(index)
    previous = store.previous_dir()
    assert previous is not None, "nothing to return to"
    return _texts(store.current_dir()), _texts(previous)


def _texts(folder: Path) -> list[str]:
    faults = list(build_faults(folder))
    assert not faults, faults
    build = open_build(folder)
    texts = [build.passage(number).text for number in range(build.columns.passages)]
    build.close()
    return texts


def run_apart(arguments: list[str], folder: Path, injector: Injector | None = None, calls: Path | None = None) -> int:
    """The exit code of a command in a process of its own; negative where a signal ended it."""
    child = os.fork()
    if child == 0:
        code = _TRACEBACK
        with contextlib.ExitStack() as streams:
            told = streams.enter_context((folder / "stderr").open("w", encoding="utf-8"))
            shown = streams.enter_context((folder / "stdout").open("w", encoding="utf-8"))
            streams.enter_context(contextlib.redirect_stderr(told))
            streams.enter_context(contextlib.redirect_stdout(shown))
            code = _in_child(arguments, injector)
        if calls and injector:
            calls.write_text("\n".join(injector.calls), encoding="utf-8")
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _in_child(arguments: list[str], injector: Injector | None) -> int:
    try:
        if injector:
            injector._pid = os.getpid()
            injector.install()
        main(arguments)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        return _TRACEBACK
    return 0
