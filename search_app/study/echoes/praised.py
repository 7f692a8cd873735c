"""«Чей опыт»: which cities others praise, for what, and who praises whom, ready to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from search_app.connections.echoes.own import OwnAnswer, own_answer
from search_app.engine.door import Engine, Spoken, Tallies
from search_app.request.addresses import Link, city_url, passage_url
from search_app.request.mentions import TONES, MentionsRequest, mentions_query
from search_app.request.model import Value
from search_app.study.city_years import Cell, Row
from search_app.study.drawing.ring import Ring, ring
from search_app.wording.contents import place
from search_app.wording.labels import GENITIVE, declined, value_label
from search_app.wording.numbers import counted

PATH = "/praised"
PER_PAGE = 10
SHOWN_TOPICS = 3
IN_MATRIX = 15
IN_RING = 12
ON_CITY = 5
"""Quotes that a city's own page shows."""

TONE_LABELS: Mapping[str, str] = {"praise": "похвала", "negative": "критика", "neutral": "без оценки"}


@dataclass(frozen=True, slots=True)
class Praised:
    """One city that others speak of."""

    city: str
    city_url: str
    """Blank where the archive has no report of it."""
    url: str
    """All that is said of it."""
    by: int
    """Cities that speak of it."""
    mentions: int
    topics: tuple[str, ...]
    newest: Quote | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What one answer says of a city."""

    spoken: Spoken
    place: str
    """«Омск, отчёт за 2021 год»"""
    url: str
    tone: str
    own: OwnAnswer | None = None
    """The praised city's own answer."""
    own_place: str = ""


@dataclass(frozen=True, slots=True)
class PraisedPage:
    """What the template prints."""

    title: str
    summary: str
    request: MentionsRequest
    tones: tuple[Link, ...]
    filters: tuple[Link, ...]
    """What narrows the page, each with the address without it."""
    rows: tuple[Praised, ...]
    matrix: tuple[Row, ...]
    columns: tuple[Link, ...]
    """Of the matrix: the cities spoken of."""
    ring: Ring | None
    ring_title: str
    """What the ring shows: the strongest tie, where there is one."""
    quotes: tuple[Quote, ...]
    total: int
    page: int
    pages: int
    previous_url: str
    next_url: str
    years: tuple[int, ...]
    sections: tuple[str, ...]
    carried: tuple[tuple[str, str], ...]

    @property
    def listed(self) -> bool:
        """Whether the page lists quotes, not cities."""
        return bool(self.request.mentioned or self.request.city)


def praised_page(wanted: MentionsRequest, engine: Engine) -> PraisedPage:
    """The table of cities, or, where a city is asked for, what is said of it or by it."""
    wanted = replace(wanted, per_page=PER_PAGE)
    listed = bool(wanted.mentioned or wanted.city)
    tallies = engine.mention_tallies(wanted)
    rows = () if listed else _rows(wanted, tallies, engine)
    total, found = engine.mentions(wanted) if listed else (sum(tallies.ties.values()), ())
    pages = max(-(-total // PER_PAGE), 1)
    page = wanted.page
    return PraisedPage(
        title=_title(wanted, engine),
        summary=_summary(wanted, tallies, engine),
        request=wanted,
        tones=tuple(_tones(wanted)),
        filters=tuple(_filters(wanted, engine)),
        rows=rows,
        matrix=() if listed else _matrix(wanted, tallies, engine),
        columns=()
        if listed
        else tuple(Link(city, address(wanted, mentioned=(city,))) for city in _most_spoken(tallies)),
        ring=None if listed else _ring(tallies),
        ring_title=_ring_title(wanted, tallies),
        quotes=tuple(quote_of(spoken, engine, with_own=True) for spoken in found),
        total=total,
        page=page,
        pages=pages,
        previous_url=address(wanted, page=page - 1) if listed and page > 1 else "",
        next_url=address(wanted, page=page + 1) if listed and page < pages else "",
        years=tuple(sorted((year for year in engine.facet_counts()["year"] if isinstance(year, int)), reverse=True)),
        sections=tuple(sorted(str(value) for value in engine.facet_counts()["section"] if value is not None)),
        carried=tuple(_carried(wanted)),
    )


def quote_of(spoken: Spoken, engine: Engine, *, with_own: bool = False) -> Quote:
    """What an answer says of a city, ready to print."""
    report = spoken.report
    own = own_answer(spoken, engine) if with_own and spoken.remark.tone == "praise" else None
    return Quote(
        spoken=spoken,
        place=place(report.city, report.year, engine.vocabulary),
        url=passage_url(report.id, spoken.passage.position),
        tone=TONE_LABELS[spoken.remark.tone],
        own=own,
        own_place=place(own.hit.city, own.hit.year, engine.vocabulary) if own else "",
    )


def praise_of(city: str, engine: Engine) -> tuple[int, tuple[Quote, ...], str]:
    """How often others praise a city, the newest quotes, and the address of all."""
    wanted = MentionsRequest(mentioned=(city,), tone=("praise",), per_page=ON_CITY)
    total, found = engine.mentions(wanted)
    return (
        total,
        tuple(quote_of(spoken, engine) for spoken in found),
        address(wanted, per_page=MentionsRequest().per_page),
    )


# The table


def _rows(wanted: MentionsRequest, tallies: Tallies, engine: Engine) -> tuple[Praised, ...]:
    by, mentions = _spoken_of(tallies)
    topics: dict[str, Counter[str]] = {}
    for (city, topic), count in tallies.topics.items():
        if topic is not None:
            topics.setdefault(city, Counter())[str(topic)] = count
    ordered = sorted(by, key=lambda city: (-len(by[city]), -mentions[city], city.replace("ё", "е")))
    return tuple(
        Praised(
            city=city,
            city_url=city_url(city, engine.vocabulary) if engine.facet_counts()["city"].get(city) else "",
            url=address(wanted, mentioned=(city,)),
            by=len(by[city]),
            mentions=mentions[city],
            topics=tuple(name for name, _ in topics.get(city, Counter()).most_common(SHOWN_TOPICS)),
            newest=_newest(city, wanted, tallies, engine),
        )
        for city in ordered
    )


def _spoken_of(tallies: Tallies) -> tuple[dict[str, set[Value]], Counter[str]]:
    """City → who speaks of it, and how often it is spoken of."""
    by: dict[str, set[Value]] = {}
    mentions: Counter[str] = Counter()
    for tie, count in tallies.ties.items():
        by.setdefault(tie.mentioned, set()).add(tie.city)
        mentions[tie.mentioned] += count
    return by, mentions


def _newest(city: str, wanted: MentionsRequest, tallies: Tallies, engine: Engine) -> Quote | None:
    found = engine.answer_at(tallies.newest[city])
    tones = wanted.tone or TONES
    remarks = (one for one in found.passage.remarks if one.city == city and one.tone in tones)
    remark = next(remarks, None)
    return quote_of(Spoken(found.passage, found.report, remark), engine) if remark else None


# From whom to whom


def _most_spoken(tallies: Tallies, number: int = IN_MATRIX) -> list[str]:
    by, mentions = _spoken_of(tallies)
    return sorted(by, key=lambda city: (-len(by[city]), -mentions[city], city.replace("ё", "е")))[:number]


def _most_speaking(tallies: Tallies) -> list[Value]:
    speaking: Counter[Value] = Counter()
    for tie, count in tallies.ties.items():
        speaking[tie.city] += count
    return sorted(speaking, key=lambda city: (-speaking[city], city is None, str(city)))


def _matrix(wanted: MentionsRequest, tallies: Tallies, engine: Engine) -> tuple[Row, ...]:
    """Every city that speaks, by the cities spoken of most."""
    columns = _most_spoken(tallies)
    counts: Counter[tuple[Value, str]] = Counter()
    totals: Counter[Value] = Counter()
    for tie, count in tallies.ties.items():
        counts[tie.city, tie.mentioned] += count
        totals[tie.city] += count
    return tuple(
        Row(
            city=_named(city, engine),
            url=address(wanted, city=(city,)),
            cells=tuple(
                Cell(address(wanted, city=(city,), mentioned=(column,)), counts[city, column])
                if counts[city, column]
                else None
                for column in columns
            ),
            count=totals[city],
        )
        for city in _most_speaking(tallies)
    )


def _ring(tallies: Tallies) -> Ring | None:
    """The ties between the cities that are spoken of most, and those that speak of them most."""
    totals: Counter[str] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for tie, count in tallies.ties.items():
        if tie.city is not None:
            counts[str(tie.city), tie.mentioned] += count
            totals[tie.mentioned] += count
            totals[str(tie.city)] += count
    chosen = {name for name, _ in totals.most_common(IN_RING)}
    counts = Counter({pair: count for pair, count in counts.items() if chosen.issuperset(pair)})
    if not counts:
        return None
    names = sorted({name for pair in counts for name in pair})
    ties = {
        (names.index(one), names.index(other)): (count, f"{one} → {other}: {count}")
        for (one, other), count in counts.items()
    }
    return ring(names, ties)


def _ring_title(wanted: MentionsRequest, tallies: Tallies) -> str:
    """«Кто чей опыт отмечает: чаще всего Омск → Томск, 3 раза»; where several are equal, none is named."""
    what = _WHO_WHOM.get(_tone(wanted), _WHO_WHOM["neutral"])
    counts: Counter[tuple[Value, str]] = Counter()
    for tie, count in tallies.ties.items():
        if tie.city is not None:
            counts[tie.city, tie.mentioned] += count
    first = counts.most_common(2)
    if not first or (len(first) == 2 and first[0][1] == first[1][1]):
        return what
    (one, other), most = first[0]
    return f"{what}: чаще всего {one} → {other}, {counted(most, 'раз', 'раза', 'раз')}"


def ties(wanted: MentionsRequest, engine: Engine) -> tuple[tuple[str, str, int], ...]:
    """Who speaks, of whom, how often; the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for tie, count in engine.mention_tallies(wanted).ties.items():
        counts[_named(tie.city, engine), tie.mentioned] += count
    return tuple(
        (one, other, count) for (one, other), count in sorted(counts.items(), key=lambda own: (-own[1], own[0]))
    )


# Words and addresses


def _named(city: Value, engine: Engine) -> str:
    name = value_label("city", city, engine.vocabulary)
    return name[0].upper() + name[1:]


def _tone(wanted: MentionsRequest) -> str:
    """The only tone that is asked for; blank for several."""
    return wanted.tone[0] if len(wanted.tone) == 1 else ""


def _title(wanted: MentionsRequest, engine: Engine) -> str:
    of = ", ".join(wanted.mentioned)
    by = ", ".join(_named(city, engine) for city in wanted.city)
    if of and by:
        return f"{by} о городе {of}"
    none, about, speaks = _TITLES[_tone(wanted)]
    of = ", ".join(_told(city, _tone(wanted), engine) for city in wanted.mentioned)
    return f"{about} {of}" if of else f"{speaks} {by}" if by else none


def _told(city: str, tone: str, engine: Engine) -> str:
    """A city's name as it follows «опыт города», or «город»."""
    return declined(city, GENITIVE, engine.vocabulary) if tone == "praise" else city


_TITLES: Mapping[str, tuple[str, str, str]] = {
    "praise": ("Чей опыт отмечают", "Что отмечают в опыте города", "Чей опыт отмечает"),
    "negative": ("Чей опыт критикуют", "За что критикуют город", "Кого критикует"),
    "neutral": ("Кого упоминают без оценки", "Где без оценки упомянут город", "Кого без оценки упоминает"),
    "": ("Кого упоминают", "Что говорят о городе", "Кого упоминает"),
}
"""Tone → titles: of the whole table, of what is said of a city, of what a city says."""

_WHO_WHOM = {"praise": "Кто чей опыт отмечает", "negative": "Кто кого критикует", "neutral": "Кто кого упоминает"}
_MOST = {
    "praise": ("отмечают опыт города", "отмечают опыт городов"),
    "negative": ("критикуют город", "критикуют города"),
    "neutral": ("упоминают город", "упоминают города"),
}


def _summary(wanted: MentionsRequest, tallies: Tallies, engine: Engine) -> str:
    by, mentions = _spoken_of(tallies)
    total = sum(mentions.values())
    if not total:
        return "Таких упоминаний в архиве нет."
    times = counted(total, "упоминание", "упоминания", "упоминаний")
    who = counted(len({tie.city for tie in tallies.ties}), "города", "городов", "городов")
    if wanted.mentioned or wanted.city:
        return f"{times} в ответах {who}."
    whom = counted(len(by), "городе", "городах", "городах")
    return f"{times} в ответах {who}: речь о {whom}. {_spoken_of_most(wanted, by, engine)}".rstrip()


def _spoken_of_most(wanted: MentionsRequest, by: Mapping[str, set[Value]], engine: Engine) -> str:
    """«Чаще других отмечают опыт города Томска: о нём говорят 5 городов.»; all that are equal are named, or counted.

    Blank where no city is spoken of by two.
    """
    most = max(map(len, by.values()))
    if most < 2:
        return ""
    equal = sorted(
        (city for city, cities in by.items() if len(cities) == most), key=lambda city: city.replace("ё", "е")
    )
    one, many = _MOST.get(_tone(wanted), _MOST["neutral"])
    shown = [_told(city, _tone(wanted), engine) for city in equal[:_NAMED]]
    named = ", ".join(shown) + (f" и ещё {len(equal) - _NAMED}" if len(equal) > _NAMED else "")
    speak = (
        f"говорит {counted(most, 'город', 'города', 'городов')}"
        if most % 10 == 1 and most % 100 != 11
        else (f"говорят {counted(most, 'город', 'города', 'городов')}")
    )
    if len(equal) == 1:
        return f"Чаще других {one} {named}: о нём {speak}."
    return f"Чаще других {many} {named}: о каждом {speak}."


_NAMED = 4


def _tones(wanted: MentionsRequest) -> Iterable[Link]:
    chosen = {"Похвала": ("praise",), "Критика": ("negative",), "Без оценки": ("neutral",), "Все": TONES}
    for label, tones in chosen.items():
        yield Link(label, address(wanted, tone=tones), set(wanted.tone) == set(tones))


def _filters(wanted: MentionsRequest, engine: Engine) -> Iterable[Link]:
    """What narrows the page, each with the address of the page without it."""
    told: Sequence[tuple[str, str]] = (
        ("city", "говорит: {}"),
        ("mentioned", "о ком: {}"),
        ("year", "{} год"),
        ("section", "{}"),
        ("kind", "{}"),
    )
    for name, words in told:
        for value in getattr(wanted, name):
            label = str(value) if name == "mentioned" else value_label(name, value, engine.vocabulary)
            left = tuple(one for one in getattr(wanted, name) if one != value)
            yield Link(words.format(label), address(wanted, **{name: left}))


def _carried(wanted: MentionsRequest) -> Iterable[tuple[str, str]]:
    return parse_qsl(_query(wanted, page=1))


def _query(wanted: MentionsRequest, **changed: Any) -> str:
    changes = {"page": 1, "per_page": MentionsRequest().per_page} | changed
    if set(changes.get("tone", wanted.tone)) == {"praise"}:
        changes["tone"] = ()
    return mentions_query(wanted, **changes)


def address(wanted: MentionsRequest, **changed: Any) -> str:
    """The address of the page; praise is what it shows without a tone."""
    query = _query(wanted, **changed)
    return f"{PATH}?{query}" if query else PATH
