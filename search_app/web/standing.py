"""Where the site stands: its public address, the proxies before it, the names it answers to.

Pages and answers name each other from the root of the site; where that stands under a path of another one, this room
puts the path before every address that leaves. What is written down for others (feeds, citations, files) begins with
the public address, or with a name that is known to be this machine's: never with one that only the asker gives.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from search_app.server.settings import ALLOWED_HOST, OWN_HOST, PUBLIC_URL, TRUSTED_PROXY, SettingError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REFUSED, _BELIEVED, _EXTENSION = "standing.refused", "standing.believed", "standing"
_FOR_MONITORS = ("/health", "/metrics")
"""Addresses that name no other one: a balancer asks them by whatever name it knows the machine."""

_SENTENCE = (
    "Под этим именем (заголовок Host) сайт не открывается: откройте его по обычному адресу. "
    "Администратору: разрешённые имена перечисляет --allowed-host."
)
_FORWARDED = re.compile(r"HTTP_(?:X_FORWARDED_\w+|FORWARDED|X_REAL_IP|X_SCRIPT_NAME|X_ORIGINAL_\w+)")
_LINK = re.compile(r'((?:href|src|action|formaction)=")/(?!/)')
_MEMBER = re.compile(r'("(?:\w+_)?(?:url|instance|next)":\s*")/(?!/)')
_PLAIN_PATH = re.compile(r"(?:/[\w.~-]+)*", re.ASCII)
_SCHEMES = ("http", "https")
_COOKIE_PATH = re.compile(r"; Path=/(?=;|$)", re.IGNORECASE)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Standing:
    """The settings, understood."""

    scheme: str
    host: str
    """Name and port of the public address; blank where none is set."""
    prefix: str
    """The path under which the site stands, without a slash at its end."""
    proxies: tuple[Network, ...]
    names: tuple[str, ...]
    """Names by which the site may be opened; none for any."""
    own_host: str

    @property
    def public(self) -> str:
        """The public address without a slash at its end; blank where none is set."""
        return f"{self.scheme}://{self.host}{self.prefix}" if self.host else ""

    def trusts(self, address: str) -> bool:
        """Whether what a peer forwards is believed."""
        return bool(self.proxies) and _is_within(address, self.proxies)

    def knows(self, host: str) -> bool:
        """Whether a host with its port is one of the names allowed, or without such a name of this machine."""
        name = host.lower()
        return host_is_trusted(name, self.names) if self.names else _is_own(name, self.own_host)


def standing(config: Mapping[str, Any]) -> Standing:
    """Reads the settings. Raises SettingError."""
    scheme, host, prefix = _public(str(config.get(PUBLIC_URL) or "").strip())
    names = listed(config.get(ALLOWED_HOST))
    for name in names:
        if not re.fullmatch(r"\.?[^\s/:@,]+(?::\d+)?|\[[0-9a-fA-F:.]+\]", name):
            raise SettingError(f"--allowed-host: «{name}» не имя сайта. Нужно имя вроде opyt.example.ru, без http://.")
    return Standing(
        scheme=scheme,
        host=host,
        prefix=prefix,
        proxies=tuple(_network(text) for text in listed(config.get(TRUSTED_PROXY))),
        names=(*names, urlsplit(f"//{host}").hostname or "") if names and host else names,
        own_host=str(config.get(OWN_HOST) or "localhost"),
    )


def listed(value: object) -> tuple[str, ...]:
    """The names of a setting: several values, or one text with commas or blanks between them."""
    texts = [value] if isinstance(value, str) else list(value or ()) if isinstance(value, Iterable) else []
    return tuple(name for text in texts for name in re.split(r"[\s,;]+", str(text)) if name)


def register(app: Flask) -> None:
    """Puts the site where its settings say. Raises SettingError. To be registered after all other middleware."""
    place = standing(app.config)
    app.extensions[_EXTENSION] = place
    app.wsgi_app = _Placing(app.wsgi_app, place)  # type: ignore[method-assign]
    app.before_request(_refuse)
    app.after_request(_placed)
    app.jinja_env.globals.update(canonical=canonical)


def site_root() -> str:
    """The address of the site as readers know it, without a slash at its end."""
    return request.url_root.rstrip("/")


def canonical() -> str:
    """The one address of the current page; blank where the site has not been told its own.

    A report is the same report whichever search led to it.
    """
    place: Standing = current_app.extensions[_EXTENSION]
    if not place.public:
        return ""
    asked = request.query_string.decode("ascii", "replace")
    query = f"?{asked}" if asked and request.endpoint != "pages.report_page" else ""
    return f"{place.public}{quote(request.path)}{query}"


class _Placing:
    """A WSGI application that is told the address of the site instead of the one that was asked."""

    def __init__(self, application: WSGIApplication, place: Standing) -> None:
        self._application = application
        self._place = place
        self._believing = ProxyFix(self._apart, x_for=1, x_proto=1, x_host=1, x_prefix=1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Settles host, scheme and path and goes on."""
        if self._place.trusts(str(environ.get("REMOTE_ADDR", ""))):
            environ[_BELIEVED] = "HTTP_X_FORWARDED_HOST" in environ
            return self._believing(environ, start_response)
        return self._apart(environ, start_response)

    def _apart(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in [name for name in environ if _FORWARDED.fullmatch(name)]:
            del environ[name]
        self._settle_host(environ)
        prefix = environ["SCRIPT_NAME"] = self._prefix(str(environ.get("SCRIPT_NAME", "")))
        path = str(environ.get("PATH_INFO", ""))
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        if environ.get("wsgi.url_scheme") not in _SCHEMES:
            environ["wsgi.url_scheme"] = "http"
        return self._application(environ, start_response)

    def _prefix(self, given: str) -> str:
        """The path of the site: that of the public address, else one that a server or a trusted proxy tells.

        It is written into pages, so it has nothing in it that means something there.
        """
        if self._place.host:
            return self._place.prefix
        return given.rstrip("/") if _PLAIN_PATH.fullmatch(given.rstrip("/")) else ""

    def _settle_host(self, environ: WSGIEnvironment) -> None:
        host = str(environ.get("HTTP_HOST", ""))
        known = self._place.knows(host)
        if self._place.names and host and not known:
            environ[_REFUSED] = True
        if self._place.host:
            environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._place.host, self._place.scheme
        elif host_is_trusted(host) and not (known or environ.get(_BELIEVED)):
            # A host that no host can be called stays, to be refused in its own words.
            environ["HTTP_HOST"] = self._place.own_host


def _refuse() -> None:
    if request.environ.get(_REFUSED) and request.path not in _FOR_MONITORS:
        abort(400, _SENTENCE)


def _placed(response: Response) -> Response:
    """Puts the path of the site before the addresses of an answer; redirects never name a host."""
    prefix = request.root_path.rstrip("/")
    if "Location" in response.headers:
        response.headers["Location"] = _within_site(response.headers["Location"], prefix)
    if "Set-Cookie" in response.headers:
        _place_cookies(response, prefix)
    if prefix and not response.is_streamed and response.status_code != 304:
        pattern = {"text/html": _LINK, "application/json": _MEMBER, "application/problem+json": _MEMBER}
        if response.mimetype in pattern:
            text = response.get_data(as_text=True)
            response.set_data(pattern[response.mimetype].sub(lambda found: f"{found[1]}{prefix}/", text))
    return response


def _within_site(address: str, prefix: str) -> str:
    """A redirect from the root of the host, with the path of the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        # The framework's own, of a slash too many or too few: whole, with the path of the site.
        return parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/")).geturl()
    return f"{prefix}{address}" if address.startswith("/") else address


def _place_cookies(response: Response, prefix: str) -> None:
    cookies = response.headers.getlist("Set-Cookie")
    response.headers.remove("Set-Cookie")
    for cookie in cookies:
        placed = _COOKIE_PATH.sub(lambda _: f"; Path={prefix or '/'}", cookie)
        safe = request.is_secure and "; secure" not in placed.lower()
        response.headers.add("Set-Cookie", f"{placed}; Secure" if safe else placed)


def _public(address: str) -> tuple[str, str, str]:
    """Scheme, host with port and path of the public address; blanks where none is set."""
    if not address:
        return "", "", ""
    wrong = SettingError(
        f"PUBLIC_URL: «{address}» не адрес сайта. Нужен адрес, по которому сайт открывают читатели: "
        "https://opyt.example.ru или https://example.ru/opyt."
    )
    try:
        parts = urlsplit(address)
        name, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError):
        raise wrong from None
    path = parts.path.rstrip("/")
    host = f"[{name}]" if ":" in name else name
    shown = host if port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f"{host}:{port}"
    plain = parts.scheme in _SCHEMES and not (parts.query or parts.fragment or parts.username)
    if not plain or not host_is_trusted(shown) or not _PLAIN_PATH.fullmatch(path):
        raise wrong
    return parts.scheme, shown, path


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingError(
            f"--trusted-proxy: «{text}» не адрес. Нужен адрес или сеть прокси: 127.0.0.1, 10.0.0.0/8."
        ) from None


def _is_within(address: str, networks: Iterable[Network]) -> bool:
    try:
        peer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    return any((mapped or peer) in network for network in networks)


def _is_own(host: str, own_host: str) -> bool:
    """Whether a host is this machine's: its name, or an address that leads no further than its network."""
    if host == own_host.lower():
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in _machine_names() or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local


@lru_cache(maxsize=1)
def _machine_names() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, name.partition(".")[0]} - {""})
