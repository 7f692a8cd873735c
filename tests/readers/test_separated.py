"""Tables as text are tables, whatever parts their values and in whichever encoding; running text stays text."""

import csv
import io

import pytest

from indexer.readers import format_of, read_document

from .making import lines

ROWS = [
    ["Отчёт администрации города Томска за 2019 год", ""],
    ["Вопрос", "Ответ"],
    ["Что наиболее значительное удалось сделать?", "Построен планетарий;\nоткрыт «сад», два моста."],
    ["Какие задачи планируется решить?", "Открыть оранжерею."],
]


def table(delimiter: str, encoding: str, quoting: int = csv.QUOTE_MINIMAL, rows: list[list[str]] = ROWS) -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, quoting=quoting).writerows(rows)
    return target.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_table_is_read_row_by_row(delimiter: str, encoding: str, quoting: int) -> None:
    data = table(delimiter, encoding, quoting)
    assert format_of(data, "a.csv") == "csv"
    assert lines(data) == [
        "Отчёт администрации города Томска за 2019 год",
        "Вопрос ¦ Ответ",
        "Что наиболее значительное удалось сделать? ¦ Построен планетарий;\nоткрыт «сад», два моста.",
        "Какие задачи планируется решить? ¦ Открыть оранжерею.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. Что удалось?\nПостроен планетарий; отремонтирована школа; сдан мост.\n2. Задачи\nОткрыть сад; сдать дом.",
        "- построен планетарий;\n- отремонтирована школа;\n- сдан мост.",
        "Освоено 12,5 млн рублей,\nпостроено 3,5 км дорог,\nпосажено 1,2 тыс. деревьев.",
        'Сказано: "построен, сдан,\nоткрыт и работает.\nОчень хорошо',
        "Глава\tИванов\nТекст отчёта без знаков\nЕщё текст\nИ ещё\nИ последний",
    ],
)
def test_running_text_is_no_table(text: str) -> None:
    assert format_of(text.encode(), "a.txt") == "text"


@pytest.mark.parametrize("cut", [1, 5, 20])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_table_that_breaks_off_is_told(cut: int, quoting: int) -> None:
    rows = [[f"Что сделано в {year} году?", "Построен мост; открыт сад"] for year in range(2010, 2020)]
    data = table(";", "cp1251", quoting, rows)
    assert read_document(data, "a.csv").losses == () == read_document(data.rstrip(), "a.csv").losses
    found = read_document(data.rstrip()[:-cut], "a.csv").losses
    assert [loss[:19] for loss in found] == ["Таблица обрывается:"]


def test_a_last_row_with_fewer_values_is_no_break() -> None:
    data = table(";", "cp1251", csv.QUOTE_MINIMAL, [*ROWS[1:], ["Исполнитель: отдел связи"]])
    assert read_document(data, "a.csv").losses == ()
