"""A file that is cut short under a running site costs at most the requests that read it: the build before is served."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from random import choice, randrange
from urllib.parse import quote

import pytest

from indexer.builds.store import Store
from search_app.server.processes import supported
from search_app.server.served import ServedIndex
from tests.small_archive import REPORTS, two_builds
from tests.waiting import PATIENCE, until
from tests.web.test_cli import serving


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return two_builds(tmp_path)


def cut(index: Path) -> str:
    """Cuts all arrays that are mapped; the stamp of their build."""
    current = Store(index).current_dir()
    for path in current.glob("*.npy"):
        with path.open("r+b") as file:
            file.truncate(0)
    return current.name


@pytest.mark.skipif(not supported(), reason="needs several processes")
def test_a_file_cut_short_under_a_running_site(index: Path) -> None:
    with serving((index, index), "--processes", "2", "--log", "off") as (server, address):
        # Each process looks at the files every minute: not just now, please.
        assert [asked(address) for _ in range(12)] == [200] * 12
        stamp = cut(index)
        told = health_until(address, len(REPORTS) - 1)
        assert list(told["damaged"]) == [stamp]  # type: ignore[call-overload]
        assert [asked(address) for _ in range(6)] == [200] * 6
        server.terminate()
        assert server.stderr is not None
        said = server.stderr.read()
    assert "файл индекса укоротили" in said and stamp in said and "Traceback" not in said


def asked(address: str) -> int | None:
    """The status of a search that nobody has asked for; ``None`` where the process that took the request has gone."""
    try:
        words = quote(f"{choice(('дороги', 'режим', 'парад', 'телемост'))} {randrange(10**6)}")
        with urllib.request.urlopen(f"{address}search?q={words}", timeout=PATIENCE) as answer:
            return int(answer.status)
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError):
        return None


def health_until(address: str, reports: int) -> dict[str, object]:
    """What the site says of itself, as soon as it serves so many reports."""
    told: dict[str, object] = {}

    def is_served() -> bool:
        nonlocal told
        asked(address)
        try:
            with urllib.request.urlopen(f"{address}health", timeout=PATIENCE) as answer:
                told = json.load(answer)
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError):
            return False
        return told.get("reports") == reports

    until(is_served, pause=0)
    return told


def test_an_alarm_makes_others_look_before_they_read(index: Path) -> None:
    alarms = 0
    served = ServedIndex(index, alarms=lambda: alarms)
    with served.lease() as engine:
        assert len(engine.cards()) == len(REPORTS)
    stamp = cut(index)
    alarms = 1
    with served.lease() as engine:
        assert len(engine.cards()) == len(REPORTS) - 1
    assert list(served.faults) == [stamp]
