"""Every command and option that a document names exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from indexer.cli import main as indexer
from search_app.cli import main as search_app
from tests.deploy.places import ROOT

GROUPS: dict[str, click.Group] = {"indexer": indexer, "search_app": search_app}
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in (
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "Makefile")),
        *(path for folder in ("indexer", "search_app", "deploy") for path in (ROOT / folder).rglob("*.md")),
        *(path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.suffix != ".md"),
    )
)
_CALL = re.compile(r"-m (?P<package>indexer|search_app)\b(?P<rest>[^`\n|&;()]*)")


def calls(text: str) -> Iterator[tuple[str, list[str]]]:
    """Package and the words after it, of every call in a text; continued lines are one."""
    for found in _CALL.finditer(text.replace("\\\n", " ")):
        rest = re.split(r"\s#|«|»|<|>|—|\.\s|,|:\s", found["rest"])[0].strip().rstrip(".")
        try:
            yield found["package"], shlex.split(rest)
        except ValueError:
            yield found["package"], rest.split()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_and_options_exist(document: str) -> None:
    for package, words in calls((ROOT / document).read_text(encoding="utf-8")):
        group = GROUPS[package]
        named = words[0] if words and not words[0].startswith("-") else ""
        is_command = bool(re.fullmatch(r"[a-z]+", named))
        assert not is_command or named in group.commands, (document, words)
        command = group.commands[named] if is_command else group
        options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        for word in words:
            name = word.partition("=")[0].rstrip(".,)")
            if re.fullmatch(r"--[a-z-]+", name):
                assert name in options | {"--help", "--version"}, (document, words)


def test_the_operators_handbook_names_every_command() -> None:
    handbook = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    for command in ("update", "status", "rollback", "export", "import"):
        assert f"-m indexer {command}" in handbook
    assert "-m search_app queries" in handbook and "-m search_app mcp" in handbook


def test_the_handbook_names_every_setting() -> None:
    from search_app.server.settings import SETTINGS

    handbook = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"`{setting.name}`" in handbook and f"`{setting.option}`" in handbook


def test_every_file_of_deploy_is_told() -> None:
    for path in (ROOT / "deploy").rglob("*"):
        if path.is_file() and path.name != "README.md":
            nearest = next(folder for folder in path.parents if (folder / "README.md").exists())
            assert path.name in (nearest / "README.md").read_text(encoding="utf-8"), path
