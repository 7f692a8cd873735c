"""Moments are told in the time of the machine, with the name of its zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from indexer.russian import now, russian_date
from tests.work_place import answered, run, write


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system sets its zone elsewhere")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("UTC", "5 мая 2026 года, 14:05 (UTC)"),
        ("Europe/Moscow", "5 мая 2026 года, 17:05 (МСК, UTC+03:00)"),
        ("Asia/Novosibirsk", "5 мая 2026 года, 21:05 (МСК+4, UTC+07:00)"),
        ("Asia/Kamchatka", "6 мая 2026 года, 02:05 (МСК+9, UTC+12:00)"),
        ("Europe/Kaliningrad", "5 мая 2026 года, 16:05 (МСК-1, UTC+02:00)"),
        ("Asia/Kolkata", "5 мая 2026 года, 19:35 (UTC+05:30)"),
        ("America/St_Johns", "5 мая 2026 года, 11:35 (UTC-02:30)"),
    ],
    indirect=["zone"],
)
@pytest.mark.usefixtures("zone")
def test_russian_date(told: str) -> None:
    assert russian_date("2026-05-05T14:05:09+00:00") == told
    assert russian_date("2026-05-05T14:05:09") == told


@pytest.mark.parametrize("text", ["вчера", "", "9999-12-31T23:59:59+00:00"])
def test_what_is_no_moment_stays(text: str) -> None:
    assert russian_date(text) == text or "9999" in text


def test_now_is_stored_in_utc() -> None:
    assert datetime.fromisoformat(now()).utcoffset() is not None and now().endswith("+00:00")


@pytest.mark.parametrize("zone", ["Asia/Tomsk"], indirect=True)
@pytest.mark.usefixtures("zone")
def test_commands_tell_local_time(tmp_path: Path) -> None:
    folder = write(tmp_path / "reports/a.txt", answered()).parent
    index = folder.parent / "index"
    run("rebuild", "--reports", folder, "--index", index)
    assert "(МСК+4, UTC+07:00)" in run("status", "--reports", folder, "--index", index).stdout
