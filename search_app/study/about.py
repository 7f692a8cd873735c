"""What the archive was made from, and what of it was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.builds.manifest import SourceEntry
from indexer.model import ReportCard
from search_app.engine.door import Engine
from search_app.request.addresses import search_url
from search_app.request.model import SearchRequest

MOST_LISTED = 200
"""Rows of a list on the page; the file with all of them is offered beside."""

STATUSES = {"read": "прочитан", "duplicate": "копия другого", "empty": "без текста", "failed": "не прочитан"}
_TOTALS = {
    "read": "Прочитано",
    "duplicate": "Копий других файлов",
    "empty": "Без текста",
    "failed": "Не удалось прочитать",
}
_NO_FOLDER = "в самой папке отчётов"

COLUMNS = ("Файл", "Состояние", "Почему", "Отчётов")


@dataclass(frozen=True, slots=True)
class Gap:
    """Reports of which one thing is unknown."""

    what: str
    reports: int
    answers: int
    url: str
    """Their answers."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Files of one folder."""

    name: str
    files: int
    reports: int
    unread: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """A report with what was noticed about it."""

    card: ReportCard
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gave nothing, or not all that is in it."""

    file: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class About:
    """The page, ready to print."""

    files: int
    statuses: tuple[tuple[str, int], ...]
    folders: tuple[Folder, ...]
    skipped: tuple[Skipped, ...]
    skipped_total: int
    partly: tuple[Skipped, ...]
    """Files that were read, but for something in them."""
    partly_total: int
    gaps: tuple[Gap, ...]
    doubts: tuple[Doubt, ...]
    doubts_total: int
    samples: int
    """Reports marked as made up."""


def about(engine: Engine) -> About:
    """What the manifest and the reports of ``engine`` say."""
    sources = engine.sources
    counts = Counter(entry.status for entry in sources)
    skipped = [entry for entry in sources if entry.status != "read"]
    partly = [entry for entry in sources if entry.status == "read" and entry.reason and entry.reports]
    doubts = [Doubt(card, tuple(map(_sentence, card.warnings))) for card in engine.cards() if card.warnings]
    return About(
        files=len(sources),
        statuses=tuple((label, counts[status]) for status, label in _TOTALS.items() if counts[status]),
        folders=_folders(sources),
        # What failed needs a hand; copies are only told.
        skipped=tuple(_skipped(entry) for entry in sorted(skipped, key=_urgency)[:MOST_LISTED]),
        skipped_total=len(skipped),
        partly=tuple(map(_skipped, partly[:MOST_LISTED])),
        partly_total=len(partly),
        gaps=tuple(_gaps(engine)),
        doubts=tuple(doubts[:MOST_LISTED]),
        doubts_total=len(doubts),
        samples=sum(card.sample for card in engine.cards()),
    )


def table(engine: Engine) -> list[list[str | int]]:
    """Every file as a row."""
    rows: list[list[str | int]] = [list(COLUMNS)]
    rows += [
        [entry.file, STATUSES.get(entry.status, entry.status), entry.reason or "", entry.reports]
        for entry in engine.sources
    ]
    return rows


def _urgency(entry: SourceEntry) -> tuple[int, str]:
    return ["failed", "empty", "duplicate"].index(entry.status) if entry.status in STATUSES else 0, entry.file


def _skipped(entry: SourceEntry) -> Skipped:
    return Skipped(entry.file, STATUSES.get(entry.status, entry.status), entry.reason or "")


def _sentence(warning: str) -> str:
    """A warning as a sentence of its own."""
    return f"{warning[:1].upper()}{warning[1:].rstrip('.')}."


def _folders(sources: Sequence[SourceEntry]) -> tuple[Folder, ...]:
    """The first folders of the files' paths, in order."""
    groups: dict[str, list[SourceEntry]] = {}
    for entry in sources:
        first, slash, _ = entry.file.partition("/")
        groups.setdefault(first if slash else _NO_FOLDER, []).append(entry)
    return tuple(
        Folder(
            name,
            len(entries),
            sum(entry.reports for entry in entries),
            sum(entry.status in ("failed", "empty") for entry in entries),
        )
        for name, entries in sorted(groups.items())
    )


def _gaps(engine: Engine) -> list[Gap]:
    requests = {
        "city": ("город", SearchRequest(city=(None,))),
        "year": ("отчётный год", SearchRequest(year=(None,))),
        "section": ("раздел", SearchRequest(section=(None,))),
    }
    unknown, answers = engine.manifest.unknown, engine.facet_counts()
    return [
        Gap(what, unknown[facet], answers[facet].get(None, 0), search_url(request))
        for facet, (what, request) in requests.items()
        if unknown.get(facet)
    ]
