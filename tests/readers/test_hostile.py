"""Files made to do harm and files that are no reports: each ends in one Russian sentence, soon and without a trace."""

import io
import re
import shutil
import time
import zipfile

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import ReadError
from indexer.readers import format_of, limits, read_blocks
from indexer.readers.ole import SIGNATURE as OLE_SIGNATURE

from .making import docx_of, saved, with_parts, zipped
from .test_docx import paragraph

SECONDS = 120.0  # a guard against hanging, not a measure of speed


def refusal(data: bytes, name: str = "отчёт.docx") -> str:
    """The sentence with which the file is refused; it names no class and no file."""
    started = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_blocks(data, name)
    assert time.monotonic() - started < SECONDS
    sentence = str(caught.value)
    assert re.fullmatch(r"[А-ЯЁ].*[.]", sentence, re.DOTALL)
    assert not re.search(r"Error|Exception|Traceback|/tmp|отчёт\.docx", sentence)
    return sentence


def ruin_of_ole(name: str, beginning: bytes = OLE_SIGNATURE) -> bytes:
    """What is left of an OLE file with an entry of its directory, which no library can read."""
    return beginning + bytes(-len(beginning) % 128 + 1024) + name.encode("utf-16-le")


def document(content: str | bytes) -> bytes:
    """A Word document whose main part is replaced."""
    raw = content.encode() if isinstance(content, str) else content
    plain = saved(Document())
    return with_parts(plain, lambda name, old: raw if name == "word/document.xml" else old)


BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def test_a_zip_bomb() -> None:
    assert "бомбы" in refusal(document(BODY.format("<w:p/>" * 8_000_000)))


def test_billion_laughs() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY a0 "ха">{entities}]>' + BODY.format("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>")
    assert refusal(document(laughs))


def test_an_external_entity() -> None:
    content = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    assert "DOCTYPE" in refusal(document(content + BODY.format("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>")))


@pytest.mark.parametrize("tag", ["w:tbl><w:tr><w:tc", "w:sdt><w:sdtContent", "w:p><w:r"])
def test_deep_nesting(tag: str) -> None:
    opening = f"<{tag}>" * 50_000
    assert refusal(document(BODY.format(opening)))
    closing = "".join(f"</{part}>" for part in reversed(tag.split("><")))
    assert refusal(document(BODY.format(opening + closing * 50_000)))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_documents(share: float) -> None:
    data = docx_of(*(paragraph(f"абзац {number}") for number in range(50)))
    assert "повреждён" in refusal(data[: int(len(data) * share)])


def test_damaged_xml_and_missing_parts() -> None:
    assert "повреждён" in refusal(document("<w:document>"))
    assert "повреждён" in refusal(document(b"\x00\x01\x02"))
    assert "нет текста" in refusal(zipped([("word/document.xml", BODY.format("").encode())]))


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "64 МБ" in refusal(b"a" * (limits.MAX_FILE_BYTES + 1))
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 1_000)
    assert "слишком много" in refusal("слово\n".encode() * 500)
    monkeypatch.setattr(limits, "MAX_BLOCKS", 10)
    assert "слишком много" in refusal(b"a\n" * 11)


def sxw() -> bytes:
    """A document of OpenOffice 1, its kind in the first member as it stands."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.sun.xml.writer")
        package.writestr("content.xml", "<office:document-content/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("kind", "word", "data"),
    [
        ("xlsx", "Excel", zipped([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")])),
        ("pptx", "презентация", zipped([("ppt/presentation.xml", b"<x/>")])),
        ("book", "LibreOffice", sxw()),
        ("image", "рисунок", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100),
        ("image", "рисунок", b"\xff\xd8\xff\xe0" + b"\x00" * 100),
        ("program", "программа", b"MZ\x90\x00" + b"\x00" * 200),
        ("program", "программа", b"\x7fELF" + b"\x00" * 200),
        ("packed", "архив", b"Rar!\x1a\x07\x01\x00" + b"\x00" * 50),
        ("packed", "архив", b"7z\xbc\xaf\x27\x1c" + b"\x00" * 50),
        ("mail", "письмо", b"Received: from a by b\r\nSubject: c\r\n\r\ntext"),
        ("mail", "письмо", b"From: a@b.c\r\nTo: d@e.f\r\nMessage-ID: <x>\r\n\r\ntext"),
        ("xls", "Excel", ruin_of_ole("Workbook")),
        ("msg", "письмо", ruin_of_ole("__substg1.0_0037")),
        ("encrypted", "паролем", ruin_of_ole("EncryptedPackage")),
        ("ole", "повреждён", OLE_SIGNATURE + b"\x00" * 600),
        # A font, not the stream of a workbook: entries of the directory begin at multiples of 128 bytes.
        ("ole", "повреждён", OLE_SIGNATURE + b"\x00" * 700 + "Bookman".encode("utf-16-le")),
    ],
)
def test_what_is_no_report(kind: str, word: str, data: bytes) -> None:
    assert format_of(data, "отчёт.docx") == kind
    assert word in refusal(data)


def test_a_protected_word_document_of_old() -> None:
    head = b"\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x01"
    data = ruin_of_ole("WordDocument", OLE_SIGNATURE + b"\x00" * 504 + head)
    assert format_of(data, "отчёт.doc") == "doc"
    assert "паролем" in refusal(data)


@pytest.mark.skipif(
    not shutil.which("soffice") and not shutil.which("antiword"), reason="нет ни LibreOffice, ни antiword"
)
def test_a_damaged_word_document_of_old() -> None:
    assert "преобразовать" in refusal(ruin_of_ole("WordDocument", OLE_SIGNATURE + b"\x11" * 2_000))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(
        [b"", b"{\\rtf1 ", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"MIME-Version: 1.0\nmultipart/related\n\n"]
    ),
    st.binary(max_size=400),
)
def test_any_bytes_end_in_blocks_or_a_sentence(head: bytes, rest: bytes) -> None:
    try:
        assert read_blocks(head + rest, "отчёт")
    except ReadError as fault:
        assert re.fullmatch(r"[А-ЯЁ].*[.]", str(fault), re.DOTALL)


def test_damage_is_no_hindrance_to_telling_the_kind() -> None:
    content = b"<office:document-content/>"
    data = zipped([("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content)])
    # Cut before the list of members, with the type spoilt: only the names of the members are left.
    ruin = data[: data.index(b"PK\x01\x02")].replace(b"oasis.opendocument", b"oasis.Xpendocument")
    assert format_of(ruin, "отчёт.odt") == "odt"
    assert "повреждён" in refusal(ruin)


@pytest.mark.parametrize("line", ["лист-\n", "|||\n", "вопрос\n\n", "|а|б|\n"])
def test_very_many_lines_of_hardly_a_word_are_no_text(line: str) -> None:
    with pytest.raises(ReadError, match="коротких строк"):
        read_blocks((line * 150_000).encode(), "отчёт.txt")
