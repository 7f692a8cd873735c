"""Text read with the wrong table and saved so comes back; good text, quotations and other languages stay."""

import pytest

from indexer.readers.mojibake import repaired, repairs
from indexer.readers.normalize import clean

from .making import docx_of, lines, zipped

REPORT = """Отчёт администрации города Томска за 2019 год
Организационная работа

1. Что наиболее значительное удалось сделать в 2019 году?
Построен планетарий на двести мест, в нём занимаются восемьсот школьников. Иные итоги: № 5, «Северный» — 100 %.
2. Какие задачи планируется решить в 2020 году?
Открыть оранжерею на набережной."""

TABLES = ("cp1251", "koi8-r", "latin-1", "cp1252", "cp866", "mac-cyrillic", "iso8859-5", "cp437")


def misread(data: bytes, page: str) -> str:
    """The bytes by the table of ``page``, those that it lacks kept as their numbers."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("page", TABLES)
def test_utf8_read_by_a_table(page: str) -> None:
    assert repaired(misread(REPORT.encode(), page)) == REPORT


@pytest.mark.parametrize("page", TABLES)
def test_utf8_read_by_a_table_twice(page: str) -> None:
    once = misread(REPORT.encode(), page)
    assert repaired(misread(once.encode(), page)) == REPORT


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (written, read)
        for written in ("cp1251", "koi8-r", "cp866")
        for read in ("latin-1", "cp1252", "cp1251", "koi8-r", "cp866", "cp437")
        if written != read
    ],
)
def test_one_table_read_by_another(written: str, read: str) -> None:
    data = REPORT.encode(written, "ignore")
    assert repaired(misread(data, read)) == data.decode(written)


def test_signs_that_a_program_has_dropped_or_changed() -> None:
    spoilt = misread(REPORT.encode(), "cp1251").replace("\x98", "").replace("\u00a0", " ")
    assert repaired(spoilt) == REPORT


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        REPORT + "\nКапитал Ñandú, г. Čačak, Straße; перевал Ґ. Б. и Ўзбекистон.",
        "Annual report of the city of Tomsk, 2019: café, naïve, Zürich, São Paulo, Malmö.",
        "Отчет / Report\n2019 год — Year 2019\nДороги | Roads\nРемонт 12 км | Repair of 12 km",
        "МБОУ СОШ № 12, ГУП ЖКХ, ООО «ЭРЭЛ», ФГБУ НЦ ПБЖД\nТСЖ ЩЭК, ЧПОУ ЦПК, ЪЫЬ",
        "Звіт міста за 2019 рік: побудовано школу, відремонтовано дороги, їжа та ґанок.",
        "Град Ниш је у 2019. години изградио мост, школу и пут ка Београду; ћирилица, љубав, њива.",
        "",
        "┌───┬───┐\n│ 1 │ 2 │\n└───┴───┘",
    ],
)
def test_what_is_fine_stays(text: str) -> None:
    assert repaired(text) is None


@pytest.mark.parametrize("page", ["cp1251", "koi8-r", "latin-1"])
@pytest.mark.parametrize("frame", ["Пришло так: «{}».", 'Пришло письмо "{}".', "Пример: „{}“"])
def test_a_single_quoted_line_in_a_good_report_stays(page: str, frame: str) -> None:
    spoilt = misread("Построен планетарий на двести мест, в нём занимаются восемьсот школьников.".encode(), page)
    assert repaired(f"{REPORT}\n{frame.format(spoilt)}") is None


@pytest.mark.parametrize("page", ["cp1251", "koi8-r", "latin-1"])
def test_spoilt_lines_within_a_good_report(page: str) -> None:
    lines = REPORT.split("\n")
    mixed = [misread(line.encode(), page) if number in (0, 4, 6) else line for number, line in enumerate(lines)]
    assert repaired("\n".join(mixed)) == REPORT


def test_parts_spoilt_in_different_ways() -> None:
    first, second = misread(REPORT.encode(), "cp1251"), misread(REPORT.replace("Томск", "Омск").encode(), "koi8-r")
    assert repaired(f"{first}\n{second}") == f"{REPORT}\n{REPORT.replace('Томск', 'Омск')}"


def test_pieces_are_given_back_by_what_they_were() -> None:
    pieces = [misread(line.encode(), "cp1251") for line in REPORT.split("\n")]
    assert [repairs(pieces).get(piece, piece) for piece in pieces] == REPORT.split("\n")


def _odt(text: str) -> bytes:
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"{paragraphs}</office:text></office:body></office:document-content>"
    )
    return zipped([("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content.encode())])


def _docx(text: str) -> bytes:
    paragraph = '<w:p %><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>'
    return docx_of(*(paragraph.format(line) for line in text.split("\n")))


def _html(text: str) -> bytes:
    return ("<html><body>" + "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</body></html>").encode()


def _html_in_entities(text: str) -> bytes:
    return _html("".join(sign if ord(sign) < 128 or sign == "\n" else f"&#{ord(sign)};" for sign in text))


def _rtf(text: str) -> bytes:
    signs = "".join(sign if ord(sign) < 128 else f"\\u{ord(sign)}?" for sign in text)
    return ("{\\rtf1\\ansi " + signs.replace("\n", "\\par\n") + "\\par}").encode()


FORMATS = {
    "txt": str.encode,
    "html": _html,
    "html в числах": _html_in_entities,
    "docx": _docx,
    "odt": _odt,
    "rtf": _rtf,
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("page", ["cp1251", "koi8-r", "latin-1", "cp1252"])
def test_in_every_format(page: str, form: str) -> None:
    if form in ("docx", "odt", "html в числах") and page == "latin-1":
        page = "cp1252"  # XML cannot hold all control characters, and numbers of HTML mean cp1252 there
    make = FORMATS[form]
    assert lines(make(misread(REPORT.encode(), page))) == lines(make(REPORT))


@pytest.mark.parametrize("form", FORMATS)
def test_cp1251_read_as_latin1_in_every_format(form: str) -> None:
    make = FORMATS[form]
    written = REPORT.encode("cp1251")
    assert lines(make(misread(written, "cp1252"))) == lines(make(REPORT))


@pytest.mark.parametrize("form", FORMATS)
def test_a_quoted_example_stays_in_every_format(form: str) -> None:
    spoilt = f"Пришло так: «{misread('Построен планетарий на двести мест'.encode(), 'cp1252')}»."
    assert clean(spoilt) in " ".join(lines(FORMATS[form](f"{REPORT}\n{spoilt}")))


@pytest.mark.parametrize(("written", "read"), [("cp1251", "mac_cyrillic"), ("mac_cyrillic", "cp1251")])
def test_windows_and_macintosh_differ_in_capitals_only(written: str, read: str) -> None:
    plain = REPORT.replace(" 100 %", "").replace("№ 5, ", "").replace(" —", "")
    assert repaired(plain.encode(written).decode(read)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Звіт міської ради: у місті збудовано школу, її відвідують учні. Є ще їдальня, ґанок і м'яч.",
        "Друга је кућа на њиви поред џамије, а људи ћуте и ђаци уче школу у Београду сваки дан и ноћ.",
    ],
)
def test_other_cyrillic_languages_are_not_capitals_read_wrong(text: str) -> None:
    assert repaired(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Звіт адміністрації міста Томська за 2019 рік\nПобудовано планетарій на двісті місць.\nВідкрито два мости.",
        "Справаздача адміністрацыі горада\nПабудаваны планетарый на дзвесце месцаў.\nАдкрыты ў горадзе мост.",
    ],
)
def test_ukrainian_and_belarusian_are_not_spoilt_russian(text: str) -> None:
    assert repaired(text) is None


@pytest.mark.parametrize("lost", ["", "\ufffd", "\u2022"], ids=["left out", "replaced", "as PDFium shows them"])
def test_bytes_that_the_wrong_table_has_no_sign_for(lost: str) -> None:
    """UTF-8 by the table of Western Windows: the second bytes of «с», «э», «я», «А» and «Н» have no sign in it."""
    text = "\n".join(
        (
            "Отчёт администрации города Томска за 2019 год",
            "Самое значительное: построен планетарий, в нём занимаются восемьсот школьников, сдана новая станция.",
            "На средства Ассоциации и Администрации города создаётся электронная система.",
            "Яблони высажены в парке, деятельность советов продолжается.",
        )
    )
    spoilt = "".join(bytes([byte]).decode("cp1252", "ignore") or lost for byte in text.encode())
    assert repaired(spoilt) == text


@pytest.mark.parametrize("blank", ["\u00a0", " "])
@pytest.mark.parametrize("keeps_numbers", [True, False])
def test_a_capital_whose_second_byte_is_a_blank(blank: str, keeps_numbers: bool) -> None:
    text = (
        "Российский город Томск. Рост доходов города, ГОРОД РОССИИ.\n"
        "А работа ведётся. Районный центр, РЫНОК и РАЗВИТИЕ. А она ждёт, а дома построены.\n"
        "Разработан проект реконструкции парка. Решение принято в 2019 году.\n"
    )
    read = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) * keeps_numbers for byte in text.encode())
    assert repaired("".join(read).replace("\u00a0", blank)) == text


@pytest.mark.parametrize(("written", "read"), [("mac-cyrillic", "cp1251"), ("cp1251", "mac-cyrillic")])
def test_paragraphs_whose_capitals_alone_are_spoilt(written: str, read: str) -> None:
    paragraphs = [line for line in REPORT.splitlines() if line]
    spoilt = [misread(line.encode(written, "replace"), read) for line in paragraphs]
    found = repairs(spoilt)
    assert [found.get(line, line) for line in spoilt] == [
        line.encode(written, "replace").decode(written) for line in paragraphs
    ]


@pytest.mark.parametrize("page", ["cp1252", "latin-1"])
def test_a_lone_footnote_that_is_spoilt(page: str) -> None:
    good = REPORT.splitlines() * 3
    spoilt = misread("Сноска: открыт в мае.".encode("cp1251"), page)
    assert repairs([*good, spoilt]) == {spoilt: "Сноска: открыт в мае."}
    assert not repairs([*good, f"Знак: {spoilt}"])
