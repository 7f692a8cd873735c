"""Text that stands in a PDF otherwise than it is read: turned, printed twice, set apart, torn, in hidden layers."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from indexer.readers import read_blocks, read_document

from .drawing import BASE, MARKED, changed, draw_rows, drawn, printed


def texts(data: bytes) -> list[str]:
    """The text of every block."""
    return [" ¦ ".join(block.cells) or block.line for block in read_blocks(data, "отчёт.pdf")]


def whole(data: bytes) -> str:
    """All the text."""
    return "\n".join(texts(data))


# Turned text


def turned_by_matrix(degrees: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        places = {90: (A4[0], 0), 180: A4, 270: (0, A4[1])}
        canvas.translate(*places[degrees])
        canvas.rotate(degrees)
        printed(top=500)(canvas)

    return drawn(draw)


def turned_page(degrees: int) -> bytes:
    return changed(turned_by_matrix(degrees), lambda pdf: pdf.pages[0].rotate(degrees, relative=False))


def page_on_its_side(degrees: int) -> bytes:
    return changed(drawn(printed()), lambda pdf: pdf.pages[0].rotate(degrees, relative=False))


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("make", [turned_by_matrix, turned_page, page_on_its_side])
def test_turned_pages(make: Callable[[int], bytes], degrees: int) -> None:
    assert texts(make(degrees)) == list(BASE)


@pytest.mark.parametrize("degrees", [-4.0, 1.5, 7.3])
def test_a_text_layer_on_a_page_that_lay_askew(degrees: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(5, 40)
        canvas.rotate(degrees)
        printed(left=20, top=650)(canvas)

    assert texts(drawn(draw)) == list(BASE)


def test_pages_turned_in_different_ways() -> None:
    def aside(canvas: Canvas) -> None:
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        printed(["3. Нужна ли помощь ассоциации?", "Нужна помощь с оранжереей."], top=500)(canvas)

    assert texts(drawn(printed(), aside)) == [*BASE, "3. Нужна ли помощь ассоциации?", "Нужна помощь с оранжереей."]


@pytest.mark.parametrize("size", [-12, -7.5])
def test_a_negative_size_of_letters(size: float) -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(BASE):
            text = canvas.beginText()
            text.setFont("DejaVu", size)
            text.setTextTransform(-1, 0, 0, -1, 50, 780 - 24 * number)
            text.textOut(line)
            canvas.drawText(text)

    assert texts(drawn(draw)) == list(BASE)


@pytest.mark.parametrize(("turn", "place"), [(90, (85, 610)), (270, (75, 690))])
def test_a_cell_of_turned_text(turn: int, place: tuple[float, float]) -> None:
    def draw(canvas: Canvas) -> None:
        for x in (60, 100, 300, 520):
            canvas.line(x, 600, x, 700)
        for y in (600, 700):
            canvas.line(60, y, 520, y)
        canvas.drawString(110, 660, "Построен планетарий")
        canvas.drawString(310, 660, "на двести мест")
        canvas.drawString(310, 640, "в парке")
        canvas.saveState()
        canvas.translate(*place)
        canvas.rotate(turn)
        canvas.drawString(0, 0, "Культура")
        canvas.drawString(0, -14, "и отдых") if turn == 90 else canvas.drawString(0, -14, "и отдых")
        canvas.restoreState()
        canvas.drawString(60, 560, "После таблицы.")

    assert texts(drawn(draw)) == ["Культура и отдых ¦ Построен планетарий ¦ на двести мест\nв парке", "После таблицы."]


@pytest.mark.parametrize("degrees", [45, 30, 57])
@pytest.mark.parametrize("first", [True, False])
def test_watermarks_across_the_page_are_no_text(degrees: int, first: bool) -> None:
    def watermark(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(120, 500)
        canvas.rotate(degrees)
        canvas.setFont("DejaVu", 60)
        canvas.drawString(0, 0, "ЧЕРНОВИК")
        canvas.restoreState()

    steps = (watermark, printed()) if first else (printed(), watermark)

    def draw(canvas: Canvas) -> None:
        for step in steps:
            step(canvas)

    assert texts(drawn(draw)) == list(BASE)


def test_words_up_the_margin_stay_out_of_the_lines() -> None:
    def draw(canvas: Canvas) -> None:
        printed()(canvas)
        canvas.translate(30, 600)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Типовая форма")

    assert texts(drawn(draw)) == [*BASE, "Типовая форма"]


# Letters


@pytest.mark.parametrize("offset", [0.0, 0.2, 0.6])
def test_letters_printed_twice(offset: float) -> None:
    lines = [*BASE, "Длинный коридор, ссора, программа, 1100 мест, 22 дома, аллея…"]

    def draw(canvas: Canvas) -> None:
        printed(lines)(canvas)
        printed(lines, left=50 + offset)(canvas)

    assert texts(drawn(draw)) == lines


def test_bold_by_a_drawn_outline_and_word_by_word() -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(BASE):
            x = 50.0
            for word in line.split(" "):
                for step in (0, 0.2):
                    text = canvas.beginText(x + step, 780 - 24 * number)
                    text.setFont("DejaVu", 12)
                    text.setTextRenderMode(2)
                    text.textOut(f"{word} ")
                    canvas.drawText(text)
                x += canvas.stringWidth(f"{word} ", "DejaVu", 12)

    assert texts(drawn(draw)) == list(BASE)


@pytest.mark.parametrize("spacing", [2.5, 4, 9])
def test_letters_set_apart_by_spacing(spacing: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 800, "ОТЧЁТ города ТОМСКА", charSpace=spacing)
        canvas.drawString(50, 700, "Построен")
        canvas.drawString(115, 700, "планетарий", charSpace=spacing)
        canvas.drawString(150 + 12 * (7 + spacing), 700, "в парке")

    assert texts(drawn(draw)) == ["ОТЧЁТ города ТОМСКА", "Построен планетарий в парке"]


@pytest.mark.parametrize("between", [2, 3])
def test_letters_set_apart_by_blanks(between: int) -> None:
    line = (" " * between).join(" ".join(word) for word in ("ОТЧЁТ", "города", "ТОМСКА", "за", "2019"))
    assert texts(drawn(printed([line]))) == ["ОТЧЁТ города ТОМСКА за 2019"]


def test_short_words_are_not_put_together() -> None:
    lines = ["а, б, в и г", "и я о том же", "1 2 3 4 5", "в г. Томске и с. Зоркальцево"]
    assert texts(drawn(printed(lines))) == lines


@pytest.mark.parametrize(
    "written",
    [
        "Бии\u0306ск, раи\u0306он, е\u0308лка",
        "Бии \u0306ск, раи \u0306он, е \u0308лка",
    ],
)
def test_breves_and_diaereses_of_their_own(written: str) -> None:
    assert texts(drawn(printed([written]))) == ["Бийск, район, ёлка"]


@pytest.mark.parametrize(("across", "up"), [(0, 0), (-3, 0), (0, 2), (2, 1)])
def test_breves_printed_apart_from_their_letters(across: float, up: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 700, "раион Бииска")
        marks = [("ра", "и"), ("раион Би", "и")]
        for before, letter in marks:
            right = 50 + canvas.stringWidth(before + letter, "DejaVu", 12)
            canvas.drawString(right + across, 700 + up, "\u0306")

    assert texts(drawn(draw)) == ["район Бийска"]


@pytest.mark.parametrize("mark_first", [True, False])
def test_breves_before_or_behind_all_letters(mark_first: bool) -> None:
    def mark(canvas: Canvas) -> None:
        canvas.drawString(50 + canvas.stringWidth("Тверскои", "DejaVu", 12), 700, "\u0306")

    def word(canvas: Canvas) -> None:
        canvas.drawString(50, 700, "Тверскои бульвар")

    def draw(canvas: Canvas) -> None:
        for step in (mark, word) if mark_first else (word, mark):
            step(canvas)

    assert texts(drawn(draw)) == ["Тверской бульвар"]


# Words


def by_gaps(gap: float) -> bytes:
    """No blank in the file: each word is placed."""

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(BASE):
            x = 50.0
            for word in line.split(" "):
                canvas.drawString(x, 780 - 24 * number, word)
                x += canvas.stringWidth(word, "DejaVu", 12) + gap

    return drawn(draw)


@pytest.mark.parametrize("gap", [1.6, 2.4, 3.8, 5])
def test_words_parted_by_gaps_alone(gap: float) -> None:
    assert texts(by_gaps(gap)) == list(BASE)


def test_letters_placed_one_by_one() -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(BASE):
            x = 50.0
            for sign in line:
                if sign != " ":
                    canvas.drawString(x, 780 - 24 * number, sign)
                x += canvas.stringWidth(sign, "DejaVu", 12)

    assert texts(drawn(draw)) == list(BASE)


def test_a_blank_over_which_the_next_letter_moves_back() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 700, "плане ")
        canvas.drawString(50 + canvas.stringWidth("плане", "DejaVu", 12), 700, "тарий открыт")

    assert texts(drawn(draw)) == ["планетарий открыт"]


# Tables


def test_a_rule_through_a_word_and_a_line_under_one() -> None:
    def draw(canvas: Canvas) -> None:
        for x in (60, 160, 420):
            canvas.line(x, 600, x, 700)
        for y in (600, 650, 700):
            canvas.line(60, y, 420, y)
        canvas.drawString(65, 680, "Благоустройство")  # hangs over the rule at 160
        canvas.drawString(190, 680, "Посажено сто лип")
        canvas.line(190, 678, 240, 678)
        canvas.drawString(190, 662, "и двести клёнов")
        canvas.drawString(65, 625, "Спорт")
        canvas.drawString(165, 625, "Построен каток")

    expected = ["Благоустройство ¦ Посажено сто лип\nи двести клёнов", "Спорт ¦ Построен каток"]
    assert texts(drawn(draw)) == expected


# Layers


def with_layer(state: str, in_form: bool = False) -> bytes:
    """A page of which a part belongs to a layer."""

    def layer(pdf: object) -> None:
        import pikepdf

        assert isinstance(pdf, pikepdf.Pdf)
        group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Правка"))
        default = {
            "off": pikepdf.Dictionary(OFF=pikepdf.Array([group])),
            "base": pikepdf.Dictionary(BaseState=pikepdf.Name.OFF, ON=pikepdf.Array([])),
            "on": pikepdf.Dictionary(ON=pikepdf.Array([group])),
        }[state]
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=default)
        page = pdf.pages[0]
        page.Resources.Properties = pikepdf.Dictionary(Layer=group)
        wrong = b"/OC /Layer BDC BT 1 0 0 1 50 500 Tm /F1 12 Tf (Draft text) Tj ET EMC"
        if in_form:
            form = pdf.make_stream(b"BT 1 0 0 1 50 500 Tm /F1 12 Tf (Draft text) Tj ET")
            form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            form.BBox, form.Resources, form.OC = pikepdf.Array([0, 0, 600, 800]), page.Resources, group
            page.Resources.XObject = pikepdf.Dictionary(Form=form)
            wrong = b"/Form Do"
        page.contents_add(wrong)

    return changed(drawn(printed()), layer)


@pytest.mark.parametrize("in_form", [False, True])
@pytest.mark.parametrize("state", ["off", "base"])
def test_a_layer_that_is_off_is_not_read(state: str, in_form: bool) -> None:
    assert texts(with_layer(state, in_form)) == list(BASE)


@pytest.mark.parametrize("in_form", [False, True])
def test_a_layer_that_is_on_is_read(in_form: bool) -> None:
    assert texts(with_layer("on", in_form)) == [*BASE, "Draft text"]


# Heads


def test_running_heads_are_told_beside_the_text() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(50, 810, "Администрация города Томска")
            printed([f"Абзац номер {number} {math.pi * number:.4f} о делах."], top=600)(canvas)
            canvas.drawString(290, 30, f"стр. {number} из 3")

        return draw

    content = read_document(drawn(page(1), page(2), page(3)), "отчёт.pdf")
    assert content.letterhead == ("Администрация города Томска",)
    assert [block.text[:13] for block in content.blocks] == ["Абзац номер 1", "Абзац номер 2", "Абзац номер 3"]


STAMP = (
    "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ",
    "Сертификат 00A1B2C3D4E5F6",
    "Владелец: управление делами",
    "Действителен с 01.02.2019 по 01.05.2020",
)


@pytest.mark.parametrize(
    "stamp",
    [
        STAMP,
        ("Документ подписан", "электронной подписью", "Сертификат: 00A1B2C3", "Владелец", "Иванов Иван Иванович",
         "Действителен: с 01.02.2019 до 01.05.2020"),
        ("Подлинник электронного документа, подписанного ЭП, хранится в СЭД", "СВЕДЕНИЯ О СЕРТИФИКАТЕ ЭП",
         "Кому выдан: Петров П. П.", "Срок действия 01.02.2019 – 01.05.2020"),
    ],
)  # fmt: skip
def test_a_stamp_of_a_signature_is_no_text(stamp: tuple[str, ...]) -> None:
    data = drawn(printed([*BASE, *stamp]))
    assert texts(data) == list(BASE)


def test_a_sentence_about_signatures_is_text() -> None:
    lines = [*BASE, "Документ подписан электронной подписью", "и передан в архив города."]
    assert whole(drawn(printed(lines))).endswith("Документ подписан электронной подписью\nи передан в архив города.")
    assert MARKED in whole(drawn(printed(lines)))


# Letters of other sizes


@pytest.mark.parametrize(("word", "size"), [("ОБРАЗЕЦ", 64), ("КОПИЯ", 70), ("Консультант Плюс", 40)])
def test_a_watermark_across_text_is_no_part_of_it(word: str, size: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.85)
        canvas.setFont("DejaVu", size)
        canvas.drawString(60, 700, word)
        canvas.setFillGray(0)
        printed()(canvas)

    assert texts(drawn(draw)) == texts(drawn(printed()))


def test_a_large_title_is_no_watermark() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 30)
        canvas.drawString(60, 800, "ОТЧЁТ")
        printed(top=775)(canvas)

    assert texts(drawn(draw))[0] == "ОТЧЁТ"


@pytest.mark.parametrize(("size", "drop"), [(24, 12), (36, 24)])
def test_an_initial_begins_its_word(size: int, drop: int) -> None:
    def draw(canvas: Canvas) -> None:
        printed(["Отчёт администрации города Томска за 2019 год", "Организационная работа"])(canvas)
        canvas.setFont("DejaVu", size)
        canvas.drawString(50, 700 - drop, "П")
        canvas.setFont("DejaVu", 11)
        for number, line in enumerate(["остроен планетарий на двести мест,", "в нём занимаются", "школьники."]):
            canvas.drawString(52 + 0.8 * size, 700 - 13 * number, line)

    text = whole(drawn(draw))
    assert "Построен планетарий на двести мест" in text and "\nП" not in text.replace("\nПостроен", "")


def test_a_torn_word_goes_on_whatever_the_length_of_its_line() -> None:
    lines = ["Самая длинная строка этой страницы отчёта стоит сверху", "Планетарий посещают восемьсот школь-", "ников."]
    blocks = list(read_blocks(drawn(printed(lines)), "отчёт.pdf"))
    assert [block.wraps for block in blocks][-1]


@pytest.mark.parametrize("shift", [-1.0, -2.5])
def test_a_breve_before_its_letter_is_put_on_it(shift: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 11)
        left = 50.0
        for letter in "Бийск, район, планетарий":
            base = "и" if letter == "й" else letter
            canvas.drawString(left, 700, base)
            if letter == "й":
                canvas.drawString(left + shift, 700, "\u0306")
            left += canvas.stringWidth(base, "DejaVu", 11)

    assert texts(drawn(draw)) == ["Бийск, район, планетарий"]


# Tables without rules

TABLE = [
    (["Вопрос"], ["Ответ"]),
    (
        ["Что наиболее значительное", "удалось сделать?"],
        ["Построен планетарий на двести мест,", "в нём занимаются школьники."],
    ),
    (["Какие задачи планируется", "решить?"], ["Открыть оранжерею."]),
]


def in_cells(rows: list[tuple[list[str], ...]], edges: list[int], gap: int) -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 9)
        canvas.drawString(50, 780, "Отчёт администрации города Томска за 2019 год, организационная работа")
        draw_rows(canvas, rows, edges, gap, top=740, leading=12)

    return drawn(draw)


@pytest.mark.parametrize("gap", [0, 8])
@pytest.mark.parametrize("numbered", [False, True])
def test_a_table_without_rules_is_read_by_cells(gap: int, numbered: bool) -> None:
    rows: list[tuple[list[str], ...]] = [([str(n)], *row) if numbered else row for n, row in enumerate(TABLE)]
    blocks = read_blocks(in_cells(rows, [50, 80, 300] if numbered else [50, 300], gap), "отчёт.pdf")
    assert [block.cells[-2:] for block in blocks if block.cells] == [
        (" ".join(question), " ".join(answer)) for question, answer in TABLE
    ]


def test_a_list_in_two_places_is_no_table_of_cells() -> None:
    rows: list[tuple[list[str], ...]] = [([f"Город {n}"], [str(100 + n)]) for n in range(6)]
    assert "Город 3 103" in texts(in_cells(rows, [50, 300], 0))
