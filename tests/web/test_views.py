"""Results by city and as a matrix; the words of a search in a report; the map of the first page."""

from __future__ import annotations

import math

import pytest
from flask.testing import FlaskClient
from lxml import html

from indexer.vocabulary import load
from search_app.request.addresses import Addresses
from search_app.request.model import FacetValue, SearchPage, SearchRequest
from search_app.study.drawing.citymap import city_map
from search_app.study.drawing.projection import frame, project
from search_app.web.parts.facets import year_chart
from tests.web.test_pages import OMSK_2021, page, words


def cells(document: html.HtmlElement) -> dict[tuple[str, str], tuple[int, str]]:
    """City and year → number and address, as the table shows them."""
    years = [words(head) for head in document.xpath("//table//thead//th")][1:-1]
    rows = [(words(row.find("th")), row.findall("td")[:-1]) for row in document.xpath("//table//tbody/tr")]
    return {
        (city, year): (int(words(cell)), cell.find("a").get("href"))
        for city, row in rows
        for year, cell in zip(years, row, strict=True)
        if cell.find("a") is not None
    }


def test_the_matrix_counts_and_leads(client: FlaskClient) -> None:
    found = cells(page(client, "/search?q=онлайн режим&view=matrix"))
    assert set(found) == {("Омск", "2020"), ("Омск", "2021"), ("Томск", "2021")}
    for (city, year), (count, address) in found.items():
        led_to = page(client, address)
        assert len(led_to.xpath("//article[@class='hit'][not(.//span[@class='near'])]")) == count
        assert words(led_to.find(".//h1")).endswith(f"{city}, {year}")


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ("city=Томск", {("Томск", "2021")}),
        ("year=2020", {("Омск", "2020")}),
        ("year_from=2021&year_to=2022", {("Омск", "2021"), ("Томск", "2021")}),
        ("city=Омск&year_to=2020", {("Омск", "2020")}),
    ],
)
def test_the_matrix_keeps_to_the_filters(client: FlaskClient, filters: str, shown: set[tuple[str, str]]) -> None:
    assert set(cells(page(client, f"/search?q=онлайн режим&view=matrix&{filters}"))) == shown


def test_the_matrix_shows_the_unknown(client: FlaskClient) -> None:
    found = cells(page(client, "/search?q=огурцы&view=matrix"))
    ((city, year), (count, address)) = next(iter(found.items()))
    assert (city, year, count) == ("город не определён", "не определено", 1)
    assert words(page(client, address).find(".//h1")).startswith("Найден 1 ответ")


def test_groups_by_city(client: FlaskClient) -> None:
    document = page(client, "/search?q=онлайн режим&view=cities")
    groups = document.xpath("//section[@class='group']")
    assert [words(group.find("h2")) for group in groups] == ["Омск 2 ответа", "Томск 1 ответ"]
    assert [len(group.xpath(".//article")) for group in groups] == [2, 1]
    assert "2 города" in words(document.xpath("//*[@id='results']")[0])
    only = page(client, groups[1].xpath("./h2/a/@href")[0])
    assert words(only.find(".//h1")) == "Найден 1 ответ: «онлайн режим», Томск"
    assert not only.xpath("//section[@class='group']")


def test_the_view_stays_while_filters_change(client: FlaskClient) -> None:
    document = page(client, "/search?q=онлайн режим&view=cities&city=Омск")
    assert document.xpath("//form[@id='search']//input[@name='view']/@value") == ["cities"]
    assert all("view=cities" in address for address in document.xpath("//a[@class='chip']/@href"))
    past = client.get("/search?q=онлайн&view=cities&page=9")
    assert (past.status_code, "page=" in past.location) == (302, False)
    page(client, "/search?view=hologram", 422)


def test_a_report_marks_the_words_of_the_search(client: FlaskClient) -> None:
    address = page(client, "/search?q=онлайн режим&city=Омск&year=2021").xpath("//article[@class='hit']//h2/a/@href")[0]
    assert address.startswith(f"/reports/{OMSK_2021}?q=")
    document = page(client, address)
    assert {mark.lower() for mark in document.xpath("//*[@class='part']//mark/text()")} == {"онлайн", "режим"}
    # What was hostile in the report is text still.
    assert '<script>alert("5 > 3")</script>' in words(document.xpath("//*[@id='p1']")[0])
    assert not page(client, f"/reports/{OMSK_2021}").xpath("//mark")
    page(client, f"/reports/{OMSK_2021}?q=%00" + "я" * 5000)


def test_a_short_address_of_a_city_and_a_year(client: FlaskClient) -> None:
    response = client.get("/cities/omsk/2021", follow_redirects=True)
    assert "Омск, 2021" in words(html.fromstring(response.text).find(".//h1"))
    assert client.get("/cities/atlantida/2021", follow_redirects=True).status_code == 422


def test_the_map_looks_like_the_country() -> None:
    vocabulary = load()
    drawn = city_map({"Омск": 400, "Красноярск": 100, "Якутск": 1, "Владивосток": 1, "Китеж": 5}, vocabulary)
    dots = {dot.city: dot for dot in drawn.dots}
    assert drawn.missing == ("Китеж",)
    assert dots["Омск"].x < dots["Красноярск"].x < dots["Якутск"].x < dots["Владивосток"].x
    assert dots["Якутск"].y < dots["Омск"].y < dots["Владивосток"].y
    assert math.isclose(dots["Омск"].radius, 2 * dots["Красноярск"].radius)
    assert all(0 < dot.x < drawn.width and 0 < dot.y < drawn.height for dot in drawn.dots)
    assert {dot.label.text for dot in drawn.dots if dot.label} == set(dots)


def test_the_projection_keeps_areas() -> None:
    """Equal shares of the sphere take equal room: two patches of one by one degree, by their cosines."""

    def room(latitude: float, longitude: float) -> float:
        here, east = project(latitude, longitude), project(latitude, longitude + 0.01)
        north = project(latitude + 0.01, longitude)
        across = (east[0] - here[0]) * (north[1] - here[1]) - (east[1] - here[1]) * (north[0] - here[0])
        return abs(across) / math.cos(math.radians(latitude + 0.005))

    assert math.isclose(room(45, 60), room(70, 170), rel_tol=1e-3)
    drawn = frame([(50, 60), (65, 185)], 1000, 10)
    assert drawn.place(65, 185) == pytest.approx(drawn.place(65, -175))


def test_the_chart_of_years_has_the_empty_ones() -> None:
    values = (FacetValue(2021, "2021", 8, False), FacetValue(2018, "2018", 2, True), FacetValue(None, "", 3, False))
    request = SearchRequest(year=(2018,), year_to=2030)
    chart = year_chart(SearchPage(request, 10, 1, (), {"year": values}), Addresses(request))
    assert chart is not None
    assert [(bar.year, bar.count, bar.inside) for bar in chart.bars] == [
        (2018, 2, True),
        (2019, 0, False),
        (2020, 0, False),
        (2021, 8, False),
    ]
    assert [bar.height * 4 for bar in chart.bars] == [chart.height, 0, 0, chart.height * 4]
    assert chart.years == (2018, 2019, 2020, 2021, 2030)
    assert year_chart(SearchPage(SearchRequest(), 0, 0, (), {}), Addresses(SearchRequest())) is None
