"""``python -m search_app``: searching from a terminal, serving on an address."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.rebuild import rebuild
from search_app import create_app
from search_app.cli import main
from search_app.server.processes import usual
from tests.site_archive import write_reports
from tests.waiting import PATIENCE, until


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_search_prints_places_and_fragments(folders: tuple[Path, Path]) -> None:
    result = run("search", "онлайн режим", "--city", "г. омск", "--year", "2021", "--index", str(folders[1]))
    assert result.exit_code == 0
    assert result.output.replace("\u00a0", " ").startswith("Найден 1 ответ: «онлайн режим», Омск, 2021\n")
    assert "/reports/omsk-2021-organizacionnaya-rabota#p1" in result.output
    assert "<mark>" not in result.output


def test_json_is_the_answer_of_the_api(folders: tuple[Path, Path]) -> None:
    result = run("search", "онлайн", "--kind", "achievements", "--per-page", "1", "--json", "--index", str(folders[1]))
    answer = json.loads(result.stdout)
    assert answer["query"] == {"q": "онлайн", "kind": ["achievements"], "per_page": 1}
    assert (answer["total"], len(answer["hits"])) == (3, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--city", "Атлантида", "--year", "x"], 2, "Город «Атлантида»"),
        (["--no-such-option"], 2, "no-such-option"),
    ],
)
def test_wrong_usage(folders: tuple[Path, Path], arguments: list[str], code: int, sentence: str) -> None:
    result = run("search", "парк", "--index", str(folders[1]), *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def test_without_an_index(tmp_path: Path) -> None:
    result = run("search", "парк", "--index", str(tmp_path))
    assert result.exit_code == 1
    assert "python -m indexer rebuild" in result.stderr


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "search_app", "--port", port, "--index", str(tmp_path)]
        environment = os.environ | {"PYTHONUTF8": "1"}
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_prepared_site_compiles_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Neither index nor settings are needed for it; whatever searches first finds every loop kept."""
    kept = {"NUMBA_CACHE_DIR": str(tmp_path / "loops"), "INDEX_DIR": str(tmp_path / "none")}
    command = [sys.executable, "-m", "search_app"]
    done = subprocess.run([*command, "prepare"], env=os.environ | kept, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    loops = {path: path.stat().st_mtime_ns for path in (tmp_path / "loops").rglob("*.nb?")}
    assert loops
    asked = [*command, "search", 'онлайн ре* "режим мероприятия"', "--index", str(folders[1])]
    assert subprocess.run(asked, env=os.environ | kept, capture_output=True, check=False).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "loops").rglob("*.nb?")} == loops


@contextmanager
def serving(folders: tuple[Path, Path], *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running site on a free port, and its address."""
    reports, index = map(str, folders)
    command = [sys.executable, "-m", "search_app", "--port", "0", "--index", index, "--reports", reports, *options]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
        start_new_session=True,
    ) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address, line
            yield server, address[0]
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def status(address: str) -> str:
    with urllib.request.urlopen(address + "health", timeout=PATIENCE) as answer:
        return str(json.load(answer)["status"])


def test_serving(folders: tuple[Path, Path]) -> None:
    with serving(folders) as (_, address):
        assert status(address) == "ok"


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the processes")
def test_as_many_processes_as_cores(folders: tuple[Path, Path]) -> None:
    with serving(folders) as (server, address):
        assert status(address) == "ok"
        until(lambda: len(children(server.pid)) == (usual() if usual() > 1 else 0))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the processes")
def test_all_are_told_to_end_while_they_start(folders: tuple[Path, Path]) -> None:
    """As the system does that stops a service: whoever is told, and however often, goes without complaining."""
    with serving(folders, "--processes", "4") as (server, _):
        until(lambda: bool(children(server.pid)))
        while server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            time.sleep(0.001)  # They need the processor to end.
        assert server.stderr is not None
        said = server.stderr.read()
    assert server.returncode in (0, -signal.SIGTERM) and "Traceback" not in said and "ignored" not in said


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the processes")
def test_a_process_that_dies_is_replaced_and_all_end_together(folders: tuple[Path, Path]) -> None:
    with serving(folders, "--processes", "2") as (server, address):
        assert status(address) == "ok"
        until(lambda: len(children(server.pid)) == 2)
        first = children(server.pid)
        victim = min(first)
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(children(server.pid) - {victim}) == 2)
        assert [status(address) for _ in range(4)] == ["ok"] * 4
        everyone = children(server.pid)
        server.terminate()
        assert server.wait(timeout=PATIENCE) == 0
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone))
        assert server.stderr is not None
        assert "завершился (код -9)" in server.stderr.read()


def holder(client: socket.socket, processes: set[int]) -> int | None:
    """The process that has taken a connection to this machine; ``None`` as long as it waits."""
    ends = [f":{client.getpeername()[1]:04X}", f":{client.getsockname()[1]:04X}"]
    lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    wanted = {f"socket:[{line[9]}]" for line in lines if [line[1][8:], line[2][8:]] == ends}
    return next((pid for pid in processes if wanted & set(handles(pid))), None)


def handles(pid: int) -> Iterator[str]:
    """What a process has open; some may be gone again meanwhile."""
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            yield str(one.readlink())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the processes")
def test_idle_connections_are_taken_and_keep_nobody_out(folders: tuple[Path, Path]) -> None:
    with serving(folders, "--processes", "2") as (server, address):
        until(lambda: len(children(server.pid)) == 2)
        port, processes = int(address.rsplit(":", 1)[1].rstrip("/")), children(server.pid)
        with ExitStack() as opened:
            for _ in range(6):
                client = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
                until(lambda: holder(client, processes) is not None)  # noqa: B023  # asked for at once
            assert status(address) == "ok"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the processes")
def test_no_process_outlives_the_one_that_watches(folders: tuple[Path, Path]) -> None:
    with serving(folders, "--processes", "2") as (server, _):
        until(lambda: len(children(server.pid)) == 2)
        everyone = children(server.pid)
        server.kill()
        server.wait(timeout=PATIENCE)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone))


def test_several_processes_where_there_can_be_none(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_app.cli.supported", lambda: False)
    result = run("--processes", "2", "--index", str(folders[1]))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--processes" in result.stderr


def test_a_new_build_is_served_without_a_restart(tmp_path: Path) -> None:
    reports, index = write_reports(tmp_path / "reports"), tmp_path / "index"
    rebuild(reports, index, jobs=1)
    client = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index)}).test_client()
    before = client.get("/health").get_json()
    (reports / "без примет.txt").unlink()
    rebuild(reports, index, jobs=1)
    after = client.get("/health").get_json()
    assert after["build"] != before["build"]
    assert after["passages"] == before["passages"] - 1
