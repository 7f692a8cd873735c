"""What an archive remembers from build to build: under which id it had each report, and since when each text.

Every build holds the whole memory, that of reports which are gone too: whichever builds are kept or served, the one
that was written last knows all that any of them knew.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from indexer.builds.manifest import read_manifest
from indexer.builds.sums import wrong_sums
from indexer.errors import IndexerError, ResourceError, StoreError, is_passing, not_opened
from indexer.index.texts import Texts
from indexer.model import Report

HISTORY_FILE = "history.json"

_DRAFT = "draft-"
_NUMBER = re.compile(rb'\{"number":([0-9]{1,9}),')
_TEXTS = ("passages.", "reports.", "column-report_docs")
"""How the names of the files begin that tell the texts of a build."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_WORDS_KEPT = 48
"""Of the different words of a report those with the smallest hashes: the share that two reports have in common is told
by these within some seven hundredths."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a report is recognised by wherever it stands."""

    prints: tuple[str, ...]
    """The fingerprints of its passages, in order."""
    words: str
    """A sample of its words' hashes, hexadecimal: of most reports nobody ever asks for it."""

    def likeness(self, other: Trace) -> float:
        """The estimated share of words in common, from 0 to 1."""
        one, two = (set(map(_number, trace.words.split())) for trace in (self, other))
        union = sorted(one | two)[:_WORDS_KEPT]
        if not union:
            return float(self.prints == other.prints)
        return len(one & two & set(union)) / len(union)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A report that the archive has or once had, as it was last."""

    id: str
    plain: str
    """The id that the report alone would have, from its city, year and section."""
    file: str
    """The file of the reports folder."""
    member: str
    """Which part of the file it is: blank save in archives."""
    digest: str | None
    content: str | None
    """Of the file, as in its `SourceEntry`."""
    trace: Trace
    added: int
    """When the archive first had the report: seconds since 1970, UTC."""
    seen: Mapping[str, int] = field(default_factory=dict)
    """Fingerprint of each text that it ever had → when the archive first had that."""


@dataclass(frozen=True, slots=True)
class History:
    """The memory of an archive."""

    number: int = 0
    """Grows by one with every build."""
    reports: Mapping[str, Remembered] = field(default_factory=dict)
    """By id."""
    build: str = field(default="", compare=False)
    """The build that it was read from."""


def trace_of(report: Report) -> Trace:
    """The trace of a report with all its passages."""
    words = {word for passage in report.passages for word in _WORD.findall(passage.text.lower())}
    hashes = sorted({zlib.crc32(word.encode("utf-8", "replace")) for word in words})
    sample = " ".join(f"{number:x}" for number in hashes[:_WORDS_KEPT])
    return Trace(tuple(passage.fingerprint for passage in report.passages), sample)


def _number(word: str) -> int:
    return int(word, 16)


def member_of(source: str, file: str) -> str:
    """The part of a report's source that is within its file."""
    return source.removeprefix(file)


# On the disk


def newest_history(index_dir: Path, *, sample: bool = False) -> History:
    """The memory of the build that was written last, be it served or not; that of an empty archive where none is.

    The sample and own reports are two archives: neither inherits what the other remembers. Raises ResourceError where
    the system does not let it be read now: what is only not readable must not be taken for forgotten.
    """
    try:
        folders = [path for path in (index_dir / "builds").iterdir() if not path.name.startswith(_DRAFT)]
        folders = [path for path in folders if _is_of_sample(path) in (sample, None)]
    except (FileNotFoundError, NotADirectoryError):
        return History()
    except OSError as error:
        raise not_opened(index_dir, error) from error
    folders.sort(key=lambda path: (_number_in(path), path.name))
    newest = read_history(folders[-1]) if folders else History()
    # A later build whose memory is damaged knows only what its texts say, yet it may know of reports that came last.
    for folder in folders:
        if not _number_in(folder) and folder.name > newest.build:
            newest = replace(newest, reports={**read_history(folder).reports, **newest.reports})
    return newest


def _is_of_sample(folder: Path) -> bool | None:
    """Whether a build is one of the sample; ``None`` where it does not say."""
    try:
        return read_manifest(folder, sources=False).sample
    except IndexerError as error:
        _refuse_passing(folder, error)
        return None


def read_history(folder: Path) -> History:
    """The memory in a build's folder; of a build without one, or with a damaged one, what its texts say.

    Raises ResourceError where the system does not let it be read now.
    """
    if not _is_sound(folder, (HISTORY_FILE,)):
        return _from_texts(folder) if _is_sound(folder, _TEXTS) else History()
    try:
        return _read(folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        _refuse_passing(folder, error)
        return _from_texts(folder)


def _refuse_passing(folder: Path, error: Exception) -> None:
    """Raises ResourceError for what the system refuses for the moment."""
    if isinstance(error, ResourceError):
        raise error
    if is_passing(error):
        raise not_opened(folder, error) from error


def _read(folder: Path) -> History:
    content = json.loads((folder / HISTORY_FILE).read_text(encoding="utf-8"))
    reports = {name: _remembered(name, row) for name, row in content["reports"].items()}
    return History(content["number"], reports, folder.name)


def is_readable(folder: Path) -> bool:
    """Whether the memory in a build's folder is there and can be understood; a build need not have one.

    Raises OSError where that cannot be told.
    """
    if not (folder / HISTORY_FILE).exists():
        return True
    try:
        _read(folder)
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    return True


def write_history(folder: Path, history: History) -> None:
    """Writes the memory into a build's folder, a line for each report."""
    rows = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(_row(history.reports[name]), ensure_ascii=False, separators=(',', ':'))}"
        for name in sorted(history.reports)
    )
    (folder / HISTORY_FILE).write_text(f'{{"number":{history.number},"reports":{{\n{rows}\n}}}}', encoding="utf-8")


def _is_sound(folder: Path, beginnings: tuple[str, ...]) -> bool:
    """Whether the files with such names are what was written, as far as the build knows: before format 8 none did."""
    try:
        files = read_manifest(folder, sources=False).files
    except IndexerError as error:
        _refuse_passing(folder, error)
        return True
    try:
        return not wrong_sums(folder, {name: found for name, found in files.items() if name.startswith(beginnings)})
    except OSError as error:
        _refuse_passing(folder, error)
        return False


def _number_in(folder: Path) -> int:
    """The number of a memory, without understanding all of it; 0 of one that is not what was written."""
    if not _is_sound(folder, (HISTORY_FILE,)):
        return 0
    try:
        with (folder / HISTORY_FILE).open("rb") as file:
            found = _NUMBER.match(file.read(32))
    except OSError as error:
        _refuse_passing(folder, error)
        return 0
    return int(found[1]) if found else 0


def _row(report: Remembered) -> list[Any]:
    dates: dict[int, list[str]] = {}
    for fingerprint in sorted(report.seen):
        dates.setdefault(report.seen[fingerprint], []).append(fingerprint)
    return [
        report.plain,
        report.file,
        report.member,
        report.digest,
        report.content,
        report.added,
        " ".join(report.trace.prints),
        report.trace.words,
        {str(date): " ".join(dates[date]) for date in sorted(dates)},
    ]


def _remembered(name: str, row: list[Any]) -> Remembered:
    plain, file, member, digest, content, added, prints, words, seen = row
    trace = Trace(tuple(prints.split()), str(words))
    dates = {fingerprint: int(date) for date, found in seen.items() for fingerprint in found.split()}
    return Remembered(name, plain, file, member, digest, content, trace, added, dates)


def _from_texts(folder: Path) -> History:
    """What can be told of a build without a memory: everything in it came with it."""
    try:
        manifest, texts = read_manifest(folder), Texts(folder)
        moment = int(datetime.fromisoformat(manifest.created).timestamp())
        reports = dict(_reports_in(folder, texts))
        found = {}
        for entry in manifest.sources:
            for plain, name in zip(entry.ids, entry.given_ids, strict=False):
                if entry.reports and name in reports:
                    trace, source = trace_of(reports[name]), reports[name].source
                    seen = dict.fromkeys(trace.prints, moment)
                    found[name] = Remembered(
                        name, plain, entry.file, member_of(source, entry.file), entry.digest, entry.content,
                        trace, moment, seen,
                    )  # fmt: skip
    except (StoreError, OSError, ValueError, TypeError, IndexError) as error:
        _refuse_passing(folder, error)
        return History()
    return History(0, found, folder.name)


def _reports_in(folder: Path, texts: Texts) -> Iterable[tuple[str, Report]]:
    """The reports of a build by their ids, whatever else of the build this program cannot read."""
    begins = np.load(folder / "column-report_docs_start.npy").tolist()
    docs = np.load(folder / "column-report_docs.npy").tolist()
    for number, (begin, end) in enumerate(zip(begins, begins[1:], strict=False)):
        report = texts.report(number, tuple(texts.passage(doc) for doc in docs[begin:end]))
        yield report.id, report
