"""«Подборка»: answers chosen one by one, kept in the address alone, so that it can be sent to a colleague."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from indexer.vocabulary import Vocabulary
from search_app.engine.door import CHANGED, MOVED, Engine
from search_app.request.addresses import kept_name, split_name
from search_app.request.model import Hit, SearchPage, SearchRequest
from search_app.takeaway.extracts import MOST_CHOSEN, Extract, chosen, citation
from search_app.takeaway.written import Written, field_of
from search_app.wording.labels import value_label
from search_app.wording.numbers import since

OFFERED = 10
"""Answers found that the page offers to take in."""

EXCERPT = 200
"""Letters shown of an answer."""

_PLACE = re.compile(r"/reports/(?P<report>[^/?#]+)")
_ANCHOR = re.compile(r"p(?P<position>[0-9]{1,6})")
_PASSAGE = re.compile(r"/passages/(?P<passage>[^/?#]+)")


@dataclass(frozen=True, slots=True)
class BasketItem:
    """One answer of the basket."""

    extract: Extract
    title: str
    """«Омск, 2021»"""
    kind: str
    excerpt: str
    """Its beginning."""
    citation: str
    note: str
    """The reader's remark."""
    field: str
    """The name of its field."""
    notice: str = ""
    """What has become of it since it was chosen; blank for nothing."""
    since: str = ""
    """Of a text that came after its report, since when it is here."""
    renewed_url: str = ""
    """Where its text has changed, the basket with the text of now."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer found."""

    hit: Hit
    title: str
    kind: str
    inside: bool
    """It is in the basket already."""


@dataclass(frozen=True, slots=True)
class Basket:
    """The page of the basket, ready to print."""

    ids: tuple[str, ...]
    """The names of its answers: ids, mostly with fingerprints."""
    kept: tuple[BasketItem, ...]
    missing: tuple[str, ...]
    query: str
    """The part of the address behind «?» that names all answers."""
    room: int
    """How many more answers there is room for."""
    q: str
    found: int
    offers: tuple[Offer, ...]
    unclear: str
    """What was to be added and names no answer; blank where all was well."""
    written: Written
    """Its title and remarks."""
    moved: str
    """The address of what the basket is now, where that is not the one asked for; else blank."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of a basket; blank where nothing."""

    added: str = ""
    """An answer to take in: its id or address."""
    dropped: str = ""
    """The one to put away, by its id."""
    raised: str = ""
    """The one to stand one place earlier."""
    lowered: str = ""
    q: str = ""
    """What to offer answers for."""


def basket(ids: Sequence[str], wish: Wish, written: Written, engine: Engine) -> Basket:
    """The basket of ``ids`` as wished for. Raises ParameterErrors for too many ids."""
    added, q = wish.added, wish.q
    named = passage_id(added, engine) if added else None
    away = split_name(wish.dropped)[0]
    wanted = _moved([name for name in ids if not away or split_name(name)[0] != away], wish)
    selected = chosen([*wanted, named] if named else wanted, engine)
    held = tuple(extract.name for extract in selected.chosen)
    page = engine.search(SearchRequest(q=q, per_page=OFFERED, fold=True)) if q else None
    return Basket(
        ids=held,
        kept=tuple(_item(extract, held, q, written, engine) for extract in selected.chosen),
        missing=selected.missing,
        query=ids_query(held, written=written),
        room=MOST_CHOSEN - len(held),
        q=q,
        found=page.total if page else 0,
        offers=_offers(page, held, engine.vocabulary) if page else (),
        unclear=added if added and named is None else "",
        written=written,
        moved=basket_url(held, q, written) if named or wish.dropped or wish.raised or wish.lowered else "",
    )


def _moved(names: Sequence[str], wish: Wish) -> list[str]:
    """The names with the one that is to stand earlier or later at its new place."""
    order = list(names)
    for what, step in ((wish.raised, -1), (wish.lowered, 1)):
        place = next((n for n, name in enumerate(order) if what and split_name(name)[0] == split_name(what)[0]), None)
        if place is not None and 0 <= place + step < len(order):
            order[place], order[place + step] = order[place + step], order[place]
    return order


def basket_url(ids: Sequence[str], q: str = "", written: Written | None = None) -> str:
    """The address of a basket."""
    query = ids_query(ids, q, written)
    return f"/basket?{query}" if query else "/basket"


def ids_query(ids: Sequence[str], q: str = "", written: Written | None = None) -> str:
    """``id=…&id=…``, then what was written to them."""
    told = written.pairs(ids) if written else []
    return urlencode([*(("id", name) for name in ids), *told, *([("q", q)] if q else [])])


def passage_id(text: str, engine: Engine) -> str | None:
    """The name of the answer that ``text`` names: an id, or an address as copied from «Ссылка на ответ»."""
    text = text.strip()
    named = _named(*split_name(text), engine)
    if named:
        return named
    try:
        parts = urlsplit(text)
    except ValueError:  # «http://[» is no address at all.
        return None
    path = unquote(parts.path)
    direct = _PASSAGE.search(path)
    if direct:
        return _named(direct["passage"], parse_qs(parts.query).get("v", [""])[-1], engine)
    place, anchor = _PLACE.search(path), _ANCHOR.fullmatch(parts.fragment)
    report = engine.report(place["report"]) if place else None
    if report is None or not report.passages:
        return None
    position = int(anchor["position"]) if anchor else report.passages[0].position
    return next(
        (kept_name(passage.id, passage.fingerprint) for passage in report.passages if passage.position == position),
        None,
    )


def _named(passage_id: str, fingerprint: str, engine: Engine) -> str | None:
    """The name of an answer that there is or was: with the fingerprint of now where none is given."""
    answer = engine.kept_answer(passage_id, fingerprint).answer
    return kept_name(passage_id, fingerprint or answer.passage.fingerprint) if answer else None


_NOTICES = {
    CHANGED: "Текст этого ответа изменился после того, как его выбрали; здесь он такой, как сейчас.",
    MOVED: "Отчёт с тех пор изменился: ответ тот же, но стоит на другом месте.",
}


def _item(extract: Extract, held: Sequence[str], q: str, written: Written, engine: Engine) -> BasketItem:
    vocabulary = engine.vocabulary
    now = kept_name(extract.passage.id, extract.passage.fingerprint)
    renewed = [now if name == extract.name else name for name in held]
    return BasketItem(
        notice=_NOTICES.get(extract.state, ""),
        since=since(extract.added, engine.dates(extract.report.id).came),
        renewed_url=basket_url(renewed, q, written) if extract.state == CHANGED else "",
        extract=extract,
        title=_title(extract.report.city, extract.report.year, vocabulary),
        kind=value_label("kind", extract.passage.kind, vocabulary),
        excerpt=_excerpt(extract.passage.text),
        citation=citation(extract, vocabulary),
        note=written.note(extract.name),
        field=field_of(extract.name),
    )


def _excerpt(text: str) -> str:
    """The beginning of an answer, cut between words: sixty whole answers would make a page of half a megabyte."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT].rsplit(' ', 1)[0]} …"


def _offers(page: SearchPage, held: tuple[str, ...], vocabulary: Vocabulary) -> tuple[Offer, ...]:
    inside = {split_name(name)[0] for name in held}
    return tuple(
        Offer(
            hit=hit,
            title=_title(hit.city, hit.year, vocabulary),
            kind=value_label("kind", hit.kind, vocabulary),
            inside=hit.id in inside,
        )
        for hit in page.hits
    )


def _title(city: str | None, year: int | None, vocabulary: Vocabulary) -> str:
    named = value_label("city", city, vocabulary)
    return f"{named[0].upper()}{named[1:]}, {value_label('year', year, vocabulary)}"
