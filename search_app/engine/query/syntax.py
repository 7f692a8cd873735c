"""Query text into a tree. Nothing is an error: what cannot be read as syntax is read as words, with a hint."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from indexer.language.writing import chunk_pattern
from indexer.vocabulary import Vocabulary
from search_app.engine.query.tree import All, Any, Node, Phrase, QueryTree, Restriction, Word
from search_app.engine.query.words import query_words

MAX_LETTERS = 1000
"""A longer query is cut: nobody types it, and no passage answers it."""


MAX_WORDS = 40


MAX_DEPTH = 6
"""Brackets within brackets beyond this are read as if they were not there."""


MIN_PREFIX = 3
"""Letters before an asterisk: fewer match half of the archive."""


MAX_NEAR = 50


_HINT_LONG = "Запрос очень длинный: учтено только его начало."


_HINT_QUOTE = "Кавычка не закрыта: слова искали без неё."


_HINT_BRACKET = "Скобки не сходятся: слова искали без них."


_HINT_DEPTH = "Скобок слишком много: внутренние не учтены."


_HINT_PREFIX = "Звёздочка действует после трёх букв и более: «слово*»."


_HINT_ALONE = "Показаны все ответы без исключённых слов: добавьте слово, которое нужно найти."


_HINT_EMPTY = "В запросе нет ни слова, ни числа: напишите, что нужно найти."


_OPENING = '«„“"”'


_CLOSING = {"«": "»", "„": '“”"', "“": '”“"', '"': '"', "”": '”"'}


_LEXEMES = r"""
    (?P<field>[^\W\d_]+):(?=[^\s:])
    | (?P<near>~\d{{0,4}})
    | (?P<word>{word})(?P<star>\**)
    | (?P<quote>[{quotes}])
    | (?P<open>\()
    | (?P<close>\))
    | (?P<or>\|+)
    | (?P<not>(?<![^\s(|])[-\u2212\u2013](?=[\w!«„“"(]))
    | (?P<exact>!(?=\w))
    | (?P<other>\S)
    """


@functools.lru_cache(maxsize=8)
def _lexemes(vocabulary: Vocabulary) -> re.Pattern[str]:
    """Words are the chunks of the analysis: a query is cut as the texts are."""
    word = _chunks(vocabulary).pattern
    return re.compile(_LEXEMES.format(word=word, quotes=_OPENING + "»"), re.VERBOSE)


@functools.lru_cache(maxsize=8)
def _chunks(vocabulary: Vocabulary) -> re.Pattern[str]:
    return chunk_pattern(vocabulary.writing)


_FIELD_VALUE = re.compile(r"«([^«»]*)»|\"([^\"]*)\"|„([^„“”]*)[“”]|([^\s()|]+)")


_YEARS = re.compile(r"(\d{4})?\s*(?:\.\.+|…|-|–|—)\s*(\d{4})?|(\d{4})")


def parse(q: str, vocabulary: Vocabulary) -> QueryTree:
    """The tree of a query. Never raises."""
    text = clean(q)
    return _Parser(text[:MAX_LETTERS], vocabulary, cut=len(text) > MAX_LETTERS).tree()


def clean(q: str) -> str:
    """A query in one line: NFC, no control characters, single blanks."""
    q = unicodedata.normalize("NFC", q[: MAX_LETTERS * 20])
    if not q.isprintable():  # as hardly any query is
        q = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") else sign for sign in q)
    return " ".join(q.split())


@dataclass(slots=True)
class _Level:
    """What is being read within one pair of brackets."""

    nodes: list[Node] = field(default_factory=list)
    excluded: list[Node] = field(default_factory=list)
    joining: bool = False
    """An OR waits for its right side."""
    excluding: bool = False

    def add(self, node: Node) -> None:
        if self.excluding:
            self.excluded.append(node)
        elif self.joining and self.nodes:
            left = self.nodes.pop()
            options = left.nodes if isinstance(left, Any) else (left,)
            self.nodes.append(Any((*options, node)))
        else:
            self.nodes.append(node)
        self.joining = self.excluding = False


class _Parser:
    def __init__(self, text: str, vocabulary: Vocabulary, *, cut: bool) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._words = query_words()
        self._lexemes = _lexemes(vocabulary)
        self._chunks = _chunks(vocabulary)
        self._hints: dict[str, None] = {_HINT_LONG: None} if cut else {}
        self._restrictions: list[Restriction] = []
        self._levels = [_Level()]
        self._count = 0
        # «ЧТО НЕ УДАЛОСЬ»: in a query all in capitals a capital word is no operator.
        self._operators = self._words.operators if any(sign.islower() for sign in text) else {}
        self._exact = False

    def tree(self) -> QueryTree:
        match = self._lexemes.search(self._text)
        while match:
            match = self._lexemes.search(self._text, self._take(match))
        return self._finished()

    def _take(self, match: re.Match[str]) -> int:
        """Reads one lexeme and returns where the next begins."""
        kind = match.lastgroup
        if kind == "star":
            self._word(match)
        elif kind == "field":
            return self._field(match)
        elif kind == "quote":
            return self._quoted(match)
        elif kind == "open":
            self._open()
        elif kind == "close":
            self._close()
        elif kind == "or":
            self._levels[-1].joining = True
        elif kind == "not":
            self._levels[-1].excluding = True
        elif kind == "exact":
            self._exact = True
        return match.end()

    def _word(self, match: re.Match[str]) -> None:
        text = match["word"]
        operator = self._operators.get(text)
        if operator == "or":
            self._levels[-1].joining = True
        elif operator == "not":
            self._levels[-1].excluding = True
        elif operator is None and self._room():
            self._levels[-1].add(self._make_word(match["word"], match.start("word"), bool(match["star"])))
        self._exact = False

    def _make_word(self, text: str, start: int, star: bool) -> Word:
        prefix = star and len(text) >= MIN_PREFIX
        if star and not prefix:
            self._hint(_HINT_PREFIX)
        return Word(text, start, start + len(text), exact=self._exact, prefix=prefix)

    def _room(self) -> bool:
        self._count += 1
        if self._count > MAX_WORDS:
            self._hint(_HINT_LONG)
        return self._count <= MAX_WORDS

    def _quoted(self, match: re.Match[str]) -> int:
        closing = _CLOSING.get(match.group(), "")
        ends = [end for sign in closing if (end := self._text.find(sign, match.end())) >= 0]
        if not ends:
            if closing:
                self._hint(_HINT_QUOTE)
            return match.end()
        end = min(ends)
        words = tuple(self._words_of(match.end(), end))
        after, near = self._near(end + 1)
        if len(words) == 1:
            self._levels[-1].add(words[0])
        elif words:
            self._levels[-1].add(Phrase(words, near))
        self._exact = False
        return after

    def _words_of(self, start: int, end: int) -> Iterator[Word]:
        for found in self._chunks.finditer(self._text, start, end):
            if self._room():
                yield Word(found.group(), found.start(), found.end(), exact=self._exact)

    def _near(self, place: int) -> tuple[int, int]:
        """Where to read on after a phrase, and the distance it allows."""
        match = re.compile(r"~(\d{1,4})").match(self._text, place)
        return (match.end(), min(int(match[1]), MAX_NEAR)) if match else (place, 0)

    def _open(self) -> None:
        if len(self._levels) > MAX_DEPTH:
            self._hint(_HINT_DEPTH)
            return
        self._levels.append(_Level())

    def _close(self) -> None:
        if len(self._levels) == 1:
            self._hint(_HINT_BRACKET)
            return
        self._merge(self._levels.pop())

    def _merge(self, level: _Level) -> None:
        """Puts what stood in brackets where the brackets stood."""
        outer = self._levels[-1]
        nodes = tuple(level.nodes)
        if nodes:
            outer.add(nodes[0] if len(nodes) == 1 else All(nodes))
        # «(a -b)» excludes b from everything: a bracket is no island.
        outer.excluded.extend(level.excluded)
        outer.joining = outer.excluding = False

    def _field(self, match: re.Match[str]) -> int:
        facet = self._words.fields.get(match["field"].lower())
        value = _FIELD_VALUE.match(self._text, match.end())
        if facet and value:
            restriction = self._restriction(facet, next(filter(None, value.groups()), ""))
            if restriction:
                self._restrictions.append(restriction)
                return value.end()
            self._hint(f"Значение «{value.group().strip('«»')}» не найдено в списке: его искали как слова.")
        # «12:30», «адрес:Ленина»: no field of ours, so a word like others.
        word = match["field"]
        if self._room() and not facet:
            self._levels[-1].add(self._make_word(word, match.start("field"), star=False))
        self._exact = False
        return match.end()

    def _restriction(self, facet: str, value: str) -> Restriction | None:
        if facet == "year":
            return _years(value)
        words = self._vocabulary
        if facet == "city":
            city = words.find_city(value)
            return Restriction(facet, (city.name if city else value,)) if city else None
        if facet == "section":
            section = words.find_section(value)
            return Restriction(facet, (section.title,)) if section else None
        if facet == "topic":
            topic = words.find_topic(value)
            return Restriction(facet, (topic.name,)) if topic else None
        kind = words.find_kind(value)
        identifier = kind.id if kind else self._kind_by_beginning(value)
        return Restriction(facet, (identifier,)) if identifier else None

    def _kind_by_beginning(self, value: str) -> str | None:
        """«проблемы» for «проблема»: the first letters decide where the form is not the dictionary's."""
        stem = value.lower().replace("ё", "е")[:-1]
        found = {kind for word, kind in self._words.named.items() if len(stem) >= 3 and word.startswith(stem)}
        return found.pop() if len(found) == 1 else None

    def _hint(self, hint: str) -> None:
        self._hints[hint] = None

    def _finished(self) -> QueryTree:
        while len(self._levels) > 1:
            self._hint(_HINT_BRACKET)
            self._merge(self._levels.pop())
        level = self._levels[0]
        if "?" in self._text:
            level.nodes = [replace(node, loose=True) if isinstance(node, Phrase) else node for node in level.nodes]
        if level.excluded and not level.nodes and not self._restrictions:
            self._hint(_HINT_ALONE)
        if self._text and not level.nodes and not level.excluded and not self._restrictions:
            self._hint(_HINT_EMPTY)
        return QueryTree(
            self._text, tuple(level.nodes), tuple(level.excluded), tuple(self._restrictions), tuple(self._hints)
        )


def _years(value: str) -> Restriction | None:
    """«2020», «2019..2022», «2019-2022», «..2015», «2018..»"""
    match = _YEARS.fullmatch(value)
    if match is None or not any(match.groups()):
        return None
    if match[3]:
        return Restriction("year", (int(match[3]),))
    low, high = (int(part) if part else None for part in (match[1], match[2]))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Restriction("year", (), low, high)


def words_of(text: str, vocabulary: Vocabulary) -> list[str]:
    """The words and numbers of a text as the query language cuts them."""
    return _chunks(vocabulary).findall(text)
