"""What the operator says of a file; stronger than anything that stands in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """City, year and section as set in reports.toml; ``None`` where nothing was said."""

    city: str | None = None
    year: int | None = None
    section: str | None = None
    skip: bool = False
    sample: bool = False
    evidence: str = "reports.toml"
    """Where it was said."""
