"""Region and size are facets like the others; like cities are those near in size, of the same region first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from indexer.builds.build import Build
from search_app.engine.alike_cities import MOST, alike_cities
from search_app.request.model import SearchPage
from tests.small_archive import make_reports, temporary_build

Find = Callable[..., SearchPage]

TOWNS = ("Бийск", "Рубцовск", "Абакан", "Омск", "Прокопьевск", "Барнаул")


@pytest.fixture(scope="module")
def towns() -> Iterator[Build]:
    rows = [(name, 2020, "Экономика", (("achievements", None, f"Ответ города {name}."),)) for name in TOWNS]
    with temporary_build(make_reports(rows)) as build:
        yield build


def facet(page: SearchPage, name: str) -> dict[object, int]:
    return {value.value: value.count for value in page.facets[name]}


def test_every_answer_has_a_region_and_a_size(find: Find) -> None:
    page = find()
    assert facet(page, "region") == {
        "Омская область": 6,
        "Алтайский край": 3,
        "Амурская область": 3,
        None: 1,
    }
    assert facet(page, "size") == {"over-500": 9, "100-250": 3, None: 1}


def test_a_facet_ignores_its_own_selection_and_no_other(find: Find) -> None:
    page = find(region=("Омская область",), size=("over-500",))
    assert page.total == 6
    assert facet(page, "region") == {"Омская область": 6, "Алтайский край": 3}
    assert facet(page, "size") == {"over-500": 6}
    assert facet(page, "city") == {"Омск": 6}


@pytest.mark.parametrize("name", ["region", "size"])
def test_each_value_gives_the_count_it_shows(find: Find, name: str) -> None:
    for fold in (False, True):
        for value, count in facet(find(fold=fold), name).items():
            assert find(**{name: (value,), "fold": fold}).total == count


def test_cities_like_one_are_near_in_size_and_told_why(towns: Build) -> None:
    alike = alike_cities("Бийск", towns)
    assert {city.name for city in alike} == {"Рубцовск", "Абакан", "Прокопьевск"}
    why = {city.name: city.why for city in alike}
    assert "тот же регион" in why["Рубцовск"]
    assert "тот же регион" not in why["Абакан"]
    assert len(alike) <= MOST


def test_a_city_is_not_like_itself_and_an_unlisted_one_is_like_none(towns: Build) -> None:
    assert "Бийск" not in {city.name for city in alike_cities("Бийск", towns)}
    assert alike_cities("Атлантида", towns) == ()


def test_like_narrows_to_those_cities_and_tells_them(find: Find) -> None:
    page = find(like="Омск")
    assert [city.name for city in page.alike] == ["Барнаул"]
    assert facet(page, "city") == {"Барнаул": 3}
    assert page.total == 3
    assert find(like="Благовещенск").total == 0
