"""Characters of every source become the plain ones; letters set apart become words."""

import pytest

from indexer.readers.normalize import clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("О Т Ч Ё Т   г о р о д а   Т О М С К А", "ОТЧЁТ города ТОМСКА"),
        ("О\u00a0Т\u00a0Ч\u00a0Ё\u00a0Т  з а   2 0 1 9   г о д", "ОТЧЁТ за 2019 год"),
        ("О Т Ч Ё Т", "ОТЧЁТ"),
        ("О Т Ч Ё Т   г о р о д а   Т О М С К А за 2019 год", "ОТЧЁТ города ТОМСКА за 2019 год"),
        ("И Т О Г И работы города", "ИТОГИ работы города"),
        ("И Т О Г И   работы", "ИТОГИ работы"),
        ("О Т Ч Ё Т\nгорода Томска", "ОТЧЁТ\nгорода Томска"),
        ("Классы а б в г д получили кабинеты", "Классы а б в г д получили кабинеты"),
        ("А Б В Г Д", "А Б В Г Д"),
        ("и в с к", "и в с к"),
        ("школы № 1 2 3 4 5 6 и детские сады", "школы № 1 2 3 4 5 6 и детские сады"),
        ("  Обычная   строка с  пробелами ", "Обычная строка с пробелами"),
    ],
)
def test_letters_set_apart(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_the_place_of_an_object_prints_nothing() -> None:
    assert clean("Информация \ufffc\ufffc прилагается.") == "Информация прилагается."
