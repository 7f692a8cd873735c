"""Cities and regions are known however they are typed: the table is `tests/data/places.tsv`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from indexer.errors import VocabularyError
from indexer.vocabulary import Vocabulary, load
from indexer.vocabulary._letters import transcription
from tests.test_vocabulary import CITIES, FILES

PLACES = Path(__file__).parent / "data" / "places.tsv"

REGIONS = """\
[[region]]
name = "Омская область"
slug = "omskaya-oblast"
declensions = [
  "Омская область, Омской области, Омской области, Омскую область, Омской областью, Омской области",
  "Прииртышье, Прииртышья, Прииртышью, Прииртышье, Прииртышьем, Прииртышье",
]
aliases = ["Омская обл."]

[[region]]
name = "Хабаровский край"
slug = "khabarovskiy-kray"
declensions = ["Хабаровский край, Хабаровского края, Хабаровскому краю, Хабаровский край, Хабаровским краем, Крае"]

[[region]]
name = "Приморский край"
slug = "primorskiy-kray"
declensions = ["Приморский край, Приморского края, Приморскому краю, Приморский край, Приморским краем, Приморье"]

[[region]]
name = "Дальний Восток"
slug = "dalniy-vostok"
declensions = ["Дальний Восток, Дальнего Востока, Дальнему Востоку, Дальний Восток, Дальним Востоком, Дальнем Востоке"]
regions = ["Хабаровский край", "Приморский край"]
"""


def _table() -> list[tuple[str, str | None, str | None]]:
    lines = [line for line in PLACES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [line.split("\t") for line in lines[1:]]
    return [(re.sub(r"[{}]", "", typed), _known(city), _known(region)) for typed, city, region in rows]


def _known(name: str) -> str | None:
    return None if name == "-" else name


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small vocabulary with regions."""
    for name, text in {**FILES, "regions": REGIONS}.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_braces_of_the_table_stand_about_latin_letters() -> None:
    marked = re.findall(r"\{(.*?)\}", "".join(PLACES.read_text(encoding="utf-8").split("typed\t")[1:]))
    assert marked and all(letters.isascii() for letters in marked)


@pytest.mark.parametrize(("typed", "city", "region"), _table())
def test_place_is_known_however_it_is_typed(
    words: Vocabulary, typed: str, city: str | None, region: str | None
) -> None:
    found, named = words.find_city(typed), words.find_region(typed)
    assert (found and found.name, named and named.name) == (city, region)


def test_every_city_is_found_by_its_slug_and_no_two_share_a_transcription(words: Vocabulary) -> None:
    assert [city.name for city in words.cities if words.find_city(city.slug.replace("-", " ")) is not city] == []
    assert [key for key, count in Counter(transcription(city.slug) for city in words.cities).items() if count > 1] == []


def test_every_form_of_every_region_is_the_region_and_no_city(words: Vocabulary) -> None:
    names = [(name, region) for region in words.regions for name in (region.slug, *region.forms, *region.aliases)]
    assert [name for name, region in names if words.find_region(name) is not region or words.find_city(name)] == []


def test_every_city_belongs_to_its_region(words: Vocabulary) -> None:
    for city in words.cities:
        region = words.region(city.region)
        assert region is not None and region.regions == (city.region,) and city in words.cities_of_region(region)


def test_common_names_stand_for_the_cities_of_several_regions(words: Vocabulary) -> None:
    altai = words.find_region("Алтай")
    assert altai is not None
    cities = {city.name for city in words.cities_of_region(altai)}
    assert {"Горно-Алтайск", "Барнаул", "Бийск"} <= cities and "Кемерово" not in cities


def test_vocabulary_without_regions_knows_none(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    assert load(tmp_path).regions == () and load(tmp_path).find_region("Омская область") is None


def test_small_vocabulary_knows_its_regions(folder: Path) -> None:
    words = load(folder)
    east = words.region("Дальний Восток")
    assert east is not None
    assert [city.name for city in words.cities_of_region(east)] == ["Комсомольск-на-Амуре", "Артём"]
    assert words.find_region("прииртышья") is words.region("Омская область")
    assert words.cities[0].region in CITIES


# what is replaced, by what, the line the fault stands on, a word of the message
FAULTS = [
    ('slug = "primorskiy-kray"', 'slug = "omskaya-oblast"', 17, "omskaya-oblast"),
    ('"Омская обл."', '"Приморского края"', 18, "Приморского края"),
    ('"Омская обл."', '"Омске"', 8, "Омск"),
    ("Прииртышьем, Прииртышье", "Прииртышьем", 4, "шесть"),
    ("declensions = [\n", 'declensions = ["Омск, Омска, Омску, Омск, Омском, Омске",\n', 4, "Омск"),
    ('"Приморский край"]', '"Московская область"]', 24, "Московская область"),
    ('name = "Приморский край"', 'name = "Марс"', 16, "Марс"),
    ("aliases", "alias", 8, "alias"),
    ("[[region]]", "[[land]]", 1, "land"),
]


@pytest.mark.parametrize(("old", "new", "line", "word"), FAULTS)
def test_fault_is_told_with_file_and_line(folder: Path, old: str, new: str, line: int, word: str) -> None:
    assert old in REGIONS
    path = folder / "regions.toml"
    path.write_text(REGIONS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        load(folder)
    assert str(caught.value).startswith(f"{path}, строка {line}: ") and word in str(caught.value)


def test_region_without_an_entry_is_told(folder: Path) -> None:
    path = folder / "regions.toml"
    path.write_text(REGIONS[: REGIONS.index('[[region]]\nname = "Хаб')], encoding="utf-8")
    with pytest.raises(VocabularyError, match="нет региона «Приморский край»"):
        load(folder)
