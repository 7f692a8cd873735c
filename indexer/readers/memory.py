"""A limit on the memory of this process, where the system knows such a thing (not on Windows)."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import resource


def limit_memory(limit: int) -> None:
    """Let this process address at most ``limit`` bytes; more raises ``MemoryError``. Does nothing on Windows."""
    if sys.platform != "win32":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit but refuses to set it
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def addressed() -> int:
    """Bytes that this process addresses now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def without_memory_limit() -> Iterator[None]:
    """Programs started within do not inherit the limit: LibreOffice reserves far more addresses than it uses."""
    if sys.platform == "win32":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
