"""The rules that tell whose report it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from indexer.language.analysis import Analyzer
from indexer.language.dictionary import nominative
from indexer.report.identity import latin
from indexer.report.names import KNOWN_WORDS, WORD, CityNames, fold, tokens_of
from indexer.report.wording import WordPatterns
from indexer.vocabulary import City, Vocabulary

_REGION_WORDS = ("област", "кра", "автономн", "республик")
"""A line without any of these holds nothing for `_REGION`."""
_REGION = re.compile(
    r"[,(]?\s*(?:[А-ЯЁ][\w-]+(?:ая|ий|ого|ой|ый)\s+(?:област|кра|автономн)\w*(?:\s+округ\w*)?"
    r"|Республик\w+\s+[А-ЯЁ][\w-]+)"
    r"(?:\s*[–—-]\s*Югр\w+)?(?:\s*\([А-ЯЁ][\w-]+\))?\s*\)?",
    re.IGNORECASE,
)
"""«(Амурская область)», «, Красноярский край», «Республика Саха (Якутия)»"""
_URBAN_DISTRICT = re.compile(r"\bг\.\s?о\.", re.IGNORECASE)
_SET_OFF = re.compile(r"\s*(?:[.,:|(/»]|[–—-]\s)")
_ADJECTIVE_ENDING = re.compile(r"(?:ий|ого|ому|им|ом|ая|ой|ую|ое|ие|их|ими)$")
_LONE_TITLE = re.compile(r"^\s*(?:г\.|город\b|пгт\b|рп\b|зато\b)", re.IGNORECASE)
_CAPITALISED = re.compile(r"^[А-ЯЁ][а-яё]+(?:-[А-Яа-яЁё]+)*(?:\s+[А-ЯЁ][а-яё]+(?:-[А-Яа-яЁё]+)*)?$")
_UNLISTED = re.compile(
    r"(?:\bг\.\s*|\bгород[а-яё]{0,3}\s+|\bгородско\w+ округ\w{0,2}\s+(?:город\w?\s+)?|\bЗАТО\s+(?:г\.\s*)?|\bпгт\.?\s*)"
    r"[«\"]?"
    r"([А-ЯЁ][а-яё]+(?:-(?:на-)?[А-ЯЁ][а-яё]+)*(?:\s+[А-ЯЁ][а-яё]{2,})?)",
)
_LOOSE = (
    ("shch", "sch"), ("kh", "h"), ("x", "h"), ("tz", "c"), ("ts", "c"), ("yu", "u"), ("ju", "u"), ("iu", "u"),
    ("ya", "a"), ("ja", "a"), ("ia", "a"), ("yo", "e"), ("ye", "e"), ("je", "e"), ("iy", "i"), ("yj", "i"), ("ij", "i"),
    ("j", "i"), ("y", "i"), ("ii", "i"), ("'", ""),
)  # fmt: skip
"""Ways of writing the same Russian letter in Latin, brought to one."""

_ASSOCIATION = re.compile(r"ассоциаци|\bАСДГ\b", re.IGNORECASE)
"""«АСДГ, г. Новосибирск, Вокзальная магистраль, 16»: who asks stands on every city's form."""

_SURE_SIGN = re.compile(r"\bг\.|\bЗАТО\b|\bпгт\b|округ|поле «", re.IGNORECASE)
_LONGEST_HEADING = 14
"""Blanks in «Администрация городского округа «Город Комсомольск-на-Амуре» Хабаровского края (Российская Федерация)»."""

_SHORT_LATIN = 4
"""Letters of a Latin word in the name of a file that is likelier an abbreviation than a name loosely written."""
_LONGEST_WORD = 100

_STRONG = 3.0
"""«администрация города Томска»: one is enough to tell whose report it is."""
_MARKED = 1.0
"""«в городе Томске»"""
_PLAIN = 0.25


@dataclass(frozen=True, slots=True)
class Found:
    """A value with what told it."""

    value: str
    evidence: str
    warning: str | None = None


class CityRules:
    """Tells whose report it is by the names of cities that stand in it."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer, names: CityNames[City]) -> None:
        words = vocabulary.report
        self._names = names
        self._titles = WordPatterns(words.city_titles)
        self._self = WordPatterns(words.city_self)
        self._self_after = WordPatterns(words.city_self_after_adjective)
        self._others = WordPatterns(words.city_others)
        self._not_names = WordPatterns(words.titles)
        self._analyzer = analyzer
        self._adjectives = {c.adjective.replace("ё", "е"): c for c in vocabulary.cities if c.adjective}
        self._transliterated = _transliterated(vocabulary.cities)
        self._may_begin = lru_cache(KNOWN_WORDS)(self._may_begin_line)

    def alone(self, text: str) -> Found | None:
        """The city of a line that names a city and nothing else: «ОМСК», «Администрация г. Томска»."""
        text = text.strip()
        if not text or len(text) > 150 or "?" in text or text.count(" ") > _LONGEST_HEADING:
            return None
        first = WORD.search(text)
        if not first:
            return None
        tells_more = _may_tell_region(text)
        if not (tells_more or self._may_begin(fold(first[0]))):
            return None
        shown = f"заголовок: «{text}»"
        bare = text
        if tells_more:
            bare = _URBAN_DISTRICT.sub("го", text if self._is_form(text) else _REGION.sub(" ", text))
        tokens = [word for word, _, _ in tokens_of(bare)]
        names = [word for word in tokens if not self._titles.matches(fold(word))]
        city = self._names.forms.get(tuple(fold(word) for word in names)) or self._by_adjective(names)
        if city and names[0][0].isupper():
            return Found(city.name, shown)
        # «Анкета города Омска», «Наименование города Омск»: a listed city among other words is a title's.
        # «Город Урюпинск», but not «Жизнь городов» or «Урюпинск: город мастеров».
        titled = 0 < len(names) < len(tokens) and tokens[-len(names) :] == names and not self._has_listed(bare)
        if titled and 1 <= len(names) <= 2 and bool(re.search(r"\bг\.|город|ЗАТО|мэри|пгт", text, re.IGNORECASE)):
            return self.unlisted(" ".join(names), shown)
        return None

    def _may_begin_line(self, word: str) -> bool:
        """Whether a line that names a city and nothing else may begin with the word: nearly all lines do not."""
        stem = _ADJECTIVE_ENDING.sub("", word)
        return word in self._names.firsts or stem in self._adjectives or self._titles.matches(word)

    def is_region(self, text: str) -> bool:
        """«Приморский край»: nothing but the federal subject, above a letter."""
        return bool(_REGION.fullmatch(text.strip()))

    def _has_listed(self, text: str) -> bool:
        return any(True for _ in self._names.named(text))

    def _by_adjective(self, names: Sequence[str]) -> City | None:
        """«Находкинский [городской округ]», «Зиминское [муниципальное образование] (г. Зима)»"""
        city = self._adjectives.get(_ADJECTIVE_ENDING.sub("", fold(names[0]))) if names else None
        rest = tuple(fold(word) for word in names[1:])
        return city if city and (not rest or self._names.forms.get(rest) is city) else None

    def _is_form(self, text: str) -> bool:
        return tuple(fold(word) for word, _, _ in tokens_of(text)) in self._names.forms

    def unlisted(self, name: str, evidence: str) -> Found | None:
        """A city outside the vocabulary, by its name and the text around it, which is the evidence."""
        name = _capitalised(name)
        if not _CAPITALISED.match(name) or self._is_common(name):
            return None
        # «г. Солнечный» is a place whatever else the word means, «Город мастеров» is none.
        if not _SURE_SIGN.search(evidence) and not any(map(self._analyzer.may_be_place, name.split())):
            return None
        city = _capitalised(nominative(name))
        listed = self._names.forms.get(tuple(fold(word) for word in city.split()))
        if listed:
            return Found(listed.name, evidence)
        return Found(city, evidence, f"города «{city}» нет в словаре городов; проверьте название или добавьте его")

    def _is_common(self, name: str) -> bool:
        """«Управление», «Думы»: words of titles that are no names."""
        first = fold(name.split()[0])
        return any(words.matches(first) for words in (self._titles, self._self, self._self_after, self._not_names))

    def in_title(self, text: str) -> Found | None:
        """The city of a title: «Отчёт администрации города Томска за 2021 год»."""
        mentions = self._names.sure(text)
        own = [m for m in mentions if not self._others.any_of(m.before)] or mentions
        marked = [m for m in own if m.marked] or own
        city = marked[0].city if marked else self._leading(text)
        if city:
            return Found(city.name, f"заголовок: «{text.strip()}»")
        adjective = next((city for city, _ in self._adjective_uses(text)), None)
        if adjective:
            return Found(adjective.name, f"заголовок: «{text.strip()}»")
        for match in _UNLISTED.finditer(text):
            found = self.unlisted(match[1], f"заголовок: «{text.strip()}»")
            if found:
                return found
        return None

    def _leading(self, text: str) -> City | None:
        """«Зима. Экология. 2019», «Топки – ЖКХ»: a name that is also a word, set off at the beginning of a title."""
        mention = next(self._names.named(text), None)
        if mention is None or text[: mention.start].strip(' «"') or not _SET_OFF.match(text[mention.end :]):
            return None
        return mention.city

    def of_value(self, text: str) -> Found | None:
        """The city of a field: «Город: Томск»."""
        found = self.alone(text)
        if found:
            return Found(found.value, f"поле «{text.strip()}»", found.warning)
        mentions = self._names.sure(text)
        if mentions:
            return Found(mentions[0].city.name, f"поле «{text.strip()}»")
        return self.unlisted(text.strip(), f"поле «{text.strip()}»")

    def of_questions(self, questions: Iterable[str]) -> Found | None:
        """The city that the questions address: «Что удалось сделать в городе Томске?»."""
        for question in questions:
            for mention in self._names.sure(question):
                if not self._others.any_of(mention.before):
                    return Found(mention.city.name, f"вопрос: «{question}»")
        return None

    def of_body(self, texts: Iterable[str]) -> Found | None:
        """The city that speaks of itself: «администрация города Томска», not the one named most often."""
        scores: dict[str, float] = {}
        quotes: dict[str, str] = {}
        unlisted: Counter[str] = Counter()
        for text in texts:
            for city, weight, quote in self._weighed(text):
                scores[city] = scores.get(city, 0.0) + weight
                if weight >= _STRONG or city not in quotes:
                    quotes.setdefault(city, quote)
            unlisted.update(self._unlisted_in(text))
        if not scores:
            return self._most_unlisted(unlisted)
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        city, score = ranked[0]
        if score < _MARKED and unlisted:
            return self._most_unlisted(unlisted)
        close = len(ranked) > 1 and ranked[1][1] * 1.5 > score
        warning = f"город определён только по тексту: «{quotes[city]}»" if score < _STRONG or close else None
        return Found(city, f"текст: «{quotes[city]}»", warning)

    def _weighed(self, text: str) -> Iterator[tuple[str, float, str]]:
        for mention in self._names.sure(text):
            quote = _quote(text, mention.start, mention.end)
            if self._others.any_of(mention.before):
                weight = 0.0
            elif mention.marked and self._self.any_of(mention.before):
                weight = _STRONG
            elif mention.marked:
                weight = _MARKED
            else:
                weight = _PLAIN
            if weight:
                yield mention.city.name, weight, quote
        for city, quote in self._adjective_uses(text):
            yield city.name, _STRONG, quote

    def _adjective_uses(self, text: str) -> Iterator[tuple[City, str]]:
        """«Благовещенской городской Думы»: the city's adjective before a word for its bodies."""
        tokens = list(tokens_of(text))
        for (word, start, _), (following, _, end) in zip(tokens, tokens[1:], strict=False):
            if not word[0].isupper():
                continue
            stem = _ADJECTIVE_ENDING.sub("", fold(word))
            city = self._adjectives.get(stem)
            if city and stem != fold(word) and self._self_after.matches(fold(following)):
                yield city, text[start:end]

    def _unlisted_in(self, text: str) -> Iterator[str]:
        for match in _UNLISTED.finditer(text):
            if not self._is_common(match[1]) and not self._names.sure(match[0]):
                name = match[1].split()[0]
                yield _capitalised(nominative(name))

    def _most_unlisted(self, unlisted: Counter[str]) -> Found | None:
        if not unlisted:
            return None
        city, count = unlisted.most_common(1)[0]
        if count < 2:
            return None
        return Found(city, f"текст: «город {city}»", f"города «{city}» нет в словаре городов; проверьте название")

    def of_letterhead(self, lines: Iterable[str]) -> Found | None:
        """The city of a running head: «Администрация города Томска, пл. Ленина, 73»; the association's is none."""
        own = [line for line in lines if not _ASSOCIATION.search(line)]
        rules = (self.alone, self.in_title)
        found = next((city for rule in rules for line in own if (city := rule(line))), None)
        if found is None:
            return None
        told = found.evidence.replace("заголовок", "колонтитул", 1)
        return Found(found.value, told, found.warning or f"город определён только по колонтитулу: {told}")

    def of_path(self, path: str) -> Found | None:
        """The city in the name of the file or, failing that, of a folder, in Cyrillic or transliterated."""
        pure = PurePosixPath(path)
        for part in (pure.stem, *reversed(pure.parts[:-1])):
            city = self._in_name(part)
            if city:
                warning = f"город определён только по имени файла или папки: «{part}»"
                return Found(city.name, f"имя файла или папки: «{part}»", warning)
        return None

    def _in_name(self, name: str) -> City | None:
        pieces = [piece for piece in re.split(r"[\W\d_]+", name) if piece]
        folded = [fold(piece) for piece in pieces]
        for length in range(min(4, len(pieces)), 0, -1):
            for start in range(len(pieces) - length + 1):
                window = folded[start : start + length]
                for key in {tuple(window), ("-".join(window),)}:
                    if key in self._names.forms:
                        return self._names.forms[key]
                written = "".join(window)
                city = self._transliterated.get(loose_latin(written))
                if city and (len(written) > _SHORT_LATIN or not written.isascii() or _is_spelled(city, written)):
                    return city
        return None


def _may_tell_region(text: str) -> bool:
    """Whether anything stands in the text that names a federal subject or an urban district: in nearly all nothing."""
    folded = text.casefold()
    return any(word in folded for word in _REGION_WORDS) or ("г." in folded and bool(_URBAN_DISTRICT.search(text)))


def _transliterated(cities: Iterable[City]) -> dict[str, City]:
    found: dict[str, City] = {}
    for city in cities:
        for name in (city.slug, *city.forms, *city.aliases):
            key = loose_latin(name)
            if len(key) > 2:
                found.setdefault(key, city)
    return found


def _is_spelled(city: City, written: str) -> bool:
    """Whether a short Latin word is the city's name letter for letter, as in «ufa», «otchet_zimy».

    «obj», «mass» and the like are abbreviations of programs, whatever a loose reading makes of them.
    """
    names = {city.slug, *(latin(name) for name in (*city.forms[:2], *city.aliases))}
    return any(written in (name, name.replace("y", "i"), name.replace("y", "j")) for name in names)


def loose_latin(name: str) -> str:
    """A name as Latin letters only, ways of transliteration brought to one; for comparing names of files."""
    name = re.sub(r"[\W_]+", "", latin(name))
    for variant, letter in _LOOSE:
        name = name.replace(variant, letter)
    return name


def _capitalised(name: str) -> str:
    """«УРЮПИНСК» → «Урюпинск», «КОМСОМОЛЬСК-НА-АМУРЕ» → «Комсомольск-на-Амуре»."""
    if not name.isupper():
        return name
    pieces = re.split(r"([\s-])", name.lower())
    return "".join(piece if piece in ("на", "де") else piece[:1].upper() + piece[1:] for piece in pieces)


def _quote(text: str, start: int, end: int) -> str:
    """The words around a place, short enough for one line."""
    # A blank is looked for near by only: a text without blanks must not be copied for each city in it.
    first = text.rfind(" ", max(0, start - 40 - _LONGEST_WORD), max(0, start - 40)) + 1
    last = text.find(" ", end + 20, end + 20 + _LONGEST_WORD)
    quoted = text[first or max(0, start - 40 - _LONGEST_WORD) : last if last != -1 else end + 20 + _LONGEST_WORD]
    return " ".join(quoted.split())
