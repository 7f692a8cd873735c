"""The counts of facets against passages counted one by one, however few or many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.builds.build import Build, open_build
from indexer.builds.store import Store
from indexer.index.arrays.steps import Ints
from indexer.rebuild import rebuild
from search_app.engine.matching.counting import EVERYTHING, REPORT_FACETS, count_facets, count_folded
from search_app.request.model import FACETS, Value

SAMPLE = Path(__file__).parents[2] / "index_data" / "sample"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The sample: its cities speak of each other, which is a facet that is not counted here."""
    index = tmp_path_factory.mktemp("sample")
    rebuild(SAMPLE, index, jobs=1)
    build = open_build(Store(index).current_dir())
    yield build
    build.close()


def values_of(doc: int, facet: str, build: Build) -> list[Value]:
    columns = build.columns
    number = int(columns.doc_class[doc])
    if facet in REPORT_FACETS:
        places = [int(build.report_values(facet)[columns.doc_report[doc]])]
    elif facet == "kind":
        places = [int(columns.class_kind[number])]
    else:
        places = columns.class_topics[slice(*columns.class_topics_start[number : number + 2].tolist())].tolist()
    return [build.values[facet][place] for place in places]


def some(build: Build, step: int) -> Ints:
    return np.arange(0, build.columns.passages, step, dtype=np.int32)


@pytest.mark.parametrize("step", [1, 7, 200])
def test_each_value_is_counted_for_its_passages(sample: Build, step: int) -> None:
    docs = some(sample, step)
    for _ in range(2):  # what is counted with is left as it was found
        counted = count_facets(docs, EVERYTHING, sample)
        for facet in FACETS:
            assert counted[facet] == Counter(value for doc in docs for value in values_of(int(doc), facet, sample))


@pytest.mark.parametrize("step", [1, 7, 200])
def test_repeated_answers_count_once_for_each_value(sample: Build, step: int) -> None:
    docs = some(sample, step)
    counted = count_folded(docs, EVERYTHING, sample)
    for facet in FACETS:
        pairs = {
            (int(sample.columns.doc_group[doc]), value) for doc in docs for value in values_of(int(doc), facet, sample)
        }
        assert counted[facet] == Counter(value for _, value in pairs)
