"""Completion of a query from the archive: its phrases and words, its cities, its topics, words of near meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from indexer.builds.build import Build
from indexer.index.collocations import by_count
from indexer.language.spelling import is_cyrillic, normal_form
from search_app.engine.found.meaning import words_near
from search_app.engine.query.layout import other_layout_of
from search_app.engine.query.plan import concept_of_phrase
from search_app.engine.query.syntax import clean, parse
from search_app.engine.query.tree import Node, Phrase

LIMIT = 8

MIN_LETTERS = 2
"""Fewer letters begin half of the archive."""

_CITY_AND_YEAR = re.compile(r"(?P<city>\D+?),?(?: отч[её]т)?(?: за)? (?P<year>\d{1,4})(?: год)?")

_PER_SOURCE = 4
"""Cities and topics leave room for phrases."""

_NEIGHBOURS = 3
"""Words of near meaning, behind all that begins as was typed."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on."""

    text: str
    kind: str
    """``query``, ``city`` or ``topic``."""
    value: str
    """What is searched for or chosen in the facet."""
    year: int | None = None
    """Of a city's reports of one year."""


def suggest(q: str, build: Build, limit: int = LIMIT) -> tuple[Suggestion, ...]:
    """What a query may be going to be, the likeliest first; empty for too short a beginning."""
    typed = _in_one_spelling(normal_form(clean(q)), build)
    # A blank at the end says that the last word is done.
    if q[-1:].isspace():
        typed += " "
    found = _unique(_suggestions(typed, build))
    if not found:
        found = _unique(_suggestions(normal_form(other_layout_of(clean(q))), build))
    return tuple(found[:limit])


def _in_one_spelling(typed: str, build: Build) -> str:
    """«online» completes as «онлайн» does."""
    head, blank, last = typed.rpartition(" ")
    english = last.isascii() and last.replace("-", "").isalpha()
    forms = [form for form, _, _ in build.analyzer.forms(last)] if english else []
    return f"{head}{blank}{forms[0].exact[0]}" if len(forms) == 1 else typed


def _unique(suggestions: Iterator[Suggestion]) -> list[Suggestion]:
    return list({(found.kind, found.text): found for found in suggestions}.values())


def _suggestions(typed: str, build: Build) -> Iterator[Suggestion]:
    if len(typed.strip()) < MIN_LETTERS:
        return
    yield from _cities(typed.strip(), build)
    yield from _reports(typed.strip(), build)
    yield from _topics(typed.strip(), build)
    yield from (Suggestion(text, "query", text) for text in _phrases(typed, build))
    yield from (Suggestion(text, "query", text) for text in _words(typed, build))
    yield from (Suggestion(text, "query", text) for text in _near(typed.rstrip(), build))


def _near(typed: str, build: Build) -> Iterator[str]:
    """A single whole word in other words of the archive: «музыкант» → «исполнитель»."""
    if " " not in typed and build.analyzer.is_known(typed):
        for word, _ in words_near([build.analyzer.first_lemma(typed)], build, _NEIGHBOURS, reckon=False):
            yield word


def _cities(typed: str, build: Build) -> Iterator[Suggestion]:
    """Cities of the archive whose name, or a word of it, begins so."""
    counts = build.facet_counts()["city"]
    named = [name for name in counts if isinstance(name, str) and _begins(name, typed)]
    for name in sorted(named, key=lambda name: -counts[name])[:_PER_SOURCE]:
        yield Suggestion(name, "city", name)


def _reports(typed: str, build: Build) -> Iterator[Suggestion]:
    """«омск 20»: the city's years that begin so, the newest first."""
    named = _CITY_AND_YEAR.fullmatch(typed)
    city = build.vocabulary.find_city(named["city"]) if named else None
    if not named or not city:
        return
    years = {card.year for card in build.cards() if card.city == city.name and card.year}
    for year in sorted(years, reverse=True):
        if str(year).startswith(named["year"]):
            yield Suggestion(f"{city.name}, отчёт за {year} год", "city", city.name, year)


def _topics(typed: str, build: Build) -> Iterator[Suggestion]:
    """Topics of the archive with a word that begins so; by an alias only from three letters on."""
    counts = build.facet_counts()["topic"]
    named = [
        topic.name
        for topic in build.vocabulary.topics
        if topic.name in counts
        and (_begins(topic.name, typed) or (len(typed) > 2 and any(_begins(alias, typed) for alias in topic.aliases)))
    ]
    for name in sorted(named, key=lambda name: -counts[name])[:_PER_SOURCE]:
        yield Suggestion(name, "topic", name)


def _begins(name: str, typed: str) -> bool:
    name = normal_form(name)
    return name.startswith(typed) or f" {typed}" in name or f"-{typed}" in name


def _phrases(typed: str, build: Build) -> Iterator[str]:
    """Frequent phrases that begin with all that was typed, then with its last words."""
    words = typed.split(" ")
    for kept in range(len(words)):
        head, beginning = " ".join(words[:kept]), " ".join(words[kept:])
        if len(beginning) < MIN_LETTERS:
            break
        for number in by_count(build.columns.phrase_count, build.phrases.beginning(beginning), LIMIT):
            yield f"{head} {build.phrases[number]}".strip()


def _words(typed: str, build: Build) -> Iterator[str]:
    """The last word completed by the archive's most frequent ones; nouns and adjectives in the nominative first."""
    head, _, beginning = typed.rpartition(" ")
    if len(beginning) < MIN_LETTERS or not is_cyrillic(beginning):
        return
    numbers = by_count(build.columns.spelling_count, build.spellings.beginning(beginning), LIMIT * 4)
    words = [build.spellings[number] for number in numbers]
    words = [word for word in words if len(word) > len(beginning) and build.analyzer.is_known(word)]
    words.sort(key=lambda word: not build.analyzer.begins_title(word))
    # One form of each word is enough.
    for word in list({build.analyzer.first_lemma(word): word for word in reversed(words)}.values())[::-1][:LIMIT]:
        yield f"{head} {word}".strip()


def said_most(phrases: Iterable[str], build: Build, most: int) -> tuple[tuple[str, int], ...]:
    """Those of some phrases that most answers say, with how many do."""
    nodes = ((text, parse(f"«{text}»", build.vocabulary).nodes) for text in phrases)
    bounded = [(_at_most(found[0], build), text, found[0]) for text, found in nodes if _is_phrase(found)]
    best: list[tuple[int, str]] = []
    for bound, text, phrase in sorted(bounded, key=lambda one: -one[0]):
        # Its rarest word tells that none of the others can be said as often.
        if len(best) == most and -bound > best[-1][0]:
            break
        count = sum(len(run.saying) for run in concept_of_phrase(phrase, build).runs)
        if count:
            best = sorted([*best, (-count, text)])[:most]
    return tuple((text, -count) for count, text in best)


def _is_phrase(nodes: tuple[Node, ...]) -> TypeGuard[tuple[Phrase]]:
    return len(nodes) == 1 and isinstance(nodes[0], Phrase)


def _at_most(phrase: Phrase, build: Build) -> int:
    """No more answers than this say a phrase: those with its rarest word."""
    starts = build.columns.lemma_start
    forms = (form for word in phrase.words for form, _, _ in build.analyzer.forms(word.text))
    numbers = ([build.lemmas.find(lemma) for lemma, _ in form.sought] for form in forms)
    return min(sum(int(starts[n + 1] - starts[n]) for n in set(found) if n >= 0) for found in numbers)
