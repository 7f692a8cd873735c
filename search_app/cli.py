"""The command line of the read side: serve the site, search from a terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
from html import unescape
from pathlib import Path
from typing import Any, NoReturn

import click
import waitress

from indexer.build import Build
from indexer.errors import IndexerError
from indexer.vocabulary import Vocabulary
from search_app import create_app
from search_app.index import ServedIndex
from search_app.model import FACETS, Hit, SearchPage
from search_app.params import ParameterErrors, parse
from search_app.presentation import page_json
from search_app.search import search
from search_app.wording import result_heading, value_label

DEFAULT_THREADS = 4
"""A request keeps one core busy; a few threads more than cores hide slow clients."""

_index_option = click.option(
    "--index",
    envvar="INDEX_DIR",
    default="index_data",
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="ПАПКА",
    help="Папка индекса.",
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="Адрес, на котором слушать.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Порт; 0 — любой.")
@click.option("--threads", default=DEFAULT_THREADS, show_default=True, type=click.IntRange(1, 64), help="Потоков.")
@click.option(
    "--reports",
    envvar="REPORTS_DIR",
    default="index_data/reports",
    show_default=True,
    metavar="ПАПКА",
    type=click.Path(path_type=Path),
    help="Папка отчётов: из неё скачиваются исходные файлы.",
)
@_index_option
@click.pass_context
def main(context: click.Context, host: str, port: int, threads: int, reports: Path, index: Path) -> None:
    """Поиск по отчётам городов: без подкоманды запускает сайт."""
    if context.invoked_subcommand is None:
        serve(host, port, threads, reports, index)


def serve(host: str, port: int, threads: int, reports: Path, index: Path) -> None:
    """Serves until interrupted. Ends with exit code 1 when the address cannot be taken."""
    # Its warnings of each queued request would bury everything else an operator should see.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app({"INDEX_DIR": str(index.absolute()), "REPORTS_DIR": str(reports.absolute())})
    _warn_without_build(index)
    try:
        server = waitress.create_server(app, host=host, port=port, threads=threads, ident=None)
    except OSError as error:
        _fail(f"Адрес {host}:{port} занять не удалось ({error.strerror}). Выберите другой порт: --port.", 1)
    port = getattr(server, "effective_port", port)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    click.echo(f"Сайт открыт: http://{f'[{shown}]' if ':' in shown else shown}:{port}/ (остановить: Ctrl+C)")
    server.run()


def _warn_without_build(index: Path) -> None:
    """The site starts without an index too, since one may be built while it runs."""
    try:
        with ServedIndex(index).lease():
            pass
    except IndexerError as error:
        click.echo(f"Внимание: {error}", err=True)


@main.command("search")
@click.argument("query", default="", metavar="ЗАПРОС")
@click.option("--city", multiple=True, help="Город; можно несколько раз.")
@click.option("--year", multiple=True, help="Отчётный год; можно несколько раз.")
@click.option("--topic", multiple=True, help="Тема; можно несколько раз.")
@click.option("--kind", multiple=True, help="Вид вопроса; можно несколько раз.")
@click.option("--section", multiple=True, help="Раздел; можно несколько раз.")
@click.option("--year-from", default="", help="Отчётный год не раньше.")
@click.option("--year-to", default="", help="Отчётный год не позже.")
@click.option("--sort", default="", help="relevance, newest или oldest.")
@click.option("--page", default="", help="Номер страницы.")
@click.option("--per-page", default="", help="Ответов на странице.")
@click.option("--json", "as_json", is_flag=True, help="Напечатать ответ API.")
@_index_option
def search_command(query: str, as_json: bool, index: Path, **options: Any) -> None:
    """Найти ответы и напечатать их."""
    args = {"q": [query]} | {name: _texts(value) for name, value in options.items()}
    try:
        with ServedIndex(index).lease() as build:
            page = search(parse(args, build.vocabulary, build.facet_counts()), build)
            click.echo(_as_json(page) if as_json else _as_text(page, build))
    except ParameterErrors as error:
        _fail("\n".join(fault.message for fault in error.faults), 2)
    except IndexerError as error:
        _fail(str(error), 1)


def _fail(sentence: str, code: int) -> NoReturn:
    """Says the sentence on stderr and exits: 1 for a failure, 2 for wrong usage."""
    click.echo(sentence, err=True)
    sys.exit(code)


def _texts(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _as_json(page: SearchPage) -> str:
    return json.dumps(page_json(page), ensure_ascii=False, indent=2)


def _as_text(page: SearchPage, build: Build) -> str:
    lines = [result_heading(page, build.vocabulary)]
    first = (page.request.page - 1) * page.request.per_page + 1
    lines += [_hit_text(number, hit, build.vocabulary) for number, hit in enumerate(page.hits, first)]
    if page.pages > page.request.page:
        lines.append(f"Страница {page.request.page} из {page.pages}; следующая: --page {page.request.page + 1}")
    return "\n\n".join(lines)


def _hit_text(number: int, hit: Hit, vocabulary: Vocabulary) -> str:
    place = [value_label(facet, getattr(hit, facet), vocabulary) for facet in FACETS if facet in ("city", "year")]
    title = f"{number}. {', '.join(place)}. {hit.section or ''}".rstrip(" .")
    question = [f"   {hit.question}"] if hit.question else []
    return "\n".join([title, *question, f"   {_snippet_text(hit.snippet)}", f"   {hit.url}"])


def _snippet_text(snippet: str) -> str:
    """The snippet without HTML; found words bold on a terminal."""
    bold = sys.stdout.isatty()
    marked = re.sub(
        r"<mark>(.*?)</mark>", lambda found: click.style(found[1], bold=True) if bold else found[1], snippet
    )
    return " ".join(unescape(marked).split())
