"""A title that names all in one line, and lines of a form that ask without words of a question."""

from pathlib import Path

import pytest

from .base import LINES, outline, understood


@pytest.mark.parametrize(
    "title",
    [
        "Город Салехард. Архитектура. 2011.",
        "г. Салехард, архитектура, 2011 год.",
        "Салехард / Архитектура и градостроительство / 2011 г.",
        "Салехард – архитектура – 2011.",
        "2011. Салехард. Архитектура.",
        "Отчёт. Город Салехард. Архитектура. 2011.",
        "Салехард | 2011 | Архитектура",
        "Архитектура города Салехарда. 2011 год.",
    ],
)
def test_a_line_of_names_is_a_title(tmp_path: Path, title: str) -> None:
    text = f"{title}\nЧто удалось сделать?\nПостроен планетарий.\nКакие задачи стоят?\nОткрыть оранжерею.\n"
    assert outline(understood(tmp_path, "a.txt", text)) == (
        "Салехард", 2011, "Архитектура и градостроительство",
        (("achievements", "Построен планетарий."), ("tasks", "Открыть оранжерею.")),
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["Построена школа. Салехард. 2011.", "Работали с Салехардом. Архитектура. Новый план.", "Салехард. Всё хорошо."],
)
def test_a_line_that_tells_more_is_none(tmp_path: Path, line: str) -> None:
    text = f"{line}\nЧто удалось сделать?\nПостроен планетарий.\nКакие задачи стоят?\nОткрыть оранжерею.\n"
    (report,) = understood(tmp_path, "a.txt", text).reports
    assert (report.passages[0].kind, report.passages[0].text) == ("overview", line)


def test_lines_of_names_part_the_reports_of_a_volume(tmp_path: Path) -> None:
    asked = "Что удалось сделать?\nПостроен планетарий.\nКакие задачи стоят?\nОткрыть оранжерею.\n"
    volume = "".join(f"Город {city}. Архитектура. 2011.\n{asked}" for city in ("Салехард", "Омск", "Томск"))
    source = understood(tmp_path, "a.txt", volume)
    assert [(report.city, report.year) for report in source.reports] == [
        ("Салехард", 2011), ("Омск", 2011), ("Томск", 2011),
    ]  # fmt: skip


MARKED = {
    "numbered": "\n".join(LINES) + "\n3. {}\n22-33-44\n",
    "bold": "\n".join(f"**{line}**" if line[0].isdigit() else line for line in LINES) + "\n**{}**\n22-33-44\n",
}
PLAIN = {
    "below": "\n".join(LINES) + "\n{}\n22-33-44\n",
    "beside": "\n".join(LINES).replace("1. ", "").replace("2. ", "") + "\n{}: 22-33-44\n",
}


@pytest.mark.parametrize("form", [*MARKED.values(), *PLAIN.values()], ids=[*MARKED, *PLAIN])
@pytest.mark.parametrize("entry", ["Ваш телефон", "Ваши ФИО", "Ваша должность", "Ваш адрес электронной почты"])
def test_your_entries(tmp_path: Path, form: str, entry: str) -> None:
    (report,) = understood(tmp_path, "a.md", form.format(entry)).reports
    last = report.passages[-1]
    assert (last.kind, last.question, last.text) == ("other", entry, "22-33-44")


@pytest.mark.parametrize("form", MARKED.values(), ids=MARKED)
@pytest.mark.parametrize("entry", ["Электронная почта", "Руководитель отдела", "E-mail", "Дата заполнения"])
def test_entries_that_continue_the_questions(tmp_path: Path, form: str, entry: str) -> None:
    (report,) = understood(tmp_path, "a.md", form.format(entry)).reports
    last = report.passages[-1]
    assert (last.kind, last.question, last.text) == ("other", entry, "22-33-44")


@pytest.mark.parametrize("line", ["Ваш опыт нам нужен", "Телефон доверия: 22-33-44", "Руководитель отдела: Ким"])
def test_lines_of_an_answer(tmp_path: Path, line: str) -> None:
    (report,) = understood(tmp_path, "a.md", "\n".join(LINES) + f"\n{line}\n").reports
    assert report.passages[-1].text.endswith(line)
