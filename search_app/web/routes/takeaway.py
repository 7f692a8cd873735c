"""The addresses of what readers take along: files of answers, the feed of a search, the basket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Protocol

from flask import Blueprint, Flask, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from indexer.errors import MissingToolError
from indexer.russian import now
from search_app.request.addresses import search_url, to_query
from search_app.request.model import SearchRequest
from search_app.request.params import searched_words
from search_app.takeaway import feed
from search_app.takeaway.basket import Wish, basket, basket_url
from search_app.takeaway.exports import csv_file, docx_file, json_file, letter, xlsx_file
from search_app.takeaway.extracts import Selection, chosen, found, selection
from search_app.takeaway.written import NOTHING, Written, written
from search_app.web import own_basket
from search_app.web.downloads import named, text_file
from search_app.web.notes import MIMETYPES
from search_app.web.serving import asked, served_engine
from search_app.web.standing import site_root
from search_app.wording.numbers import counted, grouped, russian_date

blueprint = Blueprint("takeaway", __name__)

LIMITS = {"docx": docx_file.LIMIT, "xlsx": xlsx_file.LIMIT, "csv": csv_file.LIMIT, "json": json_file.LIMIT}
"""Format → most answers in a file; pages state them."""

_TITLES = {"docx": "Справка (Word)", "xlsx": "Таблица Excel", "csv": "CSV", "json": "JSON"}
_FILE_TITLE = "Ответы городов"
_MIMETYPES = {
    "csv": "text/csv",
    "json": "application/json",
    **MIMETYPES,
}


class _Office(Protocol):
    """A module that makes an office file of answers."""

    def answers(self, chosen: Selection, root: str, about: list[tuple[str, str]]) -> BytesIO: ...


def register(app: Flask) -> None:
    """Adds the addresses, and what templates need to link to them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(export_formats=export_formats, feed_url=feed_url)


def export_formats(query: str) -> list[dict[str, str]]:
    """The files to offer for a query string: ``url``, ``title`` and ``limit`` of each."""
    return [
        {"url": f"/export.{name}{'?' if query else ''}{query}", "title": title, "limit": grouped(LIMITS[name])}
        for name, title in _TITLES.items()
    ]


def feed_url(wanted: SearchRequest) -> str:
    """The feed of a search."""
    query = to_query(wanted, sort="relevance", per_page=SearchRequest().per_page, view="list")
    return f"/feed.atom{'?' if query else ''}{query}"


@blueprint.get("/export.csv")
def csv_export() -> Response:
    """The answers found or chosen, for Excel."""
    return _streamed(csv_file.answers(_selected(), site_root()), "csv")


@blueprint.get("/export.json")
def json_export() -> Response:
    """The same for programs."""
    return _streamed(json_file.answers(_selected(), site_root()), "json")


@blueprint.get("/export.xlsx")
def xlsx_export() -> Response:
    """The same as a workbook."""
    return _office_file(xlsx_file, "xlsx")


@blueprint.get("/export.docx")
def docx_export() -> Response:
    """The same as a document to read and to cite."""
    return _office_file(docx_file, "docx")


@blueprint.get("/feed.atom")
def atom_feed() -> Response:
    """What came last of a search's answers; a reader that has them is told so."""
    # Each repeated answer is told: a new report of an old year may say what later ones said already.
    wanted = replace(
        asked(folds=True), sort="added", view="list", page=1, per_page=SearchRequest().per_page, fold=False
    )
    engine = served_engine()
    response = Response(mimetype=feed.MIMETYPE)
    response.set_etag(engine.stamp)
    response.cache_control.no_cache = True
    if response.make_conditional(request).status_code != 304:
        response.data = feed.atom(found(wanted, engine), site_root())
    return response


@blueprint.get("/basket")
def basket_page() -> str | WerkzeugResponse:
    """The answers chosen so far; what adds to them or takes away leads to the address of the new basket."""
    engine = served_engine()
    args = request.args
    ids, own = args.getlist("id"), own_basket.from_cookie(request.cookies)
    if args.getlist("take"):
        return _kept(own_basket.with_more(own, args.getlist("take")))
    if args.get("empty"):
        return _kept(())
    if own and not (ids or args.get("add") or args.get("drop")):  # «up» and «down» come with ids
        return redirect(basket_url(own, searched_words(args)))
    mine = own_basket.same(ids, own)
    wish = Wish(
        added=args.get("add", "").strip(),
        dropped=args.get("drop", ""),
        raised=args.get("up", ""),
        lowered=args.get("down", ""),
        q=searched_words(args),
    )
    shown = basket(ids, wish, written(args.items(multi=True)), engine)
    if shown.moved:
        return _kept(shown.ids, shown.q, shown.written) if mine else redirect(shown.moved)
    response = make_response(render_template("basket.html", engine=engine, basket=shown, own=own, mine=mine))
    if mine and ids and tuple(ids) != own:
        own_basket.keep(response, own_basket.fitting(ids))  # «Оставить нынешний текст»: the same answers, renewed
    return response


def _kept(ids: Sequence[str], q: str = "", told: Written = NOTHING) -> WerkzeugResponse:
    """Makes ``ids`` the reader's own basket and leads to it."""
    kept = own_basket.fitting(ids)
    response = redirect(
        basket_url(kept, q, told) + (f"{'&' if kept or q else '?'}full=1" if len(kept) < len(ids) else "")
    )
    own_basket.keep(response, kept)
    return response


def _selected() -> Selection:
    """What the address names. Ends with the page «not found» where ids were given and none of them is known."""
    engine = served_engine()
    ids = [text for text in request.args.getlist("id") if text.strip()]
    taken = selection(None if ids else asked(folds=True), ids, engine)
    if ids and not taken.total:
        abort(404, "Ни одного из выбранных ответов в архиве нет: возможно, их отчёты переименованы или удалены.")
    told = written(request.args.items(multi=True)) if ids else NOTHING
    return replace(taken, title=told.title or taken.title, written=told)


def _streamed(lines: Iterator[str], name: str) -> Response:
    return text_file(lines, _MIMETYPES[name], _FILE_TITLE, f"answers.{name}")


def _office_file(maker: _Office, name: str) -> Response:
    taken = _selected()
    try:
        content = maker.answers(taken, site_root(), _about(taken, LIMITS[name]))
    except MissingToolError as error:
        abort(
            501, f"{error} Возьмите таблицу CSV: для неё ничего не нужно. Администратору: установите пакеты «export»."
        )
    return named(Response(content.getvalue(), mimetype=_MIMETYPES[name]), _FILE_TITLE, f"answers.{name}")


@blueprint.get("/basket/letter.docx")
def basket_letter() -> Response | WerkzeugResponse:
    """«Прошу поделиться опытом»: a letter to each city whose answers are in the basket."""
    ids = request.args.getlist("id") or own_basket.from_cookie(request.cookies)
    if not ids:
        return redirect("/basket")
    taken = chosen(ids, served_engine())
    if not taken.total:
        abort(404, "Ни одного из выбранных ответов в архиве нет: возможно, их отчёты переименованы или удалены.")
    today = datetime.now().astimezone().date()
    try:
        content = letter.letters(taken.chosen, taken.engine.vocabulary, site_root(), today)
    except MissingToolError as error:
        abort(501, f"{error} Администратору: установите пакеты «export».")
    return named(Response(content.getvalue(), mimetype=_MIMETYPES["docx"]), "Просим поделиться опытом", "letter.docx")


def _about(taken: Selection, limit: int) -> list[tuple[str, str]]:
    """What a file says of itself."""
    manifest = taken.engine.manifest
    told = [
        ("Составлено", russian_date(now())),
        ("Архив обновлён", russian_date(manifest.created)),
        ("Ответов в файле", grouped(min(taken.total, limit))),
        ("Адрес", site_root() + (search_url(taken.request) if taken.request else basket_url(_ids(taken)))),
    ]
    told += [("Какие города", taken.alike)] if taken.alike else []
    told += [("Внимание", taken.shortened(limit))] if taken.shortened(limit) else []
    if taken.changed:
        number = counted(taken.changed, "ответа", "ответов", "ответов")
        told.append(("Внимание", f"Текст {number} изменился после выбора: здесь он такой, как сейчас."))
    told += [("Не найдены в архиве", ", ".join(taken.missing))] if taken.missing else []
    if manifest.sample:
        told.append(("Внимание", "Архив демонстрационный: тексты составлены для примера и документами не являются."))
    return told


def _ids(taken: Selection) -> list[str]:
    return [extract.name for extract in taken.chosen]
