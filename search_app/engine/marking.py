"""The words of a search marked in a whole report."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from indexer.builds.build import Build
from search_app.engine.found.hits import sought_of
from search_app.engine.marks.snippets import Sought, mark_text
from search_app.engine.query.plan import make_plan
from search_app.engine.query.syntax import parse

Marker = Callable[[str], Markup]
"""A text → HTML, escaped, with the found words in ``<mark>``."""


def marker(query: str, build: Build) -> Marker:
    """Marks what ``query`` looks for; without a query nothing."""
    if not query:
        return escape
    return marker_of(sought_of(make_plan(parse(query, build.vocabulary), build).concepts, build), build)


def marker_of(sought: Sought, build: Build) -> Marker:
    """Marks what is sought."""
    return lambda text: Markup(mark_text(text, sought, build.analyzer))
