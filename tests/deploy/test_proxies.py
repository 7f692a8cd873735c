"""The site behind real proxies with TLS, as `deploy` sets them up."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.places import DEPLOY, certificate, free_port, program, replaced, running, site

NAME = "opyt.example.ru"


class Secure(http.client.HTTPSConnection):
    """A connection to a port of this machine that checks the certificate of the site's name."""

    def __init__(self, port: int, trusted: Path) -> None:
        super().__init__("127.0.0.1", port, timeout=60, context=ssl.create_default_context(cafile=str(trusted)))

    def connect(self) -> None:
        """Connects under the site's name."""
        line = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self._context.wrap_socket(line, server_hostname=NAME)  # type: ignore[attr-defined]


def asked(
    port: int, trusted: Path, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    line = Secure(port, trusted)
    try:
        line.request(
            method, path, headers={"Host": NAME} | {name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = line.getresponse()
        return answer, answer.read()
    finally:
        line.close()


@contextmanager
def behind_nginx(folder: Path, site_port: int) -> Iterator[tuple[int, int, Path]]:
    """Ports of TLS and of plain HTTP, and the certificate."""
    secure, plain = free_port(), free_port()
    made, key = certificate(folder, NAME)
    changes = {
        "127.0.0.1:8000": f"127.0.0.1:{site_port}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "/etc/ssl/opyt/fullchain.pem": str(made),
        "/etc/ssl/opyt/privkey.pem": str(key),
        "/var/log/nginx/opyt.log": str(folder / "access.log"),
    }
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"""
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{ access_log off; {temporary}
{replaced(DEPLOY / "nginx" / "opyt.conf", changes)}
}}
"""
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [program("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, check=False)
    assert checked.returncode == 0 and b"[warn]" not in checked.stderr, checked.stderr.decode()
    with running(command, secure):
        yield secure, plain, made


PUBLIC = {"PUBLIC_URL": f"https://{NAME}", "TRUSTED_PROXY": "127.0.0.1", "METRICS": "1"}


def test_the_site_runs_behind_nginx_with_tls(folders: tuple[Path, Path], tmp_path: Path) -> None:
    program("nginx")
    log = ("--log", "json", "--log-addresses", "--query-log", "off")
    with site(*folders, *log, **PUBLIC) as port, behind_nginx(tmp_path, port) as (secure, plain, trusted):
        page, body = asked(secure, trusted, "/search?q=%D0%BF%D0%B0%D1%80%D0%BA", Accept_Encoding="gzip")
        assert page.status == 200 and page.headers["Content-Encoding"] == "gzip"
        text = gzip.decompress(body).decode()
        assert "<mark>" in text and f'<link rel="canonical" href="https://{NAME}/search?' in text
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        again, _ = asked(secure, trusted, "/search?q=%D0%BF%D0%B0%D1%80%D0%BA", If_None_Match=page.headers["ETag"])
        assert again.status == 304
        feed, body = asked(secure, trusted, "/feed.atom", X_Forwarded_Host="evil.example", X_Forwarded_Prefix="/evil")
        assert f"https://{NAME}/passages/".encode() in body and b"evil" not in body
        moved, _ = asked(secure, trusted, "/cities//omsk")
        assert moved.headers["Location"] == "/cities/omsk"
        kept, _ = asked(secure, trusted, "/basket?take=omsk-2021-organizacionnaya-rabota-1")
        assert "Secure" in kept.headers["Set-Cookie"]
        assert asked(secure, trusted, "/metrics")[0].status == 404
        assert asked(secure, trusted, "/health")[0].status == 200
        assert asked(secure, trusted, "/basket?" + "id=a&" * 2000)[0].status == 200
        assert asked(secure, trusted, "/vision", "POST", Content_Length="999999")[0].status == 413
        line = http.client.HTTPConnection("127.0.0.1", plain, timeout=120)
        line.request("GET", "/search?q=x", headers={"Host": "evil.example"})
        assert line.getresponse().headers["Location"] == f"https://{NAME}/search?q=x"
        line.close()
    told = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert re.search(r"^\S+ GET /search 200 \d+ [\d.]+$", told, re.MULTILINE) and "127.0.0.1" not in told


def test_the_site_stands_under_a_path_of_another_one(folders: tuple[Path, Path], tmp_path: Path) -> None:
    program("nginx")
    under = PUBLIC | {"PUBLIC_URL": f"https://{NAME}/opyt"}
    quiet = ("--log", "off", "--query-log", "off")
    with site(*folders, *quiet, **under) as port, behind_nginx(tmp_path, port) as (secure, _, trusted):
        page, body = asked(secure, trusted, "/opyt/search?q=%D0%BF%D0%B0%D1%80%D0%BA")
        assert page.status == 200
        links = re.findall(r'href="(/[^"]*)"', body.decode())
        assert links and all(link.startswith("/opyt/") for link in links if link != "/opyt")
        assert asked(secure, trusted, links[0])[0].status == 200


def test_the_site_runs_behind_caddy_with_tls(folders: tuple[Path, Path], tmp_path: Path) -> None:
    caddy = program("caddy")
    made, key = certificate(tmp_path, NAME)
    secure = free_port()
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with site(*folders, "--log", "off", "--query-log", "off", **PUBLIC) as port:
        changes = {
            f"\n{NAME} {{": f"\n{{\n\tadmin off\n\tauto_https off\n}}\n{NAME}:{secure} {{\n\ttls {made} {key}",
            "127.0.0.1:8000": f"127.0.0.1:{port}",
        }
        (tmp_path / "Caddyfile").write_text(replaced(DEPLOY / "caddy" / "Caddyfile", changes), encoding="utf-8")
        command = [caddy, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
        with running(command, secure, **homes):
            page, body = asked(secure, made, "/feed.atom", X_Forwarded_Host="evil.example")
            assert page.status == 200 and f"https://{NAME}/passages/".encode() in body and b"evil" not in body
            assert asked(secure, made, "/metrics")[0].status == 404
            packed, _ = asked(secure, made, "/", Accept_Encoding="gzip")
            assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["Strict-Transport-Security"]


def test_the_caddyfile_is_valid_as_it_stands(tmp_path: Path) -> None:
    caddy = program("caddy")
    adapted = subprocess.run(
        [caddy, "adapt", "--config", str(DEPLOY / "caddy" / "Caddyfile"), "--adapter", "caddyfile", "--validate"],
        capture_output=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin"},
    )
    assert adapted.returncode == 0, adapted.stderr.decode()


@pytest.mark.parametrize("file", ["nginx/opyt.conf", "caddy/Caddyfile"])
def test_figures_are_closed_to_the_world(file: str) -> None:
    assert "/metrics" in (DEPLOY / file).read_text(encoding="utf-8")
