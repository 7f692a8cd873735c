"""Zip archives of reports: their members one by one, within limits. An archive inside an archive is not opened."""

from __future__ import annotations

import io
import lzma
import re
import struct
import unicodedata
import zipfile
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import count

from indexer.errors import ReadError
from indexer.language.likeness import russianness
from indexer.model import Block
from indexer.readers import limits
from indexer.readers.leftovers import is_left_by_system, is_service_folder
from indexer.readers.package import DAMAGED, HOSTILE, METHODS, READABLE, names_of, read_member, unreadable

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
"""The extra field in which Info-ZIP and 7-Zip keep the name in UTF-8."""

_TOO_MANY = f"В архиве больше {limits.MAX_MEMBERS} файлов: разделите его на части."
_DAMAGED = "Архив повреждён: распакуйте его и создайте заново."
_NESTED = "Это архив внутри архива: распакуйте его и положите отчёты в папку."
_UNSAFE_NAME = "Имя этого файла ведёт за пределы архива, поэтому он не прочитан."
_LINK = "Это ссылка на другой файл, поэтому она не прочитана."

_USUAL = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DRIVE = re.compile(r"^[A-Za-z]:")
_HIDDEN = re.compile(r"(?:^|/)(?:\.(?!\.?/)|~\$)")
"""Dot-files and lock files of Office."""
_END_RECORD = b"PK\x05\x06"
_ONE_OF_SEVERAL = (b"PK\x07\x08", b"PK00PK\x03\x04")
"""How the first volume of a spanned archive begins, and one that was to be spanned but fitted into one volume."""
_SPANNED = "Это том многотомного архива: соберите тома в один архив .zip без деления или распакуйте их."
_NO_VOLUME = 0xFFFF
_END_BYTES = 66_000
_PROGRAM = b"MZ"
_FOR_PROGRAMS = re.compile(r"\.(?:exe|dll|sys|ocx|class|pyc?|js|so|pak|msi|inf)$", re.IGNORECASE)
_LINK_MODE = 0xA
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name with ``/``, NFC, and either its bytes or the Russian sentence why not."""

    name: str
    data: bytes | None = None
    error: str | None = None


def is_archive(data: bytes) -> bool:
    """A zip file, of whatever content, or a volume of one."""
    return data.startswith((b"PK\x03\x04", _END_RECORD, *_ONE_OF_SEVERAL)) or _volume(data[-_END_BYTES:]) > 0


def is_behind_program(data: bytes) -> bool:
    """A zip file behind the program that unpacks it, with nothing for programs in it."""
    if not data.startswith(_PROGRAM) or _END_RECORD not in data[-_END_BYTES:]:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return bool(names) and not any(_FOR_PROGRAMS.search(name) for name in names)


def _volume(end: bytes) -> int:
    """The number of the volume that ends so, from 0; 0 also where this is no archive at all."""
    place = end.rfind(_END_RECORD)
    if (
        place < 0
        or place + 22 > len(end)
        or place + 22 + int.from_bytes(end[place + 20 : place + 22], "little") != len(end)
    ):
        return 0
    volume = int.from_bytes(end[place + 4 : place + 6], "little")
    return 0 if volume == _NO_VOLUME else volume


def _is_spanned(data: bytes) -> bool:
    """Other volumes are needed to read the archive."""
    if _volume(data[-_END_BYTES:]):
        return True
    return data.startswith(_ONE_OF_SEVERAL) and _END_RECORD not in data[-_END_BYTES:]


def read_refused(data: bytes) -> list[Block]:
    """Never comes back: an archive has no blocks of its own, its members are read one by one."""
    if _is_spanned(data):
        raise ReadError(_SPANNED)
    if not names_of(data) and not data.startswith(_PROGRAM):
        raise ReadError("Архив пуст или повреждён: создайте его заново.")
    raise ReadError("Это архив: отчёты читаются из него по одному, а вложенные архивы не читаются; распакуйте его.")


def members(data: bytes, name: str) -> Iterator[Member]:
    """The files of the archive in the order of their names; ``name`` is the archive's own, for the nested paths.

    Folders and the systems' own files are passed over. Raises ``ReadError`` where the archive as a whole cannot be
    read; what is wrong with a single member stands in its ``error``.
    """
    limits.within_size(data, limits.MAX_ARCHIVE_BYTES)
    if _is_spanned(data):
        raise ReadError(_SPANNED)
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise ReadError(_DAMAGED) from fault
    with package:
        infos = [info for info in package.infolist() if not info.is_dir()]
        if len(infos) > limits.MAX_MEMBERS:
            raise ReadError(_TOO_MANY)
        yield from _files(package, sorted(infos, key=_member_name))


def _files(package: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> Iterator[Member]:
    """The members to be read, until all of them together become too large."""
    expanded = 0
    seen: set[str] = set()
    names = {_member_name(info).lower() for info in infos}
    for info in infos:
        name = _member_name(info)
        if _is_service(name, names):
            continue
        name = _own_name(name, seen)
        seen.add(name)
        member = _member(package, info, name)
        expanded += len(member.data or b"")
        if expanded > limits.MAX_EXPANDED_BYTES:
            yield Member(name, error=HOSTILE)
            return
        yield member


def _is_service(name: str, names: Container[str]) -> bool:
    """What systems put into archives by themselves: resource forks, dot-files, thumbnails, pictures of pages."""
    *folders, file = name.split("/")
    if _HIDDEN.search(name) or is_left_by_system(file):
        return True
    above = ["/".join(folders[:depth]) for depth in range(1, len(folders) + 1)]
    return any(is_service_folder(folder, names) or is_service_folder(folder.rpartition("/")[2], ()) for folder in above)


def _own_name(name: str, seen: Container[str]) -> str:
    """The name, with a number where an earlier member has it: «отчёт (2).txt»."""
    stem, dot, ending = name.rpartition(".")
    if not dot or "/" in ending:
        stem, ending = name, ""
    numbered = (f"{stem} ({number}){dot if ending else ''}{ending}" for number in count(2))
    return name if name not in seen else next(other for other in numbered if other not in seen)


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    """One member with its bytes or with what is wrong with it."""
    if _leaves(name):
        return Member(name.replace("..", "").strip("/") or "файл", error=_UNSAFE_NAME)
    if info.create_system == _UNIX and info.external_attr >> 28 == _LINK_MODE:
        return Member(name, error=_LINK)
    if info.compress_type not in READABLE:
        return Member(name, error=unreadable(info.compress_type))
    try:
        content = read_member(package, info, limits.MAX_FILE_BYTES)
    except ReadError as fault:
        rare = str(fault) == DAMAGED and info.compress_type not in _USUAL
        return Member(name, error=_doubtful(info.compress_type) if rare else str(fault))
    except (lzma.LZMAError, struct.error):
        return Member(name, error=_doubtful(info.compress_type))
    if is_archive(content) and name.lower().endswith((".zip", ".7z", ".rar")):
        return Member(name, error=_NESTED)
    return Member(name, content)


def _doubtful(method: int) -> str:
    """The sentence about a member in a rare method that could not be unpacked."""
    named = METHODS.get(method, f"№ {method}")
    return f"Файл сжат способом {named} и не распаковался: упакуйте заново обычным способом (Deflate)."


def _leaves(name: str) -> bool:
    """The name leads out of the archive: absolute, with a drive, or up."""
    return name.startswith("/") or bool(_DRIVE.match(name)) or ".." in name.split("/")


def _member_name(info: zipfile.ZipInfo) -> str:
    """The member's name with ``/``, NFC: UTF-8 where the archive says so, else as Russian Windows meant it."""
    raw = info.orig_filename
    name = _unicode_path(info.extra)
    if name is None:
        name = raw if info.flag_bits & _UTF8_FLAG else _russian(raw)
    name = name.split("\x00")[0].replace("\\", "/")
    return unicodedata.normalize("NFC", name)


def _unicode_path(extra: bytes) -> str | None:
    """The name in the extra field for UTF-8 names, ``None`` where there is none."""
    position = 0
    while position + 4 <= len(extra):
        field = int.from_bytes(extra[position : position + 2], "little")
        size = int.from_bytes(extra[position + 2 : position + 4], "little")
        if field == _UNICODE_PATH and size > 5:
            return extra[position + 9 : position + 4 + size].decode("utf-8", errors="replace")
        position += 4 + size
    return None


def _russian(name: str) -> str:
    """A name that ``zipfile`` took for cp437: UTF-8 of Macs, cp866 of Windows, cp1251 of some packers."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_likelier(raw), errors="replace")


def _likelier(raw: bytes) -> str:
    """cp866, in which Windows packs, unless the letters only make sense in cp1251."""
    as_dos, as_windows = raw.decode("cp866", "replace"), raw.decode("cp1251", "replace")
    return "cp1251" if russianness(as_windows) > russianness(as_dos) + 1 else "cp866"
