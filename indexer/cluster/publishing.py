"""A build published to a cluster: loaded into an index beside the served one, looked through, then named in one step.

The alias is what readers follow. Until it is moved nothing they see has changed; what was loaded in vain is removed by
whoever loads next. The index before is kept, for a way back.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from indexer.builds.build import Build
from indexer.builds.manifest import FORMAT_VERSION, MANIFEST_FILE, Manifest, read_manifest
from indexer.cluster import columns
from indexer.cluster.connection import NO_ROOM, WORK_WITHIN, Connection, is_full
from indexer.cluster.documents import Document, Documents
from indexer.cluster.terms import facet_term, term_of
from indexer.errors import ClusterError, EngineGone

T = TypeVar("T")

LAYOUT = 1
"""Changes with the fields of the index or the meaning of what stands in them."""

_AT_ONCE = 250
"""Documents in one request: some megabytes."""
_SENDING = 2
_PATIENCE = 300.0
"""Seconds that a cluster which is busy or gone is waited for."""
_SLICE = 10_000
_WHEN_COPIED = {"wait_for_active_shards": "all", "timeout": "60s"}
"""What is loaded before all copies stand dies with its machine; where they cannot be had, loading begins anyway."""

Told = Callable[[int, int], None]
"""Is told how many documents are there, and of how many."""


@dataclass(frozen=True, slots=True)
class Published:
    """An index of an archive in a cluster."""

    name: str
    stamp: str
    documents: int
    list_name: str
    """Under which its columns are found."""
    memory_name: str
    """Under which its memory of ids and dates is found, blank where it has none."""
    whole: bool
    served: bool
    layout: int
    format_version: int
    made: int
    """When, in milliseconds since 1970."""


def settings(shards: int, replicas: int) -> dict[str, Any]:
    """Settings and fields of an index of passages: `settings.json`."""
    content: dict[str, Any] = json.loads(files(__package__).joinpath("settings.json").read_text(encoding="utf-8"))
    content["settings"]["index"] |= {"number_of_shards": shards, "number_of_replicas": replicas}
    return content


def indices(connection: Connection) -> list[Published]:
    """The indices of the archive, the one made first first."""
    alias = connection.address.alias
    found = connection.ask("GET", f"/{alias}-p-*", parameters={"expand_wildcards": "open,hidden"}) or {}
    return sorted((_published(name, told, alias) for name, told in found.items()), key=lambda one: one.made)


def served(connection: Connection) -> Published:
    """The index that the alias names. Raises ClusterError where it names none."""
    found = served_if_any(connection)
    if found is None:
        raise ClusterError(
            f"В кластере ({connection.address.told}) нет архива «{connection.address.alias}»: загрузите его — "
            f"python -m indexer publish --to {connection.address.urls[0]}"
        )
    return found


def served_if_any(connection: Connection) -> Published | None:
    """The index that the alias names, ``None`` where it names none."""
    alias = connection.address.alias
    found = connection.ask("GET", f"/{alias}")
    return next((_published(name, told, alias) for name, told in found.items()), None) if found else None


def _published(name: str, told: Mapping[str, Any], alias: str) -> Published:
    meta = told["mappings"].get("_meta", {})
    return Published(
        name=name,
        stamp=str(meta.get("stamp", "")),
        documents=int(meta.get("documents", 0)),
        list_name=str(meta.get("columns", "")),
        memory_name=str(meta.get("memory", "")),
        whole=meta.get("state") == "whole",
        served=alias in told["aliases"],
        layout=int(meta.get("layout", 0)),
        format_version=int(meta.get("format", 0)),
        made=int(told["settings"]["index"]["creation_date"]),
    )


def publish(
    build: Build,
    connection: Connection,
    *,
    shards: int = 3,
    replicas: int = 1,
    anew: bool = False,
    told: Told = lambda _done, _all: None,
) -> Published:
    """Loads a build and has it served; returns its index. What is served already is left as it is.

    Where the served index is of the same kind it is copied within the cluster and only what differs is sent, unless
    ``anew``. Raises ClusterError; then what was served before is served still.
    """
    there = indices(connection)
    before = next((one for one in there if one.served), None)
    if before is not None and before.stamp == build.stamp and before.whole and not anew:
        return before
    name = _new_name(build.stamp, there, connection)
    vain = [one.name for one in there if not one.served and not one.whole]
    _remove([one for one in vain if one != name or _is_broken(one, connection)], connection)
    try:
        loaded = _loaded(build, connection, name, None if anew else before, shards, replicas, told)
    except EngineGone:
        raise
    except BaseException:
        with suppress(ClusterError):
            _remove([name], connection)
        raise
    _name(loaded.name, connection)
    _clean(connection, before)
    return served(connection)


def _new_name(stamp: str, there: Sequence[Published], connection: Connection) -> str:
    """A name for an index of the build: that of a load that was broken off, else one that nothing has."""
    begun = next((one.name for one in there if one.stamp == stamp and not one.whole and not one.served), None)
    own = f"{connection.address.alias}-p-{stamp.lower()}"
    names = {one.name for one in there}
    tried = (own if number == 1 else f"{own}-{number}" for number in count(1))
    return begun or next(name for name in tried if name not in names)


def remembered(connection: Connection, index_dir: Path) -> bool:
    """Lays the memory of the served index where a new build of the folder looks for it; whether there is one.

    Raises ClusterError where it is damaged, EngineGone where the cluster does not answer.
    """
    now = served_if_any(connection)
    if now is None or not now.memory_name:
        return False
    # A folder that is no build, as `python -m indexer import` makes one.
    columns.fetch(now.memory_name, connection, index_dir / "builds" / f"imported-{now.stamp}")
    return True


def served_manifest(connection: Connection, aside: Path) -> Manifest | None:
    """What the served index was made of, ``None`` where none is served. ``aside`` is a folder that is not there yet."""
    now = served_if_any(connection)
    if now is None or not now.list_name:
        return None
    columns.fetch(now.list_name, connection, aside, only=(MANIFEST_FILE,))
    return read_manifest(aside)


def roll_back(connection: Connection) -> Published:
    """Has the whole index before the served one served again. Raises ClusterError where there is none."""
    now = served(connection)
    earlier = [one for one in indices(connection) if one.whole and one.made < now.made and one.layout == LAYOUT]
    if not earlier:
        raise ClusterError("Вернуться не к чему: прежнего индекса в кластере нет.")
    _name(earlier[-1].name, connection)
    return earlier[-1]


def _loaded(
    build: Build,
    connection: Connection,
    name: str,
    before: Published | None,
    shards: int,
    replicas: int,
    told: Told,
) -> Published:
    documents = Documents(build)
    if before is not None and before.whole and (before.layout, before.format_version) == (LAYOUT, FORMAT_VERSION):
        _copy(before.name, name, replicas, connection)
    elif connection.ask("HEAD", f"/{name}") in (None, False):
        content = settings(shards, replicas)
        content["mappings"]["_meta"] = _meta(build, "loading")
        connection.ask("PUT", f"/{name}", content, _WHEN_COPIED, within=WORK_WITHIN)
    _fill(documents, name, connection, told)
    with tempfile.TemporaryDirectory() as aside:
        listed = columns.keep_list(columns.send(build, connection, Path(aside)), connection)
    remembered = columns.send_memory(build, connection)
    memory = columns.keep_list(remembered, connection) if remembered else ""
    connection.ask("POST", f"/{name}/_refresh", within=WORK_WITHIN)
    _look_through(build, documents, name, connection)
    connection.ask("PUT", f"/{name}/_mapping", {"_meta": _meta(build, "whole", listed, memory)}, within=WORK_WITHIN)
    connection.ask("PUT", f"/{name}/_settings", {"index.blocks.write": True}, within=WORK_WITHIN)
    return next(one for one in indices(connection) if one.name == name)


def _meta(build: Build, state: str, listed: str = "", memory: str = "") -> dict[str, Any]:
    manifest = build.manifest
    return {
        "stamp": build.stamp,
        "state": state,
        "layout": LAYOUT,
        "format": manifest.format_version,
        "analysis": manifest.analysis_version,
        "dictionary": manifest.dictionary_version,
        "reports": manifest.reports,
        "documents": manifest.passages,
        "created": manifest.created,
        "columns": listed,
        "memory": memory,
    }


def _copy(source: str, name: str, replicas: int, connection: Connection) -> None:
    """Copies a whole index within the cluster, which links its files; a copy left by another attempt goes on."""
    if connection.ask("HEAD", f"/{name}") not in (None, False):
        return
    body = {"settings": {"index.blocks.write": None, "index.number_of_replicas": replicas}}
    connection.ask("PUT", f"/{source}/_settings", {"index.blocks.write": True}, within=WORK_WITHIN)
    connection.ask("PUT", f"/{source}/_clone/{name}", body, _WHEN_COPIED, within=WORK_WITHIN)
    connection.ask("GET", f"/_cluster/health/{name}", None, {"wait_for_status": "yellow", "timeout": "60s"}, 90.0)
    meta = {**(connection.ask("GET", f"/{name}") or {})[name]["mappings"].get("_meta", {}), "state": "loading"}
    connection.ask("PUT", f"/{name}/_mapping", {"_meta": meta}, within=WORK_WITHIN)


def _name(name: str, connection: Connection) -> None:
    """Moves the alias in one step."""
    alias = connection.address.alias
    others = [one.name for one in indices(connection) if one.served and one.name != name]
    actions = [{"remove": {"index": other, "alias": alias}} for other in others]
    connection.ask("POST", "/_aliases", {"actions": [*actions, {"add": {"index": name, "alias": alias}}]})


def _clean(connection: Connection, before: Published | None) -> None:
    """Removes all indices but the served one and the one before, and the columns that neither has."""
    kept = [one for one in indices(connection) if one.served or (before is not None and one.name == before.name)]
    _remove([one.name for one in indices(connection) if one.name not in {two.name for two in kept}], connection)
    columns.sweep([name for one in kept for name in (one.list_name, one.memory_name) if name], connection)


def _is_broken(name: str, connection: Connection) -> bool:
    """Whether a part of an index has no copy any more: it cannot be filled further."""
    health = connection.ask("GET", f"/_cluster/health/{name}", None, {"timeout": "1s"}, WORK_WITHIN)
    return bool(health and health.get("status") == "red")


def _remove(names: list[str], connection: Connection) -> None:
    for name in names:
        connection.ask("DELETE", f"/{name}", within=WORK_WITHIN)


# Documents


def _fill(documents: Documents, name: str, connection: Connection, told: Told) -> None:
    """Brings an index to exactly the documents of a build: what is there alike is not sent again."""
    connection.ask("POST", f"/{name}/_refresh", within=WORK_WITHIN)
    there = dict(_digests(name, connection))
    wanted = documents.hashes
    sender = _Sender(name, connection)
    done = 0
    with sender:
        for portion in _portions(documents, _AT_ONCE):
            new = [one for one in portion if there.get(one[1]["hash"], ("", None))[1] != one[1]["digest"]]
            sender.send([part for identity, document in new for part in _lines(identity, document)])
            done += len(portion)
            told(done, len(documents))
        own = set(wanted.tolist())
        gone = [identity for number, (identity, _) in there.items() if number not in own]
        for few in _portions(gone, 1000):
            sender.send([{"delete": {"_id": identity}} for identity in few])


def _portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


def _lines(identity: str, document: Document) -> Iterator[Mapping[str, Any]]:
    yield {"index": {"_id": identity}}
    yield document


def _digests(name: str, connection: Connection) -> Iterator[tuple[int, tuple[str, int]]]:
    """Hash of the id → id and digest of every document of an index."""
    after: list[Any] | None = None
    while True:
        body: dict[str, Any] = {
            "size": _SLICE,
            "sort": [{"hash": "asc"}],
            "_source": False,
            "docvalue_fields": ["digest"],
            "track_total_hits": False,
        }
        if after:
            body["search_after"] = after
        hits = connection.search(name, body)["hits"]["hits"]
        if not hits:
            return
        for hit in hits:
            yield hit["sort"][0], (hit["_id"], hit["fields"]["digest"][0])
        after = hits[-1]["sort"]


class _Sender:
    """Sends portions side by side, no faster than the cluster takes them."""

    def __init__(self, name: str, connection: Connection) -> None:
        self._name, self._connection = name, connection
        self._pool = ThreadPoolExecutor(_SENDING)
        self._room = threading.Semaphore(2 * _SENDING)
        self._sent: list[Future[None]] = []

    def __enter__(self) -> _Sender:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=error[0] is not None)
        if error[0] is None:
            self._look()

    def send(self, lines: list[Mapping[str, Any]]) -> None:
        """Raises what an earlier portion met."""
        if not lines:
            return
        self._room.acquire()
        self._look(only_done=True)
        self._sent.append(self._pool.submit(self._one, lines))

    def _one(self, lines: list[Mapping[str, Any]]) -> None:
        try:
            _send(lines, self._name, self._connection)
        finally:
            self._room.release()

    def _look(self, *, only_done: bool = False) -> None:
        done = [one for one in self._sent if one.done() or not only_done]
        self._sent = [one for one in self._sent if one not in done]
        for one in done:
            one.result()


def _send(lines: list[Mapping[str, Any]], name: str, connection: Connection) -> None:
    """Sends a portion until all of it is taken: what the cluster has no room for just now comes again, later.

    Raises EngineGone when patience ends, ClusterError for a document that is refused for good.
    """
    end, pause = time.monotonic() + _PATIENCE, 0.5
    while lines:
        try:
            answer = connection.ask("POST", f"/{name}/_bulk", lines, within=WORK_WITHIN)
            if answer is None:
                raise ClusterError("Индекс, в который шла загрузка, в кластере удалён: начните её заново.")
            lines = _left(lines, answer) if answer["errors"] else []
        except EngineGone:
            if time.monotonic() > end:
                raise
        if lines:
            if time.monotonic() > end:
                raise EngineGone("Кластер не принимает документы: проверьте его состояние и место на дисках.")
            time.sleep(pause)
            pause = min(2 * pause, 10.0)


def _left(lines: list[Mapping[str, Any]], answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of what was not taken for the moment. Raises ClusterError for what never will be."""
    left: list[Mapping[str, Any]] = []
    place = 0
    for item in answer["items"]:
        action, told = next(iter(item.items()))
        length = 1 if action == "delete" else 2
        status = int(told["status"])
        if is_full(str(told.get("error", ""))):
            raise ClusterError(NO_ROOM)
        if status in (403, 429, 500, 502, 503, 504):
            left += lines[place : place + length]
        elif status >= 400 and not (action == "delete" and status == 404):
            reason = str(told.get("error", {}).get("reason", ""))[:200]
            raise ClusterError(f"Кластер не принял ответ «{told['_id']}» ({status}): {reason}")
        place += length
    return left


# What was loaded


def _look_through(build: Build, documents: Documents, name: str, connection: Connection) -> None:
    """Holds an index against its build: counts, facets, words, texts. Raises ClusterError where they differ."""
    probes = list(_probes(build))
    bodies = [{"size": 0, "track_total_hits": True, "query": query} for query, _ in probes]
    found: list[int] = []
    for few in _portions(bodies, 20):
        found += [answer["hits"]["total"]["value"] for answer in connection.searches(name, few)]
    same = found == [count for _, count in probes]
    if not (same and _same_rows(build, name, connection)):
        raise ClusterError(
            "Загруженное в кластер не сошлось с индексом на диске: отдаётся то же, что и раньше. Повторите команду."
        )


def _probes(build: Build) -> Iterator[tuple[dict[str, Any], int]]:
    """Queries with the counts that they must have."""
    columns_ = build.columns
    yield {"match_all": {}}, columns_.passages
    for facet, counts in build.facet_counts().items():
        if facet in ("city", "year", "section", "kind", "topic"):
            for value, count in sorted(counts.items(), key=lambda one: -one[1])[:5]:
                yield {"term": {facet: facet_term(value)}}, count
    frequencies = np.diff(columns_.lemma_start)
    order = np.argsort(-frequencies, kind="stable")
    for lemma in [*order[:5].tolist(), *order[5 :: max(1, len(order) // 40)].tolist()]:
        begin, end = columns_.lemma_start[lemma : lemma + 2].tolist()
        saying = int(np.count_nonzero(columns_.lemma_saturations[begin:end] > 0))
        yield {"term": {"said": term_of(build.lemmas[lemma])}}, saying


def _same_rows(build: Build, name: str, connection: Connection) -> bool:
    """Whether some texts are what they are on the disk."""
    numbers = np.unique(np.linspace(0, build.columns.passages - 1, 50).astype(np.int64)).tolist()
    ids = [build.texts.passage_id(number) for number in numbers]
    answer = connection.ask("POST", f"/{name}/_mget", {"ids": ids}, {"_source_includes": "row"}, WORK_WITHIN)
    rows = [one["_source"]["row"] if one.get("found") else None for one in answer["docs"]]
    return rows == [build.texts.passages.line(number).decode("utf-8").rstrip("\n") for number in numbers]
