"""Zip archives of reports: names of all packers, limits, hostile members."""

import io
import warnings
import zipfile

import pytest

from indexer.errors import ReadError
from indexer.readers import archive, format_of, limits, read_blocks
from indexer.readers.archive import Member, members

from .making import zipped


def raw_named(name: bytes, content: bytes = b"text", flag: int = 0) -> bytes:
    """An archive with one member whose name is these bytes, as packers without Unicode write it."""
    plain = zipped([("x" * len(name), content)])
    data = plain.replace(b"x" * len(name), name)
    return data.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00" + flag.to_bytes(2, "little"))


def test_members_in_the_order_of_names_without_what_systems_add() -> None:
    data = zipped(
        [
            ("2021/Томск.txt", b"b"),
            ("2021/", b""),
            ("2021/Омск.txt", b"a"),
            ("__MACOSX/2021/._Омск.txt", b"x"),
            ("2021/~$Омск.docx", b"x"),
            ("2021/.DS_Store", b"x"),
            ("Thumbs.db", b"x"),
        ]
    )
    assert list(members(data, "архив.zip")) == [Member("2021/Омск.txt", b"a"), Member("2021/Томск.txt", b"b")]


@pytest.mark.parametrize("encoding", ["cp866", "utf-8", "cp1251"])
def test_names_without_the_flag(encoding: str) -> None:
    assert [member.name for member in members(raw_named("Отчёт Омск.txt".encode(encoding)), "a.zip")] == [
        "Отчёт Омск.txt"
    ]


def test_names_are_composed_and_use_slashes() -> None:
    data = zipped(
        [
            ("Ачинскии\u0306.txt", b"x"),
        ]
    )
    assert [member.name for member in members(data, "a.zip")] == ["Ачинский.txt"]
    assert [member.name for member in members(raw_named(b"2021\\a.txt"), "a.zip")] == ["2021/a.txt"]


@pytest.mark.parametrize("name", ["../вне.txt", "/etc/passwd", "C:/вне.txt", "а/../../вне.txt", "..\\вне.txt"])
def test_names_that_lead_out(name: str) -> None:
    (member,) = members(zipped([(name, b"x")]), "a.zip")
    assert (member.data, ".." in member.name) == (None, False)
    assert member.error is not None
    assert "пределы архива" in member.error


def test_a_link() -> None:
    info = zipfile.ZipInfo("ссылка.txt")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    (member,) = members(zipped([(info, b"/etc/passwd")]), "a.zip")
    assert (member.data, member.error) == (None, "Это ссылка на другой файл, поэтому она не прочитана.")


def test_a_bomb_costs_only_itself() -> None:
    data = zipped([("бомба.txt", b"0" * 40_000_000), ("отчёт.txt", b"text")])
    bomb, report = members(data, "a.zip")
    assert (bomb.data, report.data) == (None, b"text")
    assert bomb.error is not None
    assert "бомбы" in bomb.error


def test_a_lie_about_the_size_is_noticed() -> None:
    data = bytearray(zipped([("бомба.txt", b"0" * 40_000_000)]))
    size = (40_000_000).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (1000).to_bytes(4, "little")
    (member,) = members(bytes(data), "a.zip")
    assert member.data is None
    assert member.error is not None


def test_an_encrypted_member() -> None:
    data = bytearray(zipped([("тайна.txt", b"text")]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    (member,) = members(bytes(data), "a.zip")
    assert member.error is not None
    assert "паролем" in member.error


def test_an_archive_within_an_archive_is_not_opened() -> None:
    inner = zipped([("отчёт.txt", b"text")])
    (member,) = members(zipped([("внутри.zip", inner)]), "a.zip")
    assert member.error is not None
    assert "архив внутри архива" in member.error


def test_a_document_is_a_member_like_any_other() -> None:
    inner = zipped([("word/document.xml", b"<x/>")])
    assert [member.data for member in members(zipped([("отчёт.docx", inner)]), "a.zip")] == [inner]


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEMBERS", 3)
    with pytest.raises(ReadError, match="разделите"):
        list(members(zipped([(f"{number}.txt", b"") for number in range(4)]), "a.zip"))


def test_too_much_altogether(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_EXPANDED_BYTES", 10)
    read = list(members(zipped([(f"{number}.txt", b"12345678") for number in range(4)]), "a.zip"))
    assert [member.data for member in read] == [b"12345678", None]


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, zipped([("a.txt", b"text")])[:-10]])
def test_a_damaged_archive(data: bytes) -> None:
    with pytest.raises(ReadError, match="повреждён"):
        list(members(data, "a.zip"))


def test_an_archive_has_no_blocks_itself() -> None:
    data = zipped([("отчёт.txt", b"text")])
    assert format_of(data, "отчёты.docx") == "zip"
    with pytest.raises(ReadError, match="Это архив"):
        read_blocks(data, "отчёты.docx")


def test_an_empty_archive() -> None:
    target = io.BytesIO()
    zipfile.ZipFile(target, "w").close()
    assert list(archive.members(target.getvalue(), "a.zip")) == []


def with_method(data: bytes, name: str, method: int) -> bytes:
    """The archive with another number of method in both headers of one member."""
    changed = bytearray(data)
    for signature, field, start in ((b"PK\x03\x04", 8, 30), (b"PK\x01\x02", 10, 46)):
        place = -1
        while (place := changed.find(signature, place + 1)) >= 0:
            if changed[place + start :].startswith(name.encode()):
                changed[place + field : place + field + 2] = method.to_bytes(2, "little")
    return bytes(changed)


@pytest.mark.parametrize(
    ("method", "named"), [(9, "Deflate64"), (6, "Implode"), (1, "Shrink"), (98, "PPMd"), (95, "XZ"), (77, "№ 77")]
)
def test_a_method_that_nobody_has_is_named(method: int, named: str) -> None:
    data = with_method(zipped([("a.txt", b"text " * 50), ("b.txt", b"text")]), "a.txt", method)
    bad, good = members(data, "a.zip")
    assert good == Member("b.txt", b"text")
    assert bad.error is not None
    assert f"способом {named}," in bad.error
    assert "упакуйте заново обычным способом" in bad.error


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED])
def test_methods_that_are_at_hand(method: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        package.writestr("a.txt", "text " * 50)
    assert list(members(target.getvalue(), "a.zip")) == [Member("a.txt", b"text " * 50)]


def test_lzma_that_is_damaged_is_told() -> None:
    data = with_method(zipped([("a.txt", b"text " * 50)]), "a.txt", 14)
    (member,) = members(data, "a.zip")
    assert member.data is None
    assert member.error


@pytest.mark.parametrize("name", ["отчёт.txt", "2019/отчёт", "a.b/c.tar.gz"])
def test_members_of_one_name_are_all_read(name: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in (b"1", b"2", b"3"):
            package.writestr(name, content)
    found = list(members(target.getvalue(), "a.zip"))
    assert sorted(member.data or b"" for member in found) == [b"1", b"2", b"3"]
    assert len({member.name for member in found}) == 3
    assert found[0].name == name


def test_a_spanned_archive_is_told() -> None:
    data = bytearray(zipped([("a.txt", b"text")]))
    data[-18:-16] = (2).to_bytes(2, "little")
    last = bytes(data)[20:]
    first = b"PK\x07\x08" + bytes(data)[:40]
    for volume in (bytes(data), last, first):
        assert format_of(volume, "a.zip") == "zip"
        with pytest.raises(ReadError, match="многотомного"):
            list(members(volume, "a.zip"))


def test_pictures_of_a_saved_page_and_files_of_windows() -> None:
    names = [
        "Отчёт.html",
        "Отчёт_files/a.js",
        "Отчёт_files/b/c.png",
        "2019/desktop.ini",
        "~WRL0003.tmp",
        "a.crdownload",
    ]
    assert [member.name for member in members(zipped([(name, b"x") for name in names]), "a.zip")] == ["Отчёт.html"]
    assert len(list(members(zipped([("Наши_files/Омск.txt", b"x")]), "a.zip"))) == 1


def test_a_member_in_lzma_that_cannot_be_unpacked_is_not_called_damaged() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.txt", "Построен планетарий. " * 50)
    data = target.getvalue().replace(b"\x08\x00", b"\x0e\x00")
    (member,) = members(data, "a.zip")
    assert member.error and "LZMA" in member.error and "упакуйте заново" in member.error
