"""Russian text comes back whatever the encoding; other bytes are refused."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import EmptyFileError, ReadError
from indexer.readers.encodings import decode

SENTENCE = "Что наиболее значительное удалось сделать в 2021 году? Отремонтировано 12 дорог, «Парк Победы»"
ENCODINGS = (
    "utf-8", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5", "cp855", "utf-16-le", "utf-16-be", "utf-32-le",
    "utf-32-be",
)  # fmt: skip
SHORT = ("Омск", "Томск, администрация города", "НОВОСИБИРСК", "ОТЧЁТ ЗА 2020 ГОД", "Итоги года")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [SENTENCE, SENTENCE.upper(), "Какие задачи стоят в 2022 году?"])
def test_sentences(text: str, encoding: str) -> None:
    data = text.encode(encoding, errors="ignore")
    assert decode(data) == data.decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp866"])
@pytest.mark.parametrize("text", SHORT)
def test_short_texts_and_capitals(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_byte_order_marks(mark: bytes, encoding: str) -> None:
    assert decode(mark + SENTENCE.encode(encoding)) == SENTENCE


def test_a_lying_declaration_does_not_win() -> None:
    assert decode(SENTENCE.encode("cp1251"), "utf-8") == SENTENCE
    assert decode(SENTENCE.encode("koi8-r", errors="ignore"), "windows-1251").startswith("Что наиболее")


def test_utf8_with_a_damaged_byte_stays_utf8() -> None:
    data = SENTENCE.encode("utf-8")
    assert decode(data[:-1]).startswith("Что наиболее значительное")
    assert decode(data[:40] + b"\xd0" + data[40:]).startswith("Что наиболее")


def test_no_bytes() -> None:
    with pytest.raises(EmptyFileError):
        decode(b"")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"\x00" * 500, b"\x01\x02\x03\x04" * 90, b"abc\x00\x00\x00def" * 9]
)
def test_binary_data(data: bytes) -> None:
    with pytest.raises(ReadError, match="двоичные"):
        decode(data)


TOMSK = """Отчёт администрации города Томска за 2019 год
1. Что наиболее значительное удалось сделать в 2019 году?
Построен планетарий на двести мест, в нём занимаются восемьсот школьников.
2. Какие задачи планируется решить в 2020 году?
Открыть оранжерею на набережной: дом 5, «Северная».
"""
OMSK = TOMSK.replace("Томска", "Омска").replace("планетарий", "виадук").replace("ё", "е")


def long(text: str) -> str:
    """Some 12 KB of it."""
    return text * 20


@pytest.mark.parametrize("first", ["utf-8", "cp1251", "cp866", "koi8-r", "iso8859-5", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("second", ["utf-8", "cp1251", "cp866", "koi8-r", "iso8859-5", "utf-16-le", "utf-16-be"])
def test_two_files_behind_one_another(first: str, second: str) -> None:
    one, other = long(TOMSK), long(OMSK)
    data = one.encode(first, "ignore") + other.encode(second, "ignore")
    wanted = one.encode(first, "ignore").decode(first) + other.encode(second, "ignore").decode(second)
    assert decode(data) == wanted


@pytest.mark.parametrize(("first", "second"), [("utf-8", "cp1251"), ("cp1251", "utf-8"), ("utf-8", "utf-16-le")])
@pytest.mark.parametrize("joint", ["", "\r\n", "\x1a"])
def test_the_joint_needs_no_line_break(first: str, second: str, joint: str) -> None:
    one, other = long(TOMSK).strip(), long(OMSK).strip()
    expected = (one + joint + other).replace("\x1a", "\n")
    assert decode(one.encode(first) + joint.encode() + other.encode(second)) == expected


@pytest.mark.parametrize(
    ("page", "pasted"), [("cp1251", "utf-8"), ("utf-8", "cp1251"), ("koi8-r", "utf-8"), ("cp1251", "cp866")]
)
def test_one_paragraph_pasted_from_another_program(page: str, pasted: str) -> None:
    paragraph = "Благоустроено двенадцать дворов, высажено триста деревьев и кустарников.\n"
    plain = OMSK.replace("№", "N").replace("«", '"').replace("»", '"')
    data = plain.encode(page) + paragraph.encode(pasted) + plain.encode(page)
    assert decode(data) == plain + paragraph + plain


@pytest.mark.parametrize("page", ["cp1251", "koi8-r"])
def test_a_mark_that_lies(page: str) -> None:
    assert decode(codecs.BOM_UTF8 + OMSK.encode(page, "ignore")) == OMSK.encode(page, "ignore").decode(page)


def test_three_bad_bytes_cost_three_signs() -> None:
    text = long(TOMSK) * 130
    data = bytearray(text.encode())
    for place in (1_000, 300_001, 900_002):
        data[place] = 0xFF
    found = decode(bytes(data))
    assert found.count("�") in range(3, 7)
    assert abs(len(found) - len(text)) <= 3
    assert found.count("планетарий") >= text.count("планетарий") - 3


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\x1a" * 100])
@pytest.mark.parametrize("page", ["cp866", "cp1251", "utf-8"])
def test_the_end_sign_of_dos(page: str, end: str) -> None:
    assert (
        decode(OMSK.replace("№", "N").encode(page, "ignore") + end.encode()).strip()
        == OMSK.replace("№", "N").encode(page, "ignore").decode(page).strip()
    )


FRAMED = """╔══════════════════════════╗
║  ОТЧЕТ ГОРОДА ОМСКА      ║
╚══════════════════════════╝
┌──────────────┬───────────┐
│ Мероприятия  │ Итоги     │
├──────────────┼───────────┤
│ Дороги       │ 12 км     │
└──────────────┴───────────┘
"""


@pytest.mark.parametrize("page", ["cp866", "utf-8", "koi8-r", "utf-16-le"])
@pytest.mark.parametrize("behind", ["", OMSK.replace("№", "N").replace("«", "").replace("»", "")])
def test_frames_of_dos(page: str, behind: str) -> None:
    assert decode((FRAMED + behind).encode(page)) == FRAMED + behind


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_sentence(data: bytes) -> None:
    try:
        assert isinstance(decode(data), str)
    except ReadError as fault:
        assert str(fault).endswith(".")


GOOD = "Построен планетарий на двести мест, в нём занимаются восемьсот школьников"


@pytest.mark.parametrize("other", ["cp1251", "cp866", "koi8-r"])
@pytest.mark.parametrize("utf8_first", [True, False])
def test_two_encodings_in_one_line(other: str, utf8_first: bool) -> None:
    pages = ("utf-8", other) if utf8_first else (other, "utf-8")
    around = "Отчёт администрации города Томска за 2019 год\n"
    data = around.encode(other) * 3 + GOOD.encode(pages[0]) + GOOD.lower().encode(pages[1]) + b"\n"
    assert decode(data) == around * 3 + GOOD + GOOD.lower() + "\n"


def test_a_piece_pasted_into_a_line() -> None:
    data = f"{GOOD}: «".encode("cp1251") + GOOD.encode() + f"», {GOOD}\n".encode("cp1251")
    assert decode(data) == f"{GOOD}: «{GOOD}», {GOOD}\n"


def test_a_damaged_byte_in_utf8_is_no_other_encoding() -> None:
    data = f"{GOOD}\n".encode() * 3 + GOOD.encode()[:21] + b"\xff" + GOOD.encode()[22:]
    assert decode(data).startswith(f"{GOOD}\n" * 3) and decode(data).count("�") <= 2


def test_the_padding_behind_the_end_sign_of_dos() -> None:
    assert decode(f"{GOOD}\r\n".encode("cp866") + b"\x1a" + b"\0" * 90).strip() == GOOD


@pytest.mark.parametrize("text", ["Έκθεση της διοίκησης της πόλης\n", "ქალაქ ტომსკის ანგარიში\n", "市政府年度报告\n"])
def test_another_alphabet_is_a_text(text: str) -> None:
    assert decode((text * 5).encode()) == text * 5


@pytest.mark.parametrize(
    ("page", "pasted"),
    [("cp1251", "koi8-r"), ("koi8-r", "cp1251"), ("cp866", "koi8-r"), ("cp866", "cp1251"), ("cp1251", "cp866")],
)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_one_line_of_another_code_page(page: str, pasted: str, place: int) -> None:
    lines = [line + "\n" for line in OMSK.replace("«", '"').replace("»", '"').splitlines()]
    pages = [pasted if number == place else page for number in range(6)]
    lines.insert(place, "Культура и искусство города\n")
    assert decode(b"".join(map(str.encode, lines, pages))) == "".join(lines)


@pytest.mark.parametrize(("page", "other"), [("cp1251", "koi8-r"), ("koi8-r", "cp866"), ("cp866", "cp1251")])
def test_the_joint_of_two_code_pages_needs_no_line_break(page: str, other: str) -> None:
    plain = OMSK.replace("«", '"').replace("»", '"')
    assert decode(plain.strip().encode(page) + b" " + plain.encode(other)) == f"{plain.strip()} {plain}"


def test_names_and_abbreviations_are_no_other_code_page() -> None:
    text = OMSK + "• МФЦ, ГБУЗ, ЯНАО\n• Цзямусы, Суйфэньхэ\n– создать центр данных\n" * 3
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("page", ["utf-8", "cp1251", "koi8-r"])
def test_a_short_part_beside_a_long_one_in_utf16(page: str, encoding: str) -> None:
    short = "Открыта библиотека на улице Ленина.\n"
    assert decode(long(OMSK).encode(encoding) + short.encode(page)) == long(OMSK) + short
    assert decode(short.encode(page) + long(OMSK).encode(encoding)) == short + long(OMSK)


def test_marks_of_fields_that_libreoffice_leaves_in_pages() -> None:
    text = "Отчёт: \x07\x03построен мост\x08 и \x04открыта школа\x05 на улице Ленина.\n" * 5
    assert decode(text.encode()) == text
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    ("page", "pasted"),
    [(one, other) for one in ("cp1251", "cp866", "koi8-r") for other in ("cp1251", "cp866", "koi8-r")],
)
@pytest.mark.parametrize("short", ["Культура", " создать", "1. Что удалось", "- закупить в", "БЛАГОУСТРОЙСТВО ДВОРОВ"])
@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_heading_of_another_code_page(page: str, pasted: str, short: str, place: int) -> None:
    lines = [line + "\r\n" for line in OMSK.replace("«", '"').replace("»", '"').splitlines()]
    pages = [pasted if number == place else page for number in range(7)]
    lines.insert(place, f"{short}\r\n")
    assert decode(b"".join(map(str.encode, lines, pages))) == "".join(lines)


@pytest.mark.parametrize("wide", ["utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("other", ["utf-8", "cp1251", "cp866", "koi8-r", "utf-16-le"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("wide_first", [True, False])
def test_utf32_beside_another_encoding(wide: str, other: str, mark: str, wide_first: bool) -> None:
    plain = OMSK.replace("«", '"').replace("»", '"')
    marked, narrow = (mark + TOMSK).encode(wide), plain.encode(other)
    expected = TOMSK + plain if wide_first else plain + TOMSK
    assert decode(marked + narrow if wide_first else narrow + marked) == expected


@pytest.mark.parametrize("wide", ["utf-32-le", "utf-32-be"])
def test_a_paragraph_in_utf32(wide: str) -> None:
    paragraph = "Открыта библиотека на улице Ленина.\n"
    data = OMSK.encode("cp1251", "ignore") + paragraph.encode(wide) + OMSK.encode("cp1251", "ignore")
    assert decode(data) == OMSK + paragraph + OMSK


@pytest.mark.parametrize("word", ["ярмарки", "наши ярмарки", "планы"])
@pytest.mark.parametrize("before", ["Проведены", "В городе проведены"])
def test_a_word_of_windows_within_utf8(word: str, before: str) -> None:
    data = f"{before} ".encode() + word.encode("cp1251") + ", фестивали и субботники.\n".encode()
    assert decode(TOMSK.encode() + data) == f"{TOMSK}{before} {word}, фестивали и субботники.\n"


def test_a_byte_of_nothing_in_a_text() -> None:
    assert decode((TOMSK + "\x00").encode()) == TOMSK
    assert decode(TOMSK.replace("\n", "\x00\n", 1).encode("cp1251")) == TOMSK
