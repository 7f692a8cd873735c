"""The whole archive to take: lists with cursors, the dump, and what search engines and browsers ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template, request, send_file

from indexer.folders import INDEX_VARIABLE
from indexer.keeping.dump import Dump, find_dump
from search_app.engine.door import Engine
from search_app.request.addresses import city_url
from search_app.request.model import MAX_PER_PAGE
from search_app.request.params import Fault, ParameterErrors
from search_app.web.serving import served_engine
from search_app.web.standing import site_root
from search_app.wording.numbers import iso_moment
from search_app.wording.values import answer_json, card_json

blueprint = Blueprint("whole", __name__)

SITEMAP_MOST = 50_000
"""Addresses in one map, by the protocol of sitemaps.org."""

_GREATEST = 10**9
_GONE = (
    "Архив «{}», с которого начат этот перечень, уже заменён другим: начните сначала, без cursor и build. "
    "Целиком и одним файлом архив лежит под /dump/, если администратор это включил."
)
_PAGES = ("/", "/search", "/trends", "/new", "/help", "/about")


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)


# Lists


@blueprint.get("/api/reports")
def reports() -> Response:
    """Every report, some at a time."""
    engine = served_engine()
    cards = engine.cards()
    start, limit = _place(engine)
    items = [card_json(card) for card in cards[start : start + limit]]
    return _list("reports", items, start, limit, len(cards), engine)


@blueprint.get("/api/passages")
def passages() -> Response:
    """Every answer, some at a time, with its whole text."""
    engine = served_engine()
    total = engine.manifest.passages
    start, limit = _place(engine)
    items = [answer_json(engine.answer_at(number)) for number in range(start, min(start + limit, total))]
    return _list("passages", items, start, limit, total, engine)


def _place(engine: Engine) -> tuple[int, int]:
    """Where the list goes on and how many it gives. Ends with 410 where it was begun in another build."""
    start, limit = _number("cursor", 0, 0, _GREATEST), _number("limit", MAX_PER_PAGE, 1, MAX_PER_PAGE)
    begun = request.args.get("build", "")
    if begun and begun != engine.stamp:
        abort(410, _GONE.format(begun[:60]))
    if start and not begun:
        raise ParameterErrors([Fault("build", "", "К cursor нужен build: берите адрес next целиком.")])
    return start, limit


def _number(name: str, usual: int, least: int, most: int) -> int:
    text = request.args.get(name, "").strip()
    if not text:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    if not least <= number <= most:
        raise ParameterErrors([Fault(name, text[:100], f"{name}: нужно целое число от {least} до {most}.")])
    return number


def _list(name: str, items: list[dict[str, Any]], start: int, limit: int, total: int, engine: Engine) -> Response:
    more = start + limit < total
    following = {"build": engine.stamp, "cursor": start + limit} | ({"limit": limit} if limit != MAX_PER_PAGE else {})
    return jsonify(
        {
            "build": engine.stamp,
            "total": total,
            name: items,
            "next": f"{request.path}?{urlencode(following)}" if more else None,
        }
    )


# The dump


@blueprint.get("/dump/")
def dump_page() -> str:
    """What there is to take, for people."""
    return render_template("dump.html", engine=served_engine(), dump=_dump())


@blueprint.get("/dump/index.json")
def dump_list() -> Response:
    """What there is to take, for programs."""
    dump = _dump() or _no_dump()
    files = [
        {"name": file.name, "url": f"/dump/{file.name}", "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows}
        for file in dump.files
    ]
    return jsonify(build=dump.build, created=dump.created, files=files)


@blueprint.get("/dump/<name>")
def dump_file(name: str) -> Response:
    """One file; whoever has it is told so."""
    dump = _dump() or _no_dump()
    file = next((file for file in dump.files if file.name == name), None)
    path = dump.folder / name if file else None
    if file is None or path is None or not path.is_file():
        abort(404, f"Файла «{name[:60]}» в выгрузке нет. Есть: {', '.join(one.name for one in dump.files)}.")
    kind = "application/gzip" if name.endswith(".gz") else "application/vnd.apache.parquet"
    return send_file(path.absolute(), mimetype=kind, as_attachment=True, etag=file.sha256, max_age=0)


def _dump() -> Dump | None:
    return find_dump(Path(current_app.config[INDEX_VARIABLE]), served_engine().stamp)


def _no_dump() -> Dump:
    abort(404, "Выгрузка архива не составлена. Администратору: python -m indexer update --dump.")


# For search engines and browsers


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Results and files are for readers: every word of them stands on the pages of reports."""
    closed = ("/search?", "/export.", "/basket", "/api/", "/dump/", "/trends?", "/trends.", "/feed.atom", "/vision")
    root = request.root_path.rstrip("/")
    rules = "".join(f"Disallow: {root}{address}\n" for address in closed)
    return Response(f"User-agent: *\n{rules}\nSitemap: {site_root()}/sitemap.xml\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """All pages worth finding; an index of maps where one cannot hold them."""
    engine = served_engine()
    total = len(_PAGES) + len(_city_addresses(engine)) + len(engine.cards())
    if total <= SITEMAP_MOST:
        return _xml(_urlset(_addresses(engine)))
    maps = (f"{site_root()}/sitemap-{number}.xml" for number in range(1, ceil(total / SITEMAP_MOST) + 1))
    body = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in maps)
    return _xml(f'<sitemapindex xmlns="{_SITEMAPS}">\n{body}</sitemapindex>\n')


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """One of several maps."""
    begin = (number - 1) * SITEMAP_MOST
    part = list(_addresses(served_engine()))[begin : begin + SITEMAP_MOST] if number else []
    if not part:
        abort(404)
    return _xml(_urlset(part))


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser searches here from its own line."""
    root = site_root()
    found, suggested = f"{root}/search?q={{searchTerms}}", f"{root}/suggestions?q={{searchTerms}}"
    body = (
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        "<ShortName>Опыт городов</ShortName>\n"
        "<Description>Поиск по ответам городских администраций Сибири и Дальнего Востока</Description>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n<Language>ru</Language>\n"
        f'<Image width="32" height="32" type="image/svg+xml">{escape(root)}/static/favicon.svg</Image>\n'
        f'<Url type="text/html" template={quoteattr(found)}/>\n'
        f'<Url type="application/x-suggestions+json" template={quoteattr(suggested)}/>\n'
        "</OpenSearchDescription>\n"
    )
    return _xml(body, "application/opensearchdescription+xml")


@blueprint.get("/suggestions")
def suggestion_list() -> Response:
    """Suggestions in the form that browsers read: what was typed, and how it may go on."""
    typed = request.args.get("q", "")[:200]
    found = served_engine().suggest(typed)
    response = jsonify([typed, [one.text for one in found]])
    response.mimetype = "application/x-suggestions+json"
    return response


_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _addresses(engine: Engine) -> Iterator[tuple[str, str]]:
    """Every page with the day of its last change, blank where that says nothing."""
    yield from ((address, "") for address in _PAGES)
    yield from ((address, "") for address in _city_addresses(engine))
    yield from ((f"/reports/{card.id}", iso_moment(card.added)) for card in engine.cards())


def _city_addresses(engine: Engine) -> Sequence[str]:
    return sorted({city_url(card.city, engine.vocabulary) for card in engine.cards() if card.city})


def _urlset(addresses: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> str:
    root = site_root()
    body = "".join(
        f"<url><loc>{escape(root + address)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>\n"
        for address, changed in addresses
    )
    return f'<urlset xmlns="{_SITEMAPS}">\n{body}</urlset>\n'


def _xml(body: str, mimetype: str = "application/xml") -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', mimetype=mimetype)
