"""A damaged build is not served: the one before it is; whatever stumbles over it reaches no reader."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.builds.store import Store
from search_app import create_app
from search_app.server.served import ServedIndex
from tests.faults.flips import damages
from tests.site_archive import WholeClient
from tests.small_archive import REPORTS, make_reports, publish, two_builds

pytestmark = pytest.mark.index_folder("a cluster looks after its own files")

ADDRESSES = ("/", "/search?q=онлайн", "/reports/r1", "/api/search?q=дороги", "/export.csv?q=режим", "/trends?q=онлайн")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return two_builds(tmp_path)


def site(index: Path) -> FlaskClient:
    app: Flask = create_app({"INDEX_DIR": str(index), "REPORTS_DIR": str(index)})
    app.test_client_class = WholeClient
    return app.test_client()


def health(client: FlaskClient, until: int | None = None) -> dict[str, object]:
    """What the site says of itself, as soon as it serves so many reports."""
    for _ in range(1200):
        told: dict[str, object] = client.get("/health").get_json()
        if until is None or told.get("reports") == until or told.get("status") == until:
            return told
        time.sleep(0.1)
    raise AssertionError(told)


def spoil(path: Path) -> None:
    """Changes one bit in the middle of a file."""
    path.write_bytes(list(damages(path.read_bytes()))[1][1])


def test_a_build_with_a_flipped_bit_gives_way_to_the_one_before(index: Path, caplog: pytest.LogCaptureFixture) -> None:
    current = Store(index).current_dir()
    spoil(current / "passages.0.jsonl")
    client = site(index)
    with caplog.at_level(logging.WARNING):
        told = health(client, until=len(REPORTS) - 1)
    assert list(told["damaged"]) == [current.name]  # type: ignore[call-overload]
    assert "passages.0.jsonl" in str(told["damaged"]) and current.name in caplog.text
    assert [client.get(address).status_code for address in ADDRESSES] == [200] * len(ADDRESSES)
    publish(index, make_reports(REPORTS))
    assert health(client, until=len(REPORTS))["build"] == Store(index).current_dir().name


def test_with_no_sound_build_a_page_says_so(index: Path) -> None:
    for folder in (index / "builds").iterdir():
        (folder / "column-stream.npy").write_bytes(b"")
    client = site(index)
    answer = client.get("/")
    assert answer.status_code == 503 and "Индекс повреждён, а целого предыдущего нет" in answer.text
    assert client.get("/health").status_code == 503


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("victim", ["passages.0.jsonl", "reports.0.jsonl", "column-doc_report.npy", "lemmas.blob.npy"])
def test_no_reader_sees_a_traceback(index: Path, victim: str, address: str) -> None:
    """Before the checksums have been reckoned, too: the first request of all meets the damage."""
    path = Store(index).current_dir() / victim
    data = path.read_bytes()
    path.write_bytes(data[:128] + bytes(byte ^ 0xFF for byte in data[128:]))
    app = create_app({"INDEX_DIR": str(index), "REPORTS_DIR": str(index)})
    app.test_client_class = WholeClient
    answer = app.test_client().get(address)
    assert answer.status_code in (200, 404), answer.text


def test_rubbish_in_current_serves_what_can_be_returned_to(index: Path, caplog: pytest.LogCaptureFixture) -> None:
    named = (index / "CURRENT").read_bytes()
    for rubbish in (b"", b"\xff\xfe\x00", b"../../etc", b"nothing\n", "индекс".encode(), b"a" * 5_000):
        (index / "CURRENT").write_bytes(rubbish)
        client = site(index)
        for _ in range(3):
            assert client.get("/search").status_code == 200
        assert list(client.get("/health").get_json()["damaged"]) == ["CURRENT"]
        assert [record.message.partition(".")[0] for record in caplog.records if record.levelname == "ERROR"] == [
            "Какой индекс отдавать, не сказано"
        ]
        caplog.clear()
        (index / "CURRENT").write_bytes(named)
        assert client.get("/search").status_code == 200
        assert client.get("/health").get_json()["damaged"] == {}


def test_a_folder_that_goes_while_it_is_served(index: Path) -> None:
    client = site(index)
    assert client.get("/").status_code == 200
    index.rename(index.with_name("away"))
    assert {client.get(address).status_code for address in ADDRESSES} == {503}
    index.with_name("away").rename(index)
    assert client.get("/").status_code == 200


def test_while_the_first_index_is_built_the_site_says_so(tmp_path: Path) -> None:
    with Store(tmp_path).writing():
        answer = site(tmp_path).get("/")
        assert answer.status_code == 503 and "Индекс строится" in answer.text
    assert "ещё нет индекса" in site(tmp_path).get("/").text


def mapped(index: Path) -> Iterator[str]:
    """The files below a folder that this process has mapped."""
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return (line for line in lines if str(index) in line)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="tells what is mapped on Linux only")
def test_a_build_is_let_go_whatever_holds_it(tmp_path: Path) -> None:
    client = site(tmp_path)
    gc.disable()
    try:
        counts = []
        for count in (1, 2, 3, 2, 3):
            publish(tmp_path, make_reports(REPORTS[:count]))
            for address in (*ADDRESSES, "/about", "/new", "/help", "/matrix"):
                assert client.get(address).status_code in (200, 404)
            counts.append(len({line.split("/builds/")[1].split("/")[0] for line in mapped(tmp_path)}))
    finally:
        gc.enable()
    assert counts == [1] * len(counts)


def test_a_stream_keeps_its_build(index: Path) -> None:
    app = create_app({"INDEX_DIR": str(index), "REPORTS_DIR": str(index)})
    client = app.test_client()
    answer = client.get("/export.csv?q=", buffered=False)
    pieces = iter(answer.response)
    first = next(pieces)
    for _ in range(2):
        publish(index, make_reports(REPORTS[:1]))
        assert health(client)["reports"] == 1
    whole = first + b"".join(pieces)
    answer.close()
    assert whole.decode("utf-8-sig").count("r4") >= 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts handles as Linux shows them")
def test_want_of_handles_is_not_told_as_damage(index: Path) -> None:
    resource = pytest.importorskip("resource")
    served = ServedIndex(index)
    with served.lease() as engine:
        reports = len(engine.cards())
    publish(index, make_reports(REPORTS[:2]))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
    free = (number for number in range(limits[0]) if number not in used)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next(islice(free, 20, None)), limits[1]))
    try:
        with served.lease() as engine:
            # The old one goes on serving, …
            assert len(engine.cards()) == reports
        answer = site(index).get("/")
        # … and where there is none, the page tells what is the matter.
        assert answer.status_code == 503 and "слишком много файлов" in answer.text
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    with served.lease() as engine:
        assert len(engine.cards()) == 2
    assert served.faults == {}
