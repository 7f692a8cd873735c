"""How seldom Python looks for circular garbage in a process that answers."""

from __future__ import annotations

import gc


def spare_collecting() -> None:
    """Circular garbage is looked for seldom: requests leave next to none, and each look costs them a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
