"""The command line of the read side: serve the site, search from a terminal."""

from __future__ import annotations

import errno
import json
import logging
import re
import socket
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask

from indexer.console import Group, Whole, cluster_options, engine_option, index_option, version_option
from indexer.errors import IndexerError
from indexer.folders import DEFAULT_REPORTS, INDEX_VARIABLE, REPORTS_VARIABLE
from indexer.vocabulary import Vocabulary
from search_app import create_app
from search_app.assistant.command import mcp_command
from search_app.connections.evaluation import measured_sets
from search_app.connections.measure import Measured
from search_app.digest_command import digest_command
from search_app.engine.door import Engine, compile_all
from search_app.engine.evaluation import (
    Evaluation,
    Measures,
    Paired,
    evaluate,
    load_saved,
    paired,
    read_judgements,
    save,
)
from search_app.request.model import FACETS, Hit, SearchPage
from search_app.request.params import ParameterErrors, parse
from search_app.server.clustered import served_archive
from search_app.server.collecting import spare_collecting
from search_app.server.listening import create_server
from search_app.server.processes import MOST_USUAL, read_past_an_end, supervise, supported, usual
from search_app.server.settings import (
    ACCESS_LOG,
    METRICS,
    OWN_HOST,
    QUERY_LOG,
    SettingError,
    chosen,
    cluster_of,
    with_settings,
)
from search_app.server.sharing import Alarm, SharedListener, Shares
from search_app.watch import journal
from search_app.watch.counts import counts_file
from search_app.watch.metrics import for_processes
from search_app.watch.report import queries_command
from search_app.web.serving import ALARMS, WATCHFUL, is_long, open_now, pin
from search_app.wording.labels import alike_sentence, result_heading, value_label
from search_app.wording.values import page_json

DEFAULT_THREADS = 1
"""Python computes in one thread at a time: more of them only wait for each other (with two and 8 clients a page took a
tenth more of the processor). Slow clients take none, what takes long has a thread of its own."""

_TURN = 0.0005
"""Seconds that a thread computes before another one's turn. With Python's own .005 the thread that reads requests and
hands them out waits as long as a page takes: with pages of 4 ms and 8 clients 99 of 100 answers took 60 ms, now 38."""

_BACKLOG = 1024
"""Connections that may wait to be taken."""

_MEASURES = (
    ("nDCG@10", "ndcg"),
    ("MRR@10", "mrr"),
    ("успех@1", "success1"),
    ("успех@3", "success3"),
    ("успех@10", "success10"),
    ("полнота", "recall"),
)


@click.group(
    cls=Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[КОМАНДА [ПАРАМЕТРЫ]…]",
    examples="""
    python -m search_app
    python -m search_app --host 0.0.0.0 --port 80 --processes 2
    python -m search_app search "ремонт дорог" --city Омск
    """,
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="АДРЕС", help="Адрес, на котором слушать.")
@click.option("--port", default=8000, show_default=True, type=Whole(0, 65535), metavar="ПОРТ", help="Порт; 0 — любой.")
@click.option(
    "--threads", default=DEFAULT_THREADS, show_default=True, type=Whole(1, 64), metavar="ЧИСЛО", help="Потоков."
)
@click.option(
    "--processes",
    default=None,
    show_default=f"по числу ядер, не больше {MOST_USUAL}; в Windows 1",
    type=Whole(1, 64),
    metavar="ЧИСЛО",
    help="Процессов: каждый занимает своё ядро, файлы индекса в памяти у них общие.",
)
@click.option(
    "--reports",
    envvar=REPORTS_VARIABLE,
    default=DEFAULT_REPORTS,
    show_default=True,
    show_envvar=True,
    metavar="ПАПКА",
    type=click.Path(path_type=Path),
    help="Папка отчётов: из неё скачиваются исходные файлы. Файлы образца берутся из его папки.",
)
@index_option
@with_settings
@version_option
@click.pass_context
def main(
    context: click.Context,
    /,
    host: str,
    port: int,
    threads: int,
    processes: int | None,
    reports: Path,
    index_dir: Path,
    **options: Any,
) -> None:
    """Поиск по отчётам городов: без команды запускает сайт.

    Коды выхода: 0 — сделано, 1 — не удалось, 2 — неверный вызов. Папки можно задать и переменными окружения INDEX_DIR и
    REPORTS_DIR. Новый индекс сайт замечает сам, перезапуск не нужен.
    """
    if context.invoked_subcommand is None:
        folders = {INDEX_VARIABLE: str(index_dir.absolute()), REPORTS_VARIABLE: str(reports.absolute())}
        settings = chosen(options)
        settings[QUERY_LOG] = settings[QUERY_LOG] or str(counts_file(index_dir.absolute()))
        serve(host, port, threads, processes or usual(), folders | settings)


def serve(host: str, port: int, threads: int, processes: int, config: Mapping[str, Any]) -> None:
    """Serves until interrupted. Ends with exit code 1 when the address cannot be taken, 2 for too many processes."""
    # Its warnings of each queued request would bury everything else an operator should see.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if processes > 1 and not supported():
        _fail("Несколько процессов на этой системе запустить нельзя: уберите --processes.", 2)
    try:
        sockets = _bound(host, port)
    except OSError as error:
        _fail(f"Адрес {host}:{port} занять не удалось: {_why_not_bound(error)}", 1)
    port = sockets[0].getsockname()[1]
    config = {**config, OWN_HOST: f"{_reached_by(host, socket.gethostname())}:{port}"}
    if processes > 1 and config.get(METRICS):
        for_processes()
    # A process that is about to split must have no other thread.
    app = _site({**config, WATCHFUL: processes == 1})
    _open(app)
    click.echo(f"Сайт открыт: http://{_reached_by(host, '127.0.0.1')}:{port}/ (остановить: Ctrl+C)")
    if processes == 1:
        _serve_here(app, sockets, threads)
        return
    # What is opened here is not served here: held open, it would outlive the builds to come. The dictionary stays.
    del app
    spare_collecting()
    shares, alarm = Shares(processes), Alarm()
    config[ALARMS] = alarm.times
    supervise(
        lambda place: _serve_apart(config, sockets, threads, shares, place),
        processes,
        lambda code: _tell_of_death(code, alarm),
    )


def _site(config: Mapping[str, Any]) -> Flask:
    """The application; a setting that means nothing is told and ends the command."""
    try:
        return create_app(config)
    except SettingError as error:
        _fail(str(error), 2)


def _reached_by(host: str, everywhere: str) -> str:
    """How the listening host is written in an address; ``everywhere`` stands for all addresses of the machine."""
    shown = everywhere if host in ("0.0.0.0", "::", "") else host
    return f"[{shown}]" if ":" in shown else shown


def _why_not_bound(error: OSError) -> str:
    """What the system says of an address, in Russian, and what to do."""
    if isinstance(error, socket.gaierror):
        return "такого имени нет. Укажите другое: --host."
    if error.errno == errno.EADDRINUSE:
        return "его занимает другая программа. Выберите другой порт: --port."
    if error.errno in (errno.EACCES, errno.EPERM):
        return "нет прав на этот порт. Выберите порт больше 1023: --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return "у этого компьютера такого адреса нет. Укажите другой: --host."
    return f"отказ системы (код {error.errno}). Выберите другой адрес: --host, --port."


def _bound(host: str, port: int) -> list[socket.socket]:
    """Listening sockets for every address of the host. Raises OSError."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    addresses = dict.fromkeys((family, address[:2]) for family, _, _, _, address in found)
    sockets: list[socket.socket] = []
    for family, (name, number) in addresses:
        # A port of the system's choice is the same for all addresses.
        chosen = number or (sockets[0].getsockname()[1] if sockets else 0)
        sockets.append(socket.create_server((str(name), int(chosen)), family=family, backlog=_BACKLOG))
    return sockets


def _serve_here(app: Flask, sockets: list[socket.socket], threads: int) -> None:
    journal.start(app.config[ACCESS_LOG])
    server = create_server(app, sockets, threads, _BACKLOG, is_long=is_long)
    spare_collecting()
    sys.setswitchinterval(_TURN)
    server.run()


def _serve_apart(
    config: Mapping[str, Any], sockets: list[socket.socket], threads: int, shares: Shares, place: int
) -> None:
    """What each of several processes does; whether there is an index has been told already."""
    shares.begin(place)
    app = create_app(config)
    with suppress(IndexerError):
        open_now(app)
    _serve_here(app, [SharedListener(one, shares, place) for one in sockets], threads)


def _tell_of_death(code: int, alarm: Alarm) -> None:
    if read_past_an_end(code):
        # Before its successor and the others read on: each looks at the files first.
        alarm.sound()
        click.echo(
            "Внимание: файл индекса укоротили, пока сайт его читал, и один из процессов завершился. Вместо него "
            "запущен новый; файлы проверяются, а если индекс повреждён, отдаётся предыдущий.",
            err=True,
        )
        return
    click.echo(f"Внимание: один из процессов завершился (код {code}), вместо него запущен новый.", err=True)


def _open(app: Flask) -> None:
    """The site starts without an index too, since one may be built while it runs."""
    try:
        open_now(app)
    except IndexerError as error:
        click.echo(f"Внимание: {error}", err=True)
    with app.app_context():
        pinned = pin()
    if pinned:
        click.echo(f"Внимание: {pinned.sentence} {pinned.way_out}", err=True)


@main.command(
    "search",
    examples="""
    python -m search_app search "онлайн режим мероприятия" --city Омск --year 2021
    python -m search_app search --kind problems --section ЖКХ --json
    """,
)
@click.argument("query", default="", metavar="ЗАПРОС")
@click.option("--city", multiple=True, metavar="ГОРОД", help="Город; можно несколько раз.")
@click.option("--year", multiple=True, metavar="ГОД", help="Отчётный год; можно несколько раз.")
@click.option("--topic", multiple=True, metavar="ТЕМА", help="Тема; можно несколько раз.")
@click.option("--kind", multiple=True, metavar="ВИД", help="Вид вопроса; можно несколько раз.")
@click.option("--section", multiple=True, metavar="РАЗДЕЛ", help="Раздел; можно несколько раз.")
@click.option("--region", multiple=True, metavar="РЕГИОН", help="Регион города; можно несколько раз.")
@click.option(
    "--size",
    multiple=True,
    metavar="РАЗМЕР",
    help="Население, тыс.: under-50, 50-100, 100-250, 250-500, over-500; можно несколько раз.",
)
@click.option("--like", default="", metavar="ГОРОД", help="Только города, похожие на этот по населению и региону.")
@click.option("--year-from", default="", metavar="ГОД", help="Отчётный год не раньше.")
@click.option("--year-to", default="", metavar="ГОД", help="Отчётный год не позже.")
@click.option(
    "--sort",
    default="",
    metavar="ПОРЯДОК",
    help="По соответствию (relevance), впереди новые (newest), старые (oldest) или новые поступления (added).",
)
@click.option("--page", default="", metavar="НОМЕР", help="Номер страницы.")
@click.option("--per-page", default="", metavar="ЧИСЛО", help="Ответов на странице.")
@click.option("--json", "as_json", is_flag=True, help="Напечатать ответ API.")
@index_option
@engine_option
@cluster_options
def search_command(query: str, as_json: bool, index_dir: Path, **options: Any) -> None:
    """Найти ответы и напечатать их."""
    cluster = cluster_of(options)
    args = {"q": [query]} | {name: _texts(value) for name, value in options.items()}
    try:
        with served_archive(cluster, index_dir).lease() as engine:
            page = engine.search(parse(args, engine.vocabulary, engine.facet_counts()), meaning=True)
            click.echo(_as_json(page) if as_json else _as_text(page, engine))
    except ParameterErrors as error:
        _fail("\n".join(fault.message for fault in error.faults), 2)
    except IndexerError as error:
        _fail(str(error), 1)


main.add_command(digest_command)


@main.command(
    "evaluate",
    examples="""
    python -m search_app evaluate tests/data/judgements.tsv --failures
    """,
)
@click.argument("judgements", type=click.Path(path_type=Path), metavar="СУЖДЕНИЯ")
@click.option(
    "--saved",
    type=click.Path(path_type=Path),
    metavar="ФАЙЛ",
    help="Файл прошлого прогона; по умолчанию рядом с индексом.",
)
@click.option("--failures", is_flag=True, help="Назвать запросы, у которых нет подходящего среди первых трёх.")
@index_option
@engine_option
@cluster_options
def evaluate_command(judgements: Path, saved: Path | None, failures: bool, index_dir: Path, **options: Any) -> None:
    """Измерить поиск по запросам с известными ответами, а связи — по наборам, лежащим рядом с ними."""
    saved = saved or index_dir / "evaluation.json"
    try:
        judged = read_judgements(judgements)
        with served_archive(cluster_of(options), index_dir).lease() as engine:
            evaluation = evaluate(judged, engine)
            by_words = evaluate(judged, engine, meaning=False) if engine.has_meaning else None
            connections = list(measured_sets(judgements.parent, engine))
    except IndexerError as error:
        _fail(str(error), 1)
    for line in _evaluation_table(evaluation, load_saved(saved) or {}):
        click.echo(line)
    for line in _meaning_table(paired(by_words, evaluation)) if by_words else ():
        click.echo(line)
    for outcome in evaluation.outcomes if failures else ():
        if outcome.rank is None or outcome.rank > 3:
            click.echo(f"{outcome.judged.type}: {outcome.judged.query} → {', '.join(outcome.found[:3]) or 'ничего'}")
    for line in _connections_table(connections, failures):
        click.echo(line)
    save(evaluation, saved)


main.add_command(queries_command)
main.add_command(mcp_command)


@main.command(
    "prepare",
    examples="""
    python -m search_app prepare
    """,
)
def prepare_command() -> None:
    """Подготовить первый запуск: перевести циклы поиска в машинный код.

    Иначе это делает сайт, когда запускается на новой машине впервые: с большим архивом — прежде чем открыться, с
    небольшим — уже отвечая. Индекс не нужен: можно готовить, пока он строится.
    """
    # What the site imports is kept compiled by Python, too.
    _site({})
    compile_all()


def _connections_table(found: Iterable[tuple[str, str, Measured]], failures: bool) -> Iterable[str]:
    """What is measured of connections, set by set; with ``failures`` each case that went wrong, too."""
    for name, title, measured in found:
        yield ""
        figures = ", ".join(f"{figure.title} {figure.value:.3f} (из {figure.of})" for figure in measured.figures)
        yield f"{title} ({name}): {figures}"
        yield from measured.failures if failures else ()


def _evaluation_table(evaluation: Evaluation, before: Mapping[str, Measures]) -> Iterable[str]:
    """A line for each type of query and one for all, each figure with its difference from the last run."""
    titles = "".join(f"{title:>16}" for title, _ in _MEASURES)
    yield f"{'тип запроса':<16}{'запросов':>9}{titles}{'пустых':>8}"
    for name, measures in (*evaluation.types.items(), ("overall", evaluation.overall)):
        cells = (_with_difference(measures, before.get(name), field) for _, field in _MEASURES)
        shown = "все" if name == "overall" else name
        yield f"{shown:<16}{measures.queries:>9}" + "".join(f"{cell:>16}" for cell in cells) + f"{measures.zero:>8}"


def _meaning_table(differences: Mapping[str, Paired]) -> Iterable[str]:
    """What the search by meaning adds to the one by words, query by query."""
    yield ""
    yield "Со смыслом против одних слов; «хорошие»: среди первых десяти есть ответ с оценкой 2 и выше"
    yield f"{'тип запроса':<16}{'лучше':>8}{'хуже':>8}{'nDCG@10':>10}{'95 %':>20}{'хорошие':>18}"
    for name, found in differences.items():
        interval = f"{found.low:+.3f} … {found.high:+.3f}"
        good = f"{found.good[0]:.3f} → {found.good[1]:.3f}"
        shown = "все" if name == "overall" else name
        yield f"{shown:<16}{found.better:>8}{found.worse:>8}{found.difference:>+10.3f}{interval:>20}{good:>18}"


def _with_difference(measures: Measures, before: Measures | None, field: str) -> str:
    value: float = getattr(measures, field)
    return f"{value:.3f}" if before is None else f"{value:.3f} ({value - getattr(before, field):+.3f})"


def _fail(sentence: str, code: int) -> NoReturn:
    """Says the sentence on stderr and exits: 1 for a failure, 2 for wrong usage."""
    click.echo(sentence, err=True)
    sys.exit(code)


def _texts(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _as_json(page: SearchPage) -> str:
    return json.dumps(page_json(page), ensure_ascii=False, indent=2)


def _as_text(page: SearchPage, engine: Engine) -> str:
    lines = [result_heading(page, engine.vocabulary)]
    lines += [alike_sentence(page, engine.vocabulary)] if page.request.like else []
    first = (page.request.page - 1) * page.request.per_page + 1
    lines += [_hit_text(number, hit, engine.vocabulary) for number, hit in enumerate(page.hits, first)]
    if page.pages > page.request.page:
        lines.append(f"Страница {page.request.page} из {page.pages}; следующая: --page {page.request.page + 1}")
    return "\n\n".join(lines)


def _hit_text(number: int, hit: Hit, vocabulary: Vocabulary) -> str:
    place = [value_label(facet, getattr(hit, facet), vocabulary) for facet in FACETS if facet in ("city", "year")]
    title = f"{number}. {', '.join(place)}. {hit.section or ''}".rstrip(" .")
    title += " (близко по смыслу)" if hit.by == "meaning" else ""
    question = [f"   {hit.question}"] if hit.question else []
    return "\n".join([title, *question, f"   {_snippet_text(hit.snippet)}", f"   {hit.url}"])


def _snippet_text(snippet: str) -> str:
    """The snippet without HTML; found words bold on a terminal."""
    bold = sys.stdout.isatty()
    marked = re.sub(
        r"<mark>(.*?)</mark>", lambda found: click.style(found[1], bold=True) if bold else found[1], snippet
    )
    return " ".join(unescape(marked).split())
