"""The life of a worker process: tasks in batches until the parent hangs up or dies, each outcome told."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from indexer.errors import IndexerError
from indexer.readers.memory import limit_memory

TOO_BIG = "На чтение файла не хватило памяти: разделите его на части или сохраните заново как .docx."
UNREADABLE = "Файл повреждён: откройте его в его программе и сохраните заново."
PUT_OFF = "…"
"""In place of a fault: the task is to be done again, when what it waits for has been done for many at once."""

GRACE_SECONDS = 3.0
STARTING, _WAITING = -2, -1
_FLUSH_SECONDS = 0.5

_pulse: Any = None
"""A number shared with the parent that grows as long as a long task gets on."""
_may_put_off = False
_is_leaving = False


class PutOffError(Exception):
    """The task waits for what is done for many at once."""


@dataclass(frozen=True, slots=True)
class Message:
    """From a worker: outcomes as (number, result, error), whether the batch is done, whether the worker ends now."""

    outcomes: list[tuple[int, Any, str | None]]
    done: bool
    leaves: bool = False


def tell_alive() -> None:
    """Called by work that may take long and has limits of its own: its time begins anew. No harm elsewhere."""
    if _pulse is not None:
        _pulse.value += 1


def may_put_off() -> bool:
    """Whether the task being done may raise `PutOffError`: the first time, in a worker whose parent knows of it."""
    return _may_put_off


def serve(
    connection: Connection, shared: tuple[Any, Any], work: Callable[[Any], Any], memory: int, waits: bool
) -> None:
    """A worker's life: do batches until the parent hangs up or dies; ``waits``: tasks may be put off."""
    global _pulse, _is_leaving
    current, _pulse = shared
    _is_leaving = False
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    limit_memory(memory)
    try:
        with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
            current.value = _WAITING
            while _do_batch(connection, current, work, connection.recv(), waits):
                pass
    finally:
        _is_leaving = True


def _leave(*_: object) -> None:
    """Unwind the stack, so that programs started by the work are ended on the way; a second call would break that.

    The handler stays to the end: of a signal that comes while it is exchanged for none Python complains on stderr.
    """
    global _is_leaving
    if not _is_leaving:
        _is_leaving = True
        raise SystemExit(1)


def _leave_with_parent() -> None:
    """Wait for the parent's death, then end this process: first gently, for the sake of programs that it started."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        if sys.platform != "win32":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(GRACE_SECONDS)
        os._exit(1)


def _do_batch(
    connection: Connection, current: Any, work: Callable[[Any], Any], batch: list[tuple[int, Any, bool]], waits: bool
) -> bool:
    """Do the tasks and report them, long ones as they get done; ``False`` where the memory ran out."""
    global _may_put_off
    outcomes: list[tuple[int, Any, str | None]] = []
    reported = time.monotonic()
    for number, task, first in batch:
        current.value = number
        _may_put_off = waits and first
        outcome = _outcome(work, number, task)
        if outcome[2] is TOO_BIG:
            _send(connection, [*outcomes, outcome], done=False, leaves=True)
            return False
        outcomes.append(outcome)
        if time.monotonic() - reported > _FLUSH_SECONDS and number != batch[-1][0]:
            _send(connection, outcomes, done=False)
            outcomes, reported = [], time.monotonic()
    current.value = _WAITING
    _send(connection, outcomes, done=True)
    return True


def _send(
    connection: Connection, outcomes: list[tuple[int, Any, str | None]], *, done: bool, leaves: bool = False
) -> None:
    """Report outcomes; a result that cannot be pickled becomes a failure of its task alone."""
    try:
        connection.send(Message(outcomes, done, leaves))
    except OSError:
        raise
    except Exception:  # pickling runs the results' own code, which may raise anything
        for outcome in outcomes:
            try:
                connection.send(Message([outcome], done=False))
            except OSError:
                raise
            except Exception:
                connection.send(Message([(outcome[0], None, UNREADABLE)], done=False))
        connection.send(Message([], done, leaves))


def _outcome(work: Callable[[Any], Any], number: int, task: Any) -> tuple[int, Any, str | None]:
    """The outcome of one task."""
    try:
        return number, work(task), None
    except PutOffError:
        return number, None, PUT_OFF
    except IndexerError as fault:
        return number, None, str(fault)
    except MemoryError:
        return number, None, TOO_BIG
    except Exception:  # whatever a file makes the work do, the other files go on
        return number, None, UNREADABLE
