"""Nodes in processes of their own: started, killed, held, filled, restarted, and surely ended."""

from __future__ import annotations

import base64
import contextlib
import ctypes
import http.client
import json
import os
import random
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.jars import CLASS, class_path
from tests.waiting import PATIENCE

HOST = "127.0.0.1"
# Compiled once and lightly: a node of the tests lives for minutes. The heap grows only where it is used.
JAVA = ["java", "-Xms96m", "-Xmx512m", "-XX:+UseSerialGC", "-Djava.security.manager=allow"]
LIGHTLY = "-XX:TieredStopAtLevel=1"
LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
HANDED_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)

Settings = Mapping[str, object]


class NodeError(Exception):
    """A node or a cluster did not come to the state that was waited for; the message has the end of its log."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different.

    Below those that the system hands out by itself: while a node is down no reader's connection may take its place.
    """
    first = int(HANDED_OUT.read_text("ascii").split()[0]) if HANDED_OUT.exists() else 32768
    tried = random.SystemRandom().sample(range(min(10_240, first // 2), first), 20 * count)
    free: list[int] = []
    for port in tried:
        if len(free) == count:
            break
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind((HOST, port))
            free.append(port)
    return free


def wait(what: str, true: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Waits until something is true. Raises ``NodeError``."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise NodeError(f"not so after {patience:.0f} s: {what}")
        time.sleep(0.1)


def _die_with_parent() -> None:
    """A held process reads no end of a stream; the kernel kills it all the same when pytest dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Access:
    """How a node with users and TLS is asked."""

    user: str
    password: str
    authority: Path

    def headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


class Node:
    """One node: a folder with settings, data and a log, and a process while it runs."""

    def __init__(self, folder: Path, name: str, settings: Settings) -> None:
        self.folder, self.name = folder, name
        # Bytes of a disk of its own in memory, that can be filled without harm; 0: the usual disk.
        self.memory_disk = 0
        # Whose request this module's own are; a node without the security plugin asks nobody.
        self.access: Access | None = None
        self.environment: dict[str, str] = {}
        # Compiled as on a server that runs for years: for what is measured.
        self.lasting = False
        self.http_port, self.transport_port = free_ports(2)
        self.settings = dict(settings)
        self.held = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.http_port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.access else 'http'}://{self.address}"

    @property
    def pid(self) -> int | None:
        """The process, ``None`` while there is none."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the process; ``wait_answering`` waits until it answers."""
        assert self.pid is None, f"{self.name} runs"
        self._write_settings()
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def _command(self) -> list[str]:
        node = [*JAVA, *(() if self.lasting else (LIGHTLY,)), "-cp", class_path(), CLASS, str(self.folder)]
        if not self.memory_disk:
            return node
        # A mount that only this process sees, gone with it.
        mount = f'mount -t tmpfs -o size={self.memory_disk} none {self.folder / "data"} && exec "$@"'
        return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh", *node]

    @staticmethod
    def can_have_memory_disk() -> bool:
        """Whether this system lets us mount in a namespace of our own."""
        if shutil.which("unshare") is None:
            return False
        tried = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
        return subprocess.run(tried, capture_output=True, check=False).returncode == 0

    def _write_settings(self) -> None:
        config = self.folder / "config"
        for needed in (config, self.folder / "data", self.folder / "logs"):
            needed.mkdir(parents=True, exist_ok=True)
        written = {
            **self.settings,
            "node.name": self.name,
            "network.host": HOST,
            "http.port": self.http_port,
            "transport.port": self.transport_port,
            "node.store.allow_mmap": False,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
        }
        # JSON is YAML as well.
        (config / "opensearch.yml").write_text(json.dumps(written, indent=1), encoding="utf-8")
        (config / "log4j2.properties").write_text(LOGGING, encoding="utf-8")

    def log(self) -> str:
        """The end of what the node said."""
        file = self.folder / "log.txt"
        return file.read_text("utf-8", errors="replace")[-3000:] if file.exists() else ""

    def answers(self) -> bool:
        """Whether the node answers. Raises ``NodeError`` if its process has ended."""
        if self.pid is None:
            raise NodeError(f"{self.name} has ended: {self.log()}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/", patience=5)[0] == 200
        return False

    def wait_answering(self) -> None:
        wait(f"{self.name} answers", self.answers)

    def ask(self, method: str, path: str, body: object = None, patience: float = 60) -> tuple[int, Any]:
        """One request: status and JSON value, or text. Raises ``OSError`` if there is no answer."""
        headers = {"Content-Type": "application/json", **(self.access.headers() if self.access else {})}
        with contextlib.closing(self._connection(patience)) as connection:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            said = answer.read()
            if "json" in answer.headers.get("Content-Type", ""):
                return answer.status, json.loads(said)
            return answer.status, said.decode()

    def _connection(self, patience: float) -> http.client.HTTPConnection:
        if self.access is None:
            return http.client.HTTPConnection(HOST, self.http_port, timeout=patience)
        context = ssl.create_default_context(cafile=self.access.authority)
        return http.client.HTTPSConnection(HOST, self.http_port, timeout=patience, context=context)

    def health(self) -> Mapping[str, Any]:
        """What the node says of the cluster's state; empty while it says nothing, or knows of none."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, value = self.ask("GET", "/_cluster/health?timeout=1s", patience=30)
            if status == 200 and isinstance(value, dict):
                return value
        return {}

    def members(self) -> int:
        """How many nodes the cluster has as this one sees it; 0 while it sees none."""
        return int(self.health().get("number_of_nodes", 0))

    def kill(self) -> None:
        """The machine dies: SIGKILL, nothing is flushed or said."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends in order, as systemd would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, how)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._process, self.held = None, False

    def hold(self) -> None:
        """Stands still without dying (SIGSTOP): to the others a cut network; connections stay open, nothing comes."""
        if self.pid:
            self.held = True
            os.killpg(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Continues after ``hold`` (SIGCONT)."""
        self.held = False
        if self.pid:
            os.killpg(self.pid, signal.SIGCONT)

    def erase(self) -> None:
        """Kills the node and removes its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Cluster:
    """Nodes that know each other; ``with Cluster(folder, 3) as cluster`` ends them all whatever happens."""

    def __init__(self, folder: Path, count: int, settings: Settings | None = None, *, lasting: bool = False) -> None:
        self.name = f"tests-{secrets.token_hex(4)}"
        self.nodes = [Node(folder / f"n{number + 1}", f"n{number + 1}", settings or {}) for number in range(count)]
        self.repository = folder / "repository"
        for node in self.nodes:
            node.settings = {**self._together(), **node.settings}
            node.lasting = lasting

    def _together(self) -> dict[str, object]:
        """Settings of nodes that find each other and soon notice when one is gone."""
        common: dict[str, object] = {
            "cluster.name": self.name,
            "path.repo": [str(self.repository)],
            # The disk of a developer may be nearly full: only the tests of a full disk turn this on.
            "cluster.routing.allocation.disk.threshold_enabled": False,
        }
        if len(self.nodes) == 1:
            return {**common, "discovery.type": "single-node"}
        return {
            **common,
            "discovery.type": "zen",
            "discovery.seed_hosts": [f"{HOST}:{node.transport_port}" for node in self.nodes],
            "cluster.initial_cluster_manager_nodes": [node.name for node in self.nodes],
            # By itself a silent node is given up after thirty seconds; the tests cannot wait that long each time.
            "cluster.fault_detection.follower_check.timeout": "3s",
            "cluster.fault_detection.leader_check.timeout": "3s",
            "cluster.publish.timeout": "10s",
            "cluster.follower_lag.timeout": "20s",
        }

    def __enter__(self) -> Cluster:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.erase()
        shutil.rmtree(self.repository, ignore_errors=True)

    @property
    def url(self) -> str:
        """All addresses as the command line takes them."""
        return ",".join(self.urls)

    @property
    def urls(self) -> list[str]:
        """Addresses of all nodes, running or not."""
        return [node.url for node in self.nodes]

    def start(self) -> None:
        """Starts every node that does not run and waits until all are joined and every shard has its copies."""
        self.repository.mkdir(parents=True, exist_ok=True)
        for node in self.nodes:
            if node.pid is None:
                node.start()
        for node in self.nodes:
            node.wait_answering()
        self.wait_status("green")

    def ask(self, method: str, path: str, body: object = None, patience: float = 60) -> tuple[int, Any]:
        """One request to the first node that answers; held ones are not asked. Raises ``OSError`` if none does."""
        last: Exception = OSError("no node runs")
        for node in (one for one in self.nodes if not one.held):
            try:
                return node.ask(method, path, body, patience)
            except (OSError, http.client.HTTPException) as error:
                last = error
        raise OSError(f"no node answers: {last}")

    def told(self, path: str) -> Any:
        """What a sound cluster says to a question, asked again while none is sound. Raises ``NodeError``."""
        end = time.monotonic() + PATIENCE
        while True:
            status, value = 0, None
            with contextlib.suppress(OSError):
                status, value = self.ask("GET", path)
            if status == 200:
                return value
            if time.monotonic() > end:
                raise NodeError(f"no answer to {path} after {PATIENCE:.0f} s: {status} {value}")
            time.sleep(0.2)

    def wait_status(self, status: str, nodes: int | None = None) -> None:
        """Waits until every node that runs says ``green`` or ``yellow`` and so many nodes, by default all.

        Every one: a node that has just gone on after standing still knows of nothing that happened meanwhile.
        """
        wanted = {"yellow": ("yellow", "green"), "green": ("green",)}[status]
        count = len(self.nodes) if nodes is None else nodes
        try:
            wait(f"{status} with {count} nodes", lambda: self._is_so(wanted, count))
        except NodeError as error:
            said = [(node.health(), node.log()) for node in self.nodes if not node.held]
            raise NodeError(f"{error}; {said}") from None

    def _is_so(self, wanted: Sequence[str], count: int) -> bool:
        running = [node for node in self.nodes if node.pid and not node.held]
        for health in (node.health() for node in running):
            moving = health.get("relocating_shards", 0) + health.get("initializing_shards", 0)
            if health.get("status") not in wanted or health["number_of_nodes"] != count or moving:
                return False
        return bool(running)

    def manager(self) -> Node:
        """The node that leads the cluster, as soon as there is one."""
        found: list[Node] = []

        def leads() -> bool:
            names = [told["node"] for told in self.told("/_cat/cluster_manager?format=json")]
            found[:] = [node for node in self.nodes if node.name in names]
            return bool(found)

        wait("a node leads", leads)
        return found[0]

    def set(self, **settings: object) -> None:
        """Settings of the running cluster, dots written as ``__``; ``None`` takes one back."""
        persistent = {name.replace("__", "."): value for name, value in settings.items()}
        status, value = self.ask("PUT", "/_cluster/settings", {"persistent": persistent})
        assert status == 200, value

    def roll(self, pause: Callable[[Node], None] = lambda node: None) -> None:
        """Stops and starts one node after the other, each time waiting until all copies are whole again."""
        for node in self.nodes:
            node.stop()
            pause(node)
            self.start()

    def heal(self, keep: Sequence[str] = ()) -> None:
        """As new: held nodes go on, dead ones are started, settings and indices of tests are gone."""
        for node in self.nodes:
            node.go_on()
        self.start()
        status, value = self.ask("PUT", "/_cluster/settings", {"persistent": {"*": None}, "transient": {"*": None}})
        assert status == 200, value
        for index in self.told("/_cat/indices?format=json&expand_wildcards=all"):
            if index["index"] not in keep:
                status, value = self.ask("DELETE", f"/{index['index']}", patience=PATIENCE)
                assert status in (200, 404), value
        self.wait_status("green")
