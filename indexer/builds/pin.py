"""The pin: a file in the index folder that says that the operator went back to a build and wants to stay with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from indexer.russian import now, russian_date

RELEASE = "python -m indexer rollback --release"


@dataclass(frozen=True, slots=True)
class Pin:
    """What a rollback left behind; a damaged file pins too."""

    stamp: str | None
    """The build that was gone back to."""
    since: str | None
    """ISO 8601, UTC."""

    @property
    def sentence(self) -> str:
        """That there is a pin, for the operator."""
        since = f" {russian_date(self.since)}" if self.since else ""
        stamp = f" {self.stamp}" if self.stamp else ""
        return f"Индекс{stamp} закреплён: к нему вернулись командой rollback{since}."

    way_out = f"Снять закрепление: {RELEASE}"
    """How to get rid of it."""


def pin_text(stamp: str) -> str:
    """What stands in the file."""
    return json.dumps({"stamp": stamp, "since": now()}) + "\n"


def read_pin(path: Path) -> Pin | None:
    """The pin in a file; ``None`` where there is no file. Raises OSError where it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Pin(str(found["stamp"]), str(found["since"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (IsADirectoryError, ValueError, TypeError, KeyError):
        return Pin(None, None)
