"""A small archive made by hand: every passage is there for some test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer.builds.build import Build, open_build, verify
from indexer.builds.manifest import FORMAT_VERSION, MANIFEST_FILE, Manifest, read_manifest, write_manifest
from indexer.builds.store import Store
from indexer.builds.sums import sums_of
from indexer.builds.verification import build_faults
from indexer.index.writer import Meanings, write_build
from indexer.language.analysis import ANALYSIS_VERSION, shared_analyzer
from indexer.meaning.model import word_model
from indexer.model import Passage, Report
from indexer.vocabulary import load

Answer = tuple[str, str | None, str]
"""Kind, question, text."""

REPEATED = "Получение информации об опыте других городов остаётся лучшей помощью, на которую мы рассчитываем."

REPORTS: tuple[tuple[str | None, int | None, str | None, tuple[Answer, ...]], ...] = (
    (
        "Омск",
        2020,
        "Организационная работа",
        (
            (
                "achievements",
                "Что удалось сделать в 2020 году?",
                "Массовые мероприятия переведены в онлайн-режим. День города отметили телемостом с побратимами.",
            ),
            ("tasks", "Какие задачи стоят в 2021 году?", "Вернуть праздники на площади, сохранить трансляции."),
            ("help", "Какую помощь может оказать АСДГ?", f"{REPEATED} Так было в 2020 году."),
        ),
    ),
    (
        "Омск",
        2021,
        "Организационная работа",
        (
            (
                "achievements",
                "Что удалось сделать в 2021 году?",
                "Подготовлены мероприятия к 76-й годовщине Победы: в онлайн режиме прошёл парад хоров. "
                "Распоряжением № 440-р утверждена инструкция по делопроизводству.",
            ),
            ("tasks", "Какие задачи стоят в 2022 году?", "Провести чемпионат по хоккею, обновить сквер."),
            ("help", "Какую помощь может оказать АСДГ?", f"{REPEATED} Так было в 2021 году."),
        ),
    ),
    (
        "Барнаул",
        2019,
        "Общественные связи и ТОС",
        (
            ("achievements", "Что удалось?", "Территориальное общественное самоуправление получило 24 гранта."),
            ("problems", "Какие проблемы не удалось решить?", "Дороги частного сектора не отремонтированы."),
            ("colleagues", "Чей опыт Вы отметили?", "Опыт Омска: телемост с городами-побратимами Китая."),
        ),
    ),
    (
        "Благовещенск",
        2022,
        "Международное сотрудничество",
        (
            ("achievements", None, "Российско-китайская ярмарка собрала гостей из КНР; COVID-19 отступил."),
            ("problems", "Какие проблемы не удалось решить?", "Ещё не всё жильё построено: высадка деревьев отложена."),
            ("conference", "Нужна ли конференция?", "Информация не представлена."),
        ),
    ),
    (
        None,
        None,
        None,
        (("other", "Прочее", "Ремонт дорог и онлайн трансляция заседаний Думы, режим работы прежний."),),
    ),
)


def make_reports(rows: Iterable[tuple[str | None, int | None, str | None, Iterable[Answer]]]) -> Iterator[Report]:
    """Reports with ids ``r0``, ``r1``… and passages ``r0-1``…; an answer «не представлена» is blank."""
    for number, (city, year, section, answers) in enumerate(rows):
        passages = tuple(
            Passage(
                id=f"r{number}-{position}",
                position=position,
                kind=kind,
                question=question,
                text=text,
                blank="не представлена" in text,
                topics=("Онлайн-формат",) if "онлайн" in text else (),
            )
            for position, (kind, question, text) in enumerate(answers, 1)
        )
        yield Report(f"r{number}", f"{number}.txt", city, year, section, passages)


def publish(index_dir: Path, reports: Iterable[Report], *, meaning: bool = False) -> Store:
    """Writes and publishes a build of the reports, as a rebuild does; with vectors where ``meaning`` is wanted."""
    vocabulary = load()
    analyzer = shared_analyzer(vocabulary)
    store = Store(index_dir)
    with store.writing() as draft:
        model = word_model() if meaning else None
        counts = write_build(draft.folder, reports, analyzer, meaning=Meanings(model) if model else None)
        store.publish(
            draft,
            Manifest(
                stamp="",
                created="2024-01-01T00:00:00+00:00",
                format_version=FORMAT_VERSION,
                analysis_version=ANALYSIS_VERSION,
                dictionary_version=analyzer.dictionary_version,
                vocabulary_version=vocabulary.version,
                reports=counts.reports,
                passages=counts.passages,
                sample=False,
                seconds=0.0,
            ),
            verify,
        )
    return store


def reseal(folder: Path) -> None:
    """Makes the files of a build as they now are those that were written."""
    sums = sums_of(folder, None, {}, MANIFEST_FILE)
    write_manifest(folder, replace(read_manifest(folder), files=sums))


@contextmanager
def temporary_build(reports: Iterable[Report], *, meaning: bool = False) -> Iterator[Build]:
    """A build that lives as long as the block."""
    with TemporaryDirectory() as folder:
        build = open_build(publish(Path(folder), reports, meaning=meaning).current_dir())
        yield build
        assert list(build_faults(build.folder, deep=True)) == []


def two_builds(index_dir: Path) -> Path:
    """The folder with two builds in it: one report is missing in the earlier one."""
    publish(index_dir, make_reports(REPORTS[:-1]))
    publish(index_dir, make_reports(REPORTS))
    return index_dir
