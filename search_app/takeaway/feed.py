"""A search as an Atom feed (RFC 4287): what an archive newly holds on a subject comes to the reader by itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from lxml import etree

from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine
from search_app.request.addresses import to_query
from search_app.request.model import SearchRequest
from search_app.takeaway.exports.cells import printable
from search_app.takeaway.extracts import Extract, Selection, citation
from search_app.wording.contents import place
from search_app.wording.labels import filter_words, value_label
from search_app.wording.numbers import iso_moment, quoted

ENTRIES = 50
"""The newest answers: more than a rebuild usually brings of one subject."""

MIMETYPE = "application/atom+xml"

_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_IDS = uuid.UUID("8d8ac610-566d-4ef0-9c22-186b2a5ed793")
"""Of this feed's ids, made once at random: they must outlive any change of the site's address."""


def atom(chosen: Selection, root: str) -> bytes:
    """The feed of what came last of ``chosen``, whose search must be sorted by ``added``.

    An entry bears the time when the archive first had its text; ids stay the same for ever.
    """
    request = chosen.request or SearchRequest()
    extracts = tuple(chosen.extracts(ENTRIES))
    # Whether repeated answers are folded is the feed's own affair, and no part of its name.
    query = to_query(request, sort="relevance", fold=True)
    spaces: dict[Any, str] = {None: _ATOM}
    feed = etree.Element(f"{{{_ATOM}}}feed", {_LANGUAGE: "ru"}, nsmap=spaces)
    _add(feed, "id", _urn(f"search?{query}"))
    _add(feed, "title", feed_title(request, chosen.engine.vocabulary))
    _add(feed, "updated", _last(extracts, chosen.engine))
    _link(feed, "self", f"{root}/feed.atom{'?' if query else ''}{query}", MIMETYPE)
    _link(feed, "alternate", f"{root}/search{'?' if query else ''}{query}", "text/html")
    _add(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", "Опыт городов")
    for extract in extracts:
        feed.append(_entry(extract, chosen.engine, root))
    content: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return content


def feed_title(request: SearchRequest, vocabulary: Vocabulary) -> str:
    """«Опыт городов: «онлайн режим», Омск»."""
    about = ([quoted(request.q)] if request.q else []) + filter_words(request, vocabulary)
    return f"Опыт городов: {', '.join(about) or 'все ответы'}"


def _entry(extract: Extract, engine: Engine, root: str) -> etree._Element:
    passage, report = extract.passage, extract.report
    entry = etree.Element(f"{{{_ATOM}}}entry")
    where = place(report.city, report.year, engine.vocabulary)
    _add(entry, "id", _urn(f"passages/{passage.id}"))
    _add(entry, "title", f"{where}: {passage.question or value_label('kind', passage.kind, engine.vocabulary)}")
    _add(entry, "updated", iso_moment(extract.added))
    _link(entry, "alternate", root + extract.kept_url, "text/html")
    for topic in passage.topics:
        etree.SubElement(entry, f"{{{_ATOM}}}category", term=printable(topic))
    _add(entry, "summary", citation(extract, engine.vocabulary))
    _add(entry, "content", passage.text).set("type", "text")
    return entry


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = printable(text)
    return element


def _link(parent: etree._Element, relation: str, address: str, mimetype: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", rel=relation, type=mimetype, href=address)


def _urn(name: str) -> str:
    return uuid.uuid5(_IDS, name).urn


def _last(extracts: Sequence[Extract], engine: Engine) -> str:
    """When the last of the entries came; without any, when the last of the whole archive did."""
    if extracts:
        return iso_moment(max(extract.added for extract in extracts))
    return iso_moment(max((card.added for card in engine.cards()), default=0))
