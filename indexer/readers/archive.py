"""Zip archives of reports: their members one by one, within limits. An archive inside an archive is not opened."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.errors import ReadError
from indexer.model import Block
from indexer.readers import limits
from indexer.readers.likeness import russianness
from indexer.readers.package import HOSTILE, names_of, read_member

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
"""The extra field in which Info-ZIP and 7-Zip keep the name in UTF-8."""

_TOO_MANY = f"В архиве больше {limits.MAX_MEMBERS} файлов: разделите его на части."
_DAMAGED = "Архив повреждён: распакуйте его и создайте заново."
_NESTED = "Это архив внутри архива: распакуйте его и положите отчёты в папку."
_UNSAFE_NAME = "Имя этого файла ведёт за пределы архива, поэтому он не прочитан."
_LINK = "Это ссылка на другой файл, поэтому она не прочитана."

_DRIVE = re.compile(r"^[A-Za-z]:")
_SERVICE = re.compile(r"(?:^|/)(?:__MACOSX/|\.(?!\.?/)|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""What systems put into archives by themselves: resource forks, dot-files, lock files of Office, thumbnails."""
_LINK_MODE = 0xA
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name with ``/``, NFC, and either its bytes or the Russian sentence why not."""

    name: str
    data: bytes | None = None
    error: str | None = None


def is_archive(data: bytes) -> bool:
    """A zip file, of whatever content."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read_refused(data: bytes) -> list[Block]:
    """Never comes back: an archive has no blocks of its own, its members are read one by one."""
    if not names_of(data):
        raise ReadError("Архив пуст или повреждён: создайте его заново.")
    raise ReadError("Это архив: отчёты читаются из него по одному, а вложенные архивы не читаются; распакуйте его.")


def members(data: bytes, name: str) -> Iterator[Member]:
    """The files of the archive in the order of their names; ``name`` is the archive's own, for the nested paths.

    Folders and the systems' own files are passed over. Raises ``ReadError`` where the archive as a whole cannot be
    read; what is wrong with a single member stands in its ``error``.
    """
    limits.within_size(data, limits.MAX_ARCHIVE_BYTES)
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
    for info in infos:
        name = _member_name(info)
        if _SERVICE.search(name) or name in seen:
            continue
        seen.add(name)
        member = _member(package, info, name)
        expanded += len(member.data or b"")
        if expanded > limits.MAX_EXPANDED_BYTES:
            yield Member(name, error=HOSTILE)
            return
        yield member


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    """One member with its bytes or with what is wrong with it."""
    if _leaves(name):
        return Member(name.replace("..", "").strip("/") or "файл", error=_UNSAFE_NAME)
    if info.create_system == _UNIX and info.external_attr >> 28 == _LINK_MODE:
        return Member(name, error=_LINK)
    try:
        content = read_member(package, info, limits.MAX_FILE_BYTES)
    except ReadError as fault:
        return Member(name, error=str(fault))
    if is_archive(content) and name.lower().endswith((".zip", ".7z", ".rar")):
        return Member(name, error=_NESTED)
    return Member(name, content)


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
