"""Work done in processes of its own, so that a file that hangs, crashes or eats the memory costs only itself.

``run`` knows nothing of reports: it is given the work, the tasks and the limits. Tasks travel in batches, for a
message costs as much as a small report; a shared number tells the parent which task of the batch is being done, so
that it can single out the culprit and give the others to a fresh process. What a task has in common with others may
be done for all of them at once: the work puts such tasks off (see ``worker``), and they come again afterwards.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from ctypes import c_longlong
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from indexer.errors import IndexerError
from indexer.readers import limits
from indexer.readers.memory import addressed
from indexer.readers.worker import GRACE_SECONDS, PUT_OFF, STARTING, UNREADABLE, Message, serve

Task = TypeVar("Task")
Result = TypeVar("Result")

TOO_LONG = "Файл не удалось прочитать за отведённое время: откройте его и сохраните заново как .docx."
DIED = "При чтении файла процесс аварийно завершился: откройте файл и сохраните заново как .docx."
_NO_WORKERS = "Не удаётся запустить рабочие процессы: проверьте, хватает ли памяти и прав."

SECONDS = limits.CONVERSION_SECONDS + 30.0
"""Time for one task; longer than a conversion by LibreOffice may take, so that this one ends by itself."""

MEMORY = 2 * 1024 * limits.MEBIBYTE
"""Addresses of one process. The dictionary takes 0.3 GB, the largest file that the other limits admit about 1 GB."""

_BATCH_SECONDS = 0.3
"""Work in one batch: small enough that the last batches end together, large enough to make messages cheap."""
_MAX_BATCH = 128
_TOGETHER = 20
"""Tasks that wait for the same: more at a time gain little."""
_WINDOW = 256
"""Tasks handed out beyond the oldest one that is not done: bounds the results kept waiting for their turn."""
_POLL_SECONDS = 0.2
_START_SECONDS = 120.0
_MAX_FAILED_STARTS = 3


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Task, Result]):
    """What became of a task: its result, or the Russian sentence why there is none."""

    task: Task
    result: Result | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    """A task with its number in the order of input; ``alone``: it was in a process that died, and gets its own now."""

    number: int
    task: Any
    alone: bool = False
    again: bool = False
    """It has been put off once."""


def run(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    jobs: int = 1,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    together: Callable[[], None] | None = None,
) -> Iterator[Outcome[Task, Result]]:
    """The outcome of ``work`` for each of the ``tasks``, in their order, as soon as all before it are known.

    ``work`` must be importable by name and tasks and results picklable, for they cross a process border. ``jobs``
    processes share the work, one at least; each task may take ``seconds`` and each process address ``memory`` bytes.
    An ``IndexerError`` raised by the work becomes the outcome's sentence, as does any other fault. The processes start
    with the call; closing the generator ends them. Where work may be put off, ``together`` does what waits, in this
    process, a few dozen tasks at a time. Raises ``IndexerError`` where none can be started at all.
    """
    outcomes = _outcomes(_Pool(work, max(jobs, 1), (seconds, memory), together), tasks)
    # The processes start now, while the caller may have something else to do.
    next(outcomes)
    return outcomes  # type: ignore[return-value] # the first one was not an outcome


def _outcomes(pool: _Pool, tasks: Iterable[Any]) -> Iterator[Outcome[Any, Any] | None]:
    """Nothing, as soon as all processes have work, then the outcomes."""
    try:
        yield from pool.outcomes(tasks)
    finally:
        pool.close()


class _Worker:
    """The parent's view of one process."""

    def __init__(self, work: Callable[[Any], Any], memory: int, *, waits: bool) -> None:
        context = _context()
        self.connection, far_end = context.Pipe()
        self.current = context.RawValue(c_longlong, STARTING)
        self.pulse = context.RawValue(c_longlong, 0)
        if context.get_start_method() == "fork":
            memory += addressed()  # what it has from the start
        self.process = context.Process(
            target=serve, args=(far_end, (self.current, self.pulse), work, memory, waits), daemon=True
        )
        self.process.start()
        far_end.close()
        self.batch: list[_Item] = []
        """The tasks handed over whose outcomes have not come yet."""
        self.busy = False
        """The worker has not yet said that it is through with its batch."""
        self.size = 1
        self._sent = 0.0
        self._count = 0
        self._seen = (STARTING, 0)
        self._since = time.monotonic()

    def give(self, batch: list[_Item]) -> None:
        """Hand over a batch; a process already dead is noticed at its sentinel."""
        self.batch, self.busy = batch, True
        self._count = len(batch)
        self._sent = self._since = time.monotonic()
        with contextlib.suppress(OSError):
            self.connection.send([(item.number, item.task, not item.again) for item in batch])

    def batch_done(self) -> None:
        """Be ready for the next batch, whose size follows from how long this one took."""
        self.batch, self.busy = [], False
        pace = max(time.monotonic() - self._sent, 1e-4) / max(self._count, 1)
        self.size = max(1, min(_MAX_BATCH, int(_BATCH_SECONDS / pace), self.size * 4))

    def is_late(self, seconds: float) -> bool:
        """The task being done has taken longer than ``seconds``, or so long since it last told that it gets on."""
        now = time.monotonic()
        seen = self.current.value, self.pulse.value
        if seen != self._seen:
            self._seen, self._since = seen, now
        if not self.busy:
            return False
        return now - self._since > (_START_SECONDS if self._seen[0] == STARTING else seconds)

    def end(self) -> None:
        """End the process: first asked, so that it can end programs that it started, then forced."""
        if self.process.is_alive():
            _ask_to_end(self.process.pid)
            self.process.join(GRACE_SECONDS)
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.connection.close()
        self.process.close()


def _context() -> Any:
    """How to start a process: by forking, which is ten times as fast and shares what has been loaded, where it is safe.

    Of several threads, others might hold locks that no one would ever let go of in the fork.
    """
    forks = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


def _ask_to_end(pid: int | None) -> None:
    """Let the process clean up and go; on Windows it goes at once, with all that it started."""
    if pid is None:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], check=False, capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


class _Pool:
    """The processes, the tasks waiting for them and the outcomes waiting for their turn."""

    def __init__(
        self,
        work: Callable[[Any], Any],
        jobs: int,
        limits_of_one: tuple[float, int],
        together: Callable[[], None] | None,
    ) -> None:
        self._work = work
        self._seconds, self._memory = limits_of_one
        self._jobs = jobs
        self._together = together
        self._put_off: list[_Item] = []
        self._workers: list[_Worker] = []
        self._again: deque[_Item] = deque()
        self._outcomes: dict[int, Outcome[Any, Any]] = {}
        self._next = 0
        self._failed_starts = 0

    def outcomes(self, tasks: Iterable[Any]) -> Iterator[Outcome[Any, Any] | None]:
        """Feed the workers; yield ``None`` once they have work, then what they bring, in the order of the tasks."""
        source = (_Item(number, task) for number, task in enumerate(tasks))
        exhausted = begun = False
        ahead: deque[_Item] = deque()
        while True:
            while not exhausted and len(ahead) < _MAX_BATCH:
                item = next(source, None)
                if item is None:
                    exhausted = True
                else:
                    ahead.append(item)
            self._feed(ahead)
            if not begun:
                begun = True
                yield None
            busy = any(worker.busy for worker in self._workers)
            if self._together and (len(self._put_off) >= _TOGETHER or (self._put_off and not busy)):
                self._do_together(self._together)
            elif not busy:
                return
            else:
                self._gather()
            while self._next in self._outcomes:
                yield self._outcomes.pop(self._next)
                self._next += 1

    def _do_together(self, together: Callable[[], None]) -> None:
        """Do at once what many tasks wait for, and give them back."""
        together()
        self._again.extend(replace(item, again=True) for item in self._put_off)
        self._put_off = []

    def close(self) -> None:
        """End all processes."""
        workers, self._workers = self._workers, []
        for worker in workers:
            if worker.process.is_alive():
                _ask_to_end(worker.process.pid)
        for worker in workers:
            worker.end()

    def _feed(self, ahead: deque[_Item]) -> None:
        """Give every idle worker a batch, starting workers as long as there is work for them."""
        while True:
            idle = next((worker for worker in self._workers if not worker.busy), None)
            if idle is None and len(self._workers) >= self._jobs:
                return
            batch = self._batch(ahead, idle.size if idle else 1)
            if not batch:
                return
            if idle is None:
                idle = _Worker(self._work, self._memory, waits=self._together is not None)
                self._workers.append(idle)
            idle.give(batch)

    def _batch(self, ahead: deque[_Item], size: int) -> list[_Item]:
        """The next tasks: one to be done alone, else those given back, else new ones within the window."""
        if self._again:
            if self._again[0].alone:
                return [self._again.popleft()]
            return [self._again.popleft() for _ in range(size) if self._again and not self._again[0].alone]
        batch: list[_Item] = []
        while ahead and len(batch) < size and ahead[0].number < self._next + _WINDOW:
            batch.append(ahead.popleft())
        return batch

    def _gather(self) -> None:
        """Wait for a message, a death or the end of a task's time, and act on it."""
        handles: dict[Any, _Worker] = {}
        for worker in self._workers:
            handles[worker.connection] = handles[worker.process.sentinel] = worker
        ready = multiprocessing.connection.wait(list(handles), timeout=_POLL_SECONDS)
        for worker in {id(handles[handle]): handles[handle] for handle in ready}.values():
            if not self._receive(worker):
                self._bury(worker)
        for worker in [worker for worker in self._workers if worker.is_late(self._seconds)]:
            self._end_late(worker)

    def _receive(self, worker: _Worker) -> bool:
        """Take in the worker's messages; ``False`` where it is dead."""
        try:
            while worker.connection.poll():
                self._take(worker, worker.connection.recv())
                if worker not in self._workers:
                    return True
        except (EOFError, OSError):
            return False
        return bool(worker.process.is_alive())

    def _take(self, worker: _Worker, message: Message) -> None:
        """Keep the outcomes of a message."""
        self._failed_starts = 0
        items = {item.number: item for item in worker.batch}
        for number, result, error in message.outcomes:
            item = items[number]
            if error == PUT_OFF and self._together and not item.again:
                self._put_off.append(item)
            else:
                self._outcomes[number] = Outcome(item.task, result, UNREADABLE if error == PUT_OFF else error)
        known = {number for number, _, _ in message.outcomes}
        worker.batch = [item for item in worker.batch if item.number not in known]
        if message.done:
            worker.batch_done()
        if message.leaves:
            self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        """Part with a worker; what is left of its batch will be done by another."""
        self._workers.remove(worker)
        self._again.extendleft(reversed(worker.batch))
        worker.end()

    def _bury(self, worker: _Worker) -> None:
        """A worker died: the task it was at gets one more try in a process of its own, then counts as failed."""
        if worker not in self._workers:
            return
        number = worker.current.value
        culprit = next((item for item in worker.batch if item.number == number), None)
        self._notice_failed_start(number)
        if culprit is not None:
            worker.batch.remove(culprit)
            if culprit.alone:
                self._outcomes[culprit.number] = Outcome(culprit.task, error=DIED)
            else:
                self._again.append(replace(culprit, alone=True))
        self._dismiss(worker)

    def _notice_failed_start(self, number: int) -> None:
        """Give up where one process after the other ends before it has begun its first task."""
        if number == STARTING:
            self._failed_starts += 1
            if self._failed_starts >= _MAX_FAILED_STARTS:
                raise IndexerError(_NO_WORKERS)

    def _end_late(self, worker: _Worker) -> None:
        """A task takes too long: it failed, its worker ends, the rest of the batch goes to another."""
        if not self._receive(worker) or worker not in self._workers or not worker.is_late(self._seconds):
            return
        number = worker.current.value
        self._notice_failed_start(number)
        culprit = next((item for item in worker.batch if item.number == number), None)
        if culprit is not None:
            worker.batch.remove(culprit)
            self._outcomes[culprit.number] = Outcome(culprit.task, error=TOO_LONG)
        self._dismiss(worker)
