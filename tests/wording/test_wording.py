"""Numbers, years and headings in Russian; answers as printed pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vocabulary import load
from search_app.connections.outcomes.plans import PlanItem, Plans
from search_app.connections.outcomes.plans import Quote as Stretch
from search_app.request.model import Correction, SearchPage, SearchRequest
from search_app.web.parts.pagination import shown_numbers
from search_app.wording.labels import result_heading
from search_app.wording.numbers import counted, quoted, year_range, year_spans
from search_app.wording.outcomes import plans_summary
from search_app.wording.prose import pieces


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 ответов"),
        (1, "1 ответ"),
        (2, "2 ответа"),
        (5, "5 ответов"),
        (11, "11 ответов"),
        (14, "14 ответов"),
        (21, "21 ответ"),
        (111, "111 ответов"),
        (1234, "1234 ответа"),
        (300_000, "300 000 ответов"),
    ],
)
def test_counted(number: int, words: str) -> None:
    assert counted(number, "ответ", "ответа", "ответов").replace("\u00a0", " ").replace("\u202f", " ") == words


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ([], ""),
        ([2021], "2021"),
        ([2021, 2020], "2020, 2021"),
        ([2016, 2018, 2017, 2020, 2014], "2014, 2016–2018, 2020"),
    ],
)
def test_year_spans(years: list[int], words: str) -> None:
    assert year_spans(years) == words


def test_year_range() -> None:
    words = [year_range(*pair) for pair in [(None, None), (2019, None), (None, 2022), (2019, 2022), (2020, 2020)]]
    assert words == ["", "с 2019 года", "по 2022 год", "2019–2022", "2020"]


def test_quotes_inside_quotes() -> None:
    assert quoted("портал «Госуслуги»") == "«портал „Госуслуги“»"


HEADINGS = [
    (37, SearchRequest(q="онлайн режим", city=("Красноярск",), year_from=2019, year_to=2022),
     "Найдено 37 ответов: «онлайн режим», Красноярск, 2019–2022"),
    (1, SearchRequest(q="парк"), "Найден 1 ответ: «парк»"),
    (2, SearchRequest(kind=("achievements",), year=(2021, None)),
     "Найдено 2 ответа: 2021, год не определён, Что удалось"),
    (0, SearchRequest(q="парк", city=("Омск", None)), "Ничего не найдено: «парк», Омск, город не определён"),
    (120, SearchRequest(), "Весь архив: 120 ответов"),
]  # fmt: skip


@pytest.mark.parametrize(("total", "request_", "heading"), HEADINGS)
def test_result_heading(total: int, request_: SearchRequest, heading: str) -> None:
    page = SearchPage(request_, total, 1, (), {})
    assert result_heading(page, load()).replace("\u00a0", " ") == heading


def test_the_heading_names_the_query_that_was_searched() -> None:
    page = SearchPage(SearchRequest(q="jykfqy"), 5, 1, (), {}, correction=Correction("онлайн", "layout"))
    assert "«онлайн»" in result_heading(page, load())


@pytest.mark.parametrize(
    ("current", "last", "numbers"),
    [
        (1, 2, [1, 2]),
        (1, 10, [1, 2, 0, 10]),
        (3, 10, [1, 2, 3, 4, 0, 10]),
        (5, 10, [1, 0, 4, 5, 6, 0, 10]),
        (4, 7, [1, 2, 3, 4, 5, 6, 7]),
        (10, 10, [1, 0, 9, 10]),
    ],
)
def test_page_numbers(current: int, last: int, numbers: list[int]) -> None:
    assert shown_numbers(current, last) == numbers


def test_pieces_of_an_answer() -> None:
    text = "Сделано:\n- парк;\n- сквер.\n1. Мост\nа) опоры\nГод | План\n2020 | 5 | да\nИтог."
    paragraph, items, table, last = pieces(text)
    assert (paragraph.text, last.text) == ("Сделано:", "Итог.")
    assert [(item.marker, item.text) for item in items.items] == [
        ("", "парк;"),
        ("", "сквер."),
        ("1.", "Мост"),
        ("а)", "опоры"),
    ]
    assert table.rows == (("Год", "План", ""), ("2020", "5", "да"))


@given(st.text(st.sampled_from("аб1.)-•| \n")))
def test_no_letter_of_an_answer_is_lost(text: str) -> None:
    printed = "".join(
        piece.text
        + "".join(item.marker + item.text for item in piece.items)
        + "".join("".join(row) for row in piece.rows)
        for piece in pieces(text)
    )
    assert [sign for sign in printed if sign.isalnum()] == [sign for sign in text if sign.isalnum()]


@pytest.mark.parametrize(("years", "missing"), [((2015, 2016), False), ((2016,), True), ((), False)])
def test_tasks_of_a_year_without_its_own_report_are_told_as_such(years: tuple[int, ...], missing: bool) -> None:
    item = PlanItem(Stretch("", "", "Построить мост."), None, "unknown", (), "", looked=bool(years))
    said = " ".join(plans_summary(Plans("Омск", 2014, None, (item,), years)))
    assert ("Отчёта того же раздела за 2015 год в архиве нет." in said) == missing
