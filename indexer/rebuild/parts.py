"""Reading shared between machines: each reads the files of its part into one file, a last step joins them.

Who joins settles what only the whole knows, copies, ids and repeats, as if it had read everything itself: the build is,
byte for byte, that of one machine. A part is lines of JSON, so that it may come from anywhere.
"""

from __future__ import annotations

import gzip
import heapq
import json
import os
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.builds.history import Trace
from indexer.builds.lineage import Newcomer
from indexer.builds.manifest import entry_from, entry_told
from indexer.errors import DamagedError, StoreError
from indexer.index.extracts import stable_hash
from indexer.index.texts import Rows, report_of
from indexer.index.writer import Prepared, prepare
from indexer.intake.understanding import Task
from indexer.language.analysis import Analyzer
from indexer.model import Said
from indexer.rebuild.seen import SeenFile
from indexer.rebuild.taken import Taken

FOLDER = "parts"
MOST = 1000
"""Parts of one reading."""

_SHARE = re.compile(r"(\d{1,4})/(\d{1,4})")
_BROKEN = (OSError, EOFError, ValueError, TypeError, LookupError, zlib.error, RecursionError)


@dataclass(frozen=True, slots=True)
class Share:
    """The files of one machine: number ``part`` of ``parts``, from 1 on."""

    part: int
    parts: int

    def has(self, name: str) -> bool:
        """Whether a file of the folder belongs to it: its path alone tells."""
        return stable_hash(name) % self.parts == self.part - 1


def share_of(told: str) -> Share:
    """«3/8». Raises StoreError."""
    found = _SHARE.fullmatch(told.strip())
    share = Share(int(found[1]), int(found[2])) if found else Share(0, 0)
    if not 1 <= share.part <= share.parts <= MOST:
        raise StoreError(f"Часть «{told}» не понята: нужно, например, 3/8 — третья из восьми, не больше {MOST}.")
    return share


@dataclass(frozen=True, slots=True)
class Reading:
    """What all parts of one reading have in common."""

    parts: int
    files: int
    """In the whole folder."""
    names: int
    """A hash of their names, in order."""
    settings: str
    reading: str
    """As in `Manifest`."""
    sample: bool

    def told(self, part: int) -> dict[str, Any]:
        """The first line of a part."""
        return {name: getattr(self, name) for name in self.__slots__} | {"part": part}


def reading_of_folder(files: Sequence[SeenFile], parts: int, settings: str, reading: str, sample: bool) -> Reading:
    """What a machine that sees the whole folder tells of it."""
    names = stable_hash("\n".join(file.task.name for file in files)) >> 1
    return Reading(parts, len(files), names, settings, reading, sample)


def write_part(
    index_dir: Path, share: Share, whole: Reading, files: Iterable[tuple[int, SeenFile, Taken]]
) -> tuple[Path, int]:
    """Writes a part; returns its file and how many files of the folder are in it. Raises OSError."""
    folder = index_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{share.part}-of-{share.parts}.jsonl.gz"
    draft = path.with_suffix(f".{os.getpid()}")
    count = 0
    try:
        with gzip.open(draft, "wt", encoding="utf-8", compresslevel=4) as file:
            file.write(_line(whole.told(share.part)))
            for place, seen, taken in files:
                file.write(_line(_told(place, seen, taken)))
                count += 1
            file.write(_line({"end": count}))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path, count


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _told(place: int, seen: SeenFile, taken: Taken) -> dict[str, Any]:
    prepared = [found for found in taken.reports if isinstance(found, Prepared)]
    return {
        "place": place,
        "stamp": seen.stamp,
        "entry": entry_told(taken.entry),
        "reports": [[one.rows.report.decode(), one.rows.passages.decode()] for one in prepared],
        "newcomers": [[new.plain, new.member, list(new.trace.prints), new.trace.words] for new in taken.newcomers],
    }


# Joining


@dataclass(frozen=True, slots=True)
class Joined:
    """All parts of one reading."""

    reading: Reading
    files: tuple[SeenFile, ...]
    """Every file of the folder, in order, as the machine that read it saw it."""
    paths: tuple[Path, ...]

    def taken(self, analyzer: Analyzer) -> Iterator[Taken]:
        """Every file in order. Raises DamagedError."""
        lines = [((int(line["place"]), line) for line in _lines(path)) for path in self.paths]
        for _, line in heapq.merge(*lines, key=lambda one: one[0]):
            yield _taken(line, analyzer)


def join(paths: Sequence[Path]) -> Joined:
    """The parts of one reading, each looked through. Raises StoreError where they do not belong together."""
    headers = [_header(path) for path in paths]
    readings = {_reading(header) for header in headers}
    if len(readings) != 1:
        raise StoreError(
            "Части не от одного чтения: папки, настройки или версии программы разные. Прочитайте их заново."
        )
    reading = readings.pop()
    missing = sorted(set(range(1, reading.parts + 1)) - {header["part"] for header in headers})
    if missing or len(headers) != reading.parts:
        told = ", ".join(map(str, missing[:20])) or "есть лишние"
        raise StoreError(f"Нужны все части, по одной: всего их {reading.parts}, не хватает: {told}.")
    seen = dict(found for path in paths for found in _seen(path))
    if sorted(seen) != list(range(reading.files)):
        raise StoreError("В частях не все файлы папки или лишние: прочитайте части заново.")
    return Joined(reading, tuple(seen[place] for place in range(reading.files)), tuple(paths))


def _seen(path: Path) -> Iterator[tuple[int, SeenFile]]:
    for line in _lines(path):
        entry = line["entry"]
        yield int(line["place"]), SeenFile(Task(str(entry["file"]), "", Said()), str(line["stamp"]), entry["digest"])


def _reading(header: dict[str, Any]) -> Reading:
    return Reading(**{name: header[name] for name in Reading.__slots__})


def _header(path: Path) -> dict[str, Any]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            header: dict[str, Any] = json.loads(next(file))
        if not 1 <= int(header["part"]) <= int(header["parts"]) <= MOST:
            raise ValueError
        _reading(header)
    except (*_BROKEN, StopIteration) as error:
        raise _broken(path) from error
    return header


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The files of a part. Raises DamagedError where it is not whole."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            next(file)
            count, end = 0, None
            for text in file:
                line = json.loads(text)
                if "end" in line:
                    end = line["end"]
                    break
                count += 1
                yield line
            if end != count:
                raise ValueError
    except (*_BROKEN, StopIteration) as error:
        raise _broken(path) from error


def _taken(line: dict[str, Any], analyzer: Analyzer) -> Taken:
    try:
        entry = entry_from(dict(line["entry"]))
        reports = tuple(prepare(report_of(_rows(*told)), analyzer) for told in line["reports"])
        newcomers = tuple(
            Newcomer(plain, member, Trace(tuple(prints), words)) for plain, member, prints, words in line["newcomers"]
        )
    except _BROKEN as error:
        raise DamagedError(f"Часть испорчена (файл номер {line.get('place')}): прочитайте её заново.") from error
    return Taken(entry, reports, newcomers)


def _rows(report: str, passages: str) -> Rows:
    data = passages.encode("utf-8")
    return Rows(report.encode("utf-8"), data, array("q", map(len, data.splitlines(keepends=True))))


def _broken(path: Path) -> DamagedError:
    return DamagedError(f"Часть «{path.name}» не читается или не дописана: прочитайте её заново (--part).")
