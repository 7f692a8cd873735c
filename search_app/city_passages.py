"""The passages of one city, picked from the columns without reading a text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import Ints
from indexer.build import Build
from search_app.model import Value

Flags = NDArray[np.bool_]


def docs_of_city(name: str, build: Build) -> Ints:
    """The numbers of the city's passages, newest year first."""
    of_city = np.asarray([value == name for value in build.values["city"]], dtype=np.bool_)
    if not of_city.any():
        return np.empty(0, dtype=np.int32)
    flags: Flags = of_city[build.columns.report_city][build.columns.doc_report]
    return np.flatnonzero(flags).astype(np.int32)


def years_of(docs: Ints, build: Build) -> list[Value]:
    """The year of each passage."""
    values = build.values["year"]
    return [values[place] for place in build.columns.report_year[build.columns.doc_report[docs]].tolist()]


def sections_of(docs: Ints, build: Build) -> list[Value]:
    """The section of each passage."""
    values = build.values["section"]
    return [values[place] for place in build.columns.report_section[build.columns.doc_report[docs]].tolist()]


def kinds_of(docs: Ints, build: Build) -> list[str]:
    """The question kind of each passage."""
    values = build.values["kind"]
    return [str(values[place]) for place in build.columns.class_kind[build.columns.doc_class[docs]].tolist()]
