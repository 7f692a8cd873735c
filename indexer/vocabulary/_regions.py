"""regions.toml: the federal subjects of the cities and what people call them, alone and together."""

from __future__ import annotations

from indexer.vocabulary._entries import City, Region
from indexer.vocabulary._fold import fold
from indexer.vocabulary._parse import Claims, declined, slug_of
from indexer.vocabulary._toml import Table, TomlFile


def parse_regions(file: TomlFile, cities: tuple[City, ...]) -> tuple[Region, ...]:
    """The regions of ``[[region]]`` tables.

    Raises VocabularyError where a region has no city, a city no region, or two regions one name.
    """
    file.only("region")
    subjects = {city.region for city in cities}
    names = Claims("название", {fold(form): city.name for city in cities for form in city.forms})
    slugs = Claims("адрес")
    regions = []
    for table in file.tables("region"):
        region = _region(table, subjects)
        slugs.take(region.slug, table, "slug")
        for key, written in (("declensions", region.forms), ("aliases", region.aliases)):
            for name in written:
                names.claim(name, region.name, table, key)
        regions.append(region)
    missing = sorted(subjects - {region.name for region in regions})
    if missing:
        file.fail(1, f"нет региона «{missing[0]}», а в cities.toml есть его города.")
    return tuple(regions)


def _region(table: Table, subjects: set[str]) -> Region:
    table.check_keys(required=("name", "slug", "declensions"), optional=("aliases", "regions"))
    name, members = table.text("name"), table.texts("regions") or (table.text("name"),)
    for member in members:
        if member not in subjects:
            key = "regions" if "regions" in table.data else "name"
            table.fail(f"в cities.toml нет городов региона «{member}».", key=key, value=member)
    return Region(
        name=name,
        slug=slug_of(table),
        forms=_forms(table, name),
        aliases=table.texts("aliases"),
        regions=members,
    )


def _forms(table: Table, name: str) -> tuple[str, ...]:
    """Every form of every name, the canonical nominative first."""
    written = table.texts("declensions")
    if not written:
        table.fail(f"у «{name}» нет склонения.", key="declensions")
    forms = [form for number, cases in enumerate(written) for form in declined(table, cases, None if number else name)]
    return tuple(dict.fromkeys(forms))
