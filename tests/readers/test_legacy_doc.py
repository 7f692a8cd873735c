"""Word 97–2003: by the library, through LibreOffice, antiword, none of them, and with a program that never ends."""

import io
import os
import stat
import struct
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import doc2docx
import olefile
import pytest
from docx import Document
from docx.shared import Pt

from indexer.errors import MissingToolError, ReadError
from indexer.readers import doc_art, doc_boxes, format_of, legacy_doc, limits, office, read_blocks, read_document
from indexer.readers.legacy_doc import turned_back
from indexer.readers.ole import SIGNATURE

from .making import converted, docx_of, lines, needed, saved, with_parts, xml
from .test_docx import abstract, level, listed, paragraph, used

ANSWER = " ".join(["Отремонтированы дороги и мосты."] * 60)
"""Long enough for antiword, which refuses very short texts."""


@cache
def report() -> bytes:
    """A .doc with an automatic number."""
    body = [paragraph("ОМСК"), listed("Что удалось сделать в 2021 году?"), paragraph(ANSWER)]
    levels = abstract(level(0, "decimal", "%1."))
    return converted(docx_of(*body, numbering=[levels, used()]), "docx", "doc:MS Word 97")


EXPECTED = ["ОМСК", "[1.] Что удалось сделать в 2021 году?", ANSWER]


def how(data: bytes) -> str:
    """What is told of how the document was read."""
    (note,) = read_document(data, "отчёт.doc").notes
    return note


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing is installed."""
    report()  # is made by LibreOffice
    monkeypatch.setattr(office, "_OFFICE_FOLDERS", ())
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that takes no document."""
    monkeypatch.setattr(doc2docx, "convert", refuse)


def refuse(*_: object) -> None:
    raise ValueError


def test_with_nothing_installed(no_programs: None) -> None:
    assert lines(report()) == EXPECTED
    assert how(report()).startswith("прочитан через msdoc2docx;")


def test_by_libreoffice(no_library: None) -> None:
    assert lines(report()) == EXPECTED
    assert "через LibreOffice, так как msdoc2docx его не принял" in how(report())


def test_by_antiword(no_library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    needed("antiword")
    data = report()
    monkeypatch.setattr(legacy_doc, "find_office", lambda: None)
    # antiword knows the automatic numbers only of documents that Word itself has saved
    assert lines(data) == ["ОМСК", "Что удалось сделать в 2021 году?", ANSWER]
    assert "через antiword" in how(data)


def test_with_no_converter_at_all(no_library: None, no_programs: None) -> None:
    data = report()
    with pytest.raises(MissingToolError, match="LibreOffice"):
        read_blocks(data, "отчёт.doc")


def renamed(data: bytes, old: str, new: str) -> bytes:
    return data.replace(old.encode("utf-16-le"), new.encode("utf-16-le"))


@pytest.mark.parametrize("name", ["WORDDOCUMENT", "worddocument", "Worddocument"])
def test_streams_in_other_letters(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = renamed(renamed(report(), "WordDocument", name), "1Table", "1TABLE")
    assert format_of(data, "отчёт") == "doc"
    assert lines(data) == EXPECTED
    monkeypatch.setattr(doc2docx, "convert", refuse)
    assert lines(data) == EXPECTED


def compound(streams: dict[str, bytes], before: int, sector: int = 4096) -> bytes:
    """An OLE file of version 4 whose directory stands behind the first stream, ``before`` bytes of filler."""
    chunks = [("Filler", b"\x00" * before), *((name, body.ljust(sector, b"\x00")) for name, body in streams.items())]
    chunks.append(("Rest", b"\x00" * before))
    tables = (2 * before + sum(map(len, streams.values()))) // sector // (sector // 4) + 2
    table = [0xFFFFFFFD] * tables
    sectors, entries, directory = [b""] * tables, [], 0
    for name, body in chunks:
        start = len(sectors)
        pieces = [body[place : place + sector].ljust(sector, b"\x00") for place in range(0, len(body), sector)]
        sectors += pieces
        table += [*range(start + 1, len(sectors)), 0xFFFFFFFE]
        entries.append((name, 2, start, len(body)))
        if not directory:
            directory = len(sectors)
            sectors.append(b"")
            table.append(0xFFFFFFFE)
    entries.sort(key=lambda entry: (len(entry[0]), entry[0].upper()))
    rows = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    rows += [_entry(*entry, right=n + 1 if n < len(entries) else None) for n, entry in enumerate(entries, start=1)]
    sectors[directory] = b"".join(rows).ljust(sector, b"\x00")
    table += [0xFFFFFFFF] * (tables * sector // 4 - len(table))
    packed = struct.pack(f"<{len(table)}I", *table)
    sectors[:tables] = [packed[place : place + sector] for place in range(0, len(packed), sector)]
    head = SIGNATURE + b"\x00" * 16 + struct.pack("<HHHHH6xIII4xIIIII", 0x3E, 4, 0xFFFE, 12, 6, 1, tables, directory,
        4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    places = [*range(tables), *[0xFFFFFFFF] * (109 - tables)]
    return (head + struct.pack("<109I", *places)).ljust(sector, b"\x00") + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int | None = None, right: int | None = None) -> bytes:
    letters = name.encode("utf-16-le")
    links = [0xFFFFFFFF, 0xFFFFFFFF if right is None else right, 0xFFFFFFFF if child is None else child]
    return letters.ljust(64, b"\x00") + struct.pack("<HBB3I36xIQ", len(letters) + 2, kind, 1, *links, start, size)


def test_a_directory_in_the_middle_of_a_large_file() -> None:
    """Nothing in the first and the last four megabytes tells what it is: the directory stands between."""
    with olefile.OleFileIO(io.BytesIO(report())) as original:
        streams = {name: original.openstream(name).read() for name in ("WordDocument", "1Table")}
    data = compound(streams, 6 << 20)
    sign = "WordDocument".encode("utf-16-le")
    assert sign not in data[: 4 << 20]
    assert sign not in data[-(4 << 20) :]
    assert format_of(data, "отчёт") == "doc"
    assert lines(data) == EXPECTED


def test_a_document_with_a_password_is_named_as_such() -> None:
    data = bytearray(report())
    head = data.index(b"\xec\xa5", 512)
    data[head + 11] |= 1
    with pytest.raises(ReadError, match="паролем"):
        read_blocks(bytes(data), "отчёт.doc")


def test_latin_letters_of_antiword_turned_back() -> None:
    russian = "Отчёт города Томска за 2019 год – «Культура»"
    assert turned_back(russian.encode("cp1251").decode("cp1252")) == russian
    assert turned_back(russian.encode("cp1251").decode("latin-1")) == russian
    assert turned_back(russian) == russian
    assert turned_back("Straße in Köln") == "Straße in Köln"


@pytest.mark.skipif(sys.platform == "win32", reason="программа-подставка написана для оболочки Unix")
def test_a_conversion_that_never_ends_is_ended_with_all_it_started(
    no_library: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = report()
    child = tmp_path / "child"
    script = tmp_path / "soffice"
    script.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {child}\nwait\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(limits, "CONVERSION_SECONDS", 1)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setattr(legacy_doc.shutil, "which", lambda name: str(script) if name == "soffice" else None)
    started = time.monotonic()
    with pytest.raises(ReadError, match="за отведённое время"):
        read_blocks(data, "отчёт.doc")
    assert time.monotonic() - started < 250  # the script would sleep for 300
    assert _is_gone(child.read_text(encoding="utf-8").strip())


def _is_gone(pid: str) -> bool:
    """Whether the process ends; the guard against hanging is wide."""
    for _ in range(600):
        state = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False).stdout
        if not state.strip() or state.strip().startswith("Z"):
            return True
        time.sleep(0.1)
    return False


ART = (
    '<w:p %><w:r><w:pict><v:shape style="width:300pt;height:60pt" '
    'type="#_x0000_t136"><v:textpath on="t" string="{}"/></v:shape></w:pict></w:r></w:p>'
)
SHAPE = (
    '<w:p %><w:r><w:pict xmlns:o="urn:schemas-microsoft-com:office:office"><v:shapetype id="_x0000_t136" '
    'coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype></w:pict></w:r></w:p>'
)


def test_the_words_of_wordart_are_evidence_and_told() -> None:
    body = [SHAPE, ART.format("ГОРОД ТОМСК"), paragraph("Что удалось сделать в 2019 году?"), ART.format("Наш музей")]
    content = read_document(converted(docx_of(*body, paragraph(ANSWER)), "docx", "doc:MS Word 97"), "отчёт.doc")
    assert content.letterhead == ("ГОРОД ТОМСК", "Наш музей")
    assert any("«ГОРОД ТОМСК», «Наш музей»" in loss for loss in content.losses)
    assert [block.text for block in content.blocks] == ["Что удалось сделать в 2019 году?", ANSWER]


@pytest.mark.parametrize(
    "noise", [b"\x03\x00\x0b\xf0", b"\xf3\xff\x0b\xf0\xff\xff\xff\xff", b"\x13\x00\x0b\xf0\x06\0\0\0\xc0\x80"]
)
def test_what_only_looks_like_wordart(noise: bytes) -> None:
    assert list(doc_art._in_table(noise * 100_000)) == []


BOXED = (
    '<w:p %><w:r><w:t xml:space="preserve">Построен мост через реку. </w:t></w:r><w:r><w:pict>'
    '<v:shape style="width:200;height:50"><v:textbox><w:txbxContent><w:p><w:r><w:t>Открыта школа</w:t></w:r></w:p>'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


def test_text_boxes_that_the_library_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    boxed = converted(docx_of(BOXED), "docx", "doc:MS Word 97")
    assert "Открыта школа" in lines(boxed) and read_document(boxed, "отчёт.doc").losses == ()
    monkeypatch.setattr(legacy_doc, "find_office", lambda: None)
    assert lines(boxed) == ["Построен мост через реку."]
    assert "надписи в рамках («Открыта школа»)" in " ".join(read_document(boxed, "отчёт.doc").losses)


KEPT = BOXED.replace("v:shape", "v:rect")
"""A shape whose text the library reads."""
RICH = (
    '<w:r><w:t xml:space="preserve">Сделано </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>скрыто</w:t></w:r>'
    '<w:del w:id="1" w:author="А"><w:r><w:delText>удалено</w:delText></w:r></w:del><w:r><w:tab/></w:r>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>7</w:t></w:r></w:fldSimple><w:r><w:noBreakHyphen/><w:t>й пункт: ½ м²</w:t>'
    '</w:r><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
)


def of(text: str) -> str:
    return KEPT.replace("Открыта школа", text)


@pytest.fixture
def boxes() -> bytes:
    """A .doc with three text boxes that the library reads, one of them with what only some converters keep."""
    rich = KEPT.replace("<w:r><w:t>Открыта школа</w:t></w:r>", RICH)
    return converted(docx_of(KEPT, rich, of("Открыта школа № 2"), of("Открыт сад")), "docx", "doc:MS Word 97")


def test_text_boxes_that_the_library_reads(boxes: bytes) -> None:
    assert "Открыт сад" in doc_boxes.paragraphs_of(boxes)
    assert how(boxes).startswith("прочитан через msdoc2docx;")
    assert {"Открыта школа", "Открыта школа № 2", "Открыт сад"} <= set(lines(boxes))
    assert read_document(boxes, "отчёт.doc").losses == ()


def test_some_text_boxes_that_the_library_leaves_out(boxes: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = legacy_doc._by_library(boxes)

    def without(name: str, part: bytes) -> bytes:
        return part.replace("Открыт сад".encode(), b"") if name == "word/document.xml" else part

    monkeypatch.setattr(legacy_doc, "_by_library", lambda _: with_parts(whole, without))
    assert "Открыт сад" in lines(boxes) and read_document(boxes, "отчёт.doc").losses == ()
    assert "так как msdoc2docx прочитал в нём не все надписи в рамках" in how(boxes)
    monkeypatch.setattr(legacy_doc, "find_office", lambda: None)
    assert "Открыта школа" in lines(boxes)
    (loss,) = read_document(boxes, "отчёт.doc").losses
    assert loss.startswith("Не прочитаны надписи в рамках («Открыт сад»)")


@pytest.mark.parametrize("cut", [1_000, 2_000, 5_000])
def test_text_boxes_of_a_ruin(boxes: bytes, cut: int) -> None:
    assert doc_boxes.paragraphs_of(boxes[:-cut] + b"\xff" * cut) is not None
    assert doc_boxes.paragraphs_of(boxes[:cut]) == []


def test_the_same_words_in_two_boxes() -> None:
    paragraphs = doc_boxes.paragraphs_of(converted(docx_of(KEPT, KEPT), "docx", "doc:MS Word 97"))
    assert doc_boxes.lost(paragraphs, ["Открыта школа"]) == ["Открыта школа"]
    assert doc_boxes.lost(paragraphs, ["Открыта", " школа", "Открыта школа"]) == []


@pytest.mark.parametrize("place", ["table", "box"])
def test_what_stands_in_the_header_of_a_doc(place: str) -> None:
    """The library leaves out tables and text boxes of headers: city and year may stand there alone."""
    document = Document()
    document.add_paragraph("1. Что удалось сделать?")
    document.add_paragraph("Построен мост через реку.")
    header = document.sections[0].header
    if place == "table":
        table = header.add_table(1, 2, Pt(400))
        table.cell(0, 0).text, table.cell(0, 1).text = "Администрация города Томска", "Отчёт за 2019 год"
    else:
        box = KEPT.replace("Открыта школа", "Администрация города Томска. Отчёт за 2019 год")
        header._element.append(xml(box))
    read = read_document(converted(saved(document), "docx", "doc:MS Word 97"), "отчёт.doc")
    assert "Администрация города Томска" in " ".join(read.letterhead)
    assert "Отчёт за 2019 год" in " ".join(read.letterhead)
    assert [block.text for block in read.blocks] == ["Что удалось сделать?", "Построен мост через реку."]
