"""Both command lines speak Russian, whatever click says by itself."""

from __future__ import annotations

import ast
import importlib
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from indexer import __version__
from indexer.cli import main as indexer
from indexer.console import CATALOGUE, MODULES
from search_app.cli import main as search_app

ROOT = Path(__file__).parents[2]

FOR_DEVELOPERS = ("Name '", "Boolean option", "Could not determine", "No options defined", "Arguments take exactly")
"""Beginnings of what click says of a command that was written wrongly: nobody who types one sees it."""
START_SIGN = "Invalid start character for option ({option})"

ENGLISH = re.compile(r"[A-Za-z]{2,}")
ALLOWED = re.compile(
    r"python -m \w+( (?!python)[a-z]+)?|--?[a-z][a-z-]*|\b[A-Z]+(?:_[A-Z]+)+\b|METRICS|index_data/\w+|index_data"
    r"|tests/\S+"
    r"|CSV|Excel|OCR|tesseract|(?<=: )auto|(?<=, )force|(?<=[,;] )off|(?<==)off|\[?auto(\|off\|force)?\]?"
    r"|reports\.toml|(?<=\()(relevance|newest|oldest|added)(?=\))|\bJSON\b|\bAPI\b|\bCtrl\b|\bWindows\b|/srv/\S+|\S+\.(txt|docx|json|zip)|problems"
    r"|X-Forwarded-\*|Prometheus|/metrics|/dump/|\bDUMP\b|https?://\S+"
    r"|\b(under|over)-\d+|help, discussion, training, conference|\bWord\b|\S+\.xlsx|digest"
    r"|(?<=\()(plain|json|off)(?=\))|(?<=по умолчанию: )plain"
    r"|OpenSearch|\bopyt\b|/etc/\S+|rebuild|publish|join|update|rollback|verify|status|check|passages|evaluate|search|prepare|queries|mcp|MCP|export|import"
)
# A command is named in a sentence by what one types.


def messages() -> Iterator[str]:
    """Whatever the installed click passes through gettext in the modules that speak to people."""
    for name in MODULES:
        module = importlib.import_module(f"click.{name}")
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                yield from (part.value for part in node.args if isinstance(part, ast.Constant) and part.value)


def test_everything_click_says_is_translated() -> None:
    said = {message for message in messages() if not message.startswith(FOR_DEVELOPERS)} - {START_SIGN}
    assert len(said) > 40
    assert said - CATALOGUE.keys() == set()


def test_translations_keep_the_places_of_values() -> None:
    for english, russian in CATALOGUE.items():
        places = {place.removesuffix("!r") for place in re.findall(r"{(\w+(?:!r)?)}", english)}
        assert set(re.findall(r"{(\w+)}", russian)) <= places, english


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, group in (("indexer", indexer), ("search_app", search_app)):
        yield name, group
        yield from ((f"{name} {sub}", command) for sub, command in group.commands.items())


COMMANDS = dict(commands())


def help_of(name: str) -> str:
    package, *rest = name.split()
    group = {"indexer": indexer, "search_app": search_app}[package]
    told = CliRunner().invoke(group, [*rest, "--help"], prog_name=f"python -m {package}")
    assert told.exit_code == 0
    return told.output


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_russian_with_examples(name: str) -> None:
    told = help_of(name)
    assert told.startswith("Вызов: python -m ") and "Параметры:" in told and "Показать эту справку." in told
    assert "Примеры:\n  " in told and f"python -m {name.split()[0]}" in told.split("Примеры:")[1]
    assert ENGLISH.findall(ALLOWED.sub("", " ".join(told.split()))) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_the_environment_variables(name: str) -> None:
    told = " ".join(help_of(name).split())
    for option, variable in (("--reports", "REPORTS_DIR"), ("--index", "INDEX_DIR")):
        if (name, option) == ("indexer publish", "--reports"):
            # Said on purpose or not at all: otherwise a built index is what is published.
            assert variable not in told
        elif any(option in parameter.opts for parameter in COMMANDS[name].params):
            assert f"[переменная окружения: {variable}; по умолчанию:" in told


@pytest.mark.parametrize("group", [indexer, search_app])
def test_version(group: click.Group) -> None:
    told = CliRunner().invoke(group, ["--version"])
    assert told.exit_code == 0 and told.output.startswith(f"Опыт городов {__version__} (")


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "indexer.__version__"}


WRONG = {
    "indexer нет": "команды «нет» нет",
    "indexer rebuil": "Может быть, 'rebuild'?",
    "indexer rebuild --нет": "параметра «--нет» нет",
    "indexer rebuild --report": "параметра «--report» нет. Может быть, одно из этих: '--ocr', '--part', '--reports'",
    "indexer rebuild лишнее": "лишний аргумент: лишнее",
    "indexer rebuild лишнее ещё": "лишние аргументы: лишнее ещё",
    "indexer rebuild --jobs": "параметру «--jobs» нужно значение",
    "indexer rebuild --jobs два": "нужно целое число, а не «два»",
    "indexer rebuild --jobs 0": "нужно число от 1 до 64, а не 0",
    "indexer status --json=1": "параметру «--json» значение не нужно",
    "indexer passages": "не хватает аргумента 'ФАЙЛ'",
    "search_app --port 99999": "нужно число от 0 до 65535, а не 99999",
    "search_app search --нет": "параметра «--нет» нет",
    "search_app evaluate": "не хватает аргумента 'СУЖДЕНИЯ'",
}


@pytest.mark.parametrize("call", WRONG)
def test_wrong_usage_is_told_in_russian(call: str) -> None:
    package, *arguments = call.split()
    group = {"indexer": indexer, "search_app": search_app}[package]
    told = CliRunner().invoke(group, arguments, prog_name=f"python -m {package}")
    assert (told.exit_code, told.stdout) == (2, "")
    assert f"Ошибка: {WRONG[call]}" in told.stderr or WRONG[call] in told.stderr
    typed = "|".join(map(re.escape, arguments)) or "^$"
    assert ENGLISH.findall(ALLOWED.sub("", re.sub(typed, "", told.stderr))) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--host", "нет.такого.имени.invalid"], "такого имени нет"),
        (["--host", "203.0.113.7"], "такого адреса нет"),
        ([], "занимает другая программа"),
    ],
)
def test_an_address_that_cannot_be_had_is_told_in_russian(tmp_path: Path, options: list[str], sentence: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "search_app", "--index", str(tmp_path), "--port", port, *options]
        environment = os.environ | {"PYTHONUTF8": "1"}
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=60, check=False)
    assert done.returncode == 1
    assert sentence in done.stderr.splitlines()[-1]
    assert not ENGLISH.findall(ALLOWED.sub("", done.stderr.splitlines()[-1].replace("нет.такого.имени.invalid", "")))
