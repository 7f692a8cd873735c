"""The addresses of help and of what the archive is."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from indexer.manifest import FORMAT_VERSION
from search_app.about import about, table
from search_app.downloads import text_file
from search_app.examples import examples
from search_app.exports.csv_file import lines
from search_app.kept import Kept
from search_app.serving import served_build
from search_app.takeaway import LIMITS

blueprint = Blueprint("guide", __name__)

_kept = Kept(4)


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/help")
def help_page() -> str:
    """How to search, with queries that find something here."""
    build = served_build()
    shown = _kept.get(build, "examples", lambda: examples(build))
    return render_template("help.html", build=build, examples=shown, limits=LIMITS)


@blueprint.get("/about")
def about_page() -> str:
    """What is indexed, when, from which files, and what was not understood."""
    build = served_build()
    shown = _kept.get(build, "about", lambda: about(build))
    return render_template("about.html", build=build, about=shown, format_version=FORMAT_VERSION)


@blueprint.get("/about.csv")
def about_csv() -> Response:
    """Every file with what became of it."""
    return text_file(lines(table(served_build())), "text/csv", "Файлы архива", "files.csv")
