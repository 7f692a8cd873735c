"""Which parts of an answer tell of problems, so that «Кто это решил?» may be asked of them."""

from __future__ import annotations

from collections.abc import Iterable

from indexer.model import KIND_PROBLEMS, Passage


def problem_ids(parts: Iterable[Passage]) -> tuple[str, ...]:
    """The ids of those that do, in their order; a blank one tells of nothing."""
    return tuple(part.id for part in parts if part.kind == KIND_PROBLEMS and not part.blank)
