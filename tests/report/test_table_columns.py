"""Tables with columns of city, year and section: each city's rows are a report of its own."""

import pytest

from indexer.model import Block
from indexer.report import ReportParser

HEAD = ("Город", "Отчётный год", "Раздел", "Вопрос", "Ответ")


def row(*cells: str) -> Block:
    return Block(" | ".join(cells), cells=cells)


def rows_of(city: str, year: int) -> list[Block]:
    place = (city, str(year), "Организационная работа")
    return [
        row(*place, f"Что наиболее значительное удалось сделать в {year} году?", f"Построен мост в городе {city}."),
        row(*place, f"Какие задачи планируется решить в {year + 1} году?", "Открыть оранжерею."),
    ]


@pytest.mark.parametrize("cities", [[("Томск", 2019)], [("Томск", 2019), ("Омск", 2018)]])
def test_columns_of_city_and_year(parser: ReportParser, cities: list[tuple[str, int]]) -> None:
    table = [row(*HEAD), *(line for city, year in cities for line in rows_of(city, year))]
    reports = parser.parse(table, "a.csv").reports
    assert [(report.city, report.year, report.section) for report in reports] == [
        (city, year, "Организационная работа") for city, year in cities
    ]
    for report in reports:
        assert [passage.kind for passage in report.passages] == ["achievements", "tasks"]
        assert report.passages[1].text == "Открыть оранжерею."


def test_other_tables_keep_their_columns(parser: ReportParser) -> None:
    table = [row("Город", "Школ", "Садов"), row("Томск", "4", "5"), row("Омск", "6", "7")]
    (report,) = parser.parse([Block("Отчёт города Томска за 2019 год"), *table], "a.docx").reports
    assert "Омск | 6 | 7" in "\n".join(passage.text for passage in report.passages)


FORM = (
    "Отметка времени",
    "Наименование города",
    "Отчётный год",
    "Что удалось сделать?",
    "Что не удалось?",
    "Задачи на будущее",
    "Исполнитель",
)


def test_a_row_for_each_who_answered_a_form(parser: ReportParser) -> None:
    table = [
        row(*FORM),
        row(
            "12.01.2020 10:14", "Бийск", "2019", "Куплено 12 автобусов.\nОткрыт маршрут.", "Нет водителей", "", "Орлова"
        ),
        row("13.01.2020 09:00", "Братск", "2019", "Отремонтированы дороги", "", "Построить развязку", ""),
    ]
    first, second = parser.parse(table, "a.xlsx").reports
    assert [(report.city, report.year) for report in (first, second)] == [("Бийск", 2019), ("Братск", 2019)]
    told = {passage.kind: passage.text for passage in first.passages}
    assert told["achievements"] == "Куплено 12 автобусов.\nОткрыт маршрут." and told["problems"] == "Нет водителей"
    assert "Орлова" in told["overview"] and "12.01" not in told["overview"]
    assert [p.kind for p in second.passages if not p.blank] == ["achievements", "tasks"]


def test_questions_above_their_answers(parser: ReportParser) -> None:
    table = [
        row("Достижения", "Нерешённые проблемы", "Планы на 2020 год"),
        row("Открыт каток", "Нет бассейна", "Построить дворец спорта"),
        row("Проведена спартакиада", "Мало тренеров", "Провести форум"),
    ]
    (report,) = parser.parse([Block("Отчёт города Канска за 2019 год"), *table], "a.docx").reports
    assert [(passage.kind, passage.text) for passage in report.passages] == [
        ("achievements", "Открыт каток\nПроведена спартакиада"),
        ("problems", "Нет бассейна\nМало тренеров"),
        ("tasks", "Построить дворец спорта\nПровести форум"),
    ]


def test_questions_down_the_rows_are_no_head(parser: ReportParser) -> None:
    table = [
        row("Какие темы предлагаете обсудить?", "Что удалось сделать в благоустройстве?"),
        row("Какие задачи планируется решить?", "Построить сквер."),
    ]
    (report,) = parser.parse([Block("Отчёт города Канска за 2019 год"), *table], "a.docx").reports
    assert (report.passages[-1].kind, report.passages[-1].text) == ("tasks", "Построить сквер.")


@pytest.mark.parametrize("addressee", ["Исполнительной дирекции АСДГ", "Президенту Ассоциации"])
def test_a_letterhead_in_a_table_is_no_answer(parser: ReportParser, addressee: str) -> None:
    letter = [
        row("АДМИНИСТРАЦИЯ ГОРОДА НОВОКУЗНЕЦКА Комитет культуры", addressee),
        Block("Информация о работе за 2019 год"),
        Block("1. Что удалось сделать в отчётном году?", emphasis=True),
        Block("Открыт музей."),
    ]
    (report,) = parser.parse(letter, "a.docx").reports
    assert (report.city, report.year) == ("Новокузнецк", 2019)
    assert [passage.text for passage in report.passages] == ["Открыт музей."]


def test_figures_before_the_first_question_stay(parser: ReportParser) -> None:
    letter = [
        Block("Отчёт города Канска за 2019 год"),
        row("Томск", "12 километров дорог"),
        Block("1. Что удалось сделать в отчётном году?", emphasis=True),
        Block("Открыт музей."),
    ]
    (report,) = parser.parse(letter, "a.docx").reports
    assert "12 километров" in report.passages[0].text


def test_fields_in_rows_above_the_table(parser: ReportParser) -> None:
    fields = [row("Город", "Томск"), row("Год", "2019"), row("Раздел", "Культура"), row("Вопрос", "Ответ")]
    asked = "Что наиболее значительное удалось сделать в 2019 году?"
    (report,) = parser.parse([*fields, row(asked, "Построен мост.")], "a.xlsx").reports
    assert (report.city, report.year, report.section) == ("Томск", 2019, "Культура")
    assert [(passage.question, passage.text) for passage in report.passages] == [(asked, "Построен мост.")]


def test_a_head_with_a_name_of_its_own(parser: ReportParser) -> None:
    asked = "Что наиболее значительное удалось сделать в 2019 году?"
    table = [row("№", "Вопрос", "Ответ", "Примечание"), row("1", asked, "Построен мост.", "")]
    (report,) = parser.parse(table, "a.docx").reports
    assert [(passage.question, passage.text) for passage in report.passages] == [(asked, "Построен мост.")]


@pytest.mark.parametrize("head", [[], [("№", "Ответ", "Вопрос")]])
def test_answers_before_their_questions(head: list[tuple[str, ...]], parser: ReportParser) -> None:
    asked = ("Что наиболее значительное удалось сделать в 2019 году?", "Какие задачи планируется решить в 2020 году?")
    told = ("Построен мост.", "Открыть оранжерею.")
    rows = [row(*cells) for cells in (*head, ("1.", told[0], asked[0]), ("2.", told[1], asked[1]))]
    (report,) = parser.parse([Block("Отчёт города Томска за 2019 год"), *rows], "a.docx").reports
    assert [(passage.question, passage.text) for passage in report.passages] == list(zip(asked, told, strict=True))
