"""What the tests of deployment share: programs that may be missing, files with other places in them, a running site."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def program(name: str) -> str:
    """The path of a program. Without it the test skips; where everything is tested, it fails."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is missing, and here every test has to run")
    if found is None:
        pytest.skip(f"needs {name}")
    return found


def replaced(path: Path, changes: Mapping[str, str]) -> str:
    """A file of `deploy` with other places; each must stand in it."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"{path.name} does not have {old}"
        text = text.replace(old, new)
    return text


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def site(reports: Path, index: Path, *options: str, **variables: str) -> Iterator[int]:
    """A running site; the port it listens at."""
    command = [sys.executable, "-m", "search_app", "--port", "0", "--reports", str(reports), "--index", str(index)]
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **variables}
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as server:
        try:
            assert server.stdout
            found = re.search(r":(\d+)/", server.stdout.readline())
            assert found
            yield int(found[1])
        finally:
            server.terminate()


@contextmanager
def running(command: list[str], port: int, **variables: str) -> Iterator[None]:
    """A program that listens at a port, until the end of the block."""
    with subprocess.Popen(command, env={**os.environ, **variables}, stderr=subprocess.PIPE) as process:
        try:
            until(lambda: process.poll() is not None or _listens(port))
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex(("127.0.0.1", port)) == 0


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-made certificate and its key."""
    made, key = folder / "fullchain.pem", folder / "privkey.pem"
    subprocess.run(
        [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


def opened(address: str, **headers: str) -> urllib.request.Request:
    """A request that follows no proxy settings."""
    return urllib.request.Request(address, headers=headers)
