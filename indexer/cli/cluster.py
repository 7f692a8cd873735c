"""Commands for archives that outgrow one machine: a build into a cluster of OpenSearch, a build of parts."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from indexer.builds.build import Build, open_build
from indexer.builds.losses import losses
from indexer.builds.store import Store
from indexer.cli.faults import told
from indexer.cli.options import jobs_option, ocr_option
from indexer.cli.progress import Progress
from indexer.cli.summary import summary_lines
from indexer.cluster.connection import Address, Connection, address_of
from indexer.cluster.publishing import Published, publish, remembered, roll_back, served_if_any, served_manifest
from indexer.console import CLUSTER_VARIABLE, Command, Whole, cluster_options, index_option
from indexer.errors import LossError
from indexer.intake.choice import choose
from indexer.intake.understanding import remarks_on
from indexer.rebuild import rebuild, rebuild_joined
from indexer.russian import plural
from indexer.vocabulary import load

PASSWORD_VARIABLE = "ENGINE_PASSWORD"


@click.command(
    "publish",
    cls=Command,
    examples="""
    python -m indexer publish --to http://узел1:9200,http://узел2:9200
    python -m indexer publish --to https://узел1:9200 --engine-user opyt --engine-ca /etc/opyt/ca.pem
    python -m indexer publish --to http://узел1:9200 --reports /srv/отчёты
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
    "--reports",
    type=click.Path(path_type=Path),
    metavar="ПАПКА",
    help="Прочитать отчёты этой папки и загрузить их; папка индекса не нужна, на этой машине ничего не остаётся.",
)
@jobs_option
@ocr_option
@click.option("--allow-shrink", is_flag=True, help="С --reports: загрузить, даже если исчезло много отчётов сразу.")
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
    reports: Path | None,
    jobs: int | None,
    ocr: str,
    allow_shrink: bool,
    shards: int,
    replicas: int,
    anew: bool,
    back: bool,
    engine_user: str | None,
    engine_ca: str | None,
    engine_alias: str | None,
) -> None:
    """Загрузить построенный индекс (или сами отчёты) в кластер OpenSearch и отдавать оттуда.

    Прежний индекс отдаётся, пока новый не загружен и не проверен целиком, и остаётся для возврата. Пересылается только
    то, что изменилось. Прерванную загрузку индекса продолжает следующая; загрузка отчётов начинается заново, а какие
    адреса были у ответов, помнит сам кластер.
    """
    connection = Connection(cluster_address(urls, engine_user, engine_ca, engine_alias))
    try:
        if back:
            click.echo(f"Возвращён предыдущий индекс: {_told(roll_back(connection))}.")
            return
        with _build_of(index_dir) if reports is None else _read(reports, jobs, ocr, connection) as build:
            if reports is not None and not allow_shrink:
                _refuse_losses(build, connection)
            started = time.monotonic()
            found = publish(build, connection, shards=shards, replicas=replicas, anew=anew, told=_Progress().show)
        click.echo(f"Из кластера отдаётся: {_told(found)}. Время: {_seconds(time.monotonic() - started)}.")
    finally:
        connection.close()


@contextmanager
def _build_of(index_dir: Path) -> Iterator[Build]:
    build = open_build(Store(index_dir).current_dir())
    try:
        yield build
    finally:
        build.close()


@contextmanager
def _read(reports: Path, jobs: int | None, ocr: str, connection: Connection) -> Iterator[Build]:
    """A build of a folder's reports that lives as long as the block, with the memory of the served archive.

    Whatever ends the block, also a service manager's word, leaves nothing here.
    """
    with _ending_in_order(), tempfile.TemporaryDirectory(prefix="opyt-") as place:
        index_dir = Path(place)
        if not remembered(connection, index_dir) and served_if_any(connection):
            click.echo("Кластер не помнит, какие адреса были у ответов: некоторые могут смениться.", err=True)
        choice = choose(reports)
        remarks = remarks_on(choice.folder, load())
        summary = rebuild(choice.folder, index_dir, jobs=jobs, progress=Progress().show, ocr=ocr)
        for line in summary_lines(summary, choice, remarks):
            click.echo(line)
        with _build_of(index_dir) as build:
            yield build


def _refuse_losses(build: Build, connection: Connection) -> None:
    """Raises LossError where many reports of the served archive are gone: a drive may not be mounted."""
    with tempfile.TemporaryDirectory() as place:
        before = served_manifest(connection, Path(place) / "served")
    if before is None or before.sample:
        return
    lost = losses(before.sources, build.sources)
    if lost.are_many:
        raise LossError(
            f"Из архива исчезло бы много отчётов сразу, {lost.told}; отдаётся прежний. Проверьте, на месте ли файлы "
            "(не отключён ли диск); если так и надо, добавьте к команде --allow-shrink"
        )


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Makes SIGTERM end the block as Ctrl+C does: what was begun is removed."""

    def end(number: int, _: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
