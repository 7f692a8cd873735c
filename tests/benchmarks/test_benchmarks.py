"""The made-up archive is always the same and like a real one; the peers agree before they race."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from indexer.intake.understanding import understand_alone
from indexer.language.analysis import shared_analyzer
from indexer.model import Report
from indexer.vocabulary import load
from tests.benchmarks import ours
from tests.benchmarks.generate import WORK, Archive
from tests.benchmarks.kinds import AGAIN, ask_kinds
from tests.benchmarks.peers import PEERS, MissingPeerError, Peer
from tests.benchmarks.peers.base import DEEP, OFFSET, OR, SEMANTICS, TOP, YEAR
from tests.benchmarks.plot import log_plot
from tests.benchmarks.queries import QuerySet, draw_queries
from tests.benchmarks.rows import read_rows, write_rows

PASSAGES = 1500


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return list(Archive(work=WORK).reports(PASSAGES))


@pytest.fixture(scope="module")
def queries(reports: list[Report]) -> QuerySet:
    return draw_queries(reports, shared_analyzer(load()))


def test_a_small_archive_is_the_beginning_of_a_large_one(reports: list[Report]) -> None:
    again = list(Archive(work=WORK).reports(PASSAGES // 3))
    assert again == reports[: len(again)]


def test_the_archive_is_like_a_real_one(reports: list[Report]) -> None:
    texts = [passage.text for report in reports for passage in report.passages]
    words = [len(text.split()) for text in texts]
    assert 80 <= sum(words) / len(words) <= 100
    assert max(map(len, texts)) <= 1600
    assert 0.06 <= 1 - len(set(texts)) / len(texts) <= 0.14
    assert 14 <= len(texts) / len(reports) <= 20
    ids = [passage.id for report in reports for passage in report.passages]
    assert len(set(ids)) == len(ids)


def test_files_hold_the_same_texts(reports: list[Report], tmp_path: Path) -> None:
    assert Archive(work=WORK).write(tmp_path, PASSAGES) == len(reports)
    page = (tmp_path / reports[0].source).read_text(encoding="utf-8")
    places = [page.find(passage.text.split("\n")[0]) for passage in reports[0].passages]
    assert all(before < after for before, after in pairwise([-1, *places]))


def test_no_word_is_lost_between_a_made_up_file_and_its_passages(reports: list[Report], tmp_path: Path) -> None:
    Archive(work=WORK).write(tmp_path, PASSAGES // 5)
    for report in reports[:12]:
        read = understand_alone(tmp_path / report.source, tmp_path).source.reports
        assert _words(report) - sum(map(_words, read), Counter()) == {}, report.source


def _words(report: Report) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(passage.text for passage in report.passages)))


def test_queries_are_always_the_same(reports: list[Report], queries: QuerySet) -> None:
    assert queries == draw_queries(reports, shared_analyzer(load()))
    assert len({len(query.words) for query in queries.plain}) == 5


def test_every_kind_of_page_is_answered(queries: QuerySet, tmp_path: Path) -> None:
    ours.write_index(tmp_path, WORK, PASSAGES // 3)
    kinds = ask_kinds(tmp_path, queries)
    assert len({kind.name for kind in kinds}) == len(kinds) > 20
    assert all(kind.bytes > 100 and len(kind.again.seconds) == AGAIN * len(kind.first.seconds) for kind in kinds)


@pytest.fixture(scope="module")
def peers(reports: list[Report], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Peer]]:
    folder = tmp_path_factory.mktemp("peers")
    write_rows(folder / "rows.tsv", reports[:40], shared_analyzer(load()))
    built = []
    for name in ("SQLite FTS5", "Whoosh", "tantivy"):
        (folder / name).mkdir()
        try:
            peer = PEERS[name](folder / name)
        except MissingPeerError:
            continue
        peer.build(read_rows(folder / "rows.tsv"))
        peer.open()
        built.append(peer)
    yield built
    for peer in built:
        peer.close()


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_peers_count_alike(peers: list[Peer], queries: QuerySet, semantics: str) -> None:
    asked = {"phrase": queries.phrases, "prefix": queries.prefixes}.get(semantics, queries.plain)
    for query in asked[:20]:
        first, *others = [peer.ask(query.lemmas, semantics) for peer in peers]
        for other in others:
            assert (other.cities, other.years, other.topics) == (first.cities, first.years, first.topics)


def test_peers_order_by_year_and_turn_pages(reports: list[Report], peers: list[Peer], queries: QuerySet) -> None:
    years = [report.year or 0 for report in reports for _ in report.passages]
    query = max(queries.plain[:40], key=lambda query: peers[0].ask(query.lemmas, OR).total)
    newest = [[years[number] for number in peer.ask(query.lemmas, YEAR).top] for peer in peers]
    assert newest[0] == sorted(newest[0], reverse=True)
    assert all(found == newest[0] for found in newest)
    for peer in peers:
        first, deep = peer.ask(query.lemmas, OR), peer.ask(query.lemmas, DEEP)
        assert len(deep.top) == max(0, min(TOP, first.total - OFFSET))
        assert not set(first.top) & set(deep.top)


def test_a_plot_is_well_formed() -> None:
    lines = {"ours & others": [(10_000, 0.2), (300_000, 0.9)], "tantivy": [(10_000, 0.5), (300_000, 3.1)]}
    root = ElementTree.fromstring(log_plot("Growth", "passages", "ms", lines))
    assert len(root.findall("{*}polyline")) == 2
