"""The addresses of what cities say of each other and of what they say again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from search_app.engine.door import Engine
from search_app.request.addresses import readable
from search_app.request.mentions import MentionsRequest, parse_mentions
from search_app.request.params import Fault, ParameterErrors, parse
from search_app.study.echoes.praised import PraisedPage, Quote, address, praise_of, praised_page
from search_app.study.echoes.unchanged import NEW, SAME, UnchangedPage, told, unchanged_page, url
from search_app.study.kept import Kept
from search_app.takeaway.echoed import answers_note, mentions_note
from search_app.takeaway.exports.note import MOST_ROWS
from search_app.web.notes import about_note, asked_title, known_ending, note_file
from search_app.web.parts.drawings import drawing
from search_app.web.serving import served_engine
from search_app.wording.labels import value_label
from search_app.wording.values import mentions_json

blueprint = Blueprint("echoes", __name__)

_kept = Kept(256)


def register(app: Flask) -> None:
    """Adds the addresses, and what the page of a city shows of them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(praise_of=_praise_of, readable=readable)


@blueprint.get("/api/mentions")
def mentions() -> Response:
    """Who speaks of whom: one entry for each answer and city that it mentions."""
    engine = served_engine()
    wanted = _wanted(engine)
    total, found = engine.mentions(wanted)
    last = max(-(-total // wanted.per_page), 1)
    if wanted.page > last:
        abort(404, f"Страницы {wanted.page} нет: последняя — {last}.")
    return jsonify(mentions_json(wanted, total, found))


@blueprint.get("/praised")
def praised_view() -> str | WerkzeugResponse:
    """Which cities others praise; what is said of a city, or by it."""
    engine = served_engine()
    wanted = praised_asked(engine)
    page = _kept.get(engine, wanted, lambda: praised_page(wanted, engine))
    if page.page > page.pages:
        return redirect(address(wanted, page=page.pages))
    return render_template("praised.html", engine=engine, page=page, label=_kind_label(engine))


@blueprint.get("/praised/ties.svg")
def ties_svg() -> Response:
    """Who speaks of whom as a drawing for documents and slides."""
    engine = served_engine()
    wanted = replace(praised_asked(engine), city=(), mentioned=(), page=1)
    page: PraisedPage = _kept.get(engine, wanted, lambda: praised_page(wanted, engine))
    if page.ring is None:
        abort(404, "Рисовать нечего: таких упоминаний в архиве нет.")
    return drawing("ring", page.ring, page.ring_title, "ties.svg")


@blueprint.get("/praised.<ending>")
def praised_file(ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    wanted = replace(praised_asked(engine), page=1)
    page: PraisedPage = _kept.get(engine, wanted, lambda: praised_page(wanted, engine))
    _, found = engine.mentions(replace(wanted, per_page=MOST_ROWS))
    title = asked_title(page.title)
    about = about_note(engine, address(wanted))
    return note_file(mentions_note(title, page.summary, found, about, engine.vocabulary), ending, engine)


@blueprint.get("/unchanged")
def unchanged_view() -> str | WerkzeugResponse:
    """What cities say again over the years, and what they say for the first time."""
    engine = served_engine()
    page = _unchanged(engine)
    if page.page > page.pages:
        return redirect(url(replace(page.request, page=page.pages), page.show))
    return render_template("unchanged.html", engine=engine, page=page, label=_kind_label(engine))


@blueprint.get("/unchanged.<ending>")
def unchanged_file(ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    page = _unchanged(engine)
    found = told(page.request, page.show, MOST_ROWS, engine)
    about = about_note(engine, url(replace(page.request, page=1), page.show))
    note = answers_note(asked_title(page.title), page.summary, found, about, engine.vocabulary)
    return note_file(note, ending, engine)


def _wanted(engine: Engine) -> MentionsRequest:
    """The mentions that the address asks for. Raises ParameterErrors."""
    args = request.args.to_dict(flat=False)
    return parse_mentions(args, engine.vocabulary, engine.facet_counts(), engine.mentioned_cities())


def praised_asked(engine: Engine) -> MentionsRequest:
    """The mentions that the page is asked for: praise where the address names no tone. Raises ParameterErrors."""
    wanted = _wanted(engine)
    return wanted if wanted.tone else replace(wanted, tone=("praise",))


def _unchanged(engine: Engine) -> UnchangedPage:
    """The page that the address asks for. Raises ParameterErrors."""
    args = request.args.to_dict(flat=False)
    show = next((text for text in reversed(args.get("show", [])) if text), SAME)
    if show not in (SAME, NEW):
        raise ParameterErrors([Fault("show", show[:100], f"Показать «{show[:100]}»: возможны {SAME} и {NEW}.")])
    wanted = parse(args, engine.vocabulary, engine.facet_counts())
    return _kept.get(engine, (wanted, show), lambda: unchanged_page(wanted, show, engine))


def _praise_of(city: str, engine: Engine) -> tuple[int, tuple[Quote, ...], str]:
    return _kept.get(engine, ("praise", city), lambda: praise_of(city, engine))


def _kind_label(engine: Engine) -> Callable[[str], str]:
    return lambda kind: value_label("kind", kind, engine.vocabulary)
