"""The query language never fails, whatever is typed; and a few readings of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.builds.build import Build
from indexer.vocabulary import load
from search_app.engine.query.syntax import parse
from search_app.engine.query.tree import Any, Node, Phrase, Restriction, Word
from search_app.engine.search import search
from search_app.engine.suggest import suggest
from search_app.request.model import SearchRequest


def shown(node: Node) -> str:
    if isinstance(node, Word):
        return ("!" if node.exact else "") + node.text + ("*" if node.prefix else "")
    if isinstance(node, Phrase):
        return "«" + " ".join(map(shown, node.words)) + "»" + (f"~{node.near}" if node.near else "")
    return ("any" if isinstance(node, Any) else "all") + "(" + ", ".join(map(shown, node.nodes)) + ")"


# query → nodes, excluded ones after «-»
READINGS = """
онлайн режим            → онлайн; режим
"онлайн режим"          → «онлайн режим»
«онлайн режим» парад    → «онлайн режим»; парад
„онлайн режим“          → «онлайн режим»
"онлайн режим"~5        → «онлайн режим»~5
"слово"                 → слово
!слово                  → !слово
слов*                   → слов*
с*                      → с
режим -онлайн           → режим; -онлайн
режим НЕ онлайн         → режим; -онлайн
режим - онлайн          → режим; онлайн
а ИЛИ б в               → any(а, б); в
а | б | в               → any(а, б, в)
(а б) OR в              → any(all(а, б), в)
ЧТО НЕ УДАЛОСЬ          → ЧТО; НЕ; УДАЛОСЬ
онлайн-режим            → онлайн-режим
440-р                   → 440-р
(а                      → а
а)                      → а
«а б                    → а; б
И ИЛИ НЕ                → И; ИЛИ; НЕ
слово И дело            → слово; дело
12:30                   → 12:30
"""


@pytest.mark.parametrize("line", READINGS.strip().splitlines())
def test_readings(line: str) -> None:
    query, expected = (part.strip() for part in line.split("→"))
    tree = parse(query, load())
    assert "; ".join([*map(shown, tree.nodes), *(f"-{shown(node)}" for node in tree.excluded)]) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("город:Томск", Restriction("city", ("Томск",))),
        ("город:томске", Restriction("city", ("Томск",))),
        ("год:2020", Restriction("year", (2020,))),
        ("год:2019..2022", Restriction("year", (), 2019, 2022)),
        ("year:2022-2019", Restriction("year", (), 2019, 2022)),
        ("год:2018..", Restriction("year", (), 2018, None)),
        ("вопрос:проблемы", Restriction("kind", ("problems",))),
        ('раздел:"жкх"', Restriction("section", ("Жилищно-коммунальное хозяйство",))),
    ],
)
def test_fields(query: str, expected: Restriction) -> None:
    assert parse(query, load()).restrictions == (expected,)


HOSTILE = [
    "****",
    "(" * 5000,
    ")" * 5000,
    "а " * 500,
    "слово" * 2000,
    "«" * 1000,
    '"' * 999,
    "-" * 1000,
    "а* б* в* г*",
    "'; DROP TABLE passages; --",
    "<script>alert(1)</script>",
    "😀" * 100,
    "\x00\x01\x02\ud800",
    "NOT " * 300,
    "ИЛИ ИЛИ ИЛИ",
    "город:" * 200,
    "год:9999..0000",
    "!!!!а",
    "~~~5",
    '""~5',
    "при* про* пре* под* над* пер*",
    "\u0301" * 500,
    "%s %d {0} \\",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_are_answered(query: str, build: Build) -> None:
    page = search(SearchRequest(q=query), build)
    suggest(query, build)
    assert page.total >= len(page.hits)
    assert "<script" not in "".join(hit.snippet for hit in page.hits)


def test_a_query_of_signs_is_told(build: Build) -> None:
    page = search(SearchRequest(q="****"), build)
    assert page.total == 0
    assert page.hints


SIGNS = st.sampled_from(
    [*'абвгд онлайн режим мероприятия Омск 2020 "«»„“()|!-*~:5', " ИЛИ ", " НЕ ", "город:", "год:20"]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(SIGNS, max_size=40).map("".join) | st.text(max_size=80))
def test_anything_can_be_typed(build: Build, query: str) -> None:
    page = search(SearchRequest(q=query, per_page=20), build)
    assert page.total == sum(1 for _ in page.hits) or page.total > 20
