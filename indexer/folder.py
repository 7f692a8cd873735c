"""The reports folder: which files are in it, under names that are the same on every system."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.errors import ReportsFolderError
from indexer.overrides import OVERRIDES_FILE
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
        raise ReportsFolderError(f"Папка с отчётами «{folder}» не читается: проверьте права доступа.") from error


def _walk(root: Path, folder: Path, prefix: str) -> Iterator[FolderFile]:
    entries = list(os.scandir(folder))
    beside = {_clean(entry.name).lower() for entry in entries}
    for entry in entries:
        name = _clean(entry.name)
        if _is_left_out(name):
            continue
        path = entry.path
        if entry.is_symlink() and not _stays_inside(root, Path(path)):
            yield FolderFile(
                prefix + name, path, "Ссылка ведёт за пределы папки с отчётами: положите в папку сам файл."
            )
        elif entry.is_dir(follow_symlinks=False):
            inner = _walk_readable(root, Path(path), f"{prefix}{name}/")
            yield from map(_as_leftover, inner) if is_service_folder(name, beside) else inner
        elif entry.is_file():
            yield FolderFile(prefix + name, path, is_leftover=is_left_by_system(name))
        elif not entry.is_dir():
            yield FolderFile(prefix + name, path, "Это не обычный файл: положите в папку документ.")


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
