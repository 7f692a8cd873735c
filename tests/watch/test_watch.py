"""What an operator sees: lines of the log, numbers of errors, figures, what readers look for in vain."""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from search_app import create_app
from search_app.cli import main
from search_app.server.settings import SettingError
from search_app.watch import journal
from search_app.watch.counts import KEPT_DAYS, Counts, CountsError, asked, opened, plain
from tests.site_archive import WholeClient
from tests.waiting import PATIENCE, until

TODAY = date.today()  # noqa: DTZ011
READER = "203.0.113.77"
PAGES_OF_ABOUT = 'search_requests_total{method="GET",page="guide.about_page",status="200"}'
"""The figure that counts them."""


def site(folders: tuple[Path, Path], **config: Any) -> FlaskClient:
    reports, index = folders
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index), "SLOW_REQUEST": "1000"} | config)
    app.add_url_rule("/broken", "broken", lambda: 1 // 0)
    app.add_url_rule("/api/broken", "api_broken", lambda: 1 // 0)
    app.test_client_class = WholeClient
    return app.test_client()


@pytest.fixture(params=["plain", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[tuple[str, logging.Handler, list[str]]]:
    """The lines that the log would have, as they come."""
    lines: list[str] = []
    formatter = journal._Json() if request.param == "json" else journal._Plain()

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    handler = Keeping()
    root = logging.getLogger()
    root.addHandler(handler)
    before = journal.REQUESTS.level
    journal.REQUESTS.setLevel(logging.INFO)
    yield request.param, handler, lines
    journal.REQUESTS.setLevel(before)
    root.removeHandler(handler)


def test_a_request_is_one_line_without_the_reader(folders: tuple[Path, Path], written: Any) -> None:
    kind, _, lines = written
    client = site(folders)
    client.get("/search?q=тайна", environ_overrides={"REMOTE_ADDR": READER})
    client.get("/reports/a\nb%0Ac d")
    client.get("/export.json?q=парк")
    client.get("/health")
    assert len(lines) == 3 and not any("\n" in line for line in lines)
    assert not any(word in line for line in lines for word in (READER, "тайна", "%D1"))
    if kind == "json":
        first, second, third = map(json.loads, lines)
        assert (first["method"], first["path"], first["status"], first["level"]) == ("GET", "/search", 200, "info")
        assert first["ms"] > 0 and first["bytes"] > 1000 and third["bytes"] is None
        assert second["status"] == 404 and "query" not in first and "address" not in first
    else:
        assert re.fullmatch(r"\S+T\S+[+-]\d\d:\d\d GET /search 200 \d+ Б \d+ мс", lines[0])


def test_the_reader_is_told_where_the_operator_wants_it(folders: tuple[Path, Path], written: Any) -> None:
    _, _, lines = written
    client = site(folders, LOG_QUERIES=True, LOG_ADDRESSES="1", TRUSTED_PROXY="10.0.0.1")
    client.get("/search?q=park", environ_overrides={"REMOTE_ADDR": READER})
    client.get("/", headers={"X-Forwarded-For": READER}, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
    assert READER in lines[0] and "q=park" in lines[0] and READER in lines[1]


def test_an_error_has_a_number_on_its_page_and_in_the_log(folders: tuple[Path, Path], written: Any) -> None:
    kind, _, lines = written
    client = site(folders)
    page = client.get("/broken?q=тайна")
    number = re.search(r"Номер ошибки: <code>([0-9a-f]{8})</code>", page.text)
    assert page.status_code == 500 and number
    assert len(lines) == 2 and all(number[1] in line for line in lines)
    assert "ZeroDivisionError" in lines[0] and "тайна" not in "".join(lines)
    if kind == "json":
        assert json.loads(lines[0])["error"] == json.loads(lines[1])["error"] == number[1]
    told = client.get("/api/broken").get_json()
    assert told["status"] == 500 and told["error_id"] in lines[2] and told["error_id"] != number[1]


def test_what_is_slow_is_a_warning(folders: tuple[Path, Path], written: Any) -> None:
    kind, _, lines = written
    journal.REQUESTS.setLevel(logging.WARNING)
    client = site(folders, SLOW_REQUEST="0.000001")
    client.get("/")
    site(folders, SLOW_REQUEST="1000").get("/")
    assert len(lines) == 1
    assert json.loads(lines[0])["slow"] is True if kind == "json" else lines[0].endswith("медленно")


def test_a_log_that_nobody_reads_stops_nobody() -> None:
    import queue

    waiting: queue.Queue[logging.LogRecord] = queue.Queue(3)
    handler = journal._Patient(waiting)
    for number in range(10):
        handler.handle(logging.makeLogRecord({"msg": str(number)}))
    assert waiting.qsize() == 3
    waiting.get(), waiting.get()
    handler.handle(logging.makeLogRecord({"msg": "дальше"}))
    assert [waiting.get().getMessage() for _ in range(3)] == ["2", "Журнал не читают: пропущено строк — 7.", "дальше"]


@pytest.mark.parametrize("text", ["", "0", "-1", "быстро", "1e9", "nan"])
def test_a_time_that_is_none_is_told(folders: tuple[Path, Path], text: str) -> None:
    with pytest.raises(SettingError, match="--slow"):
        site(folders, SLOW_REQUEST=text)


def test_figures_are_off_unless_asked_for(folders: tuple[Path, Path], client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404


def figures(text: str) -> dict[str, float]:
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def test_figures_tell_requests_build_and_memory(folders: tuple[Path, Path], tmp_path: Path) -> None:
    client = site(folders, METRICS="1")
    for address in ("/search?q=парк", "/search?q=парк", "/reports/no-such", "/broken", "/no/such/page"):
        client.get(address)
    client.open("/", method="BREW")
    told = client.get("/metrics")
    assert told.headers["Content-Type"].startswith("text/plain") and told.headers["Cache-Control"] == "no-store"
    found = figures(told.text)
    assert found['search_requests_total{method="GET",page="pages.search_page",status="200"}'] == 2
    assert found['search_requests_total{method="GET",page="pages.report_page",status="404"}'] == 1
    assert found['search_requests_total{method="GET",page="unknown",status="404"}'] == 1
    assert found['search_requests_total{method="other",page="unknown",status="405"}'] == 1
    assert found["search_errors_total"] == 1 and found["search_serving"] == 1
    assert found['search_request_seconds_count{page="pages.search_page"}'] == 2
    passages = client.get("/health").get_json()["passages"]
    assert found["search_passages"] == passages and found["search_build_age_seconds"] >= 0
    if Path("/proc/self/status").exists():
        assert found[f'search_memory_bytes{{process="{os.getpid()}"}}'] > 10_000_000
    bare = create_app({"REPORTS_DIR": str(tmp_path), "INDEX_DIR": str(tmp_path / "i"), "METRICS": "1"}).test_client()
    assert figures(bare.get("/metrics").text)["search_serving"] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="several processes need fork")
def test_several_processes_are_told_as_one_site(folders: tuple[Path, Path], tmp_path: Path) -> None:
    reports, index = map(str, folders)
    command = [sys.executable, "-m", "search_app", "--port", "0", "--index", index, "--reports", reports]
    command += ["--processes", "2", "--metrics", "--log", "json", "--query-log", str(tmp_path / "q.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as server:
        try:
            assert server.stdout and server.stderr
            root = server.stdout.readline().split()[2]
            for _ in range(12):
                with urllib.request.urlopen(f"{root}about", timeout=PATIENCE) as answer:
                    answer.read()
            # A request is counted when its answer is already on its way.
            until(lambda: figures(fetched(f"{root}metrics")).get(PAGES_OF_ABOUT) == 12)
            told = {fetched(f"{root}metrics") for _ in range(4)}
        finally:
            server.terminate()
            lines = server.stderr.read().splitlines()
    for text in told:
        found = figures(text)
        assert found[PAGES_OF_ABOUT] == 12
        assert not Path("/proc").exists() or len([name for name in found if "memory" in name]) == 2
    shown = [json.loads(line) for line in lines if line.startswith("{")]
    assert len([line for line in shown if line.get("path") == "/about"]) == 12


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_queries_are_counted_by_day_and_outcome(folders: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "counts" / "q.sqlite"
    client = site(folders, QUERY_LOG=str(path))
    for address in (
        *("/search?q=Парк", "/api/search?q=парк ", "/search?q=парк&page=1", "/search?q=абракадабрище"),
        *("/search", "/search?city=Омск", "/search?q=иванов@example.org", "/search?q=8 (913) 123-45-67"),
        *("/search?q=абракадабрище&city=Омск", "/export.csv?q=парк", "/search?q=парк&year=x"),
    ):
        client.get(address)
    counts: Counts = client.application.extensions["watching.counts"]
    counts.flush()
    counts.flush()
    found = asked(path, TODAY)
    assert [(one.query, one.times, one.nothing) for one in found] == [("парк", 3, 0), ("абракадабрище", 2, 2)]
    with sqlite3.connect(path) as file:
        assert READER not in "".join(file.iterdump())


def test_counts_are_written_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_app.watch.counts._PAUSE", 0.05)
    Counts(tmp_path / "q").add("парк", found=1, partly=False)
    until(lambda: (tmp_path / "q").exists() and bool(asked(tmp_path / "q", TODAY)))


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    def write() -> None:
        counts = Counts(tmp_path / "q")
        for number in range(20):
            counts.add(f"запрос {number % 3}", found=number % 2, partly=True)
            counts.flush()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = asked(tmp_path / "q", TODAY)
    assert sum(one.times for one in found) == 80
    assert sum(one.nothing for one in found) == 40 == sum(one.partly for one in found)


def test_what_is_old_or_too_much_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_app.watch.counts.MOST_ROWS", 3)
    old = (TODAY - timedelta(days=KEPT_DAYS + 1)).isoformat()
    with opened(tmp_path / "q") as file:
        file.execute("INSERT INTO asked VALUES (?, 'давно', 9, 0, 0)", (old,))
    counts = Counts(tmp_path / "q")
    for query, times in (("часто", 3), ("дважды", 2), ("раз", 1), ("ещё раз", 1), ("трижды", 3)):
        for _ in range(times):
            counts.add(query, found=1, partly=False)
    counts.flush()
    assert {one.query for one in asked(tmp_path / "q", TODAY - timedelta(days=999))} == {"часто", "дважды", "трижды"}


def test_a_file_that_cannot_be_written_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "q").write_bytes(b"no database at all, but long enough to be taken for one" * 9)
    counts = Counts(tmp_path / "q")
    for _ in range(3):
        counts.add("парк", found=1, partly=False)
        counts.flush()
    assert [record.message for record in caplog.records if "QUERY_LOG=off" in record.message].__len__() == 1
    with pytest.raises(CountsError, match="повреждён"):
        asked(tmp_path / "q", TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ремонт\tДОРОГ \n", "ремонт дорог"),
        ("бюджет 2021 2022", "бюджет 2021 2022"),
        ("131-ФЗ", "131-фз"),
        *((private, "") for private in ("a@b", "+7 913 123 45 67", "паспорт 5012 123456", "\x00", "")),
        ("я" * 300, "я" * 200),
    ],
)
def test_how_a_query_is_kept(typed: str, kept: str) -> None:
    assert plain(typed) == kept


def test_what_was_looked_for_in_vain_is_printed_most_often_first(tmp_path: Path) -> None:
    path = tmp_path / "counts" / "queries.sqlite"
    counts = Counts(path)
    for query, found, partly, times in (
        *(("есть", 5, False, 9), ("редко", 0, False, 1), ("часто", 0, False, 4), ("без слова", 3, True, 2)),
    ):
        for _ in range(times):
            counts.add(query, found=found, partly=partly)
    counts.flush()
    told = CliRunner().invoke(main, ["queries", "--index", str(tmp_path)])
    assert told.exit_code == 0
    assert [line.split("  ")[-1].strip() for line in told.stdout.splitlines()[2:]] == [
        "часто", "без слова", "редко",
    ]  # fmt: skip
    every = CliRunner().invoke(main, ["queries", "--index", str(tmp_path), "--all", "--json", "--limit", "1"])
    (most,) = json.loads(every.stdout)
    assert TODAY <= date.fromisoformat(most.pop("last")) <= date.today()  # noqa: DTZ011
    assert most == {"query": "есть", "times": 9, "nothing": 0, "partly": 0}
    none = CliRunner().invoke(main, ["queries", "--index", str(tmp_path / "нет")])
    assert none.exit_code == 1 and "QUERY_LOG=off" in none.stderr
