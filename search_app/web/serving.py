"""The build a request is answered from: leased on first use, given back when the request is over."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from flask import Flask, Response, current_app, g, request

from indexer.builds.pin import Pin
from search_app.engine.door import Engine
from search_app.request.model import SearchRequest
from search_app.request.params import parse
from search_app.server.clustered import ServedCluster, served_archive
from search_app.server.served import ServedIndex

_EXTENSION = "served_index"
WATCHFUL = "WATCHFUL"
"""The setting by which an application reckons the checksums of what it serves; it does unless told otherwise."""
ALARMS = "ALARMS"
"""What tells an application how often another process of the site has died over a file of the index."""


def is_long(path: str) -> bool:
    """Whether a path leads to a file of thousands of answers, which takes a second and more to make."""
    return "/export." in path


def register(app: Flask) -> None:
    """Binds ``app`` to the archive of its settings, be it a cluster or an index folder; opens nothing yet."""
    app.extensions[_EXTENSION] = served_archive(
        app.config,
        Path(app.config["INDEX_DIR"]),
        lambda engine: engine.warm(),
        watchful=app.config.get(WATCHFUL, True),
        alarms=app.config.get(ALARMS),
    )
    app.after_request(_keep_for_stream)
    app.teardown_appcontext(_give_back)


def open_now(app: Flask) -> None:
    """Opens the build before the first request does. Raises like `served_engine`."""
    with _index_of(app).lease():
        pass


def served_index() -> ServedIndex | ServedCluster:
    """The index folder of the current application."""
    return _index_of(current_app)


def _index_of(app: Flask) -> ServedIndex | ServedCluster:
    index: ServedIndex | ServedCluster = app.extensions[_EXTENSION]
    return index


def served_engine() -> Engine:
    """The build of the current request, the same one however often it is asked for.

    Raises NoBuildError, VersionError or StoreError when there is nothing to serve.
    """
    if "engine" not in g:
        leases = ExitStack()
        g.engine = leases.enter_context(served_index().lease())
        g.leases = leases
    engine: Engine = g.engine
    return engine


def pin() -> Pin | None:
    """The pin that a rollback has set on the served build, if there is one."""
    return served_index().pin()


def asked(*, folds: bool) -> SearchRequest:
    """The search that the current request's parameters ask for. Raises ParameterErrors."""
    engine = served_engine()
    return parse(request.args.to_dict(flat=False), engine.vocabulary, engine.facet_counts(), folds=folds)


def _keep_for_stream(response: Response) -> Response:
    """An answer that is written while it is sent needs its build until it has been."""
    if response.is_streamed and "leases" in g:
        response.call_on_close(g.pop("leases").close)
    return response


def let_go() -> None:
    """Gives the build of the current request back: the next one that is asked for may be another."""
    _give_back(None)


def _give_back(_error: BaseException | None) -> None:
    leases: ExitStack | None = g.pop("leases", None)
    g.pop("engine", None)
    if leases is not None:
        leases.close()
