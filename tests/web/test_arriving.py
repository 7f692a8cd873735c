"""Addresses as programs and old links write them; every one is understood or named."""

from __future__ import annotations

import socket
import threading
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search_app.server.listening import create_server
from search_app.web.arriving import understood

REPLACED = "\ufffd"


def cp1251(text: str) -> str:
    return quote(text.encode("cp1251"))


@pytest.mark.parametrize(
    "text",
    [
        *("онлайн режим", "Омск", "Её опыт", "ёлка", "Сёла и «Рёбра»", "ТСЖ", "ЖД", "Ремонт дорог — 2021", "131-ФЗ"),
        *("№ 440-р", "«онлайн режим»~10", "Wi-Fi в парке", "дом + сад", "ЩУКА"),
    ],
)
def test_either_encoding_is_understood(text: str) -> None:
    assert understood(text.encode("utf-8")) == text
    assert understood(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    "raw",
    [
        *(b"\xff", b"\xff\xfe", b"\xd0", b"\xd0\xbf\xd0", b"\xd0\xb8\xd0", b"\xd0\xbb\xd0\xb8\xd1"),
        *(b"caf\xe9", b"\x98"),
        *("планетарий".encode()[:-1], "планетарий".encode()[1:], "парк".encode() + b"\xff", "\ufffd".encode()),
        *("onлайн".encode("cp1251"), "город: Омск".encode()[:-1]),
    ],
)
def test_what_means_nothing_is_not_guessed(raw: bytes) -> None:
    assert understood(raw) is None


@pytest.mark.parametrize("address", ["/search?q=", "/api/search?q=", "/export.csv?q=", "/api/suggest?q=", "/trends?q="])
def test_a_query_in_windows_1251(client: FlaskClient, address: str) -> None:
    told = client.get(address + cp1251("онлайн режим"))
    usual = client.get(address + quote("онлайн режим"))
    assert told.status_code == 200
    assert told.data == usual.data
    assert REPLACED not in told.text


def test_filters_and_paths_in_windows_1251(client: FlaskClient) -> None:
    page = client.get(f"/search?city={cp1251('Томск')}&q={quote('онлайн')}")
    assert page.status_code == 200 and "Томск" in page.text
    # The client of the tests decodes paths itself.
    for address, target in ("Томск", "/cities/tomsk"), ("Томск/2021", "/search?city=Томск&year=2021"):
        raw = f"/cities/{address}".encode("cp1251").decode("latin-1")
        answer = client.get("/", environ_overrides={"PATH_INFO": raw})
        assert unquote(answer.headers["Location"]).startswith(target)


@pytest.mark.parametrize("raw", ["%FF", "%D0%BF%D0", "%D0%BF%D0%B0%D1%80%D0", "caf%E9", "%EF%BF%BD"])
@pytest.mark.parametrize(
    "address", ["/search?q=", "/api/search?q=", "/search?city=", "/export.csv?q=", "/feed.atom?q="]
)
def test_an_unreadable_address_is_named(client: FlaskClient, address: str, raw: str) -> None:
    told = client.get(address + raw)
    assert told.status_code == 422
    assert "кодировке" in (told.get_json()["detail"] if told.is_json else told.text)
    assert REPLACED not in told.text
    assert "Location" not in told.headers


def test_an_unreadable_path_is_named(client: FlaskClient) -> None:
    for address in ("/cities/%FF", "/reports/%D0%BF%D0", "/api/reports/%FF"):
        told = client.get(address)
        assert told.status_code == 422 and "кодировке" in told.text and REPLACED not in told.text


@pytest.mark.parametrize(
    "host", ["a b", "a/b", "[", "[::1", "имя", "site:0", "site:99999", "site:x", "a,b", "a@b", "<script>", "a:1:2"]
)
def test_a_malformed_host_is_refused_in_our_words(client: FlaskClient, host: str) -> None:
    raw = host.encode("utf-8").decode("latin-1")
    for address in ("/", "/export.csv", "/api/search"):
        told = client.get(address, environ_overrides={"HTTP_HOST": raw})
        assert told.status_code == 400
        assert "Host" in told.text and "Запрос не понят" in told.text


@pytest.mark.parametrize("host", ["site", "site.example:8000", "10.0.0.1", "[::1]:8000", "xn--e1aybc.xn--p1ai"])
def test_a_host_is_a_host(client: FlaskClient, host: str) -> None:
    assert client.get("/", environ_overrides={"HTTP_HOST": host}).status_code == 200


def test_raw_letters_pass_the_server(app: Flask) -> None:
    """As curl and feed readers send them: bytes beyond ASCII in the first line."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = create_server(app, [listening], 1, 8)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    try:
        for query in ("парк у реки".replace(" ", "+").encode(), "парк".encode("cp1251")):
            told = asked(port, b"GET /api/search?q=" + query + b" HTTP/1.0\r\nHost: site\r\n\r\n")
            assert told.startswith(b"HTTP/1.0 200") and "Томск".encode() in told
        told = asked(port, "GET /cities/томск HTTP/1.0\r\nHost: site\r\n\r\n".encode())
        assert told.startswith(b"HTTP/1.0 302") and b"/cities/tomsk" in told
        told = asked(port, b"GET / HTTP/1.0\r\nHost: a/b\r\n\r\n")
        assert told.startswith(b"HTTP/1.0 400") and "Запрос не понят".encode() in told
    finally:
        server.close()
        serving.join(120)


def asked(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
        line.sendall(request)
        return b"".join(iter(lambda: line.recv(65536), b""))
