"""How far reading has come, on a terminal and elsewhere."""

from __future__ import annotations

import sys
import time

import click

from indexer.russian import grouped, plural

_TELLING = 0.01
"""Share of all files that have to be read before the time of the rest can be told: what was kept comes in a moment."""


class Progress:
    """Shows how far reading has come: one changing line on a terminal, a plain line now and then elsewhere."""

    _TERMINAL_SECONDS = 0.2
    _PLAIN_SECONDS = 10.0

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._started = self._shown = time.monotonic()

    def show(self, files: int, total: int | None = None) -> None:
        """``files`` have been read, of so many where that is known."""
        now = time.monotonic()
        pause = self._TERMINAL_SECONDS if self._terminal else self._PLAIN_SECONDS
        # Short work needs no line at all.
        last = files == total and now - self._started >= pause
        if not last and now - self._shown < pause:
            return
        self._shown = now
        line = self._line(files, total, max(now - self._started, 1e-3))
        if self._terminal:
            # Spaces wipe out what a longer line has left.
            click.echo(f"\r{line:<78}", nl=last, err=True)
        else:
            click.echo(line, err=True)

    def _line(self, files: int, total: int | None, seconds: float) -> str:
        rate = files / seconds
        if total is None:
            return f"Прочитано: {plural(files, 'файл', 'файла', 'файлов')}, {_speed(rate)}"
        read = f"Прочитано: {plural(files, 'файл', 'файла', 'файлов')} из {grouped(total)}, {_speed(rate)}"
        if files == total:
            return f"{read}. Составляется индекс…"
        if files < total * _TELLING:
            return read
        return f"{read}, ещё {_duration((total - files) / rate)}"


def _speed(files_a_second: float) -> str:
    """«19 в секунду»; scans come by the minute."""
    return f"{files_a_second:.0f} в секунду" if files_a_second >= 1 else f"{60 * files_a_second:.0f} в минуту"


def _duration(seconds: float) -> str:
    """«меньше минуты», «3 минуты», «1 час 20 минут»."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "меньше минуты"
    hours, minutes = divmod(minutes, 60)
    parts = [plural(hours, "час", "часа", "часов")] if hours else []
    if minutes:
        parts.append(plural(minutes, "минута", "минуты", "минут"))
    return " ".join(parts)
