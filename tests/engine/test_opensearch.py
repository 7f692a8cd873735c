"""The same archive in a cluster gives the same pages: totals, facets, hits, marks, scores; and what an update sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.builds.build import Build, open_build
from indexer.cluster.columns import fetch
from indexer.cluster.connection import Connection, address_of
from indexer.cluster.publishing import Published, indices, publish, roll_back, served
from indexer.errors import ClusterError, EngineGone
from search_app.engine.door import ClusterEngine, Engine, LocalEngine, open_cluster, years_found
from search_app.request.model import SearchPage, SearchRequest
from tests.cluster.nodes import Cluster
from tests.small_archive import REPORTS, make_reports
from tests.small_archive import publish as build_of

QUERIES = """
онлайн режим
онлайн-режим мероприятия
"онлайн режим"
«режиме онлайн»
"мероприятия режим"~4
"опыт городов помощь"~6
дорог*
!дороги
онлайн -праздники
-онлайн
город:Омск мероприятия
год:2020..2021 площади
вопрос:задачи площадь
раздел:"Организационная работа" опыт
праздники ИЛИ ярмарка
(хоккей ИЛИ ярмарка) гостей
"телемост с городами" -Омск
Омск
Барнаул ТОС
Омск 2020
задачи на 2021 год
проблемы Благовещенска
не построено жильё
опыт других городов остаётся лучшей помощью муниципалитетам области
какие мероприятия проводились в онлайн режиме?
онлан режим
jykfqy
ыфва
и
что это такое
№ 440-р
"нет таких слов"
COVID-19

""".split("\n")[1:-1]
CHOSEN: dict[str, dict[str, Any]] = {
    "plain": {},
    "folded": {"fold": True},
    "page": {"fold": True, "per_page": 2, "page": 2},
    "narrowed": {"city": ("Омск", "Барнаул"), "kind": ("achievements",)},
    "ranged": {"year_from": 2020, "year_to": 2021, "fold": True},
    "region": {"region": ("Омская область",)},
    "like": {"like": "Барнаул"},
    "newest": {"sort": "newest"},
    "oldest": {"sort": "oldest", "fold": True},
    "added": {"sort": "added", "per_page": 3},
    "typed": {"as_typed": True, "synonyms": False},
}


class Both:
    """The local engine and that of a cluster over one build."""

    def __init__(self, build: Build, connection: Connection, folder: Path) -> None:
        self.connection = connection
        self.index: Published = publish(build, connection, shards=2, replicas=0)
        fetch(self.index.list_name, connection, folder)
        self.local = LocalEngine(build)
        self.there: ClusterEngine = open_cluster(folder, self.index.name, connection)


@pytest.fixture(scope="module")
def both(node: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    build = open_build(build_of(folder / "index", make_reports(REPORTS), meaning=True).current_dir())
    connection = Connection(address_of(node.urls[0], alias="pages"))
    yield Both(build, connection, folder / "columns")
    connection.close()
    build.close()


@pytest.mark.parametrize("chosen", CHOSEN)
def test_pages_are_the_same(chosen: str, both: Both) -> None:
    for query in QUERIES:
        request = SearchRequest(q=query, **CHOSEN[chosen])
        for meaning in (False, True):
            expected, found = (engine.search(request, meaning=meaning) for engine in (both.local, both.there))
            assert told(found) == told(expected), (query, chosen)


def told(page: SearchPage) -> list[Any]:
    """All that a page says; scores as far as they are shown to be compared."""
    fields = [getattr(page, name) for name in page.__slots__ if name not in ("request", "hits")]
    hits = [[getattr(hit, name) for name in hit.__slots__ if name != "score"] for hit in page.hits]
    return [
        *fields,
        hits,
        [hit.score if hit.score is None else pytest.approx(hit.score, rel=1e-3) for hit in page.hits],
    ]


QUESTIONS: dict[str, Callable[[Engine], object]] = {
    "counts": lambda e: e.counts(SearchRequest(q="онлайн"), years_found(e.search(SearchRequest(q="онлайн")))),
    "total": lambda e: [e.total(SearchRequest(q="онлайн", fold=fold, page=3)) for fold in (False, True)],
    "suggest": lambda e: [e.suggest(typed) for typed in ("он", "меро", "омск 20", "ghfp")],
    "said most": lambda e: e.said_most(["онлайн режим", "день города", "нет такого"], 2),
    "similar": lambda e: [e.similar(f"r{number}-1") for number in range(4)],
    "similar elsewhere": lambda e: e.similar("r0-3", other_cities=True, limit=9),
    "marker": lambda e: str(e.marker("онлайн «день города» празд*")("День города и праздники — онлайн.")),
    "frequency": lambda e: [e.frequency(word) for word in ("мероприятие", "городов", "абракадабра")],
    "hits": lambda e: e.hits([2, 0, 5]),
    "reports": lambda e: [e.report(card.id) for card in e.cards()],
    "answers": lambda e: [e.answer_at(number) for number in e.numbers(SearchRequest(city=("Омск",)))],
    "city": lambda e: (e.answers_of_city("Омск"), e.topics_of_city("Омск"), e.words_of_city("Омск", 9)),
    "mentions": lambda e: (e.mentioned_by_city("Барнаул"), e.mentions_of_city("Омск"), e.mentioned_cities()),
    "repeats": lambda e: (e.repeats(SearchRequest(), 0, 9), e.newcomers(2021, SearchRequest(), 0, 9)),
    "arrivals": lambda e: (e.arrivals(), [e.dates(card.id) for card in e.cards()]),
    "kept": lambda e: [e.kept_answer(passage, "") for passage in ("r0-1", "r9-1")],
    "near": lambda e: e.words_near("праздник", 5),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_everything_else_is_the_same(question: str, both: Both) -> None:
    assert QUESTIONS[question](both.there) == QUESTIONS[question](both.local)


def test_statements_find_the_same(both: Both) -> None:
    need = both.local.weigh(["Нужны онлайн мероприятия на площади"])
    kinds = ("achievements", "overview", "other")
    assert both.there.seek(need, need.weights, kinds, ("Омск",)) == both.local.seek(
        need, need.weights, kinds, ("Омск",)
    )


def test_what_lies_in_the_cluster_is_never_read_here(both: Both) -> None:
    for name in ("stream", "lemma_docs", "zones"):
        column = getattr(both.there._build.columns, name)
        for ask in (len, lambda values: values[0], lambda values: values.sum()):
            with pytest.raises(LookupError):
                ask(column)


def test_an_update_sends_what_changed(node: Cluster, tmp_path: Path) -> None:
    connection = Connection(address_of(node.urls[0], alias="updated"))
    first = open_build(build_of(tmp_path / "one", make_reports(REPORTS)).current_dir())
    before = publish(first, connection, shards=1, replicas=0)

    def found(index: str, word: str) -> object:
        return connection.search(index, {"query": {"term": {"said": word}}})["hits"]["total"]

    # Of the same length: only then do the mean lengths stay, by which every answer is weighed.
    answers = tuple((kind, question, text.replace("хоккею", "футболу")) for kind, question, text in REPORTS[1][3])
    changed = [REPORTS[0], (*REPORTS[1][:3], answers), *REPORTS[2:]]
    second = open_build(build_of(tmp_path / "two", make_reports(changed)).current_dir())
    now = publish(second, connection, shards=1, replicas=0)
    assert (now.stamp, now.documents, now.served) == (second.stamp, first.columns.passages, True)
    made = node.ask("GET", f"/{now.name}/_stats/indexing")[1]["_all"]["primaries"]["indexing"]["index_total"]
    assert made == 1
    assert {"value": 1, "relation": "eq"} == found(now.name, "футбол") != found(before.name, "футбол")
    assert roll_back(connection).name == before.name and served(connection).stamp == first.stamp
    assert [one.name for one in indices(connection)] == [before.name, now.name]
    first.close()
    second.close()


def test_nothing_is_published_twice(both: Both) -> None:
    build = both.local._build
    assert publish(build, both.connection, shards=2, replicas=0) == both.index


def test_a_cluster_that_is_gone_is_told(both: Both) -> None:
    nobody = Connection(address_of("http://127.0.0.1:9"))
    with pytest.raises(EngineGone, match="не отвечает"):
        served(nobody)
    with pytest.raises(ClusterError, match="нет архива"):
        served(Connection(address_of(both.connection.address.urls[0], alias="nothing-here")))


@pytest.mark.parametrize(
    "told",
    ["", "localhost", "ftp://x:1", "http://", "http://a:b@x:1", "http://x:99999", "http://x:1?a=b", "http://x:1,y"],
)
def test_an_address_that_means_nothing(told: str) -> None:
    with pytest.raises(ClusterError, match="не понят") as refused:
        address_of(told)
    assert ":b@" not in str(refused.value)
