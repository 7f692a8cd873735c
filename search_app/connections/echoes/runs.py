"""In which years an answer was given again: in a row only where that is true, gaps told apart from missing reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """The years of an answer, ascending, as against the years of the city's reports on the section."""

    years: tuple[int, ...]
    silent: tuple[int, ...]
    """Years between the first and the last whose report does not say it."""
    unreported: tuple[int, ...]
    """Years between them without any report in the archive."""
    since: tuple[int, ...]
    """Years after the last whose report does not say it any more."""
    unreported_since: bool
    """Whether the archive goes on after the last year, but has no later report of the city on the section."""

    @property
    def first(self) -> int:
        """The first year."""
        return self.years[0]

    @property
    def last(self) -> int:
        """The last year."""
        return self.years[-1]

    @property
    def in_a_row(self) -> bool:
        """Whether it was said every year from the first to the last."""
        return not self.silent and not self.unreported

    @property
    def goes_on(self) -> bool:
        """Whether the newest report says it."""
        return not self.since


def run_of(years: Iterable[int], reported: Iterable[int], newest: int) -> Run:
    """The run of some years, at least one; ``reported`` are the years that have a report at all.

    ``newest`` is the archive's newest year.
    """
    said = sorted(set(years))
    told = set(reported) | set(said)
    between = [year for year in range(said[0], said[-1] + 1) if year not in said]
    since = tuple(sorted(year for year in told if year > said[-1]))
    return Run(
        years=tuple(said),
        silent=tuple(year for year in between if year in told),
        unreported=tuple(year for year in between if year not in told),
        since=since,
        unreported_since=not since and newest > said[-1],
    )
