"""The build a request is answered from: leased on first use, given back when the request is over."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from flask import Flask, current_app, g, request

from indexer.build import Build
from search_app.index import ServedIndex
from search_app.model import SearchRequest
from search_app.params import parse
from search_app.search import warm

_EXTENSION = "served_index"


def register(app: Flask) -> None:
    """Binds ``app`` to the index folder ``app.config["INDEX_DIR"]``; opens nothing yet."""
    app.extensions[_EXTENSION] = ServedIndex(Path(app.config["INDEX_DIR"]), prepare=warm)
    app.teardown_appcontext(_give_back)


def open_now(app: Flask) -> None:
    """Opens the build before the first request does. Raises like `served_build`."""
    index: ServedIndex = app.extensions[_EXTENSION]
    with index.lease():
        pass


def served_build() -> Build:
    """The build of the current request, the same one however often it is asked for.

    Raises NoBuildError, VersionError or StoreError when there is nothing to serve.
    """
    if "build" not in g:
        index: ServedIndex = current_app.extensions[_EXTENSION]
        leases = ExitStack()
        g.build = leases.enter_context(index.lease())
        g.leases = leases
    build: Build = g.build
    return build


def asked(*, folds: bool) -> SearchRequest:
    """The search that the current request's parameters ask for. Raises ParameterErrors."""
    build = served_build()
    return parse(request.args.to_dict(flat=False), build.vocabulary, build.facet_counts(), folds=folds)


def _give_back(_error: BaseException | None) -> None:
    leases: ExitStack | None = g.pop("leases", None)
    g.pop("build", None)
    if leases is not None:
        leases.close()
