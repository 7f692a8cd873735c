"""How answers travel: packed for those who take it, not at all to those who have them."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.rebuild import rebuild
from search_app import create_app
from search_app.web.transfer import SMALLEST
from tests.site_archive import WholeClient, write_reports

GZIP = {"Accept-Encoding": "gzip, deflate"}
REPORT = "/reports/omsk-2021-organizacionnaya-rabota"
PACKED = ["/", "/search?q=онлайн", REPORT, "/api/search?q=онлайн", "/openapi.json", "/export.csv", "/export.json"]
KEPT = [*PACKED[:5], "/about", "/help", "/trends?q=онлайн", "/cities/omsk", "/basket", "/api/suggest?q=онл"]


@pytest.mark.parametrize("address", [*PACKED, "/feed.atom", "/static/site.css", "/static/site.js"])
def test_packed_only_where_taken(client: FlaskClient, address: str) -> None:
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers.get("Content-Length", len(answer.data))) == len(answer.data)
    for refused in ("identity", "gzip;q=0", "br", "*;q=0"):
        assert "Content-Encoding" not in client.get(address, headers={"Accept-Encoding": refused}).headers


def test_what_is_small_or_packed_already_is_left(client: FlaskClient) -> None:
    for address in ("/health", "/api/search?q=ничегошеньки&as_typed=1", "/export.xlsx", "/favicon.ico", "/no-such.ico"):
        answer = client.get(address, headers=GZIP)
        assert ("Content-Encoding" in answer.headers) == (
            len(client.get(address).data) >= SMALLEST and "sheet" not in (answer.mimetype or "")
        ), address


@pytest.mark.parametrize("address", ["/export.csv", "/export.json", "/about.csv", "/trends.csv?q=онлайн"])
def test_streams_stay_streams(app: Flask, address: str) -> None:
    answer = app.test_client().get(address, headers=GZIP, buffered=False)
    assert answer.is_streamed and "Content-Length" not in answer.headers
    answer.close()


@pytest.mark.parametrize("address", KEPT)
def test_who_has_an_answer_is_not_sent_it_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    for headers in ({"If-None-Match": etag}, {"If-None-Match": f'"other", {etag}'} | GZIP):
        again = client.get(address, headers=headers)
        assert again.status_code == 304 and again.data == b""
        assert again.headers["ETag"] == etag and again.headers["Cache-Control"] == "no-cache"
        assert "Content-Encoding" not in again.headers
    assert client.get(address, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.head(address).headers["ETag"] == etag


def test_addresses_and_settings_tell_apart(client: FlaskClient) -> None:
    addresses = [*KEPT, "/search?q=онлайн&page=1", "/api/search?q=онлайн режим"]
    assert len({client.get(address).headers["ETag"] for address in addresses}) == len(addresses)
    usual = client.get("/").headers["ETag"]
    assert client.get("/", base_url="http://127.0.0.1").headers["ETag"] != usual
    client.set_cookie("vision", "200.plain.black.sans")
    large = client.get("/", headers={"If-None-Match": usual})
    assert large.status_code == 200 and "Cookie" in large.headers["Vary"]


def test_failures_and_changes_are_not_kept(client: FlaskClient, bare_client: FlaskClient) -> None:
    for address in ("/reports/no-such", "/search?city=Атлантида", "/api/search?page=99", "/health"):
        assert "ETag" not in client.get(address).headers, address
    assert bare_client.get("/").headers["Cache-Control"] == "no-store"
    assert "ETag" not in client.post("/vision", data={"size": "200"}).headers


def test_static_files_are_kept_for_long(client: FlaskClient) -> None:
    first = client.get("/static/site.css", headers=GZIP)
    assert "max-age=2592000" in first.headers["Cache-Control"]
    again = client.get("/static/site.css", headers=GZIP | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_new_build_and_a_file_that_is_gone_make_other_answers(tmp_path: Path) -> None:
    reports, index = write_reports(tmp_path / "reports"), tmp_path / "index"
    rebuild(reports, index, jobs=1)
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index)})
    app.test_client_class = WholeClient
    client = app.test_client()
    etags = {address: client.get(address).headers["ETag"] for address in KEPT}
    shutil.move(reports / "2021" / "omsk.txt", tmp_path / "omsk.txt")
    gone = client.get(REPORT, headers={"If-None-Match": etags[REPORT]})
    assert gone.status_code == 200 and "сейчас его нет" in gone.text
    shutil.move(tmp_path / "omsk.txt", reports / "2021" / "omsk.txt")
    assert client.get(REPORT, headers={"If-None-Match": etags[REPORT]}).status_code == 304
    rebuild(reports, index, jobs=1)
    for address, etag in etags.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 200, address
