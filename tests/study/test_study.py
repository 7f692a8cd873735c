"""A city through the years, trends and similar answers on a real index."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from indexer.rebuild import rebuild
from search_app import create_app
from search_app.study.drawing import charts
from search_app.study.drawing.charts import HEIGHT, Series, bars, dot_chart, line_chart, percent
from tests.site_archive import WholeClient

YEARS = range(2016, 2022)


def report(city: str, year: int, done: str) -> str:
    return (
        f"{city.upper()}\nБлагоустройство\n\n1. Что наиболее значительное удалось сделать в {year} году?\n{done}\n"
        f"2. Опыт каких городов Вы использовали?\nИзучили опыт Томска и Красноярска: раздельный сбор отходов.\n"
        f"3. Какие задачи стоят в {year + 1} году?\nОткрыть набережную. Принять стратегию до {year + 9} года.\n"
    )


@pytest.fixture(scope="module")
def many_years(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Two cities, six years: what is said of bears in Omsk, of trams in Tomsk."""
    root = tmp_path_factory.mktemp("study")
    for year in YEARS:
        folder = root / "reports" / str(year)
        folder.mkdir(parents=True)
        omsk = f"Отремонтировано {year - 2000} дворов. Медведь перенесён в сквер у реки. Медведи стоят у входа."
        tomsk = "Трамвай вернулся на улицы города. Трамвай ходит чаще. Омск поделился вагонами."
        (folder / "omsk.txt").write_text(report("Омск", year, omsk), encoding="utf-8")
        (folder / "tomsk.txt").write_text(report("Томск", year, tomsk), encoding="utf-8")
    rebuild(root / "reports", root / "index", jobs=1)
    app = create_app({"REPORTS_DIR": str(root / "reports"), "INDEX_DIR": str(root / "index"), "TESTING": True})
    app.test_client_class = WholeClient
    return app.test_client()


def page(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status, response.text
    return html.fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


def test_reports_by_section_and_year(many_years: FlaskClient) -> None:
    document = page(many_years, "/cities/omsk")
    head = [words(cell) for cell in document.xpath("//table[contains(@class, 'reports')]//th[@scope='col']")]
    assert head == ["Раздел", *map(str, YEARS), "Всего"]
    links = document.xpath("//table[contains(@class, 'reports')]//td/a/@href")
    assert len(links) == len(YEARS) and links[0].startswith("/reports/omsk-2016")


def test_words_of_a_city_are_not_those_of_all(many_years: FlaskClient) -> None:
    found = page(many_years, "/cities/omsk").xpath("//ul[contains(@class, 'words')]/li/a/text()")
    assert "медведь" in found and "трамвай" not in found
    assert not {"омск", "опыт", "задача"} & set(found)
    assert "трамвай" in page(many_years, "/cities/tomsk").xpath("//ul[contains(@class, 'words')]/li/a/text()")


def test_mentions_both_ways(many_years: FlaskClient) -> None:
    document = page(many_years, "/cities/omsk")
    inward = document.xpath("//section[@aria-labelledby='ties-in']")[0]
    assert words(inward.xpath(".//li")[0]).startswith("Томск 6 ответов: 2021, 2020, 2019, 2018, 2017 и ещё 1")
    outward = document.xpath("//section[@aria-labelledby='ties-out']")[0]
    assert {words(link) for link in outward.xpath(".//li")} and "Красноярск 6 ответов" in words(outward)
    # A city without reports has no page to lead to.
    assert not outward.xpath(".//a[text()='Красноярск']")
    place = inward.xpath(".//li//a[contains(@href, '#p')]/@href")[0]
    assert "Омск поделился" in many_years.get(place).text


def test_topics_have_their_numbers_in_words(many_years: FlaskClient) -> None:
    document = page(many_years, "/cities/omsk")
    for item in document.xpath("//ul[contains(@class, 'multiples')]/li"):
        assert "ответ" in words(item) and item.xpath(".//svg[@aria-hidden='true']")
    assert len(document.xpath("//details[@class='numbers']//tbody/tr")) >= 1


def test_answers_side_by_side_with_differences(many_years: FlaskClient) -> None:
    link = page(many_years, "/cities/omsk").xpath("//a[@class='pill'][contains(@href, 'kind=achievements')]/@href")[0]
    document = page(many_years, link)
    versions = document.xpath("//article[@class='version']")
    assert [words(one.find("h2"))[:4] for one in versions] == ["2019", "2020", "2021"]
    assert not versions[0].xpath(".//ins | .//del")
    assert [words(mark) for mark in versions[1].xpath(".//del")] == ["[убрано: 19]"]
    assert [words(mark) for mark in versions[1].xpath(".//ins")] == ["[добавлено: 20]"]
    assert [words(part) for part in versions[1].xpath(".//*[@class='kept']")] == [
        "Медведь перенесён в сквер у реки.",
        "Медведи стоят у входа.",
    ]
    assert "изменено 1, без изменений 2" in words(versions[1])
    assert all(many_years.get(href).status_code == 200 for href in document.xpath("//article//h2/a/@href"))


def test_years_to_compare_are_chosen(many_years: FlaskClient) -> None:
    chosen = "/cities/omsk?kind=colleagues&year=2016&year=2021&year=1999&section=чепуха"
    document = page(many_years, chosen)
    assert document.xpath("//input[@name='year'][@checked]/@value") == ["2016", "2021"]
    assert "Слово в слово как в 2016 году." in words(document)


@pytest.mark.parametrize(
    ("address", "status"),
    [("?kind=<script>", 422), ("?kind=training", 404), ("?kind=tasks&year=x&section=%00", 200), ("?kind=", 200)],
)
def test_hostile_choices(many_years: FlaskClient, address: str, status: int) -> None:
    response = many_years.get(f"/cities/omsk{address}")
    assert response.status_code == status
    assert "<script>" not in response.text


def test_trends(many_years: FlaskClient) -> None:
    document = page(many_years, "/trends?q=медведь&q=трамвай&q=медведь&q=")
    assert document.xpath("//ul[contains(@class, 'trend-list')]/li/a[1]/text()") == ["медведь", "трамвай"]
    rows = document.xpath("//div[@aria-label='Таблица по годам']//tbody/tr")
    assert [words(cell) for cell in rows[0]] == ["2016", "6", "17 % (1)", "17 % (1)"]
    link = rows[0].xpath(".//a/@href")[0]
    assert words(page(many_years, link).find(".//h1")).startswith("Найден 1 ответ: «медведь», 2016")
    # Told apart without colour: dashes are the style sheet's, signs and labels are in the drawing.
    lines = document.xpath("//svg[@class='chart']//*[local-name()='g'][starts-with(@class, 't')]")
    assert [line.get("class") for line in lines] == ["t1", "t2"]
    assert [words(line.xpath("*[local-name()='text']")[0]) for line in lines] == ["медведь", "трамвай"]
    signs = [line.xpath("*[starts-with(@class, 'mark')]/@d")[0] for line in lines]
    assert signs[0] != signs[1]


def test_trends_within_filters(many_years: FlaskClient) -> None:
    document = page(many_years, "/trends?q=медведь&city=Омск&year_from=2018&year_to=2019&page=3&sort=newest")
    assert "Только: Омск, 2018–2019." in words(document)
    assert [words(row.find("th")) for row in document.xpath("//div[@aria-label='Таблица по годам']//tbody/tr")] == [
        "2018",
        "2019",
    ]
    names = document.xpath("//div[@aria-label='Таблица по городам']//tbody/tr/th")
    assert [words(name) for name in names] == ["Омск"]
    assert dict(
        zip(*[document.xpath(f"//form[@class='trend-form']/input/@{a}") for a in ("name", "value")], strict=True)
    ) == {
        "city": "Омск",
        "year_from": "2018",
        "year_to": "2019",
    }


def test_the_file_has_the_same_numbers(many_years: FlaskClient) -> None:
    response = many_years.get("/trends.csv?q=медведь&q==1%2B1")
    assert response.data.startswith(b"\xef\xbb\xbf") and response.mimetype == "text/csv"
    head, *rows = csv.reader(io.StringIO(response.text.removeprefix("\ufeff"), newline=""), delimiter=";")
    assert head[:5] == ["Разрез", "Год или город", "Всего ответов", "Найдено: медведь", "Доля, %: медведь"]
    assert rows[0][:5] == ["год", "2016", "6", "1", "16,67"]
    assert {row[1]: row[3] for row in rows if row[0] == "город"} == {"Омск": "6", "Томск": "0"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/trends", 200),
        ("/trends?q=ничегошеньки&as_typed=1", 200),
        ("/trends?q=%00%01", 200),
        ("/trends?q=<script>x</script>", 200),
        ("/trends?" + "&".join(f"q=слово{number}" for number in range(6)), 422),
        ("/trends?q=" + "я" * 2000, 422),
        ("/trends?q=" + "я" * 201, 422),
        ("/trends?" + "&".join(f"q={number}" + "я" * 198 for number in range(5)), 200),
        ("/trends?q=парк&city=Атлантида", 422),
        ("/trends.csv", 200),
    ],
)
def test_odd_trends(many_years: FlaskClient, address: str, status: int) -> None:
    response = many_years.get(address)
    assert response.status_code == status
    assert "<script>x" not in response.text


def test_similar_answers(many_years: FlaskClient) -> None:
    response = many_years.get("/api/search?q=раздельный сбор отходов&city=Омск").get_json()
    document = page(many_years, f"/passages/{response['hits'][0]['id']}/similar")
    assert any(link.startswith("/reports/tomsk") for link in document.xpath("//article//h2/a/@href"))
    others = page(many_years, f"/passages/{response['hits'][0]['id']}/similar?other_cities=1")
    assert all(link.startswith("/reports/tomsk") for link in others.xpath("//article//h2/a/@href"))
    page(many_years, "/passages/no-such/similar", 404)


shares = st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=25)


@given(st.lists(shares, min_size=1, max_size=5))
def test_charts_stay_inside_their_drawing(values: list[list[float | None]]) -> None:
    length = min(map(len, values))
    series = [Series("запрос " * number, tuple(line[:length])) for number, line in enumerate(values, 1)]
    chart = line_chart(range(2000, 2000 + length), series)
    assert 2 <= len(chart.shares) <= 7
    assert all(0 <= tick.place <= HEIGHT for tick in chart.shares)
    ends = sorted(line.y for line in chart.lines)
    assert all(later - sooner >= 15 for sooner, later in zip(ends, ends[1:], strict=False))
    assert len(dot_chart([str(number) for number in range(length)], series).rows) == length


def test_numbers_in_words() -> None:
    assert [percent(share) for share in (0, 0.0021, 0.035, 0.125, 1)] == [
        "0\u00a0%",
        "0,21\u00a0%",
        "3,5\u00a0%",
        "12\u00a0%",
        "100\u00a0%",
    ]
    assert bars([0, 1, 2], 30, 10).count("M") == 2
    assert bars([], 30, 10) == ""


def test_cities_of_the_common_archive(client: FlaskClient, folders: tuple[Path, Path]) -> None:
    assert folders[1].is_dir()
    for address in ("/cities/omsk", "/cities/tomsk", "/cities/omsk?kind=tasks"):
        document = page(client, address)
        for link in {str(link) for link in document.xpath("//main//@href")}:
            target = link.partition("#")[0]
            assert not target or client.get(target, follow_redirects=True).status_code == 200, link


def test_the_chart_by_city_shows_whole_names() -> None:
    names = ["Омск", "Посёлок городского типа Краснокаменск-Забайкальский"]
    chart = charts.dot_chart(names, [charts.Series("парк", (0.5, 0.25))])
    assert [row.name for row in chart.rows] == names
    assert chart.left > 7 * len(names[1]) and chart.width > chart.right > chart.left


def test_a_comparison_keeps_its_years_when_the_question_changes(client: FlaskClient) -> None:
    page = client.get("/cities/omsk?kind=achievements&year=2020&year=2021").text
    assert "kind=tasks&amp;year=2020&amp;year=2021" in page
    assert "за которые он есть" in client.get("/cities/omsk?kind=achievements&year=1999").text
