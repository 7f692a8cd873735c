"""Results as JSON values, the same for the API and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indexer.model import Report, ReportCard
from indexer.presentation import report_json
from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine, Spoken, Suggestion
from search_app.request.addresses import city_url, passage_url, to_query, to_text
from search_app.request.mentions import MentionsRequest
from search_app.request.model import DEFAULT_PER_PAGE, FACETS, FacetValue, Hit, SearchPage, SearchRequest, Value
from search_app.wording.numbers import iso_moment

JsonObject = dict[str, Any]


def page_json(page: SearchPage) -> JsonObject:
    """One page of results by the contract of ``/api/search``."""
    return {
        "query": query_json(page.request),
        "total": page.total,
        "by_meaning": page.by_meaning,
        "page": page.request.page,
        "pages": page.pages,
        "relaxed": page.relaxed,
        "dropped": list(page.dropped),
        "correction": {"q": page.correction.q, "reason": page.correction.reason} if page.correction else None,
        "understood": [{"facet": wish.facet, "value": _value(wish.value)} for wish in page.understood],
        "synonyms": [{"term": synonym.term, "also": list(synonym.also)} for synonym in page.synonyms],
        "hints": list(page.hints),
        "like": _like_json(page) if page.request.like else None,
        "hits": [hit_json(hit) for hit in page.hits],
        "facets": {name: [_facet_json(value) for value in page.facets.get(name, ())] for name in FACETS},
    }


def _like_json(page: SearchPage) -> JsonObject:
    """Which cities `like` stands for, and why each."""
    return {
        "city": page.request.like,
        "cities": [city.name for city in page.alike],
        "why": {city.name: list(city.why) for city in page.alike},
    }


def query_json(request: SearchRequest) -> JsonObject:
    """What was asked: ``q`` always, everything else where it differs from its default."""
    asked: JsonObject = {"q": request.q}
    asked |= {name: [_value(value) for value in request.selected(name)] for name in FACETS if request.selected(name)}
    if request.like:
        asked["like"] = request.like
    asked |= {name: year for name in ("year_from", "year_to") if (year := getattr(request, name)) is not None}
    if request.sort != "relevance":
        asked["sort"] = request.sort
    if request.per_page != DEFAULT_PER_PAGE:
        asked["per_page"] = request.per_page
    if request.as_typed:
        asked["as_typed"] = 1
    if not request.synonyms:
        asked["synonyms"] = 0
    if not request.meaning:
        asked["meaning"] = 0
    if request.fold:
        asked["repeats"] = "fold"
    return asked


def report_page_json(report: Report, engine: Engine) -> JsonObject:
    """A report as in ``passages --json``, with its source file and its neighbours."""
    beside = engine.neighbours(report.id)
    return report_json(report) | {
        "source": report.source,
        "added": iso_moment(engine.dates(report.id).came),
        "neighbours": {
            "previous": _card_json(beside.previous) if beside.previous else None,
            "next": _card_json(beside.next) if beside.next else None,
            "same_year": [_card_json(card) for card in beside.same_year],
        },
    }


def suggestions_json(typed: str, suggestions: Iterable[Suggestion], vocabulary: Vocabulary) -> JsonObject:
    """What was typed and how it may go on; a city leads to its page, everything else to results."""
    return {
        "q": typed,
        "suggestions": [
            {"text": one.text, "kind": one.kind, "url": suggestion_url(one, vocabulary)} for one in suggestions
        ],
    }


def suggestion_url(one: Suggestion, vocabulary: Vocabulary) -> str:
    """Where a suggestion leads: a city to its page, everything else to results."""
    if one.kind == "city":
        return city_url(one.value, vocabulary)
    asked = SearchRequest(topic=(one.value,)) if one.kind == "topic" else SearchRequest(q=one.value)
    return f"/search?{to_query(asked, folds=False)}"


def mentions_json(wanted: MentionsRequest, total: int, found: Iterable[Spoken]) -> JsonObject:
    """One page of mentions by the contract of ``/api/mentions``."""
    return {
        "total": total,
        "page": wanted.page,
        "pages": -(-total // wanted.per_page),
        "mentions": [mention_json(spoken) for spoken in found],
    }


def mention_json(spoken: Spoken) -> JsonObject:
    """One city that an answer mentions."""
    passage, report, remark = spoken
    return {
        "passage_id": passage.id,
        "url": passage_url(report.id, passage.position),
        "city": report.city,
        "year": report.year,
        "section": report.section,
        "kind": passage.kind,
        "mentioned": remark.city,
        "tone": remark.tone,
        "sentence": spoken.sentence,
    }


def _card_json(card: ReportCard) -> JsonObject:
    return {
        "id": card.id,
        "url": f"/reports/{card.id}",
        "city": card.city,
        "year": card.year,
        "section": card.section,
        "passages": card.passages,
    }


def hit_json(hit: Hit) -> JsonObject:
    """An answer by the contract of ``/api/search``."""
    return {
        "id": hit.id,
        "url": hit.url,
        "report_id": hit.report_id,
        "position": hit.position,
        "city": hit.city,
        "year": hit.year,
        "section": hit.section,
        "kind": hit.kind,
        "question": hit.question,
        "topics": list(hit.topics),
        "source": hit.source,
        "score": hit.score,
        "by": hit.by,
        "snippet": hit.snippet,
        "text": hit.text,
        "added": iso_moment(hit.added),
        "repeats": [
            {"id": repeat.id, "year": repeat.year, "url": repeat.url, "likeness": repeat.likeness}
            for repeat in hit.repeats
        ],
    }


def _facet_json(value: FacetValue) -> JsonObject:
    return {"value": _value(value.value), "label": value.label, "count": value.count, "selected": value.selected}


def _value(value: Value) -> str | int:
    """A facet value as it goes into the URL, years as numbers."""
    return value if isinstance(value, int) else to_text(value)
