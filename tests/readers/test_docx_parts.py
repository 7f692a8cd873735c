"""What stands in Word documents beside paragraphs: imported files, objects, forms, signs, equations, letterheads."""

from __future__ import annotations

import io
import quopri
import re
import zipfile
from collections.abc import Mapping

import pytest
from docx import Document

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Content
from indexer.readers import format_of, legacy_doc, read_blocks, read_document

from .making import converted, docx_of, lines, saved, with_parts, zipped
from .test_docx import paragraph

R_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
BASE = (
    "Отчёт администрации города Томска за 2019 год",
    "Организационная работа",
    "1. Что наиболее значительное удалось сделать в 2019 году?",
    "Построен планетарий на двести мест.",
    "2. Какие задачи планируется решить в 2020 году?",
    "Открыть оранжерею на набережной.",
)
READ = [re.sub(r"^(\d\.) ", r"[\1] ", line) for line in BASE]
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def base(*texts: str) -> bytes:
    """A .docx of these paragraphs, by python-docx."""
    document = Document()
    for text in texts or BASE:
        document.add_paragraph(text)
    return saved(document)


def with_related(data: bytes, parts: Mapping[str, tuple[str, str, bytes]]) -> bytes:
    """The document with parts of its own: relation id → kind, name below ``word/`` and content."""
    more = "".join(
        f'<Relationship Id="{key}" Type="{R_TYPE}{kind}" Target="{name}"/>' for key, (kind, name, _) in parts.items()
    )
    types = "".join(
        f'<Default Extension="{ending}" ContentType="application/octet-stream"/>'
        for ending in {name.rsplit(".", 1)[-1] for _, name, _ in parts.values()} - {"xml", "rels"}
    )

    def change(name: str, content: bytes) -> bytes:
        if name == "word/_rels/document.xml.rels":
            return content.replace(b"</Relationships>", more.encode() + b"</Relationships>")
        if name == "[Content_Types].xml":
            return re.sub(rb"(<Types[^>]*>)", rb"\1" + types.encode(), content)
        return content

    inner = io.BytesIO(with_parts(data, change))
    with zipfile.ZipFile(inner, "a") as package:
        for _, name, content in parts.values():
            package.writestr(f"word/{name}", content)
    return inner.getvalue()


def chunk(relation: str = "rIdA") -> str:
    return f'<w:altChunk % r:id="{relation}"/>'


HTML = "<html><body>" + "".join(f"<p>{line}</p>" for line in BASE) + "</body></html>"
MHT = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; "
    b"charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)


def mht() -> bytes:
    return MHT + quopri.encodestring(HTML.encode("cp1251")) + b"\r\n--b--\r\n"


def rtf() -> bytes:
    coded = ("".join(f"\\'{byte:02x}" for byte in line.encode("cp1251")) for line in BASE)
    return ("{\\rtf1\\ansi\\ansicpg1251 " + "\\par ".join(coded) + "\\par}").encode()


CHUNKS = {
    "chunk1.html": HTML.encode(),
    "chunk1.mht": mht(),
    "chunk1.docx": base(),
    "chunk1.txt": "\n\n".join(BASE).encode(),
    "chunk1.rtf": rtf(),
}


@pytest.mark.parametrize(("name", "content"), CHUNKS.items(), ids=CHUNKS)
def test_the_whole_text_is_an_imported_file(name: str, content: bytes) -> None:
    assert lines(with_related(docx_of(chunk()), {"rIdA": ("aFChunk", name, content)})) == READ


def test_an_answer_is_an_imported_file() -> None:
    data = docx_of(paragraph("До."), chunk(), paragraph("После."))
    html = "<p>Построен <b>планетарий</b>.</p>".encode()
    assert lines(with_related(data, {"rIdA": ("aFChunk", "a.html", html)})) == ["До.", "Построен планетарий.", "После."]


def losses(data: bytes) -> str:
    return " ".join(read_document(data, "отчёт.docx").losses)


def test_an_imported_file_that_is_missing_or_cannot_be_read_is_told() -> None:
    data = docx_of(paragraph("Текст."), chunk())
    assert "вставлена из другого файла" in losses(data)
    picture = {"rIdA": ("aFChunk", "a.html", b"\x89PNG\r\n\x1a\n" + bytes(100))}
    assert "вставлена из другого файла и не прочитана: это рисунок" in losses(with_related(data, picture))
    with pytest.raises(EmptyFileError, match="вставлена из другого файла"):
        read_blocks(docx_of(chunk()), "отчёт.docx")


def embedded(relation: str, program: str) -> str:
    return (
        '<w:p %><w:r><w:object xmlns:o="urn:schemas-microsoft-com:office:office">'
        f'<o:OLEObject Type="Embed" ProgID="{program}" r:id="{relation}"/></w:object></w:r></w:p>'
    )


def test_documents_within_a_document() -> None:
    data = docx_of(paragraph("Информация прилагается."), embedded("rId91", "Word.Document.12"), paragraph("Подпись"))
    content = read_document(with_related(data, {"rId91": ("package", "embeddings/Отчёт1.docx", base())}), "a.docx")
    (enclosure,) = content.enclosures
    assert (enclosure.name, enclosure.place) == ("Отчёт1.docx", 1)
    assert lines(enclosure.data) == READ
    assert "не оказалось" in losses(data)


def test_old_equations_and_links_are_told() -> None:
    assert "формулы старого редактора" in losses(docx_of(paragraph("Текст."), embedded("rId91", "Equation.3")))
    linked = embedded("rId91", "Word.Document.12").replace("Embed", "Link")
    assert "в другом файле" in losses(docx_of(paragraph("Текст."), linked))


def math(*inner: str) -> str:
    return f'<w:p %><w:r><w:t xml:space="preserve">освоено </w:t></w:r><m:oMath {MATH}>{"".join(inner)}</m:oMath><w:r><w:t xml:space="preserve"> средств</w:t></w:r></w:p>'  # noqa: E501


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        (f"<m:f><m:num>{run('3')}</m:num><m:den>{run('4')}</m:den></m:f>", "3/4"),
        (f"<m:f><m:num>{run('а+б')}</m:num><m:den>{run('2')}</m:den></m:f>", "(а+б)/2"),
        (f"<m:sSup><m:e>{run('м')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "м²"),
        (f"<m:sSup><m:e>{run('10')}</m:e><m:sup>{run('6')}</m:sup></m:sSup>", "10^6"),
        (f"<m:sSub><m:e>{run('СО')}</m:e><m:sub>{run('2')}</m:sub></m:sSub>", "СО2"),
        (f"<m:rad><m:deg/><m:e>{run('а+б')}</m:e></m:rad>", "√(а+б)"),
        (f"<m:d><m:e>{run('1')}</m:e><m:e>{run('2')}</m:e></m:d>", "(1|2)"),
        (f"{run('1 ')}<m:f><m:num>{run('1')}</m:num><m:den>{run('2')}</m:den></m:f>", "1 1/2"),
        (f"{run('1')}<m:f><m:num>{run('1')}</m:num><m:den>{run('2')}</m:den></m:f>", "1 1/2"),
    ],
)
def test_equations(equation: str, expected: str) -> None:
    assert lines(docx_of(math(equation))) == [f"освоено {expected} средств"]


def field(instruction: str, result: str = "", data: str = "") -> str:
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    middle = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + f"<w:r><w:t>{result}</w:t></w:r>" if result else ""
    code = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return f'{begin}{code}{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def test_an_equation_field() -> None:
    assert lines(docx_of(f"<w:p %>{text('освоено ')}{field(chr(32) + 'EQ ' + chr(92) + 'f(3;4)')}</w:p>")) == [
        "освоено 3/4"
    ]


SIGNS = [
    (r' SYMBOL 163 \f "Symbol" \s 12 ', "≤"),
    (r"SYMBOL 179 \f Symbol", "≥"),
    (r"symbol 0xB1 \f &quot;Symbol&quot; \* MERGEFORMAT", "±"),
    (r" SYMBOL 254 \f Wingdings", "☑"),
    (r"SYMBOL 8804 \u", "≤"),
    (r" SYMBOL 176 \a \f Arial", "°"),
    (r" SYMBOL 185", "№"),
]


@pytest.mark.parametrize(("instruction", "drawn"), SIGNS)
@pytest.mark.parametrize("result", ["", "?"])
def test_a_symbol_field(instruction: str, drawn: str, result: str) -> None:
    """Word draws the sign anew: what a program has kept as its result is not printed."""
    quoted = instruction.replace('"', "&quot;")
    simple = f'<w:fldSimple w:instr="{quoted}"><w:r><w:t>{result}</w:t></w:r></w:fldSimple>'
    for made in (field(quoted, result), simple):
        assert lines(docx_of(f"<w:p %>{text('охват ')}{made}{text(' 95')}</w:p>")) == [f"охват {drawn} 95"]


def text(content: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{content}</w:t></w:r>'


def sign(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


WINGDINGS = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
BOX = "<w:ffData><w:checkBox><w:default w:val='0'/>{}</w:checkBox></w:ffData>"


@pytest.mark.parametrize(
    ("ticked", "empty"),
    [
        (sign("Wingdings", "F0FE"), sign("Wingdings", "F0A8")),
        (sign("Wingdings", "F078"), sign("Wingdings", "F06F")),
        (sign("Wingdings 2", "F052"), sign("Wingdings 2", "F0A3")),
        (text("\uf0fe", WINGDINGS), text("\uf0a8", WINGDINGS)),
        (field("FORMCHECKBOX", data=BOX.format("<w:checked/>")), field("FORMCHECKBOX", data=BOX.format(""))),
    ],
)
def test_ticked_and_empty_boxes(ticked: str, empty: str) -> None:
    read = lines(docx_of(f"<w:p %>{ticked}{text(' создан планетарий ')}{empty}{text(' создан виадук')}</w:p>"))
    assert re.fullmatch(r"[☒☑] создан планетарий ☐ создан виадук", "".join(read))


def test_a_box_at_the_beginning_is_no_mere_bullet() -> None:
    (empty,) = read_blocks(docx_of(f"<w:p %>{sign('Wingdings', 'F0A8')}{text(' создан виадук')}</w:p>"), "a.docx")
    assert empty.line == "☐ создан виадук"


def test_signs_of_the_symbol_font() -> None:
    symbol = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'
    body = f"<w:p %>{text('Охват ')}{sign('Symbol', 'F0B3')}{text(' 95 % ')}{text(chr(0xF0B1), symbol)}{text('2 ')}"
    body += f"{sign('Symbol', 'F0A3')}{sign('Symbol', 'F0B0')}{sign('Symbol', 'F02D')}</w:p>"
    assert lines(docx_of(body)) == ["Охват ≥ 95 % ±2 ≤°−"]


W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


CHOICES = '<w:dropDownList w:lastValue="2"><w:listItem w:displayText="Да" w:value="1"/><w:listItem w:displayText="Нет" w:value="2"/></w:dropDownList>'  # noqa: E501
ENTRIES = (
    "<w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='Да'/><w:listEntry w:val='Нет'/></w:ddList></w:ffData>"
)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (control(CHOICES, text("Нет")), "Ответ: Нет"),
        (control(CHOICES + "<w:showingPlcHdr/>", text("Выберите элемент.")), "Ответ: Нет"),
        (control("<w:comboBox/><w:showingPlcHdr/>", text("Выберите элемент.")), "Ответ:"),
        (field("FORMDROPDOWN", data=ENTRIES), "Ответ: Нет"),
        (control(f"<w14:checkbox {W14}><w14:checked w14:val='1'/></w14:checkbox>", ""), "Ответ: ☒"),
        (control(f"<w14:checkbox {W14}><w14:checked w14:val='0'/></w14:checkbox>", text("☐")), "Ответ: ☐"),
    ],
)
def test_forms(form: str, expected: str) -> None:
    assert lines(docx_of(f"<w:p %>{text('Ответ: ')}{form}</w:p>")) == [expected]


def test_forms_of_the_old_format(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = field(
        "FORMCHECKBOX",
        data="<w:ffData><w:name w:val='a'/><w:enabled/><w:checkBox><w:sizeAuto/><w:checked/></w:checkBox></w:ffData>",
    )  # noqa: E501
    choice = field("FORMDROPDOWN", data=ENTRIES.replace("<w:ddList>", "<w:name w:val='b'/><w:enabled/><w:ddList>"))
    data = docx_of(f"<w:p %>{text('Ответ: ')}{boxes}{text(' планетарий ')}{choice}</w:p>")
    old = converted(data, "docx", "doc:MS Word 97")
    assert lines(old) == ["Ответ: ☒ планетарий Нет"]
    monkeypatch.setattr(legacy_doc, "find_office", lambda: None)
    assert "поля формы" in losses(old)


def test_a_drop_cap_is_joined() -> None:
    cap = '<w:p %><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr><w:r><w:t>О</w:t></w:r></w:p>'
    assert lines(docx_of(cap, paragraph("тремонтированы дороги."))) == ["Отремонтированы дороги."]


def test_headings_in_the_style_of_a_table_of_contents() -> None:
    style = '<w:style % w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    properties = '<w:pStyle w:val="T1"/>'
    kept = paragraph("Что удалось сделать в 2019 году?", properties)
    typed = f"<w:p %><w:pPr>{properties}</w:pPr><w:r><w:t>Культура</w:t><w:tab/><w:t>12</w:t></w:r></w:p>"
    begin = f"<w:p %><w:pPr>{properties}</w:pPr>{field('TOC', 'Дороги')}".removesuffix(
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # noqa: E501
    inside = paragraph("Школы", properties)
    end = '<w:p %><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    body = [begin + "</w:p>", inside, end, kept, typed, paragraph("Построена школа.")]
    assert lines(docx_of(*body, styles=[style])) == ["Что удалось сделать в 2019 году?", "Построена школа."]


def test_wordart_and_diagrams() -> None:
    art = '<w:p %><w:r><w:pict><v:shape><v:textpath string="ГОРОД ТОМСК"/></v:shape></w:pict></w:r></w:p>'
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    d = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    smart = f'<w:p %><w:r><w:drawing><a:graphic {a}><a:graphicData><dgm:relIds {d} r:dm="rId92"/></a:graphicData></a:graphic></w:drawing></w:r></w:p>'  # noqa: E501
    points = "".join(
        f'<dgm:pt type="{kind}"><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for kind, words in (("node", "Планетарий"), ("parTrans", "стрелка"), ("node", "Оранжерея"))
    )
    model = f"<dgm:dataModel {d} {a}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>".encode()
    data = with_related(docx_of(art, smart), {"rId92": ("diagramData", "diagrams/data1.xml", model)})
    assert lines(data) == ["ГОРОД ТОМСК", "Планетарий", "Оранжерея"]


def letterhead() -> Content:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Администрация города Томска"
    document.sections[0].footer.paragraphs[0].text = "— 5 —"
    document.add_paragraph("Построена школа.")
    return read_document(saved(document), "a.docx")


def test_the_letterhead_is_told_apart() -> None:
    content = letterhead()
    assert [block.text for block in content.blocks] == ["Построена школа."]
    assert content.letterhead == ("Администрация города Томска",)


# Packages


def repacked(data: bytes, rename: dict[str, str] | None = None, prefix: str = "", slash: str = "/") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = [(name, package.read(name)) for name in package.namelist()]
    renamed = []
    for name, content in members:
        for old, new in (rename or {}).items():
            name = name.replace(old, new)
            content = content.replace(old.encode(), new.encode())
        info = zipfile.ZipInfo("placeholder")
        info.filename = (prefix + name).replace("/", slash)
        renamed.append((info, content))
    return zipped(renamed)


@pytest.mark.parametrize(
    "data",
    [
        repacked(base(), slash="\\"),
        repacked(base(), prefix="отчёт/"),
        repacked(base(), prefix="отчёты/2019/отчёт/"),
        repacked(base(), prefix="отчёт/", slash="\\"),
        repacked(base(), {"word/document.xml": "word/text.xml", "document.xml.rels": "text.xml.rels"}),
        repacked(base(), {"word/": "content/"}),
        repacked(base(), {"word/document.xml": "Word/Document.xml"}),
    ],
)
def test_odd_packages(data: bytes) -> None:
    assert format_of(data, "отчёт") == "docx"
    assert lines(data) == READ


def test_strict_names() -> None:
    strict = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",  # noqa: E501
    }
    data = repacked(base(), strict)
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert lines(data) == READ


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_document_cut_short_is_told_as_a_document(share: float) -> None:
    data = base()
    data = data[: int(len(data) * share)]
    assert format_of(data, "отчёт") == "docx"
    with pytest.raises(ReadError, match="Документ повреждён"):
        read_blocks(data, "отчёт.docx")


def test_an_archive_cut_short_is_none() -> None:
    data = zipped([("отчёт.docx", base()), ("ещё.docx", base("а"))])
    assert format_of(data[: len(data) // 2], "отчёты.zip") == "zip"


def test_a_presentation_is_told() -> None:
    data = zipped([("[Content_Types].xml", b"<Types/>"), ("ppt\\presentation.xml", b"<p/>")])
    with pytest.raises(ReadError, match="презентация"):
        read_blocks(data, "отчёт.pptx")


@pytest.mark.parametrize("title", ["Ввод жилья по годам", ""])
def test_a_chart_gives_its_title_and_is_told(title: str) -> None:
    c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    named = (
        f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>" if title else ""
    )
    chart = f"<c:chartSpace {c} {a}><c:chart>{named}<c:plotArea/></c:chart></c:chartSpace>".encode()
    graphic = f'<a:graphic {a}><a:graphicData><c:chart {c} r:id="rId93"/></a:graphicData></a:graphic>'
    drawing = f"<w:p %><w:r><w:drawing>{graphic}</w:drawing></w:r></w:p>"
    data = with_related(docx_of(paragraph("Итоги года."), drawing), {"rId93": ("chart", "charts/chart1.xml", chart)})
    content = read_document(data, "a.docx")
    assert [block.text for block in content.blocks] == ["Итоги года.", *([title] if title else [])]
    assert content.losses == (
        "В документе есть диаграмма, прочитано только её название: напишите её цифры текстом или таблицей.",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_strict_document_whose_parts_are_in_utf16(encoding: str) -> None:
    usual, strict = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"

    def wide(name: str, data: bytes) -> bytes:
        if name != "word/document.xml":
            return data
        text = data.decode().replace(f"{usual}wordprocessingml/2006/", f"{strict}wordprocessingml/")
        return re.sub(r"^<\?xml[^>]*\?>", '<?xml version="1.0" encoding="UTF-16"?>', text).encode(encoding)

    assert "Построен планетарий" in lines(with_parts(docx_of(paragraph("Построен планетарий")), wide))


def test_a_document_packed_in_a_rare_way_names_it() -> None:
    data = bytearray(docx_of(paragraph("Построен планетарий")))
    for sign, method, length, name in ((b"PK\x03\x04", 8, 26, 30), (b"PK\x01\x02", 10, 28, 46)):
        place = data.find(sign)
        while place >= 0:
            size = int.from_bytes(data[place + length : place + length + 2], "little")
            if data[place + name : place + name + size] == b"word/document.xml":
                data[place + method : place + method + 2] = (9).to_bytes(2, "little")
            place = data.find(sign, place + 4)
    with pytest.raises(ReadError, match="Deflate64"):
        read_blocks(bytes(data), "a.docx")


@pytest.mark.parametrize(
    ("font", "typed", "read"),
    [
        ("Wingdings", "þ", "☑"),
        ("Wingdings", "¨", "☐"),
        ("Wingdings", "x", "☒"),
        ("Symbol", "£", "≤"),
        ("Arial", "þ", "þ"),
    ],
)
def test_letters_in_a_symbol_font_are_its_signs(font: str, typed: str, read: str) -> None:
    look = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    data = docx_of(
        f"<w:p %><w:r>{look}<w:t>{typed}</w:t></w:r><w:r><w:t xml:space='preserve'> создан</w:t></w:r></w:p>"
    )
    assert lines(data) == [f"{read} создан"]
