"""The praised city's own answer about what others praise it for, where it has one."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.engine.door import Engine, Spoken
from search_app.request.model import Hit, SearchRequest

_KINDS = ("achievements", "overview", "other")
"""Where a city tells what it has done."""
_LEAST = 0.34
"""Share of the sentence's telling words that the own answer must have…"""
_LEAST_WORDS = 2
"""…and their number: one word alone («дворы») is no subject."""
_LOOKED_AT = 3
_TELLING = 0.5
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer of the praised city on the same subject."""

    hit: Hit
    shared: tuple[str, ...]
    """The telling words of the sentence that it has, as the sentence spells them."""


def own_answer(spoken: Spoken, engine: Engine) -> OwnAnswer | None:
    """The own answer that has most of the sentence's words; ``None`` where none has enough of them."""
    city = spoken.remark.city
    if not engine.facet_counts()["city"].get(city):
        return None
    words = _telling_words(spoken, engine)
    if len(words) < _LEAST_WORDS:
        return None
    asked = SearchRequest(
        q=" ".join(list(words.values())[:_MOST_WORDS]),
        city=(city,),
        kind=_KINDS,
        per_page=_LOOKED_AT,
        as_typed=True,
        synonyms=False,
    )
    best: OwnAnswer | None = None
    for hit in engine.search(asked).hits:
        has = engine.gists.gist(hit.text, hit.year).weights
        shared = tuple(word for key, word in words.items() if key in has)
        enough = len(shared) >= max(_LEAST_WORDS, _LEAST * len(words))
        if enough and (best is None or len(shared) > len(best.shared)):
            best = OwnAnswer(hit, shared)
    return best


def _telling_words(spoken: Spoken, engine: Engine) -> dict[str, str]:
    """Telling word → as the sentence spells it; names of cities, words of praise and the like are none."""
    gist = engine.gists.gist(spoken.sentence, spoken.report.year)
    tone = engine.vocabulary.connections["tone"]
    judging = tuple(pattern.rstrip("*") for pattern in (*tone["praise"], *tone["mild"]))
    found: dict[str, str] = {}
    for form, key in zip(gist.forms, gist.keys, strict=True):
        telling = key and key not in gist.names and gist.weights.get(key, 0.0) >= _TELLING
        if telling and not form.startswith(judging):
            found.setdefault(key, form)
    return found
