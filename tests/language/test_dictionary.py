"""Names of towns in whatever case come out in the nominative."""

from __future__ import annotations

import pytest

from indexer.language.dictionary import nominative
from tests.language.test_analysis import rows

# a name in an oblique case | in the nominative
NAMES = """
Верхней Пышмы        | Верхняя Пышма
Кедрового            | Кедровый
Комсомольска-на-Амуре | Комсомольск-на-Амуре
Набережных Челнов    | Набережные Челны
Каменска-Уральского  | Каменск-Уральский
Новом Уренгое        | Новый Уренгой
ОМСКА                | ОМСК
"""


@pytest.mark.parametrize(("name", "expected"), rows(NAMES))
def test_a_name_in_any_case(name: str, expected: str) -> None:
    assert nominative(name) == expected
