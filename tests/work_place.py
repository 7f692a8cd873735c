"""A working folder as an operator has it: the commands run in it, with the sample that came with the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from indexer.cli import main

SAMPLE_TOML = 'sample = true\nnote = "Для примера."\n'


def answered(city: str = "ОМСК", year: int = 2019, text: str = "Открыт музей.") -> str:
    """A report of one answer."""
    return f"{city}\n\n1. Что наиболее значительное удалось сделать в {year} году?\n\n{text}\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments: str | Path, **environment: str) -> Result:
    unset: dict[str, str | None] = {"REPORTS_DIR": None, "INDEX_DIR": None}
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=unset | environment)


def state(*arguments: str | Path) -> dict[str, Any]:
    """What ``status --json`` says."""
    found: dict[str, Any] = json.loads(run("status", "--json", *arguments).stdout)
    return found


def make_place(folder: Path) -> Path:
    """A sample of two made-up reports, no own ones."""
    sample = folder / "index_data" / "sample"
    write(sample / "reports.toml", SAMPLE_TOML)
    write(sample / "2019/omsk.txt", answered(text="Выдуманный музей."))
    write(sample / "2020/tomsk.txt", answered("ТОМСК", 2020, "Выдуманный театр."))
    return folder
