"""README's commands and examples are run as written."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cluster.nodes import Cluster
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for language, block in BLOCKS if language == "sh" for line in block.splitlines() if line.startswith("python")
]
SERVE = "python -m search_app"
NODES = "http://node1:9200,http://node2:9200"
"""Of a cluster that README speaks of."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    # A working copy may have reports of its own; the answer shown is one of the sample.
    folders = {"INDEX_DIR": str(tmp_path_factory.mktemp("index")), "REPORTS_DIR": "index_data/sample"}
    return {**os.environ, **folders, "PYTHONIOENCODING": "utf-8"}


def run(command: str, environment: dict[str, str]) -> str:
    arguments = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8")
    return done.stdout.decode("utf-8")


def test_the_commands_run_in_their_order_and_the_answer_is_as_shown(environment: dict[str, str]) -> None:
    search = next(command for command in COMMANDS if " search " in command)
    for command in COMMANDS:
        if command not in (SERVE, search) and NODES not in command:
            assert run(command, environment)
    (shown,) = (json.loads(block) for language, block in BLOCKS if language == "json")
    first = json.loads(run(search, environment))["hits"][0]
    assert {name: first[name] for name in shown} == shown
    assert_serves(environment)


def test_an_archive_is_published_to_a_cluster(environment: dict[str, str], node: Cluster) -> None:
    publish, serve = (command for command in COMMANDS if NODES in command)
    run("python -m indexer rebuild", environment)
    assert "ответ" in run(publish.replace(NODES, node.urls[0]), environment)
    question = serve.replace(NODES, node.urls[0]).replace(SERVE, f"{SERVE} search онлайн")
    assert "онлайн" in run(question, environment).casefold()


def assert_serves(environment: dict[str, str]) -> None:
    assert SERVE in COMMANDS
    command = [sys.executable, *shlex.split(SERVE)[1:], "--port", "8799"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        try:
            assert "Опыт городов" in fetched("http://127.0.0.1:8799/")
        finally:
            server.terminate()


def fetched(address: str) -> str:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode("utf-8"))
        except OSError:
            assert time.monotonic() < end, f"nothing answers at {address}"
            time.sleep(0.2)


def test_make_knows_the_two_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("make run", "make test", "make check", "make lock"):
        assert command in TEXT
        assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    for readme in ("README.md", "indexer/README.md", "search_app/README.md"):
        path = ROOT / readme
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{readme}: {target}"
