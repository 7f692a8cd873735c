"""What the nodes are made of: the jars of OpenSearch from Maven and one small class, installed once per user.

``python -m tests.cluster.jars`` installs them; without Java, Maven or the jars the tests of the cluster are skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCES = Path(__file__).parent / "java"
POM, NODE = SOURCES / "pom.xml", SOURCES / "OneNode.java"
CLASS = "OneNode"
FETCHING_SECONDS = 900


class NoClusterError(Exception):
    """Nodes cannot be started here; the message says what is missing and what to do."""


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "municipal-experience-tests"


def folder() -> Path:
    """Where the jars stand: a folder of its own for each state of the sources."""
    state = hashlib.sha256(POM.read_bytes() + NODE.read_bytes()).hexdigest()[:12]
    return _cache() / f"opensearch-{state}"


def class_path() -> str:
    """The class path of a node. Raises ``NoClusterError`` if the jars are not installed or there is no Java."""
    if shutil.which("java") is None:
        raise NoClusterError("no Java: install openjdk-17-jdk-headless")
    if not folder().is_dir():
        raise NoClusterError("no jars of OpenSearch: run python -m tests.cluster.jars")
    return f"{folder()}{os.pathsep}{folder() / 'jars' / '*'}"


def install() -> Path:
    """Fetches the jars unless they are there. Raises ``NoClusterError`` with what went wrong."""
    if folder().is_dir():
        return folder()
    for program, package in (("mvn", "maven"), ("javac", "openjdk-17-jdk-headless")):
        if shutil.which(program) is None:
            raise NoClusterError(f"no {program}: install {package}")
    _cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_cache()) as place:
        new = Path(place) / "new"
        _call(
            ["mvn", "-q", "-B", "-ntp", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime"]
            + [f"-DoutputDirectory={new / 'jars'}"]
        )
        _call(["javac", "-nowarn", "-cp", str(new / "jars" / "*"), "-d", str(new), str(NODE)])
        if not folder().is_dir():  # Two may have fetched at once: the first one's is as good.
            new.rename(folder())
    return folder()


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCHING_SECONDS, check=False)
    if done.returncode:
        raise NoClusterError(f"{command[0]} failed: {(done.stdout + done.stderr)[-1500:]}")


if __name__ == "__main__":
    try:
        print(install())
    except NoClusterError as error:
        sys.exit(str(error))
