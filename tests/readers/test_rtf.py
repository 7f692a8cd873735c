"""Rich Text Format beyond what LibreOffice writes: escapes, code pages, printed lists, tables, what is left out."""

import pytest

from indexer.errors import EmptyFileError
from indexer.readers import format_of, read_blocks, read_document

from .making import lines

HEAD = r"{\rtf1\ansi\ansicpg1251\uc1{\fonttbl{\f0\fcharset204 Times;}{\f1\fcharset2 Symbol;}{\f2\fcharset0 Arial;}}"


def rtf(body: str, head: str = HEAD) -> bytes:
    """A document whose body is given with Cyrillic letters, which become escaped bytes of cp1251."""
    escaped = "".join(f"\\'{sign.encode('cp1251')[0]:02x}" if ord(sign) > 127 else sign for sign in body)
    return (head + escaped + "}").encode("ascii")


CASES = [
    (r"\pard Омск\par Томск\par", ["Омск", "Томск"]),
    (r"\pard\u1054?\u1084\u8217'\par", ["Ом’"]),
    (r"\pard\uc2\u1054\'ce\'ce\uc0\u1084\par", ["Ом"]),
    (r"\pard\u-10179?\u-8704?\par", ["\U0001f600"]),
    (r"\pard\b Что удалось?\b0\par Ответ {\b жирный}\par", ["! Что удалось?", "Ответ жирный"]),
    (r"\pard{\i Какие задачи?}\par", ["! Какие задачи?"]),
    (r"\pard{\listtext\f0 1.\tab}Что удалось?\par{\listtext\f1 \'b7\tab}пункт\par", ["[1.] Что удалось?", "[-] пункт"]),
    (r"\pard{\pntext\f0 а)\tab}пункт\par", ["[а)] пункт"]),
    (r"{\header\pard Колонтитул\par}{\footer\pard 1\par}\pard текст\par", ["текст"]),
    (r"\pard{\*\bkmkstart закладка}те{\deleted удалено}к{\v скрыто}ст{\revised  вставка}\par", ["текст вставка"]),
    (r"\pard{\field{\*\fldinst HYPERLINK}{\fldrslt ссылка}}\par", ["ссылка"]),
    (r"\pard текст{\super\chftn}{\footnote\pard\chftn  сноска\par} дальше\par", ["текст дальше", "сноска"]),
    (r"\pard онлайн\_режим сло\-во а\~б\line в\par", ["онлайн-режим слово а б\nв"]),
    (
        r"\trowd\cellx1\cellx2\pard\intbl Вопрос\cell Ответ\par второй\cell\row\pard после\par",
        ["Вопрос ¦ Ответ\nвторой", "после"],
    ),
    (r"\trowd\cellx1\pard\intbl рамка\par ещё\cell\row\pard после\par", ["рамка", "ещё", "после"]),
    (r"\pard{\pict\bin5 {{{{{}текст\par", ["текст"]),
    (r"\pard\outlinelevel0 Омск\par\pard текст\par", ["# Омск", "текст"]),
    (r"{\stylesheet{\s3 heading 2;}}\pard\s3 Омск\par\pard текст\par", ["## Омск", "текст"]),
    (
        r"\pard{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard в рамке\par}}{\shprslt дважды}}текст\par",
        ["текст", "в рамке"],
    ),
    (r"\pard{\upr{Latin}{\*\ud Омск}}\par", ["Омск"]),
    (r"\pard без конца", ["без конца"]),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_bodies(body: str, expected: list[str]) -> None:
    assert lines(rtf(body)) == expected


def test_russian_bytes_under_a_latin_page() -> None:
    head = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Times;}}"
    assert lines(rtf(r"\pard Что наиболее значительное удалось сделать\par", head)) == [
        "Что наиболее значительное удалось сделать"
    ]


def test_raw_bytes() -> None:
    data = (HEAD + r"\pard Омск и Томск\par}").encode("cp1251")
    assert format_of(data, "отчёт.doc") == "rtf"
    assert lines(data) == ["Омск и Томск"]


@pytest.mark.parametrize("data", [b"{\\rtf1", b"{\\rtf1\\par}", b"{\\rtf1{\\pict 00}}"])
def test_no_text(data: bytes) -> None:
    with pytest.raises(EmptyFileError):
        read_blocks(data, "отчёт.rtf")


def test_braces_without_end_are_survived() -> None:
    assert lines(HEAD.encode() + b"{" * 50_000 + b"text" + b"}" * 90_000) == ["text"]


FONTS = (
    "{\\fonttbl{\\f0\\fcharset204 Arial;}{\\f1\\fnil\\fcharset2 Wingdings;}{\\f2\\froman\\fcharset2 Symbol;}"
    "{\\f3\\fcharset2{\\*\\panose 05020102010507070707}Wingdings 2;}{\\f4\\fcharset0 Times;}"
    "{\\f5\\fcharset238 Times CE;}}"
)
SENTENCE = "Построен планетарий на двести мест, в нём занимаются восемьсот школьников."


def escaped(text: str, page: str) -> str:
    return "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in text.encode(page, "ignore"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"{\f1\'fe}{\f0  yes }{\f1\'a8}{\f0  no}", "☑ yes ☐ no"),
        (r"x {\f1\'fd} yes {\f1\u61608?} no", "x ☒ yes ☐ no"),
        (r"x {\f3\'52} yes {\f3\'a3} no", "x ☑ yes ☐ no"),
        (r"x {\f2\'b3} 95, {\f2\'b1} 5, {\f2\u61603 ?} 7", "x ≥ 95, ± 5, ≤ 7"),
    ],
)
def test_symbol_fonts(body: str, expected: str) -> None:
    assert lines(("{\\rtf1\\ansi\\ansicpg1251" + FONTS + "\\pard " + body + "\\par}").encode("ascii")) == [expected]


@pytest.mark.parametrize(
    "claimed",
    ["\\ansi\\ansicpg1252", "\\ansi\\ansicpg936", "\\mac", "\\ansi\\ansicpg10000", "\\pc\\ansicpg437", "\\ansi"],
)
@pytest.mark.parametrize("page", ["cp1251", "cp866"])
def test_a_code_page_that_lies(claimed: str, page: str) -> None:
    data = ("{\\rtf1" + claimed + "\\pard " + escaped(SENTENCE, page) + "\\par}").encode("ascii")
    assert lines(data) == [SENTENCE.encode(page, "ignore").decode(page)]


@pytest.mark.parametrize("claimed", ["1251", "1252", "65001", "936"])
@pytest.mark.parametrize("raw", [True, False])
def test_utf8_bytes(claimed: str, raw: bool) -> None:
    body = SENTENCE.encode() if raw else escaped(SENTENCE, "utf-8").encode()
    assert lines(b"{\\rtf1\\ansi\\ansicpg" + claimed.encode() + b"\\pard " + body + b"\\par}") == [SENTENCE]


@pytest.mark.parametrize("claimed", ["1252", "936"])
def test_russian_behind_a_picture(claimed: str) -> None:
    picture = "{\\pict\\pngblip " + "89504e470d0a1a0a" * 40_000 + "}"
    data = "{\\rtf1\\ansi\\ansicpg" + claimed + "\\pard " + picture + "\\par " + escaped(SENTENCE, "cp1251") + "\\par}"
    assert lines(data.encode()) == [SENTENCE]


@pytest.mark.parametrize("font", ["\\f4", "\\f5"])
def test_fonts_with_foreign_charsets(font: str) -> None:
    data = "{\\rtf1\\ansi\\ansicpg1251" + FONTS + "\\pard" + font + " " + escaped(SENTENCE, "cp1251") + "\\par}"
    assert lines(data.encode()) == [SENTENCE]


@pytest.mark.parametrize("body", ["one \\*two three", "one {\\b \\*two} three", "one \\*\\b two\\b0  three"])
def test_a_star_inside_a_run(body: str) -> None:
    (line,) = lines(("{\\rtf1\\ansi\\ansicpg1251\\pard " + body + "\\par}").encode())
    assert "two" in line
    assert "three" in line


def test_headers_and_footers_are_a_letterhead() -> None:
    data = rtf(r"{\header\pard Администрация города Томска\par}{\footerf 2019 год\par}\pard текст\par")
    content = read_document(data, "a.rtf")
    assert [block.text for block in content.blocks] == ["текст"]
    assert content.letterhead == ("Администрация города Томска", "2019 год")


FIELD = r"{\field{\*\fldinst %s {\*\formfield{%s}}}{\fldrslt }}"


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (r"\fftype1\ffres1", "☒"),
        (r"\fftype1\ffres0\ffdefres1", "☐"),
        (r"\fftype1\ffres25\ffdefres1", "☒"),
        (r"\fftype2\ffres1{\*\ffl музей}{\*\ffl театр}", "театр"),
        (r"\fftype2\ffres25\ffdefres0{\*\ffl музей}{\*\ffl театр}", "музей"),
        (r"\fftype2\ffres7{\*\ffl музей}", ""),
    ],
)
def test_form_fields_show_their_values(settings: str, shown: str) -> None:
    data = rtf(r"\pard Есть: " + FIELD % ("FORM", settings) + r" создан\par")
    assert lines(data) == [" ".join(f"Есть: {shown} создан".split())]


def test_the_letters_of_wordart() -> None:
    shape = r"{\shp{\*\shpinst{\sp{\sn fRotateText}{\sv 1}}{\sp{\sn gtextUNICODE}{\sv Отчёт Томска}}}}"
    assert "Отчёт Томска" in lines(rtf(rf"\pard текст {shape}\par"))


@pytest.mark.parametrize(
    ("instruction", "drawn"),
    [
        (r'SYMBOL 163 \\f "Symbol" \\s 12', "≤"),
        (r"{\f1 SYMBOL 179 }{\b \\f Symbol}", "≥"),
        (r"SYMBOL 254 \\f Wingdings", "☑"),
        (r"EQ \\f(3;4)", "3/4"),
    ],
)
@pytest.mark.parametrize("result", ["{\\fldrslt }", "{\\fldrslt\\f1\\fs20 ?}", ""])
def test_fields_that_are_drawn_from_their_instruction(instruction: str, drawn: str, result: str) -> None:
    page = r"{\field{\*\fldinst PAGE}{\fldrslt 7}}"
    assert lines(rtf(rf"\pard охват {{\field{{\*\fldinst {instruction}}}{result}}} 95, {page}\par")) == [
        f"охват {drawn} 95, 7"
    ]


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_an_end_that_is_cut_off_is_told(cut: int) -> None:
    whole = rtf(r"\pard Что удалось?\par Построен {\b мост} через реку и открыта {\i школа}.\par")
    assert read_document(whole, "отчёт.rtf").losses == ()
    assert "обрывается" in " ".join(read_document(whole[:-cut], "отчёт.rtf").losses)


@pytest.mark.parametrize(
    ("page", "pasted"), [("cp1251", "koi8-r"), ("cp866", "cp1251"), ("cp1251", "utf-8"), ("koi8-r", "cp1251")]
)
def test_a_paragraph_of_another_code_page(page: str, pasted: str) -> None:
    written = ["Что наиболее значительное удалось сделать", "Открыта библиотека на улице Ленина", "Культура города"]
    body = "\\par ".join(escaped(text, pasted if number == 1 else page) for number, text in enumerate(written))
    assert lines(f"{HEAD}\\pard {body}\\par}}".encode(), "a.rtf") == written


def test_two_encodings_in_one_paragraph() -> None:
    first, second = "Открыта библиотека на улице Ленина, ", "в ней сорок тысяч книг"
    body = escaped(first, "cp1251") + escaped(second, "utf-8")
    assert lines(f"{HEAD}\\pard {body}\\par}}".encode(), "a.rtf") == [first + second]


@pytest.mark.parametrize(
    ("page", "pasted"), [("cp1251", "koi8-r"), ("cp866", "cp1251"), ("cp1251", "cp866"), ("koi8-r", "cp1251")]
)
@pytest.mark.parametrize("word", ["Культура", "Дороги", "создать", "БЛАГОУСТРОЙСТВО"])
def test_a_paragraph_of_one_word_in_another_code_page(page: str, pasted: str, word: str) -> None:
    written = ["Что наиболее значительное удалось сделать", word, "Открыта библиотека на улице Ленина"]
    body = "\\par ".join(escaped(text, pasted if number == 1 else page) for number, text in enumerate(written))
    assert lines(rtf(rf"\pard {body}\par")) == written
