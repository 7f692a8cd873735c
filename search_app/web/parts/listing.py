"""Hits as HTML, joined from kept pieces: a page of them costs a template more than the search itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from urllib.parse import quote

from markupsafe import Markup

from indexer.model import KIND_PROBLEMS
from search_app.request.addresses import kept_name, solutions_url
from search_app.request.model import Hit
from search_app.web.parts.results import HitView
from search_app.wording.numbers import counted


def hit_items(views: Iterable[HitView], level: int = 2, *, named: bool = True) -> Markup:
    """A list item for each hit, its heading of that level; ``named`` says whether the city is told."""
    return Markup("".join([_item(view, level, named) for view in views]))  # Every piece is ours or escaped.


def _item(view: HitView, level: int, named: bool) -> str:
    hit = view.hit
    city, kind = _label(view.city), _label(view.kind)
    where = f"{city}, {view.year}" if named else view.year
    question = f'<p class="question">{escape(view.question)}</p>\n' if view.question else ""
    topics = "".join([_topic(topic.label, topic.url) for topic in view.topics])
    more = f"{_DOT}ещё {counted(view.more_topics, 'тема', 'темы', 'тем')}" if view.more_topics else ""
    near = ' <span class="near">близко по смыслу</span>' if hit.by == "meaning" else ""
    kept = escape(quote(kept_name(hit.id, hit.fingerprint)))
    solved = _SOLVED.format(escape(solutions_url(hit.id)), city, view.year) if hit.kind == KIND_PROBLEMS else ""
    return (
        f'<li class="k-{escape(hit.kind)}">\n<article class="hit">\n<h{level}><a href="{escape(view.url)}">{where}</a> '
        f'<span class="kind">{_SIGN.format(escape(hit.kind))}{kind}</span>{near}</h{level}>\n{question}'
        f'<p class="snippet">{hit.snippet}</p>\n'
        f'<p class="quiet about">{_label(hit.section or "раздел не определён")}{topics}{more}{solved} '
        f'<a class="keep" href="/basket?take={kept}" data-basket>В подборку'
        f'<span class="unseen">: {city}, {view.year}, {kind}</span></a></p>\n'
        f"{_repeats(hit, view, city) if hit.repeats else ''}</article>\n</li>\n"
    )


_SIGN = '<svg class="kind-sign" aria-hidden="true" focusable="false"><use href="#k-{}"/></svg>'
_DOT = ' <span class="dot" aria-hidden="true">·</span> '


_SOLVED = '\u2002<a class="solved" href="{}">Кто это решил?<span class="unseen"> {}, {}</span></a>'
_REWORDED = ' <span class="quiet">другими словами</span>'


def _repeats(hit: Hit, view: HitView, city: str) -> str:
    years = f": {view.repeated}" if view.repeated else ""
    items = [
        f'<li><a href="{escape(repeat.url)}">{city}, {repeat.year or "год не определён"}</a>'
        f"{_REWORDED if repeat.likeness < 1 else ''}</li>\n"
        for repeat in hit.repeats
    ]
    return (
        f'<details class="repeats">\n<summary>повторяется{years}</summary>\n'
        f'<ul class="plain">\n{"".join(items)}</ul>\n</details>\n'
    )


@lru_cache(maxsize=10_000)
def _label(text: str) -> str:
    """A city, kind or section: they are few and stand on every page."""
    return escape(text)


@lru_cache(maxsize=10_000)
def _topic(label: str, url: str) -> str:
    return f'{_DOT}<a href="{escape(url)}">{escape(label)}</a>'
