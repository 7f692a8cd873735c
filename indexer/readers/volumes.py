"""Parts of a file that was cut into several: each of them is rubbish alone, and only their names tell."""

from __future__ import annotations

import io
import re
import zipfile

SENTENCE = "Это часть архива или файла, разделённого на тома: соберите все части в один файл и положите его в папку."

_PART = re.compile(
    r".+(?:\.z\d\d|\.r\d\d|\.part\d{1,3}\.(?:rar|exe)|\.(?:zip|7z|rar|arj|tar|gz|docx?|pdf|rtf|odt|txt)\.\d{3})", re.I
)
"""«отчёты.z01», «отчёты.part2.rar», «отчёты.7z.002», «отчёт.doc.001»"""
_END_RECORD = b"PK\x05\x06"
_END_BYTES = 66_000


def is_part(name: str, data: bytes) -> bool:
    """The file is one of several volumes; an archive that is whole in its first one is none."""
    if _PART.fullmatch(name.rpartition("/")[2]):
        return not (data.startswith(b"PK\x03\x04") and zipfile.is_zipfile(io.BytesIO(data)))
    # The last piece may keep the name of the archive, but begins in the middle of it; true volumes know their number.
    if not name.lower().endswith(".zip") or data.startswith((b"PK", b"MZ")):
        return False
    end = data.rfind(_END_RECORD, max(len(data) - _END_BYTES, 0))
    return end >= 0 and not any(data[end + 4 : end + 6]) and not _is_whole(data)


def _is_whole(data: bytes) -> bool:
    """Every member of the archive begins where its list says, whatever stands before the first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.infolist():
                package.open(member).close()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return True
