"""What a server keeps of a build beside the cluster: its short columns and word tables, in the cluster as pieces.

A piece is named by its content, so what two builds have in common is sent and fetched once. A server takes them into a
folder that looks like a build without texts and postings.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from indexer.builds.build import Build
from indexer.builds.history import HISTORY_FILE
from indexer.cluster.connection import WORK_WITHIN, Connection
from indexer.errors import ClusterError, EngineGone
from indexer.index.arrays.filed import save_array
from indexer.index.arrays.steps import Ints
from indexer.index.columns import HEAVY, ZONES
from indexer.index.postings import mean_lengths

PIECE = 1 << 20
"""Bytes of a piece before it is packed."""

SAID_FILE = "lemma-said.npy"
"""How often each lemma, as a form's likeliest reading, stands in texts: what a city says is held against it."""

MEANS_FILE = "zone-means.npy"
"""The mean lengths of the zones, by which a word's worth in a passage is reckoned."""

_LEFT_OUT = ("MAIN_", "_MAIN", "passages.", HISTORY_FILE)
_AT_ONCE = 8

SETTINGS = {
    "settings": {"index": {"number_of_shards": 1, "codec": "best_compression"}},
    "mappings": {"dynamic": "strict", "properties": {"data": {"type": "binary"}}},
}


def index_of(alias: str) -> str:
    """The index that holds the pieces of an archive."""
    return f"{alias}-columns"


def files_of(folder: Path) -> list[Path]:
    """The files of a build that servers keep."""
    heavy = {f"column-{name}.npy" for name in HEAVY}
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.name not in heavy and not path.name.startswith(_LEFT_OUT)
    )


def said_counts(build: Build) -> Ints:
    """How often each lemma stands in the texts of the archive, a form counting for its likeliest reading."""
    columns = build.columns
    inside = np.zeros(len(columns.stream) + 1, dtype=np.int8)
    np.add.at(inside, columns.zones[:-1:ZONES], 1)
    np.add.at(inside, columns.zones[1::ZONES], -1)
    forms = np.bincount(columns.stream[np.cumsum(inside[:-1]) > 0], minlength=len(columns.form_spelling))
    forms[0] = 0
    some = np.diff(columns.form_lemmas_start) > 0
    first = columns.form_lemmas[columns.form_lemmas_start[:-1][some]]
    return np.bincount(first, weights=forms[some], minlength=len(columns.lemma_idf)).astype(np.int32)


def send(build: Build, connection: Connection, aside: Path) -> dict[str, Any]:
    """Sends what is not there yet; returns the list by which `fetch` finds it. ``aside`` is a folder for made files."""
    save_array(aside / SAID_FILE, said_counts(build))
    save_array(aside / MEANS_FILE, np.asarray(mean_lengths(build.columns.zones)))
    return _files_sent([*files_of(build.folder), aside / SAID_FILE, aside / MEANS_FILE], connection)


def send_memory(build: Build, connection: Connection) -> dict[str, Any]:
    """Sends what the build remembers of ids and dates: who builds without an index of his own needs it, no server does.

    Returns the list by which `fetch` finds it, empty where the build remembers nothing.
    """
    memory = build.folder / HISTORY_FILE
    return _files_sent([memory], connection) if memory.is_file() else {}


def _files_sent(paths: Iterable[Path], connection: Connection) -> dict[str, Any]:
    index = index_of(connection.address.alias)
    if connection.ask("GET", f"/{index}") is None:
        connection.ask("PUT", f"/{index}", SETTINGS, within=WORK_WITHIN)
    listed: dict[str, Any] = {}
    for path in paths:
        names = list(_sent(path, index, connection))
        listed[path.name] = {"size": path.stat().st_size, "pieces": names}
    connection.ask("POST", f"/{index}/_refresh", within=WORK_WITHIN)
    return listed


def keep_list(listed: Mapping[str, Any], connection: Connection) -> str:
    """Keeps the list itself as a piece; returns its name."""
    data = json.dumps(listed, sort_keys=True).encode("ascii")
    name = _name(data)
    _write(connection, index_of(connection.address.alias), [(name, data)])
    return name


def read_list(name: str, connection: Connection) -> dict[str, Any]:
    """The list of that name. Raises ClusterError where it is gone or damaged."""
    data = _read(connection, index_of(connection.address.alias), [name])[0]
    found: dict[str, Any] = json.loads(data)
    return found


def fetch(
    name: str, connection: Connection, folder: Path, earlier: Path | None = None, only: Collection[str] = ()
) -> None:
    """Writes the files of a list into a new folder; those that an ``earlier`` folder has alike are linked.

    All of them, or ``only`` those of some names. The folder is there only when they are. Raises ClusterError, OSError.
    """
    listed = read_list(name, connection)
    if only:
        listed = {file: told for file, told in listed.items() if file in only}
    if any(Path(file).name != file or file.startswith(".") for file in listed):
        raise ClusterError("Список столбцов в кластере испорчен: загрузите индекс заново — python -m indexer publish.")
    index = index_of(connection.address.alias)
    draft = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        before = _known(earlier)
        for file, told in listed.items():
            if earlier is not None and before.get(file) == told:
                os.link(earlier / file, draft / file)
            else:
                _fetched(draft / file, told, index, connection)
        (draft / _LISTED).write_text(json.dumps(listed), encoding="ascii")
        draft.replace(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


_LISTED = "cluster.json"


def _known(earlier: Path | None) -> dict[str, Any]:
    if earlier is None or not (earlier / _LISTED).is_file():
        return {}
    found: dict[str, Any] = json.loads((earlier / _LISTED).read_text(encoding="ascii"))
    return found


def sweep(lists: Collection[str], connection: Connection) -> None:
    """Removes every piece that none of the lists names."""
    index = index_of(connection.address.alias)
    kept = set(lists)
    for name in lists:
        kept.update(piece for told in read_list(name, connection).values() for piece in told["pieces"])
    gone = [name for name in _all_names(index, connection) if name not in kept]
    for first in range(0, len(gone), 1000):
        lines = [{"delete": {"_id": name}} for name in gone[first : first + 1000]]
        connection.ask("POST", f"/{index}/_bulk", lines, within=WORK_WITHIN)


def _all_names(index: str, connection: Connection) -> Iterator[str]:
    after: list[Any] | None = None
    connection.ask("POST", f"/{index}/_refresh", within=WORK_WITHIN)
    while True:
        body: dict[str, Any] = {"query": {"match_all": {}}, "_source": False, "size": 1000, "sort": ["_id"]}
        if after:
            body["search_after"] = after
        hits = connection.search(index, body)["hits"]["hits"]
        if not hits:
            return
        yield from (hit["_id"] for hit in hits)
        after = hits[-1]["sort"]


def _sent(path: Path, index: str, connection: Connection) -> Iterator[str]:
    """Sends the pieces of a file; yields their names in order."""
    portion: list[tuple[str, bytes]] = []
    with path.open("rb") as file:
        while data := file.read(PIECE):
            portion.append((_name(data), data))
            yield portion[-1][0]
            if len(portion) == _AT_ONCE:
                _send_new(connection, index, portion)
                portion = []
    _send_new(connection, index, portion)


def _send_new(connection: Connection, index: str, portion: list[tuple[str, bytes]]) -> None:
    if not portion:
        return
    asked = {"docs": [{"_id": name, "_source": False} for name, _ in portion]}
    found = connection.ask("POST", f"/{index}/_mget", asked, within=WORK_WITHIN)["docs"]
    there = {one["_id"] for one in found if one.get("found")}
    _write(connection, index, [(name, data) for name, data in portion if name not in there])


def _write(connection: Connection, index: str, portion: list[tuple[str, bytes]]) -> None:
    lines: list[Mapping[str, Any]] = []
    for name, data in portion:
        packed = base64.b64encode(zlib.compress(data, 1)).decode("ascii")
        lines += [{"index": {"_id": name}}, {"data": packed}]
    if lines and connection.ask("POST", f"/{index}/_bulk", lines, within=WORK_WITHIN)["errors"]:
        raise EngineGone("Кластер не принял столбцы индекса: проверьте место на его дисках и повторите.")


def _read(connection: Connection, index: str, names: list[str]) -> list[bytes]:
    answer = connection.ask("POST", f"/{index}/_mget", {"ids": names}, within=WORK_WITHIN)
    if answer is None or not all(one.get("found") for one in answer["docs"]):
        raise ClusterError("Столбцов индекса в кластере нет: загрузите его заново — python -m indexer publish.")
    found = [zlib.decompress(base64.b64decode(one["_source"]["data"])) for one in answer["docs"]]
    if [_name(data) for data in found] != names:
        raise ClusterError("Столбцы индекса в кластере повреждены: загрузите его заново — python -m indexer publish.")
    return found


def _fetched(path: Path, told: Mapping[str, Any], index: str, connection: Connection) -> None:
    names = told["pieces"]
    with path.open("wb") as file:
        for first in range(0, len(names), _AT_ONCE):
            for data in _read(connection, index, names[first : first + _AT_ONCE]):
                file.write(data)
    if path.stat().st_size != told["size"]:
        raise ClusterError("Столбцы индекса в кластере повреждены: загрузите его заново — python -m indexer publish.")


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
