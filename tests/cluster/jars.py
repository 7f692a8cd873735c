"""What nodes are made of: the jars of OpenSearch and its security plugin from Maven, one small class; once per user.

``python -m tests.cluster.jars`` installs them; without Java, Maven or the jars the tests of the cluster are skipped.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCES = Path(__file__).parent / "java"
POM, NODE = SOURCES / "pom.xml", SOURCES / "OneNode.java"
CLASS = "OneNode"
SECURITY = "org.opensearch.plugin:opensearch-security:2.19.1.0:zip"
FETCHING_SECONDS = 900


class NoClusterError(Exception):
    """Nodes cannot be started here; the message says what is missing and what to do."""


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "municipal-experience-tests"


def folder() -> Path:
    """Where the jars stand: a folder of its own for each state of the sources."""
    state = hashlib.sha256(POM.read_bytes() + NODE.read_bytes() + SECURITY.encode()).hexdigest()[:12]
    return _cache() / f"opensearch-{state}"


def class_path() -> str:
    """The class path of a node. Raises ``NoClusterError`` if the jars are not installed or there is no Java."""
    if shutil.which("java") is None:
        raise NoClusterError("no Java: install openjdk-17-jdk-headless")
    if not folder().is_dir():
        raise NoClusterError("no jars of OpenSearch: run python -m tests.cluster.jars")
    return f"{folder()}{os.pathsep}{folder() / 'jars' / '*'}"


def plugins() -> Path:
    """The folder of plugins with the one for users and TLS, for nodes that want it."""
    return folder() / "plugins"


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
            ["mvn", "-q", "-B", "-ntp", "-f", str(POM), "dependency:copy-dependencies", "dependency:copy"]
            + ["-DincludeScope=runtime", f"-Dartifact={SECURITY}", f"-DoutputDirectory={new / 'jars'}"]
        )
        _unpack_plugin(new)
        _call(["javac", "-nowarn", "-cp", str(new / "jars" / "*"), "-d", str(new), str(NODE)])
        if not folder().is_dir():  # Two may have fetched at once: the first one's is as good.
            new.rename(folder())
    return folder()


def _unpack_plugin(new: Path) -> None:
    """Without what stands on the class path already: OpenSearch refuses to load a class twice."""
    (packed,) = (new / "jars").glob("*.zip")
    there = {_artifact(jar.name) for jar in (new / "jars").glob("*.jar")}
    with zipfile.ZipFile(packed) as plugin:
        wanted = [name for name in plugin.namelist() if _artifact(name) not in there]
        plugin.extractall(new / "plugins" / "opensearch-security", wanted)
    packed.unlink()


def _artifact(jar: str) -> str:
    """``httpcore-4.4.16.jar`` → ``httpcore``."""
    return re.split(r"-\d", jar)[0]


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCHING_SECONDS, check=False)
    if done.returncode:
        raise NoClusterError(f"{command[0]} failed: {(done.stdout + done.stderr)[-1500:]}")


if __name__ == "__main__":
    try:
        print(install())
    except NoClusterError as error:
        sys.exit(str(error))
