"""Web archives (.mht, .mhtml): a page with its pictures in one file, as Word and browsers save it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message

from indexer.errors import EmptyFileError, ReadError
from indexer.model import Block
from indexer.readers import html
from indexer.readers.package import DAMAGED
from indexer.readers.transfer import base64_bytes

_SNIFFED_BYTES = 4_000
_HEADER = re.compile(
    rb"(?:from|snapshot-content-location|subject|date|mime-version|content-[\w-]+|x-[\w-]+):|[ \t]", re.IGNORECASE
)
_PAGES = ("text/html", "application/xhtml+xml")
_MARK = b"\xef\xbb\xbf"


def sniff(data: bytes) -> bool:
    """Headers as of a letter, but of a page: nobody sent it, and its first part is HTML with pictures or alone."""
    head = data[:_SNIFFED_BYTES].removeprefix(_MARK).lstrip()
    lines = re.split(rb"\r\n|\r|\n", head)
    if not _HEADER.match(head):
        return False
    headers = lines[: lines.index(b"")] if b"" in lines else lines
    if not all(map(_HEADER.match, headers)):
        return False
    message = _message(b"\n".join(headers) + b"\n\n")
    return "MIME-Version" in message and message.get_content_type() in (*_PAGES, "multipart/related")


def read(data: bytes) -> Iterator[Block]:
    """The blocks of the page within a web archive, of its frames where it is but a frame; raises as ``html.read``."""
    found: list[Block] = []
    fault: ReadError = ReadError(DAMAGED)
    for part in _whole_parts(data.removeprefix(_MARK).lstrip()).walk():
        payload = _page(part) if part.get_content_type() in _PAGES else None
        if not isinstance(payload, bytes):
            continue
        try:
            found = list(html.read(payload, part.get_content_charset()))
        except EmptyFileError as empty:  # a set of frames: the text stands in the next parts
            fault = empty
            continue
        return iter(found)
    raise fault


def _page(part: Message) -> object:
    """The bytes of a page; of base64 whose end is cut off the library would give the base64 itself."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        written = part.get_payload()
        return base64_bytes(written.encode("ascii", "ignore")) if isinstance(written, str) else None
    return part.get_payload(decode=True)


def _whole_parts(data: bytes) -> Message:
    """The archive; what is left of its last boundary, where the end of the file is cut off, is no text of a page."""
    message = _message(data)
    start = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    last = data[start:].decode("latin-1")
    boundaries = (f"--{part.get_boundary()}--" for part in message.walk() if part.get_boundary())
    return _message(data[:start]) if last and any(one.startswith(last) for one in boundaries) else message


def _message(data: bytes) -> Message:
    """The archive as a message of parts."""
    return email.message_from_bytes(data, policy=email.policy.compat32)
