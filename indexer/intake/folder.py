"""The reports folder: which files are in it, under names that are the same on every system."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.errors import ReportsFolderError, reason_of
from indexer.intake.overrides import OVERRIDES_FILE
from indexer.readers.leftovers import is_left_by_system, is_service_folder


@dataclass(frozen=True, slots=True)
class FolderFile:
    """One file of the reports folder."""

    name: str
    """Relative to the folder, with ``/``, NFC; bytes that are no text stand as «�»."""
    path: str
    refusal: str | None = None
    """Why it must not be read: a Russian sentence."""
    is_leftover: bool = False
    """Left by a system or a program: counted, but not read."""


def list_files(folder: Path) -> list[FolderFile]:
    """Every file in path order, save lock files of Office, dot-files, reports.toml and what systems leave there.

    Raises ReportsFolderError when the folder is missing or cannot be read.
    """
    return [file for file in _all_files(folder) if not file.is_leftover]


def passed_over(folder: Path) -> list[str]:
    """The names of what systems and programs have left in the folder: settings, thumbnails, pictures of saved pages.

    Raises like `list_files`.
    """
    return [file.name for file in _all_files(folder) if file.is_leftover]


def _all_files(folder: Path) -> list[FolderFile]:
    """Every file in path order. Raises like `list_files`."""
    if not folder.is_dir():
        raise ReportsFolderError(
            f"Папки с отчётами «{folder}» нет. Создайте её и положите в неё отчёты или укажите другую: --reports ПАПКА"
        )
    try:
        root = folder.resolve(strict=True)
        return sorted(_walk(root, root, ""), key=lambda file: file.name)
    except OSError as error:
        raise _unreadable(folder, error) from error


def holds_files(folder: Path) -> bool:
    """Whether `list_files` would find any; a folder that is not there holds none.

    Raises ReportsFolderError when it cannot be opened, or when something else stands in its place.
    """
    if not folder.exists() and not folder.is_symlink():
        return False
    if not folder.is_dir():
        raise ReportsFolderError(
            f"«{folder}» — не папка: уберите этот файл или ссылку и создайте на его месте папку с отчётами."
        )
    try:
        root = folder.resolve(strict=True)
        with closing(_walk(root, root, "")) as files:
            return next(files, None) is not None
    except OSError as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: OSError) -> ReportsFolderError:
    if isinstance(error, PermissionError):
        return ReportsFolderError(f"Папка с отчётами «{folder}» не читается: проверьте права доступа.")
    return ReportsFolderError(f"Папка с отчётами «{folder}» не читается: {reason_of(error)[0]}.")


def _walk(root: Path, folder: Path, prefix: str) -> Generator[FolderFile, None, None]:
    with os.scandir(folder) as scanned:
        entries = list(scanned)
    beside = {_clean(entry.name).lower() for entry in entries}
    for entry in entries:
        name = _clean(entry.name)
        if not _is_left_out(name):
            found = _files_of(entry, root, prefix + name)
            yield from map(_as_leftover, found) if is_service_folder(name, beside) else found


def _files_of(entry: os.DirEntry[str], root: Path, name: str) -> Iterator[FolderFile]:
    path = entry.path
    if entry.is_symlink() and not _stays_inside(root, Path(path)):
        yield FolderFile(name, path, "Ссылка ведёт за пределы папки с отчётами: положите в папку сам файл.")
    elif entry.is_dir(follow_symlinks=False):
        yield from _walk_readable(root, Path(path), f"{name}/")
    elif entry.is_file():
        yield FolderFile(name, path, is_leftover=is_left_by_system(_clean(entry.name)))
    elif not entry.is_dir():
        yield FolderFile(name, path, "Это не обычный файл: положите в папку документ.")


def _as_leftover(file: FolderFile) -> FolderFile:
    return replace(file, is_leftover=True)


def _walk_readable(root: Path, folder: Path, prefix: str) -> Iterator[FolderFile]:
    """The files of a subfolder; one that cannot be opened is one line of the summary, not the end of a rebuild."""
    try:
        yield from _walk(root, folder, prefix)
    except OSError:
        yield FolderFile(prefix.rstrip("/"), str(folder), "Папка не читается: проверьте права доступа.")


def _is_left_out(name: str) -> bool:
    return name.startswith(("~$", ".")) or name == OVERRIDES_FILE


def _stays_inside(root: Path, path: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _clean(name: str) -> str:
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", text)
