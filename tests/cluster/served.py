"""An archive published to nodes, a site in front of them, and readers who look whether anything changes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from indexer.vocabulary import load
from tests.cluster.nodes import Cluster, Node
from tests.deploy.places import ROOT, site
from tests.small_archive import Answer, make_reports, publish

CITIES = ("Омск", "Томск", "Барнаул", "Чита", "Якутск", "Кемерово", "Иркутск", "Хабаровск", "Владивосток", "Бийск")
YEARS = range(2012, 2022)
DEEDS = (
    "отремонтированы дороги частного сектора",
    "открыта общественная приёмная",
    "проведён онлайн опрос жителей",
    "высажены деревья в новом сквере",
    "построена школа на тысячу мест",
    "обновлены автобусы и трамвайные пути",
    "создан совет территориального самоуправления",
    "переведены на газ котельные посёлка",
    "запущена раздельная уборка мусора",
    "благоустроена набережная реки",
)
PLACES = ("у вокзала", "в северном районе", "за рекой", "на площади Победы", "в микрорайоне «Южный»", "близ рынка")
ASKED = (
    "/api/search?q=дороги",
    "/api/search?q=«общественная приёмная»",
    "/api/search?q=школа набережная&city=Омск",
    "/api/search?q=дороги -вокзал год:2015..2019",
    "/api/search?q=город:Томск автобусы&sort=newest&page=2",
    "/api/search?q=самоуправлен*",
    "/api/search?q=",
    "/api/suggest?q=набе",
    "/api/reports/r42",
)
"""What readers ask while nodes die: words, phrases, filters, exclusions, ranges, beginnings, completions, reports."""
BOUND = 150.0
"""Seconds that no reader ever waits; wide, since tests hold no times."""


def made_archive(folder: Path, answers: int = 25) -> Path:
    """An index of a made-up archive of a hundred reports with so many answers each."""
    dice = random.Random(19)
    sections = [section.title for section in load().sections[:5]]
    rows = [
        (
            city,
            year,
            sections[(number + year) % len(sections)],
            tuple(_answer(dice, city, year) for _ in range(answers)),
        )
        for number, city in enumerate(CITIES)
        for year in YEARS
    ]
    publish(folder, make_reports(rows))
    return folder


def _answer(dice: random.Random, city: str, year: int) -> Answer:
    deeds = dice.sample(DEEDS, 3)
    text = ". ".join(f"{deed[0].upper()}{deed[1:]} {dice.choice(PLACES)}" for deed in deeds)
    return "achievements", f"Что удалось сделать в {year} году?", f"{text}; истрачено {dice.randrange(10**6)} рублей."


class Reached(Protocol):
    """What has an address of a cluster, or of something between."""

    @property
    def url(self) -> str: ...


def publishing(cluster: Reached, source: Path, *options: str, kind: str = "--index") -> subprocess.Popen[str]:
    """The command that publishes an index or, with another ``kind``, ``--reports``; running."""
    command = [sys.executable, "-m", "indexer", "publish", "--to", cluster.url, kind, str(source), *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def finished(command: subprocess.Popen[str]) -> tuple[int, str]:
    """How a command ended and what it said."""
    with command:
        said, _ = command.communicate(timeout=900)
    return command.returncode, said


def published(cluster: Cluster, index: Path, *options: str) -> None:
    """Publishes a build with a copy of each part."""
    status, said = finished(publishing(cluster, index, *(options or ("--shards", "3", "--replicas", "1"))))
    assert status == 0, said


def served_index(cluster: Cluster) -> str:
    """The index that the archive's name leads to, blank if none."""
    aliases = cluster.told("/_cat/aliases/opyt?format=json")
    return str(aliases[0]["index"]) if aliases else ""


def our_indices(cluster: Cluster, alias: str = "opyt") -> set[str]:
    """All indices of the archive in the cluster."""
    found = cluster.told(f"/_cat/indices/{alias}-*?format=json&expand_wildcards=all")
    return {index["index"] for index in found}


@contextmanager
def site_on(cluster: Cluster, empty: Path) -> Iterator[int]:
    """The site in front of a cluster, in a process of its own; its port."""
    with site(empty / "reports", empty / "index", "--engine", cluster.url) as port:
        yield port


@dataclass(frozen=True, slots=True)
class Said:
    """What the site answered."""

    status: int
    value: Any
    """JSON without what tells the time; text of anything else."""


def asked(port: int, path: str) -> Said:
    """One request of a reader. Raises ``OSError`` where the site itself is silent for long."""
    address = f"http://127.0.0.1:{port}{quote(path, safe='/?=&%')}"
    try:
        with urllib.request.urlopen(address, timeout=BOUND) as answer:
            status, body, kind = answer.status, answer.read(), answer.headers.get("Content-Type", "")
    except urllib.error.HTTPError as error:
        with error:
            status, body, kind = error.code, error.read(), error.headers.get("Content-Type", "")
    return Said(status, timeless(json.loads(body)) if "json" in kind else body.decode())


def timeless(value: Any) -> Any:
    """A value of the API without the milliseconds that it took."""
    if isinstance(value, Mapping):
        return {name: timeless(part) for name, part in value.items() if name not in ("took", "took_ms", "seconds")}
    return [timeless(part) for part in value] if isinstance(value, list) else value


@dataclass
class Readers:
    """Readers who ask without pause and note whatever is not what it was."""

    port: int
    right: Mapping[str, Said]
    count: int = 4
    answered: int = 0
    refused: list[tuple[str, Said]] = field(default_factory=list)
    """Said to be unavailable: no wrong answer, and for some failures the only honest one."""
    wrong: list[tuple[str, Said]] = field(default_factory=list)

    def __enter__(self) -> Readers:
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(self.count)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        paths = list(self.right)
        turn = number
        while not self._done.wait(0.02):
            path = paths[turn % len(paths)]
            turn += 1
            try:
                said = asked(self.port, path)
            except OSError as error:
                said = Said(0, str(error))
            self._note(path, said)

    def _note(self, path: str, said: Said) -> None:
        if said == self.right[path]:
            self.answered += 1
        elif said.status == 503 and told_plainly(said):
            self.refused.append((path, said))
        else:
            self.wrong.append((path, said))

    def more(self, answers: int = 40) -> None:
        """Waits until so many more right answers have come."""
        from tests.cluster.nodes import wait

        goal = self.answered + answers
        wait(f"{answers} more right answers; wrong {self.wrong[:2]}", lambda: self.answered >= goal or bool(self.wrong))


def told_plainly(said: Said) -> bool:
    """Whether a refusal tells in a Russian sentence what is the matter."""
    text = said.value.get("detail", "") if isinstance(said.value, dict) else said.value
    return "кластер" in text.lower()


def right_answers(port: int) -> dict[str, Said]:
    """What a sound site says to all that readers ask. It has to find something."""
    said = {path: asked(port, path) for path in ASKED}
    assert {one.status for one in said.values()} == {200}, {
        path: one for path, one in said.items() if one.status != 200
    }
    assert all(one.value["total"] for path, one in said.items() if "search" in path)
    return said


def loaded_half(cluster: Cluster, before: set[str], command: subprocess.Popen[str]) -> bool:
    """Whether the publishing command has begun to fill a new index, or is done already."""
    if command.poll() is not None:
        return True
    for index in our_indices(cluster) - before:
        cluster.ask("POST", f"/{index}/_refresh")
        status, value = cluster.ask("POST", f"/{index}/_count")
        if status == 200 and value["count"] > 0:
            return True
    return False


def others(cluster: Cluster, than: Node) -> list[Node]:
    """The nodes but one."""
    return [node for node in cluster.nodes if node is not than]
