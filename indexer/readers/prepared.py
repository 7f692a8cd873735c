"""Documents that only LibreOffice can read, converted for many files at once: it takes seconds to start.

A worker that meets one puts it into the folder of the run and puts its task off; the parent process
converts what waits there; then the worker finds the result by the hash of the original. What LibreOffice did not
convert in such a call, because it refused it, crashed or took too long over another, is tried once more by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from indexer.errors import ReadError
from indexer.readers import office
from indexer.readers.scratch import folder_of_run, run_folder
from indexer.readers.worker import PutOffError, may_put_off

WORD_97 = "MS Word 97"
WORD_95 = "MS WinWord 6.0"
"""LibreOffice's names of the formats: with the other's it refuses Word 6 and 95."""

_FOLDERS = {WORD_97: "word-97", WORD_95: "word-95"}
_BATCH = 20
"""Documents of one call: a failure costs no more than these, and they fit into memory."""
_LARGEST = 8 * 2**20
"""Bytes of a document that shares its call with others."""


@contextlib.contextmanager
def prepared() -> Iterator[Callable[[], None]]:
    """While this lasts, documents may wait for each other; what comes is what converts those that wait."""
    with folder_of_run() as folder:
        for name in _FOLDERS.values():
            (folder / name).mkdir()
        yield lambda: _convert_waiting(folder)


def converted(program: str, data: bytes, import_filter: str) -> bytes:
    """The document as .docx, together with others where that is possible.

    Raises ``ReadError`` where LibreOffice fails or takes too long, ``PutOffError`` where the task is to come again.
    """
    made = _taken(data)
    if made is None and may_put_off() and len(data) <= _LARGEST:
        _wait(data, import_filter)
    if made is None:
        (made,) = office.converted(program, [data], import_filter)
    if made is None:
        raise ReadError(office.FAILED)
    return made


def _wait(data: bytes, import_filter: str) -> None:
    """Put the document where the parent finds it. Without a disk for that it does not wait."""
    folder = run_folder()
    if folder:
        with contextlib.suppress(OSError):
            (folder / _FOLDERS[import_filter] / _name(data)).write_bytes(data)
            raise PutOffError


def _taken(data: bytes) -> bytes | None:
    """The document as .docx, ``None`` where it was not converted with others. It is not kept any longer."""
    result = None
    if folder := run_folder():
        with contextlib.suppress(OSError):
            result = (folder / _name(data)).read_bytes()
            (folder / _name(data)).unlink()
    return result


def _convert_waiting(folder: Path) -> None:
    """Convert what waits; what is left without a result is left to reading."""
    program = office.find_office()
    for import_filter, name in _FOLDERS.items():
        waiting = iter(sorted((folder / name).iterdir()))
        while files := list(islice(waiting, _BATCH)):
            with contextlib.suppress(ReadError, OSError):
                made = office.converted(program or "", [file.read_bytes() for file in files], import_filter)
                for file, result in zip(files, made, strict=True):
                    if result is not None:
                        (folder / file.name).write_bytes(result)
            for file in files:
                file.unlink(missing_ok=True)


def _name(data: bytes) -> str:
    """The name under which a document and what it was converted to are kept."""
    return f"{hashlib.sha256(data).hexdigest()}.doc"
