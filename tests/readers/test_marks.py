"""What counts as a printed list mark, as a table that grows with every surprise."""

import pytest

from indexer.readers.marks import block_of, split_mark

LISTED = """
1. Что удалось сделать?            | 1.    | Что удалось сделать?
1.Что удалось сделать?             | 1.    | Что удалось сделать?
2) второе                          | 2)    | второе
2)второе                           | 2)    | второе
1.2. Первый подпункт               | 1.2.  | Первый подпункт
12.3.4. Глубже                     | 12.3.4. | Глубже
3.) так тоже пишут                 | 3.)   | так тоже пишут
а) буква                           | а)    | буква
Б) большая буква                   | Б)    | большая буква
IV. Основные итоги                 | IV.   | Основные итоги
- организация работы               | -     | организация работы
– организация работы               | –     | организация работы
-организация работы                | -     | организация работы
• пункт                            | •     | пункт
•пункт                             | •     | пункт
* пункт                            | -     | пункт
+ пункт                            | -     | пункт
- 12 календарных планов            | -     | 12 календарных планов
1. 9-й форум                       | 1.    | 9-й форум
"""

SENTENCES = """
2021 год стал переломным
30.12.2014 № 440-р утверждена инструкция
30. 12. 2014 утверждена инструкция
15.07. 2022 заключён договор
01.02. прошло совещание
5 автобусов куплено
1941 – 1945 годы
9-й форум руководителей
6 мая состоялся концерт
1,5 млн рублей
2.5 процента
V Международный конкурс
№ 1. Указ
* – оценка
-5 градусов
г. Омск
А. С. Пушкин
ул. Ленина
1.
-
"""


@pytest.mark.parametrize("case", [line for line in LISTED.splitlines() if line])
def test_marks_are_split_off(case: str) -> None:
    text, mark, rest = (part.strip() for part in case.split("|"))
    assert split_mark(text) == (mark, rest)


@pytest.mark.parametrize("text", [line.strip() for line in SENTENCES.splitlines() if line.strip()])
def test_other_beginnings_belong_to_the_sentence(text: str) -> None:
    assert split_mark(text) == ("", text)


@pytest.mark.parametrize(
    "raw", ["\uf0b7\tпункт", "\uf0a7 пункт", "o\tпункт", "o   пункт", "*\u00a0пункт", "·\u00a0\u00a0пункт"]
)
def test_bullets_of_symbol_fonts(raw: str) -> None:
    block = block_of(raw)
    assert block is not None
    assert (block.marker in "-·", block.text) == (True, "пункт")


def test_a_preposition_typed_in_latin_is_no_bullet() -> None:
    block = block_of("o проведении конкурса")
    assert block is not None
    assert block.line == "o проведении конкурса"
