"""Pages of PDF files: columns that nearly touch, frames in the text, tables over the end of a page, numbered lines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from indexer.readers import read_blocks, read_document
from indexer.readers.pdf_drawn import DrawnWords
from indexer.readers.pdf_heads import without_heads
from indexer.readers.pdf_page import page_of
from indexer.readers.recognition import OFF

from .drawing import BASE, MARKED, Draw, drawn, printed, understood

TEXT = (
    "В прошедшем году управлением городского хозяйства завершена реконструкция водозабора на Уральской улице, "
    "благодаря чему тридцать тысяч жителей впервые получили воду нормативного качества. Отремонтированы крыши сорока "
    "домов, заменены лифты в пяти подъездах, утеплены фасады двух общежитий. Подрядчики выбирались на открытых "
    "конкурсах, качество принимали советы домов. Расход электроэнергии на уличное освещение снизился на четверть. "
    "Износ тепловых сетей остаётся высоким, аварийность не снижается третий год подряд. Средств из краевого бюджета "
    "хватает на замену двух километров труб в год при потребности в одиннадцать километров."
)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines no wider than so many points."""
    result = [""]
    for word in text.split():
        longer = f"{result[-1]} {word}".strip()
        if stringWidth(longer, "DejaVu", size) > width:
            result.append(word)
        else:
            result[-1] = longer
    return result


def text_of(data: bytes) -> str:
    return " ".join(" ".join(block.line for block in read_blocks(data, "отчёт")).split())


def in_columns(count: int, gap: float) -> Draw:
    """The text in columns with so narrow a gap, each line as wide as its words are."""

    def draw(canvas: Canvas) -> None:
        printed(BASE[:2], left=40)(canvas)
        canvas.setFont("DejaVu", 9)
        width = (A4[0] - 80 - gap * (count - 1)) / count
        rows = wrapped(TEXT + " " + TEXT, width, 9)
        high = -(-len(rows) // count)
        for number, row in enumerate(rows):
            column, place = divmod(number, high)
            canvas.drawString(40 + column * (width + gap), 720 - 12 * place, row)

    return draw


@pytest.mark.parametrize(("count", "gap"), [(2, 9.0), (2, 12.0), (2, 30.0), (3, 9.0), (3, 12.0)])
def test_columns_that_nearly_touch(count: int, gap: float) -> None:
    assert text_of(drawn(in_columns(count, gap))).endswith(f"{TEXT} {TEXT}")


def boxed(canvas: Canvas) -> None:
    """A note in a frame at the right, whose lines stand on the heights of the text's own."""
    rows = wrapped(TEXT, 300, 11)
    canvas.setFont("DejaVu", 11)
    for number, row in enumerate(rows):
        canvas.drawString(40, 700 - 14 * number, row)
    canvas.setFont("DejaVu", 9)
    for number, row in enumerate(("Справка: население", "города двести тысяч", "человек.")):
        canvas.drawString(380, 672 - 14 * number, row)
    canvas.rect(372, 636, 130, 50)


def test_a_note_in_a_frame_stays_out_of_the_lines() -> None:
    read = text_of(drawn(boxed))
    assert "Справка: население города двести тысяч человек." in read
    assert read.replace("Справка: население города двести тысяч человек. ", "") == TEXT


EDGES = (40.0, 70.0, 165.0, 310.0)


def ruled(rows: Sequence[Sequence[Sequence[str]]], top: float, *, open_above: bool, open_below: bool) -> Draw:
    """Rows of a table, whose first and last rule are missing where the end of a page cuts a row."""

    def draw(canvas: Canvas) -> None:
        height = top
        for number, cells in enumerate(rows):
            if number or not open_above:
                canvas.line(EDGES[0], height, EDGES[-1], height)
            for edge, lines in zip(EDGES, cells, strict=False):
                for place, line in enumerate(lines):
                    canvas.drawString(edge + 4, height - 14 * (place + 1), line)
            bottom = height - 14 * max(map(len, cells)) - 8
            for edge in EDGES:
                canvas.line(edge, height, edge, bottom)
            height = bottom
        if not open_below:
            canvas.line(EDGES[0], height, EDGES[-1], height)

    return draw


HEAD = (("№",), ("Вопрос",), ("Ответ",))
WHOLE = (("1.",), ("Что удалось", "сделать?"), ("Построен планетарий",))
CUT = (("2.",), ("Какие задачи",), ("Открыть оранжерею на",))
REST = ((), ("стоят?",), ("набережной.",))


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("closed", [True, False])
def test_a_row_over_the_end_of_a_page(again: bool, closed: bool) -> None:
    """Some programs print the head again, and some close the row with a rule on both pages."""
    first = ruled([HEAD, WHOLE, CUT], 200, open_above=False, open_below=not closed)
    second = ruled([HEAD, REST] if again else [REST], 800, open_above=not closed and not again, open_below=False)
    cells = [block.cells for block in read_blocks(drawn(first, second), "отчёт")]
    assert cells == [
        ("№", "Вопрос", "Ответ"),
        ("1.", "Что удалось сделать?", "Построен планетарий"),
        ("2.", "Какие задачи стоят?", "Открыть оранжерею на набережной."),
    ]


@pytest.mark.parametrize(
    ("last", "next_one"),
    [
        (("2", "Ремонт дорог", "2019"), ("3", "новый мост", "2020")),
        (("а", "ремонт дорог", "идёт"), ("б", "новый мост", "ждёт")),
        (("2", "Омск", "идёт"), ("№", "год", "школы")),
    ],
)
def test_a_row_below_the_end_of_a_page(last: Sequence[str], next_one: Sequence[str]) -> None:
    """A row of its own, though no cell above ends as a sentence does and those below begin with small letters."""
    above, below = ([(cell,) for cell in row] for row in (last, next_one))
    pages = [ruled([HEAD, above], 200, open_above=False, open_below=False)]
    pages.append(ruled([below, WHOLE], 800, open_above=False, open_below=False))
    cells = [block.cells for block in read_blocks(drawn(*pages), "отчёт")]
    assert [row[:2] for row in cells] == [("№", "Вопрос"), last[:2], next_one[:2], ("1.", "Что удалось сделать?")]


def test_a_hyphen_in_a_cell_stays_where_it_parts_no_word() -> None:
    row = (
        ("1.",),
        ("Что?",),
        ("Закончен советско-", "японский сад и ре-", "монтирован 10-", "летний мост -", "важный"),
    )
    (head, cells) = [
        block.cells
        for block in read_blocks(drawn(ruled([HEAD, row], 700, open_above=False, open_below=False)), "отчёт")
    ]
    assert cells[2] == "Закончен советско-японский сад и ремонтирован 10-летний мост - важный"


def test_coloured_bands_are_no_tables_of_their_own() -> None:
    rows = [
        (("1.",), ("Что удалось", "сделать?"), ("Построен планетарий", "на двести мест.")),
        (("2.",), ("Какие проблемы", "не решены?"), ("Не хватило средств", "на мост.")),
        (("3.",), ("Какие задачи", "стоят?"), ("Открыть оранжерею", "на набережной.")),
        (("4.",), ("Какая помощь", "нужна?"), ("Провести семинар", "для бухгалтеров.")),
        (("5.",), ("Какие вопросы", "обсудить?"), ("Ливневая канализация", "в старых кварталах.")),
    ]

    edges = (40.0, 90.0, 240.0, 500.0)

    def draw(canvas: Canvas) -> None:
        for number, cells in enumerate(rows):
            top = 700 - 40 * number
            if number % 2:
                canvas.setFillGray(0.9)
                for left, right in pairwise(edges):
                    canvas.rect(left, top - 36, right - left, 40, stroke=0, fill=1)
                canvas.setFillGray(0)
            for edge, lines in zip(edges, cells, strict=False):
                for place, line in enumerate(lines):
                    canvas.drawString(edge + 4, top - 12 - 14 * place, line)

    read = [[" ".join(cell.split()) for cell in block.cells] for block in read_blocks(drawn(draw), "отчёт")]
    assert read == [[" ".join(lines) for lines in cells] for cells in rows]


def test_numbers_of_lines_are_no_text() -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate([*BASE, *wrapped(TEXT, 400, 12)]):
            canvas.drawRightString(46, 780 - 20 * number, str(number + 1))
            canvas.drawString(56, 780 - 20 * number, line)

    assert text_of(drawn(draw)) == " ".join((*BASE, TEXT))


def tiled(canvas: Canvas) -> None:
    printed()(canvas)
    canvas.saveState()
    canvas.setFillGray(0.85)
    canvas.rotate(30)
    for row in range(8):
        for column in range(8):
            canvas.drawString(column * 90 - 50, row * 100 - 200, "Консультант")
    canvas.restoreState()


def upright(canvas: Canvas) -> None:
    printed()(canvas)
    canvas.saveState()
    canvas.setFillGray(0.85)
    canvas.setFont("DejaVu-Bold", 60)
    canvas.translate(200, 480)
    canvas.rotate(90)
    canvas.drawString(0, 0, "ОБРАЗЕЦ")
    canvas.restoreState()


@pytest.mark.parametrize("draw", [tiled, upright])
def test_watermarks_said_again_and_again_or_upright(draw: Draw) -> None:
    assert [block.line for block in read_blocks(drawn(draw), "отчёт")] == list(BASE)


def test_a_breve_with_room_of_its_own_parts_no_word() -> None:
    typed = [line.replace("й", "и\u02d8").replace("ё", "е\u00a8") for line in BASE]
    assert [block.line for block in read_blocks(drawn(printed(typed)), "отчёт")] == list(BASE)


def test_a_foot_of_a_single_page(tmp_path: Path) -> None:
    """It tells city and year and is no part of the last answer."""
    lines = ("Отчёт", BASE[1], "1. Что удалось сделать?", MARKED, "2. Какие задачи планируется решить?", BASE[5])
    foot = "Администрация города Томска, отчёт за 2019 год"

    def draw(canvas: Canvas) -> None:
        printed(lines)(canvas)
        canvas.drawString(50, 36, foot)

    data = drawn(draw)
    assert read_document(data, "отчёт").letterhead == (foot,)
    (report,) = understood(data, tmp_path, OFF).reports
    assert (report.city, report.year, report.passages[-1].text) == ("Томск", 2019, BASE[5])


@pytest.mark.parametrize("mark", ["1 ", "1) ", "* ", "(1) "])
def test_a_footnote_at_the_edge_of_a_page_stays(mark: str) -> None:
    def draw(canvas: Canvas) -> None:
        printed()(canvas)
        canvas.setFont("DejaVu", 8)
        canvas.drawString(50, 40, f"{mark}С учётом филиала в селе Дзержинском")

    assert "С учётом филиала" in text_of(drawn(draw))


def test_the_raised_mark_of_a_footnote() -> None:
    def draw(canvas: Canvas) -> None:
        printed()(canvas)
        canvas.setFont("DejaVu", 5)
        canvas.drawString(50, 43, "1")
        canvas.setFont("DejaVu", 8)
        canvas.drawString(54, 40, "С учётом филиала в селе Дзержинском")

    assert "С учётом филиала" in text_of(drawn(draw))


@pytest.mark.parametrize(("left", "lowest"), [(50, 15), (30, 400)])
def test_pages_with_small_margins_have_no_heads_in_them(left: float, lowest: float) -> None:
    """The first lines are as high on all pages and stand apart like a head: a title, a paragraph of one line."""

    def sheet(first: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(left, 815, first)
            for place in range(int((775 - lowest) // 15)):
                canvas.drawString(left, 775 - 15 * place, f"Сдан дом {'абвгдежзик'[place % 10] * (place // 10 + 3)}")

        return draw

    firsts = ("Отчёт администрации города Томска", "Открыт второй планетарий", "Сделано больше для инвалидов")
    text = text_of(drawn(*map(sheet, firsts)))
    assert all(first in text for first in firsts)


def test_heads_are_found_in_time_that_grows_with_the_pages() -> None:
    with contextlib.closing(pypdfium2.PdfDocument(drawn(printed()))) as document:
        page = page_of(document, 0, DrawnWords())
    start = time.process_time()
    without_heads([page] * 100)
    between = time.process_time()
    without_heads([page] * 3_000)
    assert time.process_time() - between < 60 * (between - start) + 0.5


def test_a_head_on_the_second_page_only() -> None:
    body = wrapped(TEXT, 400, 12)

    def second(canvas: Canvas) -> None:
        canvas.drawString(50, 815, "Продолжение отчёта города Томска")
        printed(body, top=780)(canvas)

    assert text_of(drawn(printed(top=780), second)) == " ".join((*BASE, TEXT))


@pytest.mark.parametrize("pages", [2, 3, 5])
@pytest.mark.parametrize("size", [9, 12])
@pytest.mark.parametrize("heads", [("Администрация города", "Отчёт о работе"), ("", "Отчёт о работе, продолжение")])
def test_heads_of_odd_and_of_even_pages(pages: int, size: int, heads: tuple[str, str]) -> None:
    """The second of them stands on all pages but the first where the first is empty."""
    body = wrapped(TEXT, 400, 12)

    def sheet(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("DejaVu", size)
            canvas.drawString(50, 815, heads[number % 2] if heads[0] else heads[number > 0])
            printed(body, top=775)(canvas)

        return draw

    text = text_of(drawn(*map(sheet, range(pages))))
    assert not any(head and head in text for head in heads)


def test_the_first_question_of_each_report_of_a_volume_stays() -> None:
    body = wrapped(TEXT, 400, 12)
    begun = printed(["Что удалось сделать в прошедшем году?", *body], top=790)
    assert text_of(drawn(*[begun, printed(body, top=790)] * 3)).count("Что удалось сделать") == 3


def test_bold_headings_at_the_tops_of_all_pages_stay() -> None:
    def sheet(heading: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("DejaVu-Bold", 12)
            canvas.drawString(50, 800, heading)
            printed(wrapped(TEXT, 400, 12), top=760)(canvas)

        return draw

    text = text_of(drawn(*map(sheet, ("Достижения", "Проблемы", "Планы"))))
    assert all(heading in text for heading in ("Достижения", "Проблемы", "Планы"))


@pytest.mark.parametrize("top", [770.0, 815.0])
def test_a_heading_at_the_top_of_a_page_stays(top: float) -> None:
    """The text of the other pages begins below it by chance, or as high."""
    body = wrapped(TEXT, 400, 12)

    def second(canvas: Canvas) -> None:
        canvas.drawString(50, top, "Планы на следующий год")
        printed(body, top=top - 35)(canvas)

    pages = [printed(top=top - 35), second, *([printed(top=top)] if top > 800 else [])]
    assert "Планы на следующий год" in text_of(drawn(*pages))


@pytest.mark.parametrize(("first", "rest"), [(2011, "построено две школы"), (1, "Двор на улице Мира отремонтирован")])
def test_years_and_numbers_of_items_are_no_numbers_of_lines(first: int, rest: str) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(9):
            canvas.drawString(50, 780 - 20 * number, f"{first + number} {rest}")

    assert f"{first + 8} {rest}" in text_of(drawn(draw))
