"""Who uses what is open: an archive that another one has replaced is let go with its last request."""

from __future__ import annotations

import gc
import threading
from dataclasses import dataclass
from pathlib import Path

from search_app.engine.door import Engine


@dataclass(slots=True)
class Opened:
    """An open archive and how many requests use it."""

    engine: Engine
    folder: Path
    """Where its files lie."""
    users: int = 0
    retired: bool = False
    """Another one is served: with its last user it is let go."""


class Leases:
    """Counts the users of open archives. Safe to share between threads."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        """Held while users are counted, and by whoever changes what is served."""

    def give_back(self, opened: Opened) -> None:
        """One user less."""
        with self.guard:
            opened.users -= 1
        self.let_go(opened)

    def let_go(self, opened: Opened) -> None:
        """Unmaps a retired archive that nobody uses any more, whatever still holds it."""
        with self.guard:
            over = opened.retired and opened.users == 0
            opened.retired = opened.retired and not over
        if over:
            opened.engine.close()
            # What requests leave in circles has pieces of the files, and on a quiet site nobody looks for it for days.
            gc.collect()
