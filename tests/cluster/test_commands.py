"""Commands of the read side over a cluster say what they say over the index folder."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from search_app.cli import main
from tests.cluster.nodes import Cluster
from tests.cluster.served import ROOT
from tests.web.conftest import ALIAS, published


@pytest.fixture(scope="module")
def engine(node: Cluster, folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that name the archive in the cluster; the folder holds no index."""
    empty = tmp_path_factory.mktemp("commands")
    return ["--engine", published(folders[1], node.urls[0]), "--engine-alias", ALIAS, "--index", str(empty)]


@pytest.mark.parametrize("command", [["digest", "--json"], ["digest"], ["search", "парк у реки", "--json"]])
def test_a_command_says_the_same(command: list[str], engine: list[str], folders: tuple[Path, Path]) -> None:
    here = CliRunner().invoke(main, [*command, "--index", str(folders[1])])
    there = CliRunner().invoke(main, [*command, *engine])
    assert (there.exit_code, here.exit_code) == (0, 0), there.output
    assert there.stdout.count("\n") > 3 and _timeless(there.stdout) == _timeless(here.stdout)


def _timeless(printed: str) -> Any:
    """What was printed without milliseconds and the last places of scores."""
    if not printed.startswith("{"):
        return printed
    told = json.loads(printed)
    hits = [{name: hit[name] for name in hit if name != "score"} for hit in told.pop("hits", [])]
    return {name: told[name] for name in told if not name.startswith("took")}, hits


def test_a_program_talks_to_the_archive_of_a_cluster(engine: list[str]) -> None:
    anyio = pytest.importorskip("anyio", reason="needs the package mcp")
    client = pytest.importorskip("mcp.client", reason="needs the package mcp")
    from mcp.client.stdio import StdioServerParameters, stdio_client

    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "search_app", "mcp", *engine], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )

    async def talk() -> Any:
        async with client.Client(stdio_client(parameters)) as one:
            return await one.call_tool("search", {"query": "парк у реки"})

    assert anyio.run(talk).structured_content["hits"][0]["city"] == "Томск"
