"""The pages, the API and the notes of plans, solutions and problems, over an archive made for them."""

from __future__ import annotations

from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from lxml import html

from indexer.meaning.model import word_model
from indexer.rebuild import rebuild
from search_app import create_app
from search_app.study.city.plan_table import PlanCounting, PlanTable
from search_app.web.openapi.document import document
from tests.waiting import until
from tests.web.schemas import faults

OUTCOMES = Path(__file__).parent.parent / "data" / "outcomes"
CAMP = "achinsk-2021-socialnaya-politika-2"
PLANS = "/cities/belovo/plans"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    index = tmp_path_factory.mktemp("outcomes") / "index"
    rebuild(OUTCOMES, index, jobs=1)
    app = create_app({"REPORTS_DIR": str(OUTCOMES), "INDEX_DIR": str(index), "TESTING": True})
    return app.test_client()


def page(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status, response.text
    return html.fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.text
    return response.get_json()


def fits(value: Any, schema: str) -> None:
    described = document()
    assert faults(value, described["components"]["schemas"][schema], described) == []


def test_plans_for_programs(told: FlaskClient) -> None:
    found = get(told, "/api/plans?city=Белово&year=2020")
    fits(found, "Plans")
    assert (found["city"], found["year"], found["section"], found["next_report"]) == ("Белово", 2020, None, True)
    assert [item["status"] for item in found["items"]] == ["done", "partly", "done"]
    first = found["items"][0]["results"][0]
    assert first["year"] == 2021 and "23 лифта" in first["text"] and "лифта" in first["shared"]
    assert get(told, "/api/plans?city=г. белово&section=жкх")["year"] == 2020
    assert not get(told, "/api/plans?city=Белово&year=2021")["next_report"]
    assert get(told, "/api/plans?city=Белово&year=2010")["items"] == []


@pytest.mark.parametrize("asked", ["", "?city=Атлантида", "?city=Белово&year=abc", "?city=Белово&section=нет"])
def test_faults_are_named(told: FlaskClient, asked: str) -> None:
    assert get(told, f"/api/plans{asked}", 422)["errors"]


def test_each_task_beside_its_result(told: FlaskClient) -> None:
    document = page(told, PLANS)
    text = words(document.find(".//main"))
    assert "На 2021 год: 3 задачи." in text and "сделано — 2" in text and "частично или начато — 1" in text
    assert len(document.xpath("//li[@class='plan-item']")) == 3
    assert "лифта" in [mark.text for mark in document.xpath("//div[@class='plan-results']//mark")]
    for link in document.xpath("//li[@class='plan-item']//a/@href"):
        assert told.get(link).status_code == 200
    later = words(page(told, f"{PLANS}?year=2021").find(".//main"))
    assert "Следующих отчётов в архиве нет" in later and "не упоминается" not in later.split("Для доклада")[0][-300:]


def test_the_table_of_all_cities(told: FlaskClient) -> None:
    for _ in range(40):
        document = page(told, "/plans")
        if "Ещё считается" not in words(document):
            break
    assert "Ещё считается" not in words(document)
    rows = {words(row.find("th")): words(row.findall("td")[0]) for row in document.xpath("//tbody/tr")}
    assert rows["Белово"].startswith("100 %") and "3 из 3" in rows["Белово"]
    assert told.get(document.xpath("//tbody//td/a/@href")[0]).status_code == 200


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_table_that_is_being_counted_says_so_and_when_to_ask(
    told: FlaskClient, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    unready = SimpleNamespace(table=lambda engine, lease: PlanTable((), (), 3))
    monkeypatch.setattr("search_app.web.routes.plans._counting", unready)
    answer = told.get(f"/plans.{ending}")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "Ещё считается" in answer.text and "осталось посчитать 3\xa0города" in answer.text
    assert "Поиск пока недоступен" not in answer.text and "status" not in answer.text.replace('"status"', "")


def test_a_table_that_was_broken_off_is_begun_anew(told: FlaskClient) -> None:
    lease, counting = told.application.extensions["served_index"].lease, PlanCounting()
    turns = iter([nullcontext(SimpleNamespace(stamp="another one by now"))])
    with lease() as engine:
        assert counting.table(engine, lambda: next(turns)).waiting > 0
        until(lambda: counting.table(engine, lease).waiting == 0)


@pytest.mark.parametrize(
    "address",
    ["/search?kind=problems", "/cities/achinsk?kind=problems", "/questions/problems?year=2021", "/cities/achinsk"],
)
def test_wherever_a_problem_is_read_it_may_be_asked_who_solved_it(told: FlaskClient, address: str) -> None:
    links = page(told, address).xpath("//a[starts-with(normalize-space(), 'Кто это решил?')]/@href")
    assert f"/passages/{CAMP}/solutions" in links
    assert all(link.endswith("/solutions") for link in links) and len(links) == len(set(links))


@pytest.mark.parametrize(
    "address",
    [PLANS, "/problems", "/problems?q=лагерь", "/requests", "/praised", "/unchanged", "/unchanged?show=new"]
    + ["/questions/problems?year=2021", "/questions/problems?year=1999", f"{PLANS}?year=1999"],
)
def test_the_note_is_led_to_from_the_top_where_there_is_one(told: FlaskClient, address: str) -> None:
    document = page(told, address)
    below = document.xpath("//h2[@id='note-heading']")
    assert len(document.xpath("//a[@href='#note-heading']")) == len(below) <= 1


@pytest.mark.parametrize("address", ["/search?kind=achievements", "/questions/tasks?year=2021"])
def test_nobody_is_asked_who_solved_an_achievement(told: FlaskClient, address: str) -> None:
    assert not page(told, address).xpath("//a[starts-with(normalize-space(), 'Кто это решил?')]")


@pytest.mark.skipif(word_model() is None, reason="нет модели слов")
def test_who_solved_it(told: FlaskClient) -> None:
    report = page(told, f"/reports/{CAMP.rpartition('-')[0]}")
    (link,) = [a for a in report.xpath("//a/@href") if a.endswith("/solutions")]
    assert link == f"/passages/{CAMP}/solutions"
    shown = page(told, link)
    assert "Сосновый бор" in words(shown.find(".//main"))
    assert len(shown.xpath("//ul[contains(@class, 'need-links')]//a")) >= 2
    found = get(told, f"/api{link}?limit=1")
    fits(found, "Solutions")
    assert found["passage"]["id"] == CAMP and len(found["hits"]) == 1
    assert "Сосновый бор" in found["hits"][0]["sentence"] and found["hits"][0]["why"]
    bath = quote("Бани для жителей частных домов в городе не осталось.")
    assert get(told, f"/api{link}?quote={bath}")["need"].startswith("Бани для жителей")
    assert get(told, f"/api{link}?other_regions=1")["hits"] == []


def test_faults_of_solutions(told: FlaskClient) -> None:
    assert get(told, f"/api/passages/{CAMP}/solutions?limit=0", 422)["errors"][0]["parameter"] == "limit"
    both = get(told, f"/api/passages/{CAMP}/solutions?limit=x&other_regions=maybe", 422)["errors"]
    assert [fault["parameter"] for fault in both] == ["limit", "other_regions"]
    assert get(told, f"/api/passages/{CAMP}/solutions?other_regions=0") == get(told, f"/api/passages/{CAMP}/solutions")
    assert "в архиве нет" in get(told, "/api/passages/nothing/solutions", 404)["detail"]
    assert page(told, "/passages/nothing/solutions", 404) is not None
    assert get(told, f"/api/passages/{CAMP}/solutions?quote={quote('<script>' * 300)}")["hits"] == []


def test_problems_by_topic_and_by_words(told: FlaskClient) -> None:
    document = page(told, "/problems")
    for link in document.xpath("//tbody//th/a/@href")[:3]:
        assert "Жалобы" in words(page(told, link))
    typed = words(page(told, "/problems?q=" + quote("нет общественных туалетов")).find(".//main"))
    assert "Минусинск, 2021" in typed
    nothing = words(page(told, "/problems?q=" + quote("космические корабли")).find(".//main"))
    assert "не нашлось ни жалоб, ни решений" in nothing


@pytest.mark.parametrize(
    "address", [PLANS, f"/passages/{CAMP}/solutions", "/problems?q=" + quote("закрыт загородный лагерь")]
)
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_notes_for_the_boss(told: FlaskClient, address: str, ending: str) -> None:
    path, _, asked = address.partition("?")
    response = told.get(f"{path}.{ending}?title=" + quote("К совещанию") + (f"&{asked}" if asked else ""))
    assert response.status_code == 200
    content = ZipFile(BytesIO(response.data))
    name = "word/document.xml" if ending == "docx" else "xl/workbook.xml"
    assert name in content.namelist()
    if ending == "docx":
        assert "К совещанию" in content.read(name).decode("utf-8")
        links = content.read("word/_rels/document.xml.rels").decode("utf-8") + content.read(name).decode("utf-8")
        # Sources are given by the address that tells when another text stands there.
        assert "?v=" in links and "/reports/" not in links
    assert told.get(f"{path}.pdf").status_code == 404


def test_the_comparison_of_tasks_has_their_results(told: FlaskClient) -> None:
    text = words(page(told, "/cities/belovo?kind=tasks").find(".//main"))
    assert "Что стало с задачами: отчёты за 2021" in text and "Заменены 23 лифта" in text
