"""JSON: what was asked, how much was found, and the answers; written as they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from indexer.presentation import passage_json
from search_app.takeaway.extracts import Extract, Selection, citation
from search_app.wording.values import query_json

LIMIT = 5000


def answers(chosen: Selection, root: str, limit: int = LIMIT) -> Iterator[str]:
    """One JSON object, piece by piece."""
    head = json.dumps(_head(chosen, limit), ensure_ascii=False, indent=1)
    yield head.removesuffix("\n}") + ',\n "passages": ['
    for number, extract in enumerate(chosen.extracts(limit)):
        yield (",\n" if number else "\n") + json.dumps(_passage(extract, chosen, root), ensure_ascii=False)
    yield "\n ]\n}\n"


def _head(chosen: Selection, limit: int) -> dict[str, Any]:
    return {
        "title": chosen.title,
        "query": query_json(chosen.request) if chosen.request else None,
        "build": chosen.engine.stamp,
        "created": chosen.engine.manifest.created,
        "total": chosen.total,
        "limit": limit,
        "complete": chosen.total <= limit,
        "notice": chosen.shortened(limit) or None,
        "missing": list(chosen.missing),
    }


def _passage(extract: Extract, chosen: Selection, root: str) -> dict[str, Any]:
    report = extract.report
    return passage_json(extract.passage) | {
        "url": root + extract.url,
        "report_id": report.id,
        "city": report.city,
        "year": report.year,
        "section": report.section,
        "source": report.source,
        "citation": citation(extract, chosen.engine.vocabulary),
        "repeats": [{"id": repeat.id, "year": repeat.year, "url": root + repeat.url} for repeat in extract.repeats],
    }
