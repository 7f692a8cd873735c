"""Reports that come in a disguise: written in ASCII for the way, misread, without blanks, behind a program."""

import base64
import io
import quopri
import tarfile
import urllib.parse
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from indexer.model import SourceFile

from .base import BASE, LINES, WHOLE, outline, understood

MORE = " Отремонтированы дороги и мосты, благоустроены дворы, высажены деревья, открыты новые детские сады." * 4
LONG = BASE.replace("школьников.", "школьников." + MORE)
PAGE = "<html><meta charset=utf-8><body>" + "".join(f"<p>{line}</p>" for line in LINES) + "</body></html>"
QUOTED = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"


def word(text: str) -> bytes:
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def outline_but_for_more(source: SourceFile) -> tuple[object, ...]:
    city, year, section, passages = outline(source)
    assert isinstance(passages, tuple)
    return (city, year, section, tuple((kind, text.replace(MORE, "")) for kind, text in passages))


FOR_THE_WAY = {
    "quoted-printable": quopri.encodestring(LONG.encode()),
    "quoted-printable of Windows": quopri.encodestring(LONG.encode("cp1251")),
    "quoted-printable of KOI8": quopri.encodestring(BASE.encode("koi8-r")),
    "quoted-printable behind headers": QUOTED + quopri.encodestring(BASE.replace("\n", "\r\n").encode()),
    "quoted-printable page": quopri.encodestring(PAGE.encode()),
    "UTF-7": LONG.encode("utf-7"),
    "UTF-7 with its mark": b"+/v8-" + BASE.encode("utf-7"),
    "base64": base64.encodebytes(LONG.encode()),
    "base64 in one line": base64.b64encode(BASE.encode("cp1251")),
    "base64 of a document": base64.encodebytes(word(BASE)),
    "escapes of a program": BASE.encode("unicode-escape").replace(rb"\n", b"\n"),
    "an address": urllib.parse.quote_plus(BASE, safe="\n").encode(),
}


@pytest.mark.parametrize("data", FOR_THE_WAY.values(), ids=FOR_THE_WAY)
def test_text_written_in_ascii(tmp_path: Path, data: bytes) -> None:
    source = understood(tmp_path, "a.txt", data)
    assert outline_but_for_more(source) == WHOLE
    (note,) = source.reports[0].evidence.notes
    assert "раскодирован" in note


@pytest.mark.parametrize(
    "text",
    [
        BASE + "Ссылка: http://tomsk.ru/?q=%D0%9C%D0%BE%D1%81%D1%82%D1%8B",
        BASE + "Формулы: a=3D5+BQ, x=D0=9E, +BBAE-, \\u0416",
    ],
)
def test_a_text_that_speaks_of_such_signs(tmp_path: Path, text: str) -> None:
    source = understood(tmp_path, "a.txt", text)
    assert source.reports[0].passages[-1].text.endswith(text[-8:].strip())
    assert source.reports[0].evidence.notes == ()


def test_english_in_disguise_is_told_as_it_was(tmp_path: Path) -> None:
    letter = b"Report of the city for the year: a planetarium was built." * 9
    for data in (quopri.encodestring(letter), base64.encodebytes(letter)):
        assert understood(tmp_path, "a.txt", data).status == "failed"


WRONG_PAGES = ["cp1250", "iso8859-2", "cp1257", "cp1254"]


@pytest.mark.parametrize("page", WRONG_PAGES)
@pytest.mark.parametrize("made", [str.encode, word])
def test_letters_of_windows_by_the_table_of_another_land(
    tmp_path: Path, page: str, made: Callable[[str], bytes]
) -> None:
    wrong = LONG.encode("cp1251").decode(page, "ignore")
    assert outline_but_for_more(understood(tmp_path, "a", made(wrong))) == WHOLE


def test_letters_of_dos_by_the_table_of_another_land(tmp_path: Path) -> None:
    assert outline_but_for_more(understood(tmp_path, "a", LONG.encode("cp866").decode("cp852"))) == WHOLE


def test_letters_that_the_wrong_table_has_lost_are_told(tmp_path: Path) -> None:
    source = understood(tmp_path, "a", LONG.encode("cp1251").decode("cp1253", "replace"))
    assert "В тексте утрачены буквы" in (source.reason or "")
    assert all("Ï" not in passage.text for report in source.reports for passage in report.passages)


@pytest.mark.parametrize("blank", ["\u200b", "\u2060", "\ufeff", "\u200b\u200b"])
@pytest.mark.parametrize("made", [str.encode, word])
def test_words_parted_by_invisible_blanks(tmp_path: Path, blank: str, made: Callable[[str], bytes]) -> None:
    assert outline(understood(tmp_path, "a", made(BASE.replace(" ", blank)))) == WHOLE


@pytest.mark.parametrize("made", [str.encode, word])
def test_invisible_blanks_within_words_part_nothing(tmp_path: Path, made: Callable[[str], bytes]) -> None:
    for text in (BASE.replace("ни", "ни\u200b"), BASE.replace(" ", " \u200b"), BASE + "водо\u200bснабжение\n"):
        assert "\u200b" not in repr(understood(tmp_path, "a", made(text)))
        assert outline(understood(tmp_path, "a", made(text)))[:3] == WHOLE[:3]


def test_an_archive_of_unix_is_told_as_one(tmp_path: Path) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("отчёт.txt"), io.BytesIO())
    assert (understood(tmp_path, "a.tar", target.getvalue()).reason or "").startswith("Это архив неизвестного вида")


PROGRAM = b"MZ\x90\x00" + bytes(range(256)) * 9


def behind_a_program(*names: str, offsets: bool) -> bytes:
    """A zip of the report under these names behind a program; ``offsets``: its places count from the file's begin."""
    target = io.BytesIO(PROGRAM if offsets else b"")
    target.seek(0, io.SEEK_END)
    with zipfile.ZipFile(target, "a" if offsets else "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, BASE)
    return target.getvalue() if offsets else PROGRAM + target.getvalue()


@pytest.mark.parametrize("offsets", [True, False])
@pytest.mark.parametrize("name", ["отчёты.exe", "отчёты.zip", "отчёты"])
def test_an_archive_that_unpacks_itself(tmp_path: Path, name: str, offsets: bool) -> None:
    source = understood(tmp_path, name, behind_a_program("a.txt", offsets=offsets))
    assert outline(source) == WHOLE
    assert source.reports[0].source == f"{name}/a.txt"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.exe", behind_a_program("a.txt", "setup.exe", offsets=True), "Это программа"),
        ("a.exe", PROGRAM, "Это программа"),
        ("a.exe", PROGRAM + b"Rar!\x1a\x07\x00" + bytes(99), "Это самораспаковывающийся архив"),
        ("a.exe", PROGRAM + b"7z\xbc\xaf\x27\x1c" + bytes(99), "Это самораспаковывающийся архив"),
        ("a.part1.exe", PROGRAM + b"Rar!\x1a\x07\x00" + bytes(99), "Это часть архива"),
    ],
)
def test_programs(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    source = understood(tmp_path, name, data)
    assert source.status == "failed"
    assert (source.reason or "").startswith(told)


@pytest.mark.parametrize("half", [b"+2AAA-", b"+3AAA-", b"+2AAAQQ-"])
def test_half_a_sign_of_utf_7_is_no_crash(tmp_path: Path, half: bytes) -> None:
    source = understood(tmp_path, "a.txt", half * 40)
    assert source.status != "read" and (source.reason or "").endswith(".")
