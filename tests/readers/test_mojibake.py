"""Text read with the wrong table and saved so comes back; good text, quotations and other languages stay."""

import pytest

from indexer.readers.mojibake import repaired, repairs

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
