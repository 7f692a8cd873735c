"""Spreadsheets come out as tables: question | answer, one report a sheet, in every format of office programs."""

import datetime
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.comments import Comment

from indexer.errors import EmptyFileError, ReadError
from indexer.readers import format_of, read_blocks, read_document, spreadsheet
from indexer.readers.sheet_formats import formatted

from .making import lines, with_parts, zipped

Sheets = dict[str, list[list[object]]]

TOMSK: list[list[object]] = [
    ["Отчёт администрации города Томска за 2019 год"],
    [],
    ["Вопрос", "Ответ"],
    ["Что наиболее значительное удалось сделать в 2019 году?", "Построен планетарий.\nОткрыт сад."],
    ["Сколько дворов благоустроено?", 12],
    ["Доля", 0.5],
]
SHOWN = [
    "Отчёт администрации города Томска за 2019 год",
    "Вопрос ¦ Ответ",
    "Что наиболее значительное удалось сделать в 2019 году? ¦ Построен планетарий.\nОткрыт сад.",
    "Сколько дворов благоустроено? ¦ 12",
    "Доля ¦ 0,5",
]


def xlsx(sheets: Sheets, hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xls(sheets: Sheets) -> bytes:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _ods_cell(value: object) -> str:
    if isinstance(value, str):
        paragraphs = "".join(f"<text:p>{line}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    shown = f"<text:p>{value}</text:p>"
    return f'<table:table-cell office:value-type="float" office:value="{value}">{shown}</table:table-cell>'


def ods(sheets: Sheets) -> bytes:
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows if row)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content{names} office:version="1.2"><office:body><office:spreadsheet>{tables}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
    return target.getvalue()


@pytest.mark.parametrize(("form", "make"), [("xlsx", xlsx), ("xls", xls), ("ods", ods)])
def test_questions_and_answers(form: str, make: object) -> None:
    data = make({"Лист1": TOMSK})  # type: ignore[operator]
    assert format_of(data, f"a.{form}") == form
    assert lines(data) == SHOWN


@pytest.mark.parametrize("make", [xlsx, xls, ods])
def test_one_report_a_sheet(make: object) -> None:
    rows: list[list[object]] = [["Что удалось сделать?", "Мост"], ["Какие задачи?", "Сад"]]
    found = lines(make({"Томск": rows, "Омск": rows}))  # type: ignore[operator]
    assert found == [
        "# Томск", "Что удалось сделать? ¦ Мост", "Какие задачи? ¦ Сад",
        "# Омск", "Что удалось сделать? ¦ Мост", "Какие задачи? ¦ Сад",
    ]  # fmt: skip


def test_a_hidden_sheet_is_not_printed() -> None:
    assert lines(xlsx({"Отчёт": [["Текст"]], "Служебный": [["Списки"]]}, hidden="Служебный")) == ["# Отчёт", "Текст"]


@pytest.mark.parametrize("make", [xlsx, xls, ods])
def test_nothing_in_it(make: object) -> None:
    with pytest.raises(EmptyFileError):
        read_blocks(make({"Лист1": []}), "a")  # type: ignore[operator]


def test_damaged_ones_are_told() -> None:
    with pytest.raises(ReadError, match="повреждена"):
        read_blocks(zipped([("xl/workbook.xml", b"<broken")]), "a.xlsx")
    with pytest.raises(ReadError):
        read_blocks(xls({"Лист1": TOMSK})[:3_000], "a.xls")


def test_a_ruin_that_upsets_the_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it raises then is no Exception; whoever interrupts is not mistaken for it."""

    class PanicException(BaseException):
        """As pyo3 names it."""

    whole = xls({"Лист1": TOMSK})
    for raised, expected in (
        (PanicException("index out of bounds"), ReadError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ):

        class Upset:
            from_filelike = staticmethod(raising(raised))

        monkeypatch.setattr(spreadsheet, "CalamineWorkbook", Upset)
        with pytest.raises(expected):
            spreadsheet.read(whole)


def raising(error: BaseException) -> Callable[[object], object]:
    """Raises it, whatever it is given."""

    def to_raise(_: object) -> object:
        raise error

    return to_raise


def test_a_bomb() -> None:
    data = zipped([("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", b" " * 40_000_000)])
    with pytest.raises(ReadError, match="бомбы"):
        read_blocks(data, "a.xlsx")


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("0.5", "0%", "50\u00a0%"),
        ("0.4567", "0.0%", "45,7\u00a0%"),
        ("0.1", "0.00 %", "10,00 %"),
        ("1234567.5", "#,##0.00", "1\u00a0234\u00a0567,50"),
        ("1234567", '#,##0" руб."', "1\u00a0234\u00a0567 руб."),
        ("-12000", "#,##0;[Red]-#,##0", "-12\u00a0000"),
        ("1234.5", "#,##0.00\\ [$₽-419]", "1\u00a0234,50 ₽"),
        ("2500000", '#,##0.0,," млн"', "2,5 млн"),
        ("12.50", "0.##", "12,5"),
        ("2019", "0", "2019"),
        ("43709", "dd.mm.yyyy", None),
        ("0.5", "# ?/?", None),
        ("0.5", "General", None),
        ("1e400000000", "0%", None),
        ("NaN", "0%", None),
    ],
)
def test_numbers_are_shown_by_their_format(value: str, code: str, shown: str | None) -> None:
    assert formatted(value, code) == shown


def test_formats_of_excel_stand_at_their_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Итоги"
    sheet["B3"], sheet["C3"] = "Доля", 0.5
    sheet["C3"].number_format = "0%"
    sheet["B4"], sheet["C4"] = "Срок", datetime.date(2019, 9, 1)
    sheet["B6"], sheet["C6"] = "Сумма", 1234567
    sheet["C6"].number_format = "#,##0"
    target = io.BytesIO()
    book.save(target)
    assert lines(target.getvalue()) == ["# Итоги", "Доля ¦ 50 %", "Срок ¦ 01.09.2019", "Сумма ¦ 1 234 567"]


def test_percents_and_groups_of_ods() -> None:
    data = ods({"Лист1": [["Доля", 0.5], ["Сумма", 1234567], ["Год", 2019]]})
    changes = {
        b'"float" office:value="0.5"><text:p>0.5': b'"percentage" office:value="0.5"><text:p>50 %',
        b"<text:p>1234567": "<text:p>1\u00a0234\u00a0567".encode(),
    }
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for old, new in changes.items():
        parts["content.xml"] = parts["content.xml"].replace(old, new)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    assert lines(target.getvalue()) == ["Доля ¦ 50 %", "Сумма ¦ 1 234 567", "Год ¦ 2019"]


def test_an_xls_shows_numbers_as_its_cells_do() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    shown = {"0.0%": (0.955, "95,5\u00a0%"), "#,##0.00": (1234567.5, "1\u00a0234\u00a0567,50")}
    shown |= {'#,##0" руб."': (1200, "1\u00a0200 руб."), "General": (0.5, "0,5"), "DD.MM.YYYY": (43525, "01.03.2019")}
    for column, (code, (value, _)) in enumerate(shown.items()):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    target = io.BytesIO()
    book.save(target)
    (block,) = read_blocks(target.getvalue(), "a.xls")
    assert list(block.cells) == [text.replace("\u00a0", " ") for _, text in shown.values()]


REPORT: list[list[object]] = [
    ["Вопрос", "Ответ", "Служебное"],
    ["Что удалось сделать?", "Построен мост", "черновик"],
    ["Какие проблемы?", "Скрытое", ""],
    ["Какие задачи?", "Сад", ""],
]


def hiding_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in REPORT:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def hiding_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for number, row in enumerate(REPORT):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    sheet.row(2).hidden = True
    sheet.col(2).hidden = True
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def hiding_ods() -> bytes:
    def change(name: str, content: bytes) -> bytes:
        if name != "content.xml":
            return content
        start = content.index(b"<table:table-row>")
        columns = (
            b'<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
        )
        rows = content[start:].split(b"<table:table-row>")
        rows[3] = b' table:visibility="collapse">'.join((b"", rows[3]))
        body = b"<table:table-row>".join(rows[:3]) + b"<table:table-row" + rows[3]
        return content[:start] + columns + body + b"<table:table-row>" + rows[4]

    return with_parts(ods({"Лист1": REPORT}), change)


@pytest.mark.parametrize("make", [hiding_xlsx, hiding_xls, hiding_ods])
def test_hidden_rows_and_columns_are_told(make: Callable[[], bytes]) -> None:
    content = read_document(make(), "a")
    assert [block.text for block in content.blocks] == [
        "Вопрос | Ответ", "Что удалось сделать? | Построен мост", "Какие задачи? | Сад",
    ]  # fmt: skip
    (told,) = content.losses
    assert told.startswith("Скрытые строки и столбцы таблицы не прочитаны («Служебное»)")


def test_hidden_sheets_and_notes_are_mentioned() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Что удалось сделать?", "Построен мост"])
    book.active["A1"].comment = Comment("Уточнить", "Иванов")
    book.create_sheet("Списки").sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    assert read_document(target.getvalue(), "a").notes == (
        "скрытые листы таблицы не прочитаны: «Списки»",
        "примечания к ячейкам таблицы не вошли в текст: 1",
    )


def test_formulas_without_results_are_told() -> None:
    (told,) = read_document(xlsx({"a": [["Всего", "=1+1"]]}), "a").losses
    assert told.startswith("Формулы таблицы сохранены без результатов (ячеек: 1)")


def test_a_formula_whose_result_is_no_text_has_one() -> None:
    def change(name: str, content: bytes) -> bytes:
        return (
            content.replace(b"</row>", b'<c r="C1" t="str"><f>""</f><v></v></c></row>') if "sheet1" in name else content
        )

    assert not read_document(with_parts(xlsx({"a": [["Всего", "два"]]}), change), "a").losses


def test_a_table_of_nothing_but_hidden_rows_says_so() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Что удалось сделать?", "Построен мост"])
    book.active.row_dimensions[1].hidden = True
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(EmptyFileError, match="нет текста. Скрытые строки и столбцы"):
        read_blocks(target.getvalue(), "a")


def test_text_boxes_are_read() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Что удалось сделать?", "Построен мост"])
    sheet.insert_textbox(3, 0, "Открыт музей.\nПосажен сад.")
    book.close()
    assert lines(target.getvalue()) == ["Что удалось сделать? ¦ Построен мост", "Открыт музей.", "Посажен сад."]


def test_a_package_that_was_packed_anew() -> None:
    data = with_parts(ods({"Лист1": TOMSK}), lambda name, content: content)
    assert format_of(data, "a.ods") == "ods"
    assert lines(data) == SHOWN


def test_a_flat_one() -> None:
    with zipfile.ZipFile(io.BytesIO(ods({"Лист1": TOMSK}))) as package:
        content = package.read("content.xml").decode()
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    head = f'<?xml version="1.0" encoding="UTF-8"?><office:document office:mimetype="{mimetype}"'
    flat = content.replace("<office:document-content", head).replace("office:document-content>", "office:document>")
    assert format_of(flat.encode(), "a.fods") == "ods"
    assert lines(flat.encode()) == SHOWN


@pytest.mark.parametrize(("form", "told"), [("presentation", "презентация"), ("graphics", "рисунок")])
def test_other_documents_of_libreoffice_are_named(form: str, told: str) -> None:
    data = with_parts(
        ods({"Лист1": TOMSK}),
        lambda name, content: content.replace(b"opendocument.spreadsheet", f"opendocument.{form}".encode()),
    )
    with pytest.raises(ReadError, match=told):
        read_blocks(data, "a")
