"""Blocks of a file into reports: whose, of which year, about what, and the answers in passages.

Rules are ordered, strongest first, and keep their evidence. What no rule tells stays ``None`` and is warned of.
"""

from __future__ import annotations

from indexer.report.parser import Fate, Parsed, ReportParser
from indexer.report.said import Said

__all__ = ["Fate", "Parsed", "ReportParser", "Said"]
