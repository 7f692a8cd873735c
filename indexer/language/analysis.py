"""Text into terms: the one analysis of index and query.

Text is cut into *chunks* (``онлайн-режиме``, ``02.07.2020``, ``76-й``); a chunk is understood without its neighbours,
so everything about it is computed once per spelling and cached. A chunk takes one or more *positions*; what stands at a
position is a `Form`: the spellings that count as exact there and the lemmas with their probabilities.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from indexer.language.dictionary import dictionary, parses_of
from indexer.language.forms import Form
from indexer.language.numbers import number_forms, range_place, sign_length, unit_begins
from indexer.language.spelling import (
    CYRILLIC,
    JOINT,
    MAX_CHUNK,
    PLAIN_WORD,
    Part,
    normal_form,
    parts_of,
    plain,
    spelling_of,
)
from indexer.language.writing import Writings, chunk_pattern
from indexer.vocabulary import City, Short, Vocabulary

ANALYSIS_VERSION = "2"
"""Changes whenever the same text would give other terms: an index of another version is refused."""

MIN_PROBABILITY = 0.1
"""Readings of a word that are less likely than this are noise."""

SHORT_TEXT = 10_000
"""Letters of a text whose chunks are remembered for a while: a passage is read for its topics, then for the index."""

MAX_CACHED = 80_000
"""Spellings remembered at a time: a year's reports have fewer, a hostile file must not fill the memory."""


_MOST_PARTS = 32
"""Parts of a compound; what has more is a line drawn with words, and each of them stands for itself."""

_NAMES = ("Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Abbr", "Init", "NUMB", "ROMN", "LATN")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or compound of a text, at source offsets ``[start, end)``.

    A compound (``онлайн-режиме``) comes before its parts and shares the position of the first of them.
    """

    text: str
    start: int
    end: int
    position: int
    kind: str
    """``word``, ``number`` or ``compound``."""


@dataclass(frozen=True, slots=True)
class Term:
    """One reading of one position of a text."""

    lemma: str
    weight: float
    """The probability of this reading, 0…1."""
    position: int
    start: int
    end: int


class Analyzer:
    """Turns words and texts into terms. Safe to share between threads; its caches are bounded."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._morph = dictionary()
        self._exceptions = vocabulary.exceptions.lemmas
        self._cities = _city_lemmas(vocabulary.cities)
        self._writings = Writings(vocabulary.writing)
        self._pattern = chunk_pattern(vocabulary.writing)
        self._chunks_of = lru_cache(maxsize=256)(self._pattern.findall)
        self._lemmas: dict[str, tuple[tuple[str, float], ...]] = {}
        self._verdicts: dict[str, bool] = {}
        self._chunks: dict[str, tuple[Form, ...]] = {}
        self._last: tuple[str, list[str]] = ("", [])
        self._adjectives = lru_cache(maxsize=MAX_CACHED)(self._adjectives_of)

    @cached_property
    def dictionary_version(self) -> str:
        """The version of pymorphy3's dictionary: other versions may know other lemmas."""
        meta = self._morph.dictionary.meta
        return f"{meta['source']} {meta['source_version']} r{meta['source_revision']}"

    # Words

    def lemmas(self, word: str) -> tuple[tuple[str, float], ...]:
        """All plausible lemmas of a word (lower case, ё→е) with probabilities, the likeliest first; never empty."""
        return self._lemmas_of(spelling_of(word))

    def _lemmas_of(self, spelling: str) -> tuple[tuple[str, float], ...]:
        known = self._lemmas.get(spelling)
        if known is None:
            if len(self._lemmas) >= MAX_CACHED:
                self._lemmas.clear()
            known = self._lemmas[spelling] = self._readings(spelling)
        return known

    def first_lemma(self, word: str) -> str:
        """The likeliest lemma of a word."""
        return self.lemmas(word)[0][0]

    def is_known(self, word: str) -> bool:
        """Whether the dictionary knows the word, or every part of it where it is hyphenated."""
        known = self._verdicts.get(word)
        if known is None:
            if len(self._verdicts) >= MAX_CACHED:
                self._verdicts.clear()
            known = self._verdicts[word] = self._knows(spelling_of(word))
        return known

    def _knows(self, spelling: str) -> bool:
        if not CYRILLIC.search(spelling):
            return False
        if self._morph.word_is_known(spelling) or normal_form(spelling) in self._cities:
            return True
        if self._writings.same(plain(spelling)) or self._writings.short(plain(spelling)):
            return True
        parts = JOINT.split(spelling)
        return len(parts) > 1 and all(part.isdigit() or self._morph.word_is_known(part) for part in parts)

    def may_be_place(self, word: str) -> bool:
        """Whether the word can be the name of a place: the dictionary says so, or does not know the word."""
        parses = [parse for parse in parses_of(spelling_of(word)) if parse.is_known]
        return not parses or any("Geox" in parse.tag for parse in parses)

    def is_place(self, word: str) -> bool:
        """Whether the dictionary knows the word as the name of a place."""
        return any(parse.is_known and "Geox" in parse.tag for parse in parses_of(spelling_of(word)))

    def is_common(self, word: str) -> bool:
        """Whether the dictionary knows the word, and most likely not as a name or an abbreviation."""
        return self.part_and_commonness(word)[1]

    def part_and_commonness(self, word: str) -> tuple[str, bool]:
        """`part_of_speech` and `is_common` at the price of one of them."""
        best = parses_of(spelling_of(word))[0]
        return str(best.tag.POS or ""), best.is_known and not any(name in best.tag for name in _NAMES)

    def inflections(self, word: str) -> tuple[str, ...]:
        """All forms of the word's likeliest reading, as the dictionary spells them; the word alone if it is unknown."""
        best = parses_of(spelling_of(word))[0]
        return tuple(dict.fromkeys(form.word for form in best.lexeme)) if best.is_known else (word,)

    def begins_title(self, word: str) -> bool:
        """Whether the word may begin a name for something: a noun or an adjective in the nominative."""
        return self._is(word, {"NOUN", "ADJF", "PRTF"}, "nomn")

    def is_noun(self, word: str) -> bool:
        """Whether the word is known and most likely a noun."""
        return self._is(word, {"NOUN"}, None)

    def part_of_speech(self, word: str) -> str:
        """What the word most likely is, by OpenCorpora's names («NOUN», «INFN», «VERB»); blank where nothing tells."""
        return str(parses_of(spelling_of(word))[0].tag.POS or "")

    def grammar(self, word: str) -> tuple[tuple[frozenset[str], float], ...]:
        """The grammemes (OpenCorpora's: «PRTS», «perf», «past») of a word's likely readings, each with its share."""
        parses = parses_of(spelling_of(word))
        total = sum(parse.score for parse in parses) or 1.0
        return tuple((frozenset(parse.tag.grammemes), parse.score / total) for parse in parses)

    def _is(self, word: str, parts: set[str], case: str | None) -> bool:
        parses = [parse for parse in parses_of(spelling_of(word)) if parse.is_known]
        # A word that is mostly a preposition or a verb is no noun for being spelled like one.
        if not parses or parses[0].tag.POS not in parts or "Abbr" in parses[0].tag:
            return False
        return case is None or any(parse.tag.POS in parts and parse.tag.case == case for parse in parses)

    # Texts

    def tokens(self, text: str) -> list[Token]:
        """The words, numbers and compounds of a text in order, with source offsets."""
        found: list[Token] = []
        position = 0
        for chunk in self._pattern.finditer(text):
            forms = self.chunk(chunk.group())
            start = chunk.start()
            if len(forms) > 1:
                found.append(Token(chunk.group(), start, chunk.end(), position, "compound"))
            for form in forms:
                word = text[start + form.start : start + form.end]
                kind = "number" if word.isdigit() else "word"
                found.append(Token(word, start + form.start, start + form.end, position, kind))
                position += 1
        return found

    def terms(self, text: str) -> list[Term]:
        """Every reading of every position of a text, compounds' readings at the position of their first part."""
        return [
            Term(lemma, weight, position, start, end)
            for position, (form, start, end) in enumerate(self.forms(text))
            for lemma, weight in form.lemmas
        ]

    def forms(self, text: str) -> Iterator[tuple[Form, int, int]]:
        """The form at each position of a text, with its source offsets."""
        for chunk in self._pattern.finditer(text):
            start = chunk.start()
            for form in self.chunk(chunk.group()):
                yield form, start + form.start, start + form.end

    def chunks(self, text: str) -> list[str]:
        """The chunks of a text as written: the fast path of indexing, which keeps its own table of chunks."""
        last = self._last
        if last[0] is text:  # a text is asked for its topics, then for its mentions
            return last[1]
        found = self._chunks_of(text) if len(text) <= SHORT_TEXT else self._pattern.findall(text)
        self._last = (text, found)
        return found

    def chunk_spans(self, text: str) -> Iterator[tuple[str, int]]:
        """The chunks of a text with their source offsets."""
        return ((found.group(), found.start()) for found in self._pattern.finditer(text))

    def key_of_plain(self, chunk: str) -> str | None:
        """The key of the only form of a chunk that is a plain word, as nearly all are; ``None`` for any other."""
        if PLAIN_WORD.fullmatch(chunk):
            spelling = chunk.lower()[:MAX_CHUNK]  # as `spelling_of` has it
            if not self._writings.is_special(plain(spelling)):
                return spelling
        return None

    def chunk(self, chunk: str) -> tuple[Form, ...]:
        """The forms at the positions of one chunk."""
        known = self._chunks.get(chunk)
        if known is None:
            if len(self._chunks) >= MAX_CACHED:
                self._chunks.clear()
            known = self._chunks[chunk] = tuple(self._understand(chunk))
        return known

    def readings(self, chunk: str) -> list[list[str]]:
        """All plausible lemmas at the positions of one chunk; unlike its forms they are not remembered."""
        key = self.key_of_plain(chunk)
        if key is not None:  # nearly all words, whose forms need not be made
            return [[lemma for lemma, _ in self._lemmas_of(key)]]
        return [[lemma for lemma, _ in form.lemmas] for form in self._understand(chunk)]

    # How a chunk is understood

    def _understand(self, chunk: str) -> Iterable[Form]:
        spelling = spelling_of(chunk)
        bare = plain(spelling)
        same, short = self._writings.same(bare), self._writings.short(bare)
        if same:
            return [Form(same, (same,), self.lemmas(same), 0, len(chunk))]
        if short:
            return [self._short(short, len(chunk))]
        if chunk.isalpha():
            return [self._word(chunk, spelling)]
        return self._joined(chunk) or [self._word(chunk, spelling)]

    def _joined(self, chunk: str) -> list[Form]:
        """The forms of what is more than letters."""
        # «N 131-ФЗ», «5км»: what follows is understood for itself.
        sign, unit = sign_length(chunk), unit_begins(chunk, self._writings.units)
        if sign or unit:
            return self._behind(chunk, sign or unit, whole=not sign)
        dash = range_place(chunk)
        if dash:
            return [*self._understand(chunk[:dash]), *self._behind(chunk, dash + 1, whole=False)]
        found = number_forms(chunk, self.lemmas, self._writings.acts)
        parts = [] if found else self._parts(chunk)
        if len(parts) > _MOST_PARTS:
            return [self._part(part) for part in parts]
        return list(self._compound(chunk, parts)) if len(parts) > 1 else found

    def _word(self, chunk: str, spelling: str) -> Form:
        readings = self.lemmas(spelling)
        latin = _latin(chunk, spelling)
        if latin is None:
            return Form(spelling, (plain(spelling),), readings, 0, len(chunk))
        # «TOP» in Latin letters: it looks like ТОР, so it is, but «top» is meant as well.
        return Form(f"{spelling}~{latin}", (plain(spelling), latin), _united(readings, [(latin, 1.0)]), 0, len(chunk))

    def _short(self, short: Short, length: int) -> Form:
        """«кв. м», «пр-та»: found as written and by what it means, if that is a word."""
        name = self._writings.name(short)
        words = [(plain(meaning), 1.0) for meaning in short.means if " " not in meaning]
        return Form(name, (name,), _united(tuple(words), [(name, 1.0)]), 0, length)

    def _behind(self, chunk: str, place: int, *, whole: bool) -> list[Form]:
        """The forms behind a place of a chunk, and those before it if the whole counts."""
        before = self._understand(chunk[:place]) if whole else ()
        behind = self._understand(chunk[place:])
        return [*before, *(replace(form, start=form.start + place, end=form.end + place) for form in behind)]

    def _parts(self, chunk: str) -> list[Part]:
        """The parts of a compound; «он-лайн» or «ж/д» within one is a single part."""
        parts = parts_of(chunk) if JOINT.search(chunk) else []
        if not 2 < len(parts) <= _MOST_PARTS:
            return parts
        for first, second in zip(parts, parts[1:], strict=False):
            united = Part(chunk[first.start : second.end], first.start, second.end)
            spelling = plain(spelling_of(united.text))
            if self._writings.same(spelling) or self._writings.short(spelling):
                place = parts.index(first)
                return [*parts[:place], united, *parts[place + 2 :]]
        return parts

    def _compound(self, chunk: str, parts: list[Part]) -> Iterator[Form]:
        """«онлайн-режиме», «ФЗ-131», «12-15»: a position for each part, the whole besides at the first."""
        spellings = [self._part_spelling(part) for part in parts]
        joints = [chunk[part.end : after.start] for part, after in zip(parts, parts[1:], strict=False)]
        whole = spelling_of("".join(map(str.__add__, spellings, [*joints, ""])))
        for number, (part, spelling) in enumerate(zip(parts, spellings, strict=True)):
            short = self._writings.short(plain(spelling)) if JOINT.search(part.text) else None
            readings = self._short(short, 0).lemmas if short else self.lemmas(spelling)
            exact = [plain(spelling)]
            if number < len(parts) - 1:
                readings = _united(readings, self._adjectives(spelling))
            if number == 0:
                readings = _united(readings, self.lemmas(whole))
                exact.append(plain(whole))
            latin = _latin(part.text, spelling)
            if latin is not None:
                readings = _united(readings, [(latin, 1.0)])
            key = f"{whole}#{number}" if latin is None else f"{whole}#{number}~{latin}"
            yield Form(key, tuple(dict.fromkeys(exact)), readings, part.start, part.end)

    def _part(self, part: Part) -> Form:
        """A part for itself, where there are too many to be one word: «а-а-а-а-а …» over a whole page."""
        spelling = spelling_of(part.text)
        return Form(spelling, (plain(spelling),), self.lemmas(spelling), part.start, part.end)

    def _part_spelling(self, part: Part) -> str:
        spelling = spelling_of(part.text)
        return self._writings.same(plain(spelling)) or spelling

    def _adjectives_of(self, part: str) -> tuple[tuple[str, float], ...]:
        """The adjective behind the first part of «российско-китайский», «культурно-массовых»."""
        if len(part) < 4 or part[-1] not in "ое":
            return ()
        stem = part[:-1]
        for ending in ("ий", "ый", "ой"):
            if any(parse.is_known and parse.tag.POS == "ADJF" for parse in parses_of(stem + ending)):
                return ((plain(stem + ending), 1.0),)
        return ()

    def _readings(self, spelling: str) -> tuple[tuple[str, float], ...]:
        bare = plain(spelling)
        listed = self._exceptions.get(bare)
        if listed:
            return tuple((lemma, 1.0 / len(listed)) for lemma in listed)
        if not CYRILLIC.search(spelling):
            return ((bare, 1.0),)
        readings = self._parsed(spelling)
        city = self._cities.get(bare)
        return _united(readings, (city,)) if city else readings

    def _parsed(self, spelling: str) -> tuple[tuple[str, float], ...]:
        """pymorphy3's lemmas with the shares of their parses."""
        only = self._only_lemma(spelling)
        if only is not None:
            return ((only, 1.0),)
        scores: dict[str, float] = {}
        for parse in parses_of(spelling):
            lemma = plain(parse.normal_form)
            scores[lemma] = scores.get(lemma, 0.0) + float(parse.score)
        total = sum(scores.values()) or 1.0
        # The sort is stable: of equally likely lemmas pymorphy3's first stays first.
        shares = sorted(((lemma, score / total) for lemma, score in scores.items()), key=lambda share: -share[1])
        return tuple((lemma, share) for lemma, share in shares if share >= MIN_PROBABILITY) or (shares[0],)

    def _only_lemma(self, spelling: str) -> str | None:
        """The lemma that all parses of a dictionary word share, as most do: their shares need not be reckoned."""
        if len(spelling) < 2:  # a letter is also an abbreviated name
            return None
        dictionary = self._morph.dictionary
        found = {
            dictionary.build_normal_form(paradigm, form, word)
            for word, parses in dictionary.words.similar_items(spelling, self._morph.char_substitutes)
            for paradigm, form in parses
        }
        return plain(found.pop()) if len(found) == 1 else None


_analyzers: dict[str, Analyzer] = {}
_analyzers_guard = threading.Lock()


def shared_analyzer(vocabulary: Vocabulary) -> Analyzer:
    """The analyzer of a vocabulary, made once per process: the dictionary takes time and memory."""
    with _analyzers_guard:
        found = _analyzers.get(vocabulary.version)
        if found is None:
            found = _analyzers[vocabulary.version] = Analyzer(vocabulary)
        return found


def _latin(written: str, spelling: str) -> str | None:
    """The word as it would be in English, where Latin letters were taken for Russian ones."""
    return written.lower() if written.isascii() and written.isalpha() and CYRILLIC.search(spelling) else None


def _united(first: tuple[tuple[str, float], ...], second: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Readings of both, each lemma once with its higher probability."""
    weights = dict(first)
    for lemma, weight in second:
        weights[lemma] = max(weight, weights.get(lemma, 0.0))
    return tuple(weights.items())


def _city_lemmas(cities: Iterable[City]) -> dict[str, tuple[str, float]]:
    """Every one-word form of every city → its nominative and how surely the form is the city."""
    found: dict[str, tuple[str, float]] = {}
    for city in cities:
        if " " in city.name:
            continue
        # A name that is also a word («Свободный», «находкой») is only perhaps the city.
        reading = (normal_form(city.name), 0.5 if city.word else 1.0)
        for form in city.forms:
            found.setdefault(normal_form(form), reading)
    return found
