"""Judged sets of repeats and remarks, and what the two floors of pages and API say of an archive of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer.builds.build import Build
from indexer.rebuild import rebuild
from search_app import create_app
from search_app.connections.evaluation import measured_sets
from search_app.engine.door import LocalEngine

DATA = Path(__file__).parent.parent / "data"


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("repeats.tsv", {"точность": 0.95, "полнота": 0.85}),
        ("remarks.tsv", {"точность": 0.97, "полнота": 0.93, "тон": 0.9}),
    ],
)
def test_judged_sets(name: str, least: dict[str, float], build: Build) -> None:
    measured = {file: measured for file, _, measured in measured_sets(DATA, LocalEngine(build))}[name]
    assert {figure.title for figure in measured.figures} == set(least)
    assert all(figure.value >= least[figure.title] and figure.of > 40 for figure in measured.figures), measured


REPORT = """АДМИНИСТРАЦИЯ ГОРОДА {city}
Транспорт

1. Что наиболее значительное удалось сделать в {year} году?
{deeds}
2. Какой опыт других городов Вы отметили?
{others}
3. Какие проблемы не удалось решить в {year} году?
{troubles}
"""

REPORTS = {
    "omsk-2018": (
        "ОМСКА",
        2018,
        "Куплено 12 автобусов.",
        "Опыт Томска по выделенным полосам.",
        "Не хватает водителей.",
    ),
    "omsk-2019": (
        "ОМСКА",
        2019,
        "Куплено 15 трамваев.",
        "Опыт Томска полезен, а опыт Читы неудачный.",
        "По-прежнему не хватает водителей.",
    ),
    "omsk-2021": ("ОМСКА", 2021, "Построен мост.", "Опыт коллег не изучался.", "Водителей не хватает."),
    "tomsk-2019": (
        "ТОМСКА",
        2019,
        "Выделенные полосы для автобусов нанесены на шести улицах.",
        "Омичи удачно обновили трамваи.",
        "Дворы заставлены машинами.",
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    place = tmp_path_factory.mktemp("echoes")
    for name, (city, year, deeds, others, troubles) in REPORTS.items():
        text = REPORT.format(city=city, year=year, deeds=deeds, others=others, troubles=troubles)
        path = place / "reports" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rebuild(place / "reports", place / "index", jobs=1)
    app = create_app({"INDEX_DIR": str(place / "index"), "REPORTS_DIR": str(place / "reports"), "TESTING": True})
    with app.test_client() as client:
        yield client


def mentions(site: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.get(f"/api/mentions{query}").get_json()["mentions"]
    return found


def test_mentions(site: FlaskClient) -> None:
    found = [(one["city"], one["year"], one["mentioned"], one["tone"]) for one in mentions(site)]
    assert found == [
        ("Омск", 2019, "Томск", "praise"),
        ("Омск", 2019, "Чита", "negative"),
        ("Томск", 2019, "Омск", "praise"),
        ("Омск", 2018, "Томск", "praise"),
    ]
    first = mentions(site)[0]
    assert first["sentence"] == "Опыт Томска полезен, а опыт Читы неудачный."
    assert first["kind"] == "colleagues" and first["url"].endswith("#p2")


def test_mentions_are_narrowed(site: FlaskClient) -> None:
    assert [one["mentioned"] for one in mentions(site, "?city=омск&tone=negative")] == ["Чита"]
    assert len(mentions(site, "?mentioned=г. томск")) == 2
    assert len(mentions(site, "?mentioned=Томск&year=2018")) == 1
    assert mentions(site, "?kind=problems") == []
    assert len(mentions(site, "?tone=praise&tone=negative")) == 4
    page = site.get("/api/mentions?per_page=3&page=2").get_json()
    assert (page["total"], page["page"], page["pages"], len(page["mentions"])) == (4, 2, 2, 1)
    assert [one for number in (1, 2) for one in mentions(site, f"?per_page=3&page={number}")] == mentions(site)


def test_faults_of_mentions_are_told_at_once(site: FlaskClient) -> None:
    answer = site.get("/api/mentions?tone=злой&mentioned=Атлантида&per_page=1000")
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert [fault["parameter"] for fault in answer.get_json()["errors"]] == ["mentioned", "tone", "per_page"]
    assert site.get("/api/mentions?page=9").status_code == 404


def test_reworded_answers_are_folded(site: FlaskClient) -> None:
    hits = site.get("/api/search?kind=problems&city=Омск&repeats=fold").get_json()["hits"]
    assert [(hit["year"], [repeat["year"] for repeat in hit["repeats"]]) for hit in hits] == [(2021, [2019, 2018])]
    assert all(0 < repeat["likeness"] < 1 for repeat in hits[0]["repeats"])
    deeds = site.get("/api/search?kind=achievements&city=Омск&repeats=fold").get_json()["hits"]
    assert [hit["repeats"] for hit in deeds] == [[], [], []]


def test_a_praised_city_stands_in_its_case_and_may_be_taken_along(site: FlaskClient) -> None:
    page = site.get("/praised?mentioned=Томск").text
    assert (
        "Что отмечают в опыте города Томска" in page
        and "Что говорят о городе Томск" in site.get("/praised?mentioned=Томск&tone=praise&tone=negative").text
    )
    assert "data-basket" in page


def test_what_stays_the_same(site: FlaskClient) -> None:
    page = site.get("/unchanged").text.replace("\u00a0", " ")
    words = "Не решено во всех отчётах с 2018 по 2021 год, 3 раза; в архиве нет отчёта за 2020 год."
    assert words in page and "Чем отличаются" in page
    assert "Построен мост" in site.get("/unchanged?show=new&year=2021").text
    assert site.get("/unchanged?show=all").status_code == 422


def test_every_number_of_the_table_is_that_of_its_list(site: FlaskClient) -> None:
    page = site.get("/praised").text
    linked = re.findall(r'href="(/praised\?[^"]+)">(\d+)', page)
    assert len(linked) >= 4
    for address, number in linked:
        shown = site.get(address.replace("&amp;", "&")).text
        assert len(re.findall(r'<li class="hit\b', shown)) == int(number), address


def test_the_praised_city_speaks_for_itself(site: FlaskClient) -> None:
    page = site.get("/praised?mentioned=Томск&year=2018").text
    assert "Что пишет сам город: Томск, отчёт за 2019 год" in page and "выделенным, полосам" in page
    assert "Что пишет сам город" not in site.get("/praised?mentioned=Омск").text
    assert "Опыт, который отмечают" in site.get("/cities/tomsk").text


@pytest.mark.parametrize("address", ["/praised", "/praised?mentioned=Томск", "/unchanged", "/unchanged?show=new"])
@pytest.mark.parametrize("ending", ["docx", "xlsx", "csv"])
def test_files(address: str, ending: str, site: FlaskClient) -> None:
    path, _, query = address.partition("?")
    answer = site.get(f"{path}.{ending}?{query}&title=Для доклада")
    assert answer.status_code == 200 and len(answer.data) > 500
    assert site.get(f"{path}.pdf").status_code == 404
