"""How the time of reading and parsing grows with a file: hostile patterns, each at two sizes.

    python -m tests.campaigns.growth [--random 500] [--formats txt,html,docx,rtf,odt]

A megabyte of any pattern should take less than two seconds of computing, and twice the text about twice the time.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from indexer.errors import IndexerError
from indexer.intake.soundness import sound
from indexer.intake.understanding import _parser
from indexer.readers import read_document
from indexer.report import Depth

from .containers import CONTAINERS

TOKENS = tuple(
    line.replace("\\\\", "\0").encode("latin-1", "backslashreplace").decode("unicode_escape").replace("\0", "\\")
    for line in (Path(__file__).parent / "tokens.txt").read_text("utf-8").splitlines()
)
"""Short pieces of text: signs that mean something to some rule, words of reports, mark-up of every format."""

SEPARATORS = ("", " ", ", ", ". ", "-", "; ", "\n", "\n\n", "  ")
LENGTHS = (0, 1, 10, 40, 60, 80, 120, 1000, 10_000)
"""Signs of a line before it is broken; 0: never."""

ENDINGS = ("", "", "-", "?", ".", ":", "|")
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text without end, of one or more tokens."""

    tokens: tuple[str, ...]
    separator: str
    length: int
    ending: str = ""
    """Stands at the end of each line."""
    blank: bool = False
    """Lines are parted by an empty one."""

    def text(self, size: int) -> str:
        """So many signs of it."""
        unit = self.separator.join(self.tokens) + self.separator
        if self.length == 0:
            return (unit * (size // len(unit) + 1))[:size]
        line = (unit * (self.length // len(unit) + 1))[: max(self.length, len(unit))] + self.ending
        line += "\n\n" if self.blank else "\n"
        return (line * (size // len(line) + 1))[:size]

    def __str__(self) -> str:
        parted = " blank" if self.blank else ""
        return f"{list(self.tokens)!r} sep={self.separator!r} len={self.length} end={self.ending!r}{parted}"


class TookTooLongError(Exception):
    """More computing than allowed."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TookTooLongError after so many seconds of computing."""

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TookTooLongError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def understood(data: bytes) -> int:
    """Reads and parses a file as the indexer does; how many passages."""
    try:
        content, _ = sound(read_document(data, "a"))
    except IndexerError:
        return 0
    parsed = _parser().parse(content.blocks, "a.txt")
    return sum(len(report.passages) for report in _parser().told(parsed.reports, Depth.WHOLE))


def seconds_of(data: bytes, limit: float = SECONDS) -> float:
    """Computing that a file takes; ``limit`` where it takes more."""
    started = time.process_time()
    try:
        with at_most(limit):
            understood(data)
    except TookTooLongError:
        return limit
    return time.process_time() - started


def patterns() -> Iterator[Pattern]:
    """Each token alone in lines of several lengths."""
    for token in TOKENS:
        for separator in ("", " ", ". "):
            yield Pattern((token,), separator, 0)
            yield Pattern((token,), separator, 60)
        yield Pattern((token,), " ", 60, ending="-")
        yield Pattern((token,), "", 1)
        yield Pattern((token,), "", 1, blank=True)
        yield Pattern((token,), " ", 1000, blank=True)


def random_patterns(count: int, chance: random.Random) -> Iterator[Pattern]:
    """Some tokens one after the other."""
    for _ in range(count):
        tokens = tuple(chance.choices(TOKENS, k=chance.choice((1, 2, 2, 3))))
        separator, length = chance.choice(SEPARATORS), chance.choice(LENGTHS)
        yield Pattern(
            tokens, separator, length, chance.choice(("", "", "-", "?", ".", ":", "|")), chance.random() < 0.3
        )


def main() -> None:
    """Prints the patterns that take long or grow faster than the text."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--random", type=int, default=0, help="so many random patterns instead of the listed ones")
    arguments.add_argument("--formats", default="txt")
    arguments.add_argument("--size", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--every", type=int, default=1)
    arguments.add_argument("--part", type=int, default=0)
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    _parser()
    understood("Омск. Что удалось сделать в 2021 году? Построен мост.".encode())
    chosen = random_patterns(options.random, chance) if options.random else patterns()
    for number, pattern in enumerate(chosen):
        if number % options.every != options.part:
            continue
        for name in options.formats.split(","):
            look_at(pattern, name, options.size)


def look_at(pattern: Pattern, name: str, size: int) -> None:
    """Says so where the pattern takes too long."""
    pack = CONTAINERS[name]
    once = seconds_of(pack(pattern.text(size)))
    if once < 1.5 * size / 1e6:
        return
    twice = seconds_of(pack(pattern.text(2 * size)))
    if twice > 4.0 * 2 * size / 1e6 or twice > 2.7 * once:
        print(f"{name:5} {once:6.2f} {twice:6.2f} ×{twice / once:.1f}  {pattern}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
