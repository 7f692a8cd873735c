"""How often a page of results waits for the cluster: what can be asked together is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from indexer.cluster.columns import fetch
from indexer.cluster.connection import Connection, address_of
from indexer.cluster.publishing import publish
from search_app.engine.door import ClusterEngine, open_cluster
from search_app.request.model import SearchPage, SearchRequest
from tests.cluster.nodes import Cluster
from tests.small_archive import Answer, make_reports, temporary_build

DEEDS = ("Дороги отремонтированы у вокзала.", "Дороги и парк благоустроены.", "Парк открыт, дороги расчищены от снега.")
REPEATED = "Получение информации об опыте других городов остаётся лучшей помощью, на которую мы рассчитываем."


class Counting(Connection):
    """Counts how often it was asked."""

    count = 0

    def searches(self, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[Any]:
        """As usual."""
        self.count += 1
        return super().searches(index, bodies)


def rows() -> Iterator[tuple[str, int, str, tuple[Answer, ...]]]:
    """Eight reports: enough of each word that none need be left out; one answer is given year after year."""
    for city in ("Омск", "Томск"):
        for year in range(2018, 2022):
            told = " ".join((DEEDS[year % 3], f"Истрачено {year * 7} рублей."))
            answers = (("achievements", "Что удалось?", told), ("help", "Какую помощь может оказать АСДГ?", REPEATED))
            yield city, year, "Организационная работа", answers


@pytest.fixture(scope="module")
def archive(
    node: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Counting, Callable[[], ClusterEngine]]]:
    """A connection, and what opens an archive behind it as a server does that has just been started."""
    folder = tmp_path_factory.mktemp("columns") / "columns"
    connection = Counting(address_of(node.urls[0], alias="round-trips"))
    with temporary_build(make_reports(rows())) as build:
        named = publish(build, connection, shards=2, replicas=0)
    fetch(named.list_name, connection, folder)
    yield connection, lambda: open_cluster(folder, named.name, connection)
    connection.close()


@pytest.mark.parametrize(
    ("query", "fold", "first", "again"),
    [
        # The first look with candidates and counts; then texts, that are kept.
        ("дороги", False, 2, 1),
        ("дороги парк", False, 2, 1),
        # Which of the repeated answers match is asked along with the texts of all of them.
        ("получение информации", True, 2, 2),
        # What a wish adds hangs on the best score, so candidates are asked for after it is known.
        ("дороги Омск", False, 3, 2),
        # Too few have the words: how much they have is asked, and all of it once more.
        ("дороги снег парк вокзал", False, 4, 3),
        ("", True, 1, 0),
    ],
)
def test_a_page_waits_seldom(
    query: str, fold: bool, first: int, again: int, archive: tuple[Counting, Callable[[], ClusterEngine]]
) -> None:
    connection, opened = archive
    engine = opened()
    counts: list[int] = []
    pages: list[SearchPage] = []
    for _ in range(2):
        connection.count = 0
        pages.append(engine.search(SearchRequest(q=query, fold=fold)))
        counts.append(connection.count)
    engine.close()
    assert pages[0].total > 0 and pages[0].hits == pages[1].hits
    assert counts == [first, again]


def test_phrases_are_counted_together(archive: tuple[Counting, Callable[[], ClusterEngine]]) -> None:
    connection, opened = archive
    engine = opened()
    connection.count = 0
    told = engine.said_most(["лучшая помощь", "парк открыт", "сельское хозяйство"], 5)
    assert told == (("лучшая помощь", 8), ("парк открыт", 4)) and connection.count == 1
    engine.close()
