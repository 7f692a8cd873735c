"""Requests → addresses: canonical query strings, and the addresses of pages that all wings link to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from indexer.vocabulary import Vocabulary
from search_app.request.model import (
    DEFAULT_PER_PAGE,
    FACETS,
    NONE_VALUE,
    SearchRequest,
    Value,
)

_LETTERS_AS_THEY_ARE = range(0x0400, 0x0480)  # All of them letters.
_MOST_SIGNS = 2000  # Kept as encoded: more than any query of ours has, fewer than Unicode has.


def to_query(request: SearchRequest, *, folds: bool = True, **changes: Any) -> str:
    """The canonical query string of ``request`` with ``changes``: fixed order, defaults left out.

    Any change but of ``page`` itself leads to the first page. ``folds`` is the addressed presenter's default.
    """
    changed = replace(request, **({"page": 1} | changes if changes else {}))
    return urlencode(pairs(changed, folds=folds))


def toggle(request: SearchRequest, facet: str, value: Value) -> SearchRequest:
    """``request`` with ``value`` of ``facet`` added or, where it was chosen, taken away; first page."""
    chosen = request.selected(facet)
    values = tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)
    changes: dict[str, Any] = {facet: values, "page": 1}
    return replace(request, **changes)


def without(request: SearchRequest, *names: str) -> SearchRequest:
    """``request`` with the named fields, or all filters when none is named, at their defaults; first page."""
    blank = SearchRequest()
    dropped: dict[str, Any] = {name: getattr(blank, name) for name in names or (*FACETS, *_NARROWING)}
    return replace(request, **({"page": 1} | dropped))


_NARROWING = ("like", "year_from", "year_to")
"""What narrows a search besides the facets."""


def is_filtered(request: SearchRequest) -> bool:
    """Whether anything but the words narrows the search."""
    return bool(any(getattr(request, name) for name in _NARROWING) or any(request.selected(name) for name in FACETS))


def to_text(value: Value) -> str:
    """A facet value as it stands in the URL."""
    return NONE_VALUE if value is None else str(value)


def readable(parameters: Iterable[tuple[str, str]]) -> str:
    """The query string of names and values with Russian letters as they are: for addresses inside pages.

    A third as long as with all encoded. HTML allows the letters and browsers encode them; whatever has a meaning in an
    address is encoded. Names are ours and need no encoding.
    """
    return "&".join([f"{name}={text.translate(_encoded)}" for name, text in parameters])


class _Encoded(dict[int, str]):
    """Sign → what stands for it in an address; the signs met first are worked out once."""

    def __missing__(self, sign: int) -> str:
        letter = chr(sign)
        found = letter if sign in _LETTERS_AS_THEY_ARE else quote_plus(letter, errors="replace")
        if len(self) < _MOST_SIGNS:
            self[sign] = found
        return found


_encoded = _Encoded()


class Addresses:
    """The readable query strings of a request and of its changes: what stays the same is worked out once."""

    def __init__(self, request: SearchRequest) -> None:
        self._request = request
        self._parts = {name: readable(_pairs(name, getattr(request, name), folds=True)) for name in _FIELDS}

    def of(self, **changes: Any) -> str:
        """The query string with some fields changed. Any change but of ``page`` itself leads to the first page."""
        parts = {**self._parts, "page": ""}
        for name, value in changes.items():
            parts[name] = readable(_pairs(name, value, folds=True))
        return "&".join([part for part in parts.values() if part])


def pairs(request: SearchRequest, *, folds: bool = True) -> list[tuple[str, str]]:
    """The canonical parameters of ``request``, defaults left out."""
    return [pair for name in _FIELDS for pair in _pairs(name, getattr(request, name), folds)]


def _pairs(name: str, value: Any, folds: bool) -> list[tuple[str, str]]:
    """The parameters that stand for one field of a request; none where it is at its default."""
    write = _WRITTEN.get(name)
    if write is not None:
        text = write(value)
        return [(name, text)] if text else []
    if name == "fold":
        return [] if value == folds else [("repeats", "fold" if value else "show")]
    if len(value) < 2:
        return [(name, to_text(one)) for one in value]
    return [(name, text) for text in sorted(map(to_text, value), key=lambda text: (text == NONE_VALUE, text))]


_FIELDS = (
    *("q", *FACETS, "like", "year_from", "year_to"),
    *("sort", "page", "per_page", "as_typed", "synonyms", "meaning", "fold", "view"),
)
"""The fields of a request in the order of its canonical parameters."""


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "q": lambda words: str(words),
    "like": lambda name: str(name),
    "year_from": lambda year: str(year or ""),
    "year_to": lambda year: str(year or ""),
    "sort": lambda sort: "" if sort == "relevance" else str(sort),
    "page": lambda page: "" if page == 1 else str(page),
    "per_page": lambda number: "" if number == DEFAULT_PER_PAGE else str(number),
    "as_typed": lambda wanted: "1" if wanted else "",
    "synonyms": lambda wanted: "" if wanted else "0",
    "meaning": lambda wanted: "" if wanted else "0",
    "view": lambda view: "" if view == "list" else str(view),
}
"""Fields of one value → their text in an address, blank at the default. `fold` depends on who is addressed."""


def search_url(request: SearchRequest) -> str:
    """The address of the results page of ``request``."""
    return results_url(readable(pairs(request)))


def results_url(query: str) -> str:
    """The address of the results page of a readable query string."""
    return f"/search?{query}" if query else "/search"


@lru_cache(maxsize=10_000)
def short_url(facet: str, value: str, vocabulary: Vocabulary) -> str:
    """All answers with one value, addressed by its slug: a Russian name takes six times the room in an address."""
    known = {"city": vocabulary.city, "topic": vocabulary.topic, "section": vocabulary.section}
    named = known[facet](value) if facet in known else None
    return f"/search?{urlencode({facet: named.slug if named else value})}"


def city_slug(name: str, vocabulary: Vocabulary) -> str:
    """The last part of the city's address; an unlisted city is addressed by its name."""
    city = vocabulary.city(name)
    return city.slug if city else name


@lru_cache(maxsize=10_000)
def city_url(name: str, vocabulary: Vocabulary) -> str:
    """The address of the city's page."""
    return f"/cities/{quote(city_slug(name, vocabulary), safe='')}"


def passage_url(report_id: str, position: int) -> str:
    """The address of a passage."""
    return f"/reports/{report_id}#p{position}"


def kept_url(passage_id: str, fingerprint: str) -> str:
    """The address of a passage to keep: it tells when another text stands there."""
    return f"/passages/{quote(passage_id)}?v={fingerprint}"


def solutions_url(passage_id: str, need: str = "") -> str:
    """The page that tells who met a need of an answer; of one that names several, the first."""
    address = f"/passages/{quote(passage_id)}/solutions"
    return f"{address}?{urlencode({'quote': need})}" if need else address


def kept_name(passage_id: str, fingerprint: str) -> str:
    """How a list of passages to keep names one; without a fingerprint, its id alone."""
    return f"{passage_id}~{fingerprint}" if fingerprint else passage_id


def split_name(name: str) -> tuple[str, str]:
    """The id and the fingerprint, perhaps blank, in what `kept_name` gives."""
    passage_id, _, fingerprint = name.partition("~")
    return passage_id, fingerprint


@dataclass(frozen=True, slots=True)
class Link:
    """A choice in words and where it leads."""

    label: str
    url: str
    current: bool = False
