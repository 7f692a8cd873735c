"""The queries that the real reports must answer; runs where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.builds.build import Build, open_build
from indexer.builds.store import Store
from indexer.rebuild import rebuild
from search_app.engine.search import search
from search_app.request.model import SearchRequest

REPORTS = Path(__file__).parents[3] / "shared" / "reports"

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not at hand")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("real")
    rebuild(REPORTS, folder, jobs=1)
    return open_build(Store(folder).current_dir())


# query | city, year and kind of the first passage
FIRST = """
онлайн режим мероприятия                    | Омск 2020 achievements
проведение мероприятий дистанционно         | Омск 2020 achievements, Омск 2020 tasks, Благовещенск 2022 achievements
jykfqy ht;bv                                | Омск 2020 achievements
онлайн рижим                                | Омск 2020 achievements
инструкция по делопроизводству              | Омск 2014 achievements
440-р                                       | Омск 2014 achievements
какие города работают с китайскими городами | Благовещенск 2022 achievements
опыт Новосибирска                           | Омск 2014 colleagues
"город трудовой доблести"                   | Омск 2021 achievements
задачи на 2021 год                          | Омск 2020 tasks
"""


@pytest.mark.parametrize("line", FIRST.strip().splitlines())
def test_the_right_passage_stands_first(line: str, real: Build) -> None:
    query, first = (part.strip() for part in line.split("|"))
    hit = search(SearchRequest(q=query), real).hits[0]
    assert f"{hit.city} {hit.year} {hit.kind}" in first.split(", ")


def test_both_years_lead_and_every_match_is_counted(real: Build) -> None:
    page = search(SearchRequest(q="онлайн режим мероприятия", per_page=100), real)
    assert {(hit.city, hit.year) for hit in page.hits[:3]} == {("Омск", 2020), ("Омск", 2021)}
    assert sum(value.count for value in page.facets["city"]) == page.total == len(page.hits)
    for word in ("<mark>онлайн</mark>", "<mark>режим", "<mark>мероприятий</mark>"):
        assert word in page.hits[0].snippet
