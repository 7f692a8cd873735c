"""The whole archive as files for programs: JSON Lines, packed, and Parquet where pyarrow is installed.

``dumps/<stamp>/`` in the index folder belongs to the build of that stamp. It is written aside and appears whole, after
the build is served: a dump that fails costs no build. Lines stand in the order of ids, so two dumps can be compared.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer.builds.build import Build, open_build
from indexer.builds.lock import Lock
from indexer.builds.store import Store
from indexer.errors import LockedError, StoreError, reason_of
from indexer.presentation import passage_json, report_json

FOLDER, LIST = "dumps", "index.json"
NAMES = ("passages.jsonl.gz", "reports.jsonl.gz", "passages.parquet", "reports.parquet")
"""All files that a dump may have."""

_DRAFT = "draft-"
_PATIENCE = 600.0
"""Seconds to wait for another writer."""
_LEVEL = 6
_GROUP = 5_000  # Rows that Parquet gathers before it writes.

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One file of a dump."""

    name: str
    bytes: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Dump:
    """What there is to take."""

    folder: Path
    build: str
    created: str
    files: tuple[DumpFile, ...]


def write_dump(index_dir: Path) -> Dump:
    """Writes the dump of the served build unless it is there, and removes those of builds that are gone.

    Raises NoBuildError, VersionError or StoreError like whoever opens a build, StoreError when the disk refuses.
    """
    build = open_build(Store(index_dir).current_dir())
    place = index_dir / FOLDER
    try:
        return _written_once(build, index_dir)
    except (OSError, MemoryError) as error:
        reason, _ = reason_of(error)
        raise StoreError(
            f"Выгрузка архива в «{place}» не составлена: {reason}. Индекс это не затронуло. "
            "Устраните причину и повторите: python -m indexer update --dump"
        ) from error
    finally:
        build.close()


def _written_once(build: Build, index_dir: Path) -> Dump:
    """The dump of a build, which one writer alone makes. Raises OSError, LockedError where another takes too long."""
    (index_dir / FOLDER).mkdir(exist_ok=True)
    until = time.monotonic() + _PATIENCE
    while not (there := find_dump(index_dir, build.stamp)):
        try:
            with Lock(index_dir):
                return find_dump(index_dir, build.stamp) or _written(build, index_dir)
        except LockedError:
            # Another writer is at work: it may be the one that makes this very dump.
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
    return there


def _written(build: Build, index_dir: Path) -> Dump:
    """Writes a dump aside and gives it its name. Raises OSError."""
    place = index_dir / FOLDER
    aside = place / f"{_DRAFT}{build.stamp}"
    _remove_old(index_dir, build.stamp)
    try:
        aside.mkdir()
        dump = _write(build, aside)
        os.replace(aside, place / build.stamp)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return replace(dump, folder=place / build.stamp)


def find_dump(index_dir: Path, stamp: str) -> Dump | None:
    """The dump of a build, if there is a whole one."""
    folder = index_dir / FOLDER / stamp
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        files = tuple(DumpFile(**entry) for entry in told["files"] if entry["name"] in NAMES)
        return Dump(folder, str(told["build"]), str(told["created"]), files)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _remove_old(index_dir: Path, current: str) -> None:
    """Removes dumps whose build is gone, and what dead writers left: whoever calls this holds the lock."""
    builds = {folder.name for folder in (index_dir / "builds").iterdir()} | {current}
    for folder in (index_dir / FOLDER).iterdir():
        if folder.name not in builds:
            shutil.rmtree(folder, ignore_errors=True)


def _write(build: Build, folder: Path) -> Dump:
    ids = sorted(card.id for card in build.cards())
    rows: dict[str, Callable[[], Iterator[Row]]] = {
        "passages": lambda: _passages(build, ids),
        "reports": lambda: _reports(build, ids),
    }
    files = [_json_lines(make(), folder / f"{name}.jsonl.gz") for name, make in rows.items()]
    if importlib.util.find_spec("pyarrow"):
        files += [_parquet(make(), folder / f"{name}.parquet") for name, make in rows.items()]
    told = {
        "build": build.stamp,
        "created": build.manifest.created,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": [{"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows} for file in files],
    }
    (folder / LIST).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Dump(folder, build.stamp, build.manifest.created, tuple(files))


def _passages(build: Build, ids: Iterable[str]) -> Iterator[Row]:
    for report_id in ids:
        report = build.report(report_id)
        for passage in report.passages if report else ():
            assert report is not None
            where = {"report_id": report.id, "city": report.city, "year": report.year, "section": report.section}
            yield passage_json(passage) | {"blank": passage.blank} | where | {"source": report.source}


def _reports(build: Build, ids: Iterable[str]) -> Iterator[Row]:
    for report_id in ids:
        report = build.report(report_id)
        if report is not None:
            yield report_json(report) | {"passages": len(report.passages), "source": report.source}


def _json_lines(rows: Iterable[Row], path: Path) -> DumpFile:
    count = 0
    # Neither name nor time stand inside: the same archive gives the same bytes.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
        for count, row in enumerate(rows, 1):  # noqa: B007 — counted for the list
            file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return _told(path, count)


def _parquet(rows: Iterator[Row], path: Path) -> DumpFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _arrow(kind, pa)) for name, kind in _COLUMNS[path.stem].items()])
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _grouped(rows):
            writer.write_table(pa.Table.from_pylist([_flat(row) for row in group], schema=schema))
            count += len(group)
    return _told(path, count)


_COLUMNS: dict[str, dict[str, str]] = {
    "passages": {
        **dict.fromkeys(("id", "report_id", "city"), "text"),
        "year": "number",
        **dict.fromkeys(("section", "kind", "question"), "text"),
        **dict.fromkeys(("position", "part", "parts"), "number"),
        "text": "text",
        "blank": "flag",
        "topics": "texts",
        "mentions": "texts",
        "source": "text",
    },
    "reports": {
        "id": "text",
        "city": "text",
        "year": "number",
        "section": "text",
        "passages": "number",
        "evidence": "text",
        "warnings": "texts",
        "headings": "texts",
        "source": "text",
    },
}
"""Parquet file → its columns; evidence is JSON."""


def _arrow(kind: str, pa: Any) -> Any:
    return {"text": pa.string(), "number": pa.int32(), "flag": pa.bool_(), "texts": pa.list_(pa.string())}[kind]


def _flat(row: Row) -> Row:
    """A row without objects inside, its texts in clean Unicode."""
    return {name: _clean(json.dumps(v, ensure_ascii=False) if isinstance(v, dict) else v) for name, v in row.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [_clean(one) for one in value] if isinstance(value, list) else value


def _grouped(rows: Iterator[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) == _GROUP:
            yield group
            group = []
    if group:
        yield group


def _told(path: Path, rows: int) -> DumpFile:
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        with suppress(OSError):
            os.fsync(file.fileno())
    return DumpFile(path.name, path.stat().st_size, digest, rows)
