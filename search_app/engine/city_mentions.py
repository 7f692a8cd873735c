"""Which answers make the ties between a city and others: who mentions it, and whom it mentions.

Told by the columns, where each answer has a number of the set of cities that it mentions: no text is read.
"""

from __future__ import annotations

import numpy as np

from indexer.builds.build import Build
from indexer.index.arrays.steps import runs
from search_app.engine.city_answers import docs_of_city


def mentioned_by_city(name: str, build: Build) -> dict[str, list[int]]:
    """City → the passages of the city called ``name`` that mention it."""
    columns, cities = build.columns, build.values["mentioned"]
    docs = docs_of_city(name, build)
    sets = columns.doc_remarks[docs]
    begins, ends = columns.remarks_start[sets], columns.remarks_start[sets + 1]
    found: dict[str, list[int]] = {}
    for doc, city in zip(
        np.repeat(docs, ends - begins).tolist(), columns.remarks_city[runs(begins, ends)].tolist(), strict=True
    ):
        known = found.setdefault(str(cities[city]), [])
        if known[-1:] != [doc]:
            known.append(doc)
    return found


def mentions_of_city(name: str, build: Build) -> dict[str, list[int]]:
    """City, blank where unknown → its passages that mention the city called ``name``."""
    columns, cities = build.columns, build.values["mentioned"]
    if name not in cities:
        return {}
    starts = np.asarray(columns.remarks_start)
    named = np.concatenate([[0], np.cumsum(columns.remarks_city == cities.index(name), dtype=np.int64)])[starts]
    marked = (np.diff(named) > 0)[columns.doc_remarks]
    marked[docs_of_city(name, build)] = False
    found: dict[str, list[int]] = {}
    for doc in np.flatnonzero(marked).tolist():
        found.setdefault(build.report_of(doc).city or "", []).append(doc)
    return found
