"""What cities ask for: themes and what is in none, page, API, files, command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from lxml import html

from indexer.model import Passage, Report
from indexer.rebuild import rebuild
from search_app import create_app
from search_app.cli import main
from search_app.connections.asks import judged
from search_app.connections.asks.digest import Digest, Theme, digest
from search_app.connections.asks.items import Ask
from search_app.connections.asks.themes import joined
from search_app.connections.asks.titles import LONGEST, title_of
from search_app.connections.evaluation import measured_sets
from search_app.engine.door import FoundAnswer
from search_app.request.model import SearchRequest
from search_app.server.served import ServedIndex
from search_app.study.asks import requests
from search_app.web.openapi.document import document
from search_app.wording.asked import theme_history
from tests.asks_archive import write_reports
from tests.site_archive import WholeClient
from tests.web.schemas import faults

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("asks")
    rebuild(write_reports(root / "reports"), root / "index", jobs=1)
    return root / "index"


@pytest.fixture(scope="module")
def site(index: Path) -> FlaskClient:
    app = create_app({"REPORTS_DIR": str(index.parent / "reports"), "INDEX_DIR": str(index)})
    app.test_client_class = WholeClient
    return app.test_client()


def told(site: FlaskClient, address: str) -> dict[str, Any]:
    response = site.get(address)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json
    return found


def quotes(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [*found["alone"], *(quote for theme in found["themes"] for quote in theme["quotes"])]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


def test_nothing_is_left_out(site: FlaskClient) -> None:
    found = told(site, "/api/digest")
    assert found["total"] == len(quotes(found)) == 9
    assert found["cities"] == 3
    assert found["blank"] == 1


def test_the_same_request_in_other_words_is_one_theme(site: FlaskClient) -> None:
    themes = {theme["title"]: theme for theme in told(site, "/api/digest")["themes"]}
    (procurement,) = [theme for theme in themes.values() if "закуп" in theme["title"].lower()]
    assert procurement["cities"] == ["Барнаул", "Томск"]
    assert procurement["years"] == [2019, 2020]
    assert len(procurement["quotes"]) == 3
    assert not any("жилищно" in quote["text"] for quote in procurement["quotes"])


def test_a_mere_yes_asks_for_a_conference(site: FlaskClient) -> None:
    found = told(site, "/api/digest?kind=conference")
    assert [(theme["title"], theme["cities"]) for theme in found["themes"]] == [
        ("Конференция нужна (без подробностей)", ["Омск", "Томск"])
    ]


@pytest.mark.parametrize(
    "query", ["", "?year=2020", "?kind=help", "?city=барнаул", "?section=экономика&year_from=2020"]
)
def test_the_answer_is_as_described(site: FlaskClient, query: str) -> None:
    described = document()
    schema = described["components"]["schemas"]["Digest"]
    assert faults(told(site, f"/api/digest{query}"), schema, described) == []


def test_filters_hold(site: FlaskClient) -> None:
    found = told(site, "/api/digest?year=2020&city=Барнаул")
    assert {(quote["city"], quote["year"]) for quote in quotes(found)} == {("Барнаул", 2020)}
    assert told(site, "/api/digest?kind=help&size=over-500")["total"] == 4


def test_faults_are_told(site: FlaskClient) -> None:
    response = site.get("/api/digest?kind=tasks&city=Омск")
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json["errors"]] == ["kind"]
    assert site.get("/api/digest?year=x&city=Атлантида").status_code == 422


def test_the_page_counts_what_it_shows(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/requests?year=2020").text)
    found = told(site, "/api/digest?year=2020")
    assert len(page.xpath("//section[not(@aria-labelledby='gone')]//q")) == found["total"]
    summary = words(page.xpath("//p[@class='lead']")[0])
    assert summary.startswith(f"В 2020 году — {found['total']} просьб")


def test_cells_of_the_table_lead_to_what_they_count(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/requests?year=2020").text)
    links = page.xpath("//table//td/a")
    assert links
    for link in links:
        opened = html.fromstring(site.get(link.get("href")).text)
        assert len(opened.xpath("//section[not(@aria-labelledby='gone')]//q")) == int(words(link))


def test_what_was_asked_before_is_told(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/requests?year=2020&city=Барнаул").text)
    assert "просят с 2019 года" in words(page.xpath("//section[@aria-labelledby='lasting']")[0])


def test_a_theme_leads_to_where_it_was_asked_for_before(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/requests?year=2020").text)
    (lasting,) = page.xpath("//section[@aria-labelledby='lasting']")
    told_of = {words(li) for li in lasting.xpath(".//li[@class='theme']")}
    assert told_of and all("Похожее в другие годы:" in text for text in told_of)
    for link in lasting.xpath(".//p[contains(., 'Похожее в другие годы')]/a"):
        assert words(link).endswith(", 2019") and site.get(link.get("href")).status_code == 200


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [
        ((("Томск", 2017), ("Томск", 2018)), "просят с 2017 года (2017, 2018, 2022)"),
        ((("Омск", 2017), ("Омск", 2018)), "похожее раньше просили другие: Омск (2017, 2018)"),
        (
            (("Томск", 2018), ("Омск", 2017)),
            "просят с 2018 года (2018, 2022); похожее раньше просили и другие: Омск (2017)",
        ),
        ((("Омск", 2023),), "впервые в 2022 году"),
        (
            (("А", 2011), ("Б", 2012), ("В", 2013), ("Г", 2014), ("Д", 2014)),
            "похожее раньше просили другие: А (2011), Б (2012), В (2013) и ещё 2 города",
        ),
    ],
)
def test_since_when_and_by_whom_a_theme_is_asked_for(elsewhere: tuple[tuple[str, int], ...], said: str) -> None:
    theme = Theme("", (ask_of("Томск", 2022),), tuple(ask_of(city, year) for city, year in elsewhere))
    found = Digest(theme.asks, (), (), (theme,), 0, (), (2021,), {}, 0)
    assert theme_history(theme, found).replace("\u00a0", " ") == said


def ask_of(city: str, year: int) -> Ask:
    passage = Passage("", 1, "help", None, "Издать сборник.")
    report = Report("", "", city, year, None, (passage,))
    return Ask(FoundAnswer(passage, report), (0, len(passage.text)), bare=False)


def test_without_a_year_the_newest_is_shown(site: FlaskClient) -> None:
    assert "в 2020 году" in html.fromstring(site.get("/requests").text).findtext(".//h1")


def test_a_long_remainder_is_complete_over_its_pages(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {quote["text"] for quote in told(site, "/api/digest")["alone"]}
    monkeypatch.setattr(requests, "REST", 2)
    address = "/requests?year_from=2019&year_to=2020"
    pages = html.fromstring(site.get(address).text).xpath("//section[@aria-labelledby='alone']//nav//a/@href")
    assert len(pages) > 1
    shown: list[str] = []
    for page in pages:
        document = html.fromstring(site.get(page.partition("#")[0]).text)
        shown += document.xpath("//section[@aria-labelledby='alone']//q/text()")
    assert len(shown) == len(set(shown)) == len(wanted)
    assert set(shown) == wanted


def test_files_hold_every_request(site: FlaskClient) -> None:
    total = told(site, "/api/digest?year=2020")["total"]
    note = docx.Document(io.BytesIO(site.get("/requests.docx?year=2020&title=Моя+справка").data))
    texts = [paragraph.text for paragraph in note.paragraphs]
    assert texts[0] == "Моя справка"
    assert sum("] " in f"{text} " and text.endswith("]") for text in texts) == total
    assert any(text.startswith("1. ") and "дата обращения" in text for text in texts)
    book = openpyxl.load_workbook(io.BytesIO(site.get("/requests.xlsx?year=2020").data))
    assert len(list(book["Цитаты"].values)) == total + 1
    assert site.get("/requests.pdf").status_code == 404


def test_the_command_says_the_same(index: Path, tmp_path: Path, site: FlaskClient) -> None:
    run = CliRunner().invoke
    result = run(main, ["digest", "--year", "2020", "--json", "--index", str(index)])
    assert json.loads(result.stdout) == told(site, "/api/digest?year=2020")
    assert "Остальные просьбы" in run(main, ["digest", "--index", str(index)]).output
    files = ["--docx", str(tmp_path / "a.docx"), "--xlsx", str(tmp_path / "a.xlsx")]
    assert run(main, ["digest", "--year", "2020", *files, "--index", str(index)]).exit_code == 0
    assert docx.Document(str(tmp_path / "a.docx")).paragraphs[0].text == "О чём просят города в 2020 году"
    assert run(main, ["digest", "--kind", "tasks", "--index", str(index)]).exit_code == 2
    assert run(main, ["digest", "--docx", str(tmp_path / "no" / "a.docx"), "--index", str(index)]).exit_code == 1


def test_an_archive_without_requests_says_so(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/requests?city=Чита").text)
    assert "просьб не найдено" in words(page)
    assert told(site, "/api/digest?city=Чита")["total"] == 0


# One question for all


def test_all_cities_answer_one_question(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/questions/help?year=2020").text)
    assert [words(head) for head in page.xpath("//article//h3/a")] == ["Барнаул", "Томск"]
    empty = page.xpath("//section[@aria-labelledby='empty']//a")
    assert [words(link) for link in empty] == ["Омск, Экономика"]
    assert [words(link) for link in page.xpath("//section[@aria-labelledby='not-asked']//a")] == [
        "Чита, Транспорт и дороги"
    ]
    missing = words(page.xpath("//section[@aria-labelledby='missing']")[0])
    assert "Новосибирск" in missing and "Барнаул" not in missing


def test_a_question_of_a_section(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/questions/help?year=2020&section=транспорт").text)
    assert "никто не ответил" in words(page)
    assert "Томск" in words(page.xpath("//section[@aria-labelledby='missing']")[0])
    assert site.get("/questions/no-such").status_code == 404
    assert site.get("/questions/help?year=x").status_code == 422


def test_a_question_as_a_file(site: FlaskClient) -> None:
    note = docx.Document(io.BytesIO(site.get("/questions/help.docx?year=2020").data))
    texts = [paragraph.text for paragraph in note.paragraphs]
    assert texts[0] == "Помощь АСДГ: ответы городов за 2020 год"
    assert any("44-ФЗ" in text for text in texts)
    assert site.get("/questions/help.xlsx?year=2020").status_code == 200


# Themes


def test_the_judged_set_is_met(index: Path) -> None:
    with ServedIndex(index).lease() as engine:
        (measured,) = [found for name, _, found in measured_sets(DATA, engine, [judged.MEASURE]) if name == "asks.tsv"]
    precision, recall = (figure.value for figure in measured.figures)
    assert precision >= 0.8
    assert recall >= 0.6


def test_the_same_requests_give_the_same_themes(index: Path) -> None:
    with ServedIndex(index).lease() as engine:
        assert digest(SearchRequest(), engine) == digest(SearchRequest(), engine)


def test_groups_are_joined_by_average_likeness() -> None:
    import numpy as np

    table = np.asarray([[1, 0.9, 0.5, 0], [0.9, 1, 0.1, 0], [0.5, 0.1, 1, 0], [0, 0, 0, 1]], dtype=np.float32)
    assert joined(table) == [[0, 1], [2], [3]]
    assert joined(np.zeros((0, 0), dtype=np.float32)) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Просим направить обращение в Минстрой.", "Направить обращение в Минстрой"),
        ("Да, считаем полезным провести совещание;", "Провести совещание"),
        ("просим", "Просим"),
        ("обмен опытом", "Обмен опытом"),
    ],
)
def test_titles(index: Path, text: str, title: str) -> None:
    with ServedIndex(index).lease() as engine:
        assert title_of(text, engine.vocabulary) == title
        long = title_of(f"Просим {'очень ' * 60}помочь", engine.vocabulary)
    assert len(long) <= LONGEST and long.endswith("…")


def test_menu_links_answer(site: FlaskClient) -> None:
    page = html.fromstring(site.get("/").text)
    links = page.xpath("//header//nav//a/@href | //footer//a/@href")
    assert {"/search", "/cities", "/topics", "/requests", "/basket"} <= set(links)
    for link in links:
        assert site.get(link).status_code in (200, 302), link
