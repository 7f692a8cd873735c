"""What the names of files and folders tell of a city, and what they must not be taken for."""

import pytest

from indexer.language.analysis import shared_analyzer
from indexer.report.cities import CityRules
from indexer.report.names import CityNames
from indexer.vocabulary import load


def city_of(path: str) -> str | None:
    vocabulary = load()
    names = CityNames(vocabulary.cities, vocabulary.report.city_titles)
    found = CityRules(vocabulary, shared_analyzer(vocabulary), names).of_path(path)
    return found.value if found else None


@pytest.mark.parametrize(
    ("path", "city"),
    [
        ("Обь.txt", "Обь"),
        ("otchet_obi_2019.txt", "Обь"),
        ("2019/ufa_2.txt", "Уфа"),
        ("otchet_zimy.doc", "Зима"),
        ("uraj/a.txt", "Урай"),
        ("okha-2019.txt", "Оха"),
        ("nsk-it.docx", "Новосибирск"),
        ("tjumen/1.txt", "Тюмень"),
    ],
)
def test_cities(path: str, city: str) -> None:
    assert city_of(path) == city


@pytest.mark.parametrize(
    "path", ["f07_obj/a.txt", "obj.txt", "bin/obj_2019.docx", "mass_2.txt", "tare.txt", "zee/1.txt"]
)
def test_abbreviations_of_programs(path: str) -> None:
    assert city_of(path) is None
