"""Tables of a page whose rows alone are parted: by rules across, by coloured bands, by space."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from .drawing import drawn
from .making import lines

ROWS = (
    (("№",), ("Вопрос",), ("Ответ",)),
    (("1",), ("Что удалось", "сделать?"), ("Построен планетарий", "на двести мест.")),
    (("2",), ("Какие задачи", "стоят?"), ("Открыть оранжерею.",)),
    (("3",), ("Нужна ли", "конференция?"), ("Да.",)),
)
EDGES = (60.0, 90.0, 300.0)
TABLE = [
    "№ ¦ Вопрос ¦ Ответ",
    "1 ¦ Что удалось сделать? ¦ Построен планетарий на двести мест.",
    "2 ¦ Какие задачи стоят? ¦ Открыть оранжерею.",
    "3 ¦ Нужна ли конференция? ¦ Да.",
]
LEFT, RIGHT, TOP, LEADING, PADDING = 50.0, 545.0, 700.0, 14.0, 8.0


def table(canvas: Canvas, look: str) -> None:
    """The rows, with a line of text above and one below them."""
    canvas.drawString(LEFT, TOP + 40, "Выше таблицы стоит обычный текст отчёта администрации города.")
    top = TOP
    for number, cells in enumerate(ROWS):
        height = LEADING * max(map(len, cells)) + PADDING
        if look == "bands" and number % 2:
            canvas.setFillGray(0.85)
            canvas.rect(LEFT, top - height, RIGHT - LEFT, height, stroke=0, fill=1)
            canvas.setFillGray(0)
        if look == "rules":
            canvas.line(LEFT, top - height, RIGHT, top - height)
        for edge, texts in zip(EDGES, cells, strict=True):
            for place, text in enumerate(texts):
                canvas.drawString(edge, top - LEADING * (place + 1), text)
        top -= height
    canvas.drawString(LEFT, top - 40, "Ниже таблицы стоит обычный текст отчёта администрации города.")


def rows_of(data: bytes) -> list[str]:
    """The blocks between the first and the last, whether or not the lines of a cell are joined."""
    return [line.replace("\n", " ") for line in lines(data)[1:-1]]


@pytest.mark.parametrize("look", ["rules", "bands", "space"])
def test_rows_without_ruled_columns(look: str) -> None:
    assert rows_of(drawn(lambda canvas: table(canvas, look))) == TABLE


def test_cells_coloured_one_by_one() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.85)
        for top in (TOP, TOP - 58):
            height = 22 if top == TOP else 36
            for left, right in ((54, 70), (72, 280), (282, 545)):
                canvas.rect(left, top - height, right - left, height, stroke=0, fill=1)
        canvas.setFillGray(0)
        table(canvas, "space")

    assert rows_of(drawn(draw)) == TABLE


def justified(canvas: Canvas) -> None:
    """Paragraphs between rules, whose lines are stretched to one width."""
    top = TOP
    for _ in range(3):
        canvas.line(LEFT, top + LEADING, RIGHT, top + LEADING)
        for text in ("Построен планетарий на двести мест,", "занимаются в нём дети из всех школ", "и гости города."):
            words = text.split()
            width = sum(canvas.stringWidth(word, "DejaVu", 12) for word in words)
            gap, left = (RIGHT - LEFT - width) / (len(words) - 1), LEFT
            for word in words:
                canvas.drawString(left, top, word)
                left += canvas.stringWidth(word, "DejaVu", 12) + gap
            top -= LEADING
        top -= PADDING
    canvas.line(LEFT, top + LEADING, RIGHT, top + LEADING)


def written(canvas: Canvas) -> None:
    """Lines to write on, and rules round a heading."""
    for number, text in enumerate(("Что удалось сделать?", "Построен планетарий на двести мест,", "в нём тепло.")):
        canvas.drawString(LEFT, TOP - 20 * number, text)
        canvas.line(LEFT, TOP - 3 - 20 * number, RIGHT, TOP - 3 - 20 * number)


def listed(canvas: Canvas) -> None:
    """Items that hang behind their numbers."""
    top = TOP
    for number, texts in enumerate(
        (("Построен планетарий", "на двести мест."), ("Открыт музей.",), ("Починен мост.",))
    ):
        canvas.drawString(LEFT, top, f"{number + 1}.")
        for text in texts:
            canvas.drawString(LEFT + 30, top, text)
            top -= LEADING
        top -= PADDING


@pytest.mark.parametrize("draw", [justified, written, listed])
def test_text_that_is_no_table(draw: object) -> None:
    assert not any("¦" in line for line in lines(drawn(draw)))  # type: ignore[arg-type]


def test_many_bands_take_no_time() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        for number in range(700):
            canvas.rect(LEFT, 60 + number, RIGHT - LEFT, 4, stroke=0, fill=1)
        canvas.setFillGray(0)
        table(canvas, "space")

    assert any("планетарий" in line for line in lines(drawn(draw)))


def test_a_page_full_of_rows_is_a_table_and_no_page_of_two_columns() -> None:
    def draw(canvas: Canvas) -> None:
        top = 790.0
        for number in range(15):
            canvas.drawString(50, top, f"Двор {number} по улице Мира,")
            canvas.drawString(50, top - LEADING, "дом с аркой.")
            canvas.drawString(300, top, "Поставлены скамейки, высажены")
            canvas.drawString(300, top - LEADING, "деревья и цветы.")
            top -= 3 * LEADING

    found = [line.replace("\n", " ") for line in lines(drawn(draw))]
    row = "Двор {} по улице Мира, дом с аркой. ¦ Поставлены скамейки, высажены деревья и цветы."
    assert found == [row.format(number) for number in range(15)]


def test_columns_whose_paragraphs_end_at_other_heights_are_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        for left, every, name in ((50, 4, "Левый"), (310, 5, "Правый")):
            top = 790.0
            for number in range(40):
                canvas.drawString(left, top, f"{name} столбец, строка {number} его.")
                top -= LEADING * (1.6 if number % every == every - 1 else 1)

    assert not any("¦" in line for line in lines(drawn(draw)))
