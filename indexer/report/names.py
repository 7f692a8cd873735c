"""Names of the listed cities in texts, in any grammatical form; what they mean there is told elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Generic, Protocol, TypeVar

from indexer.language.spelling import normal_form
from indexer.report.wording import WordPatterns

WORD = re.compile(r"[^\W\d_]+(?:[-‑–][^\W\d_]+)*")
# The capital comes first and what may not stand before it afterwards: so most of a text is passed over quickly.
_CAPITAL_WORD = re.compile(r"[А-ЯЁ](?<!\w[А-ЯЁ])[^\W\d_]*(?:[-‑–][^\W\d_]+)*")
_CAPITALISED_WORD = re.compile(r"[А-ЯЁ](?<![^\W\d_][А-ЯЁ])(?<![^\W\d_][-‑–][А-ЯЁ])[^\W\d_]*(?:[-‑–][^\W\d_]+)*")
"""`WORD` that begins with a capital, wherever it begins."""
_SENTENCE_BREAK = re.compile(r"[;:\n]|(?<!\bг)(?<!\bим)\.\s")
KNOWN_WORDS = 50_000
"""Spellings remembered."""
_LATIN = re.compile("[a-z]")
_ADJECTIVE_ENDINGS = "ий ого ому им ом ая ой ую ое ие их ими".split()
_BEFORE = 4
"""Words before a name that are looked at."""


class NamedCity(Protocol):
    """What a name needs of a city, listed or not."""

    @property
    def name(self) -> str:
        """Canonical."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Six cases, the nominative first."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names."""

    @property
    def adjective(self) -> str | None:
        """Its stem."""

    @property
    def word(self) -> bool:
        """Also another word."""


_City = TypeVar("_City", bound=NamedCity)


@dataclass(frozen=True, slots=True)
class Naming(Generic[_City]):
    """A city's name in a text, at offsets ``[start, end)``."""

    city: _City
    start: int
    end: int
    before: tuple[str, ...]
    """Up to four words before it in the sentence, normalised, the nearest last."""
    marked: bool
    """«город», «г.» or the like stands before it."""


class CityNames(Generic[_City]):
    """Finds names of cities in any grammatical form."""

    def __init__(self, cities: Iterable[_City], titles: Iterable[str]) -> None:
        """``titles`` are the words that mark a name as a city's: «город», «администрация»."""
        self._titles = WordPatterns(titles)
        self.forms = _forms(cities)
        """Every form and alias as its folded words → the city."""
        self.firsts = frozenset(form[0] for form in self.forms)
        """The words that a name may begin with."""
        self.longest_name = max((len(form) for form in self.forms), default=0)
        """Words of the longest name."""

    def sure(self, text: str) -> list[Naming[_City]]:
        """The cities named in a text, in order; names that are also words only where they are clearly cities."""
        found = list(self.named(text))
        sure = {m.start for m in found if m.marked or not m.city.word}
        # Nothing but a comma or «и» stands between two names of a list, so only a name's neighbours matter.
        return [
            mention
            for place, mention in enumerate(found)
            if mention.start in sure or _listed_with(mention, found[max(place - 1, 0) : place + 2], sure, text)
        ]

    def named(self, text: str) -> Iterator[Naming[_City]]:
        """Every name with a capital, whatever it means there."""
        if self.firsts.isdisjoint(map(fold, _CAPITAL_WORD.findall(text))):
            return
        last = 0
        for found in _CAPITALISED_WORD.finditer(text):
            start = found.start()
            if start < last or fold(found[0]) not in self.firsts:
                continue
            city, end = self._name(text, start)
            if city:
                last = end
                before = _before(text, start)
                marked = bool(before) and (self._titles.matches(before[-1]) or before[-2:] == ("г", "о"))
                yield Naming(city, start, end, before, marked)

    def longest(self, folded: Sequence[str]) -> tuple[_City | None, int]:
        """The city whose name the words begin with, in as many of them as may be, and their number; ``None``, 1."""
        for length in range(len(folded), 0, -1):
            city = self.forms.get(tuple(folded[:length]))
            if city:
                return city, length
        return None, 1

    def _name(self, text: str, start: int) -> tuple[_City | None, int]:
        """The city of which the name begins here, and where it ends; ``None`` for none."""
        words = list(islice(WORD.finditer(text, start), self.longest_name))
        city, length = self.longest([fold(word[0]) for word in words])
        return city, words[length - 1].end()


def _forms(cities: Iterable[_City]) -> dict[tuple[str, ...], _City]:
    """Every form and alias as its folded words → the city."""
    found: dict[tuple[str, ...], _City] = {}
    for city in cities:
        for form in (*city.forms, *city.aliases):
            key = tuple(fold(word) for word, _, _ in tokens_of(form))
            if key:
                found.setdefault(key, city)
    return found


def tokens_of(text: str) -> Iterator[tuple[str, int, int]]:
    """Words with offsets; «Благовещенск-Хэйхэ» and «Омск – Томск» without blanks come apart at the dash."""
    for match in WORD.finditer(text):
        yield match.group(), match.start(), match.end()


@lru_cache(KNOWN_WORDS)
def fold(word: str) -> str:
    """A word as names are compared: lower case, ё as е, one kind of hyphen, Latin letters among Russian ones mended."""
    folded = word.lower().replace("ё", "е").replace("‑", "-").replace("–", "-")
    return normal_form(folded) if not folded.isascii() and _LATIN.search(folded) else folded


def _before(text: str, start: int) -> tuple[str, ...]:
    """The words before a name that begins at ``start``, within its sentence or item."""
    found = _last_words(text, start)
    first = 0
    while first < len(found) and _SENTENCE_BREAK.search(text[found[first].end() : start]):
        first += 1
    return tuple(fold(word[0]) for word in found[first:])


def _last_words(text: str, end: int) -> list[re.Match[str]]:
    """Up to four words before ``end``; no more of the text is looked at than need be."""
    reach = 100
    while True:
        first = max(0, end - reach)
        words = list(WORD.finditer(text, first, end))
        # A fifth word may be cut off at its beginning, the last four are whole.
        if first == 0 or len(words) > _BEFORE:
            return words[-_BEFORE:]
        reach *= 4


def _listed_with(mention: Naming[_City], found: Sequence[Naming[_City]], sure: set[int], text: str) -> bool:
    """«Владивосток, Находка и Артём»: a name among sure names."""
    for other in found:
        if other.start in sure:
            between = text[min(mention.end, other.end) : max(mention.start, other.start)]
            if re.fullmatch(r"\s*(?:,|и|,\s*и)?\s*(?:г\.|города?)?\s*", between) and between.strip():
                return True
    return False


def forms_of_adjective(stem: str) -> Iterator[str]:
    """The forms of an adjective by its folded stem, with and without hyphens: «южно-сахалинские», «южносахалинские»."""
    for spelling in {stem, stem.replace("-", "")}:
        for ending in _ADJECTIVE_ENDINGS:
            yield spelling + ending


def adjective_forms(cities: Iterable[NamedCity]) -> Iterator[tuple[str, str]]:
    """Every form of the cities' adjectives → the city."""
    for city in cities:
        if city.adjective and city.adjective.endswith(("ск", "цк")):
            for form in forms_of_adjective(fold(city.adjective)):
                yield form, city.name


def inhabitant_forms(listed: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """Every form of the inhabitants' names, of one and of many, of men and women → the city."""
    for city, plurals in listed:
        for plural in map(fold, plurals):
            stem = plural[:-1]
            genitive = {"ц": "ев", "ч": "ей", "к": "ов"}.get(stem[-1], "")
            for ending in (plural[-1], genitive, "ам", "ами", "ах"):
                yield stem + ending, city
            for form in _of_one(stem):
                yield form, city


_SHORT_STEM = 4
"""«канец», «пермяк» of five letters are a town's, «канц» is not."""


def _of_one(stem: str) -> Iterator[str]:
    """«новосибирец», «томич», «томичка», «иркутянин», «иркутянка», from «новосибирц», «томич», «иркутян».

    Women of towns on «-цы» are left out: «Красноярка», «Тюменка» are villages.
    """
    man, woman = "", ""
    if stem.endswith("ц") and len(stem) > _SHORT_STEM:
        yield f"{stem[:-1].rstrip('йь')}ец"
        man = stem
    elif stem.endswith("ч"):
        yield stem
        man, woman = stem, f"{stem}к"
    elif stem.endswith("к"):
        yield stem
        man, woman = stem, f"{stem[:-1]}чк"
    elif stem.endswith(("ян", "ан")):
        yield f"{stem}ин"
        man, woman = f"{stem}ин", f"{stem}к"
    for ending in ("а", "у", "ом", "ем", "е") if man else ():
        yield man + ending
    for ending in ("а", "и", "е", "у", "ой", "ам", "ами", "ах") if woman else ():
        yield woman + ending
    if woman:
        yield f"{woman[:-1]}ек" if woman.endswith("чк") else f"{woman[:-1]}ок"
