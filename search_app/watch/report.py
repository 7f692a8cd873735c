"""What readers looked for, as an operator reads it: in vain first, for that is the list of missing synonyms."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import click

from indexer.console import Command, Whole, index_option
from search_app.watch.counts import KEPT_DAYS, Asked, CountsError, asked, counts_file


def in_vain(asked: Iterable[Asked]) -> list[Asked]:
    """Queries that found nothing, or nothing with all their words, those most often so first."""
    vain = [one for one in asked if one.nothing or one.partly]
    return sorted(vain, key=lambda one: (-one.nothing - one.partly, -one.nothing, one.query))


def as_lines(asked: Sequence[Asked], title: str, limit: int) -> list[str]:
    """A table."""
    if not asked:
        return [f"{title}: таких нет."]
    head = f"{'раз':>7}{'ничего':>9}{'частью':>9}  {'последний раз':<15}запрос"
    rows = [f"{one.times:>7}{one.nothing:>9}{one.partly:>9}  {one.last:<15}{one.query}" for one in asked[:limit]]
    more = [f"Показано {limit} из {len(asked)}; больше: --limit."] if len(asked) > limit else []
    return [f"{title}:", head, *rows, *more]


def as_json(asked: Sequence[Asked], limit: int) -> str:
    """The same for programs."""
    return json.dumps([asdict(one) for one in asked[:limit]], ensure_ascii=False, indent=2)


@click.command(
    "queries",
    cls=Command,
    examples="""
    python -m search_app queries
    python -m search_app queries --days 30 --all --limit 100
    """,
)
@click.option(
    "--days", default=90, show_default=True, type=Whole(1, KEPT_DAYS), metavar="ЧИСЛО", help="За сколько дней."
)
@click.option("--all", "every", is_flag=True, help="Все запросы, а не только ненайденное.")
@click.option(
    "--limit", default=50, show_default=True, type=Whole(1, 100_000), metavar="ЧИСЛО", help="Сколько показать."
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    envvar="QUERY_LOG",
    metavar="ФАЙЛ",
    help="Файл подсчёта, если он не в папке индекса.",
)
@click.option("--json", "as_objects", is_flag=True, help="Напечатать JSON.")
@index_option
def queries_command(days: int, every: bool, limit: int, file: Path | None, as_objects: bool, index_dir: Path) -> None:
    """Что искали и не нашли: список недостающих синонимов.

    «Ничего» — сколько раз не нашлось ни одного ответа, «частью» — сколько раз пришлось отбросить слова запроса.
    Считаются только слова и дни, о читателях ничего не записывается; QUERY_LOG=off отключает подсчёт.
    """
    try:
        since = date.today() - timedelta(days=days - 1)  # noqa: DTZ011
        found = asked(file if file and str(file) != "off" else counts_file(index_dir), since)
    except CountsError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    shown, title = (found, "Запросы") if every else (in_vain(found), "Искали и не нашли")
    click.echo(as_json(shown, limit) if as_objects else "\n".join(as_lines(shown, title, limit)))
