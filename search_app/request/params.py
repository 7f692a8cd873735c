"""URL parameters ⇄ `SearchRequest`. All faults of an address are told at once; nothing here knows Flask."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.vocabulary import Vocabulary, fold
from search_app.request.model import DEFAULT_PER_PAGE, FACETS, MAX_PER_PAGE, NONE_VALUE, SearchRequest, Value

MAX_QUERY_LENGTH = 1000
"""Characters. The longest question seen in a report has about 200; whole pages pasted by mistake are refused."""

NONE_LABEL = "не определено"
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
SORTS = ("relevance", "newest", "oldest", "added")
VIEWS = ("list", "cities", "matrix", "map")

_MAX_PAGE_DIGITS = 7
_MAX_SHOWN_VALUE = 100
_MOST_VALUES = 300
"""Values of one parameter: an archive has fewer cities, years and topics."""
_MOST_FAULTS = 10
"""Told of one parameter: an address may hold thousands."""
_YES = frozenset({"1", "true", "yes", "on", "да"})
_NO = frozenset({"0", "false", "no", "off", "нет"})
# Control characters and lone surrogates (an undecodable byte of the command line) mean nothing in a query.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

_WHAT = {
    "city": "Город",
    "topic": "Тема",
    "kind": "Вид вопроса",
    "section": "Раздел",
    "region": "Регион",
    "size": "Размер города",
}

Known = Mapping[str, Collection[Value]]
"""Facet name → the values that stand in the build, some of them perhaps outside the vocabulary."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter that cannot be understood; ``message`` is a Russian sentence."""

    name: str
    value: str
    message: str


class ParameterErrors(Exception):  # noqa: N818  # it carries several
    """One or more parameters of an address are wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


class RefusedError(ValueError):
    """The value is not one the parameter takes; the message says which ones it does."""


def parse(
    args: Mapping[str, list[str]], vocabulary: Vocabulary, known: Known | None = None, *, folds: bool = False
) -> SearchRequest:
    """The search that ``args`` ask for; blank values count as absent, unknown parameters are ignored.

    ``folds`` is what holds without a ``repeats`` parameter. Raises ParameterErrors with every fault.
    """
    reader = Reader(args)
    values = known or {}
    facets = {
        name: reader.several(name, facet_reader(name, vocabulary, values.get(name, ())))
        for name in FACETS
        if name in args
    }
    if "region" in facets:
        facets["region"] = _subjects(facets["region"], vocabulary)
    request = SearchRequest(
        q=reader.one("q", _query, ""),
        **facets,
        like=reader.one("like", _like(vocabulary), ""),
        year_from=reader.one("year_from", _year, None),
        year_to=reader.one("year_to", _year, None),
        sort=reader.one("sort", _sort, "relevance"),
        page=reader.one("page", page_number, 1),
        per_page=reader.one("per_page", page_size, DEFAULT_PER_PAGE),
        as_typed=reader.one("as_typed", _switch, False),
        synonyms=reader.one("synonyms", _switch, True),
        meaning=reader.one("meaning", _switch, True),
        fold=reader.one("repeats", _repeats, folds),
        view=reader.one("view", _view, "list"),
    )
    if request.year_from and request.year_to and request.year_from > request.year_to:
        reader.fault("year_from", str(request.year_from), f"Начальный год больше конечного ({request.year_to}).")
    if reader.faults:
        raise ParameterErrors(reader.faults)
    return request


def searched_words(args: Mapping[str, str]) -> str:
    """The query that a page other than the results was reached by; too long a one is cut, not refused."""
    return _clean(args.get("q", ""))[:MAX_QUERY_LENGTH]


class Reader:
    """Takes parameters one by one and collects what is wrong with them."""

    def __init__(self, args: Mapping[str, list[str]]) -> None:
        self._args = args
        self.faults: list[Fault] = []

    def one(self, name: str, read: Callable[[str], Any], default: Any) -> Any:
        """The last value given, since a form appends its own after what its address carried."""
        values = self.several(name, read, last=True)
        return values[0] if values else default

    def several(self, name: str, read: Callable[[str], Any], *, last: bool = False) -> tuple[Any, ...]:
        """All values, each once, in the order given."""
        given = self._args.get(name)
        if not given:
            return ()
        texts = [text for text in map(_clean, given) if text]
        different = list(dict.fromkeys(texts[-1:] if last else texts))
        if len(different) > _MOST_VALUES:
            self.fault(name, different[-1], f"Значений параметра {name} больше {_MOST_VALUES}: оставьте нужные.")
        values: dict[Any, None] = {}
        for text in different[:_MOST_VALUES]:
            try:
                values[read(text)] = None
            except RefusedError as refusal:
                self.fault(name, text, str(refusal))
        return tuple(values)

    def fault(self, name: str, value: str, message: str) -> None:
        """Remembers that ``value`` of parameter ``name`` is wrong; the first few of each name are told."""
        if sum(fault.name == name for fault in self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(name, shorten(value), message))


def facet_reader(name: str, vocabulary: Vocabulary, known: Collection[Value]) -> Callable[[str], Value]:
    """The function that turns a text of facet ``name`` into its canonical value."""

    def read(text: str) -> Value:
        if fold(text) in (NONE_VALUE, NONE_LABEL):
            return None
        if name == "year":
            return _year(text)
        found = _canonical(name, text, vocabulary, known)
        if found is None:
            raise RefusedError(f"{_WHAT[name]} «{shorten(text)}»: в архиве и в словаре такого значения нет.")
        return found

    return read


def _canonical(name: str, text: str, vocabulary: Vocabulary, known: Collection[Value]) -> str | None:
    """The canonical name that ``text`` means: of the build itself, of the vocabulary, or of a city it does not list."""
    if text in known:
        return text
    match name:
        case "city":
            city = vocabulary.find_city(text)
            found = city.name if city else None
        case "section":
            section = vocabulary.find_section(text)
            found = section.title if section else None
        case "region":
            region = vocabulary.find_region(text)
            found = region.name if region else None
        case "size":
            size = vocabulary.find_size(text)
            found = size.id if size else None
        case "topic":
            topic = vocabulary.find_topic(text)
            found = topic.name if topic else None
        case _:
            kind = vocabulary.find_kind(text)
            found = kind.id if kind else None
    return found or next((str(value) for value in known if value is not None and fold(str(value)) == fold(text)), None)


def _subjects(chosen: tuple[str | None, ...], vocabulary: Vocabulary) -> tuple[str | None, ...]:
    """The federal subjects that are meant: «Дальний Восток» is all of his."""
    found: dict[str | None, None] = {}
    for name in chosen:
        region = vocabulary.region(name) if name is not None else None
        found |= dict.fromkeys(region.regions if region else (name,))
    return tuple(found)


def _like(vocabulary: Vocabulary) -> Callable[[str], str]:
    """The function that turns a text into the name of a city whose like is looked for."""

    def read(text: str) -> str:
        city = vocabulary.find_city(text)
        if city is None:
            raise RefusedError(f"Похожие на «{shorten(text)}»: такого города в словаре нет.")
        return city.name

    return read


def _query(text: str) -> str:
    if len(text) > MAX_QUERY_LENGTH:
        raise RefusedError(f"Запрос длиннее {MAX_QUERY_LENGTH} знаков ({len(text)}): оставьте несколько главных слов.")
    return text


def _year(text: str) -> int:
    year = _whole_number(text)
    if year is None or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise RefusedError(f"Год «{shorten(text)}»: нужно число от {EARLIEST_YEAR} до {LATEST_YEAR}.")
    return year


def _sort(text: str) -> str:
    if text not in SORTS:
        raise RefusedError(f"Порядок «{shorten(text)}»: возможны {', '.join(SORTS)}.")
    return text


def _view(text: str) -> str:
    if text not in VIEWS:
        raise RefusedError(f"Вид «{shorten(text)}»: возможны {', '.join(VIEWS)}.")
    return text


def page_number(text: str) -> int:
    """The number of a page, from 1. Raises RefusedError."""
    page = _whole_number(text)
    if not page or len(text) > _MAX_PAGE_DIGITS:
        raise RefusedError(f"Номер страницы «{shorten(text)}»: нужно целое число от 1.")
    return page


def page_size(text: str) -> int:
    """How many a page has. Raises RefusedError."""
    number = _whole_number(text)
    if number is None or not 1 <= number <= MAX_PER_PAGE:
        raise RefusedError(f"Ответов на странице «{shorten(text)}»: нужно целое число от 1 до {MAX_PER_PAGE}.")
    return number


def _switch(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise RefusedError(f"Переключатель «{shorten(text)}»: возможны 1 и 0.")
    return text.lower() in _YES


def _repeats(text: str) -> bool:
    if text not in ("show", "fold"):
        raise RefusedError(f"Повторы «{shorten(text)}»: возможны show (показывать) и fold (сворачивать).")
    return text == "fold"


def _whole_number(text: str) -> int | None:
    """The number written in plain digits; ``int`` alone would take «1_000» and other scripts' digits."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _clean(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def shorten(text: str) -> str:
    """A value of an address as a sentence tells it: not all of it where it is long."""
    return text if len(text) <= _MAX_SHOWN_VALUE else text[: _MAX_SHOWN_VALUE - 1] + "…"
