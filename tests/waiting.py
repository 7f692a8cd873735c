"""Waiting for what other threads and processes do: a guard against hanging, never a measure of speed."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 300.0
"""Seconds; no machine is that slow."""


def until(holds: Callable[[], bool], pause: float = 0.05) -> None:
    """Waits until something holds. Raises ``AssertionError`` when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not so after {PATIENCE:.0f} s"
        time.sleep(pause)
