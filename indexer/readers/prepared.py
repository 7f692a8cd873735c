"""Documents of Word 6 and 95 converted ahead of reading: LibreOffice starts once for many, not once for each.

The parent process converts; its workers find the results by the hash of the original in a folder that the environment
names, however they were started.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from indexer.errors import ReadError
from indexer.readers import limits, office, ole

IDENTITY = b"\xec\xa5"
"""The first bytes of the Word stream of Word 97 to 2003."""
OLD_IDENTITIES = (b"\xdc\xa5", b"\x99\xa6", b"\x98\xa6", b"\x97\xa6")
"""The first bytes of the Word stream of Word 6 and 95 (and of their Asian editions)."""
OLD_FILTER = "MS WinWord 6.0"
"""LibreOffice's name of the format."""

_FOLDER = "DOC_READER_PREPARED"
_HEAD_BYTES = 514
_BATCH = 20
"""Documents of one call: a failure costs no more than these, and they fit into memory."""


@contextlib.contextmanager
def prepared(files: Iterable[Path]) -> Iterator[None]:
    """While this lasts, ``taken`` knows the documents of Word 6 and 95 among the files, if LibreOffice is there."""
    old = [file for file in files if _is_old(file)]
    program = office.find_office() if len(old) > 1 else None
    if program is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="doc-reader-", ignore_cleanup_errors=True) as folder:
        _convert(program, old, Path(folder))
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            os.environ.pop(_FOLDER, None)


def taken(data: bytes) -> bytes | None:
    """The document as .docx, ``None`` where it was not converted ahead."""
    folder = os.environ.get(_FOLDER)
    if not folder:
        return None
    with contextlib.suppress(OSError):
        return (Path(folder) / _name(data)).read_bytes()
    return None


def _convert(program: str, files: list[Path], folder: Path) -> None:
    """Put what LibreOffice makes of the files into the folder; what it refuses is left to reading."""
    waiting = iter(files)
    while batch := list(islice(waiting, _BATCH)):
        documents = [file.read_bytes() for file in batch]
        usual = [ole.with_usual_names(data, ole.WORD_STREAMS) for data in documents]
        try:
            made = office.converted(program, usual, OLD_FILTER)
        except ReadError:
            continue
        for data, result in zip(usual, made, strict=True):
            if result is not None:
                (folder / _name(data)).write_bytes(result)


def _name(data: bytes) -> str:
    """The name under which the converted document is kept."""
    return f"{hashlib.sha256(data).hexdigest()}.docx"


def _is_old(file: Path) -> bool:
    """The file is a document of Word 6 or 95 of a size that is read at all.

    Word puts its stream behind the header: of most files no more than a sector has to be read.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        if not head.startswith(ole.SIGNATURE) or file.stat().st_size > limits.MAX_FILE_BYTES:
            return False
        if head[-2:] in (IDENTITY, *OLD_IDENTITIES):
            return head[-2:] != IDENTITY
        return ole.stream(file.read_bytes(), "WordDocument", 2) in OLD_IDENTITIES
    except OSError:
        return False
