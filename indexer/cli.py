"""Commands of the write side: rebuild, check, passages, status, rollback."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from indexer.errors import IndexerError
from indexer.manifest import Manifest
from indexer.model import SourceFile
from indexer.presentation import check_table, file_json, file_story, plural, printable
from indexer.readers.recognition import AUTO, MODES
from indexer.rebuild import Summary, default_jobs, rebuild, recognition_in, update
from indexer.store import Store
from indexer.understanding import understand_alone, understand_folder

DEFAULT_REPORTS = Path("index_data/reports")
DEFAULT_INDEX = Path("index_data")
_MOST_LISTED = 30
"""Skipped files named in a summary; ``check`` names them all."""

reports_option = click.option(
    "--reports",
    "reports_dir",
    type=click.Path(path_type=Path),
    envvar="REPORTS_DIR",
    default=DEFAULT_REPORTS,
    show_default=True,
    metavar="ПАПКА",
    help="Папка с отчётами.",
)
index_option = click.option(
    "--index",
    "index_dir",
    type=click.Path(path_type=Path),
    envvar="INDEX_DIR",
    default=DEFAULT_INDEX,
    show_default=True,
    metavar="ПАПКА",
    help="Папка индекса.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 64), default=None, metavar="N", help="Сколько процессов читают файлы."
)
strict_option = click.option("--strict", is_flag=True, help="Закончить с кодом 1, если что-то пропущено.")
json_option = click.option("--json", "as_json", is_flag=True, help="Вывести JSON и ничего больше.")


ocr_option = click.option(
    "--ocr",
    type=click.Choice(MODES),
    envvar="OCR",
    default=AUTO,
    show_default=True,
    help="Распознавать сканы, если установлен tesseract: auto — страницы без текста, force — все страницы, off — нет.",
)


def told(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose expected errors are one sentence on stderr and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except IndexerError as error:
            fail(str(error))

    return run


def fail(sentence: str) -> NoReturn:
    """Says the sentence on stderr and exits with 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Чтение отчётов городов и построение поискового индекса."""


@main.command("rebuild")
@reports_option
@index_option
@jobs_option
@strict_option
@ocr_option
@told
def rebuild_command(reports_dir: Path, index_dir: Path, jobs: int | None, strict: bool, ocr: str) -> None:
    """Прочитать все отчёты и построить индекс заново."""
    summary = rebuild(reports_dir, index_dir, jobs=jobs, progress=_Progress().show, ocr=ocr)
    for line in _summary_lines(summary):
        click.echo(line)
    if strict and summary.lost:
        sys.exit(1)


@main.command("update")
@reports_option
@index_option
@jobs_option
@ocr_option
@told
def update_command(reports_dir: Path, index_dir: Path, jobs: int | None, ocr: str) -> None:
    """Обновить индекс, если в папке с отчётами что-то изменилось."""
    summary = update(reports_dir, index_dir, jobs=jobs, progress=_Progress().show, ocr=ocr)
    if summary is None:
        click.echo("Индекс свежий: с прошлого раза в отчётах ничего не изменилось.")
        return
    for line in _summary_lines(summary):
        click.echo(line)


@main.command("check")
@reports_option
@index_option
@jobs_option
@json_option
@strict_option
@ocr_option
@told
def check_command(reports_dir: Path, index_dir: Path, jobs: int | None, as_json: bool, strict: bool, ocr: str) -> None:
    """Показать, как понят каждый файл; индекс не меняется."""
    summary = Summary()
    progress = _Progress()
    sources = _counted(
        understand_folder(reports_dir, jobs=jobs or default_jobs(), recognition=recognition_in(index_dir, ocr)),
        summary,
        progress,
    )
    if as_json:
        _print_json_files(sources)
    else:
        for line in check_table(sources):
            click.echo(line)
        click.echo("")
        for line in (*_summary_lines(summary), *_next_steps(summary)):
            click.echo(line)
    if strict and summary.lost:
        sys.exit(1)


@main.command("passages")
@click.argument("file", type=click.Path(path_type=Path), metavar="ФАЙЛ")
@reports_option
@index_option
@json_option
@ocr_option
@told
def passages_command(file: Path, reports_dir: Path, index_dir: Path, as_json: bool, ocr: str) -> None:
    """Показать, как понят один файл: город, год, раздел, вопросы и ответы."""
    understood = understand_alone(file, reports_dir, recognition_in(index_dir, ocr))
    if as_json:
        click.echo(json.dumps(file_json(understood.source), ensure_ascii=False, indent=2))
    else:
        for line in file_story(understood.source, understood.fates):
            click.echo(line)
    if understood.source.status == "failed":
        sys.exit(1)


@main.command("status")
@index_option
@told
def status_command(index_dir: Path) -> None:
    """Показать, какой индекс отдаётся и к какому можно вернуться."""
    status = Store(index_dir).status()
    if status.current is None:
        fail(f"В папке «{index_dir}» ещё нет индекса. Постройте его: python -m indexer rebuild")
    click.echo(f"Индекс: {_described(status.current)}, {status.size / 2**20:.1f} МБ")
    if status.previous:
        click.echo(f"Предыдущий: {_described(status.previous)}; вернуться к нему: python -m indexer rollback")
    if status.drafts:
        click.echo("Незаконченных построений: " + str(status.drafts))


@main.command("rollback")
@index_option
@told
def rollback_command(index_dir: Path) -> None:
    """Вернуться к предыдущему индексу."""
    stamp = Store(index_dir).rollback()
    click.echo(f"Отдаётся предыдущий индекс: {stamp}.")


def _described(manifest: Manifest) -> str:
    reports = plural(manifest.reports, "отчёт", "отчёта", "отчётов")
    passages = plural(manifest.passages, "ответ", "ответа", "ответов")
    return f"{manifest.stamp}, построен {manifest.created}, {reports}, {passages}"


def _counted(sources: Iterable[SourceFile], summary: Summary, progress: _Progress) -> Iterable[SourceFile]:
    started = time.monotonic()
    for source in sources:
        summary.add(source)
        progress.show(summary.files)
        yield source
    summary.seconds = time.monotonic() - started


def _print_json_files(sources: Iterable[SourceFile]) -> None:
    """The files one by one: an archive of 16,000 reports must not stand in memory at once."""
    click.echo('{"files": [', nl=False)
    for number, source in enumerate(sources):
        click.echo(",\n" if number else "\n", nl=False)
        click.echo(json.dumps(file_json(source), ensure_ascii=False), nl=False)
    click.echo("\n]}")


def _summary_lines(summary: Summary) -> Iterable[str]:
    read = summary.statuses["read"]
    yield (
        f"Прочитано: {plural(read, 'файл', 'файла', 'файлов')} из {summary.files}, "
        f"{plural(summary.reports, 'отчёт', 'отчёта', 'отчётов')}, "
        f"{plural(summary.passages, 'ответ', 'ответа', 'ответов')}."
    )
    if summary.skipped or summary.flawed:
        yield f"Пропущено: {plural(len(summary.skipped), 'файл', 'файла', 'файлов')}."
        yield from _listed([(source.file, source.reason or "") for source in (*summary.skipped, *summary.flawed)])
    for name, words in (("city", "города"), ("year", "года"), ("section", "раздела")):
        if summary.unknown[name]:
            yield f"Без {words}: {plural(summary.unknown[name], 'отчёт', 'отчёта', 'отчётов')}."
    yield from _listed(summary.doubtful)
    if summary.stamp:
        yield f"Индекс построен и отдаётся: {summary.stamp}."
    yield f"Время: {summary.seconds:.1f} с."


def _listed(told: Sequence[tuple[str, str]]) -> Iterable[str]:
    """A line for each file and what is to be said of it, not more than fit on a screen."""
    for file, sentence in told[:_MOST_LISTED]:
        yield f"  {printable(file)}: {sentence}"
    if len(told) > _MOST_LISTED:
        yield f"  … и ещё {len(told) - _MOST_LISTED}; все — в python -m indexer check"


def _next_steps(summary: Summary) -> Iterable[str]:
    """What an operator does about what was found."""
    if summary.statuses["failed"] or summary.flawed:
        yield "Непрочитанные файлы откройте в их программе и сохраните заново в .docx."
    if any(summary.unknown.values()):
        yield "Город, год и раздел, которых не видно из текста, впишите в reports.toml рядом с файлами (см. README)."
    if summary.warned:
        warned = plural(summary.warned, "отчёта", "отчётов", "отчётов")
        yield f"Предупреждения есть у {warned}; почему так решено: python -m indexer passages ФАЙЛ"
    yield "Построить индекс: python -m indexer rebuild"


class _Progress:
    """Shows how far reading has come: one changing line on a terminal, a plain line now and then elsewhere."""

    _TERMINAL_SECONDS = 0.2
    _PLAIN_SECONDS = 10.0

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._started = self._shown = time.monotonic()

    def show(self, files: int, total: int | None = None) -> None:
        """``files`` have been read, of so many where that is known."""
        now = time.monotonic()
        pause = self._TERMINAL_SECONDS if self._terminal else self._PLAIN_SECONDS
        # Short work needs no line at all.
        last = files == total and now - self._started >= pause
        if not last and now - self._shown < pause:
            return
        self._shown = now
        line = self._line(files, total, max(now - self._started, 1e-3))
        if self._terminal:
            # Spaces wipe out what a longer line has left.
            click.echo(f"\r{line:<78}", nl=last, err=True)
        else:
            click.echo(line, err=True)

    def _line(self, files: int, total: int | None, seconds: float) -> str:
        rate = files / seconds
        if total is None:
            return f"Прочитано: {plural(files, 'файл', 'файла', 'файлов')}, {rate:.0f} в секунду"
        grouped = f"{total:,}".replace(",", "\u202f")
        read = f"Прочитано: {plural(files, 'файл', 'файла', 'файлов')} из {grouped}, {rate:.0f} в секунду"
        if files == total:
            return f"{read}. Составляется индекс…"
        return f"{read}, осталось {_duration((total - files) / rate)}"


def _duration(seconds: float) -> str:
    """«меньше минуты», «3 минуты», «1 час 20 минут»."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "меньше минуты"
    hours, minutes = divmod(minutes, 60)
    parts = [plural(hours, "час", "часа", "часов")] if hours else []
    if minutes:
        parts.append(plural(minutes, "минута", "минуты", "минут"))
    return " ".join(parts)
