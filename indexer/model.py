"""What the stages of the flow hand to each other. Plain frozen data, no behaviour beyond views of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

KIND_OVERVIEW = "overview"
KIND_ACHIEVEMENTS = "achievements"
KIND_PROBLEMS = "problems"
KIND_TASKS = "tasks"
KIND_COLLEAGUES = "colleagues"
KIND_HELP = "help"
KIND_DISCUSSION = "discussion"
KIND_TRAINING = "training"
KIND_OTHER = "other"
KIND_CONFERENCE = "conference"
ASKING_KINDS = (KIND_HELP, KIND_DISCUSSION, KIND_TRAINING, KIND_CONFERENCE)
"""The questions whose answers ask for something."""

ROLE_TEXT = ""
ROLE_LETTERHEAD = "letterhead"
"""Running heads and feet: in no answer, but evidence of city and year where nothing else tells."""
ROLE_NOTE = "note"
"""What the reader says of how it read the file, a Russian sentence."""
ROLE_RECOGNISED = "recognised"
"""What a program has read in the picture of a page, once more: it is judged by how many of its words are known."""
ROLE_LOSS = "loss"
"""What of the file was not read and what to do, a Russian sentence."""
ROLE_INITIAL = "initial"
"""A word of the text whose first letter is printed as an initial: the letter may be a word of its own."""
ROLE_PICTURE = "picture"
"""A picture stands here: where an answer is nothing else, that is to be told."""

CELL_JOIN = " | "
"""Between the cells of a table row in one line."""

_NO_LETTERS = re.compile(r"[\W_]+")
_NO_LETTERS_IN_BYTES = bytes(
    byte for byte in range(256) if _NO_LETTERS.fullmatch(bytes((byte,)).decode("cp1251", "replace"))
)


@lru_cache(maxsize=128)  # an answer is asked for it twice: for the index, and for the archive's memory
def fingerprint(text: str) -> int:
    """32 bits of the letters and digits of a text: what tells whether an answer is still the one it was.

    Blanks, punctuation and capitals do not count: a file saved by another program is no other answer.
    """
    letters = letters_of(text.lower().replace("ё", "е"))
    return int.from_bytes(blake2b(letters.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def letters_of(text: str) -> str:
    """The letters and digits of a text."""
    try:
        # What fits into bytes, as nearly all texts do, is gone through ten times as fast.
        return text.encode("cp1251").translate(None, _NO_LETTERS_IN_BYTES).decode("cp1251")
    except UnicodeEncodeError:
        return _NO_LETTERS.sub("", text)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, line or table row of a document, in reading order.

    ``text`` carries neither the marker nor any mark-up; a ``"\\n"`` in it is a forced line break of the source.
    """

    text: str
    marker: str = ""
    """The printed list number or bullet («1.», «а)», «-»), Word's automatic ones included."""
    heading: int = 0
    """Heading level from 1; 0 is no heading."""
    emphasis: bool = False
    """The whole block is bold, italic or underlined."""
    cells: tuple[str, ...] = ()
    """The cells of a table row; ``text`` is then the non-empty cells joined by `` | ``."""
    wraps: bool = False
    """Only a line break stands before it, not a paragraph's end: it may go on with the line above."""
    role: str = ROLE_TEXT
    """What it is for where it is no text of the document's body: one of the ``ROLE_…``."""

    @property
    def line(self) -> str:
        """The text as printed: the marker, a space, the text."""
        return f"{self.marker} {self.text}" if self.marker else self.text

    def alone(self) -> Block:
        """The same with a paragraph's end before it."""
        return Block(self.text, self.marker, self.heading, self.emphasis, self.cells, False, self.role)

    def with_cells(self, cells: Iterable[str]) -> Block:
        """The table row with these cells instead of its own."""
        cells = tuple(cells)
        return replace(self, cells=cells, text=CELL_JOIN.join(filter(None, cells)))


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A document within a document: its name, its bytes, and before which block of the text it stands."""

    name: str
    data: bytes
    place: int = 0
    inline: bool = False
    """It is a piece of the text itself, read in its place whatever stands in it."""


@dataclass(frozen=True, slots=True)
class Content:
    """All that a reader found in a file."""

    blocks: tuple[Block, ...]
    """The body's text, in reading order."""
    letterhead: tuple[str, ...] = ()
    """Lines of running heads and feet, each once."""
    notes: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    recognised: tuple[str, ...] = ()
    """The texts of pages that were recognised in pictures; they stand in the blocks, too."""
    enclosures: tuple[Enclosure, ...] = ()
    pictured: tuple[str, ...] = ()
    """The lines right below which a picture stands."""
    initials: tuple[str, ...] = ()
    """The words that begin with an initial."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What decided a report's city, year and section, in Russian; ``None`` where nothing did."""

    city: str | None = None
    year: str | None = None
    section: str | None = None
    notes: tuple[str, ...] = ()


PRAISE, NEUTRAL, NEGATIVE = "praise", "neutral", "negative"
TONES = (PRAISE, NEUTRAL, NEGATIVE)


@dataclass(frozen=True, slots=True)
class Remark:
    """How an answer speaks of another city: the telling statement's place ``[start, end)`` in it, and its tone."""

    city: str
    tone: str
    """One of `TONES`."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One answer to one question, or a coherent part of a long one."""

    id: str
    position: int
    """From 1, over the passages of the report."""
    kind: str
    question: str | None
    text: str
    part: int = 1
    parts: int = 1
    blank: bool = False
    """The answer says nothing («Информация не представлена»)."""
    topics: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    """Canonical names of other cities named in the text, in order of appearance."""
    remarks: tuple[Remark, ...] = ()
    """One of each of them, in the same order."""
    asks: tuple[tuple[int, int], ...] = ()
    """Where the statements stand that ask for something, ``[start, end)``; of `ASKING_KINDS` alone."""

    @property
    def fingerprint(self) -> str:
        """Of its text: eight hexadecimal digits."""
        return f"{fingerprint(self.text):08x}"


@dataclass(frozen=True, slots=True)
class Report:
    """One city's answers about one section for one reported year."""

    id: str
    source: str
    """The file, relative to the reports folder, with ``/``, NFC; a zip member is ``archive.zip/member``."""
    city: str | None
    year: int | None
    section: str | None
    passages: tuple[Passage, ...]
    evidence: Evidence = Evidence()
    headings: tuple[str, ...] = ()
    """Titles recognised as such: they belong to no passage."""
    warnings: tuple[str, ...] = ()
    sample: bool = False
    """Marked by the operator as made up for demonstration."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """How one file of the reports folder was understood."""

    file: str
    status: str
    """``read``, ``duplicate``, ``empty`` or ``failed``."""
    reason: str | None = None
    """A Russian sentence; ``None`` for a file that was simply read."""
    reports: tuple[Report, ...] = ()
    digest: str | None = None
    """SHA-256 of the content, hexadecimal; ``None`` where it could not be read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the operator says of a file in reports.toml, stronger than anything in it; ``None`` where nothing."""

    city: str | None = None
    year: int | None = None
    section: str | None = None
    skip: bool = False
    sample: bool = False
    evidence: str = "reports.toml"
    """Where it was said."""


@dataclass(frozen=True, slots=True)
class ReportCard:
    """What a list of reports shows of one."""

    id: str
    source: str
    city: str | None
    year: int | None
    section: str | None
    passages: int
    sample: bool
    warnings: tuple[str, ...]
    added: int = 0
    """When the archive first had it: seconds since 1970, UTC; 0 where that is not known."""
