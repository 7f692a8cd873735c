"""Word documents, their peculiarities one by one."""

import pytest
from docx import Document

from indexer.errors import EmptyFileError
from indexer.readers import read_blocks

from .making import docx_of, lines, saved, with_parts


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p %><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def listed(text: str, number: int = 77, level: int = 0) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, numbering)


def level(depth: int, kind: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(*levels: str, number: int = 77) -> str:
    return f'<w:abstractNum % w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def used(number: int = 77, source: int = 77, override: str = "") -> str:
    return f'<w:num % w:numId="{number}"><w:abstractNumId w:val="{source}"/>{override}</w:num>'


def test_headings_lists_and_emphasis_of_an_ordinary_document() -> None:
    document = Document()
    document.add_heading("ОМСК", 0)
    document.add_heading("Организационная работа", 2)
    document.add_paragraph("Что удалось сделать?", style="List Number").runs[0].bold = True
    document.add_paragraph("Много всего.")
    document.add_paragraph("дороги;", style="List Bullet")
    document.add_paragraph("Какие задачи стоят?", style="List Number").runs[0].italic = True
    mixed = document.add_paragraph("Ответ ")
    mixed.add_run("жирный").bold = True
    assert lines(saved(document)) == [
        "# ОМСК",
        "##! Организационная работа",
        "! [1.] Что удалось сделать?",
        "Много всего.",
        "[-] дороги;",
        "! [2.] Какие задачи стоят?",
        "Ответ жирный",
    ]


def test_numbers_of_several_levels() -> None:
    levels = abstract(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."), level(2, "russianLower", "%3)"))
    body = [listed("а"), listed("б", level=1), listed("в", level=1), listed("г", level=2), listed("д", level=2)]
    body += [listed("е"), listed("ж", level=1), listed("з", level=2)]
    expected = ["[1.] а", "[1.1.] б", "[1.2.] в", "[а)] г", "[б)] д", "[2.] е", "[2.1.] ж", "[а)] з"]
    assert lines(docx_of(*body, numbering=[levels, used()])) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("upperRoman", "%1.", "[IV.] а"),
        ("lowerRoman", "%1)", "[iv)] а"),
        ("upperLetter", "%1.", "[D.] а"),
        ("lowerLetter", "%1)", "[d)] а"),
        ("russianUpper", "%1.", "[Г.] а"),
        ("decimalZero", "%1.", "[04.] а"),
        ("decimal", "Вопрос %1.", "[Вопрос 4.] а"),
        ("bullet", "\uf0b7", "[-] а"),
        ("bullet", "–", "[–] а"),
        ("none", "", "а"),
    ],
)
def test_formats_and_start(kind: str, text: str, expected: str) -> None:
    levels = abstract(level(0, kind, text, start=4))
    assert lines(docx_of(listed("а"), numbering=[levels, used()])) == [expected]


def test_a_second_use_of_a_list_goes_on_or_starts_anew() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = [abstract(level(0, "decimal", "%1.")), used(77), used(78), used(79, override=override)]
    body = [listed("а"), listed("б"), listed("в", 78), listed("г", 79), listed("д", 79), listed("е")]
    assert lines(docx_of(*body, numbering=numbering)) == ["[1.] а", "[2.] б", "[3.] в", "[1.] г", "[2.] д", "[3.] е"]


def test_levels_that_do_not_restart_and_legal_numbers() -> None:
    levels = abstract(
        level(0, "upperRoman", "%1."),
        level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'),
        level(2, "decimal", "%1.%2.%3.", "<w:isLgl/>"),
    )
    body = [listed("а"), listed("б", level=1), listed("в"), listed("г", level=1), listed("д", level=2)]
    expected = ["[I.] а", "[1.] б", "[II.] в", "[2.] г", "[2.2.1.] д"]
    assert lines(docx_of(*body, numbering=[levels, used()])) == expected


def test_numbers_inherited_from_styles() -> None:
    parent = (
        '<w:style % w:type="paragraph" w:styleId="Question"><w:name w:val="Вопрос"/><w:pPr><w:numPr>'
        '<w:numId w:val="77"/></w:numPr></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    )
    child = (
        '<w:style % w:type="paragraph" w:styleId="Sub"><w:name w:val="Подвопрос"/>'
        '<w:basedOn w:val="Question"/></w:style>'
    )
    levels = abstract(
        level(0, "decimal", "%1.", '<w:pStyle w:val="Question"/>'),
        level(1, "decimal", "%1.%2.", '<w:pStyle w:val="Sub"/>'),
    )
    body = [
        paragraph("Что удалось?", '<w:pStyle w:val="Question"/>'),
        paragraph("Подробнее", '<w:pStyle w:val="Sub"/>'),
        paragraph("Без номера", '<w:pStyle w:val="Sub"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        paragraph("Какие задачи?", '<w:pStyle w:val="Question"/>'),
    ]
    data = docx_of(*body, numbering=[levels, used()], styles=[parent, child])
    assert lines(data) == ["! [1.] Что удалось?", "! [1.1.] Подробнее", "! Без номера", "! [2.] Какие задачи?"]


def test_heading_by_russian_name_by_inheritance_and_by_outline() -> None:
    named = '<w:style % w:type="paragraph" w:styleId="a1"><w:name w:val="Заголовок 3"/></w:style>'
    heir = '<w:style % w:type="paragraph" w:styleId="a2"><w:name w:val="Мой"/><w:basedOn w:val="a1"/></w:style>'
    body = [
        paragraph("а", '<w:pStyle w:val="a1"/>'),
        paragraph("б", '<w:pStyle w:val="a2"/>'),
        paragraph("в", '<w:outlineLvl w:val="1"/>'),
        paragraph("г", '<w:pStyle w:val="a2"/><w:outlineLvl w:val="9"/>'),
    ]
    assert lines(docx_of(*body, styles=[named, heir])) == ["### а", "### б", "## в", "г"]


def test_tracked_changes() -> None:
    kept = (
        '<w:p %><w:ins w:id="1"><w:r><w:t>вставлено</w:t></w:r></w:ins><w:del w:id="2"><w:r>'
        "<w:delText>удалено</w:delText></w:r></w:del>"
        '<w:moveFrom w:id="3"><w:r><w:t>откуда</w:t></w:r></w:moveFrom>'
        '<w:moveTo w:id="4"><w:r><w:t xml:space="preserve"> куда</w:t></w:r></w:moveTo></w:p>'
    )
    joined = paragraph("начало ", '<w:rPr><w:del w:id="5"/></w:rPr>')
    assert lines(docx_of(kept, joined, paragraph("конец"))) == ["вставлено куда", "начало конец"]


def test_what_libraries_lose() -> None:
    fragment = (
        "<w:p %><w:r><w:t>онлайн</w:t><w:noBreakHyphen/><w:t>режим</w:t></w:r>"
        "<w:r><w:tab/><w:t>сло</w:t><w:softHyphen/>"
        '<w:t>во</w:t></w:r><w:smartTag w:uri="u" w:element="e"><w:r><w:t xml:space="preserve"> Омск</w:t></w:r>'
        "</w:smartTag>"
        '<w:hyperlink r:id="rId1"><w:r><w:t xml:space="preserve"> ссылка</w:t></w:r></w:hyperlink>'
        '<w:sdt><w:sdtContent><w:r><w:t xml:space="preserve"> поле</w:t></w:r></w:sdtContent></w:sdt>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>скрыто</w:t></w:r></w:p>"
    )
    control = "<w:sdt %><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>в элементе</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    placeholder = (
        "<w:sdt %><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Место для ввода</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    assert lines(docx_of(fragment, control, placeholder)) == ["онлайн-режим слово Омск ссылка поле", "в элементе"]


def test_fields_give_their_results() -> None:
    run = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    fragment = (
        f"<w:p %>{run.format('begin')}<w:r><w:instrText>DATE</w:instrText>"
        f"<w:t>команда</w:t></w:r>{run.format('separate')}"
        f'<w:r><w:t>2021</w:t></w:r>{run.format("end")}<w:fldSimple w:instr="X"><w:r>'
        '<w:t xml:space="preserve"> год</w:t>'
        "</w:r></w:fldSimple></w:p>"
    )
    assert lines(docx_of(fragment)) == ["2021 год"]


def test_a_text_box_is_read_once() -> None:
    content = "<w:txbxContent><w:p><w:r><w:t>в рамке</w:t></w:r></w:p></w:txbxContent>"
    fragment = (
        '<w:p %><w:r><w:t>снаружи</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        f"{content}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert lines(docx_of(fragment)) == ["снаружи", "в рамке"]


def test_footnotes_stand_behind_their_paragraph_and_heads_are_dropped() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Колонтитул"
    document.sections[0].footer.paragraphs[0].text = "Стр. 1"
    document.add_paragraph("Текст со сноской")
    document.add_paragraph("Дальше")
    note = '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    footnotes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>черта</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Сама сноска</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )

    def refer(name: str, content: bytes) -> bytes:
        return content.replace(b"</w:p>", note.encode(), 1) if name == "word/document.xml" else content

    data = with_parts(saved(document), refer, [("word/footnotes.xml", footnotes)])
    assert lines(data) == ["Текст со сноской", "Сама сноска", "Дальше"]


def test_tables() -> None:
    document = Document()
    table = document.add_table(3, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Вопрос", "Ответ"
    table.cell(1, 0).text = "Что?"
    table.cell(1, 1).text = "Первый абзац\nвторой"
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(2, 1).text = "третий"
    document.add_paragraph("между")
    wide = document.add_table(2, 3)
    wide.cell(0, 0).merge(wide.cell(0, 1)).text = "широкая"
    wide.cell(0, 2).text = "узкая"
    wide.cell(1, 0).merge(wide.cell(1, 2)).text = "во всю ширину"
    document.add_paragraph("между")
    frame = document.add_table(1, 1)
    frame.cell(0, 0).text = "рамка"
    inner = frame.cell(0, 0).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "внутри", "рядом"
    rows = [block.cells for block in read_blocks(saved(document), "отчёт")]
    assert rows == [
        ("Вопрос", "Ответ"),
        ("Что?", "Первый абзац\nвторой"),
        ("", "третий"),
        (),
        ("широкая", "", "узкая"),
        (),
        (),
        (),
        ("внутри", "рядом"),
    ]


def test_lines_of_different_look_come_apart() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("Что удалось?").bold = True
    paragraph.runs[0].add_break()
    paragraph.add_run("Построен мост")
    document.add_paragraph("раз\nдва")
    assert lines(saved(document)) == ["! Что удалось?", "~ Построен мост", "раз\nдва"]


def test_strict_documents() -> None:
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = with_parts(docx_of(paragraph("строгий")), lambda _, content: content.replace(usual, strict))
    assert lines(data) == ["строгий"]


def test_table_of_contents_is_dropped() -> None:
    style = '<w:style % w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    body = [paragraph("Омск 3", '<w:pStyle w:val="T1"/>'), paragraph("Омск")]
    assert lines(docx_of(*body, styles=[style])) == ["Омск"]


def test_a_document_without_text() -> None:
    with pytest.raises(EmptyFileError, match="нет текста"):
        read_blocks(saved(Document()), "пусто.docx")
