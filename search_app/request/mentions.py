"""Parameters of mentions ⇄ what is asked: who speaks of whom, in what tone, where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from indexer.vocabulary import Vocabulary, fold
from search_app.request.model import MAX_PER_PAGE, NONE_VALUE
from search_app.request.params import (
    Known,
    ParameterErrors,
    Reader,
    RefusedError,
    facet_reader,
    page_number,
    page_size,
    shorten,
)

TONES = ("praise", "neutral", "negative")
PER_PAGE = 20
_FACETS = ("city", "year", "section", "kind")


@dataclass(frozen=True, slots=True)
class MentionsRequest:
    """Which mentions are asked for; several values of one parameter mean any of them."""

    city: tuple[str | None, ...] = ()
    """Whose report; ``None`` is «не определено», here and below."""
    mentioned: tuple[str, ...] = ()
    tone: tuple[str, ...] = ()
    year: tuple[int | None, ...] = ()
    section: tuple[str | None, ...] = ()
    kind: tuple[str | None, ...] = ()
    page: int = 1
    per_page: int = PER_PAGE


def parse_mentions(
    args: Mapping[str, list[str]], vocabulary: Vocabulary, known: Known, mentioned: Collection[str]
) -> MentionsRequest:
    """What ``args`` ask for; ``mentioned`` are the cities that the archive mentions.

    Raises ParameterErrors with every fault.
    """
    reader = Reader(args)
    chosen: dict[str, Any] = {
        name: reader.several(name, facet_reader(name, vocabulary, known.get(name, ()))) for name in _FACETS
    }
    request = MentionsRequest(
        **chosen,
        mentioned=reader.several("mentioned", lambda text: _mentioned(text, vocabulary, mentioned)),
        tone=reader.several("tone", _tone),
        page=reader.one("page", page_number, 1),
        per_page=reader.one("per_page", page_size, PER_PAGE),
    )
    if reader.faults:
        raise ParameterErrors(reader.faults)
    assert request.per_page <= MAX_PER_PAGE
    return request


def mentions_query(request: MentionsRequest, **changed: Any) -> str:
    """The query string of a request, with some values changed; defaults are left out."""
    values = {name: changed.get(name, getattr(request, name)) for name in request.__dataclass_fields__}
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, tuple):
            pairs += [(name, NONE_VALUE if one is None else str(one)) for one in value]
        elif value != getattr(MentionsRequest(), name):
            pairs.append((name, str(value)))
    return urlencode(pairs)


def _mentioned(text: str, vocabulary: Vocabulary, mentioned: Collection[str]) -> str:
    """A city by any of its names, or one outside the vocabulary as the archive names it."""
    city = vocabulary.find_city(text)
    others = (*mentioned, *(other.name for other in vocabulary.other_cities))
    found = city.name if city else next((name for name in others if fold(name) == fold(text)), None)
    if found is None:
        raise RefusedError(f"Упомянутый город «{shorten(text)}»: в архиве и в словаре такого нет.")
    return found


def _tone(text: str) -> str:
    if text not in TONES:
        raise RefusedError(f"Тон «{shorten(text)}»: возможны {', '.join(TONES)}.")
    return text
