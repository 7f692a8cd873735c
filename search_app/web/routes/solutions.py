"""The addresses of «Кто это решил?»: for one answer, for a topic, for a problem in the reader's own words."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request

from search_app.connections.outcomes.problems import Problem, problem_topics, topic_problem, typed_problem
from search_app.connections.outcomes.solved import LIMIT, LONGEST_QUOTE, MOST, Solved, needs_of, solved
from search_app.engine.door import Engine
from search_app.request.addresses import Link, solutions_url
from search_app.request.params import Fault, ParameterErrors, parse
from search_app.study.kept import Kept
from search_app.study.solvable import problem_ids
from search_app.takeaway.outcomes import problem_note, solved_note
from search_app.web.notes import about_note, asked_title, known_ending, note_file
from search_app.web.serving import served_engine
from search_app.wording.contents import place
from search_app.wording.outcomes import problem_summary, shown_words, since_words, solved_json

blueprint = Blueprint("solutions", __name__)

_kept = Kept(512)


def register(app: Flask) -> None:
    """Adds the addresses, and what templates need to link to them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(solutions_url=solutions_url, problem_ids=problem_ids)


@blueprint.get("/api/passages/<passage_id>/solutions")
def solutions_api(passage_id: str) -> Response:
    """Answers of other cities that tell how a need was met; none where nothing in the archive does."""
    limit = _checked_limit()
    found = _solved(passage_id, request.args.get("quote", ""), served_engine())
    return jsonify(solved_json(found) | {"hits": solved_json(found)["hits"][:limit]})


@blueprint.get("/passages/<passage_id>/solutions")
def solutions_page(passage_id: str) -> str:
    """The same for people: one need at a time where the answer names several."""
    engine = served_engine()
    found = _shown(passage_id, engine)
    others = _other_regions()
    asked = request.args.get("quote", "").strip()
    return render_template(
        "solutions.html",
        engine=engine,
        found=found,
        place=place(found.passage.city, found.passage.year, engine.vocabulary),
        needs=[Link(need, _url(passage_id, need, others), need == found.need or need == asked) for need in found.needs],
        others=others,
        here=_url(passage_id, asked, False),
        elsewhere=_url(passage_id, asked, True),
        path=f"/passages/{quote(passage_id)}/solutions",
        carried=_carried(asked, others),
        title=_title(found),
    )


@blueprint.get("/passages/<passage_id>/solutions.<ending>")
def solutions_file(passage_id: str, ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    found = _shown(passage_id, engine)
    address = _url(passage_id, request.args.get("quote", "").strip(), _other_regions())
    note = solved_note(found, asked_title(_title(found)), about_note(engine, address), engine.vocabulary)
    return note_file(note, ending, engine)


@blueprint.get("/problems")
def problems_page() -> str:
    """Topics that cities complain of; with ``topic`` or ``q`` who complains and who tells of success."""
    engine = served_engine()
    found = _problem(engine)
    return render_template(
        "problems.html",
        engine=engine,
        topics=_kept.get(engine, "topics", lambda: problem_topics(engine)),
        found=found,
        summary=problem_summary(found) if found else "",
        since=since_words,
        shown=shown_words,
        carried=_problem_carried(),
        title=_problem_title(found) if found else "",
    )


@blueprint.get("/problems.<ending>")
def problems_file(ending: str) -> Response:
    """The same to take along: a note for the boss, or its items."""
    known_ending(ending)
    engine = served_engine()
    found = _problem(engine)
    if found is None:
        abort(404, "Назовите тему или проблему: справка составляется по одной.")
    address = f"/problems?{urlencode(_problem_carried())}"
    note = problem_note(found, asked_title(_problem_title(found)), about_note(engine, address), engine.vocabulary)
    return note_file(note, ending, engine)


# One answer


def _solved(passage_id: str, asked: str, engine: Engine) -> Solved:
    """Who met the need. Ends with 404 for an unknown answer."""
    asked, others = " ".join(asked.split())[:LONGEST_QUOTE], _other_regions()
    found = _kept.get(
        engine, (passage_id, asked, others), lambda: solved(passage_id, asked, engine, other_regions=others, limit=MOST)
    )
    if found is None:
        abort(404, f"Ответа «{passage_id[:200]}» в архиве нет: возможно, его отчёт переименован или удалён.")
    return found


def _shown(passage_id: str, engine: Engine) -> Solved:
    """On the page the first need stands for an answer that names several."""
    asked = request.args.get("quote", "").strip()
    if not asked:
        answer = engine.answer(passage_id)
        asked = next(iter(needs_of(answer, engine)), "") if answer else ""
    return _solved(passage_id, asked, engine)


def _other_regions() -> bool:
    return request.args.get("other_regions", "").strip().lower() in _YES


_YES, _NO = ("1", "true", "yes"), ("", "0", "false", "no")


def _checked_limit() -> int:
    """How many hits are asked for. Raises ParameterErrors with all faults of the address."""
    text, others = (request.args.get(name, "").strip() for name in ("limit", "other_regions"))
    known = not text or (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= MOST)
    faults = [] if known else [Fault("limit", text[:100], f"Число решений: целое от 1 до {MOST}.")]
    if others.lower() not in (*_YES, *_NO):
        faults.append(Fault("other_regions", others[:100], "Только другие регионы: возможны 1 и 0."))
    if faults:
        raise ParameterErrors(faults)
    return int(text) if text else LIMIT


def _url(passage_id: str, need: str, others: bool) -> str:
    carried = _carried(need, others)
    return f"/passages/{quote(passage_id)}/solutions" + (f"?{urlencode(carried)}" if carried else "")


def _carried(need: str, others: bool) -> tuple[tuple[str, str], ...]:
    return ((("quote", need),) if need else ()) + ((("other_regions", "1"),) if others else ())


def _title(found: Solved) -> str:
    return f"Кто решил: {found.need}"[:200]


# A topic or a typed problem


def _problem(engine: Engine) -> Problem | None:
    """What the address asks for; ``None`` where it names nothing. Raises ParameterErrors."""
    args = {name: request.args.getlist(name)[-1:] for name in ("q", "topic") if name in request.args}
    wanted = parse(args, engine.vocabulary, engine.facet_counts())
    topic = next(iter(wanted.topic), None)
    if wanted.q:
        return _kept.get(engine, ("q", wanted.q), lambda: typed_problem(wanted.q, engine))
    if topic:
        return _kept.get(engine, ("topic", topic), lambda: topic_problem(topic, engine))
    return None


def _problem_carried() -> tuple[tuple[str, str], ...]:
    return tuple((name, request.args[name].strip()) for name in ("q", "topic") if request.args.get(name, "").strip())[
        :1
    ]


def _problem_title(found: Problem) -> str:
    return f"Кто решил: {found.subject}"[:200]
