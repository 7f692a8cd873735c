"""Initials that are words of their own, and large numbers, from the page of a PDF to the report."""

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from indexer.intake.understanding import Task, understand_file
from indexer.model import Report, Said

from ..readers.drawing import BASE, Draw, drawn, printed


def report_of(data: bytes, folder: Path, name: str = "a.pdf") -> Report:
    (folder / name).write_bytes(data)
    (report,) = understand_file(Task(name, str(folder / name), Said())).reports
    return report


def with_initial(initial: str, first: str) -> Draw:
    """The answer to the first question begins with an initial over two lines."""

    def draw(canvas: Canvas) -> None:
        printed(BASE[:3])(canvas)
        canvas.setFont("DejaVu", 40)
        canvas.drawString(50, 682, initial)
        left = 53 + stringWidth(initial, "DejaVu", 40)
        canvas.setFont("DejaVu", 12)
        canvas.drawString(left, 708, first)
        canvas.drawString(left, 694, "и в посёлках построено двадцать")
        canvas.drawString(50, 680, "планетариев для школьников города.")
        printed(BASE[4:], top=650)(canvas)

    return draw


@pytest.mark.parametrize(
    ("initial", "first", "read"),
    [
        ("В", "городе", "В городе"),
        ("В", "населённых пунктах", "В населённых пунктах"),
        ("К", "концу года", "К концу года"),
        ("У", "вас в городе", "У вас в городе"),
        ("«В", "городе» сад", "«В городе» сад"),
        ("В", "Томске и районе", "В Томске и районе"),
        ("В", "2019 году", "В 2019 году"),
        ("В", "прочем, в городе", "Впрочем, в городе"),
        ("О", "тремонтирован сад", "Отремонтирован сад"),
        ("И", "нженерами города", "Инженерами города"),
        ("П", "ОСТРОЕН парк", "ПОСТРОЕН парк"),
    ],
)
def test_initials(initial: str, first: str, read: str, tmp_path: Path) -> None:
    report = report_of(drawn(with_initial(initial, first)), tmp_path)
    assert [passage.question for passage in report.passages] == [BASE[2][3:], BASE[4][3:]]
    assert " ".join(report.passages[0].text.split()).startswith(f"{read} и в посёлках построено двадцать планетариев")


def with_numbers(first: str, second: str) -> Draw:
    """Questions of two lines with large numbers beside them."""
    questions = (
        ("Что наиболее значительное удалось", "сделать в 2019 году?"),
        ("Какие задачи планируется решить", "в 2020 году?"),
    )

    def draw(canvas: Canvas) -> None:
        printed(BASE[:2])(canvas)
        top = 700
        for number, question, answer in zip((first, second), questions, (BASE[3], BASE[5]), strict=True):
            canvas.setFont("DejaVu", 30)
            canvas.drawString(50, top - 17, number)
            canvas.setFont("DejaVu", 12)
            for place, line in enumerate((*question, "", answer)):
                canvas.drawString(85 if place < len(question) else 50, top - 16 * place, line)
            top -= 100

    return draw


ASKED = ["Что наиболее значительное удалось сделать в 2019 году?", "Какие задачи планируется решить в 2020 году?"]


@pytest.mark.parametrize(("first", "second"), [("1", "2."), ("1", "2"), ("1.", "2."), ("3", "4.")])
def test_large_numbers(first: str, second: str, tmp_path: Path) -> None:
    report = report_of(drawn(with_numbers(first, second)), tmp_path)
    assert [passage.question for passage in report.passages] == ASKED
    assert [passage.text for passage in report.passages] == [BASE[3], BASE[5]]


def test_a_number_that_nothing_follows_is_the_question_s(tmp_path: Path) -> None:
    text = "\n".join((*BASE[:2], "", "19 Городов сделали это, а что удалось сделать Вам в 2019 году?", *BASE[3:]))
    report = report_of(text.encode(), tmp_path, "a.txt")
    assert report.passages[0].question == "19 Городов сделали это, а что удалось сделать Вам в 2019 году?"
