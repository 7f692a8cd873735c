"""The addresses of help and of what the archive is."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from indexer.builds.manifest import FORMAT_VERSION
from search_app.connections.outcomes.plans import plan_years
from search_app.connections.outcomes.problems import problem_topics
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url
from search_app.study.about import about, table
from search_app.study.examples import examples
from search_app.study.kept import Kept
from search_app.takeaway.exports.csv_file import lines
from search_app.web.downloads import text_file
from search_app.web.routes.takeaway import LIMITS
from search_app.web.serving import pin, served_engine

blueprint = Blueprint("guide", __name__)

_kept = Kept(4)


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/help")
def help_page() -> str:
    """How to search, with queries that find something here."""
    engine = served_engine()
    shown = _kept.get(engine, "examples", lambda: examples(engine))
    problem, planned = _kept.get(engine, "live", lambda: (_problem(engine), _planned(engine)))
    return render_template("help.html", engine=engine, examples=shown, limits=LIMITS, problem=problem, planned=planned)


def _problem(engine: Engine) -> Link | None:
    """The topic that most cities complain of."""
    topic = next(iter(problem_topics(engine)), None)
    return Link(topic.name, f"/problems?topic={topic.slug}") if topic else None


def _planned(engine: Engine) -> Link | None:
    """The first city whose tasks a following report can tell of."""
    for card in engine.cards():
        if card.city and card.year and any(year < card.year for year in plan_years(card.city, engine)):
            return Link(card.city, f"{city_url(card.city, engine.vocabulary)}/plans")
    return None


@blueprint.get("/about")
def about_page() -> str:
    """What is indexed, when, from which files, and what was not understood."""
    engine = served_engine()
    shown = _kept.get(engine, "about", lambda: about(engine))
    return render_template("about.html", engine=engine, about=shown, format_version=FORMAT_VERSION, pin=pin())


@blueprint.get("/about.csv")
def about_csv() -> Response:
    """Every file with what became of it."""
    return text_file(lines(table(served_engine())), "text/csv", "Файлы архива", "files.csv")
