"""``python -m search_app``: searching from a terminal, serving on an address."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.rebuild import rebuild
from search_app import create_app
from search_app.cli import main
from tests.web.conftest import write_reports


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


def test_serving(folders: tuple[Path, Path]) -> None:
    command = [
        sys.executable,
        "-m",
        "search_app",
        "--port",
        "0",
        "--index",
        str(folders[1]),
        "--reports",
        str(folders[0]),
    ]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address, line
            with urllib.request.urlopen(address[0] + "health", timeout=10) as answer:
                assert json.load(answer)["status"] == "ok"
        finally:
            server.terminate()
            server.wait(timeout=10)


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
