"""What the vocabulary consists of. Plain frozen data; the words themselves live in the TOML files beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    """A city whose administration may report."""

    name: str
    slug: str
    region: str
    """The federal subject."""
    latitude: float
    """Degrees, north is positive."""
    longitude: float
    """Degrees, east is positive."""
    population: int
    forms: tuple[str, ...]
    """Six inflected forms, nominative first (nom, gen, dat, acc, ins, loc), as written, with ё."""
    adjective: str | None = None
    """Stem of the adjective in lower case: «омск» for «омская городская Дума»."""
    aliases: tuple[str, ...] = ()
    """Other names, ready for comparison: «Комсомольск», «ЗАТО Северск»."""
    word: bool = False
    """Also an ordinary word or a surname: counts only beside «город», «г.», … or alone in a heading."""
    member: bool = False
    """A member of the association."""


@dataclass(frozen=True, slots=True)
class Region:
    """A federal subject with cities of the list, or several that people call by one name."""

    name: str
    """As `City.region` says it; of several together what people call them: «Алтай», «Дальний Восток»."""
    slug: str
    forms: tuple[str, ...]
    """Every case form of every name as written, the canonical nominative first: «Кузбасс», «Приморье» besides."""
    aliases: tuple[str, ...]
    """Abbreviations and spellings that do not decline: «ХМАО»."""
    regions: tuple[str, ...]
    """The federal subjects that are meant: its own name, or those behind a common or ambiguous one."""


@dataclass(frozen=True, slots=True)
class Size:
    """A band of cities by population."""

    id: str
    """As it stands in addresses: «50-100»."""
    label: str
    least: int
    """People, from which on a city belongs here and not to the band below."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherCity:
    """A city that never reports, but is spoken of."""

    name: str
    forms: tuple[str, ...]
    """As of `City`."""
    adjective: str | None = None
    aliases: tuple[str, ...] = ()
    word: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Lemmas that must stand next to each other, in this order, in any inflection."""

    words: tuple[str, ...]
    """Lower case, ё→е, as written in the TOML file."""
    weight: float


@dataclass(frozen=True, slots=True)
class Section:
    """A branch of municipal work that a report is about."""

    title: str
    slug: str
    aliases: tuple[str, ...] = ()
    """Wordings of the title as they stand in headings, departments, abbreviations."""
    short: tuple[str, ...] = ()
    """Names that are too common to tell the section among other words: «праздники»."""
    cues: tuple[Phrase, ...] = ()
    """What the text of such a report talks about."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject by which officials browse answers."""

    name: str
    slug: str
    phrases: tuple[Phrase, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names people may type: «ковид», «дороги»."""


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """A kind of question of the association's questionnaire."""

    id: str
    label: str
    wordings: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    """Beginnings of words (``сдела*``) or words, all of which must stand in a reworded question."""
    exclusions: tuple[str, ...] = ()
    """Cues that rule the kind out (``not`` in the file)."""


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words and phrases, equal in rank, that a searching official takes for the same."""

    terms: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Where the morphology is wrong for our texts."""

    lemmas: Mapping[str, tuple[str, ...]]
    """Surface form (lower case, ё→е) → the lemmas to use instead."""


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Words that may stand before a name without changing what is meant: «город», «управление»."""

    city: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
