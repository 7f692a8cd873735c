"""The tools as a talking program meets them: over a real pipe, and in this process."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask, jsonify

from search_app import create_app
from search_app.assistant import command
from search_app.assistant.tools import Archive, RefusedError
from search_app.cli import main

anyio = pytest.importorskip("anyio", reason="needs the package mcp")
mcp_client = pytest.importorskip("mcp.client", reason="needs the package mcp")

OMSK = "omsk-2021-organizacionnaya-rabota"
ROOT = "https://opyt.example"


@pytest.fixture(scope="module")
def archive(folders: tuple[Path, Path]) -> Archive:
    reports, index = folders
    app = create_app({"REPORTS_DIR": str(reports), "INDEX_DIR": str(index), "PUBLIC_URL": f"{ROOT}/arhiv"})
    return Archive(app, f"{ROOT}/arhiv")


def called(archive: Archive, name: str, arguments: dict[str, Any]) -> Any:
    """What a client is told when it calls a tool of the server in this process."""

    async def ask() -> Any:
        async with mcp_client.Client(command.server(archive)) as client:
            return await client.call_tool(name, arguments)

    return anyio.run(ask)


def test_answers_come_with_citations_and_links(archive: Archive) -> None:
    told = called(archive, "search", {"query": "онлайн режим", "cities": ["г. Омск"], "years": [2021]})
    assert not told.is_error
    found = told.structured_content
    hit, *others = found["hits"]
    assert all(other["by"] == "meaning" for other in others)
    assert found["total"] == 1 and hit["report_id"] == OMSK
    assert hit["link"] == f"{ROOT}/arhiv/reports/{OMSK}#p1"
    assert hit["citation"].startswith("Омск, отчёт за 2021 год, раздел «Организационная работа», вопрос «Что наиболее")
    assert "alert" in hit["text"] and "snippet" not in hit
    assert json.loads(told.content[0].text) == found


def test_a_report_and_a_comparison(archive: Archive) -> None:
    report = called(archive, "report", {"report_id": OMSK}).structured_content
    assert [passage["position"] for passage in report["passages"]] == [1, 2]
    assert report["neighbours"]["previous"]["link"].startswith(f"{ROOT}/arhiv/reports/")
    shares = called(archive, "compare", {"queries": ["онлайн", "парк"], "year_from": 2021}).structured_content
    assert {(row["year"], row["q"], row["matches"]) for row in shares["years"]} == {
        ("2021", "онлайн", 2), ("2021", "парк", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("search", {"query": "парк", "cities": ["Атлантида"]}, "Атлантида"),
        ("search", {"query": "парк", "years": [99999]}, "99999"),
        ("search", {"query": "я" * 5000}, "сократите"),
        ("search", {"query": "парк", "page": 99}, "Страницы 99 нет"),
        ("search", {"query": "парк", "limit": 21}, "от 1 до 20"),
        ("search", {"query": "парк", "city": ["Омск"]}, "Параметра «city» нет; есть: query, cities"),
        ("search", {}, "Не хватает параметра «query»"),
        ("search", {"query": "парк", "cities": "Омск"}, "Параметр «cities»: нужен перечень"),
        ("search", {"query": 5, "years": ["много", "мало"]}, "нужна строка. Параметр «years»: нужно целое число."),
        ("report", {"report_id": "../health"}, "нет"),
        ("report", {"report_id": ""}, "нет"),
        ("compare", {"queries": [str(number) for number in range(9)]}, "не больше"),
    ],
)
def test_a_refusal_is_a_sentence(archive: Archive, name: str, arguments: dict[str, Any], words: str) -> None:
    told = called(archive, name, arguments)
    assert told.is_error and words in told.content[0].text
    assert not any(foreign in told.content[0].text for foreign in ("Traceback", "Error", "error"))


def test_tools_are_offered_where_the_site_has_their_addresses(archive: Archive) -> None:
    app = Flask("other")
    for rule in ("/api/search", "/api/reports/<i>", "/trends.json", "/api/digest", "/api/passages/<i>/solutions"):
        app.add_url_rule(
            rule,
            rule,
            lambda i="": jsonify(
                hits=[{"id": "a-1", "url": "/reports/a#p1", "city": "Омск", "year": 2020, "sentence": i}]
            ),
        )
    whole = Archive(app)
    assert [tool.name for tool in whole.offered()] == ["search", "report", "compare", "requests", "solutions"]
    (hit,) = called(whole, "solutions", {"passage_id": "б-1", "quote": "нужен парк"}).structured_content["hits"]
    assert hit["link"] == "/reports/a#p1" and hit["citation"] == "Омск, отчёт за 2020 год" and hit["sentence"] == "б-1"
    (asked,) = called(whole, "requests", {"years": [2020]}).structured_content["hits"]
    assert asked["citation"]
    names = {tool.name for tool in archive.offered()}
    assert {"search", "report", "compare"} <= names


def test_without_an_index_the_tool_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="indexer rebuild"):
        Archive(create_app({"INDEX_DIR": str(tmp_path), "REPORTS_DIR": str(tmp_path)})).search("парк")


def test_a_program_talks_over_a_pipe(folders: tuple[Path, Path]) -> None:
    from mcp.client.stdio import StdioServerParameters, stdio_client

    arguments = ["-m", "search_app", "mcp", "--index", str(folders[1]), "--public-url", ROOT]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parameters = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def talk() -> tuple[list[str], Any]:
        async with mcp_client.Client(stdio_client(parameters)) as client:
            tools = (await client.list_tools()).tools
            assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
            return [tool.name for tool in tools], await client.call_tool("search", {"query": "парк у реки"})

    names, told = anyio.run(talk)
    assert names[:3] == ["search", "report", "compare"]
    assert told.structured_content["hits"][0]["city"] == "Томск"
    assert told.structured_content["hits"][0]["link"].startswith(f"{ROOT}/reports/")


def test_without_the_package_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "_has_sdk", lambda: False)
    told = CliRunner().invoke(main, ["mcp", "--index", str(tmp_path)])
    assert told.exit_code == 1 and "pip install mcp" in told.stderr


def test_an_argument_that_no_tool_has_is_refused(archive: Archive) -> None:
    told = called(archive, "search", {"query": "онлайн режим", "city": "Томск"})
    assert told.is_error and "city" in told.content[0].text
    assert not called(archive, "search", {"query": "онлайн режим", "cities": ["Омск"]}).is_error
