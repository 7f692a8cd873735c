"""Small named errors. Each message is one Russian sentence that names the culprit and the way out."""

from __future__ import annotations

import errno
from pathlib import Path


class IndexerError(Exception):
    """Anything the command line tells in one sentence and the site as a page."""


class VocabularyError(IndexerError):
    """A TOML file of the vocabulary or of the operator contradicts itself; names file and line."""


class ReadError(IndexerError):
    """A file cannot be turned into blocks."""


class EmptyFileError(ReadError):
    """A file holds no text: nothing, blanks, or a scan without a text layer."""


class MissingToolError(ReadError):
    """A format needs a program or an optional package that is not installed."""


class ReportsFolderError(IndexerError):
    """The reports folder is missing, unreadable or holds nothing to read."""


class StoreError(IndexerError):
    """The index folder cannot be written or holds nothing that can be served."""


class NoBuildError(StoreError):
    """There is no published build yet."""


class VersionError(StoreError):
    """The build was written by another version of the program."""


class LockedError(StoreError):
    """Another rebuild is under way in the same index folder."""


class PinnedError(StoreError):
    """The operator went back to an earlier build, which stays until it is released."""


class LossError(StoreError):
    """A new build would lack many reports of the served one at once."""


class DamagedError(StoreError):
    """Files of a build are not what was written."""


class ResourceError(StoreError):
    """The system refuses at the moment what opening an index needs: handles, memory, rights, a disk that answers."""


class ClusterError(IndexerError):
    """A cluster cannot do what is asked of it, or holds nothing that this program can use."""


class EngineGone(ClusterError):  # noqa: N818 a state of the world, not of the program
    """The cluster does not answer, or not in time: nothing can be said at the moment."""


class PartialAnswer(EngineGone):
    """Some shards did not answer: what the others know is no answer."""


_REASONS = {
    errno.ENOSPC: ("не хватает места на диске", "Освободите место или укажите другую папку: --index ПАПКА"),
    errno.EDQUOT: ("исчерпана квота на диске", "Освободите место или укажите другую папку: --index ПАПКА"),
    errno.EFBIG: (
        "файл больше, чем разрешает система",
        "Снимите ограничение или укажите другую папку: --index ПАПКА",
    ),
    errno.EROFS: ("диск доступен только для чтения", "Укажите другую папку: --index ПАПКА"),
    errno.EACCES: ("нет прав доступа", "Проверьте права или укажите другую папку: --index ПАПКА"),
    errno.EPERM: ("нет прав доступа", "Проверьте права или укажите другую папку: --index ПАПКА"),
    errno.EIO: ("диск отвечает ошибкой ввода-вывода", "Проверьте диск и повторите команду."),
    errno.EMFILE: ("открыто слишком много файлов", "Увеличьте их предел (ulimit -n) и повторите."),
    errno.ENFILE: ("в системе открыто слишком много файлов", "Закройте лишние программы и повторите."),
    errno.ENOMEM: ("не хватает памяти", "Освободите память и повторите."),
    errno.ENOTDIR: ("это не папка", "Укажите другую папку: --index ПАПКА"),
    errno.EISDIR: ("на месте файла стоит папка", "Уберите её или укажите другую папку: --index ПАПКА"),
    errno.EEXIST: ("имя уже занято другим файлом", "Уберите его или укажите другую папку: --index ПАПКА"),
    errno.ENOENT: ("файл или папка исчезли во время работы", "Проверьте папку индекса и повторите команду."),
}
"""Error number → what is the matter, and what to do."""

_NO_MEMORY = OSError(errno.ENOMEM, "")
_PASSING = (errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM)

Refusal = OSError | MemoryError
"""What the system says when it will not."""


def reason_of(error: Refusal) -> tuple[str, str]:
    """Why the system refused something, and what to do: in Russian, the second a sentence."""
    code = _system_error(error).errno or 0
    return _REASONS.get(code, (f"отказ системы (код {code})", "Проверьте диск и повторите команду."))


def not_written(folder: Path, error: Refusal, task: str = "Построить индекс") -> StoreError:
    """Why a task could not be done in an index folder: the old index goes on serving."""
    reason, way_out = reason_of(error)
    return StoreError(f"{task} в папке «{folder}» не удалось: {reason}. Отдаётся то же, что и раньше. {way_out}")


def is_passing(error: BaseException | None) -> bool:
    """Whether the system refuses something for the moment, which says nothing of the files themselves."""
    return isinstance(error, MemoryError | ResourceError) or (isinstance(error, OSError) and error.errno in _PASSING)


def not_opened(folder: Path, error: BaseException | None = None, what: str = "") -> StoreError:
    """Why a build cannot be opened: what the system refuses for the moment is not told as damage."""
    if isinstance(error, Refusal) and is_passing(error):
        reason, way_out = reason_of(error)
        return ResourceError(f"Индекс в папке «{folder}» сейчас не открывается: {reason}. {way_out}")
    part = f" ({what})" if what else ""
    return DamagedError(f"Индекс в папке «{folder}» повреждён{part}. Постройте его заново: python -m indexer rebuild")


def _system_error(error: Refusal) -> OSError:
    return error if isinstance(error, OSError) else _NO_MEMORY
