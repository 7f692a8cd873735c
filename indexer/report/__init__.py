"""Blocks of a file into reports: whose, of which year, about what, and the answers in passages.

Rules are ordered, strongest first, and keep their evidence. What no rule tells stays ``None`` and is warned of.

Door: asks, health, lookalikes, parser, remarks, spoilt and what stands here.
"""

from __future__ import annotations

from indexer.report.parser import Fate, Parsed, ReportParser
from indexer.report.subjects import Depth

PARSER_VERSION = "13"
"""Changes whenever the same blocks would give other reports: an index made before is stale."""

__all__ = ["PARSER_VERSION", "Depth", "Fate", "Parsed", "ReportParser"]
