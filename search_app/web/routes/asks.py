"""The addresses of what cities ask for, and of one question put to all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response as WerkzeugResponse

from indexer.errors import IndexerError
from search_app.connections.asks.digest import Digest, digest
from search_app.connections.asks.items import KINDS
from search_app.connections.outcomes.solved import warm
from search_app.engine.door import Engine
from search_app.request.addresses import kept_url, pairs, readable
from search_app.request.model import SearchRequest
from search_app.request.params import Fault, ParameterErrors, parse
from search_app.study.asks.questions import QuestionPage, question_page, whole_answers
from search_app.study.asks.requests import PATH, asked_years, narrowed, newest, requests_page
from search_app.study.kept import Kept
from search_app.takeaway.asked import asked_note, usual_title
from search_app.takeaway.exports.note import Group, Note, Quote, Source
from search_app.web.notes import about_note, asked_title, known_ending, note_file
from search_app.web.serving import served_engine
from search_app.wording.asked import digest_json
from search_app.wording.labels import value_label

blueprint = Blueprint("asks", __name__)


def _weight(found: Digest) -> int:
    """In requests."""
    return 1 + found.held


_MOST_REQUESTS = 250_000
"""Requests in all digests that are kept, some 760 bytes each: twenty years with 11,000 of them are below it."""
_kept = Kept(_MOST_REQUESTS, _weight)
_kept_questions = Kept(32)
_kept_stamp: dict[str, str] = {}
_LARGE = 20_000
"""Answers: in a smaller archive a digest takes less than a second."""
_WARMING = "digests"
"""The thread's name."""


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)
    app.after_request(_warmed)


@blueprint.get("/api/digest")
def digest_api() -> Response:
    """What cities ask for: themes with quotes, and what is in no theme."""
    engine = served_engine()
    return jsonify(digest_json(_digest(replace(_asked(engine), page=1), engine)))


@blueprint.get("/requests")
def requests_view() -> str:
    """What cities ask for in the chosen years, by default the newest one."""
    engine = served_engine()
    asked = _asked(engine)
    wanted = newest(replace(asked, page=1), engine)
    page = requests_page(wanted, _digest(wanted, engine), engine, asked.page)
    return render_template("requests.html", engine=engine, page=page, label=_kind_label(engine))


@blueprint.get("/requests.<ending>")
def requests_file(ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    wanted = newest(replace(_asked(engine), page=1), engine)
    found = _digest(wanted, engine)
    address = f"{PATH}?{readable(pairs(wanted, folds=False))}"
    title = asked_title(usual_title(wanted, found))
    return note_file(asked_note(wanted, found, title, about_note(engine, address), engine.vocabulary), ending, engine)


@blueprint.get("/questions")
def questions_view() -> WerkzeugResponse:
    """The first question of the questionnaire."""
    return redirect("/questions/achievements")


@blueprint.get("/questions/<kind>")
def question_view(kind: str) -> str:
    """All cities' answers to one question of a year side by side, and who did not answer."""
    engine = served_engine()
    page = _question(kind, engine)
    return render_template("question.html", engine=engine, page=page, escaped=escape)


@blueprint.get("/questions/<kind>.<ending>")
def question_file(kind: str, ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    return note_file(_question_note(_question(kind, engine), engine), ending, engine)


def _warmed(response: Response) -> Response:
    """What takes a second and more in a large archive is reckoned beside the first request to it: a page must not."""
    engine: Engine | None = g.get("engine")
    if engine is not None and engine.manifest.passages >= _LARGE and _kept_stamp.get(current_app.name) != engine.stamp:
        _kept_stamp[current_app.name] = engine.stamp
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        threading.Thread(target=_warm, args=(app,), name=_WARMING, daemon=True).start()
    return response


def _warm(app: Flask) -> None:
    """Solutions, then what was asked for in each year."""
    with suppress(IndexerError):
        with app.app_context():
            engine = served_engine()
            warm(engine)
            stamp, years = engine.stamp, asked_years(SearchRequest(), engine)
        _warm_digests(app, stamp, years)


def _warm_digests(app: Flask, stamp: str, years: Iterable[int]) -> None:
    """The digests of one build, as long as all of them are kept.

    Between two it rests as long as it worked, and lets the build go: another one may have come.
    """
    room = _MOST_REQUESTS
    for year in years:
        started = time.monotonic()
        with app.app_context():
            engine = served_engine()
            if engine.stamp != stamp:
                return
            room -= _weight(_digest(SearchRequest(year=(year,)), engine))
        if room < 0:
            return
        time.sleep(time.monotonic() - started)


def _asked(engine: Engine) -> SearchRequest:
    """What of the address narrows the digest. Raises ParameterErrors, also for a question that asks for nothing."""
    wanted = parse(request.args.to_dict(flat=False), engine.vocabulary, engine.facet_counts())
    others = [kind for kind in wanted.kind if kind not in KINDS]
    if others:
        told = f"Вид вопроса «{others[0]}»: просьбы собираются из ответов {', '.join(KINDS)}."
        raise ParameterErrors([Fault("kind", str(others[0]), told)])
    return replace(narrowed(wanted, engine), page=wanted.page)


def _digest(wanted: SearchRequest, engine: Engine) -> Digest:
    return _kept.get(engine, wanted, lambda: digest(wanted, engine))


def _kind_label(engine: Engine) -> object:
    return lambda kind: value_label("kind", kind, engine.vocabulary)


def _question(text: str, engine: Engine) -> QuestionPage:
    """The page that the address asks for. Raises ParameterErrors; ends with 404 for an unknown question."""
    kind = engine.vocabulary.find_kind(text)
    if kind is None:
        abort(404, f"Вида вопроса «{text[:100]}» нет.")
    args = {name: request.args.getlist(name)[-1:] for name in ("year", "section") if name in request.args}
    wanted = parse(args, engine.vocabulary, engine.facet_counts())
    year = next(iter(wanted.year), None)
    section = next(iter(wanted.section), None)
    return _kept_questions.get(engine, (kind.id, year, section), lambda: question_page(kind.id, year, section, engine))


def _question_note(page: QuestionPage, engine: Engine) -> Note:
    """One group for each city; who did not answer stands at the end."""
    address = f"/questions/{page.kind}?{readable(page.carried)}"
    about = [("Раздел", page.section)] if page.section else []
    groups = [
        Group(
            title=answer.title + (f", {answer.report.section}" if answer.report.section and not page.section else ""),
            quotes=(
                Quote(
                    "\n".join(part.text for part in parts),
                    Source(
                        url=kept_url(parts[0].id, parts[0].fingerprint),
                        city=answer.report.city,
                        year=answer.report.year,
                        section=answer.report.section,
                        question=parts[0].question,
                        file=answer.report.source,
                    ),
                    kind=page.label,
                ),
            ),
        )
        for answer, parts in zip(page.answers, whole_answers(page, engine), strict=True)
    ]
    lists = (
        ("Вопрос оставлен без ответа", [link.label for link in page.empty]),
        ("В отчёте нет этого вопроса", [link.label for link in page.not_asked]),
        ("Отчёта в архиве нет (члены АСДГ, известные программе)", list(page.missing)),
    )
    groups += [Group(title, text=(", ".join(names) + ".",)) for title, names in lists if names]
    usual = f"{page.label}: ответы городов за {page.year} год" if page.year else f"{page.label}: ответы городов"
    return Note(asked_title(usual), page.summary, tuple(groups), (), about_note(engine, address, about))
