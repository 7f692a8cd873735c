"""A request that stumbles over a damaged build is answered from the build before it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, g
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from indexer.errors import IndexerError, ResourceError, not_opened
from search_app.web.serving import let_go, served_index


def register(app: Flask) -> None:
    """Puts this between ``app`` and its views."""
    app.dispatch_request = _salvaged(app.dispatch_request)  # type: ignore[method-assign]


def _salvaged(dispatch: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    def answered() -> ResponseReturnValue:
        try:
            return dispatch()
        except (HTTPException, IndexerError):
            raise
        except Exception as error:
            _refuse_for_want(error)
            if not _stumbled():
                raise
        let_go()
        g.pop("etag", None)
        return dispatch()

    return answered


def _refuse_for_want(error: Exception) -> None:
    """Raises ResourceError where the system had no handle or no memory to give: the index is none the worse for it."""
    index = served_index()
    told = not_opened(index.index_dir, error)
    if isinstance(told, ResourceError):
        raise told from error


def _stumbled() -> bool:
    engine = g.get("engine")
    return engine is not None and served_index().is_damaged(engine)
