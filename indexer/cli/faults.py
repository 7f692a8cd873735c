"""Expected errors of commands: one sentence on stderr and an exit code, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import click

from indexer.errors import IndexerError, reason_of


def told(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose expected errors are one sentence on stderr and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except IndexerError as error:
            fail(str(error))
        except BrokenPipeError:
            raise
        except (OSError, MemoryError) as error:
            reason, way_out = reason_of(error)
            where = f" (файл «{error.filename}»)" if isinstance(error, OSError) and error.filename else ""
            fail(f"Не удалось: {reason}{where}. {way_out}")

    return run


def fail(sentence: str) -> NoReturn:
    """Says the sentence on stderr and exits with 1."""
    click.echo(sentence, err=True)
    sys.exit(1)
