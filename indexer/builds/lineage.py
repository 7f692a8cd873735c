"""Which id each report gets: the one it once had, else a free one. An id that was ever given is never given to another.

Files come one by one, in path order. What is remembered is spread over them beforehand: to the file that now has the
same bytes, else to the one at the same path; what no file inherits waits for a report of the same city, year and
section with nearly the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.builds.history import History, Remembered, Trace

NEARLY = 0.5
"""The share of words that a mended report has in common with what it was; two reports about different things, both in
the language of officials, have a quarter."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A report of a file, as the file alone tells it."""

    plain: str
    """Its id as the file alone gives it."""
    member: str
    """Which part of the file it is."""
    trace: Trace


@dataclass(frozen=True, slots=True)
class FileOfReports:
    """A file that is nobody's copy, with its reports in order."""

    name: str
    digest: str | None
    content: str | None
    reports: tuple[Newcomer, ...]


class Lineage:
    """Gives ids to the reports of one build, and dates to their texts."""

    def __init__(self, history: History, files: Mapping[str, str | None], moment: int) -> None:
        """``files`` are all files of the folder with their digests, ``moment`` is the time of the build."""
        self.before = history
        """What the archive remembered till now."""
        self._moment = moment
        self._given: dict[str, Remembered] = {}
        self._heirs: dict[str, list[Remembered]] = {}
        self._waiting: dict[str, list[Remembered]] = {}
        self._same_bytes: dict[str, list[Remembered]] = {}
        self._same_letters: dict[str, list[Remembered]] = {}
        places = _places_of(files)
        for report in history.reports.values():
            heir = _heir(report, files, places)
            if heir is None:
                self._waiting.setdefault(report.plain, []).append(report)
            else:
                self._heirs.setdefault(heir, []).append(report)
            if report.digest:
                self._same_bytes.setdefault(report.digest, []).append(report)
            if report.content:
                self._same_letters.setdefault(report.content, []).append(report)

    def settle(self, file: FileOfReports) -> tuple[str, ...]:
        """The ids of the file's reports; call it for every file in path order."""
        found: dict[int, Remembered] = {}
        pool = self._pool(file)
        for fits in _RULES:
            for place, report in enumerate(file.reports):
                if place not in found and (known := next((one for one in pool if fits(one, report, file)), None)):
                    found[place] = known
                    pool.remove(known)
        ids = []
        for place, report in enumerate(file.reports):
            known = found.get(place) or self._nearly_the_same(report)
            name = known.id if known else self._free(report.plain)
            self._given[name] = self._as_of_now(name, known, report, file)
            ids.append(name)
        # What a file no longer has may stand in a later one.
        for left in pool:
            if left in self._heirs.get(file.name, ()):
                self._waiting.setdefault(left.plain, []).append(left)
        return tuple(ids)

    def dates(self, name: str) -> tuple[int, list[int]]:
        """When the archive first had the report of that id, and each of its texts."""
        report = self._given[name]
        return report.added, [report.seen[fingerprint] for fingerprint in report.trace.prints]

    def history(self) -> History:
        """What the archive remembers from now on."""
        return History(self.before.number + 1, {**self.before.reports, **self._given})

    def _pool(self, file: FileOfReports) -> list[Remembered]:
        """What the file may have inherited: the same bytes or letters first, whoever had them."""
        several = (
            self._same_bytes.get(file.digest or "", ()),
            self._same_letters.get(file.content or "", ()),
            self._heirs.get(file.name, ()),
        )
        known = {report.id: report for reports in several for report in reports}
        return [report for name, report in known.items() if name not in self._given]

    def _nearly_the_same(self, report: Newcomer) -> Remembered | None:
        """Of what waits for such a report, the likest."""
        waiting = [one for one in self._waiting.get(report.plain, ()) if one.id not in self._given]
        best = max(waiting, key=lambda one: one.trace.likeness(report.trace), default=None)
        return best if best and best.trace.likeness(report.trace) >= NEARLY else None

    def _free(self, plain: str) -> str:
        """An id that no report has or ever had."""
        return next(name for name in _numbered(plain) if name not in self._given and name not in self.before.reports)

    def _as_of_now(self, name: str, known: Remembered | None, report: Newcomer, file: FileOfReports) -> Remembered:
        now = Remembered(
            name, report.plain, file.name, report.member, file.digest, file.content, report.trace, self._moment
        )
        seen = dict.fromkeys(report.trace.prints, self._moment)
        return replace(now, added=known.added, seen={**seen, **known.seen}) if known else replace(now, seen=seen)


def _places_of(files: Mapping[str, str | None]) -> dict[str, str]:
    """Digest → the first file with it."""
    places: dict[str, str] = {}
    for name, digest in files.items():
        if digest:
            places.setdefault(digest, name)
    return places


def _heir(report: Remembered, files: Mapping[str, str | None], places: Mapping[str, str]) -> str | None:
    """The file that a remembered report now stands in, as far as that can be told without reading it."""
    if report.digest and files.get(report.file) == report.digest:
        return report.file
    return places.get(report.digest or "") or (report.file if report.file in files else None)


def _numbered(plain: str) -> Iterator[str]:
    yield plain
    number = 2
    while True:
        yield f"{plain}-{number}"
        number += 1


# Which of the remembered reports one is, the surest sign first


def _same_text(known: Remembered, report: Newcomer, _: FileOfReports) -> bool:
    return known.plain == report.plain and known.trace.prints == report.trace.prints


def _same_member(known: Remembered, report: Newcomer, _: FileOfReports) -> bool:
    return known.plain == report.plain and known.member == report.member


def _same_name(known: Remembered, report: Newcomer, _: FileOfReports) -> bool:
    return known.plain == report.plain


def _understood_otherwise(known: Remembered, report: Newcomer, _: FileOfReports) -> bool:
    """The same text of which another city, year or section is known now: the operator said so, or a rule was mended."""
    return known.member == report.member and known.trace.prints == report.trace.prints


def _mended_and_understood_otherwise(known: Remembered, report: Newcomer, file: FileOfReports) -> bool:
    """A file that was overwritten with another city's report is not meant."""
    same = known.digest is not None and known.digest == file.digest
    return known.member == report.member and (same or known.trace.likeness(report.trace) >= NEARLY)


_RULES: Sequence[Callable[[Remembered, Newcomer, FileOfReports], bool]] = (
    _same_text,
    _same_member,
    _same_name,
    _understood_otherwise,
    _mended_and_understood_otherwise,
)
