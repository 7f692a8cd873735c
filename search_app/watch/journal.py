"""The log: one line for each request, for errors, for what is slow and for a new build; plain or JSON.

By default no line has anything of a reader: no address, no words of a query. Keeping and rotating lines is the system's
affair: they go to stderr. Whoever does not read stderr never stops the site: lines that find no room are left out and
counted.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import queue
import sys
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import QueueHandler, QueueListener
from typing import Any, Literal

Kind = Literal["plain", "json", "off"]

REQUESTS = logging.getLogger("search_app.requests")
"""One record for each request, with an `Answered` as ``answered``; a warning where it was slow."""

_WAITING = 10_000
"""Lines that wait to be written before new ones are left out: a second of a busy site."""

_LONGEST_PATH = 300
"""Signs of an address in a line."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is told of a request."""

    method: str
    path: str
    status: int
    size: int | None
    """Bytes of the answer, before packing is undone; ``None`` for what was sent while being written."""
    seconds: float
    slow: bool
    query: str = ""
    """The query string; blank unless the operator asked for it."""
    address: str = ""
    """The reader's; blank unless the operator asked for it."""
    error: str = ""
    """The number that the page of the error shows."""

    def as_text(self) -> str:
        """One line."""
        size = "-" if self.size is None else self.size
        told = f"{self.method} {_whole(self.path, self.query)} {self.status} {size} Б {self.seconds * 1000:.0f} мс"
        told = f"{_shown(self.address)} {told}" if self.address else told
        told += " медленно" if self.slow else ""
        return f"{told} ошибка {self.error}" if self.error else told

    def as_members(self) -> dict[str, Any]:
        """The members of a JSON line."""
        members: dict[str, Any] = {"method": self.method, "path": _shown(self.path), "status": self.status}
        members |= {"bytes": self.size, "ms": round(self.seconds * 1000, 1)}
        members |= {"slow": True} if self.slow else {}
        more = {"query": _shown(self.query), "address": _shown(self.address), "error": self.error}
        return members | {name: text for name, text in more.items() if text}


def start(kind: Kind) -> None:
    """Sends the records of this process to stderr. To be called in each process, after it was split off."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if kind == "json" else _Plain())
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(_WAITING)
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Patient)]:
        root.removeHandler(old)
    root.addHandler(_Patient(waiting))
    REQUESTS.setLevel(logging.WARNING if kind == "off" else logging.INFO)
    listener = QueueListener(waiting, handler)
    listener.start()
    atexit.register(listener.stop)


class _Patient(QueueHandler):
    """Hands records to the thread that writes; waits for nobody."""

    def __init__(self, waiting: queue.Queue[logging.LogRecord]) -> None:
        super().__init__(waiting)
        self._left_out = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """The record as it is: it never leaves this process."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Leaves the record out where too many wait."""
        try:
            if self._left_out:
                lost = f"Журнал не читают: пропущено строк — {self._left_out}."
                self.queue.put_nowait(logging.makeLogRecord({"levelno": logging.WARNING, "msg": lost}))
                self._left_out = 0
            self.queue.put_nowait(record)
        except queue.Full:
            self._left_out += 1


class _Plain(logging.Formatter):
    """«2026-11-28T21:45:00+07:00 GET /search 200 12345 Б 8 мс»; what is more than a line (an error) follows it."""

    def format(self, record: logging.LogRecord) -> str:
        answered: Answered | None = getattr(record, "answered", None)
        told = answered.as_text() if answered else record.getMessage()
        mark = (
            "" if record.levelno < logging.WARNING else "ВНИМАНИЕ " if record.levelno == logging.WARNING else "ОШИБКА "
        )
        lines = f"{_moment(record)} {mark}{told}"
        return f"{lines}\n{self.formatException(record.exc_info)}" if record.exc_info else lines


class _Json(logging.Formatter):
    """A JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        answered: Answered | None = getattr(record, "answered", None)
        level = "info" if record.levelno < logging.WARNING else record.levelname.lower()
        members: dict[str, Any] = {"time": _moment(record), "level": level, "process": os.getpid()}
        members |= answered.as_members() if answered else {"message": record.getMessage()}
        error = getattr(record, "error", "")
        members |= {"error": error} if error else {}
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def _whole(path: str, query: str) -> str:
    return _shown(f"{path}?{query}" if query else path)


def _shown(text: str) -> str:
    """A text that ends no line and is none of a screenful."""
    plain = "".join(sign if sign.isprintable() and sign != "\ufffd" else "?" for sign in text[:_LONGEST_PATH])
    return plain.replace(" ", "%20")
