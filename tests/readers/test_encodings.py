"""Russian text comes back whatever the encoding; other bytes are refused."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import EmptyFileError, ReadError
from indexer.readers.encodings import decode

SENTENCE = "Что наиболее значительное удалось сделать в 2021 году? Отремонтировано 12 дорог, «Парк Победы»"
SHORT = ("Омск", "Томск, администрация города", "НОВОСИБИРСК", "ОТЧЁТ ЗА 2020 ГОД", "Итоги года")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "utf-16-le", "utf-16-be"])
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


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_sentence(data: bytes) -> None:
    try:
        assert isinstance(decode(data), str)
    except ReadError as fault:
        assert str(fault).endswith(".")
