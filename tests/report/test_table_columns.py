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
