"""A backup: reports, the operator's word, the memory of ids and dates, counts; all that cannot be made anew.

One zip with ``archive.json``, which lists every file with length and checksum. Nothing of a build is in it: a rebuild
makes one. An archive is taken for a stranger's: names, number, lengths and checksums are looked at before anything
appears where it belongs.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from indexer import __version__
from indexer.builds.history import HISTORY_FILE, newest_history, write_history
from indexer.errors import IndexerError, Refusal, reason_of
from indexer.keeping.moving import Moving

FORMAT, LIST = 1, "archive.json"
REPORTS, MEMORY, COUNTS, RECOGNISED = (
    "reports/",
    "index/history.json",
    "index/counts/queries.sqlite",
    "index/recognised/",
)

MOST_FILES = 1_000_000
_LONGEST_LIST = 256 * 1024 * 1024
_GREATEST_RATIO, _ALWAYS = 200, 100 * 1024 * 1024
"""Texts are packed to a tenth: what would unpack to more than so many archives and 100 MB is none of ours."""
_PIECE = 1024 * 1024
_KEPT_IN_MEMORY = 16 * 1024 * 1024


class ArchiveError(IndexerError):
    """A backup cannot be written, or must not be taken in."""


@dataclass(slots=True)
class Contents:
    """What went into a backup or came out of one."""

    files: int = 0
    bytes: int = 0
    reports: int = 0
    """Files of the reports folder."""
    remembered: int = 0
    """Reports that the memory knows."""
    left_out: list[str] = field(default_factory=list)
    """Files that could not go in, each with the reason."""


# Out


def export(archive: Path, reports_dir: Path, index_dir: Path) -> Contents:
    """Writes a backup; a file of that name is replaced when the new one is whole. Raises ArchiveError."""
    if not reports_dir.is_dir():
        raise ArchiveError(f"Папки с отчётами «{reports_dir}» нет: сохранять нечего. Укажите её: --reports ПАПКА")
    if archive.resolve().is_relative_to(reports_dir.resolve()):
        raise ArchiveError(
            f"Архив «{archive}» нельзя класть в папку отчётов: его приняли бы за отчёт. Выберите другую."
        )
    contents = Contents()
    aside = archive.with_name(f"{archive.name}.{os.getpid()}.new")
    _remove_of_dead(archive)
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
            _pack(packed, reports_dir, index_dir, contents)
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(aside, archive)
    except (OSError, MemoryError) as error:
        raise ArchiveError(
            f"Архив «{archive}» не записан: {_why(error)}. Если он был, то остался прежним. "
            "Устраните причину или выберите другое место."
        ) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return contents


def _remove_of_dead(archive: Path) -> None:
    """Removes what exports to this place left that were killed."""
    with suppress(OSError):
        for left in archive.parent.glob(f"{glob.escape(archive.name)}.*.new"):
            process = left.name.removeprefix(f"{archive.name}.").removesuffix(".new")
            if process.isdecimal() and not _lives(int(process)):
                left.unlink()


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # A file that is written cannot be removed there.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _pack(packed: zipfile.ZipFile, reports_dir: Path, index_dir: Path, contents: Contents) -> None:
    listed: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="export-") as made:
        for name, path in _files(reports_dir, index_dir, Path(made), contents):
            try:
                read = _read(path)
            except OSError as error:
                contents.left_out.append(f"{name}: не читается, {_why(error)}")
                continue
            with read.content:
                listed.append(_put(packed, name, read))
            contents.files += 1
            contents.bytes += listed[-1]["bytes"]
            contents.reports += name.startswith(REPORTS)
    told = {"format": FORMAT, "program": __version__, "created": datetime.now(UTC).isoformat(timespec="seconds")}
    packed.writestr(LIST, json.dumps(told | {"files": listed}, ensure_ascii=False, indent=1))


def _files(reports_dir: Path, index_dir: Path, made: Path, contents: Contents) -> Iterator[tuple[str, Path]]:
    """Name in the archive → file, the reports first."""
    yield from _within(reports_dir, REPORTS, contents)
    history = newest_history(index_dir)
    if history.reports:
        contents.remembered = len(history.reports)
        write_history(made, history)
        yield MEMORY, made / HISTORY_FILE
    counts = index_dir.joinpath(*COUNTS.split("/")[1:])
    if counts.is_file() and _copied(counts, made / counts.name, contents):
        yield COUNTS, made / counts.name
    yield from _within(index_dir / RECOGNISED.split("/")[1], RECOGNISED, contents)


def _within(folder: Path, prefix: str, contents: Contents) -> Iterator[tuple[str, Path]]:
    for path in sorted(_below(folder, prefix, contents)):
        name = prefix + path.relative_to(folder).as_posix()
        try:
            kind = path.lstat().st_mode
        except OSError as error:
            contents.left_out.append(f"{_shown(name)}: не читается, {_why(error)}")
            continue
        if stat.S_ISLNK(kind):
            contents.left_out.append(f"{_shown(name)}: это ссылка, а не файл")
        elif stat.S_ISREG(kind):
            if _is_name(name):
                yield name, path
            else:
                contents.left_out.append(f"{_shown(name)}: такое имя не на всякой системе записать — переименуйте файл")


def _below(folder: Path, prefix: str, contents: Contents) -> Iterator[Path]:
    """Everything in a folder but folders; one that cannot be looked into is told."""

    def told(error: OSError) -> None:
        if isinstance(error, FileNotFoundError) and Path(error.filename) == folder:
            return
        name = prefix + Path(error.filename).relative_to(folder).as_posix()
        contents.left_out.append(f"{_shown(name)}: папка не читается, {_why(error)}")

    for place, folders, files in os.walk(folder, onerror=told):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in (*links, *files))


def _copied(source: Path, target: Path, contents: Contents) -> bool:
    """Copies a database that may be written at this moment."""
    try:
        address = f"{source.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error:
        contents.left_out.append(f"{COUNTS}: подсчёт запросов повреждён")
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was when it was read."""

    content: IO[bytes]
    bytes: int
    digest: str
    mtime: int
    """Nanoseconds since 1970."""


def _read(path: Path) -> _Read:
    """A file, whole: one that breaks off while it is read must not stand in the archive half. Raises OSError."""
    # It is closed by whoever packs it.
    content = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY, prefix="export-")  # noqa: SIM115
    try:
        digest, length = hashlib.sha256(), 0
        with path.open("rb") as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
                length += len(piece)
                content.write(piece)
        content.seek(0)
        return _Read(content, length, digest.hexdigest(), path.stat().st_mtime_ns)
    except BaseException:
        content.close()
        raise


def _put(packed: zipfile.ZipFile, name: str, read: _Read) -> dict[str, Any]:
    """Packs a file; its entry of the list tells what was packed, even if the file has changed meanwhile."""
    entry = zipfile.ZipInfo(name, _zip_time(read.mtime))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with packed.open(entry, "w", force_zip64=True) as target:
        shutil.copyfileobj(read.content, target, _PIECE)
    return {"name": name, "bytes": read.bytes, "sha256": read.digest, "mtime": read.mtime}


def _zip_time(mtime: int) -> tuple[int, int, int, int, int, int]:
    moment = datetime.fromtimestamp(max(mtime // 10**9, 0), UTC)
    year = min(max(moment.year, 1980), 2107)
    return year, moment.month, moment.day, moment.hour, moment.minute, moment.second


# In


def take_in(archive: Path, reports_dir: Path, index_dir: Path) -> Contents:
    """Sets up reports, memory and counts from a backup where there are none yet; a rebuild has to follow.

    An earlier call that died while it moved files to their places is ended first. Raises ArchiveError: the archive is
    damaged or none of ours, or something stands where it would go; LockedError while another writer works there.
    """
    moving = Moving(reports_dir, index_dir)
    try:
        with moving.locked():
            earlier = moving.resumed()
            if earlier and earlier.archive == _mark_of(archive):
                return Contents(**earlier.contents)
            _refuse_occupied(reports_dir, index_dir)
            with zipfile.ZipFile(archive) as packed:
                entries = _checked(packed, archive)
                _refuse_too_much(archive, entries, (reports_dir, index_dir))
                return _unpacked(packed, archive, entries, moving)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeError) as error:
        raise _damaged(archive) from error
    except (OSError, MemoryError) as error:
        if isinstance(error, FileNotFoundError) and not archive.is_file():
            raise ArchiveError(f"Архива «{archive}» нет.") from error
        if moving.has_begun:
            raise ArchiveError(
                f"Архив «{archive}» развёрнут не до конца: {_why(error)}. "
                "Устраните причину и повторите команду: она закончит начатое."
            ) from error
        raise ArchiveError(
            f"Архив «{archive}» не развёрнут: {_why(error)}. Устраните причину и повторите команду."
        ) from error


def _mark_of(archive: Path) -> str:
    """What tells an archive from others: its size and the end of it, where the list of its files stands."""
    with archive.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _PIECE, 0))
        return f"{size} {hashlib.sha256(file.read()).hexdigest()}"


def _refuse_occupied(reports_dir: Path, index_dir: Path) -> None:
    if reports_dir.exists() and not (reports_dir.is_dir() and not any(reports_dir.iterdir())):
        raise ArchiveError(
            f"Папка отчётов «{reports_dir}» не пуста: чтобы ничего не затереть, архив разворачивают в пустую. "
            "Уберите из неё всё или укажите другую: --reports ПАПКА"
        )
    names = ("CURRENT", "builds", "counts", RECOGNISED.split("/")[1])
    occupied = [name for name in names if (index_dir / name).is_file() or _holds_something(index_dir / name)]
    if occupied:
        raise ArchiveError(
            f"В папке индекса «{index_dir}» уже что-то есть ({', '.join(occupied)}): архив разворачивают в новую. "
            "Укажите другую: --index ПАПКА"
        )


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _checked(packed: zipfile.ZipFile, archive: Path) -> Mapping[str, dict[str, Any]]:
    """The list of the archive by names, all of which are safe and stand in it once."""
    infos = {info.filename: info for info in packed.infolist()}
    if len(infos) != len(packed.infolist()) or LIST not in infos or len(infos) > MOST_FILES:
        raise _foreign(archive)
    if infos[LIST].file_size > _LONGEST_LIST:
        raise _foreign(archive)
    try:
        told = json.loads(packed.read(LIST))
        entries = {str(entry["name"]): entry for entry in told["files"]}
        form = told["format"]
        sound = all(_is_entry(entry) for entry in entries.values()) and len(entries) == len(told["files"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _foreign(archive) from error
    if form != FORMAT:
        raise ArchiveError(f"Архив «{archive}» сделан другой версией программы: обновите программу.")
    links = [name for name, info in infos.items() if stat.S_ISLNK(info.external_attr >> 16)]
    unsafe = [name for name in infos if name != LIST and not _is_name(name)]
    if not sound or links or unsafe or {*entries, LIST} != set(infos):
        raise _foreign(archive)
    return entries


def _is_entry(entry: Mapping[str, Any]) -> bool:
    length, digest, moment = entry["bytes"], entry["sha256"], entry["mtime"]
    return type(length) is int and length >= 0 and isinstance(digest, str) and type(moment) is int


def _is_name(name: str) -> bool:
    """Whether a name of the archive stays where it belongs, on any system."""
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and not any(part in (".", "..") for part in parts)
    signs = not any(ord(sign) < 32 or sign in '\\:*?"<>|' or 0xD800 <= ord(sign) < 0xE000 for sign in name)
    fits = all(len(part.encode("utf-8", "replace")) <= 255 for part in parts)
    known = name in (MEMORY, COUNTS) or (name.startswith((REPORTS, RECOGNISED)) and not name.endswith("/"))
    return plain and signs and fits and known


def _refuse_too_much(archive: Path, entries: Mapping[str, Mapping[str, Any]], places: tuple[Path, ...]) -> None:
    total = sum(entry["bytes"] for entry in entries.values())
    if total > _GREATEST_RATIO * archive.stat().st_size + _ALWAYS:
        raise _foreign(archive)
    for place in places:
        there = next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.exists())
        if total > shutil.disk_usage(there).free:
            raise ArchiveError(f"Для архива нужно {total // 10**6 + 1} МБ, в «{there}» столько нет. Освободите место.")


def _unpacked(
    packed: zipfile.ZipFile, archive: Path, entries: Mapping[str, dict[str, Any]], moving: Moving
) -> Contents:
    """Unpacks aside, and moves everything to its place when all of it is what the list says."""
    contents = Contents()
    try:
        for name, entry in entries.items():
            of_reports = name.startswith(REPORTS)
            home = moving.of_reports if of_reports else moving.of_index
            target = home / name.removeprefix(REPORTS if of_reports else "index/")
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(name) as source, target.open("xb") as file:
                if not _is_poured(source, file, entry):
                    raise _damaged(archive)
            os.utime(target, ns=(entry["mtime"], entry["mtime"]))
            contents.files += 1
            contents.bytes += entry["bytes"]
            contents.reports += of_reports
        contents.remembered = _settle_memory(moving.of_index, archive)
        moving.begin(_mark_of(archive), asdict(contents))
        moving.end()
    finally:
        moving.give_up()
    return contents


def _is_poured(source: IO[bytes], target: IO[bytes], entry: Mapping[str, Any]) -> bool:
    """Copies as much as the list says and no more; whether that is what the list says."""
    digest, left = hashlib.sha256(), entry["bytes"]
    while left and (piece := source.read(min(left, _PIECE))):
        digest.update(piece)
        target.write(piece)
        left -= len(piece)
    return not left and not source.read(1) and digest.hexdigest() == entry["sha256"]


def _settle_memory(aside: Path, archive: Path) -> int:
    """Puts the memory where the next build looks for that of the last one; how many reports it knows."""
    memory = aside / HISTORY_FILE
    if not memory.is_file():
        return 0
    # A folder that is no build: the first one published takes its place.
    home = aside / "builds" / f"imported-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    home.mkdir(parents=True)
    os.replace(memory, home / HISTORY_FILE)
    history = newest_history(aside)
    if not history.reports:
        raise _damaged(archive)
    return len(history.reports)


def _why(error: Refusal) -> str:
    return reason_of(error)[0]


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in name)


def _damaged(archive: Path) -> ArchiveError:
    return ArchiveError(f"Архив «{archive}» повреждён: ничего не развёрнуто. Возьмите другую копию.")


def _foreign(archive: Path) -> ArchiveError:
    return ArchiveError(
        f"«{archive}» — не архив, сделанный командой export: ничего не развёрнуто. Возьмите другой файл."
    )
