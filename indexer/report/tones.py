"""Whether a statement praises a city or speaks ill of it, by the words in the part of it that names the city."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice, pairwise, takewhile
from operator import itemgetter

from indexer.model import KIND_COLLEAGUES, KIND_HELP, KIND_PROBLEMS, KIND_TASKS, NEGATIVE, NEUTRAL, PRAISE
from indexer.vocabulary import ConnectionWords

Span = tuple[int, int]

_MILD = 0.4
"""What «опыт» weighs beside a word that judges: «неудачный опыт» is criticism, «опыт» alone is praise."""

_DENIED_AT_ONCE = re.compile(r"\bне\s+$")
_DENYING = ("не ", "без ", "нет ")
_NOT_DONE = re.compile(r"\bне\s+\w+(?:л|ла|ло|ли|лся|лась|лось|лись|ает|яет|ует|ают|яют|уют|ится|ятся)\b")
"""«не явились», «не ответила», «не учитывает»"""
_DENIED = re.compile(r"\b(?:не|ни|нельзя(?: назвать| считать)?|вряд ли|без)\s+(?:\w+\s+)?$")
_DENIED_FROM = 80
"""Characters before a word in which what denies it stands."""
_WANTING = re.compile(
    r"\b(?:у нас|мы|наш\w*|в городе|здесь)\s+(?:\w+\s+){0,3}?(?:не|нет|лишь|пока|только|затян\w*|отста\w*)\b"
)
"""«…, у нас не построено ни одной»: what one has not, the other has."""
_OURS_TAKEN = re.compile(
    r"\b(?:опыт|практик|наработк|методик|разработк|решени)\w*\s+(?:наш\w*\s+)?"
    r"(?:города|администрации|муниципалитета|округа)\s+(?!в\b|г\b)\w+"
    r"|\bнаш\w*\s+(?:\w+\s+){0,2}?(?:опыт|практик|наработк|методик|разработк|решени)\w*\s+(?:уже\s+)?"
    r"(?:переня|перенима|взял|внедр|изуч|использу|применя)\w*"
)
"""«Опыт города переняли Абакан и Кызыл», «наш опыт переняли»: the city named learns."""
_OWN_TROUBLES = frozenset((KIND_PROBLEMS, KIND_TASKS, KIND_HELP))
"""What is bad in answers to these questions is mostly one's own."""
_BORDER = re.compile(r"[;.!?]\s+|\s[–—]\s")
_ELLIPTIC = re.compile(r",\s+(?P<said>(?:(?!ъ)\w+\s+){1,3}[–—]\s)(?=(?:(?:в|во|у)\s+)?ъ)")
"""«…, хуже – Курган»: the dash joins the city to the words before it."""
_QUOTED = re.compile(r"[«\"„][^»\"“]{1,80}[»\"“]")
"""«Лучший двор Томска» is a name, no praise."""
_COMMA = re.compile(r",\s+")
# «в», «г.», «города», «коллег из», «наших соседей» between a word of comparison and the city
_UP_TO_CITY = r"\s+(?:(?:в|во|на|у|с|со|к|ко|г\.|город\w*|коллег\w*|сосед\w*|наш\w*|из|только|лишь|разве)\s+)*"
_OF_CITY = r"(?P<city>ъ[ъ -]*),\s+(?P<clause>(?:где|в\s+котор\w+|котор\w+)\s[^,;.!?]*)"
"""«(в отличие от) Омска, где парковки пустуют»: the clause is the city's alone."""
_PLACE = re.compile(r"\b(?:в|во)\s+(?:г\.\s*|город\w*\s+)?(?:[\w-]+(?:,|\s+и)\s+)*$")
_OUR = re.compile(r"\bнаш\w*")
_LAST_WORD = re.compile(r"\w+\s+$")
_REACHING = re.compile(r"\bдо\s+(?:г\.\s*|города\s+)?$")


@dataclass(slots=True)
class _Part:
    """A part of a statement with a tone of its own."""

    start: int
    end: int
    cues: list[float] = field(default_factory=list)
    """Above 0 for each word of praise, below for each of criticism, in order."""
    muted: bool = False
    """Words of praise stand in it that are none («обмен опытом»)."""
    names: bool = False
    """A city is named in it."""
    own: bool = False
    """It speaks of oneself («…, у нас её нет»)."""

    @property
    def tone(self) -> str | None:
        """``None`` where no word tells; of as much praise as criticism the last word stays."""
        strong = self.strong
        if not strong:
            return NEUTRAL if self.muted else PRAISE if self.cues else None
        total = sum(strong)
        return PRAISE if total > 0 or (not total and strong[-1] > 0) else NEGATIVE

    @property
    def strong(self) -> list[float]:
        """What judges by itself."""
        return [cue for cue in self.cues if abs(cue) > _MILD]


_REACH = 500
"""Characters on both sides of a city that are looked at: thousands of cities in one sentence are a list."""


def _near(part: _Part, span: Span) -> _Part:
    """A part, or of a very long one what stands around the city."""
    start, end = max(part.start, span[0] - _REACH), min(part.end, span[1] + _REACH)
    return part if (start, end) == (part.start, part.end) else replace(part, start=start, end=end)


class ToneJudge:
    """Judges by the vocabulary's words."""

    def __init__(self, words: ConnectionWords) -> None:
        tone = words["tone"]
        # «не хуже», «без нареканий» are praise, «не оправдал» criticism as a whole; other words are turned by a «не»
        # before them.
        self._cues = (
            (_any_of(word for word in tone["praise"] if word.startswith(_DENYING)), 1.0, 1.0),
            (_any_of(word for word in tone["negative"] if word.startswith("не ")), -1.0, -1.0),
            (_any_of(word for word in tone["negative"] if not word.startswith("не ")), -1.0, 1.0),
            (_any_of(word for word in tone["praise"] if not word.startswith(_DENYING)), 1.0, -1.0),
            (_any_of(tone["mild"]), _MILD, 0.0),
        )
        """Words, what they weigh, and what behind «не»."""
        self._neutral = _any_of(tone["neutral"])
        self._fillers = _any_of(tone["fillers"])
        self._far = _any_of(tone["far"])
        self._turn = re.compile(rf"(?:^|[,;]\s+|\s)(?={_any_of(tone['turns']).pattern})")
        self._own = re.compile(rf"\s*{_any_of(tone['own']).pattern}")
        self._event = re.compile(
            rf"\b(?:на|в|во)\s+(?:\w+\s+){{0,2}}{_any_of(tone['events']).pattern}\s+(?:\w+\s+){{0,2}}"
            r"(?:в|во)\s+(?:г\.\s*|город\w*\s+)?$"
        )
        self._compared, self._contrasted, self._behind, self._ways, self._given = (
            re.compile(_any_of(tone[name]).pattern + _UP_TO_CITY + "$")
            for name in ("compared", "contrasted", "behind", "ways", "given")
        )
        self._clause = re.compile(_any_of(tone["contrasted"]).pattern + _UP_TO_CITY + _OF_CITY)

    def tones(self, text: str, lead: str, cities: Sequence[Span], kind: str) -> list[str]:
        """The tone of a statement towards each of the cities named at those places, in their order.

        ``lead`` is what the statement goes on («Интересен опыт:»). An answer to the question whose experience stood
        out praises, unless its words say otherwise.
        """
        folded, of_city = self._clauses_apart(_without_names(_folded(text), cities))
        parts = self._parts(folded, cities)
        led = self._part(_folded(lead), 0, len(lead), ()).tone if lead else None
        usual = led or (PRAISE if kind == KIND_COLLEAGUES else NEUTRAL)
        ends = [part.end for part in parts]
        return [
            of_city.get(span[0]) or self._towards(folded, parts, bisect_right(ends, span[0]), span, kind) or usual
            for span in cities
        ]

    def _clauses_apart(self, text: str) -> tuple[str, dict[int, str]]:
        """A statement without the clauses that only tell of the city contrasted, and its tone by where it stands."""
        tones: dict[int, str] = {}
        for found in self._clause.finditer(text):
            begin, end = found.span("clause")
            tone = self._part(text, begin, end, ()).tone
            if tone:
                tones[found.start("city")] = tone
                text = text[:begin] + " " * (end - begin) + text[end:]
        return text, tones

    def _towards(self, text: str, parts: Sequence[_Part], place: int, span: Span, kind: str) -> str | None:
        part = _near(parts[place], span)
        before = text[part.start : span[0]]
        if self._compared.search(before):
            return NEUTRAL
        far = _REACHING.search(before) and self._far.search(text, part.start, part.end)
        if far or self._behind.search(before):
            return PRAISE
        if self._contrasted.search(before):
            # «К сожалению, в отличие от Омска, у нас …»: what is regretted is one's own.
            worse = NEGATIVE in (part.tone, _beside(parts, place)) or _WANTING.search(text, span[1])
            return PRAISE if worse else NEUTRAL
        # «Надеялись на опыт Омска, но он оказался дорогим»: a word that judges says more than «опыт».
        tone = (part.tone if part.strong else _beside(parts, place)) or part.tone
        if not part.strong and _NOT_DONE.search(self._said(text[span[1] : part.end])):
            tone = NEGATIVE
        about_place = self._ways.search(before) or (kind in _OWN_TROUBLES and not self._is_judged(text, part, span))
        if tone == NEGATIVE and about_place:
            # «После поездки в Читу желания повторить не возникло»: no praise either.
            return NEUTRAL if kind == KIND_COLLEAGUES else None
        return None if tone == PRAISE and kind != KIND_COLLEAGUES and self._is_own_praise(text, part, span) else tone

    def _said(self, text: str) -> str:
        """A text without what denies nothing and what tells of no experience."""
        return self._neutral.sub(_blanked, self._fillers.sub(_blanked, text))

    def _is_own_praise(self, text: str, part: _Part, span: Span) -> bool:
        """Whether praise is not the city's: «успешно выступили в Омске», «обогнали Омск», «… оценили наш парк»."""
        before = text[part.start : span[0]]
        if any(one.search(before) for one in (_OURS_TAKEN, self._given, self._event)):
            return True
        if _OUR.search(text, span[1], part.end):
            return True
        behind = self._part(text, span[1], part.end, ())
        judged = bool(part.strong) and not behind.strong and all(abs(cue) > _MILD for cue in part.cues)
        return judged and bool(_PLACE.search(before))

    def _is_judged(self, text: str, part: _Part, span: Span) -> bool:
        """Whether what is bad is the city's: the words stand behind it («Курган не выполнил …») or right before it
        («ошибки Иркутска»), or «опыт» in the same part.
        """
        behind = self._part(text, span[1], part.end, ())
        right_before = _LAST_WORD.search(text, part.start, span[0])
        beside = self._part(text, right_before.start(), span[0], ()).cues if right_before else ()
        return any(cue < 0 for cue in (*behind.cues, *beside)) or any(0 < cue <= _MILD for cue in part.cues)

    # Parts

    def _parts(self, text: str, cities: Sequence[Span]) -> list[_Part]:
        """The parts of a statement: between strong borders and turns («…, а в Омске …»), and where commas part what is
        said of one city from what is said of another.
        """
        edges = {0, len(text)}
        for border in (*_BORDER.finditer(text), *self._turn.finditer(text)):
            edges.add(border.end())
        for joined in _ELLIPTIC.finditer(text):
            edges.add(joined.start("said"))
            edges.discard(joined.end("said"))
        strong = sorted(edges)
        found: list[_Part] = []
        for start, end in zip(strong, strong[1:], strict=False):
            found += self._by_commas(text, start, end, cities)
        return found

    def _by_commas(self, text: str, start: int, end: int, cities: Sequence[Span]) -> Iterator[_Part]:
        cuts = [comma.end() for comma in _COMMA.finditer(text, start, end)]
        pieces = [self._part(text, *span, cities) for span in pairwise([*cuts, end])]
        for place, piece in enumerate(pieces):
            speaks_of_oneself = piece.own and not piece.names
            if not speaks_of_oneself and not (piece.names and _judges_from(pieces, place)):
                continue  # nothing parts it from what stands before
            held = self._part(text, start, piece.start, cities)
            if speaks_of_oneself or (held.names and held.strong):
                yield held
                start = piece.start
        yield self._part(text, start, end, cities)

    def _part(self, text: str, start: int, end: int, cities: Sequence[Span]) -> _Part:
        said = _QUOTED.sub(_blanked, self._fillers.sub(_blanked, text[start:end]))
        said, muted = self._neutral.subn(_blanked, said)
        rest = said
        cues: list[tuple[int, float]] = []
        for words, weight, denied in self._cues:
            found = list(words.finditer(rest))
            for cue in found:
                before = _DENIED if weight > 0 else _DENIED_AT_ONCE
                turned = before.search(said, max(0, cue.start() - _DENIED_FROM), cue.start()) is not None
                cues.append((cue.start(), denied if turned else weight))
            if found:
                rest = words.sub(_blanked, rest)
        return _Part(
            start,
            end,
            own=bool(self._own.match(said)),
            cues=[cue for _, cue in sorted(cues) if cue],
            muted=muted > 0,
            names=any(start <= begin < end for begin, _ in cities),
        )


def _beside(parts: Sequence[_Part], place: int) -> str | None:
    """The tone of the nearest part that names no city: «К сожалению, …», «… — это лучший пример»."""
    beside = [*parts[place + 1 :][:1], *parts[:place][-1:]]
    return next((part.tone for part in beside if part.tone and not part.names and not part.own), None)


def _judges_from(pieces: Sequence[_Part], place: int) -> bool:
    """Whether a piece or those behind it that name no other city judge what it names."""
    behind = takewhile(lambda piece: not piece.names, islice(pieces, place + 1, None))
    return bool(pieces[place].cues) or any(piece.cues for piece in behind)


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")


def _without_names(text: str, cities: Iterable[Span]) -> str:
    """The text with letters of no word for the names: «в Минусинске» is no «в минусе»."""
    letters = list(text)
    for start, end in cities:
        letters[start:end] = [letter if letter in " -" else "ъ" for letter in letters[start:end]]
    return "".join(letters)


def _blanked(found: re.Match[str]) -> str:
    # A «не» in it turns nothing behind it.
    return " " * len(found[0])


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Any of some words in a row; an asterisk is any ending."""
    words = sorted(patterns, key=len, reverse=True)
    # A word of the text is held only against those that begin as it does; among these the longest stays first.
    by_letter = groupby(sorted(words, key=itemgetter(0)), itemgetter(0))
    branches = (f"{letter}(?:{'|'.join(map(_behind_first, group))})" for letter, group in by_letter)
    return re.compile(rf"\b(?:{'|'.join(branches)})\b" if words else r"(?!)")


def _behind_first(word: str) -> str:
    """What follows the first letter of a word in a row, as a regular expression."""
    return re.escape(word[1:]).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
