"""Options that several commands of the write side have."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.console import Whole
from indexer.folders import DEFAULT_REPORTS, DEFAULT_SAMPLE, REPORTS_VARIABLE
from indexer.readers.recognition import AUTO, MODES

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
