"""What the archive knows of its own past: when reports and texts came, and where an answer linked to now stands."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from indexer.builds.build import Build
from indexer.model import ReportCard

SAME, MOVED, CHANGED, GONE = "same", "moved", "changed", "gone"
"""What has become of an answer: nothing; it stands at another place; another text stands at its place; neither is."""

_FINGERPRINT = re.compile(r"[0-9a-f]{8}")
_WHOSE = re.compile(r"(?P<whose>.+?-(?:[0-9]{4}|bez-goda))-")
"""City and year, as ids begin with them."""


class Arrival(NamedTuple):
    """What came to the archive of one report at one time."""

    card: ReportCard
    moment: int
    """Seconds since 1970, UTC."""
    first: bool
    """The report itself came then; else only some texts of it are new."""
    passages: int
    """Where the report came, its answers, as many as it now has; else those whose text came then."""


class Dates(NamedTuple):
    """Seconds since 1970, UTC."""

    came: int
    """When the archive first had the report."""
    texts: tuple[int, ...]
    """When the text of each of its answers came, by position."""


class Trail(NamedTuple):
    """Where an answer is, and what has become of it."""

    state: str
    """`SAME`, `MOVED`, `CHANGED` or `GONE`."""
    number: int | None
    """Its own place, or for a changed one that of the text that stands there now."""


def arrivals(build: Build) -> tuple[Arrival, ...]:
    """All that ever came and still is here, the last first; what came together in the order of the archive."""
    columns = build.columns
    cards = {card.id: card for card in build.cards()}
    cards_by_number = [cards[build.texts.report(number).id] for number in range(len(columns.report_added))]
    later = columns.doc_added != columns.report_added[columns.doc_report]
    found = np.stack([columns.doc_report[later].astype(np.int64), columns.doc_added[later]], axis=1)
    pairs, counts = np.unique(found, axis=0, return_counts=True)
    changed = [
        Arrival(cards_by_number[report], moment, False, count)
        for (report, moment), count in zip(pairs.tolist(), counts.tolist(), strict=True)
    ]
    came = [Arrival(card, card.added, True, card.passages) for card in build.cards()]
    places = {name: place for place, name in enumerate(cards)}
    return tuple(sorted([*came, *changed], key=lambda arrival: (-arrival.moment, places[arrival.card.id])))


def dates_of(report_id: str, build: Build) -> Dates:
    """When a report and its texts came; nothing where there is none with this id."""
    columns, number = build.columns, build.report_number(report_id)
    if number is None:
        return Dates(0, ())
    docs = columns.report_docs[columns.report_docs_start[number] : columns.report_docs_start[number + 1]]
    return Dates(int(columns.report_added[number]), tuple(columns.doc_added[docs].tolist()))


def trail_of(passage_id: str, fingerprint: str, build: Build) -> Trail:
    """What has become of the answer that had this id and, unless that is blank or none, this fingerprint."""
    number = build.number_of(passage_id)
    if not _FINGERPRINT.fullmatch(fingerprint):
        return Trail(SAME if number is not None else GONE, number)
    wanted = int(fingerprint, 16)
    if number is not None and int(build.columns.doc_print[number]) == wanted:
        return Trail(SAME, number)
    elsewhere = _elsewhere(passage_id, wanted, build)
    if elsewhere is not None:
        return Trail(MOVED, elsewhere)
    return Trail(CHANGED if number is not None else GONE, number)


def _elsewhere(passage_id: str, fingerprint: int, build: Build) -> int | None:
    """The one place where the text now is: in the same report, else in one of the same city and year.

    Other cities may have the same words: that is not the same answer.
    """
    report_id, _, position = passage_id.rpartition("-")
    found = [(build.report_of(number).id, number) for number in build.numbers_with(fingerprint)]
    own = [number for name, number in found if name == report_id]
    if own and position.isdecimal():
        return min(own, key=lambda number: abs(build.passage(number).position - int(position)))
    whose = _WHOSE.match(passage_id)
    others = [number for name, number in found if whose and name.startswith(f"{whose['whose']}-")]
    return others[0] if len(others) == 1 and not build.columns.doc_blank[others[0]] else None
