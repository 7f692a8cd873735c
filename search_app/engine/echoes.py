"""Answers that repeat others over the years: how alike two are, and all groups of the archive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints
from indexer.language.gists import Gists, likeness


def likeness_of(doc: int, other: int, build: Build) -> float:
    """How nearly two answers of a group say the same, 0…1; 1 for the same text."""
    prints = build.columns.doc_print
    if prints[doc] == prints[other]:
        return 1.0
    earlier, later = max(doc, other), min(doc, other)
    return build.remember(("likeness", earlier, later), lambda: _reckoned(earlier, later, build))


def likeness_of_texts(earlier: tuple[str, int | None], later: tuple[str, int | None], build: Build) -> float:
    """The same of two texts, each with the year of its report."""
    gists = build.remember("gists", lambda: Gists(build.analyzer))
    return likeness(gists.gist(*earlier), gists.gist(*later))


def _reckoned(earlier: int, later: int, build: Build) -> float:
    first, second = ((build.passage(doc).text, build.report_of(doc).year) for doc in (earlier, later))
    return likeness_of_texts(first, second, build)


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of answers that repeat each other."""

    begins: Ints
    """Where each group's answers begin in ``docs``, and the end of the last."""
    docs: Ints
    """Passages, group after group, newest first."""


def groups(build: Build) -> Groups:
    """All groups of two and more answers, the newest first."""

    def made() -> Groups:
        leaders = build.columns.doc_group
        sizes = np.bincount(leaders, minlength=len(leaders))
        docs = np.flatnonzero(sizes[leaders] > 1)
        docs = docs[np.argsort(leaders[docs], kind="stable")]
        counts = sizes[sizes > 1]
        begins = np.concatenate([[0], np.cumsum(counts)])
        return Groups(begins.astype(np.int32), docs.astype(np.int32))

    return build.remember("groups of repeats", made)
