"""Composes the whole flow: folder → reports → a new build → CURRENT; anew, or with what the served build has.

Door: what stands here.
"""

from __future__ import annotations

from indexer.rebuild.flow import default_jobs, read_part, rebuild, rebuild_joined, update
from indexer.rebuild.parts import share_of
from indexer.rebuild.rules import current_rules, other_rules
from indexer.rebuild.seen import recognition_in
from indexer.rebuild.settings import Changes, changes

__all__ = [
    "Changes",
    "changes",
    "current_rules",
    "default_jobs",
    "other_rules",
    "read_part",
    "rebuild",
    "rebuild_joined",
    "recognition_in",
    "share_of",
    "update",
]
