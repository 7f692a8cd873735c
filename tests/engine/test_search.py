"""What is found, in which order, with which counts."""

from __future__ import annotations

import html
import random
import re

import pytest

from indexer.builds.build import Build
from search_app.engine.cross import counts as cells
from search_app.engine.cross import of_year, years_found
from search_app.engine.search import search, total_of
from search_app.engine.similar import similar
from search_app.engine.suggest import said_most, suggest
from search_app.request.model import SearchPage, SearchRequest, Understood
from tests.conftest import Find
from tests.small_archive import make_reports, temporary_build


def ids(page: SearchPage) -> list[str]:
    return [hit.id for hit in page.hits]


def counts(page: SearchPage, facet: str) -> dict[object, int]:
    return {value.value: value.count for value in page.facets[facet]}


# query | the passage that must stand first
FIRST = """
онлайн режим мероприятия            | r0-1
440-р                               | r1-1
инструкция по делопроизводству      | r1-1
jykfqy ht;bv vthjghbznbz            | r0-1
делопроизвоцтво                     | r1-1
города-побратимы                    | r2-3
"парад хоров"                       | r1-1
высадить деревья                    | r3-2
ТОС                                 | r2-1
построить жильё                     | r3-2
китайский                           | r3-1
опыт Омска                          | r2-3
проблемы Барнаула                   | r2-2
задачи Омска на 2022 год            | r1-2
ковид                               | r3-1
хоккей                              | r1-2
Омск 2021 онлайн                    | r1-1
"""


@pytest.mark.parametrize("line", FIRST.strip().splitlines())
def test_the_right_passage_stands_first(line: str, find: Find) -> None:
    query, first = (cell.strip() for cell in line.split("|"))
    assert ids(find(query))[:1] == [first]


def test_browsing_is_newest_year_then_city_then_position(find: Find) -> None:
    page = find("", per_page=100)
    assert ids(page) == [
        *["r3-1", "r3-2", "r3-3"],
        *["r1-1", "r1-2", "r1-3"],
        *["r0-1", "r0-2", "r0-3"],
        *["r2-1", "r2-2", "r2-3"],
        "r4-1",
    ]
    assert all(hit.score is None for hit in page.hits)
    assert page.hits[0].snippet.startswith("Российско-китайская")
    assert ids(find("", sort="oldest"))[:3] == ["r2-1", "r2-2", "r2-3"]
    assert ids(find("", sort="oldest", per_page=100))[-1] == "r4-1"


def test_paging_cuts_one_order(find: Find) -> None:
    whole = ids(find("онлайн дороги", per_page=100))
    parts = [ids(find("онлайн дороги", per_page=2, page=page)) for page in (1, 2, 3)]
    assert [hit for part in parts for hit in part] == whole[:6]
    page = find("онлайн дороги", per_page=2)
    assert (page.total, page.pages) == (len(whole), -(-len(whole) // 2))


def test_values_of_a_facet_are_alternatives_and_facets_narrow_each_other(find: Find) -> None:
    both = find("", city=("Омск", "Барнаул"))
    assert both.total == 9
    assert find("", city=("Омск", "Барнаул"), kind=("problems",)).total == 1
    assert find("", city=(None,)).total == 1
    assert find("", year_from=2020, year_to=2021).total == 6


def test_a_facet_ignores_its_own_selection_when_counting(find: Find) -> None:
    page = find("", city=("Омск",), year=(2020,))
    assert counts(page, "city") == {"Омск": 3}
    assert counts(page, "year") == {2021: 3, 2020: 3}
    assert counts(page, "kind") == {"achievements": 1, "tasks": 1, "help": 1}
    chosen = [value.value for value in page.facets["year"] if value.selected]
    assert chosen == [2020]


def test_a_selected_value_without_passages_is_still_shown(find: Find) -> None:
    page = find("хоккей", city=("Барнаул",))
    assert counts(page, "city")["Барнаул"] == 0
    assert page.total == 0


def test_each_count_is_what_choosing_the_value_gives(build: Build) -> None:
    request = SearchRequest(q="онлайн дороги мероприятия", kind=("achievements", "other"))
    page = search(request, build)
    for facet in ("city", "year", "section", "topic"):
        for value in page.facets[facet]:
            chosen = search(SearchRequest(q=request.q, kind=request.kind, **{facet: (value.value,)}), build)  # type: ignore[arg-type]
            assert chosen.total == value.count, (facet, value)


def test_years_are_newest_first_and_other_values_by_count(find: Find) -> None:
    page = find("")
    assert [value.value for value in page.facets["year"]] == [2022, 2021, 2020, 2019, None]
    assert [value.label for value in page.facets["city"]] == ["Омск", "Барнаул", "Благовещенск", "не определено"]


def test_phrases_exact_forms_prefixes_exclusions(find: Find) -> None:
    assert ids(find('"онлайн режиме"')) == ["r1-1"] or ids(find('"онлайн режиме"')) == ["r1-1", "r0-1"]
    assert ids(find("«в онлайн-режим»")) == ["r1-1", "r0-1"] or ids(find("«в онлайн-режим»")) == ["r0-1", "r1-1"]
    assert ids(find("!мероприятий")) == []
    assert ids(find("делопроизв*")) == ["r1-1"]
    assert "r4-1" not in ids(find("онлайн -трансляция"))
    assert set(ids(find("хоккей ИЛИ ярмарка"))) == {"r1-2", "r3-1"}
    assert ids(find('"парад хоров"~3')) == ["r1-1"]
    assert set(ids(find("город:Барнаул"))) == {"r2-1", "r2-2", "r2-3"}
    assert ids(find("вопрос:проблемы год:2022")) == ["r3-2"]


def test_wishes_rank_and_are_told_but_never_hide(find: Find) -> None:
    page = find("Барнаул телемост")
    assert page.understood == (Understood("city", "Барнаул", "Барнаул"),)
    assert ids(page)[0] == "r2-3"
    assert "r0-1" in ids(page)
    ahead = find("задачи на 2021 год")
    assert Understood("year", 2020, "2020") in ahead.understood
    assert ids(ahead)[0] == "r0-2"


def test_correction_only_of_unknown_words(find: Find) -> None:
    assert find("хоккей парад").correction is None
    page = find("хаккей")
    assert page.correction is not None
    assert (page.correction.q, page.correction.reason) == ("хоккей", "spelling")
    assert find("хаккей", as_typed=True).correction is None
    layout = find("gfhfl")
    assert layout.correction is not None
    assert (layout.correction.q, layout.correction.reason) == ("парад", "layout")


def test_synonyms_are_told_and_can_be_switched_off(find: Find) -> None:
    page = find("ТОС")
    assert [synonym.term for synonym in page.synonyms] == ["ТОС"]
    assert "r2-1" in ids(page)
    assert find("ТОС", synonyms=False).synonyms == ()


def test_too_few_passages_relax_the_query(find: Find) -> None:
    page = find("хоккей ярмарка")
    assert page.relaxed
    assert page.dropped == ()  # each word is said by one of the two
    assert set(ids(page)) == {"r1-2", "r3-1"}
    assert find("абракадабра кракозябра", as_typed=True).total == 0


def test_blank_answers_are_last(find: Find) -> None:
    assert ids(find("конференция информация"))[-1] == "r3-3" or "r3-3" not in ids(find("конференция информация"))


def test_repeats_fold_under_the_newest(find: Find) -> None:
    shown = find("опыт других городов помощь")
    folded = find("опыт других городов помощь", fold=True)
    assert {"r0-3", "r1-3"} <= set(ids(shown))
    leader = next(hit for hit in folded.hits if hit.id == "r1-3")
    assert [repeat.id for repeat in leader.repeats] == ["r0-3"]
    assert leader.repeats[0].url == "/reports/r0#p3"
    assert "r0-3" not in ids(folded)
    assert folded.total == shown.total - 1
    assert counts(folded, "year")[2020] >= 1


def test_snippets_mark_whole_words_where_they_stand(find: Find) -> None:
    hit = find("онлайн режим мероприятия").hits[0]
    assert re.findall("<mark>(.*?)</mark>", hit.snippet) == ["мероприятия", "онлайн", "режим"]
    plain = html.unescape(re.sub("</?mark>", "", hit.snippet))
    assert all(piece.strip() in " ".join(hit.text.split()) for piece in plain.split(" … "))


def test_similar_answers(build: Build) -> None:
    found = [hit.id for hit in similar("r0-1", build)]
    assert "r0-1" not in found
    assert "r2-3" in found
    assert all(hit.city != "Омск" for hit in similar("r0-1", build, other_cities=True))
    assert similar("none", build) == ()


def test_set_phrases_that_are_said_most() -> None:
    said = ("Обмен опытом прошёл.", "Шёл обмен опытом.", "Повышение квалификации.", "Опытом гордимся, обмен идёт.")
    texts = [("other", None, text) for text in said]
    with temporary_build(make_reports([("Омск", 2020, None, texts)])) as small:
        phrases = ["обмен опытом", "повышение квалификации", "архив города", "имидж"]
        assert said_most(phrases, small, 3) == (("обмен опытом", 2), ("повышение квалификации", 1))
        assert said_most(phrases, small, 1) == (("обмен опытом", 2),)
        assert said_most([], small, 3) == ()


def test_suggestions(build: Build) -> None:
    assert [s.text for s in suggest("благ", build) if s.kind == "city"] == ["Благовещенск"]
    assert any(s.text == "онлайн" for s in suggest("онл", build))
    assert any(s.text == "Омск" for s in suggest("jvc", build))
    assert suggest("", build) == ()


ASKED = [
    SearchRequest(q="дорога", fold=True),
    SearchRequest(q="дорога год:2019..2020", kind=("tasks",)),
    SearchRequest(fold=True, city=("Омск",), year=(2020,), section=(None,)),
    SearchRequest(year_from=2019, year_to=2020, page=2),
    SearchRequest(q="такого слова нет"),
]


@pytest.mark.parametrize("request_", ASKED)
def test_totals_and_cells_are_what_pages_tell(request_: SearchRequest) -> None:
    answers: list[tuple[str | None, int | None, str | None, list[tuple[str, str | None, str]]]] = [
        (
            city,
            year,
            section,
            [(kind, None, "Ремонт дороги закончен раньше срока."), ("other", None, f"Дорога {year}.")],
        )
        for city in ("Омск", "Томск", None)
        for year, section in ((2018, None), (2019, "Организационная работа"), (2020, None), (None, None))
        for kind in ("achievements", "tasks")
    ]
    with temporary_build(make_reports(answers)) as build:
        page = search(request_, build)
        assert total_of(request_, build) == page.total
        years = years_found(page)
        told = cells(request_, years, build)
        followed = {
            (city.value, year.value): city.count
            for year in years
            for city in search(of_year(request_, year), build).facets["city"]
            if city.count
        }
        assert told == followed
        assert list(told.values()) or not page.total


def test_folded_counts_are_groups_with_the_value() -> None:
    draw = random.Random(7)
    texts = [f"Ремонт дороги номер {number} закончен раньше срока, жители довольны." for number in range(6)]
    answers = [
        (
            draw.choice(["Омск", "Томск", None]),
            draw.choice([2018, 2019, 2020, 2021]),
            draw.choice(["Организационная работа", None]),
            [(draw.choice(["achievements", "tasks"]), None, draw.choice(texts)) for _ in range(3)],
        )
        for _ in range(30)
    ]
    with temporary_build(make_reports(answers)) as build:
        whole = search(SearchRequest(q="дорога", per_page=100), build)
        group = {hit.id: int(build.columns.doc_group[build.number_of(hit.id) or 0]) for hit in whole.hits}
        assert len(set(group.values())) < len(group)
        for request in (SearchRequest(q="дорога", fold=True), SearchRequest(q="дорога", fold=True, city=("Омск",))):
            page = search(request, build)
            for facet in ("city", "year", "kind", "section"):
                passed = [hit for hit in whole.hits if facet == "city" or not request.city or hit.city in request.city]
                counted = {value.value: value.count for value in page.facets[facet] if value.count}
                values = {getattr(hit, facet) for hit in passed}
                assert counted == {
                    value: len({group[hit.id] for hit in passed if getattr(hit, facet) == value}) for value in values
                }
