"""Answers to the browser that are files to keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from flask import Response


def text_file(lines: Iterable[str], mimetype: str, title: str, plain: str) -> Response:
    """A text file sent while it is being written; see `named`."""
    return named(Response((line.encode("utf-8", "replace") for line in lines), mimetype=mimetype), title, plain)


def named(response: Response, title: str, plain: str) -> Response:
    """``response`` as a file «<title> <today><ending>»; ``plain`` is an ASCII name with the ending.

    Headers are Latin-1: the Russian name goes by RFC 6266, section 4.3, the plain one to programs that do not know it.
    """
    stem, _, ending = plain.rpartition(".")
    today = f"{datetime.now().astimezone():%Y-%m-%d}"
    russian = quote(f"{title} {today}.{ending}")
    value = f"attachment; filename=\"{stem}-{today}.{ending}\"; filename*=UTF-8''{russian}"
    response.headers["Content-Disposition"] = value
    response.headers["Cache-Control"] = "no-cache"
    return response
