"""Numbers and moments in Russian words. Moments are stored in UTC and told in the time of this machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

# Genitive: «5 мая».
_MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)

_MOSCOW = timedelta(hours=3)
_RUSSIAN_OFFSETS = range(2, 13)
"""Hours from UTC of the zones that Russian law counts from Moscow: МСК-1 to МСК+9."""


def plural(number: int, one: str, few: str, many: str) -> str:
    """«1 файл», «2 файла», «5 файлов», the thousands set apart by a narrow gap."""
    tens, units = number % 100, number % 10
    form = many
    if not 11 <= tens <= 14 and 1 <= units <= 4:
        form = one if units == 1 else few
    return f"{grouped(number)} {form}"


def grouped(number: int) -> str:
    """«18 683»."""
    return f"{number:,}".replace(",", "\u202f")


def now() -> str:
    """This moment as it is stored: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def russian_date(moment: str) -> str:
    """«5 мая 2026 года, 21:05 (МСК+4, UTC+07:00)» for an ISO 8601 time; the text itself where it is none.

    A time without a zone is one of UTC.
    """
    try:
        when = datetime.fromisoformat(moment)
        here = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone()
    except (ValueError, OverflowError, OSError):
        return moment
    return f"{russian_day(here.date())}, {here:%H:%M} ({zone_name(here)})"


def russian_day(day: date) -> str:
    """«5 мая 2026 года»."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year} года"


def zone_name(when: datetime) -> str:
    """The zone of an aware time: «UTC», «МСК, UTC+03:00», «МСК+4, UTC+07:00», «UTC-05:00»."""
    offset = when.utcoffset() or timedelta()
    if not offset:
        return "UTC"
    seconds = abs(int(offset.total_seconds()))
    exact = f"UTC{'-' if offset < timedelta() else '+'}{seconds // 3600:02}:{seconds % 3600 // 60:02}"
    hours, rest = divmod(offset, timedelta(hours=1))
    if rest or hours not in _RUSSIAN_OFFSETS:
        return exact
    from_moscow = hours - _MOSCOW // timedelta(hours=1)
    return f"МСК{from_moscow:+d}, {exact}" if from_moscow else f"МСК, {exact}"
