"""What is found by meaning: where it stands, what it never touches, what switches it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest

from indexer.builds.build import Build
from indexer.meaning.model import word_model
from search_app.engine.found import meaning as meaning_room
from search_app.engine.found.filling import below, in_turns, led
from search_app.engine.found.meaning import sense_of, words_near
from search_app.engine.query.plan import make_plan
from search_app.engine.query.syntax import parse
from search_app.engine.search import search
from search_app.engine.similar import similar
from search_app.engine.suggest import suggest
from search_app.request.model import SearchPage, SearchRequest
from tests.small_archive import make_reports, temporary_build

TEXTS = (
    ("Омск", 2019, "Отлов безнадзорных собак ведёт приют, покусанных стало меньше."),
    ("Омск", 2020, "Текучесть кадров: специалисты увольняются ради высоких зарплат."),
    ("Томск", 2019, "Отремонтированы улицы, ямы на проезжей части заделаны асфальтом."),
    ("Томск", 2020, "Дети получили места в детском саду, построены ясли."),
    ("Чита", 2019, "Театр дал премьеру, музыканты выступили с концертом."),
    ("Чита", 2020, "Котельная остановилась в мороз, жители остались без тепла."),
    ("Братск", 2019, "Предприниматели получили кредиты на открытие магазинов."),
    ("Братск", 2020, "Вывоз мусора налажен, контейнеры обновлены."),
    ("Абакан", 2019, "Спортсмены города выиграли чемпионат по футболу."),
    ("Абакан", 2020, "Врачи поликлиники привили пожилых людей от гриппа."),
    ("Бийск", 2019, "Студенты колледжа проходят практику на заводе."),
    ("Бийск", 2020, "Бюджет принят с дефицитом, доходы от налогов упали."),
)

Find = Callable[..., SearchPage]


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    if word_model() is None:
        pytest.skip("без модели слов")
    rows = [(city, year, None, [("achievements", None, text)]) for city, year, text in TEXTS]
    with temporary_build(make_reports(rows), meaning=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def find(build: Build) -> Find:
    return lambda q, **fields: search(SearchRequest(q=q, **fields), build, meaning=True)


def texts(page: SearchPage) -> list[str]:
    return [hit.text for hit in page.hits]


# The best answer has no word of the query; «пёс» and «детсад» stand in no text at all.
@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("бродячие псы", "Отлов"),
        ("сотрудники разбегаются", "Текучесть"),
        ("колдобины на шоссе", "Отремонтированы"),
        ("артисты играют спектакль", "Театр"),
        ("лекарства и доктора", "Врачи"),
        ("деньги в долг для торговцев", "Предприниматели"),
    ],
)
def test_the_meaning_is_found(find: Find, query: str, begins: str) -> None:
    page = find(query)
    assert page.total == 0
    assert page.by_meaning == len(page.hits) == 10
    assert {hit.by for hit in page.hits} == {"meaning"}
    assert any(text.startswith(begins) for text in texts(page)[:2])
    assert not any(page.facets.values())
    assert "<mark>" not in page.hits[0].snippet


def test_hits_that_have_the_query_come_first(find: Find) -> None:
    page = find("мусор")
    assert (page.total, page.pages) == (1, 1)
    assert [hit.by for hit in page.hits] == ["words"] + ["meaning"] * 9
    assert page.hits[0].text.startswith("Вывоз мусора")
    assert sum(value.count for value in page.facets["city"]) == 1


def test_filters_hold(find: Find) -> None:
    page = find("бродячие псы", city=("Томск", "Чита"), year_from=2020)
    assert {(hit.city, hit.year) for hit in page.hits} == {("Томск", 2020), ("Чита", 2020)}
    assert page.by_meaning == 2


@pytest.mark.parametrize(
    "query",
    [
        '"бродячие псы"', "псы -кошки", "псы ИЛИ кошки", "!псы", "пёс*", "город:Омск псы", "(псы кошки)",
        "131", "25 2019", "Омск", "Омск 2020", "Иванов", "Ленина", "ЪЪЪ", "и", "—",
    ],
)  # fmt: skip
def test_what_switches_it_off(find: Find, query: str) -> None:
    page = find(query, as_typed=True)
    assert page.by_meaning == 0 and {hit.by for hit in page.hits} <= {"words"}


@pytest.mark.parametrize("fields", [{"meaning": False}, {"sort": "newest"}, {"sort": "oldest"}])
def test_who_wants_words_alone_gets_them(find: Find, build: Build, fields: dict) -> None:
    for query in ("бродячие псы", "мусор", "дети в мороз"):
        request = SearchRequest(q=query, **fields)
        assert search(request, build, meaning=True) == search(request, build)


def test_nobody_pays_who_does_not_ask(build: Build) -> None:
    with patch("search_app.engine.search.sense_of", side_effect=AssertionError):
        assert search(SearchRequest(q="бродячие псы"), build).total == 0


def test_without_the_model_all_is_as_by_words(build: Build) -> None:
    queries = [SearchRequest(q=query) for query in ("бродячие псы", "мусор", "дети в мороз")]
    by_words = [search(request, build) for request in queries]
    with patch.object(meaning_room, "word_model", return_value=None):
        assert [search(request, build, meaning=True) for request in queries] == by_words
        assert words_near(["пёс"], build, 5) == ()
        assert similar("r0-1", build) is not None


def test_pages_go_on_where_the_first_ended(find: Find) -> None:
    """Words of the query stand in passages too little for the whole of it: nothing is lost or shown twice."""
    query = "дети жители специалисты предприниматели музыканты студенты врачи спортсмены приют бульдозеры"
    for per_page in (2, 3, 5):
        pages = [find(query, per_page=per_page)]
        pages += [find(query, per_page=per_page, page=number) for number in range(2, pages[0].pages + 1)]
        ids = [hit.id for page in pages for hit in page.hits]
        assert len(ids) == len(set(ids)) == pages[0].total + pages[0].by_meaning
        assert len({(page.total, page.by_meaning) for page in pages}) == 1
        assert sum(hit.by == "meaning" for page in pages for hit in page.hits) == pages[0].by_meaning


WORDS, NEAR = [(1, 9.0), (2, 8.0), (3, 7.0), (4, 6.0)], [(7, 1.5), (2, 1.4), (8, 1.3)]


def test_below() -> None:
    assert below(WORDS[:2], NEAR, 3) == below(WORDS[:2], NEAR, 3)
    filled = below(WORDS[:2], NEAR, 3)
    assert (filled.ranked, filled.added) == ([*WORDS[:2], (7, 1.5)], {7})
    assert not below(WORDS, NEAR, 4).added


def test_in_turns() -> None:
    found = frozenset({1, 2, 3, 4})
    first = in_turns(WORDS[:3], NEAR, found, 1, 3)
    assert [doc for doc, _ in first.ranked] == [1, 7, 2] and first.added == {7}
    second = in_turns(WORDS, NEAR, found, 2, 3)
    assert [doc for doc, _ in second.ranked] == [3, 4] and second.added == {7}


def test_led() -> None:
    found = frozenset({1, 2, 3, 4})
    first = led(WORDS[:3], NEAR, found, 1, 3)
    assert first.ranked == [(7, 1.5), (2, 8.0), (8, 1.3)] and first.added == {7, 8}
    assert [doc for doc, _ in led(WORDS, NEAR, found, 2, 3).ranked] == [1, 3, 4]


def sense(query: str, build: Build) -> meaning_room.Sense | None:
    return sense_of(make_plan(parse(query, build.vocabulary), build).concepts, build)


def test_words_that_no_build_has_are_asked_of_the_model(build: Build) -> None:
    unknown = sense("псарня", build)
    assert unknown is not None and unknown.speaks
    assert sense("Иванов", build) is None or not sense("Иванов", build).speaks  # type: ignore[union-attr]
    assert sense("шмурдякалка", build) is None


def test_neighbours_of_a_word(build: Build) -> None:
    near = words_near(["пёс"], build, 5)
    assert near[0] == ("собака", 1)
    assert all(count >= 1 for _, count in near)
    assert "театр" not in dict(words_near(["театральный"], build, 9))  # The search finds akin words anyway.


def test_words_that_only_look_alike_are_no_neighbours(build: Build) -> None:
    """«отопление», «потепление»: the model's pieces of words are the same."""
    with patch.object(meaning_room, "_neighbours", return_value=[("потепление", 0.9, 3), ("собака", 0.5, 1)]):
        assert words_near(["отопление"], build, 5) == (("собака", 1),)


def test_of_a_named_city_only_its_own_are_near(find: Find) -> None:
    page = find("бродячие псы Чита")
    assert {hit.city for hit in page.hits if hit.by == "meaning"} <= {"Чита"}
    assert any(hit.by == "meaning" for hit in find("бродячие псы").hits)


def test_a_year_named_goes_first_among_the_nearest(find: Find) -> None:
    def years(query: str) -> list[int | None]:
        return [hit.year for hit in find(query).hits if hit.by == "meaning"][:4]

    assert years("бродячие псы в 2019 году") == [2019] * 4 != years("бродячие псы")


def test_suggestions_in_other_words(build: Build) -> None:
    """Behind what begins as was typed; of words that the build knows alone, so that no keystroke loads the model."""
    with patch.object(meaning_room, "_reckoned", side_effect=AssertionError):
        assert [found.text for found in suggest("врач", build)] == ["врачи", "поликлиника"]
        assert [found.text for found in suggest("вызов врача", build)] == []
        assert suggest("шаман", build) == ()
    with patch.object(meaning_room, "word_model", return_value=None):
        assert [found.text for found in suggest("врач", build)] == ["врачи"]
