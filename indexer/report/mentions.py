"""Which other cities an answer speaks of, by names, adjectives, inhabitants; streets, regions and people are none."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.language.analysis import Analyzer
from indexer.language.sentences import sentences
from indexer.report.cities import CityRules
from indexer.report.names import (
    KNOWN_WORDS,
    CityNames,
    NamedCity,
    adjective_forms,
    fold,
    forms_of_adjective,
    inhabitant_forms,
)
from indexer.report.running import JOINED, Running, Word, word_spans
from indexer.report.wording import WordPatterns
from indexer.vocabulary import Vocabulary

_LIKE_ADJECTIVE = re.compile(r"(?:[ыи]й|ой|[ое]го|[ое]му|[ыи]м|[ое]м|[ая]я|[ую]ю|[ое]е|[ыи]е|[ыи]х|[ыи]ми|ей)$")
_ADJECTIVE_NAME = ("ий", "ый", "ой", "ое")
"""Names declined like adjectives: «Ленинск-Кузнецкий», «Мирный», «Яровое»."""
_ADJECTIVE_LIKE = re.compile(r"(?:[ыи]й|ой|ое|[ое]го|[ое]му|[ыио]м|ем)$")
_LOCATIVE = frozenset(("в", "во", "на", "о", "об", "при", "по"))
"""«в Омском …» is an adjective, «с Омском» is the city."""
_INSIDE = frozenset(("в", "во", "из"))
_TOWARDS = _INSIDE | {"до", "от", "для", "с", "со", "у", "к", "ко", "под", "через"}
_JOINING = frozenset(("и", "или", "а", "также", "да"))
_REACH = 6
"""Words from an adjective to its noun: «томских, омских и других сибирских коллег»."""
_CITY_WORD = re.compile(r"^(?:город(?!ск)|г$|гг$|зато$|мо$|го$|наукоград|город-)")
_NAME = r"[А-ЯЁ][а-яё]+(?:-(?:[а-яё]{1,3}-)?[А-ЯЁ][а-яё]+)*(?:[ ][А-ЯЁ][а-яё]{2,})?"
_UNLISTED = re.compile(
    r"(?:(?<!\d)(?<!\d\s)\b(?P<short>гг?\.)\s*"
    r"|\b[Гг]ород(?P<case>а|у|ом|е|ов|ам|ами|ах)?(?P<twin>-побратим\w*)?\s+|\b(?P<alone>[Пп]обратим\w*)\s+)[«\"]?"
    rf"(?P<names>{_NAME}(?:(?:,\s+|\s+и\s+)[«\"]?{_NAME})*)"
)
"""«в городе Урюпинске», «с городами-побратимами Ханам и Такома»"""
_SIGN_AND_NAME = re.compile(
    r"[ГгПп](?<!\w.)(?:(?<=[Гг])(?:г?\.|ород\w{0,3}(?:-\w+)?)|(?<=[Пп])обратим\w*)\s*[«\"]?[А-ЯЁ]"
)
_BETWEEN_NAMES = re.compile(r",\s+|\s+и\s+")
_TWINS = tuple(f"побратим{ending}" for ending in ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах"))
_CITIES = tuple(f"город{ending}" for ending in ("", "а", "у", "ом", "е", "ов", "ам", "ами", "ах"))
_SIGNS = frozenset(("г", "гг", *_CITIES, *_TWINS, *(f"{city}-{twin}" for city in _CITIES for twin in _TWINS)))
"""Behind these a city may stand that no list has."""
_IN_QUOTES = re.compile(r"[«\"„“][^»\"”\n]{1,120}[»\"”]")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s*$")
_LONGEST_FORM = 10
"""Letters of «МБДОУ» with blanks behind it."""
_NOMINATIVE_END = re.compile(r"[бвгджзйклмнпрстфхцчшщь](?<![ое][мй])(?<!ью)$")
_PLURAL = ("а", "ов", "ам", "ами", "ах")
_BETWEEN_LISTED = re.compile(r"\s*(?:,|и|,\s*и)?\s*(?:г\.|города?)?\s*")
_VOWEL_END = re.compile(r"[оеиуэё]$")
_MANY = ("ы", "и", "ей", "ов", "ах", "ях", "ам", "ям", "ами", "ями")


@dataclass(frozen=True, slots=True)
class Mention:
    """A city that a text speaks of, at offsets ``[start, end)``."""

    name: str
    """Canonical, or as written in the nominative where the vocabulary does not know it."""
    start: int
    end: int


class _Seen(dict[str, str]):
    """Chunk of a text → the telling word that it is, or nothing; each spelling is looked up once."""

    def __init__(self, telling: Container[str], apposed: Container[str]) -> None:
        """``apposed`` are words that also tell beside a hyphen: «коллеги-новосибирцы», «томичка-бухгалтер»."""
        super().__init__()
        self._telling = telling
        self._apposed = apposed

    def __missing__(self, chunk: str) -> str:
        word = chunk.lower().replace("ё", "е").replace("‑", "-")
        if len(self) >= KNOWN_WORDS:
            self.clear()
        found = word if word in self._telling else ""
        if not found and "-" in word:
            parts = word.split("-")
            found = next((part for part in (parts[-1], parts[0]) if part in self._apposed), "")
        self[chunk] = found
        return found


class MentionFinder:
    """Finds mentions of cities."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer, cities: CityRules) -> None:
        known: list[NamedCity] = [*vocabulary.cities, *vocabulary.other_cities]
        words = vocabulary.mentions
        self._analyzer = analyzer
        self._cities = cities
        self._names = CityNames(known, vocabulary.report.city_titles)
        self._adjectives = dict(adjective_forms(known))
        self._inhabitants = dict(inhabitant_forms(words.inhabitants.items()))
        self._telling = self._cities_of_words()
        """Words without which nothing is mentioned → the cities they may name; signs of unlisted ones name none."""
        self._seen = _Seen(self._telling.keys() | self._names.firsts, self._inhabitants.keys())
        self._lower = _SIGNS | self._adjectives.keys() | self._inhabitants.keys()
        """Words that a mention may begin with whether they have a capital or not."""
        self._beside = {name: WordPatterns(patterns) for name, patterns in words.beside.items()}
        self._doubtful = frozenset(
            form for stem in words.doubtful["adjectives"] for form in forms_of_adjective(fold(stem))
        )
        self._persons = frozenset(words.doubtful["persons"])
        self._common = frozenset(words.doubtful["common"])
        self._regions = frozenset(map(fold, words.regions))
        self._companies = frozenset(words.beside["companies"])
        self._role = lru_cache(KNOWN_WORDS)(self._role_of)

    def _cities_of_words(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {sign: set() for sign in _SIGNS}
        # The last word of a name tells more than the first: «В. Пышма», «Большой Камень».
        named = ((form[-1], city.name) for form, city in self._names.forms.items())
        for word, city in (*named, *self._adjectives.items(), *self._inhabitants.items()):
            found.setdefault(word, set()).add(city)
        return found

    def mentions(self, text: str, own: str | None) -> tuple[Mention, ...]:
        """The cities mentioned in an answer of the city ``own``, itself left out, in order."""
        if not self._may_mention(text, own):
            return ()
        spans, words = self._words(text)
        lower, firsts = self._lower, self._names.firsts
        telling = [
            place
            for place, word in enumerate(words)
            if word and (word in lower or (word in firsts and text[spans[place][0]].isupper()))
        ]
        found = [mention for mention in self._found(Running(text, spans), telling, own) if not _is_own(mention, own)]
        hidden = self._company_names(text) if found else []
        return tuple(m for m in found if not any(start <= m.start < end for start, end in hidden))

    def _words(self, text: str) -> tuple[list[tuple[int, int]], list[str]]:
        """The offsets of the words, and each as a telling one or nothing; an inhabitant beside a hyphen apart."""
        seen = self._seen
        spans = word_spans(text, self._telling)
        words = [seen[text[start:end]] for start, end in spans]
        joined = [place for place, word in enumerate(words) if word and len(word) < spans[place][1] - spans[place][0]]
        for place in reversed(joined):
            start, end = spans[place]
            first = fold(text[start:end]).startswith(f"{words[place]}-")
            dash = start + len(words[place]) if first else end - len(words[place]) - 1
            spans[place : place + 1] = ((start, dash), (dash + 1, end))
            words[place : place + 1] = (words[place], "") if first else ("", words[place])
        return spans, words

    def _company_names(self, text: str) -> list[tuple[int, int]]:
        """Where the quoted names of companies stand: «ООО «Газпром трансгаз Томск»»."""
        return [
            quoted.span()
            for quoted in _IN_QUOTES.finditer(text)
            if (form := _LAST_WORD.search(text, max(0, quoted.start() - _LONGEST_FORM), quoted.start()))
            and fold(form[1]) in self._companies
        ]

    def _may_mention(self, text: str, own: str | None) -> bool:
        """Whether words of other cities stand in the text at all: in most answers none do."""
        seen = set(map(self._seen.__getitem__, self._analyzer.chunks(text)))
        seen.discard("")
        if any(self._telling.get(word, set()) - {own} for word in seen):
            return True
        return (not _SIGNS.isdisjoint(seen) and bool(_SIGN_AND_NAME.search(text))) or bool(JOINED.search(text))

    def _found(self, running: Running, telling: Sequence[int], own: str | None) -> list[Mention]:
        """The mentions that begin at ``telling`` words, in order, with those of the own city that were seen."""
        sure: list[Mention] = []
        unsure: list[Mention] = []
        passed = 0
        for place in telling:
            word = running.word(place)
            if place < passed:
                continue
            if word.folded in _SIGNS:
                sure.extend(self._unlisted(running.text, word.start))
                continue
            city, length = self._name_at(running, place) if word.capital else (None, 1)
            passed = place + length
            verdict = city is not None and (city.name == own or self._is_city(running, place, length, city))
            if city and verdict is not False:
                mention = Mention(city.name, word.start, running.word(passed - 1).end)
                (sure if verdict else unsure).append(mention)
            elif name := self._by_adjective(running, place) or self._by_inhabitants(running, place):
                sure.append(Mention(name, word.start, word.end))
        return sorted(_with_listed(sure, unsure, running.text), key=lambda mention: mention.start)

    def _name_at(self, running: Running, place: int) -> tuple[NamedCity | None, int]:
        """The city whose name begins here and the number of its words."""
        if running.word(place).folded not in self._names.firsts:
            return None, 1
        return self._names.longest(running.folded(place, self._names.longest_name))

    # Names

    def _is_city(self, running: Running, place: int, length: int, city: NamedCity) -> bool | None:
        """Whether a name stands for the city; ``None`` where only a sure city beside it would tell."""
        before = running.before(place)
        last = running.word(place + length - 1)
        if self._is_named_after(running, place) or (before and self._beside["never"].matches(before.folded)):
            return False
        if running.in_quotes(place, length):
            return bool(before and self._beside["quoted"].matches(before.folded))
        if not self._is_marked(running, place) and self._is_venue(running, place, length, city):
            return False
        if (
            _ADJECTIVE_LIKE.search(last.folded)
            and (verdict := self._as_adjective(running, place, length, city)) is not None
        ):
            return verdict
        if self._is_marked(running, place):
            return True
        if before and self._beside["places"].matches(before.folded):
            return not city.word and _is_genitive(last.folded, city, before.folded)
        return self._is_clear(before, running.after(place + length - 1), city) if city.word else True

    def _is_venue(self, running: Running, place: int, length: int, city: NamedCity) -> bool:
        """«Омск Арена», but «в Омске Форум …» and «Омск: Центр …»."""
        behind = running.after(place + length - 1)
        if behind is None or not behind.capital or not self._beside["venues"].matches(behind.folded):
            return False
        return " ".join(running.folded(place, length)) == fold(city.forms[0])

    def _as_adjective(self, running: Running, place: int, length: int, city: NamedCity) -> bool | None:
        """What a name like «Советском», «Омском» is by the noun behind it; ``None`` where that does not tell."""
        end = place + length
        adjectival = city.forms[0].endswith(_ADJECTIVE_NAME)
        if not adjectival and not running.word(end - 1).folded.endswith(("ском", "цком")):
            return None
        head, urban = self._head(running, end)
        if head and self._role(head.folded) in ("place", "institution", "body"):
            return urban and head.folded.startswith("округ")
        before = running.before(place)
        if not adjectival:
            return self._by_adjective(running, place) is not None if before and before.folded in _LOCATIVE else None
        # «в Свободном доступе», but «в городе Свободном доступ …».
        directly = head is not None and head is running.after(end - 1)
        return False if directly and not self._is_marked(running, place) else None

    def _is_named_after(self, running: Running, place: int) -> bool:
        """«ул. Омская», «им. Серова», «с. Находка», not «и т. д. Омск …» and not «г. о. Саянск»."""
        before = running.before(place)
        if before is None or not before.dotted or not self._beside["short"].matches(before.folded):
            return False
        earlier = running.word(place - 2).folded if place > 1 else ""
        # «дороги, мосты и пр. Омск …», but «по пр. Мира и пр. Омскому».
        and_so_on = earlier == "и" and before.folded == "пр" and running.word(place).folded not in self._adjectives
        return earlier not in ("т", "г") and not and_so_on

    def _is_marked(self, running: Running, place: int) -> bool:
        """«город», «г.», «городской округ», «муниципальное образование» stand before it."""
        before = running.before(place)
        if before is None:
            return False
        if _CITY_WORD.match(before.folded):
            return not before.after_digit
        earlier = running.before(place - 1)
        if before.folded == "о" and earlier is not None and earlier.folded == "г":
            return True
        return before.folded.startswith(("округ", "образовани")) and bool(
            earlier and earlier.folded.startswith(("городск", "муниципальн"))
        )

    def _is_clear(self, before: Word | None, after: Word | None, city: NamedCity) -> bool | None:
        """Whether the words around tell that a name, which is also another word, is the city's."""
        if before is None:
            return None
        if self._beside["owners"].matches(before.folded):
            # «мэр Артёма», but «мэра Артёма Веденеева».
            named = after is not None and after.capital and not _LIKE_ADJECTIVE.search(after.folded)
            return None if named and city.name in self._persons else True
        if city.name in self._common:
            return None
        if before.folded in _INSIDE:
            return True
        if city.name in self._persons:
            return None
        return True if before.folded in _TOWARDS or self._beside["telling"].matches(before.folded) else None

    # Adjectives and inhabitants

    def _by_adjective(self, running: Running, place: int) -> str | None:
        """«опыт новосибирских коллег», «Томская городская Дума»; not «Омская область», «ул. Красноярская»."""
        word = running.word(place)
        city = self._adjectives.get(word.folded)
        if city is None or running.in_quotes(place, 1) or self._is_named_after(running, place):
            return None
        before = running.before(place)
        proper = word.capital and not running.begins_sentence(place)
        if proper and before and self._beside["places"].matches(before.folded):
            return None
        head, urban = self._head(running, place + 1)
        role = self._role(head.folded) if head else ""
        if head and urban and head.folded.startswith("округ"):
            return city
        if role in ("place", "institution") or running.is_initial(place + 1):
            return None
        if proper or word.folded in self._doubtful:
            wanted = self._beside["bodies" if proper and head and head.capital else "telling"]
            return city if head and (wanted.matches(head.folded) or role == "body") else None
        if word.capital and (head is None or (head.capital and role != "body")):
            # «Томский выступил с докладом», «Омский Вестник»
            return None
        return city

    def _by_inhabitants(self, running: Running, place: int) -> str | None:
        """«у красноярцев», «коллеги-томичи», «омичи построили»; not ХК «Омичи», nor the car Москвич."""
        word = running.word(place)
        city = self._inhabitants.get(word.folded) or self._inhabitants.get(word.folded.rpartition("-")[2])
        if city is None or running.in_quotes(place, 1):
            return None
        written = running.text[word.start : word.end]
        named = word.capital and not written.isupper() and not running.begins_sentence(place)
        return None if named else city

    def _head(self, running: Running, place: int) -> tuple[Word | None, bool]:
        """The noun that adjectives before ``place`` belong to, and whether «городской» is among those that follow."""
        urban = False
        for at in range(place, min(place + _REACH, len(running))):
            word, gap = running.word(at), running.gap(at)
            if gap.strip(" ,\t\u00a0"):
                break
            role = self._role(word.folded)
            if role in ("adjective", "joining"):
                urban = urban or word.folded.startswith("городск")
                continue
            return (word if role and "," not in gap else None), urban
        return None, urban

    def _role_of(self, word: str) -> str:
        """What a word behind a city's adjective is; empty for verbs, prepositions and the like."""
        if word in _JOINING:
            return "joining"
        for role, patterns in (("place", "places"), ("body", "bodies"), ("institution", "institutions")):
            if self._beside[patterns].matches(word):
                return role
        if self._beside["telling"].matches(word):
            return "noun"
        # «чат-бот»: what is the dictionary's by its last part alone is a noun as that is.
        noun = self._analyzer.is_noun(word) or ("-" in word and self._analyzer.is_noun(word.rpartition("-")[2]))
        if not noun and _LIKE_ADJECTIVE.search(word):
            return "adjective"
        return "noun" if noun or not self._analyzer.is_known(word) else ""

    # Cities that the vocabulary does not know

    def _unlisted(self, text: str, start: int) -> Iterator[Mention]:
        """The unlisted cities behind «город», «г.» that stands at ``start``."""
        match = _UNLISTED.match(text, start)
        if match is None:
            return
        many = match["case"] in _PLURAL or match["twin"] or match["alone"] or match["short"] == "гг."
        for number, (written, offset) in enumerate(_pieces(match["names"])):
            if number and not many:
                break
            name = self._unlisted_name(written, match[0] if not number else "")
            if name:
                city, size = name
                begin = match.start("names") + offset
                yield Mention(city, begin, begin + size)

    def _unlisted_name(self, written: str, sign: str) -> tuple[str, int] | None:
        """A city that no list has, in the nominative, and the letters of its name as written."""
        first, _, second = written.partition(" ")
        adjective = bool(_LIKE_ADJECTIVE.search(fold(first))) and not self._analyzer.is_noun(first)
        name = written if second and adjective else first
        if self._names.longest([fold(word) for word in written.split()])[0] or self._names.longest([fold(first)])[0]:
            return None
        found = self._cities.unlisted(name, sign)
        if found is None or (adjective and not second and not sign.startswith("г.")):
            return None
        if fold(found.value.split()[-1]) in self._regions or self._names.longest([fold(found.value)])[0]:
            return None
        return (name if self._is_nominative(name) else found.value), len(name)

    def _is_nominative(self, name: str) -> bool:
        """A foreign name that ends like one: «Чжухай», of which a guess would make «Чжухаи»."""
        return bool(_NOMINATIVE_END.search(name)) and not self._analyzer.is_known(name)


def sentence_around(text: str, start: int) -> str:
    """The sentence of a text in which the offset ``start`` lies, within its line."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : last if last != -1 else len(text)]
    for sentence in sentences(line):
        if sentence.stop > start - first:
            return str(sentence.text)
    return line.strip()


def _is_own(mention: Mention, own: str | None) -> bool:
    """The own city; «железногорский» of Железногорск-Илимский is its own as well."""
    return own is not None and (mention.name == own or own.startswith(f"{mention.name}-"))


def _is_genitive(form: str, city: NamedCity, before: str) -> bool:
    """«районы Омска», «улиц Улан-Удэ»: a part of the city, not «улица Находка», «на проспекте Иркутском»."""
    if _VOWEL_END.search(fold(city.forms[0])):
        return before.endswith(_MANY)
    return form != fold(city.forms[0]).split()[-1] and not form.endswith(("ском", "цком"))


def _with_listed(sure: list[Mention], unsure: Sequence[Mention], text: str) -> list[Mention]:
    """«Владивосток, Находка и Артём»: a name beside a sure one is sure as well."""
    # Nothing but a comma or «и» stands between two names of a list, so only a name's neighbours matter.
    found = sorted((*sure, *unsure), key=lambda mention: mention.start)
    is_sure = dict.fromkeys(sure, True)
    for steps in (range(len(found)), range(len(found) - 1, -1, -1)):
        for place in steps:
            one, beside = found[place], found[max(place - 1, 0) : place + 2]
            if one not in is_sure and any(other in is_sure and _are_listed(one, other, text) for other in beside):
                is_sure[one] = True
    return list(is_sure)


def _are_listed(one: Mention, other: Mention, text: str) -> bool:
    between = text[min(one.end, other.end) : max(one.start, other.start)]
    return bool(_BETWEEN_LISTED.fullmatch(between)) and bool(between.strip())


def _pieces(names: str) -> Iterator[tuple[str, int]]:
    """Each name of an enumeration with its offset in it."""
    start = 0
    for match in (*_BETWEEN_NAMES.finditer(names), None):
        end = match.start() if match else len(names)
        piece = names[start:end]
        bare = piece.lstrip('«"')
        yield bare, start + len(piece) - len(bare)
        start = match.end() if match else end
