"""What indexing takes from one report: made where the report was parsed, cheap to carry between processes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from indexer.language.analysis import Analyzer
from indexer.model import TONES, Passage, Report, fingerprint


class ChunkTable(dict[str, int]):
    """Chunk → its number; unseen chunks get the next one. ``[]`` is all that indexing a text takes."""

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Extract:
    """Numbers and the words they stand for."""

    id: str
    city: str | None
    year: int | None
    section: str | None
    passages: tuple[str, ...]
    """The ids of the passages; all that follows is in their order."""
    positions: array[int]
    classes: tuple[tuple[str, tuple[str, ...]], ...]
    """Kind and topics."""
    remarks: tuple[tuple[tuple[str, int], ...], ...]
    """The cities mentioned, each with its tone's place among the tones."""
    blanks: array[int]
    groups: array[int]
    """A hash of city, section and kind of question: only answers that have these in common may be repeats."""
    prints: array[int]
    """Fingerprints of the texts."""
    chunks: str
    """Every chunk as written once, a line each, in order of appearance."""
    stream: array[int]
    """Places in ``chunks``, zone after zone."""
    zones: array[int]
    """The lengths of the zones in the stream."""
    came: int = 0
    """When the archive first had the report: seconds since 1970, UTC; 0 where nobody has said."""
    added: array[int] = field(default_factory=lambda: array("q"))
    """The same of each text; empty where nobody has said."""

    def dated(self, came: int, added: Iterable[int]) -> Extract:
        """The same with the times at which the report and each of its texts came."""
        return replace(self, came=came, added=array("q", added))


def extract(report: Report, analyzer: Analyzer) -> Extract:
    """What indexing takes from a report with all its passages; the same in whatever process it is made."""
    table = ChunkTable()
    stream = array("i")
    zones = array("i")
    short: dict[str, array[int]] = {}
    heading = heading_of(report)
    for passage in report.passages:
        zones.append(_read_into(stream, table, analyzer.chunks(passage.text)))
        for text in (passage.question or "", heading):
            known = short.get(text)
            if known is None:
                known = short[text] = array("i", map(table.__getitem__, analyzer.chunks(text)))
            stream.extend(known)
            zones.append(len(known))
    return Extract(
        id=report.id,
        city=report.city,
        year=report.year,
        section=report.section,
        passages=tuple(passage.id for passage in report.passages),
        positions=array("i", (passage.position for passage in report.passages)),
        classes=tuple((passage.kind, passage.topics) for passage in report.passages),
        remarks=tuple(
            tuple((remark.city, TONES.index(remark.tone)) for remark in passage.remarks) for passage in report.passages
        ),
        blanks=array("b", (passage.blank for passage in report.passages)),
        groups=array("Q", (stable_hash(_bucket(report, passage)) for passage in report.passages)),
        prints=array("q", (fingerprint(passage.text) for passage in report.passages)),
        chunks="\n".join(table),
        stream=stream,
        zones=zones,
    )


def _read_into(stream: array[int], table: ChunkTable, chunks: list[str]) -> int:
    stream.extend(map(table.__getitem__, chunks))
    return len(chunks)


def heading_of(report: Report) -> str:
    """The context of every passage of a report: its city, section and year."""
    year = str(report.year) if report.year is not None else None
    return "\n".join(filter(None, (report.city, report.section, year)))


def stable_hash(text: str) -> int:
    """64 bits of a text, the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _bucket(report: Report, passage: Passage) -> str:
    """What answers repeated over the years have in common; nothing repeats that of an unknown city."""
    return passage.id if report.city is None else "\n".join((report.city, report.section or "", passage.kind))
