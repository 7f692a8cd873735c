"""Parts of a file cut into several are told, whatever stands in them; whole archives and reports are read."""

import pytest

from indexer.errors import ReadError
from indexer.readers import format_of, read_document

from .making import zipped

REPORT = "Отчёт администрации города Томска за 2019 год\nПостроен планетарий.\n".encode()
ARCHIVE = zipped([("отчёт.txt", REPORT)])


@pytest.mark.parametrize(
    "name",
    ["отчёты.z01", "отчёты.Z15", "отчёты.r00", "2019/отчёты.part2.rar", "отчёты.part01.rar", "отчёты.7z.002",
     "отчёты.zip.003", "отчёт.docx.001", "отчёт.txt.002"],
)  # fmt: skip
@pytest.mark.parametrize("data", [REPORT, ARCHIVE[20:], b"Rar!\x1a\x07\x01\x00" + ARCHIVE], ids=["text", "zip", "rar"])
def test_a_part_is_told(name: str, data: bytes) -> None:
    assert format_of(data, name) == "volume"
    with pytest.raises(ReadError, match="разделённого на тома"):
        read_document(data, name)


def test_the_last_part_under_the_name_of_the_archive() -> None:
    with pytest.raises(ReadError, match="разделённого на тома"):
        read_document(ARCHIVE[25:], "отчёты.zip")


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("отчёты.zip.001", ARCHIVE, "zip"),
        ("отчёты.zip", ARCHIVE, "zip"),
        ("отчёты.zip", b"junk\r\n" + ARCHIVE, "text"),
        ("протокол.12.003", REPORT, "text"),
        ("отчёт.part1.txt", REPORT, "text"),
    ],
)
def test_whole_files_are_no_parts(name: str, data: bytes, form: str) -> None:
    assert format_of(data, name) == form
