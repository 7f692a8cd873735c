"""Documents in one XML file, web archives, FictionBook; XML that nobody knows is told, never read as text."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from docx import Document
from lxml import etree

from indexer.errors import ReadError
from indexer.readers import format_of, read_blocks, read_document

from .making import converted, lines, saved
from .test_converted import EXPECTED, original
from .test_docx_parts import BASE, HTML, READ, base, mht

W2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
WX = "http://schemas.microsoft.com/office/word/2003/auxHint"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'


def word_2003(*paragraphs: str, more: str = "") -> bytes:
    """By hand, on one line, as legal reference systems export."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    root = f'<w:wordDocument xmlns:w="{W2003}" xmlns:wx="{WX}"><w:body><wx:sect>{body}{more}</wx:sect></w:body>'
    return (DECLARED + root + "</w:wordDocument>").encode()


def flat(data: bytes, declared: str = DECLARED) -> bytes:
    """The package in one file, as Word's «XML-документ Word» has it."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith((".xml", ".rels")):
                xml = etree.tostring(etree.fromstring(content)).decode()
                parts.append(f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>')
            else:
                coded = base64.b64encode(content).decode()
                parts.append(f'<pkg:part pkg:name="/{name}"><pkg:binaryData>{coded}</pkg:binaryData></pkg:part>')
    names = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'
    return f"{declared}<pkg:package {names}>{''.join(parts)}</pkg:package>".encode()


@pytest.mark.parametrize(
    "data",
    [
        word_2003(*BASE),
        b"\xef\xbb\xbf" + word_2003(*BASE),
        word_2003(*BASE).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        flat(base()),
        flat(base(), ""),
        flat(base(), '<?xml version="1.0"?>\n<!-- из Word -->\n'),
    ],
)
def test_by_hand(data: bytes) -> None:
    assert lines(data, "отчёт.doc") == READ


def test_by_libreoffice() -> None:
    data = converted(original(), "docx", "xml:MS Word 2003 XML")
    assert format_of(data, "отчёт.doc") == "doc-xml"
    read = lines(data)
    # LibreOffice leaves the level of a second heading out
    assert [line.replace("##! ", "! ") for line in EXPECTED] == read


def test_the_letterhead_of_word_2003() -> None:
    head = "<w:sectPr><w:hdr><w:p><w:r><w:t>Администрация города Томска</w:t></w:r></w:p></w:hdr></w:sectPr>"
    content = read_document(word_2003("Построена школа.", more=head), "отчёт.xml")
    assert content.letterhead == ("Администрация города Томска",)
    assert [block.text for block in content.blocks] == ["Построена школа."]


AML = "http://schemas.microsoft.com/aml/2001/core"


def changed(kind: str, content: str = "") -> str:
    """A change as Word 2003 keeps it."""
    named = f'aml:id="0" w:type="Word.{kind}" aml:author="А" aml:createdate="2021-01-01T00:00:00Z"'
    return f'<aml:annotation xmlns:aml="{AML}" {named}><aml:content>{content}</aml:content></aml:annotation>'


def run(text: str, look: str = "", kind: str = "t") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:{kind} xml:space="preserve">{text}</w:{kind}></w:r>'


COMMENT = changed("Comment", f"<w:p>{run('Проверить!')}</w:p>")
HIDDEN_STYLES = (
    '<w:styles><w:style w:type="character" w:styleId="h"><w:name w:val="H"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="p"><w:name w:val="P"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="s"><w:name w:val="S"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    "</w:style></w:styles>"
)
IN_HIDDEN = '<w:pPr><w:pStyle w:val="p"/></w:pPr>'
CHANGED = [
    # what Word writes, and what others do that leave the text of a deletion a text
    (run("Построен ") + changed("Deletion", run("мост", kind="delText")) + run("сад"), "Построен сад"),
    (run("Построен ") + changed("Insertion", run("сад")), "Построен сад"),
    (run("Построен ") + changed("Deletion", run("мост")) + run("сад"), "Построен сад"),
    (run("Построен сад") + f"<w:r>{COMMENT}</w:r>", "Построен сад"),
    (run("Построен ") + run("мост", "<w:vanish/>") + run("сад"), "Построен сад"),
    (run("Построен ") + run("мост", '<w:rStyle w:val="h"/>') + run("сад"), "Построен сад"),
    (IN_HIDDEN + run("мост") + run("Построен сад", '<w:vanish w:val="off"/>'), "Построен сад"),
    (run("Вынуто 10") + run("6", '<w:vertAlign w:val="superscript"/>') + run(" кубов"), "Вынуто 10^6 кубов"),
    (run("Вынуто 10") + run("6", '<w:rStyle w:val="s"/>') + run(" кубов"), "Вынуто 10^6 кубов"),
    (
        run("В 10") + run("6", '<w:rStyle w:val="s"/><w:vertAlign w:val="baseline"/>') + run(" дворах"),
        "В 106 дворах",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("paragraph", "read"), CHANGED)
def test_deleted_hidden_and_raised_text_of_word_2003(paragraph: str, read: str) -> None:
    data = word_2003(more=f"<w:p>{paragraph}</w:p>").replace(b"<w:body>", HIDDEN_STYLES.encode() + b"<w:body>")
    assert lines(data) == [read]


def test_deleted_paragraphs_and_rows_of_word_2003() -> None:
    mark = f"<w:pPr><w:rPr>{changed('Deletion')}</w:rPr></w:pPr>"
    joined = f"<w:p>{mark}{run('Построен ')}</w:p><w:p>{run('сад')}</w:p>"
    cells = f"<w:tc><w:p>{run('Что')}</w:p></w:tc><w:tc><w:p>{run('Где')}</w:p></w:tc>"
    table = f"<w:tbl><w:tr><w:trPr>{changed('Deletion')}</w:trPr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    assert lines(word_2003(more=joined + table)) == ["Построен сад", "Что ¦ Где"]


def test_a_picture_of_many_megabytes_in_a_flat_file() -> None:
    document = Document()
    document.add_paragraph("Построена школа.")
    data = saved(document)
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("word/media/image1.png", bytes(range(256)) * 50_000)
    assert lines(flat(target.getvalue())) == ["Построена школа."]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<?xml version='1.0'?><report><city>Tomsk</city></report>", "XML другой программы («report»)"),
        (
            '<?xml version="1.0" encoding="cp1251"?>\n<отчёт>Томск</отчёт>'.encode("cp1251"),
            "XML другой программы",
        ),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "таблица Excel"),
        ("<f:data xmlns:f='a'><a>Построена школа</a></f:data>".encode(), "XML другой программы"),
        ('<?xml version="1.0" encoding="UTF-16"?><a>Томск</a>'.encode("utf-16"), "XML другой программы («a»)"),
        (b"<?xml version='1.0'?>" + b"<!-- x -->" * 2_000 + b"<a>b</a>", "XML другой программы"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>', "рисунок"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><w:wordDocument xmlns:w='" + W2003.encode() + b"'/>", "DOCTYPE"),
    ],
)
def test_unknown_xml_is_told(data: bytes, told: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read_blocks(data, "отчёт.xml")
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    "data",
    [
        ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
         '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">' + HTML).encode(),
        ('<?xml version="1.0"?>' + HTML).encode(),
        "".join(f"<P><?xml:namespace prefix = o />{line}</P>" for line in BASE).encode(),
    ],
)  # fmt: skip
def test_web_pages_that_begin_like_xml_stay_web_pages(data: bytes) -> None:
    assert lines(data) == READ


def test_text_that_begins_with_a_bracket_stays_text() -> None:
    assert lines("<Отчёт города Томска>\nПостроена школа.".encode())[0] == "<Отчёт города Томска>"


CHROME = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: file:///a.html\r\nSubject: =?utf-8?Q?=D0=9E?=\r\n"
    b" =?utf-8?Q?=D1=82?=\r\nDate: Mon, 1 Jul 2024 10:00:00 -0000\r\n"
)
FRAMES = b"--b\r\nContent-Type: text/html\r\n\r\n<frameset><frame src='a'></frameset>\r\n--b\r\n"
ALONE = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        mht(),
        CHROME + mht(),
        b"\xef\xbb\xbf\r\n" + CHROME + mht(),
        ALONE + base64.encodebytes(HTML.encode()),
        mht().replace(b"--b\r\n", FRAMES, 1),
    ],
)  # fmt: skip
def test_web_archives(data: bytes) -> None:
    assert format_of(data, "отчёт.mht") == "mht"
    assert lines(data) == READ


def test_a_letter_is_no_web_archive() -> None:
    letter = b"From: a@b.ru\r\nTo: c@d.ru\r\nMessage-ID: <1@b>\r\n" + mht()
    with pytest.raises(ReadError, match="письмо"):
        read_blocks(letter, "отчёт.eml")


def test_fiction_book() -> None:
    sections = "".join(f"<p>{line}</p>" for line in BASE[2:])
    data = (
        '<?xml version="1.0" encoding="windows-1251"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
        "<description><title-info><book-title>Имя</book-title></title-info></description><body>"
        f"<title><p>{BASE[0]}</p></title><section><title><p>{BASE[1]}</p></title>{sections}"
        "<table><tr><td>а</td><td>б</td></tr></table></section></body><binary id='a'>AAAA</binary></FictionBook>"
    ).encode("cp1251")
    assert format_of(data, "отчёт.fb2") == "fb2"
    assert lines(data) == [f"# {BASE[0]}", f"# {BASE[1]}", *READ[2:], "а ¦ б"]
