"""Passages of an archive in a cluster as hits: fetched together, then marked as the local engine does."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np

from indexer.builds.build import Build
from search_app.engine.found.filling import Ranked
from search_app.engine.found.hits import Folded, hits_of
from search_app.engine.marks.snippets import Sought
from search_app.engine.opensearch.mirror import Mirror
from search_app.engine.opensearch.view import View
from search_app.request.model import Hit


def shown(
    ranked: Sequence[Ranked],
    sought: Sought,
    mirror: Build,
    folded: Folded | None = None,
    by_meaning: Container[int] = frozenset(),
) -> tuple[Hit, ...]:
    """Passages by the archive's numbers with their scores as hits. Raises EngineGone."""
    assert isinstance(mirror, Mirror)
    numbers = [number for number, _ in ranked]
    followers = folded.followers(numbers, mirror) if folded else {}
    members = [number for leader, others in followers.items() for number in (leader, *others)]
    view = View(mirror, [*numbers, *members])
    here = Folded(view.places(numbers), None, view.places(np.unique(np.asarray(members, dtype=np.int64))))
    places = view.places(numbers).tolist()
    near = frozenset(place for place, number in zip(places, numbers, strict=True) if number in by_meaning)
    scores = [score for _, score in ranked]
    return hits_of(list(zip(places, scores, strict=True)), sought, view, here if members else None, near)
