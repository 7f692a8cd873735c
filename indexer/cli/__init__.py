"""Commands of the write side: rebuild, update, check, passages, status, verify, rollback.

Door: what stands here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from indexer.builds.manifest import read_manifest
from indexer.builds.store import Store
from indexer.builds.verification import index_faults
from indexer.cli.cluster import join_command, publish_command
from indexer.cli.faults import fail, told
from indexer.cli.health import (
    PROBLEMS_FROM,
    csv_of,
    has_trouble,
    only_trouble,
    reasons,
    suggestion,
    warning_totals,
)
from indexer.cli.progress import Progress
from indexer.cli.status import gather, status_json, status_lines
from indexer.cli.summary import fresh_lines, next_steps, remark_lines, summary_lines
from indexer.console import Group, Whole, index_option, version_option
from indexer.errors import IndexerError
from indexer.folders import DEFAULT_REPORTS, DEFAULT_SAMPLE, REPORTS_VARIABLE
from indexer.intake.choice import Choice, choose
from indexer.intake.folder import passed_over
from indexer.intake.understanding import remarks_on, understand_alone, understand_folder
from indexer.keeping.archive import export, take_in
from indexer.keeping.dump import write_dump
from indexer.model import SourceFile
from indexer.presentation import check_table, file_json, file_story
from indexer.readers.recognition import AUTO, MODES
from indexer.rebuild import (
    current_rules,
    default_jobs,
    other_rules,
    read_part,
    rebuild,
    recognition_in,
    share_of,
    update,
)
from indexer.report import Depth
from indexer.russian import plural
from indexer.summary import Summary
from indexer.vocabulary import load

reports_option = click.option(
    "--reports",
    "named",
    type=click.Path(path_type=Path),
    envvar=REPORTS_VARIABLE,
    show_envvar=True,
    show_default=f"{DEFAULT_REPORTS}, а пока она пуста — образец {DEFAULT_SAMPLE}",
    metavar="ПАПКА",
    help="Папка с отчётами.",
)
jobs_option = click.option(
    "--jobs",
    type=Whole(1, 64),
    default=None,
    show_default="по числу ядер",
    metavar="ЧИСЛО",
    help="Сколько процессов читают файлы.",
)
strict_option = click.option(
    "--strict", is_flag=True, help="Закончить с кодом 1, если что-то пропущено или есть замечания к reports.toml."
)
ocr_option = click.option(
    "--ocr",
    type=click.Choice(MODES),
    envvar="OCR",
    default=AUTO,
    show_envvar=True,
    show_default=True,
    help="Распознавать сканы, если установлен tesseract: auto — страницы без текста, force — все страницы, off — нет.",
)
dump_option = click.option(
    "--dump",
    is_flag=True,
    envvar="DUMP",
    show_envvar=True,
    help="Составить и выгрузку архива файлами: сайт отдаёт её по адресу /dump/.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Вывести JSON и ничего больше.")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, examples="""
    python -m indexer check
    python -m indexer rebuild --reports /srv/отчёты --index /srv/индекс
    REPORTS_DIR=/srv/отчёты INDEX_DIR=/srv/индекс python -m indexer update
    """)  # fmt: skip
@version_option
def main() -> None:
    """Чтение отчётов городов и построение поискового индекса.

    Коды выхода: 0 — сделано, 1 — не удалось (с --strict также: что-то пропущено), 2 — неверный вызов. Папки можно
    задать и переменными окружения REPORTS_DIR и INDEX_DIR.
    """


main.add_command(publish_command)
main.add_command(join_command)


@main.command("rebuild", examples="""
    python -m indexer rebuild
    python -m indexer rebuild --reports /srv/отчёты --jobs 4 --strict
    """)  # fmt: skip
@reports_option
@index_option
@jobs_option
@ocr_option
@strict_option
@dump_option
@click.option(
    "--part", metavar="ЧАСТЬ", help="Прочитать только часть файлов, например 3/8, в файл для команды join; без индекса."
)
@told
def rebuild_command(
    named: Path | None, index_dir: Path, jobs: int | None, ocr: str, strict: bool, dump: bool, part: str | None
) -> None:
    """Прочитать все отчёты и построить индекс заново.

    Прежний индекс отдаётся, пока новый не готов, и остаётся для rollback.
    """
    if part:
        share = share_of(part)
        path, files = read_part(choose(named).folder, index_dir, share, jobs=jobs, progress=Progress().show, ocr=ocr)
        click.echo(f"Прочитано: {plural(files, 'файл', 'файла', 'файлов')}, часть записана в {path}")
        return
    choice = choose(named, own_served=_serves_own(index_dir))
    remarks = remarks_on(choice.folder, load())
    summary = rebuild(choice.folder, index_dir, jobs=jobs, progress=Progress().show, ocr=ocr)
    for line in summary_lines(summary, choice, remarks):
        click.echo(line)
    _dump(index_dir, dump)
    if strict and (summary.lost or remarks):
        sys.exit(1)


@main.command("update", examples="""
    python -m indexer update
    python -m indexer update --allow-shrink
    """)  # fmt: skip
@reports_option
@index_option
@jobs_option
@click.option("--allow-shrink", is_flag=True, help="Обновить, даже если исчезло много отчётов сразу: так и задумано.")
@ocr_option
@dump_option
@told
def update_command(
    named: Path | None, index_dir: Path, jobs: int | None, allow_shrink: bool, ocr: str, dump: bool
) -> None:
    """Обновить индекс, если в папке с отчётами что-то изменилось.

    Читаются только новые и изменённые файлы. Если исчезло много отчётов сразу (больше 5 и больше десятой части всех,
    больше половины или целая папка), индекс остаётся прежним: скорее всего, отключён диск.
    """
    choice = choose(named, own_served=_serves_own(index_dir) and not allow_shrink)
    remarks = remarks_on(choice.folder, load())
    show = Progress().show
    summary = update(choice.folder, index_dir, jobs=jobs, progress=show, allow_shrink=allow_shrink, ocr=ocr)
    lines = summary_lines(summary, choice, remarks) if summary else fresh_lines(choice, remarks, Store(index_dir).pin())
    for line in lines:
        click.echo(line)
    _dump(index_dir, dump)


@main.command("check", examples="""
    python -m indexer check
    python -m indexer check --reports /srv/отчёты --json > разбор.json
    """)  # fmt: skip
@reports_option
@jobs_option
@json_option
@click.option("--problems/--all", "problems", default=None, help="Только то, что требует внимания (иначе: всё).")
@click.option("--csv", "as_csv", is_flag=True, help="Вывести таблицу CSV для Excel и ничего больше.")
@click.option("--suggest", is_flag=True, help="Вывести заготовку reports.toml для того, что не определено.")
@strict_option
@index_option
@ocr_option
@told
def check_command(
    named: Path | None,
    index_dir: Path,
    jobs: int | None,
    ocr: str,
    as_json: bool,
    problems: bool | None,
    as_csv: bool,
    suggest: bool,
    strict: bool,
) -> None:
    """Показать, как понят каждый файл; индекс не меняется."""
    if as_json + as_csv + suggest > 1:
        raise click.UsageError("Выберите что-то одно: --json, --csv или --suggest.")
    choice = choose(named)
    remarks = remarks_on(choice.folder, load())
    summary = Summary()
    progress = Progress()
    understood = understand_folder(
        choice.folder,
        jobs=jobs or default_jobs(),
        recognition=recognition_in(index_dir, ocr),
        depth=Depth.NAMED if as_json else Depth.OUTLINE,
    )
    sources = _counted(understood, summary, progress)
    if as_json or as_csv or suggest:
        for line in (choice.sentence, *remark_lines(remarks)):
            click.echo(line, err=True)
    if problems:
        sources = map(only_trouble, filter(has_trouble, sources))
    if as_json:
        _print_json_files(sources, remarks, passed_over(choice.folder))
    elif as_csv:
        click.echo("\ufeff" + "\n".join(csv_of(sources)))
    elif suggest:
        click.echo("\n".join(suggestion(sources)))
    else:
        _print_check(sources, summary, choice, remarks, problems)
    if strict and (summary.lost or remarks):
        sys.exit(1)


@main.command("passages", examples="""
    python -m indexer passages index_data/sample/2021/omsk-org.txt
    python -m indexer passages /srv/отчёты/2021/омск.docx --reports /srv/отчёты --json
    """)  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path), metavar="ФАЙЛ")
@reports_option
@index_option
@ocr_option
@json_option
@told
def passages_command(file: Path, named: Path | None, index_dir: Path, ocr: str, as_json: bool) -> None:
    """Показать, как понят один файл.

    Называет город, год и раздел, на чём основано решение, и чем стал каждый абзац.
    """
    understood = understand_alone(file, choose(named).folder, recognition_in(index_dir, ocr))
    if as_json:
        click.echo(json.dumps(file_json(understood.source), ensure_ascii=False, indent=2))
    else:
        for line in file_story(understood.source, understood.fates):
            click.echo(line)
    if understood.source.status == "failed":
        sys.exit(1)


@main.command("status", examples="""
    python -m indexer status
    python -m indexer status --index /srv/индекс --reports /srv/отчёты --json
    """)  # fmt: skip
@index_option
@reports_option
@json_option
@told
def status_command(index_dir: Path, named: Path | None, as_json: bool) -> None:
    """Показать, что отдаётся и свеж ли индекс.

    Называет версию, размер, пропущенные файлы, закрепление и предыдущий индекс.

    Код выхода 1, если отдавать нечего: индекса нет, он повреждён или построен другой версией программы.
    """
    state = gather(index_dir, named)
    if as_json:
        click.echo(json.dumps(status_json(state), ensure_ascii=False, indent=2))
    else:
        for line in status_lines(state):
            click.echo(line)
    if state.fault:
        fail(state.fault)


@main.command("verify", examples="""
    python -m indexer verify
    python -m indexer verify --deep --index /srv/индекс
    """)  # fmt: skip
@click.option("--deep", is_flag=True, help="Сверить и то, что файлы говорят друг о друге; в большом архиве — минуты.")
@index_option
@told
def verify_command(deep: bool, index_dir: Path) -> None:
    """Проверить, целы ли файлы индекса.

    Сверяет длину и контрольную сумму каждого файла того индекса, который отдаётся, и предыдущего. Код выхода 1, если
    что-то не сходится.
    """
    found, rules = 0, current_rules()
    for fault in index_faults(index_dir, deep=deep, rules=rules):
        click.echo(fault)
        found += 1
    if found:
        sys.exit(1)
    older = _older_rules(index_dir, rules) if deep else []
    if older:
        click.echo(
            "Индекс цел, но построен по другим правилам, и сверить его с текстами по нынешним нельзя. "
            f"Изменилось: {', '.join(older)}. Построить по нынешним: python -m indexer update"
        )
        return
    click.echo("Индекс цел: файлы те же, что были записаны, и сходятся между собой." if deep else "Индекс цел.")


def _older_rules(index_dir: Path, rules: Mapping[str, str]) -> list[str]:
    """What has changed in the rules since the served build was made."""
    return other_rules(read_manifest(Store(index_dir).current_dir(), sources=False).rules, rules)


@main.command("rollback", examples="""
    python -m indexer rollback
    python -m indexer rollback --release
    """)  # fmt: skip
@index_option
@click.option("--release", is_flag=True, help="Снять закрепление: новые индексы снова строятся и отдаются.")
@told
def rollback_command(index_dir: Path, release: bool) -> None:
    """Вернуться к предыдущему индексу и закрепить его.

    Пока индекс закреплён, rebuild и update ничего не строят, чтобы не отменить возврат.
    """
    store = Store(index_dir)
    if not release:
        stamp = store.rollback()
        click.echo(f"Отдаётся предыдущий индекс: {stamp}. Он закреплён: rebuild и update его не заменят.")
        click.echo("Снять закрепление: python -m indexer rollback --release")
    elif store.release():
        click.echo("Закрепление снято, отдаётся тот же индекс. Обновить его: python -m indexer update")
    else:
        click.echo("Индекс не закреплён: снимать нечего.")


@main.command("export", examples="""
    python -m indexer export архив-2026.zip
    python -m indexer export /srv/копии/опыт.zip --reports /srv/отчёты --index /srv/индекс
    """)  # fmt: skip
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar="АРХИВ")
@reports_option
@index_option
@told
def export_command(archive: Path, named: Path | None, index_dir: Path) -> None:
    """Сохранить в один файл всё, чего не построить заново.

    Отчёты, reports.toml, память об адресах и датах, подсчёт запросов, распознанные сканы. Индекса в нём нет.
    """
    contents = export(archive, named or DEFAULT_REPORTS, index_dir)
    files = plural(contents.reports, "файл отчётов", "файла отчётов", "файлов отчётов")
    known = plural(contents.remembered, "отчёта", "отчётов", "отчётов")
    click.echo(f"Архив: {archive}; {files}, адреса {known}, {_megabytes(contents.bytes)} без сжатия.")
    for left in contents.left_out:
        click.echo(f"Не вошло: {left}.", err=True)
    if contents.left_out:
        sys.exit(1)


@main.command("import", examples="""
    python -m indexer import архив-2026.zip
    python -m indexer import /srv/копии/опыт.zip --reports /srv/отчёты --index /srv/индекс
    """)  # fmt: skip
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar="АРХИВ")
@reports_option
@index_option
@told
def import_command(archive: Path, named: Path | None, index_dir: Path) -> None:
    """Развернуть архив, сделанный командой export, на новом месте.

    Папка отчётов должна быть пуста, папка индекса — новой. Затем постройте индекс: python -m indexer rebuild.
    """
    contents = take_in(archive, named or DEFAULT_REPORTS, index_dir)
    files = plural(contents.reports, "файл отчётов", "файла отчётов", "файлов отчётов")
    known = plural(contents.remembered, "отчёта", "отчётов", "отчётов")
    click.echo(f"Развёрнуто: {files}, адреса {known}. Постройте индекс: python -m indexer rebuild")


def _dump(index_dir: Path, wanted: bool) -> None:
    """Writes the dump where it is wanted and says so."""
    if wanted:
        written = write_dump(index_dir)
        size = sum(file.bytes for file in written.files)
        click.echo(
            f"Выгрузка архива: {written.folder} ({', '.join(file.name for file in written.files)}; {_megabytes(size)})"
        )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} МБ".replace(".", ",")


def _serves_own(index_dir: Path) -> bool:
    """Whether an index of the operator's own reports is served."""
    try:
        return not read_manifest(Store(index_dir).current_dir(), sources=False).sample
    except IndexerError:
        return False


def _counted(sources: Iterable[SourceFile], summary: Summary, progress: Progress) -> Iterable[SourceFile]:
    started = time.monotonic()
    for source in sources:
        summary.add(source)
        progress.show(summary.files)
        yield source
    summary.seconds = time.monotonic() - started


def _print_check(
    sources: Iterable[SourceFile], summary: Summary, choice: Choice, remarks: list[str], problems: bool | None
) -> None:
    """The table, the totals and what to do next. Of many files only the trouble is shown where nobody has asked."""
    shown = list(map(_without_texts, sources))
    if problems is None and summary.files >= PROBLEMS_FROM:
        problems, shown = True, list(map(only_trouble, filter(has_trouble, shown)))
    if problems and not shown:
        click.echo("Все файлы прочитаны, город, год и раздел каждого отчёта известны.")
    for line in check_table(shown) if shown else ():
        click.echo(line)
    click.echo("")
    if problems:
        click.echo("Показано только то, что требует внимания; всё — python -m indexer check --all")
    for line in (*_totals(shown), *summary_lines(summary, choice, remarks), *next_steps(summary)):
        click.echo(line)


def _without_texts(source: SourceFile) -> SourceFile:
    """What the table needs of a file: an archive's texts must not stand in memory at once."""
    reports = (
        replace(report, passages=tuple(replace(passage, text="") for passage in report.passages))
        for report in source.reports
    )
    return replace(source, reports=tuple(reports))


def _totals(sources: Sequence[SourceFile]) -> Iterable[str]:
    """By reasons, the commonest first."""
    files, warnings = list(reasons(sources)), list(warning_totals(sources))
    yield from (["По причинам:", *files] if files else [])
    yield from (["По предупреждениям:", *warnings] if warnings else [])


def _print_json_files(sources: Iterable[SourceFile], remarks: list[str], left: Sequence[str]) -> None:
    """The files one by one: an archive of 16,000 reports must not stand in memory at once."""
    click.echo('{"files": [', nl=False)
    for number, source in enumerate(sources):
        click.echo(",\n" if number else "\n", nl=False)
        click.echo(json.dumps(file_json(source), ensure_ascii=False), nl=False)
    told = {"remarks": remarks, "passed_over": list(left)}
    click.echo("\n], " + json.dumps(told, ensure_ascii=False)[1:])
