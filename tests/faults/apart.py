"""Commands in processes of their own: split off a warm one, ended where they hang, with what they said."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indexer.cli import main
from tests.faults.injection import Injector, Point

TRACEBACK, HUNG = 99, 98
"""Exit codes of no command of ours."""
_PATIENCE = 300.0
"""Seconds; a command of a handful of files takes less than one on an idle machine."""


def run_apart(arguments: Sequence[str], folder: Path, injector: Injector | None = None) -> int:
    """The exit code of a command; negative where a signal ended it. What it says is then in ``folder``."""
    child = os.fork()
    if child == 0:
        code = TRACEBACK
        with contextlib.ExitStack() as streams:
            told = streams.enter_context((folder / "stderr").open("w", encoding="utf-8"))
            shown = streams.enter_context((folder / "stdout").open("w", encoding="utf-8"))
            streams.enter_context(contextlib.redirect_stderr(told))
            streams.enter_context(contextlib.redirect_stdout(shown))
            code = _in_child(arguments, injector)
        if injector and injector.calls:
            (folder / "calls").write_text(_listed(injector.calls), encoding="utf-8")
        os._exit(code)
    return _ended(child)


def calls_of(folder: Path) -> list[Point]:
    """What the last command with an injector asked of the disk."""
    return [_point(line) for line in (folder / "calls").read_text(encoding="utf-8").splitlines()]


def warm(commands: Sequence[Sequence[str]]) -> None:
    """Does commands in this very process: all that children would else import, parse and reckon anew is then here."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for arguments in commands:
            with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
                code = _done(arguments)
            assert code == 0, arguments
    gc.collect()
    # Children need not copy what the collector would else touch.
    gc.freeze()


def side_by_side(work: Callable[[int], Iterator[str]], count: int, folder: Path) -> list[str]:
    """The lines that ``work`` tells in so many processes, each told which it is. Raises where one of them fails."""
    children = []
    for number in range(count):
        child = os.fork()
        if child == 0:
            code = 1
            with contextlib.suppress(BaseException), (folder / f"told-{number}").open("w", encoding="utf-8") as told:
                code = _written(work(number), told.write)
            os._exit(code)
        children.append(child)
    codes = [_ended(child, None) for child in children]
    assert codes == [0] * count, codes
    return [json.loads(line) for n in range(count) for line in (folder / f"told-{n}").read_text("utf-8").splitlines()]


def _written(lines: Iterator[str], write: Callable[[str], object]) -> int:
    try:
        for line in lines:
            write(f"{json.dumps(line, ensure_ascii=False)}\n")
            print(line, file=sys.__stderr__, flush=True)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
        return 1
    return 0


def _ended(child: int, patience: float | None = _PATIENCE) -> int:
    until = None if patience is None else time.monotonic() + patience
    while until is not None and time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    if until is not None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return HUNG if until is not None else os.waitstatus_to_exitcode(status)


def _in_child(arguments: Sequence[str], injector: Injector | None) -> int:
    if injector:
        injector.install()
    return _done(arguments)


def _done(arguments: Sequence[str]) -> int:
    try:
        main(list(arguments))
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(bool(error.code))
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        return TRACEBACK
    return 0


def _listed(calls: Sequence[Point]) -> str:
    return "\n".join(json.dumps([kind.call, kind.file, kind.where, turn]) for kind, turn in calls)


def _point(line: str) -> Point:
    from tests.faults.injection import Kind

    call, file, where, turn = json.loads(line)
    return Point(Kind(call, file, tuple((name, number) for name, number in where)), turn)
