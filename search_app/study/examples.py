"""Queries that show the query language on the served archive: each is tried first, and left out if it finds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indexer.vocabulary import Vocabulary
from search_app.engine.door import MIN_PREFIX, Engine
from search_app.request.addresses import search_url
from search_app.request.model import SearchPage, SearchRequest, Value
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted

_TRIED = 12
"""Words and phrases that examples are made of: the ones that the archive uses most."""
_LEAST_LETTERS = 5
_NO_NOUN = ("ый", "ий", "ой", "ть", "ться")
"""How adjectives and verbs end."""
_KEPT_LETTERS = 0.75
"""Share of a word that stands before the asterisk."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query with what it finds."""

    q: str
    url: str
    count: int

    @property
    def found(self) -> str:
        """«12 ответов»"""
        return counted(self.count, "ответ", "ответа", "ответов")


def examples(engine: Engine) -> Mapping[str, Example]:
    """What is shown → a query that shows it; only those that find something in ``engine``."""
    found: dict[str, Example] = {}
    for name, queries in _candidates(engine):
        shown = next(filter(None, (_tried(query, engine) for query in queries)), None)
        if shown is not None:
            found[name] = shown
    return found | dict(_of_places(engine))


def _of_places(engine: Engine) -> Iterator[tuple[str, Example]]:
    """Filters by region, by size and by likeness, each of the city with the most answers."""
    counts = engine.facet_counts().get("city", {})
    listed = [city for name in counts if (city := engine.vocabulary.city(str(name)))]
    for city in sorted(listed, key=lambda city: (-counts[city.name], city.name)):
        size = engine.vocabulary.size_of(city)
        asked = {
            "region": (city.region, SearchRequest(region=(city.region,), fold=True)),
            "size": (size.label if size else "", SearchRequest(size=(size.id if size else None,), fold=True)),
            "like": (f"похожие на {city.forms[3]}", SearchRequest(like=city.name, fold=True)),
        }
        tried = {name: (text, wanted, engine.search(wanted).total) for name, (text, wanted) in asked.items()}
        if all(total for _, _, total in tried.values()):
            yield from (
                (name, Example(text, search_url(wanted), total)) for name, (text, wanted, total) in tried.items()
            )
            return


def _candidates(engine: Engine) -> Iterator[tuple[str, Iterable[str]]]:
    """Names with queries, the best first."""
    vocabulary = engine.vocabulary
    words = _frequent(_words(vocabulary), engine)
    phrases = _frequent(_phrases(vocabulary), engine)
    yield "words", phrases
    yield "phrase", (f"«{phrase}»" for phrase in phrases)
    yield "near", (f"«{phrase}»~10" for phrase in phrases)
    yield "exact", (f"!{word}" for word in words)
    yield "prefix", (f"{word[: max(MIN_PREFIX, round(len(word) * _KEPT_LETTERS))]}*" for word in words)
    pairs = [(one, other) for one in words[:6] for other in words[:6] if one != other]
    yield "either", (f"{one} ИЛИ {other}" for one, other in pairs)
    yield "without", (f"{one} -{other}" for one, other in pairs if _together(one, other, engine))
    yield (
        "group",
        (f"({one} ИЛИ {other}) {third}" for one, other in pairs for third in words[:6] if third not in (one, other)),
    )
    yield from _narrowed(words, engine)
    yield "question", _questions(engine)


def _narrowed(words: list[str], engine: Engine) -> Iterator[tuple[str, Iterable[str]]]:
    """The fields, each with the value that most answers have."""
    best = {facet: _most_frequent(facet, engine) for facet in ("city", "year", "kind", "topic", "section")}
    beginnings = {"city": "город", "kind": "вопрос", "topic": "тема", "section": "раздел"}
    for facet, beginning in beginnings.items():
        value = best[facet]
        if value is not None:
            label = value_label(facet, value, engine.vocabulary)
            text = f"«{label}»" if " " in label else label
            yield facet, [*(f"{beginning}:{text} {word}" for word in words[:8]), f"{beginning}:{text}"]
    year = best["year"]
    if isinstance(year, int):
        yield "year", [*(f"год:{year} {word}" for word in words[:8]), f"год:{year}"]
        yield "years", [*(f"год:{year - 2}..{year} {word}" for word in words[:8]), f"год:{year - 2}..{year}"]


def _questions(engine: Engine) -> Iterator[str]:
    """«проблемы Омска в 2021 году»"""
    counts = engine.facet_counts()
    year = _most_frequent("year", engine)
    for name, _ in sorted(counts.get("city", {}).items(), key=lambda pair: -pair[1])[:3]:
        city = engine.vocabulary.city(str(name))
        if city is not None and len(city.forms) > 1 and year is not None:
            yield f"проблемы {city.forms[1]} в {year} году"


def _tried(query: str, engine: Engine) -> Example | None:
    page = _page(query, engine)
    if not page.total or page.relaxed or page.hints:
        return None
    return Example(query, search_url(SearchRequest(q=query, fold=True)), page.total)


def _page(query: str, engine: Engine) -> SearchPage:
    return engine.search(SearchRequest(q=query, per_page=1, fold=True))


def _together(one: str, other: str, engine: Engine) -> bool:
    """Whether excluding ``other`` takes anything away from ``one``."""
    return 0 < _page(f"{one} -{other}", engine).total < _page(one, engine).total


def _frequent(texts: Iterable[str], engine: Engine) -> list[str]:
    """The texts that the archive may have, those whose rarest word is in the most passages first."""
    counted_texts = ((min(engine.frequency(word) for word in text.split()), text) for text in texts)
    found = [(count, text) for count, text in counted_texts if count]
    return [text for _, text in sorted(found, key=lambda pair: (-pair[0], pair[1]))[:_TRIED]]


def _words(vocabulary: Vocabulary) -> list[str]:
    """Nouns that say something: one-word phrases of the topics."""
    words = (phrase.words[0] for topic in vocabulary.topics for phrase in topic.phrases if len(phrase.words) == 1)
    return list(
        dict.fromkeys(
            word for word in words if len(word) >= _LEAST_LETTERS and word.isalpha() and not word.endswith(_NO_NOUN)
        )
    )


def _phrases(vocabulary: Vocabulary) -> list[str]:
    """One phrase of two or three words per group of synonyms: people wrote them, so their words agree."""
    phrases = ([term for term in group.terms if len(term.split()) in (2, 3)] for group in vocabulary.synonyms)
    return [group[0] for group in phrases if group]


def _most_frequent(facet: str, engine: Engine) -> Value:
    counts = engine.facet_counts().get(facet, {})
    return max(
        (value for value in counts if value is not None), key=lambda value: (counts[value], str(value)), default=None
    )
