"""Commands for archives that outgrow one machine: a build into a cluster of OpenSearch, a build of parts."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.cli.faults import told
from indexer.cli.progress import Progress
from indexer.cli.summary import summary_lines
from indexer.cluster.connection import Address, Connection, address_of
from indexer.cluster.publishing import Published, publish, roll_back
from indexer.console import CLUSTER_VARIABLE, Command, Whole, cluster_options, index_option
from indexer.rebuild import rebuild_joined
from indexer.russian import plural

PASSWORD_VARIABLE = "ENGINE_PASSWORD"


@click.command(
    "publish",
    cls=Command,
    examples="""
    python -m indexer publish --to http://узел1:9200,http://узел2:9200
    python -m indexer publish --to https://узел1:9200 --engine-user opyt --engine-ca /etc/opyt/ca.pem
    python -m indexer publish --to http://узел1:9200 --rollback
    """,
)
@click.option(
    "--to",
    "urls",
    required=True,
    envvar=CLUSTER_VARIABLE,
    show_envvar=True,
    metavar="АДРЕС",
    help="Где отвечает кластер OpenSearch; несколько узлов — через запятую.",
)
@index_option
@click.option(
    "--shards", default=3, show_default=True, type=Whole(1, 1000), metavar="ЧИСЛО", help="На сколько частей делить."
)
@click.option(
    "--replicas", default=1, show_default=True, type=Whole(0, 10), metavar="ЧИСЛО", help="Сколько копий у каждой части."
)
@click.option("--anew", is_flag=True, help="Загрузить всё заново, а не только то, что изменилось.")
@click.option("--rollback", "back", is_flag=True, help="Ничего не загружать, а вернуть предыдущий индекс.")
@cluster_options
@told
def publish_command(
    urls: str,
    index_dir: Path,
    shards: int,
    replicas: int,
    anew: bool,
    back: bool,
    engine_user: str | None,
    engine_ca: str | None,
    engine_alias: str | None,
) -> None:
    """Загрузить построенный индекс в кластер OpenSearch и отдавать оттуда.

    Прежний индекс отдаётся, пока новый не загружен и не проверен целиком, и остаётся для возврата. Пересылается только
    то, что изменилось. Прерванную загрузку продолжает следующая.
    """
    connection = Connection(cluster_address(urls, engine_user, engine_ca, engine_alias))
    try:
        if back:
            click.echo(f"Возвращён предыдущий индекс: {_told(roll_back(connection))}.")
            return
        build = open_build(Store(index_dir).current_dir())
        try:
            started = time.monotonic()
            found = publish(build, connection, shards=shards, replicas=replicas, anew=anew, told=_Progress().show)
        finally:
            build.close()
        click.echo(f"Из кластера отдаётся: {_told(found)}. Время: {_seconds(time.monotonic() - started)}.")
    finally:
        connection.close()


@click.command(
    "join",
    cls=Command,
    examples="""
    python -m indexer rebuild --part 1/2 --index /srv/индекс
    python -m indexer join /srv/индекс/parts/1-of-2.jsonl.gz /srv/индекс/parts/2-of-2.jsonl.gz
    """,
)
@click.argument("parts", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="ЧАСТЬ…")
@index_option
@told
def join_command(parts: tuple[Path, ...], index_dir: Path) -> None:
    """Построить индекс из того, что прочитали несколько машин (rebuild --part).

    Нужны все части одного чтения. Получается то же, что построила бы одна машина.
    """
    summary = rebuild_joined(parts, index_dir, progress=Progress().show)
    click.echo(f"Соединено: {plural(len(parts), 'часть', 'части', 'частей')}.")
    for line in summary_lines(summary, None, ()):
        click.echo(line)


def cluster_address(urls: str, user: str | None, ca: str | None, alias: str | None) -> Address:
    """The cluster of the options; the password is in the variable, where no list of processes shows it."""
    return address_of(urls, user, os.environ.get(PASSWORD_VARIABLE), ca, alias)


def _told(found: Published) -> str:
    return f"{found.stamp}, {plural(found.documents, 'ответ', 'ответа', 'ответов')}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} с".replace(".", ",")


class _Progress:
    """A plain line now and then, on stderr."""

    def __init__(self) -> None:
        self._shown = time.monotonic()

    def show(self, done: int, all_: int) -> None:
        now = time.monotonic()
        if now - self._shown >= 10:
            self._shown = now
            print(f"Загружено: {done} из {plural(all_, 'ответа', 'ответов', 'ответов')}", file=sys.stderr, flush=True)
