"""OpenDocument texts: LibreOffice saves them, a few lines of their XML are then changed."""

import re
from functools import cache

import pytest
from docx import Document

from indexer.errors import EmptyFileError, ReadError
from indexer.readers import format_of, read_blocks

from .making import converted, docx_of, lines, saved, with_parts
from .test_docx import abstract, level, listed, paragraph, used
from .test_docx_parts import BOX, ENTRIES, field, sign, text


@cache
def odt_of(*body: str, levels: str = "") -> bytes:
    """The fragments of a Word document as LibreOffice saves them in .odt."""
    numbering = [levels, used()] if levels else []
    return converted(docx_of(*body, numbering=numbering), "docx", "odt")


def with_text(data: bytes, old: str, new: str) -> bytes:
    """The document with ``old`` replaced in its content, where it must occur."""

    def change(name: str, content: bytes) -> bytes:
        if name != "content.xml":
            return content
        assert re.search(old.encode(), content)
        return re.sub(old.encode(), new.encode(), content, count=1)

    return with_parts(data, change)


def test_numbers_of_several_levels() -> None:
    levels = abstract(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."), level(2, "russianLower", "%3)"))
    body = [listed("а"), paragraph("между"), listed("б", level=1), listed("в", level=1), listed("г", level=2)]
    body += [listed("д", level=2), listed("е"), listed("ж", level=1)]
    expected = ["[1.] а", "между", "[1.1.] б", "[1.2.] в", "[а)] г", "[б)] д", "[2.] е", "[2.1.] ж"]
    assert lines(odt_of(*body, levels=levels)) == expected


def test_lists_of_no_name_begin_anew() -> None:
    document = Document()
    for style, names in (("List Bullet", "аб"), ("List Number", "вг"), ("List Number 2", "де")):
        for name in names:
            document.add_paragraph(name, style=style)
    data = converted(saved(document), "docx", "odt")
    assert lines(data) == ["[-] а", "[-] б", "[1.] в", "[2.] г", "[1.] д", "[2.] е"]


def test_blanks_breaks_notes_and_changes() -> None:
    data = with_text(
        odt_of(paragraph("текст")),
        "текст",
        "раз<text:s text:c='3'/>два<text:tab/>три<text:line-break/>четыре"
        "<text:note text:id='n1' text:note-class='footnote'><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>сноска</text:p></text:note-body></text:note>"
        "<text:change-start text:change-id='c1'/> вставка<text:change-end text:change-id='c1'/>"
        "<office:annotation><text:p>замечание</text:p></office:annotation>",
    )
    data = with_text(
        data,
        "<text:sequence-decls>",
        "<text:tracked-changes><text:changed-region text:id='d1'><text:deletion><text:p>удалено</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes><text:sequence-decls>",
    )
    assert lines(data) == ["раз два три\nчетыре вставка", "сноска"]


def test_tables_with_covered_and_nested_cells() -> None:
    table = (
        "<table:table><table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>широкая</text:p>"
        "</table:table-cell><table:covered-table-cell/><table:table-cell><text:p>узкая</text:p></table:table-cell>"
        "</table:table-row><table:table-row><table:table-cell><text:p>один</text:p></table:table-cell></table:table-row>"
        "</table:table><text:p>ещё</text:p>"
    )
    data = with_text(odt_of(paragraph("текст")), "<text:p [^>]*>текст</text:p>", table)
    assert [block.cells or block.text for block in read_blocks(data, "отчёт")] == [
        ("широкая", "", "узкая"),
        "один",
        "ещё",
    ]


def test_text_boxes_stand_behind_their_paragraph() -> None:
    box = "снаружи<draw:frame><draw:text-box><text:p>в рамке</text:p></draw:text-box></draw:frame> дальше"
    assert lines(with_text(odt_of(paragraph("текст")), "текст", box)) == ["снаружи дальше", "в рамке"]


def test_no_text() -> None:
    with pytest.raises(EmptyFileError, match="нет текста"):
        read_blocks(odt_of(), "пусто.odt")


def test_a_protected_document() -> None:
    def change(name: str, content: bytes) -> bytes:
        closing = b"<manifest:encryption-data/></manifest:manifest>"
        return content.replace(b"</manifest:manifest>", closing) if name == "META-INF/manifest.xml" else content

    data = with_parts(odt_of(paragraph("тайна")), change)
    assert format_of(data, "отчёт.odt") == "odt"
    with pytest.raises(ReadError, match="защищён паролем"):
        read_blocks(data, "отчёт.odt")


def test_forms_signs_and_equations_that_came_from_word() -> None:
    ticked = field("FORMCHECKBOX", data=BOX.format("<w:checked/>"))
    empty = field("FORMCHECKBOX", data=BOX.format("<w:checked w:val='0'/>"))
    choice = field("FORMDROPDOWN", data=ENTRIES.replace("<w:ddList>", "<w:name w:val='b'/><w:enabled/><w:ddList>"))
    signs = (
        f"{sign('Wingdings', 'F0FE')}{text(' да ')}{sign('Wingdings', 'F0A8')}{text(' нет ')}{sign('Symbol', 'F0B3')}"
    )
    body = (f"<w:p %>{ticked}{text(' а ')}{empty}{text(' б ')}{choice}</w:p>", f"<w:p %>{signs}{text(' 95')}</w:p>")
    assert lines(converted(docx_of(*body), "docx", "odt")) == ["☒ а ☐ б Нет", "☑ да ☐ нет ≥ 95"]


CHANGED = (
    '<w:p %><w:r><w:t xml:space="preserve">Построен </w:t></w:r>'
    '<w:ins w:id="1" w:author="a"><w:r><w:t>мост</w:t></w:r></w:ins>'
    '<w:del w:id="2" w:author="a"><w:r><w:delText>дворец</w:delText></w:r></w:del>'
    '<w:r><w:t xml:space="preserve"> через реку.</w:t></w:r></w:p>'
)


@pytest.mark.parametrize("kind", ["odt", "fodt"])
def test_deleted_text_is_no_text(kind: str) -> None:
    assert lines(converted(docx_of(CHANGED), "docx", kind)) == ["Построен мост через реку."]


def test_a_deletion_without_its_end_takes_nothing_along() -> None:
    flat = converted(docx_of(CHANGED), "docx", "fodt")
    start = flat.rindex(b"<text:change-end")
    cut = flat[:start] + flat[flat.index(b"/>", start) + 2 :]
    assert lines(cut) == ["Построен мостдворец через реку."]
