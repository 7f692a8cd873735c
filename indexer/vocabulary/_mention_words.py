"""mentions.toml and other_cities.toml: how cities are mentioned in answers, and those that never report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.vocabulary._entries import OtherCity
from indexer.vocabulary._parse import adjective_of, declension_of
from indexer.vocabulary._toml import Table, TomlFile

_BESIDE = (
    "places", "short", "never", "institutions", "telling", "bodies", "owners", "quoted", "companies", "venues",
)  # fmt: skip
_DOUBTFUL = ("adjectives", "persons", "common")


@dataclass(frozen=True, slots=True)
class MentionWords:
    """Word patterns (a trailing ``*`` is any ending) beside the names of cities; mentions.toml tells of each."""

    beside: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(_BESIDE, ()))
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(_DOUBTFUL, ()))
    """``adjectives``: stems; ``persons`` and ``common``: names of cities."""
    regions: tuple[str, ...] = ()
    """Names that are no cities behind «города»."""
    inhabitants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """City → its inhabitants in the nominative plural."""


def parse_mention_words(file: TomlFile, cities: frozenset[str]) -> MentionWords:
    """The tables of mentions.toml. Raises VocabularyError on unknown keys and on inhabitants of an unknown city."""
    file.only("beside", "doubtful", "regions", "inhabitants")
    beside, doubtful = file.table("beside"), file.table("doubtful")
    regions, inhabitants = file.table("regions"), file.table("inhabitants")
    beside.check_keys(_BESIDE)
    doubtful.check_keys(_DOUBTFUL)
    regions.check_keys(("names",))
    for name in ("persons", "common"):
        _known(doubtful, name, doubtful.texts(name), cities)
    for city in inhabitants.data:
        _known(inhabitants, city, (city,), cities)
    return MentionWords(
        beside={name: beside.texts(name) for name in _BESIDE},
        doubtful={name: doubtful.texts(name) for name in _DOUBTFUL},
        regions=regions.texts("names"),
        inhabitants={city: inhabitants.texts(city) for city in inhabitants.data},
    )


def _known(table: Table, key: str, names: tuple[str, ...], cities: frozenset[str]) -> None:
    for name in names:
        if name not in cities:
            table.fail(f"города «{name}» нет ни в cities.toml, ни в other_cities.toml.", key=key, value=name)


def parse_other_cities(file: TomlFile, listed: frozenset[str]) -> tuple[OtherCity, ...]:
    """The ``[[city]]`` tables of other_cities.toml. Raises VocabularyError where cities.toml has the city already."""
    file.only("city")
    seen = set(listed)
    found = []
    for table in file.tables("city"):
        table.check_keys(("name", "declension"), optional=("adjective", "aliases", "word"))
        name = table.text("name")
        if name in seen:
            table.fail(f"город «{name}» уже есть.", key="name", value=name)
        seen.add(name)
        found.append(
            OtherCity(
                name=name,
                forms=declension_of(table, name),
                adjective=adjective_of(table),
                aliases=table.texts("aliases") if "aliases" in table.data else (),
                word=table.flag("word"),
            )
        )
    return tuple(found)
