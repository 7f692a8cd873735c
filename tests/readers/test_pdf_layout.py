"""Letters, columns and tables of PDF pages that stand otherwise than in lines one below the other."""

from collections.abc import Sequence

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from indexer.readers import read_blocks

from .drawing import BASE, LEADING, Draw, draw_rows, drawn, printed

WIDE = (1400.0, 842.0)


def lines(data: bytes) -> list[str]:
    return [block.line for block in read_blocks(data, "отчёт")]


def spaced(step: float, blank: float | None) -> Draw:
    """The first two lines with letters at a constant step, parted by the file's blanks or by mere gaps."""

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(BASE):
            text = canvas.beginText(50, 780 - LEADING * number)
            text.setFont("DejaVu", 10)
            text.setCharSpace(step if number < 2 else 0)
            left = 50.0
            for word in line.split(" ") if blank is not None and number < 2 else [line]:
                text.setTextOrigin(left, 780 - LEADING * number)
                text.textOut(word)
                left += stringWidth(word, "DejaVu", 10) + step * (len(word) + 1) + (blank or 0)
            canvas.drawText(text)

    return draw


@pytest.mark.parametrize("blank", [None, 3.5, 8.0])
@pytest.mark.parametrize("step", [1.0, 2.0, 3.0, 4.0, 6.0])
def test_letters_at_a_constant_step(step: float, blank: float | None) -> None:
    assert lines(drawn(spaced(step, blank), size=WIDE))[:2] == list(BASE[:2])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("О_т_ч_ё_т г_о_р_о_д_а Т_о_м_с_к_а з_а 2_0_1_9 г_о_д", "Отчёт города Томска за 2019 год"),
        ("ОТЧЁТ города Т_О_М_С_К_А за 2019 год", "ОТЧЁТ города ТОМСКА за 2019 год"),
        ("Т*О*М*С*К, 2019", "ТОМСК, 2019"),
        ("О-Т-Ч-Ё-Т Т-О-М-С-К-А", "ОТЧЁТ ТОМСКА"),
        ("О.Т.Ч.Ё.Т", "ОТЧЁТ"),
        ("О т ч ё т   г о р о д а", "Отчёт города"),
        ("file_name_1, а_б_в, ФИО ______", "file_name_1, а_б_в, ФИО ______"),
        ("5*6*7*8 = 1680, И. И. И.", "5*6*7*8 = 1680, И. И. И."),
        ("1-2-3-4-5, 12.03.2019", "1-2-3-4-5, 12.03.2019"),
    ],
)
def test_signs_between_letters(typed: str, read: str) -> None:
    assert lines(drawn(printed([typed, *BASE[1:]]), size=WIDE))[0] == read
    assert lines(f"{typed}\n\nОрганизационная работа".encode())[0] == read


LEFT = (
    "1. Что наиболее значительное",
    "удалось сделать в 2019 году?",
    "Построен планетарий на двести",
    "мест, в нём занимаются",
    "восемьсот школьников.",
)
RIGHT = ("2. Какие задачи планируется", "решить в 2020 году?", "Открыть оранжерею на", "набережной.")


def in_columns(left: Sequence[str], right: Sequence[str], lower: float) -> Draw:
    """Two columns, the right one ``lower`` by so many points."""

    def draw(canvas: Canvas) -> None:
        printed(BASE[:2])(canvas)
        for number, line in enumerate(left):
            canvas.drawString(50, 720 - 16 * number, line)
        for number, line in enumerate(right):
            canvas.drawString(320, 720 - lower - 16 * number, line)

    return draw


@pytest.mark.parametrize("lower", [0.0, 6.0, 8.0, 22.0])
@pytest.mark.parametrize("count", [3, 4])
def test_short_columns(lower: float, count: int) -> None:
    right = RIGHT if count == len(RIGHT) else (*RIGHT[:2], "Открыть оранжерею на набережной.")
    text = " ".join(" ".join(lines(drawn(in_columns(LEFT, right, lower)))).split())
    assert "мест, в нём занимаются восемьсот школьников." in text
    assert "Открыть оранжерею на набережной." in text


def in_rows(rows: Sequence[Sequence[Sequence[str]]], edges: Sequence[float], gap: float) -> Draw:
    """A table without rules."""

    def draw(canvas: Canvas) -> None:
        draw_rows(canvas, rows, edges, gap, top=780, leading=15)

    return draw


ROWS = (
    (("1.",), ("Что удалось сделать в", "2019 году?"), ("Построен планетарий.",)),
    (("2.",), ("Какие задачи стоят в", "2020 году?"), ("Открыть оранжерею на", "Набережной улице.")),
)


@pytest.mark.parametrize("gap", [0.0, 10.0])
def test_a_table_of_questions_without_rules(gap: float) -> None:
    two = [row[1:] for row in ROWS]
    assert lines(drawn(in_rows(two, (50, 250), gap))) == [
        "Что удалось сделать в 2019 году? | Построен планетарий.",
        "Какие задачи стоят в 2020 году? | Открыть оранжерею на Набережной улице.",
    ]
    numbered = [((f"{row[0][0]} {row[1][0]}", row[1][1]), row[2]) for row in ROWS]
    assert lines(drawn(in_rows(numbered, (50, 300), gap))) == [
        "1. Что удалось сделать в 2019 году? | Построен планетарий.",
        "2. Какие задачи стоят в 2020 году? | Открыть оранжерею на Набережной улице.",
    ]
    assert "2020 году? | Открыть оранжерею на Набережной улице." in lines(drawn(in_rows(ROWS, (50, 80, 320), gap)))[1]


def with_initial(initial: str, first: str) -> Draw:
    """A paragraph that begins with an initial over three lines."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 40)
        canvas.drawString(50, 754, initial)
        left = 53 + stringWidth(initial, "DejaVu", 40)
        canvas.setFont("DejaVu", 12)
        for number, line in enumerate((first, "сделать в прошлом году? Всего двести", "мест для школьников города,")):
            canvas.drawString(left, 780 - 14 * number, line)
        canvas.drawString(50, 780 - 14 * 3, "и открыта оранжерея на набережной.")

    return draw


@pytest.mark.parametrize(
    ("initial", "first", "read"),
    [
        ("Ч", "то наиболее значительное удалось", "Что наиболее значительное удалось"),
        ("«П", "ланетарий» и парк удалось", "«Планетарий» и парк удалось"),
        ("1.", "Что наиболее значительное удалось", "1. Что наиболее значительное удалось"),
        ("2)", "Что наиболее значительное удалось", "2) Что наиболее значительное удалось"),
        ("1", "Что наиболее значительное удалось", "1 Что наиболее значительное удалось"),
    ],
)
def test_initials(initial: str, first: str, read: str) -> None:
    text = " ".join(lines(drawn(with_initial(initial, first))))
    rest = "сделать в прошлом году? Всего двести мест для школьников города, и открыта оранжерея на набережной."
    assert " ".join(text.split()) == f"{read} {rest}"
