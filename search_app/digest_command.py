"""The command ``digest``: what cities ask for, printed or as a file for the boss."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from indexer.console import Command, cluster_options, engine_option, index_option
from indexer.errors import IndexerError
from indexer.russian import now
from search_app.connections.asks.digest import Digest, digest
from search_app.connections.asks.items import KINDS, Ask
from search_app.engine.door import Engine
from search_app.request.addresses import pairs, readable
from search_app.request.model import SearchRequest
from search_app.request.params import Fault, ParameterErrors, parse
from search_app.server.clustered import served_archive
from search_app.server.settings import cluster_of
from search_app.takeaway.asked import asked_note, usual_title
from search_app.takeaway.exports import note_docx, note_xlsx
from search_app.takeaway.exports.note import Note
from search_app.wording.asked import digest_json, summary, theme_history
from search_app.wording.labels import value_label
from search_app.wording.numbers import russian_date

_SITE = "http://127.0.0.1:8000"


@click.command(
    "digest",
    cls=Command,
    examples="""
    python -m search_app digest --year 2021
    python -m search_app digest --year 2021 --docx просьбы.docx
    python -m search_app digest --year-from 2018 --year-to 2021 --section ЖКХ --xlsx просьбы.xlsx
    """,
)
@click.option("--year", multiple=True, metavar="ГОД", help="Отчётный год; можно несколько раз. Без него — все годы.")
@click.option("--year-from", default="", metavar="ГОД", help="Отчётный год не раньше.")
@click.option("--year-to", default="", metavar="ГОД", help="Отчётный год не позже.")
@click.option("--section", multiple=True, metavar="РАЗДЕЛ", help="Раздел; можно несколько раз.")
@click.option("--kind", multiple=True, metavar="ВИД", help=f"Вид вопроса: {', '.join(KINDS)}.")
@click.option("--city", multiple=True, metavar="ГОРОД", help="Город; можно несколько раз.")
@click.option("--region", multiple=True, metavar="РЕГИОН", help="Регион города; можно несколько раз.")
@click.option("--size", multiple=True, metavar="РАЗМЕР", help="Население города, см. команду search.")
@click.option("--like", default="", metavar="ГОРОД", help="Только города, похожие на этот.")
@click.option("--title", default="", metavar="ТЕКСТ", help="Заголовок справки.")
@click.option("--site", default=_SITE, show_default=True, metavar="АДРЕС", help="Адрес сайта для ссылок в справке.")
@click.option("--docx", type=click.Path(path_type=Path), metavar="ФАЙЛ", help="Записать справку Word.")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="ФАЙЛ", help="Записать таблицу Excel.")
@click.option("--json", "as_json", is_flag=True, help="Напечатать ответ API.")
@index_option
@engine_option
@cluster_options
def digest_command(
    title: str, site: str, docx: Path | None, xlsx: Path | None, as_json: bool, index_dir: Path, **options: Any
) -> None:
    """Собрать, о чём просят города: темы с цитатами и всё остальное."""
    cluster = cluster_of(options)
    try:
        with served_archive(cluster, index_dir).lease() as engine:
            request = _request(options, engine)
            found = digest(request, engine)
            note = asked_note(
                request, found, title or usual_title(request, found), _about(request, engine, site), engine.vocabulary
            )
            _write(note, site, {docx: note_docx.document, xlsx: note_xlsx.document})
            if as_json:
                click.echo(json.dumps(digest_json(found), ensure_ascii=False, indent=2))
            elif not (docx or xlsx):
                click.echo("\n".join(_lines(request, found, engine)))
    except ParameterErrors as error:
        _fail("\n".join(fault.message for fault in error.faults), 2)
    except (IndexerError, OSError) as error:
        _fail(f"Не удалось записать файл: {error.strerror}." if isinstance(error, OSError) else str(error), 1)


def _request(options: dict[str, Any], engine: Engine) -> SearchRequest:
    args = {name: [value] if isinstance(value, str) else list(value) for name, value in options.items()}
    request = parse(args, engine.vocabulary, engine.facet_counts())
    wrong = next((kind for kind in request.kind if kind not in KINDS), "")
    if wrong != "":
        raise ParameterErrors([Fault("kind", str(wrong), f"Вид вопроса: возможны {', '.join(KINDS)}.")])
    return request


def _about(request: SearchRequest, engine: Engine, site: str) -> list[tuple[str, str]]:
    told = [("Составлено", russian_date(now())), ("Архив обновлён", russian_date(engine.manifest.created))]
    told.append(("Адрес", f"{site.rstrip('/')}/requests?{readable(pairs(request, folds=False))}"))
    if engine.manifest.sample:
        told.append(("Внимание", "Архив демонстрационный: тексты составлены для примера и документами не являются."))
    return told


def _write(note: Note, site: str, files: dict[Path | None, Callable[..., BytesIO]]) -> None:
    for path, made in files.items():
        if path is not None:
            path.write_bytes(made(note, site.rstrip("/"), datetime.now().astimezone().date()).getvalue())
            click.echo(f"Записано: {path}", err=True)


def _lines(request: SearchRequest, found: Digest, engine: Engine) -> Iterable[str]:
    yield from summary(request, found)
    for theme in (*found.themes, *found.continued):
        history = theme_history(theme, found)
        yield f"\n{theme.title}: {', '.join(theme.cities)}{f' ({history})' if history else ''}"
        yield from (_line(ask, engine) for ask in theme.asks)
    if found.single:
        yield "\nОстальные просьбы"
        yield from (_line(ask, engine) for ask in found.single)


def _line(ask: Ask, engine: Engine) -> str:
    city = value_label("city", ask.city, engine.vocabulary)
    return f"  {city}, {value_label('year', ask.year, engine.vocabulary)}: {ask.text}"


def _fail(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)
