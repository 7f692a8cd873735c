"""Tables without rules whose columns have names: «Вопрос», «Ответ» stand above, and cells may nearly touch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from indexer.readers.recognition import OFF

from .drawing import BASE, MARKED, Draw, drawn, printed, understood

Row = tuple[Sequence[str], ...]
LEFT = (50.0, 300.0)
WRAPPED: list[Row] = [
    (
        ("Что наиболее значительное", "удалось сделать в 2019 году?"),
        ("Построен планетарий на двести", "мест, в нём занимаются", "восемьсот школьников."),
    ),
    (("Какие задачи планируется", "решить в 2020 году?"), ("Открыть оранжерею на", "набережной.")),
]
SINGLE: list[Row] = [
    (("Что удалось сделать в 2019 году?",), ("Построен планетарий на 200 мест.",)),
    (("Какие задачи стоят в 2020 году?",), ("Открыть оранжерею на набережной.",)),
    (("Какая помощь нужна ассоциации?",), ("Издать сборник.",)),
]
FULL: list[Row] = [
    (
        ("Что наиболее значительное удалось", "сделать в 2019 году?"),
        ("построен планетарий на двести", "мест, в нём занимаются", "восемьсот школьников"),
    ),
    (("Какие задачи планируется решить", "в 2020 году?"), ("открыть оранжерею на", "набережной")),
]


def table(
    names: Sequence[str], rows: Sequence[Row], heads: Sequence[float], columns: Sequence[float], font: str
) -> Draw:
    """The names of the columns at ``heads`` above the rows, whose cells begin at ``columns``."""

    def draw(canvas: Canvas) -> None:
        printed(BASE[:2])(canvas)
        canvas.setFont(font, 12)
        for place, name in zip(heads, names, strict=True):
            canvas.drawString(place, 700, name)
        canvas.setFont("DejaVu", 12)
        height = 680.0
        for row in rows:
            for place, lines in zip(columns, row, strict=True):
                for number, line in enumerate(lines):
                    canvas.drawString(place, height - 15 * number, line)
            height -= 15 * max(map(len, row)) + 4

    return draw


def numbered(rows: Sequence[Row]) -> list[Row]:
    return [((str(number),), *row) for number, row in enumerate(rows, 1)]


@pytest.mark.parametrize("font", ["DejaVu", "DejaVu-Bold"])
@pytest.mark.parametrize(
    ("names", "rows", "heads", "columns"),
    [
        (("Вопрос", "Ответ"), WRAPPED, LEFT, LEFT),
        (("Вопросы", "Ответы"), WRAPPED, (110.0, 380.0), LEFT),
        (("Вопрос", "Ответ"), SINGLE, LEFT, LEFT),
        (("Вопрос", "Ответ"), SINGLE, (120.0, 370.0), LEFT),
        (("Вопрос", "Ответ"), FULL, LEFT, LEFT),
        (("№", "Вопрос", "Ответ"), numbered(WRAPPED), (50.0, 80.0, 300.0), (50.0, 80.0, 300.0)),
        (("№", "Вопрос", "Ответ"), numbered(SINGLE), (50.0, 130.0, 390.0), (50.0, 80.0, 320.0)),
    ],
    ids=[
        "wrapped",
        "names in the middle",
        "single",
        "single, in the middle",
        "full cells",
        "numbers",
        "numbers, single",
    ],
)
def test_names_of_columns(
    names: Sequence[str],
    rows: Sequence[Row],
    heads: Sequence[float],
    columns: Sequence[float],
    font: str,
    tmp_path: Path,
) -> None:
    report = understood(drawn(table(names, rows, heads, columns, font)), tmp_path, OFF).reports[0]
    assert (report.city, report.year, report.section) == ("Томск", 2019, "Организационная работа")
    found = [(passage.question, passage.text) for passage in report.passages]
    assert found == [(" ".join(row[-2]), " ".join(row[-1])) for row in rows]


def test_the_first_line_of_a_long_question_is_no_name(tmp_path: Path) -> None:
    """Nothing is above the rows but the title."""
    report = understood(drawn(table(("", ""), WRAPPED, LEFT, LEFT, "DejaVu")), tmp_path, OFF).reports[0]
    assert [passage.text for passage in report.passages] == [MARKED, BASE[5]]


def test_a_lone_row(tmp_path: Path) -> None:
    (report,) = understood(drawn(table(("", ""), WRAPPED[:1], LEFT, LEFT, "DejaVu")), tmp_path, OFF).reports
    assert [(passage.question, passage.text) for passage in report.passages] == [(" ".join(WRAPPED[0][0]), MARKED)]


@pytest.mark.parametrize("names", [("Ответ", "Вопрос"), ("", "")])
def test_answers_before_their_questions(names: Sequence[str], tmp_path: Path) -> None:
    rows = [row[::-1] for row in WRAPPED]
    (report,) = understood(drawn(table(names, rows, LEFT, LEFT, "DejaVu")), tmp_path, OFF).reports
    assert [passage.text for passage in report.passages] == [MARKED, BASE[5]]


def test_a_question_that_goes_on_in_figures_beside_a_new_sentence(tmp_path: Path) -> None:
    second = (("Какие задачи планируется решить в", "2020 году?"), ("Открыть оранжерею.", "Построить мост."))
    (report,) = understood(drawn(table(("", ""), [WRAPPED[0], second], LEFT, LEFT, "DejaVu")), tmp_path, OFF).reports
    assert [passage.text for passage in report.passages] == [MARKED, "Открыть оранжерею.\nПостроить мост."]
