"""Processes that hang, die or eat memory cost only their own task."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.readers import worker
from indexer.readers.isolated import DIED, MEMORY, TOO_LONG, Outcome, run
from indexer.readers.worker import TOO_BIG, UNREADABLE

from .test_legacy_doc import _is_gone, report
from .work import count_blocks, do


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(jobs: int) -> None:
    tasks = list(range(3_000))
    assert list(run(do, tasks, jobs=jobs)) == [Outcome(task, task) for task in tasks]


def test_no_tasks() -> None:
    assert list(run(do, [])) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_mischief_costs_only_its_own_task(jobs: int) -> None:
    errors = {
        "hang": TOO_LONG,
        "die": DIED,
        "refuse": "Файл не читается.",
        "fail": UNREADABLE,
        "unpicklable": UNREADABLE,
    }
    if sys.platform != "win32":
        errors["eat"] = TOO_BIG
    tasks = [*range(50), *errors, *range(200)]
    expected = [Outcome(task, error=errors[task]) if task in errors else Outcome(task, task) for task in tasks]
    assert list(run(do, tasks, jobs=jobs, seconds=6.0)) == expected


def test_a_long_task_that_gets_on_is_not_late() -> None:
    tasks: list[object] = [("slowly", 20), "hang", ("slowly", 1)]
    outcomes = list(run(do, tasks, jobs=1, seconds=4.0))
    assert [(outcome.result, outcome.error) for outcome in outcomes] == [
        (("slowly", 20), None),
        (None, TOO_LONG),
        (("slowly", 1), None),
    ]


def test_a_process_on_its_way_out_may_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its handler stays: of a signal that finds it exchanged for none Python says a line on stderr."""
    monkeypatch.setattr(worker, "limit_memory", lambda memory: None)
    monkeypatch.setattr(worker, "_pulse", None)
    monkeypatch.setattr(worker, "_is_leaving", False)
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    near, far = multiprocessing.Pipe()
    near.close()
    shared = multiprocessing.RawValue("q", worker.STARTING), multiprocessing.RawValue("q", 0)
    try:
        worker.serve(far, shared, do, MEMORY, waits=False)
        assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_IGN, signal.SIG_DFL, None)
        signal.raise_signal(signal.SIGTERM)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@pytest.mark.parametrize("jobs", [1, 3])
def test_tasks_put_off_come_again_in_their_places(jobs: int, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    times: list[None] = []

    def together() -> None:
        times.append(None)
        mark.write_text("сделано", encoding="utf-8")

    wait = ("wait", str(mark))
    tasks: list[object] = [*range(300), wait, *range(300, 900), wait, "die", wait, "never", *range(30)]
    errors = {"die": DIED, "never": UNREADABLE}
    expected = [errors.get(str(task)) or ("сделано" if task == wait else task) for task in tasks]
    outcomes = run(do, tasks, jobs=jobs, together=together)
    assert [outcome.error or outcome.result for outcome in outcomes] == expected
    assert 1 <= len(times) <= 3
    assert [outcome.result for outcome in run(do, [1, wait, 2], jobs=jobs)] == [1, "сделано", 2]  # nobody waits


def test_a_death_by_accident_is_forgiven_once(tmp_path: Path) -> None:
    task = ("once", str(tmp_path / "mark"))
    assert [outcome.result for outcome in run(do, [1, task, 2])] == [1, task, 2]


def test_many_small_tasks_come_back_once_each() -> None:
    assert sum(1 for _ in run(do, range(20_000), jobs=2)) == 20_000


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for task in range(1_000_000):
            taken += 1
            yield task

    outcomes = run(do, tasks())
    assert next(outcomes).task == 0
    outcomes.close()
    assert taken < 10_000


def test_libreoffice_works_within_a_limited_process() -> None:
    assert [outcome.result for outcome in run(count_blocks, [report()])] == [3]


@pytest.mark.skipif(sys.platform == "win32", reason="сигналы и ps есть только в Unix")
def test_what_a_late_task_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    assert [outcome.error for outcome in run(do, [("start", str(note))], seconds=1.5)] == [TOO_LONG]
    assert _is_gone(note.read_text(encoding="utf-8"))


@pytest.mark.skipif(sys.platform == "win32", reason="сигналы и ps есть только в Unix")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_orphans_when_the_parent_goes(tmp_path: Path, sent: signal.Signals) -> None:
    note = tmp_path / "pid"
    package = do.__module__
    code = (
        f"from {package} import do\nfrom indexer.readers.isolated import run\n"
        f"if __name__ == '__main__':\n    list(run(do, [('note', {str(note)!r})]))\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, str(script)], env=environment, stderr=subprocess.DEVNULL) as parent:
        for _ in range(1200):
            if note.exists() and note.read_text(encoding="utf-8"):
                break
            time.sleep(0.1)
        parent.send_signal(sent)
    assert _is_gone(note.read_text(encoding="utf-8"))
