"""Plain text and Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import EmptyFileError, ReadError
from indexer.readers import read_blocks, read_document
from indexer.readers.text import blocks_of

from .making import lines, shown

# Source, then what is read of it: «#» heading, «!» emphasis, «~» wraps, [mark].
CASES = [
    ("## **ОМСК**", ["##! ОМСК"]),
    ("##ОМСК", ["##ОМСК"]),
    ("*Что удалось сделать?*", ["! Что удалось сделать?"]),
    ("__Какие задачи?__\n_Какая помощь?_", ["! Какие задачи?", "!~ Какая помощь?"]),
    ("***Какие задачи***?", ["! Какие задачи?"]),
    ("*Что удалось\nсделать в 2021 году?*\nОтвет", ["! Что удалось", "!~ сделать в 2021 году?", "~ Ответ"]),
    ("1. **Что сделано?**", ["! [1.] Что сделано?"]),
    ("**1. Что сделано?**", ["! [1.] Что сделано?"]),
    ("- **Дороги**: отремонтированы", ["[-] Дороги: отремонтированы"]),
    ("Куплены **новые** и *старые* __машины__", ["Куплены новые и старые машины"]),
    ("5*6*7 file_name_1 № * данные*", ["5*6*7 file_name_1 № * данные*"]),
    ("* – оценка\n\n*", ["* – оценка", "*"]),
    ("ОТЧЁТ\n=====\nтекст", ["# ОТЧЁТ", "текст"]),
    ("Раздел\n------\n\nтекст", ["## Раздел", "текст"]),
    ("конец абзаца.\n-----\nтекст", ["конец абзаца.", "текст"]),
    ("а\n\n***\n\n___\n\nб", ["а", "б"]),
    ("| Вопрос | Ответ |\n|---|:-:|\n| Что? | **Много** |", ["Вопрос ¦ Ответ", "Что? ¦ Много"]),
    ("+---+---+\n| а | б |\n+---+---+", ["а ¦ б"]),
    ("А | Б\n--|--\nв | г", ["А ¦ Б", "в ¦ г"]),
    (r"| а \| б | в |", ["а | б ¦ в"]),
    ("> цитата\n> > глубже\n> 5900 человек", ["цитата", "~ глубже", "~ > 5900 человек"]),
    (r"1\. Что \*сделано\*", ["[1.] Что *сделано*"]),
    (r"\* не пункт", ["* не пункт"]),
    ("[сайт](http://a.b/c_(d)) ![фото](x.png) <https://e.f>", ["сайт фото https://e.f"]),
    ("```\nкод\n```", ["код"]),
    ("раз<br>два&nbsp;три", ["раз\nдва три"]),
    ("раз\r\nдва\rтри\n\n\nчетыре", ["раз", "~ два", "~ три", "четыре"]),
    ("   отступ\n\tтабуляция", ["отступ", "~ табуляция"]),
    ("орга\u00adни\u00ad\nзация", ["органи-", "~ зация"]),
    ("за\u0301мок и\u0306од\u200bный \u00a0 край\ufeff", ["замок йодный край"]),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_lines(source: str, expected: list[str]) -> None:
    assert [shown(block) for block in blocks_of(source)] == expected


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", "\ufeff\u00a0\n".encode()])
def test_nothing_in_it(data: bytes) -> None:
    with pytest.raises(EmptyFileError, match="Файл пуст|нет текста"):
        read_blocks(data, "отчёт.txt")


def test_binary_content_named_txt() -> None:
    with pytest.raises(ReadError, match="двоичные данные"):
        read_blocks(bytes(range(256)) * 50, "отчёт.txt")


def test_encodings_through_the_front_door() -> None:
    text = "ОМСК\r\n\r\n1. Какие задачи стоят в 2022 году?\r\n"
    expected = ["ОМСК", "[1.] Какие задачи стоят в 2022 году?"]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "cp866", "koi8-r"):
        assert lines(text.encode(encoding)) == expected


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


@given(st.lists(st.text(alphabet="абвОМСК 12.)-–•№«»?!,;:*", max_size=30), max_size=8))
def test_no_letter_is_lost_or_repeated(source: list[str]) -> None:
    text = "\n".join(source)
    try:
        read = "".join(block.line for block in blocks_of(text))
    except EmptyFileError:
        read = ""
    assert _letters(read) == _letters(text)


@given(st.text(max_size=200))
def test_any_text_is_read(source: str) -> None:
    try:
        for block in blocks_of(source):
            assert block.text.strip()
    except ReadError:
        pass


RULED = """╔═════════════════════════╗
║  ОТЧЕТ ГОРОДА ТОМСКА    ║
╚═════════════════════════╝
┌─────────────┬───────────┐
│ Вопрос      │ Ответ     │
├─────────────┼───────────┤
│ Что удалось │ Построен  │
│ сделать?    │ мост      │
├─────────────┼───────────┤
│ Какие       │ Открыть   │
│ задачи?     │ сад       │
└─────────────┴───────────┘
Конец"""
PLAIN_ROWS = """─────────────┬───────────
Мероприятие  │ Итоги
─────────────┼───────────
Дороги       │ 12 км
             │ и мост
Дворы        │ 5
─────────────┴───────────"""


@pytest.mark.parametrize("page", ["cp866", "utf-8", "koi8-r"])
def test_tables_drawn_with_frames(page: str) -> None:
    assert lines(RULED.encode(page)) == [
        "ОТЧЕТ ГОРОДА ТОМСКА", "Вопрос ¦ Ответ", "Что удалось сделать? ¦ Построен мост", "Какие задачи? ¦ Открыть сад",
        "Конец",
    ]  # fmt: skip
    assert lines(PLAIN_ROWS.encode(page)) == ["Мероприятие ¦ Итоги", "Дороги ¦ 12 км и мост", "Дворы ¦ 5"]


@pytest.mark.parametrize("page", ["utf-8", "cp1251", "utf-16"])
@pytest.mark.parametrize("end", ["построен мост через реку и", "отремонтирована и постро", "открыта новая библ"])
def test_a_text_that_breaks_off_is_told(end: str, page: str) -> None:
    found = read_document(f"Отчёт города Омска\nВ городе {end}".encode(page), "a.txt")
    assert [loss[:17] for loss in found.losses] == ["Текст обрывается:"]


def test_half_a_letter_at_the_end_is_told() -> None:
    whole = "В городе построен мост"
    cut = read_document(whole.encode()[:-1], "a.txt")
    assert cut.losses and not read_document(whole.encode(), "a.txt").losses
    assert [block.text for block in cut.blocks] == [whole[:-1]]


@pytest.mark.parametrize(
    "end",
    [
        "В городе построен мост через реку и\n", "В городе построен мост", "В городе построено жилья 12 тыс. кв. м",
        "Исполнитель: начальник отдела Бадмаева Ц. Б., тел. 12-34", "Построено: виадук, дом культуры, шк",
        "В городе построен мост через реку ВКонтакте", "- центр мониторинга кибербезопасности",
        "Почта администрации: gorod@omsk.ru",
    ],
)  # fmt: skip
def test_a_whole_text_is_not_said_to_break_off(end: str) -> None:
    assert read_document(f"Отчёт города Омска\n{end}".encode(), "a.txt").losses == ()
