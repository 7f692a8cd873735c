"""The reader's own basket, kept in a cookie: it grows from page to page, with scripts and without.

A basket is still its address; the cookie only says which of them is the reader's own, so that one opened from a
colleague's letter stays the colleague's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import quote, unquote

from werkzeug.wrappers import Response

from search_app.takeaway.extracts import MOST_CHOSEN

COOKIE = "basket"
_AGE = 365 * 24 * 3600
_MOST_SIGNS = 3800  # Browsers drop a cookie of more than four thousand without a word.


def from_cookie(cookies: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the reader's own basket, in the order of choosing."""
    names = (unquote(text) for text in cookies.get(COOKIE, "").split("/"))
    return tuple(dict.fromkeys(name for name in names if name and name.isprintable() and "\ufffd" not in name))[
        :MOST_CHOSEN
    ]


def with_more(own: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """``own`` with what of ``more`` it has not yet."""
    held = {_bare(name) for name in own}
    return (*own, *dict.fromkeys(name for name in more if name.strip() and _bare(name) not in held))


def fitting(ids: Sequence[str]) -> tuple[str, ...]:
    """As many of ``ids`` as a basket and a cookie take."""
    room, kept = _MOST_SIGNS, 0
    for name in ids[:MOST_CHOSEN]:
        room -= len(_written(name)) + 1
        if room < 0:
            break
        kept += 1
    return tuple(ids[:kept])


def same(ids: Collection[str], own: Collection[str]) -> bool:
    """Whether an address names the reader's own basket."""
    return {_bare(name) for name in ids} == {_bare(name) for name in own}


def keep(response: Response, ids: Sequence[str]) -> None:
    """Scripts of the page read and write the cookie, too."""
    if ids:
        response.set_cookie(COOKIE, "/".join(map(_written, ids)), max_age=_AGE, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, samesite="Lax")


def _written(name: str) -> str:
    return quote(name, safe="~")


def _bare(name: str) -> str:
    """The id without the fingerprint of its text."""
    return name.partition("~")[0]
