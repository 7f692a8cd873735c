"""The whole archive to take: lists with cursors, tables of studies, the dump, what robots and browsers ask for."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from indexer.keeping.dump import find_dump, write_dump
from indexer.rebuild import rebuild
from search_app import create_app
from search_app.web.openapi.document import document
from search_app.web.openapi.examples import EXAMPLES
from search_app.web.openapi.schemas import SCHEMAS
from tests.site_archive import WholeClient, write_reports
from tests.waiting import until
from tests.web.schemas import faults

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
TABLES = (
    *("/trends?q=онлайн&q=парк", "/matrix?q=онлайн", "/cities", "/cities/omsk", "/new", "/about"),
    "/passages/omsk-2021-organizacionnaya-rabota-1/similar",
    *("/topics", "/plans", "/compare?a=omsk-2020-organizacionnaya-rabota&b=omsk-2021-organizacionnaya-rabota"),
)
NOTES = (
    *("/requests?year=2021", "/questions/achievements", "/praised", "/unchanged", "/unchanged?show=new"),
    *("/problems?q=онлайн", "/cities/omsk/plans", "/passages/omsk-2021-organizacionnaya-rabota-1/solutions"),
)


def described(value: Any, path: str, status: int = 200) -> Any:
    content = document()["paths"][path]["get"]["responses"][str(status)]["content"]
    kind = next(iter(content))
    assert faults(value, content[kind]["schema"], document()) == []
    return value


def walked(client: FlaskClient, path: str, name: str, limit: int) -> list[dict[str, Any]]:
    """All that the list at ``path`` gives, page by page."""
    found: list[dict[str, Any]] = []
    address: str | None = f"{path}?limit={limit}"
    while address:
        page = described(client.get(address).get_json(), path)
        assert len(page[name]) <= limit
        found += page[name]
        address = page["next"]
    assert len(found) == page["total"]
    return found


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_lists_give_everything_once(client: FlaskClient, limit: int) -> None:
    reports = walked(client, "/api/reports", "reports", limit)
    passages = walked(client, "/api/passages", "passages", limit)
    health = client.get("/health").get_json()
    assert len({one["id"] for one in reports}) == health["reports"] == len(reports)
    assert len({one["id"] for one in passages}) == health["passages"] == len(passages)
    for report in reports:
        whole = client.get(f"/api/reports/{report['id']}").get_json()
        listed = sorted((one for one in passages if one["report_id"] == report["id"]), key=lambda one: one["position"])
        assert [one["text"] for one in listed] == [one["text"] for one in whole["passages"]]


@pytest.mark.parametrize("path", ["/api/reports", "/api/passages"])
def test_a_list_of_another_build_is_gone(client: FlaskClient, path: str) -> None:
    gone = client.get(f"{path}?build=20200101T000000-abcdef&cursor=2")
    assert gone.status_code == 410 and gone.mimetype == "application/problem+json"
    described(gone.get_json(force=True), path, 410)
    for wrong in ("cursor=-1", "cursor=x", "cursor=²", "limit=0", "limit=101", "cursor=5", "cursor=99999999999999"):
        told = client.get(f"{path}?{wrong}")
        assert told.status_code == 422, wrong
        described(told.get_json(force=True), path, 422)
    stamp = client.get("/health").get_json()["build"]
    past = client.get(f"{path}?build={stamp}&cursor=999999").get_json()
    assert past["next"] is None and past[path.rpartition("/")[2]] == []


def test_every_page_of_study_is_numbers_too(client: FlaskClient) -> None:
    # What is counted in the background is told once it is counted.
    until(lambda: client.get("/plans.json").status_code == 200)
    for address in TABLES:
        path, _, query = address.partition("?")
        told = client.get(f"{path}.json?{query}")
        template = path.replace("/cities/omsk", "/cities/{slug}").replace("omsk-2021-organizacionnaya-rabota-1", "{id}")
        tables = described(told.get_json(), f"{template}.json")["tables"]
        assert tables
        for table in tables:
            names = [column["name"] for column in table["columns"]]
            assert all(list(row) == names for row in table["rows"])
        made = client.get(f"{path}.csv?{query}")
        assert made.status_code == 200 and made.mimetype == "text/csv"
        if path not in ("/trends", "/about"):
            rows = list(csv.reader(io.StringIO(made.text.removeprefix("\ufeff")), delimiter=";"))
            assert rows[0] == [column["title"] for column in tables[0]["columns"]]
            assert len(rows) == len(tables[0]["rows"]) + 1


@pytest.mark.parametrize("address", NOTES)
def test_what_is_a_note_for_the_boss_is_rows_for_programs(client: FlaskClient, address: str) -> None:
    path, _, query = address.partition("?")
    template = re.sub(r"/cities/omsk|/omsk-2021-[a-z0-9-]+|/achievements", _template, path)
    items, told, *_ = described(client.get(f"{path}.json?{query}").get_json(), f"{template}.{{ending}}")["tables"]
    assert (items["name"], told["name"]) == ("items", "told")
    made = client.get(f"{path}.csv?{query}")
    assert made.status_code == 200 and made.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(made.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == [column["title"] for column in items["columns"]]
    assert [row[-1] for row in rows[1:]] == [row["url"] for row in items["rows"]]
    assert client.get(f"{path}.txt?{query}").status_code == 404


def _template(found: re.Match[str]) -> str:
    return {"c": "/cities/{slug}", "o": "/{id}", "a": "/{kind}"}[found[0][1]]


def rows_of(client: FlaskClient, address: str, name: str) -> list[dict[str, Any]]:
    tables = client.get(address).get_json()["tables"]
    return next(table["rows"] for table in tables if table["name"] == name)


def test_numbers_are_those_of_the_search(client: FlaskClient) -> None:
    for row in rows_of(client, "/matrix.json?q=онлайн", "matrix"):
        asked = {"q": "онлайн", "city": row["city"], "year": row["year"], "repeats": "fold"}
        assert client.get("/api/search", query_string=asked).get_json()["total"] == row["answers"]
    shares = rows_of(client, "/trends.json?q=онлайн", "years")
    assert {row["year"]: row["matches"] for row in shares}["2021"] == 2
    reports = rows_of(client, "/cities/omsk.json", "reports")
    assert {row["id"] for row in reports} == {"omsk-2021-organizacionnaya-rabota", "omsk-2020-organizacionnaya-rabota"}
    assert {row["city"]: row["reports"] for row in rows_of(client, "/cities.json", "cities")}["Омск"] == 2


def test_what_is_not_there_is_told_to_programs(client: FlaskClient) -> None:
    for address in ("/cities/nowhere.json", "/passages/no-such/similar.json"):
        told = client.get(address)
        assert told.status_code == 404 and told.mimetype == "application/problem+json"
    wrong = client.get("/cities/omsk.csv?table=нет")
    assert wrong.status_code == 422 and "reports, topics" in wrong.text
    assert client.get("/cities/omsk.csv?table=topics").text.startswith("\ufeffТема;Год;Ответов")
    assert client.get("/trends.json?" + "&".join(f"q={number}" for number in range(9))).status_code == 422


@pytest.fixture(scope="module")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, Path]:
    root = tmp_path_factory.mktemp("dumped")
    reports, index = write_reports(root / "reports"), root / "index"
    rebuild(reports, index, jobs=1)
    write_dump(index)
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index)})
    app.test_client_class = WholeClient
    return app.test_client(), index


def lines_of(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(body).decode().splitlines()]


def test_the_dump_holds_all_and_is_sent_once(dumped: tuple[FlaskClient, Path]) -> None:
    client, _ = dumped
    told = described(client.get("/dump/index.json").get_json(), "/dump/index.json")
    for file in told["files"]:
        sent = client.get(file["url"])
        assert len(sent.data) == file["bytes"] and hashlib.sha256(sent.data).hexdigest() == file["sha256"]
        assert "Content-Encoding" not in sent.headers
        again = client.get(file["url"], headers={"If-None-Match": sent.headers["ETag"]})
        assert again.status_code == 304 and again.data == b""
        part = client.get(file["url"], headers={"Range": "bytes=0-9"})
        assert part.status_code == 206 and part.data == sent.data[:10]
    passages = lines_of(client.get("/dump/passages.jsonl.gz").data)
    reports = lines_of(client.get("/dump/reports.jsonl.gz").data)
    listed = walked(client, "/api/passages", "passages", 100)
    assert {(one["id"], one["text"], one["city"], one["year"]) for one in passages} == {
        (one["id"], one["text"], one["city"], one["year"]) for one in listed
    }
    assert sum(one["passages"] for one in reports) == len(passages)
    page = client.get("/dump/")
    assert page.status_code == 200 and "passages.jsonl.gz" in page.text
    for wrong in ("no.gz", "..%2Findex.json", "passages.jsonl"):
        assert client.get(f"/dump/{wrong}").status_code == 404


def test_the_same_archive_gives_the_same_bytes(dumped: tuple[FlaskClient, Path]) -> None:
    _, index = dumped
    stamp = (index / "CURRENT").read_text().strip()
    first = find_dump(index, stamp)
    assert first
    shutil.rmtree(index / "dumps")
    again = write_dump(index)
    assert [(file.name, file.sha256) for file in again.files] == [(file.name, file.sha256) for file in first.files]


def test_tables_for_analysis_hold_the_same(dumped: tuple[FlaskClient, Path]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    client, _ = dumped
    rows = parquet.read_table(io.BytesIO(client.get("/dump/passages.parquet").data)).to_pylist()
    lines = lines_of(client.get("/dump/passages.jsonl.gz").data)
    assert [{name: row[name] for name in line} for row, line in zip(rows, lines, strict=True)] == lines
    reports = parquet.read_table(io.BytesIO(client.get("/dump/reports.parquet").data)).to_pylist()
    assert "city" in json.loads(reports[0]["evidence"])


def test_a_dump_that_comes_later_is_seen(tmp_path: Path) -> None:
    reports, index = write_reports(tmp_path / "reports"), tmp_path / "index"
    rebuild(reports, index, jobs=1)
    client = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index)}).test_client()
    before = client.get("/dump/").headers["ETag"]
    write_dump(index)
    assert "passages.jsonl.gz" in client.get("/dump/", headers={"If-None-Match": before}).text


def test_without_a_dump_the_page_says_so(client: FlaskClient) -> None:
    assert "--dump" in client.get("/dump/").text
    assert client.get("/dump/index.json").status_code == 404
    assert client.get("/dump/passages.jsonl.gz").status_code == 404


def test_robots_and_maps(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain" and "Sitemap: http://localhost/sitemap.xml" in robots.text
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    addresses = [element.text or "" for element in tree.iter(f"{SPACE}loc")]
    assert f"{'http://localhost'}/reports/omsk-2021-organizacionnaya-rabota" in addresses
    for address in addresses:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200
    monkeypatch.setattr("search_app.web.routes.whole.SITEMAP_MOST", 4)
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    assert index.tag == f"{SPACE}sitemapindex"
    parts: list[str] = []
    for element in index.iter(f"{SPACE}loc"):
        part = ElementTree.fromstring(client.get((element.text or "").removeprefix("http://localhost")).data)
        parts += [one.text or "" for one in part.iter(f"{SPACE}loc")]
    assert parts == addresses
    assert client.get("/sitemap-0.xml").status_code == client.get("/sitemap-99.xml").status_code == 404


def test_browsers_are_offered_the_search(client: FlaskClient) -> None:
    assert '<link rel="search" type="application/opensearchdescription+xml"' in client.get("/").text
    told = client.get("/opensearch.xml")
    assert told.mimetype == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = {one.get("type"): one.get("template") or "" for one in ElementTree.fromstring(told.data).iter(f"{space}Url")}
    page = client.get(urls["text/html"].replace("{searchTerms}", "парк").removeprefix("http://localhost"))
    assert "<mark>" in page.text
    typed = urls["application/x-suggestions+json"].replace("{searchTerms}", "перепис").removeprefix("http://localhost")
    asked, found = json.loads(client.get(typed).data)
    assert asked == "перепис" and found


def test_examples_are_what_they_show() -> None:
    for name, example in EXAMPLES.items():
        assert faults(example, SCHEMAS[name], document()) == [], name
    for path, told in document()["paths"].items():
        for status, answer in told["get"]["responses"].items():
            for kind, content in answer.get("content", {}).items():
                assert "example" in content or "json" not in kind, (path, status)


PARTS = {
    "passage_id": "omsk-2021-organizacionnaya-rabota-1",
    "report_id": "omsk-2021-organizacionnaya-rabota",
    "slug": "omsk",
    "kind": "achievements",
    "year": "2021",
    "ending": "csv",
    "number": "0",
    "name": "index.json",
}


def test_everything_but_pages_is_described(client: FlaskClient) -> None:
    """Whatever answers with another thing than a page or a way to one."""
    known = set(document()["paths"])
    for rule in client.application.url_map.iter_rules():
        named = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        asked = named.replace("{passage_id}", "{id}").replace("{report_id}", "{id}")
        if "GET" in (rule.methods or ()) and asked not in known and not asked.startswith("/static/"):
            answer = client.get(re.sub(r"{(\w+)}", lambda part: PARTS[part[1]], named), follow_redirects=True)
            assert answer.mimetype in ("text/html", "image/svg+xml"), rule.rule
            assert answer.mimetype == "text/html" or rule.rule == "/favicon.ico", rule.rule


def test_every_parameter_has_an_example_that_is_one() -> None:
    for path, told in document()["paths"].items():
        names = [one["name"] for one in told["get"].get("parameters", [])]
        assert len(names) == len(set(names)), path
        assert set(re.findall(r"{(\w+)}", path)) <= set(names), path
        for one in told["get"].get("parameters", []):
            assert faults(one["example"], one["schema"], document()) == [], (path, one["name"])


def test_what_is_exported_is_as_described(client: FlaskClient) -> None:
    assert faults(client.get("/export.json?q=парк").get_json(), SCHEMAS["Export"], document()) == []
