"""Where the site stands: a public address with a path, proxies, foreign names."""

from __future__ import annotations

import json
import re
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from search_app import create_app
from search_app.server.listening import create_server
from search_app.server.settings import SettingError
from search_app.web.standing import standing
from tests.site_archive import WholeClient

PUBLIC = "https://opyt.example/arhiv"
FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "6.6.6.6",
    "Forwarded": "host=evil.example;proto=https",
}
ADDRESSES = (
    *("/", "/search?q=парк", "/reports/omsk-2021-organizacionnaya-rabota", "/cities/omsk", "/trends?q=парк", "/new"),
    *("/feed.atom", "/export.csv?q=парк", "/export.json?q=парк", "/api/search?q=парк", "/basket", "/about", "/help"),
)


def site(folders: tuple[Path, Path], **config: Any) -> FlaskClient:
    reports, index = folders
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index), "TESTING": True} | config)
    app.test_client_class = WholeClient
    return app.test_client()


@pytest.fixture(scope="module")
def placed(folders: tuple[Path, Path]) -> FlaskClient:
    return site(folders, PUBLIC_URL=PUBLIC)


@pytest.mark.parametrize("address", ADDRESSES)
def test_foreign_names_change_nothing(client: FlaskClient, address: str) -> None:
    for base in ("http://evil.example", "https://evil.example:444"):
        for headers in ({}, FORWARDED):
            told = client.get(address, base_url=base, headers=headers)
            assert told.status_code == 200
            assert b"evil" not in told.data and "evil" not in str(told.headers)


@pytest.mark.parametrize(
    "address", ["//cities/omsk", "/cities//omsk", "/reports//x", "//evil.example/..", "/passages//a"]
)
def test_no_redirect_names_a_host(client: FlaskClient, address: str) -> None:
    told = client.get("/", base_url="http://evil.example", environ_overrides={"PATH_INFO": address})
    location = told.headers.get("Location", "/")
    assert location.startswith("/") and not location.startswith("//")


@pytest.mark.parametrize("host", ["localhost:81", "127.0.0.1:8000", "192.168.1.5", "[::1]:8000"])
def test_own_names_stay_as_the_reader_knows_them(client: FlaskClient, host: str) -> None:
    assert f"http://{host}/passages/" in client.get("/feed.atom", base_url=f"http://{host}").text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("passed", ["", "/arhiv"])
def test_all_that_leaves_names_the_public_address(placed: FlaskClient, address: str, passed: str) -> None:
    told = placed.get(passed + address, base_url="http://10.0.0.1:8000", headers=FORWARDED)
    assert told.status_code == 200
    assert "evil" not in told.text and "10.0.0.1" not in told.text
    if told.mimetype == "text/html":
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', told.text)
        assert links and all(link == "/arhiv" or link.startswith("/arhiv/") for link in links)
        assert not any(link.startswith("/arhiv/arhiv") for link in links)
        assert f'<link rel="canonical" href="{PUBLIC}/' in told.text
    elif "json" in told.mimetype:
        urls = re.findall(r'"(?:\w+_)?url":\s*"([^"]+)"', told.text)
        assert urls and all(url.startswith(("/arhiv/", PUBLIC)) for url in urls)
    else:
        assert f"{PUBLIC}/passages/" in told.text


def test_redirects_and_cookies_follow(placed: FlaskClient) -> None:
    assert placed.get("/arhiv/cities/Омск").headers["Location"] == "/arhiv/cities/omsk"
    assert (
        placed.get("/", environ_overrides={"PATH_INFO": "/arhiv/cities//omsk"}).headers["Location"]
        == "/arhiv/cities/omsk"
    )
    kept = placed.get("/basket?take=omsk-2021-organizacionnaya-rabota-1")
    assert kept.headers["Location"].startswith("/arhiv/basket?id=")
    cookie = kept.headers["Set-Cookie"]
    assert "; Path=/arhiv" in cookie and cookie.count("Path=") == 1 and "; Secure" in cookie
    chosen = placed.post("/vision", data={"size": "200", "back": "/search?q=парк"})
    assert chosen.headers["Location"].startswith("/arhiv/search?q=")
    assert "; Path=/arhiv" in chosen.headers["Set-Cookie"]


def test_a_report_has_one_address_however_it_was_found(placed: FlaskClient) -> None:
    told = placed.get("/reports/omsk-2021-organizacionnaya-rabota?q=парк").text
    assert f'<link rel="canonical" href="{PUBLIC}/reports/omsk-2021-organizacionnaya-rabota">' in told
    cited = re.search(rf"{PUBLIC}/passages/omsk-2021-organizacionnaya-rabota-1\?v=\w+", told)
    assert cited


def test_the_api_and_errors_know_the_address(placed: FlaskClient) -> None:
    assert placed.get("/openapi.json").get_json()["servers"] == [{"url": PUBLIC}]
    assert 'rel="canonical"' not in placed.get("/reports/no-such").text


def test_a_text_that_looks_like_a_link_stays_as_it_is(placed: FlaskClient) -> None:
    typed = '" href="/x "url": "/y'
    told = placed.get("/search", query_string={"q": typed})
    assert "href=&#34;/x" in told.text and "/arhiv/x" not in told.text
    assert placed.get("/api/search", query_string={"q": typed}).get_json()["query"]["q"] == typed


def test_a_trusted_proxy_is_believed_and_no_other(folders: tuple[Path, Path]) -> None:
    client = site(folders, TRUSTED_PROXY="10.1.0.0/16, ::1")
    headers = {"X-Forwarded-Host": "opyt.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/arhiv"}
    near = client.get("/feed.atom", headers=headers, environ_overrides={"REMOTE_ADDR": "10.1.2.3"})
    assert "https://opyt.example/arhiv/passages/" in near.text
    page = client.get("/", headers=headers, environ_overrides={"REMOTE_ADDR": "::ffff:10.1.2.3"})
    assert 'href="/arhiv/search"' in page.text
    for address in ("10.2.0.1", "unix", "", "::2"):
        far = client.get("/feed.atom", headers=headers, environ_overrides={"REMOTE_ADDR": address})
        assert "opyt.example" not in far.text and "http://localhost/passages/" in far.text


def test_the_server_hands_on_what_a_trusted_proxy_says(folders: tuple[Path, Path]) -> None:
    """The HTTP server must leave forwarded headers to this room, and this room drop those of others."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    for trusted, root in (
        ("127.0.0.1", b"https://opyt.example/passages/"),
        ("10.9.9.9", f"http://127.0.0.1:{port}/".encode()),
    ):
        app = site(folders, TRUSTED_PROXY=trusted).application
        server = create_server(app, [listening.dup()], 1, 8)
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        try:
            headers = f"Host: 127.0.0.1:{port}\r\nX-Forwarded-Host: opyt.example\r\nX-Forwarded-Proto: https\r\n\r\n"
            with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
                line.sendall(b"GET /feed.atom HTTP/1.0\r\n" + headers.encode())
                assert root in b"".join(iter(lambda line=line: line.recv(65536), b""))
        finally:
            server.close()
            serving.join(120)
    listening.close()


def test_only_allowed_names_open_the_site(folders: tuple[Path, Path]) -> None:
    client = site(folders, ALLOWED_HOST=("opyt.example", ".omsk.example"), PUBLIC_URL="http://main.example")
    for host in ("opyt.example", "OPYT.example:8000", "a.omsk.example", "main.example"):
        assert client.get("/", base_url=f"http://{host}").status_code == 200
    for host in ("evil.example", "localhost", "omsk.example.evil"):
        refused = client.get("/search?q=парк", base_url=f"http://{host}")
        assert refused.status_code == 400 and "--allowed-host" in refused.text
        assert client.get("/health", base_url=f"http://{host}").status_code == 200
        api = client.get("/api/search", base_url=f"http://{host}")
        assert json.loads(api.data)["status"] == 400


@pytest.mark.parametrize(
    "config",
    [
        *({"PUBLIC_URL": text} for text in ("opyt.example", "ftp://a", "https://", "http://a b", "http://a/?q=1")),
        *({"PUBLIC_URL": text} for text in ("http://u@a/", "http://[::1", "http://a/b//c", "http://a:99999")),
        *({"TRUSTED_PROXY": text} for text in ("proxy", "10.0.0.0/99")),
        *({"ALLOWED_HOST": text} for text in ("http://a", "a/b")),
    ],
)
def test_a_setting_that_means_nothing_is_told(config: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(config.values())).replace("[", r"\[").replace("?", r"\?")):
        standing(config)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://opyt.example/", "https://opyt.example"),
        ("http://Опыт.рф:80/arhiv/", "http://xn--n1acj9a.xn--p1ai/arhiv"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_a_public_address_is_read(address: str, public: str) -> None:
    assert standing({"PUBLIC_URL": address}).public == public


@pytest.mark.parametrize("told", ['/"><script>x</script>', "//evil.example", "/a b", "evil", "/\u044f"])
def test_what_a_proxy_passes_on_unlooked_at_does_no_harm(folders: tuple[Path, Path], told: str) -> None:
    raw = told.encode("utf-8").decode("latin-1")
    for config in ({}, {"PUBLIC_URL": "https://opyt.example"}):
        client = site(folders, TRUSTED_PROXY="127.0.0.1", **config)
        headers = {"X-Forwarded-Prefix": raw, "X-Forwarded-Proto": "javascript", "X-Forwarded-Host": "opyt.example"}
        page = client.get("/", headers=headers)
        assert page.status_code == 200 and 'href="/search"' in page.text and "<script>x" not in page.text
        assert "//opyt.example/passages/" in client.get("/feed.atom", headers=headers).text
        assert "javascript:" not in client.get("/feed.atom", headers=headers).text


def test_a_path_of_the_public_address_is_not_overruled(folders: tuple[Path, Path]) -> None:
    client = site(folders, TRUSTED_PROXY="127.0.0.1", PUBLIC_URL=PUBLIC)
    page = client.get("/", headers={"X-Forwarded-Prefix": "/other", "X-Forwarded-Host": "other.example"})
    assert 'href="/arhiv/search"' in page.text and "/other" not in page.text and "other.example" not in page.text
